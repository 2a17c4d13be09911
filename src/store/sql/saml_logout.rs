//! Table `saml_logout`: the LogoutRequests of identity providers that were obeyed, so that none is twice.

use super::Tx;
use super::column::micros;
use crate::store::{Store, StoreError};
use chrono::{DateTime, Utc};

const TABLE: &str = "saml_logout";

impl Store {
    /// Whether this LogoutRequest was obeyed before. Only a first look: [`Tx::consume_logout`] decides.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn logout_was_obeyed(&self, identity_provider: &str, request_id: &str) -> Result<bool, StoreError> {
        let row: Option<(i64,)> = read!(self, TABLE, connection => sqlx::query_as(
            "SELECT replay_until FROM saml_logout WHERE identity_provider = $1 AND request_id = $2")
            .bind(identity_provider)
            .bind(request_id)
            .fetch_optional(connection))?;
        Ok(row.is_some())
    }
}

impl Tx {
    /// Uses up a LogoutRequest, in one conditional write: of all who try, one is told `true`. After
    /// `replay_until` its dates refuse it.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn consume_logout(
        &mut self,
        identity_provider: &str,
        request_id: &str,
        replay_until: DateTime<Utc>,
    ) -> Result<bool, StoreError> {
        let rows = changed!(
            self,
            TABLE,
            sqlx::query(
                "INSERT INTO saml_logout (identity_provider, request_id, replay_until) \
                 VALUES ($1, $2, $3) ON CONFLICT DO NOTHING"
            )
            .bind(identity_provider)
            .bind(request_id)
            .bind(micros(replay_until))
        )?;
        Ok(rows > 0)
    }

    /// Forgets the requests that their dates refuse by now, and says how many; a job's work.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn sweep_logouts(&mut self, now: DateTime<Utc>) -> Result<u64, StoreError> {
        changed!(
            self,
            TABLE,
            sqlx::query("DELETE FROM saml_logout WHERE replay_until <= $1").bind(micros(now))
        )
    }
}
