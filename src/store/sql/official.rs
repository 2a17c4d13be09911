//! Table `official_duty`: what officials may do in the back office.

use super::Tx;
use super::column::{RowReader, micros, word};
use crate::store::{Store, StoreError};
use domain::person::{Duty, HeldDuty, PersonId};
use std::collections::BTreeSet;
use uuid::Uuid;

const TABLE: &str = "official_duty";

row! {
    struct DutyRow {
        person: Uuid,
        duty: String,
        valid_from: i64,
        valid_until: Option<i64>,
    }
}

impl DutyRow {
    fn read(self) -> Result<HeldDuty, StoreError> {
        let row = RowReader::new(TABLE, &self.person);
        Ok(HeldDuty {
            person: PersonId(self.person),
            duty: row.word("duty", &self.duty)?,
            valid_from: row.instant("valid_from", self.valid_from)?,
            valid_until: row.instant_if("valid_until", self.valid_until)?,
        })
    }
}

impl Store {
    /// Every duty of a person, in force or not.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn duties(&self, person: PersonId) -> Result<Vec<HeldDuty>, StoreError> {
        let rows: Vec<DutyRow> = read!(self, TABLE, connection =>
            sqlx::query_as("SELECT person, duty, valid_from, valid_until FROM official_duty WHERE person = $1 \
                            ORDER BY duty")
                .bind(person.0)
                .fetch_all(connection))?;
        rows.into_iter().map(DutyRow::read).collect()
    }
}

impl Tx {
    /// Gives somebody a duty, or changes its time. `configured`: by the configuration.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] when there is no such person.
    pub async fn upsert_duty(&mut self, held: &HeldDuty, configured: bool) -> Result<(), StoreError> {
        let duty = word(&held.duty)?;
        changed!(
            self,
            TABLE,
            sqlx::query(
                "INSERT INTO official_duty (person, duty, valid_from, valid_until, configured) \
                 VALUES ($1, $2, $3, $4, $5) \
                 ON CONFLICT (person, duty) DO UPDATE SET valid_from = excluded.valid_from, \
                 valid_until = excluded.valid_until, configured = excluded.configured"
            )
            .bind(held.person.0)
            .bind(&duty)
            .bind(micros(held.valid_from))
            .bind(held.valid_until.map(micros))
            .bind(configured)
        )?;
        Ok(())
    }

    /// Takes every duty of a person away that is not named.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn remove_duties_except(&mut self, person: PersonId, kept: &[Duty]) -> Result<u64, StoreError> {
        let held: Vec<String> = within!(self, TABLE, connection =>
            sqlx::query_scalar("SELECT duty FROM official_duty WHERE person = $1")
                .bind(person.0)
                .fetch_all(connection))?;
        let kept: BTreeSet<String> = kept.iter().map(word).collect::<Result<_, _>>()?;
        let mut removed: u64 = 0;
        for duty in held.iter().filter(|duty| !kept.contains(*duty)) {
            let rows = changed!(
                self,
                TABLE,
                sqlx::query("DELETE FROM official_duty WHERE person = $1 AND duty = $2")
                    .bind(person.0)
                    .bind(duty)
            )?;
            removed = removed.saturating_add(rows);
        }
        Ok(removed)
    }

    /// Takes the duties away that an earlier configuration gave and this one does not.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn remove_configured_duties_except(&mut self, kept: &[(PersonId, Duty)]) -> Result<u64, StoreError> {
        let rows: Vec<DutyRow> = within!(self, TABLE, connection =>
            sqlx::query_as("SELECT person, duty, valid_from, valid_until FROM official_duty WHERE configured")
                .fetch_all(connection))?;
        let mut removed: u64 = 0;
        for row in rows {
            let held = row.read()?;
            if kept.contains(&(held.person, held.duty)) {
                continue;
            }
            let duty = word(&held.duty)?;
            let rows = changed!(
                self,
                TABLE,
                sqlx::query("DELETE FROM official_duty WHERE person = $1 AND duty = $2")
                    .bind(held.person.0)
                    .bind(&duty)
            )?;
            removed = removed.saturating_add(rows);
        }
        Ok(removed)
    }
}
