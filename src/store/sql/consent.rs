//! Table `consent`: what a person agreed that a relying party may know.

use super::Tx;
use super::column::{RowReader, json, micros};
use crate::store::{Store, StoreError};
use chrono::{DateTime, Utc};
use domain::person::PersonId;
use protocol::oidc::consent::Agreed;

const TABLE: &str = "consent";

/// One consent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Consent {
    /// The relying party.
    pub client_id: String,
    /// What it may know.
    pub agreed: Agreed,
    /// When the last of it was agreed to.
    pub given_at: DateTime<Utc>,
}

impl Store {
    /// What a person agreed to at a client.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn consent(&self, person: PersonId, client: &str) -> Result<Option<Agreed>, StoreError> {
        let text: Option<String> = read!(self, TABLE, connection =>
            sqlx::query_scalar("SELECT released FROM consent WHERE person = $1 AND client_id = $2")
                .bind(person.0)
                .bind(client)
                .fetch_optional(connection))?;
        let row = RowReader::new(TABLE, &person.0);
        text.map(|text| row.json("released", &text)).transpose()
    }

    /// Everything that a person agreed to, by client.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn consents_of(&self, person: PersonId) -> Result<Vec<Consent>, StoreError> {
        let rows: Vec<(String, String, i64)> = read!(self, TABLE, connection => sqlx::query_as(
            "SELECT client_id, released, given_at FROM consent WHERE person = $1 ORDER BY client_id")
            .bind(person.0)
            .fetch_all(connection))?;
        let row = RowReader::new(TABLE, &person.0);
        rows.into_iter()
            .map(|(client_id, released, given_at)| {
                Ok(Consent {
                    client_id,
                    agreed: row.json("released", &released)?,
                    given_at: row.instant("given_at", given_at)?,
                })
            })
            .collect()
    }
}

impl Tx {
    /// Remembers what a person agreed to at a client, in the place of what there was.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] when what it names does not exist.
    pub async fn put_consent(
        &mut self,
        person: PersonId,
        client: &str,
        agreed: &Agreed,
        now: DateTime<Utc>,
    ) -> Result<(), StoreError> {
        let released = json(agreed)?;
        changed!(
            self,
            TABLE,
            sqlx::query(
                "INSERT INTO consent (person, client_id, released, given_at) VALUES ($1, $2, $3, $4) \
                 ON CONFLICT (person, client_id) DO UPDATE SET released = excluded.released, \
                 given_at = excluded.given_at"
            )
            .bind(person.0)
            .bind(client)
            .bind(&released)
            .bind(micros(now))
        )
        .map(|_| ())
    }

    /// Takes it back; `false` when there was none.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn remove_consent(&mut self, person: PersonId, client: &str) -> Result<bool, StoreError> {
        let rows = changed!(
            self,
            TABLE,
            sqlx::query("DELETE FROM consent WHERE person = $1 AND client_id = $2")
                .bind(person.0)
                .bind(client)
        )?;
        Ok(rows > 0)
    }

    /// Forgets what everybody agreed to at a client.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn remove_consents_at(&mut self, client: &str) -> Result<u64, StoreError> {
        changed!(
            self,
            TABLE,
            sqlx::query("DELETE FROM consent WHERE client_id = $1").bind(client)
        )
    }
}
