//! Table `saml_transaction`: the identities that wait for the browser they were proved for.

use super::Tx;
use super::column::micros;
use super::register_content::TABLE;
use crate::store::StoreError;
use chrono::{DateTime, Utc};
use domain::person::PersonId;

impl Tx {
    /// Forgets the identity once it is on the login, and notes whose it was. Of all who try, one is told `true`.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn take_identity(&mut self, request_id: &str, person: PersonId) -> Result<bool, StoreError> {
        let rows = changed!(
            self,
            TABLE,
            sqlx::query(
                "UPDATE saml_transaction SET identity = NULL, person = $2 \
                 WHERE request_id = $1 AND attempt = 0 AND identity IS NOT NULL"
            )
            .bind(request_id)
            .bind(person.0)
        )?;
        Ok(rows > 0)
    }

    /// Forgets what nobody came for: whoever comes after `before` finds an expired login. Says how many.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn forget_identities(&mut self, before: DateTime<Utc>) -> Result<u64, StoreError> {
        changed!(
            self,
            TABLE,
            sqlx::query(
                "UPDATE saml_transaction SET identity = NULL \
                 WHERE segment IS NULL AND identity IS NOT NULL AND received_at < $1"
            )
            .bind(micros(before))
        )
    }

    /// Forgets one identity that waits: its identity provider ended the session that it was proved in. `false`: it
    /// was taken, or forgotten, before.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn drop_identity(&mut self, request_id: &str) -> Result<bool, StoreError> {
        let rows = changed!(
            self,
            TABLE,
            sqlx::query(
                "UPDATE saml_transaction SET identity = NULL \
                 WHERE request_id = $1 AND attempt = 0 AND identity IS NOT NULL"
            )
            .bind(request_id)
        )?;
        Ok(rows > 0)
    }
}
