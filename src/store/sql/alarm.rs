//! Table `alarm`: what was raised once is not raised again.

use super::Tx;
use super::column::micros;
use crate::store::StoreError;
use chrono::{DateTime, Utc};

const TABLE: &str = "alarm";

impl Tx {
    /// Whether `subject` is raised for the first time. It names what, and the state of it that is alarming.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn raise_alarm(&mut self, subject: &str, now: DateTime<Utc>) -> Result<bool, StoreError> {
        let rows = changed!(
            self,
            TABLE,
            sqlx::query("INSERT INTO alarm (subject, raised_at) VALUES ($1, $2) ON CONFLICT (subject) DO NOTHING")
                .bind(subject)
                .bind(micros(now))
        )?;
        Ok(rows > 0)
    }
}
