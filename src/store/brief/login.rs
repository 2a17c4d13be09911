//! Logins in flight.

use super::{Brief, Kind};
use crate::login::{Login, LoginId};
use crate::store::StoreError;
use chrono::{DateTime, TimeDelta, Utc};

/// How long a login is remembered after nobody may go on with it.
pub(super) const LATECOMERS: TimeDelta = TimeDelta::days(1);

impl Brief {
    /// Stores a login in flight, new or changed, until a day after its `expires_at`: whoever comes late
    /// is told which service to start again from ([`Login::admit`] judges the time).
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn put_login(&self, login: &Login, now: DateTime<Utc>) -> Result<(), StoreError> {
        let until = login
            .expires_at
            .checked_add_signed(LATECOMERS)
            .unwrap_or(login.expires_at);
        self.put(Kind::Login, login.id.0.as_bytes(), login, until, now).await
    }

    /// The login of this name, unless it is forgotten.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn login(&self, id: &LoginId, now: DateTime<Utc>) -> Result<Option<Login>, StoreError> {
        self.get(Kind::Login, id.0.as_bytes(), now).await
    }

    /// Forgets a login.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub async fn remove_login(&self, id: &LoginId) -> Result<(), StoreError> {
        self.remove(Kind::Login, id.0.as_bytes()).await
    }
}
