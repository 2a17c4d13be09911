//! Logouts that may go on at the identity provider.

use super::{Brief, Kind};
use crate::login::PendingLogout;
use crate::store::StoreError;
use chrono::{DateTime, Utc};

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
}
