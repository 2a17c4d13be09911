//! Table `trust_list`: the last good copy of each list.

use super::Tx;
use super::column::micros;
use crate::store::{Store, StoreError};
use chrono::{DateTime, Utc};

const TABLE: &str = "trust_list";

impl Store {
    /// The last good copy of the list at `address`, as it came.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn trust_list(&self, address: &str) -> Result<Option<String>, StoreError> {
        read!(self, TABLE, connection =>
            sqlx::query_scalar("SELECT document FROM trust_list WHERE address = $1")
                .bind(address)
                .fetch_optional(connection))
    }
}

impl Tx {
    /// Keeps a list, unless one with a higher sequence number is kept already: then `false`, and nothing changes.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn keep_trust_list(
        &mut self,
        address: &str,
        sequence: u64,
        document: &str,
        now: DateTime<Utc>,
    ) -> Result<bool, StoreError> {
        let rows = changed!(
            self,
            TABLE,
            sqlx::query(
                "INSERT INTO trust_list (address, sequence, document, fetched_at) VALUES ($1, $2, $3, $4) \
                 ON CONFLICT (address) DO UPDATE SET sequence = excluded.sequence, document = excluded.document, \
                 fetched_at = excluded.fetched_at WHERE excluded.sequence >= trust_list.sequence"
            )
            .bind(address)
            .bind(i64::try_from(sequence).unwrap_or(i64::MAX))
            .bind(document)
            .bind(micros(now))
        )?;
        Ok(rows > 0)
    }
}
