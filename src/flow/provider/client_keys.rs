//! A client's public keys: registered by value, or fetched from its `jwks_uri` and kept for a while. A name that nobody
//! knows is a reason to look again (OpenID Connect Core §10.1.1), but not as often as somebody likes.

use crate::flow::Deps;
use crate::outbound::http::Call;
use chrono::{DateTime, TimeDelta, Utc};
use http::StatusCode;
use protocol::jose::{JwkError, KeySet};
use protocol::oidc::client::Client;
use serde_json::Value;
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

/// How long fetched keys are believed.
const BELIEVED: TimeDelta = TimeDelta::minutes(10);
/// How long they serve when the client's server does not answer.
const AT_WORST: TimeDelta = TimeDelta::hours(24);
/// So many fetches of one address within [`SPELL`]: strangers can send names that nobody knows.
const FETCHES: usize = 3;
const SPELL: TimeDelta = TimeDelta::minutes(1);
/// Longest fetch, and longest document.
const WITHIN: Duration = Duration::from_secs(5);
const AT_MOST: usize = 64 * 1024;
/// Most addresses that are remembered; beyond it all are forgotten and fetched anew.
const ADDRESSES: usize = 10_000;

/// Why a client's keys cannot be had.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum KeysUnavailable {
    /// What is registered or was fetched is no set of public keys.
    #[error(transparent)]
    Wrong(#[from] JwkError),
    /// Its server does not answer as it should, and nothing is kept.
    #[error("keys of the client cannot be fetched")]
    Unreachable,
}

/// What was fetched lately. Cheap to clone; clones share it.
#[derive(Debug, Clone, Default)]
pub struct FetchedKeys(Arc<Mutex<BTreeMap<String, Kept>>>);

#[derive(Debug, Clone, Default)]
struct Kept {
    keys: Option<(Arc<KeySet>, DateTime<Utc>)>,
    /// The last fetches, answered or not.
    tried: Vec<DateTime<Utc>>,
}

impl FetchedKeys {
    fn kept(&self, address: &str) -> Option<(Arc<KeySet>, DateTime<Utc>)> {
        let kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        kept.get(address)?.keys.clone()
    }

    /// Whether one more fetch is in order; then it is counted.
    fn may_fetch(&self, address: &str, now: DateTime<Utc>) -> bool {
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if kept.len() >= ADDRESSES && !kept.contains_key(address) {
            kept.clear();
        }
        let entry = kept.entry(address.to_owned()).or_default();
        entry.tried.retain(|at| now.signed_duration_since(*at) < SPELL);
        let may = entry.tried.len() < FETCHES;
        if may {
            entry.tried.push(now);
        }
        may
    }

    fn keep(&self, address: &str, keys: Arc<KeySet>, now: DateTime<Utc>) {
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        kept.entry(address.to_owned()).or_default().keys = Some((keys, now));
    }
}

/// The client's keys; empty when it registered none.
///
/// # Errors
/// [`KeysUnavailable`].
pub async fn client_keys(deps: &Deps, client: &Client, now: DateTime<Utc>) -> Result<Arc<KeySet>, KeysUnavailable> {
    let Some(address) = client.metadata.jwks_uri.as_deref() else {
        return Ok(Arc::new(client.metadata.key_set()?.unwrap_or_default()));
    };
    let kept = deps.fetched_keys.kept(address);
    let age = kept.as_ref().map(|(_, at)| now.signed_duration_since(*at));
    if let Some((keys, _)) = kept.as_ref().filter(|_| age.is_some_and(|age| age < BELIEVED)) {
        return Ok(keys.clone());
    }
    match fetch(deps, client, address, now).await {
        Ok(keys) => Ok(keys),
        Err(error) => kept
            .filter(|_| age.is_some_and(|age| age < AT_WORST))
            .map(|(keys, _)| keys)
            .ok_or(error),
    }
}

/// What `judge` says of the client's keys; when it `misses` the right one among those that are kept, of those at
/// its `jwks_uri` now.
///
/// # Errors
/// [`KeysUnavailable`].
pub async fn judge_by_keys<T, E>(
    deps: &Deps,
    client: &Client,
    now: DateTime<Utc>,
    judge: impl Fn(&KeySet) -> Result<T, E>,
    misses: impl Fn(&E) -> bool,
) -> Result<Result<T, E>, KeysUnavailable> {
    let keys = client_keys(deps, client, now).await?;
    let verdict = judge(&keys);
    let (Err(error), Some(address)) = (&verdict, client.metadata.jwks_uri.as_deref()) else {
        return Ok(verdict);
    };
    if !misses(error) {
        return Ok(verdict);
    }
    Ok(match fetch(deps, client, address, now).await {
        Ok(keys) => judge(&keys),
        Err(_) => verdict,
    })
}

async fn fetch(
    deps: &Deps,
    client: &Client,
    address: &str,
    now: DateTime<Utc>,
) -> Result<Arc<KeySet>, KeysUnavailable> {
    if !deps.fetched_keys.may_fetch(address, now) {
        return Err(KeysUnavailable::Unreachable);
    }
    let answer = deps.http.call(Call::get(address).within(WITHIN).at_most(AT_MOST)).await;
    let answer = answer.map_err(|error| {
        tracing::warn!(client = %client.id, %error, "keys of a client cannot be fetched");
        KeysUnavailable::Unreachable
    })?;
    if answer.status != StatusCode::OK {
        tracing::warn!(client = %client.id, status = answer.status.as_u16(), "keys of a client cannot be fetched");
        return Err(KeysUnavailable::Unreachable);
    }
    let document: Value = serde_json::from_slice(&answer.body).map_err(|_| JwkError::NotASet)?;
    let keys = Arc::new(KeySet::from_json(&document)?);
    deps.fetched_keys.keep(address, keys.clone(), now);
    Ok(keys)
}
