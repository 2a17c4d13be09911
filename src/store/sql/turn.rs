//! Table `turn`: what one node does for all.

use super::Tx;
use super::column::micros;
use crate::store::StoreError;
use chrono::{DateTime, Utc};

const TABLE: &str = "turn";

impl Tx {
    /// Takes the turn to do `name`, which nobody else then has before `until`. Of all who try, one is told
    /// `true`. A node that dies in its turn keeps the others waiting until then and no longer.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn take_turn(
        &mut self,
        name: &str,
        now: DateTime<Utc>,
        until: DateTime<Utc>,
    ) -> Result<bool, StoreError> {
        let rows = changed!(
            self,
            TABLE,
            sqlx::query(
                "INSERT INTO turn (name, not_before) VALUES ($1, $2) \
                 ON CONFLICT (name) DO UPDATE SET not_before = excluded.not_before WHERE turn.not_before <= $3"
            )
            .bind(name)
            .bind(micros(until))
            .bind(micros(now))
        )?;
        Ok(rows > 0)
    }

    /// The next turn to do `name` begins at `from`: earlier, because this one failed, or later.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn move_turn(&mut self, name: &str, from: DateTime<Utc>) -> Result<(), StoreError> {
        changed!(
            self,
            TABLE,
            sqlx::query("UPDATE turn SET not_before = $2 WHERE name = $1")
                .bind(name)
                .bind(micros(from))
        )?;
        Ok(())
    }
}
