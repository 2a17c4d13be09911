//! The brief store: what expires by itself. A second SQLite file, or Redis.
//!
//! Each entry is one kind, one key, one JSON document and the instant it ends; no operation touches two keys.
//! Keys are opaque names or hashes, never personal data and never a secret itself.

mod access_token;
mod card;
mod device;
mod login;
mod logout;
mod once;
mod pushed;
mod redis;
mod saml;
mod session;
mod sqlite;

pub use pushed::PushedRequest;

use super::StoreError;
use chrono::{DateTime, Utc};
use serde::Serialize;
use serde::de::DeserializeOwned;

/// The brief store. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Brief {
    engine: Engine,
}

/// Sentinel and Cluster would be further engines: nothing outside this folder would change.
#[derive(Debug, Clone)]
enum Engine {
    Sqlite(sqlite::SqliteBrief),
    Redis(redis::RedisBrief),
}

/// What an entry is. The word is stored.
#[derive(Debug, Clone, Copy)]
enum Kind {
    Login,
    Session,
    SamlRequest,
    SamlAnswer,
    AccessToken,
    Logout,
    LogoutRequest,
    CardAttempt,
    RefusedCard,
    UsedOnce,
    PushedRequest,
    UsedRequest,
    Device,
    UserCode,
    Patience,
    Beginning,
}

impl Kind {
    fn word(self) -> &'static str {
        match self {
            Kind::Login => "login",
            Kind::Session => "session",
            Kind::SamlRequest => "saml_request",
            Kind::SamlAnswer => "saml_answer",
            Kind::AccessToken => "access_token",
            Kind::Logout => "logout",
            Kind::LogoutRequest => "logout_request",
            Kind::CardAttempt => "card_attempt",
            Kind::RefusedCard => "refused_card",
            Kind::UsedOnce => "used_once",
            Kind::PushedRequest => "pushed_request",
            Kind::UsedRequest => "used_request",
            Kind::Device => "device",
            Kind::UserCode => "user_code",
            Kind::Patience => "patience",
            Kind::Beginning => "beginning",
        }
    }
}

impl Brief {
    pub(super) async fn open(url: &str) -> Result<Brief, StoreError> {
        let engine = match url.split_once(':').map(|(scheme, _)| scheme) {
            Some("sqlite") => Engine::Sqlite(sqlite::SqliteBrief::open(url).await?),
            Some("redis" | "rediss") => Engine::Redis(redis::RedisBrief::open(url).await?),
            _ => {
                return Err(StoreError::Address {
                    which: "brief",
                    reason: "begin it with sqlite:, redis: or rediss:",
                });
            }
        };
        Ok(Brief { engine })
    }

    /// Whether it answers.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub async fn ping(&self) -> Result<(), StoreError> {
        match &self.engine {
            Engine::Sqlite(sqlite) => sqlite.ping().await,
            Engine::Redis(redis) => redis.ping().await,
        }
    }

    pub(super) async fn close(&self) {
        if let Engine::Sqlite(sqlite) = &self.engine {
            sqlite.close().await;
        }
    }

    /// Removes what expired before `now` and says how much; a job's work. Redis does it by itself.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub async fn sweep(&self, now: DateTime<Utc>) -> Result<u64, StoreError> {
        match &self.engine {
            Engine::Sqlite(sqlite) => sqlite.sweep(now).await,
            Engine::Redis(_) => Ok(0),
        }
    }

    /// Stores what nobody stored before, or what expired. Of all who try, one is told `true`.
    async fn add(
        &self,
        kind: Kind,
        key: &[u8],
        value: &impl Serialize,
        expires_at: DateTime<Utc>,
        now: DateTime<Utc>,
    ) -> Result<bool, StoreError> {
        if expires_at <= now {
            return Ok(false);
        }
        let value = serde_json::to_vec(value).map_err(StoreError::Unwritable)?;
        match &self.engine {
            Engine::Sqlite(sqlite) => sqlite.add(kind, key, &value, expires_at, now).await,
            Engine::Redis(redis) => redis.add(kind, key, &value, expires_at, now).await,
        }
    }

    /// Stores in the place of what is there. `false`: nothing is.
    async fn replace(
        &self,
        kind: Kind,
        key: &[u8],
        value: &impl Serialize,
        expires_at: DateTime<Utc>,
        now: DateTime<Utc>,
    ) -> Result<bool, StoreError> {
        let value = serde_json::to_vec(value).map_err(StoreError::Unwritable)?;
        match &self.engine {
            Engine::Sqlite(sqlite) => sqlite.replace(kind, key, &value, expires_at, now).await,
            Engine::Redis(redis) => redis.replace(kind, key, &value, expires_at, now).await,
        }
    }

    async fn put(
        &self,
        kind: Kind,
        key: &[u8],
        value: &impl Serialize,
        expires_at: DateTime<Utc>,
        now: DateTime<Utc>,
    ) -> Result<(), StoreError> {
        if expires_at <= now {
            // It is over already; what the key held before must not live on.
            return self.remove(kind, key).await;
        }
        let value = serde_json::to_vec(value).map_err(StoreError::Unwritable)?;
        match &self.engine {
            Engine::Sqlite(sqlite) => sqlite.put(kind, key, &value, expires_at).await,
            Engine::Redis(redis) => redis.put(kind, key, &value, expires_at, now).await,
        }
    }

    async fn get<T: DeserializeOwned>(
        &self,
        kind: Kind,
        key: &[u8],
        now: DateTime<Utc>,
    ) -> Result<Option<T>, StoreError> {
        let value = match &self.engine {
            Engine::Sqlite(sqlite) => sqlite.get(kind, key, now).await?,
            Engine::Redis(redis) => redis.get(kind, key, now).await?,
        };
        value
            .map(|value| serde_json::from_slice(&value).map_err(|_| inconsistent(kind)))
            .transpose()
    }

    async fn remove(&self, kind: Kind, key: &[u8]) -> Result<(), StoreError> {
        match &self.engine {
            Engine::Sqlite(sqlite) => sqlite.remove(kind, key).await,
            Engine::Redis(redis) => redis.remove(kind, key).await,
        }
    }
}

/// An entry that cannot be read. Its key may be the hash of a live secret and is not told.
fn inconsistent(kind: Kind) -> StoreError {
    StoreError::Inconsistent {
        table: kind.word(),
        column: "value".to_owned(),
        row: "(not told)".to_owned(),
    }
}
