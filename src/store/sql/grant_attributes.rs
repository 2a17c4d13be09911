//! Table `grant_attributes`: what an identity provider said in the authentication behind a grant.

use super::Tx;
use super::column::{RowReader, json, micros};
use crate::store::{Store, StoreError};
use chrono::{DateTime, Utc};
use std::collections::BTreeMap;
use uuid::Uuid;

const TABLE: &str = "grant_attributes";

impl Store {
    /// What a grant passes on, by the issuer's name for it; empty when there is nothing.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn grant_attributes(&self, grant: Uuid) -> Result<BTreeMap<String, String>, StoreError> {
        let text: Option<String> = read!(self, TABLE, connection =>
            sqlx::query_scalar("SELECT attributes FROM grant_attributes WHERE grant_id = $1")
                .bind(grant)
                .fetch_optional(connection))?;
        let row = RowReader::new(TABLE, &grant);
        text.map_or_else(|| Ok(BTreeMap::new()), |text| row.json("attributes", &text))
    }
}

impl Store {
    /// The `at_most`th id behind `after` of a grant that passes something on, or the last there is: a stretch to look at in
    /// one go. `None`: there is none behind it.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn attributes_until(&self, after: Uuid, at_most: i64) -> Result<Option<Uuid>, StoreError> {
        let ids: Vec<Uuid> = read!(self, TABLE, connection =>
            sqlx::query_scalar("SELECT grant_id FROM grant_attributes WHERE grant_id > $1 ORDER BY grant_id LIMIT $2")
                .bind(after)
                .bind(at_most)
                .fetch_all(connection))?;
        Ok(ids.last().copied())
    }
}

impl Tx {
    /// Keeps what a new grant passes on; nothing is kept of nothing.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] when there is no such grant, or it has its attributes.
    pub async fn insert_grant_attributes(
        &mut self,
        grant: Uuid,
        attributes: &BTreeMap<String, String>,
    ) -> Result<(), StoreError> {
        if attributes.is_empty() {
            return Ok(());
        }
        let attributes = json(attributes)?;
        changed!(
            self,
            TABLE,
            sqlx::query("INSERT INTO grant_attributes (grant_id, attributes) VALUES ($1, $2)")
                .bind(grant)
                .bind(&attributes)
        )
        .map(|_| ())
    }

    /// Forgets, of the grants whose ids lie behind `after` and up to `last`, what those passed on that ended before `before`, or
    /// were given before `before` and have no refresh token that is good at `now`: no token tells it any more. Says how many.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn remove_spent_attributes(
        &mut self,
        (after, last): (Uuid, Uuid),
        before: DateTime<Utc>,
        now: DateTime<Utc>,
    ) -> Result<u64, StoreError> {
        changed!(
            self,
            TABLE,
            sqlx::query(
                "DELETE FROM grant_attributes WHERE grant_id > $3 AND grant_id <= $4 AND EXISTS \
                 (SELECT 1 FROM login_grant g WHERE g.id = grant_attributes.grant_id AND (g.ended_at < $1 \
                 OR (g.created_at < $1 AND NOT EXISTS \
                 (SELECT 1 FROM refresh_token r WHERE r.grant_id = g.id AND r.expires_at > $2))))"
            )
            .bind(micros(before))
            .bind(micros(now))
            .bind(after)
            .bind(last)
        )
    }
}
