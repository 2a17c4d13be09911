//! Browser sessions.

use super::{Brief, Kind};
use crate::login::Session;
use crate::store::StoreError;
use chrono::{DateTime, Utc};
use protocol::oidc::SecretHash;

impl Brief {
    /// Stores a browser session until `expires_at`, new or changed.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn put_session(
        &self,
        session: &Session,
        expires_at: DateTime<Utc>,
        now: DateTime<Utc>,
    ) -> Result<(), StoreError> {
        self.put(Kind::Session, &session.id, session, expires_at, now).await
    }

    /// Changes a session that is still there. `false`: it ended meanwhile (a logout in another tab, or at the
    /// identity provider), and is not brought back.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn renew_session(
        &self,
        session: &Session,
        expires_at: DateTime<Utc>,
        now: DateTime<Utc>,
    ) -> Result<bool, StoreError> {
        self.replace(Kind::Session, &session.id, session, expires_at, now).await
    }

    /// The session of the cookie with this hash, unless it expired.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn session(&self, id: &SecretHash, now: DateTime<Utc>) -> Result<Option<Session>, StoreError> {
        self.get(Kind::Session, id, now).await
    }

    /// Ends a session.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub async fn remove_session(&self, id: &SecretHash) -> Result<(), StoreError> {
        self.remove(Kind::Session, id).await
    }
}
