//! Table `grant_attributes`: what an identity provider said in the authentication behind a grant.

use super::Tx;
use super::column::{RowReader, json};
use crate::store::{Store, StoreError};
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
}
