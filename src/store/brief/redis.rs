//! The brief store in Redis or Valkey, one server.
//!
//! Every key begins with `varco:` and lives no longer than its entry. The entry's own instant is kept too,
//! before the JSON (8 bytes, microseconds): Redis forgets by its clock, the rules ask by theirs.

use super::{Kind, inconsistent};
use crate::store::StoreError;
use chrono::{DateTime, Utc};
use redis::aio::{ConnectionLike as _, ConnectionManager, ConnectionManagerConfig};
use redis::{Client, Cmd, FromRedisValue, RedisError};
use std::fmt;
use std::time::Duration;
use url::Url;

const CONNECTION: Duration = Duration::from_secs(2);
const RESPONSE: Duration = Duration::from_secs(1);

/// One multiplexed connection that comes back by itself.
#[derive(Clone)]
pub(super) struct RedisBrief {
    connection: ConnectionManager,
    prefix: String,
}

impl fmt::Debug for RedisBrief {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RedisBrief")
            .field("prefix", &self.prefix)
            .finish_non_exhaustive()
    }
}

impl RedisBrief {
    pub(super) async fn open(url: &str) -> Result<RedisBrief, StoreError> {
        let (url, prefix) = split_prefix(url)?;
        let client = Client::open(url).map_err(|_| address("write redis://user:password@host:port/number"))?;
        let config = ConnectionManagerConfig::new()
            .set_connection_timeout(Some(CONNECTION))
            .set_response_timeout(Some(RESPONSE))
            .set_number_of_retries(1);
        let connection = ConnectionManager::new_with_config(client, config)
            .await
            .map_err(failed)?;
        Ok(RedisBrief { connection, prefix })
    }

    pub(super) async fn ping(&self) -> Result<(), StoreError> {
        self.ask::<()>(&redis::cmd("PING")).await
    }

    pub(super) async fn put(
        &self,
        kind: Kind,
        key: &[u8],
        value: &[u8],
        expires_at: DateTime<Utc>,
        now: DateTime<Utc>,
    ) -> Result<(), StoreError> {
        self.ask::<()>(&self.set(kind, key, value, expires_at, now)).await
    }

    /// `false`: there is nothing to replace; nothing was written.
    pub(super) async fn replace(
        &self,
        kind: Kind,
        key: &[u8],
        value: &[u8],
        expires_at: DateTime<Utc>,
        now: DateTime<Utc>,
    ) -> Result<bool, StoreError> {
        let mut command = self.set(kind, key, value, expires_at, now);
        // Redis answers nil when XX kept it from writing.
        let done: Option<String> = self.ask(command.arg("XX")).await?;
        Ok(done.is_some())
    }

    fn set(&self, kind: Kind, key: &[u8], value: &[u8], expires_at: DateTime<Utc>, now: DateTime<Utc>) -> Cmd {
        let mut entry = expires_at.timestamp_micros().to_be_bytes().to_vec();
        entry.extend_from_slice(value);
        let lifetime = expires_at.signed_duration_since(now).num_milliseconds().max(1);
        let mut command = redis::cmd("SET");
        command.arg(self.key(kind, key)).arg(entry).arg("PX").arg(lifetime);
        command
    }

    /// Not asked again on a lost connection: the first time may have won, and the second would then say `false` to
    /// the only one who came. That one is refused, and nobody else gets in: it fails closed.
    pub(super) async fn add(
        &self,
        kind: Kind,
        key: &[u8],
        value: &[u8],
        expires_at: DateTime<Utc>,
        now: DateTime<Utc>,
    ) -> Result<bool, StoreError> {
        let mut entry = expires_at.timestamp_micros().to_be_bytes().to_vec();
        entry.extend_from_slice(value);
        let lifetime = expires_at.signed_duration_since(now).num_milliseconds().max(1);
        let mut command = redis::cmd("SET");
        command
            .arg(self.key(kind, key))
            .arg(entry)
            .arg("NX")
            .arg("PX")
            .arg(lifetime);
        let mut connection = self.connection.clone();
        let answer = connection.req_packed_command(&command).await.map_err(failed)?;
        Ok(!matches!(answer, redis::Value::Nil))
    }

    pub(super) async fn get(&self, kind: Kind, key: &[u8], now: DateTime<Utc>) -> Result<Option<Vec<u8>>, StoreError> {
        let mut command = redis::cmd("GET");
        command.arg(self.key(kind, key));
        let Some(mut entry) = self.ask::<Option<Vec<u8>>>(&command).await? else {
            return Ok(None);
        };
        let Some((expires_at, _)) = entry.split_first_chunk::<8>() else {
            return Err(inconsistent(kind));
        };
        if i64::from_be_bytes(*expires_at) <= now.timestamp_micros() {
            return Ok(None);
        }
        entry.drain(..8);
        Ok(Some(entry))
    }

    pub(super) async fn remove(&self, kind: Kind, key: &[u8]) -> Result<(), StoreError> {
        let mut command = redis::cmd("DEL");
        command.arg(self.key(kind, key));
        self.ask::<()>(&command).await
    }

    fn key(&self, kind: Kind, key: &[u8]) -> Vec<u8> {
        [self.prefix.as_bytes(), kind.word().as_bytes(), b":", key].concat()
    }

    /// Every operation here gives the same result when it is done twice, so that one that met a connection
    /// that was just lost is simply asked again on the next one.
    async fn ask<T: FromRedisValue>(&self, command: &Cmd) -> Result<T, StoreError> {
        let mut connection = self.connection.clone();
        let answer = match connection.req_packed_command(command).await {
            Err(error) if error.is_unrecoverable_error() || error.is_connection_dropped() => {
                connection.req_packed_command(command).await
            }
            answer => answer,
        };
        let value = answer.map_err(failed)?;
        T::from_redis_value(value).map_err(|error| failed(error.into()))
    }
}

/// `?prefix=name` keeps two installations on one server apart: their keys begin with `varco:name:`.
fn split_prefix(url: &str) -> Result<(Url, String), StoreError> {
    let mut url = Url::parse(url).map_err(|_| address("not a URL"))?;
    let mut prefix = "varco:".to_owned();
    for (name, value) in url.query_pairs() {
        if name != "prefix" || !value.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-') {
            return Err(address("only ?prefix= is known, of letters, digits and hyphens"));
        }
        prefix = format!("varco:{value}:");
    }
    url.set_query(None);
    Ok((url, prefix))
}

fn address(reason: &'static str) -> StoreError {
    StoreError::Address { which: "brief", reason }
}

/// Redis repeats arguments in some of its errors: only their kind is kept.
fn failed(error: RedisError) -> StoreError {
    StoreError::Unavailable(format!("redis: {}", error.category()).into())
}
