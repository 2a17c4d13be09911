//! What is good once, and since when this is remembered.

use super::{Brief, Kind};
use crate::store::StoreError;
use chrono::{DateTime, SubsecRound as _, TimeDelta, Utc};
use protocol::oidc::SecretHash;

/// Longer than any installation lives.
const FOR_EVER: TimeDelta = TimeDelta::days(36_500);

impl Brief {
    /// Uses up something that is good once (a `jti`), known by a hash and remembered until `until`. Of all who try,
    /// one is told `true`.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub async fn use_once(
        &self,
        name: &SecretHash,
        until: DateTime<Utc>,
        now: DateTime<Utc>,
    ) -> Result<bool, StoreError> {
        self.add(Kind::UsedOnce, name, &(), until, now).await
    }

    /// Since when this store remembers everything: before that, something may have been used that it forgot. Asked
    /// for the first time, it begins now, to the second: `iat` (RFC 7519 §4.1.6) is told no finer.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn remembers_since(&self, now: DateTime<Utc>) -> Result<DateTime<Utc>, StoreError> {
        let key = b"store";
        if let Some(beginning) = self.get(Kind::Beginning, key, now).await? {
            return Ok(beginning);
        }
        let beginning = now.trunc_subsecs(0);
        let for_ever = now.checked_add_signed(FOR_EVER).unwrap_or(now);
        self.add(Kind::Beginning, key, &beginning, for_ever, now).await?;
        Ok(self.get(Kind::Beginning, key, now).await?.unwrap_or(beginning))
    }
}
