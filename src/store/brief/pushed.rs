//! Requests that were pushed (RFC 9126): kept under the hash of their `request_uri`.

use super::{Brief, Kind};
use crate::login::LoginId;
use crate::store::StoreError;
use chrono::{DateTime, Utc};
use protocol::oidc::SecretHash;
use protocol::oidc::authorize::AuthorizationRequest;
use serde::{Deserialize, Serialize};

/// A request that a client left with us, checked.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PushedRequest {
    /// What it asks.
    pub request: AuthorizationRequest,
    /// First instant at which no browser may come with it.
    pub expires_at: DateTime<Utc>,
}

impl Brief {
    /// Keeps a pushed request until its `expires_at`.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn put_pushed_request(
        &self,
        name: &SecretHash,
        pushed: &PushedRequest,
        now: DateTime<Utc>,
    ) -> Result<(), StoreError> {
        self.put(Kind::PushedRequest, name, pushed, pushed.expires_at, now)
            .await
    }

    /// The pushed request of this name, unless it expired or was used up.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn pushed_request(
        &self,
        name: &SecretHash,
        now: DateTime<Utc>,
    ) -> Result<Option<PushedRequest>, StoreError> {
        self.get(Kind::PushedRequest, name, now).await
    }

    /// Forgets a pushed request.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub async fn remove_pushed_request(&self, name: &SecretHash) -> Result<(), StoreError> {
        self.remove(Kind::PushedRequest, name).await
    }

    /// Uses up a pushed request for `login`, and remembers it until `until`. Of all logins one is told `true`, as often as
    /// it asks.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn use_pushed_request(
        &self,
        name: &SecretHash,
        login: &LoginId,
        until: DateTime<Utc>,
        now: DateTime<Utc>,
    ) -> Result<bool, StoreError> {
        if self.add(Kind::UsedRequest, name, login, until, now).await? {
            return Ok(true);
        }
        let first: Option<LoginId> = self.get(Kind::UsedRequest, name, now).await?;
        Ok(first.as_ref() == Some(login))
    }
}
