//! Cards that are waited for, and cards that were refused.

use super::{Brief, Kind};
use crate::login::{CardAttempt, RefusedCard};
use crate::store::StoreError;
use chrono::{DateTime, Utc};
use protocol::oidc::SecretHash;

impl Brief {
    /// Remembers that a browser was sent to the card listener with the handle of this hash.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn put_card_attempt(
        &self,
        handle: &SecretHash,
        attempt: &CardAttempt,
        now: DateTime<Utc>,
    ) -> Result<(), StoreError> {
        self.put(Kind::CardAttempt, handle, attempt, attempt.expires_at, now)
            .await
    }

    /// The attempt of this handle. Looking it up uses nothing up.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn card_attempt(
        &self,
        handle: &SecretHash,
        now: DateTime<Utc>,
    ) -> Result<Option<CardAttempt>, StoreError> {
        self.get(Kind::CardAttempt, handle, now).await
    }

    /// Remembers what a card was refused for.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn put_refused_card(
        &self,
        handle: &SecretHash,
        refused: &RefusedCard,
        now: DateTime<Utc>,
    ) -> Result<(), StoreError> {
        self.put(Kind::RefusedCard, handle, refused, refused.expires_at, now)
            .await
    }

    /// What the card of this handle was refused for.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn refused_card(
        &self,
        handle: &SecretHash,
        now: DateTime<Utc>,
    ) -> Result<Option<RefusedCard>, StoreError> {
        self.get(Kind::RefusedCard, handle, now).await
    }
}
