//! What access tokens stand for.

use super::{Brief, Kind};
use crate::store::StoreError;
use chrono::{DateTime, Utc};
use protocol::oidc::SecretHash;
use protocol::oidc::access_token::AccessToken;

impl Brief {
    /// Stores what the access token with this hash stands for.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn put_access_token(
        &self,
        hash: &SecretHash,
        token: &AccessToken,
        now: DateTime<Utc>,
    ) -> Result<(), StoreError> {
        self.put(Kind::AccessToken, hash, token, token.expires_at, now).await
    }

    /// What the access token with this hash stands for, unless it expired.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn access_token(&self, hash: &SecretHash, now: DateTime<Utc>) -> Result<Option<AccessToken>, StoreError> {
        self.get(Kind::AccessToken, hash, now).await
    }

    /// Forgets an access token.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub async fn remove_access_token(&self, hash: &SecretHash) -> Result<(), StoreError> {
        self.remove(Kind::AccessToken, hash).await
    }
}
