//! Logouts that may go on at the identity provider.

use super::{Brief, Kind};
use crate::login::PendingLogout;
use crate::store::StoreError;
use chrono::{DateTime, Utc};
use protocol::oidc::SecretHash;

impl Brief {
    /// Stores a logout that may go on at the identity provider, new or changed, until its `expires_at`.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn put_logout(&self, logout: &PendingLogout, now: DateTime<Utc>) -> Result<(), StoreError> {
        let key = logout.handle.as_bytes();
        self.put(Kind::Logout, key, logout, logout.expires_at, now).await
    }

    /// The logout with this handle, unless it expired.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn logout(&self, handle: &str, now: DateTime<Utc>) -> Result<Option<PendingLogout>, StoreError> {
        self.get(Kind::Logout, handle.as_bytes(), now).await
    }

    /// Forgets a logout that was answered.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub async fn remove_logout(&self, handle: &str) -> Result<(), StoreError> {
        self.remove(Kind::Logout, handle.as_bytes()).await
    }

    /// Stores a portal's logout request under the hash of a handle, until `until`.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn put_logout_request(
        &self,
        handle: &SecretHash,
        request: &str,
        until: DateTime<Utc>,
        now: DateTime<Utc>,
    ) -> Result<(), StoreError> {
        self.put(Kind::LogoutRequest, handle, &request, until, now).await
    }

    /// The logout request with this handle's hash, unless it expired.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn logout_request(&self, handle: &SecretHash, now: DateTime<Utc>) -> Result<Option<String>, StoreError> {
        self.get(Kind::LogoutRequest, handle, now).await
    }
}
