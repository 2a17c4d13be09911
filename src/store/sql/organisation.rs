//! Tables `organisation` and `unit`.

use super::Tx;
use super::column::{json, micros, word};
use crate::store::StoreError;
use domain::organisation::{Organisation, Unit};

impl Tx {
    /// An organisation, new or replaced.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] when another organisation has this alias.
    pub async fn upsert_organisation(&mut self, organisation: &Organisation) -> Result<(), StoreError> {
        let kind = word(&organisation.kind)?;
        let identifiers = json(&organisation.identifiers)?;
        let state = word(&organisation.state)?;
        changed!(
            self,
            "organisation",
            sqlx::query(
                "INSERT INTO organisation (id, alias, name, kind, identifiers, state) \
                 VALUES ($1, $2, $3, $4, $5, $6) \
                 ON CONFLICT (id) DO UPDATE SET alias = excluded.alias, name = excluded.name, \
                 kind = excluded.kind, identifiers = excluded.identifiers, state = excluded.state"
            )
            .bind(organisation.id.0)
            .bind(&organisation.alias)
            .bind(&organisation.name)
            .bind(&kind)
            .bind(&identifiers)
            .bind(&state)
        )?;
        Ok(())
    }

    /// A unit, new or replaced. It never moves to another organisation.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] when there is no such organisation, or the unit is another one's.
    pub async fn upsert_unit(&mut self, unit: &Unit) -> Result<(), StoreError> {
        let rows = changed!(
            self,
            "unit",
            sqlx::query(
                "INSERT INTO unit (id, organisation, name, valid_from, valid_until) VALUES ($1, $2, $3, $4, $5) \
                 ON CONFLICT (id) DO UPDATE SET name = excluded.name, valid_from = excluded.valid_from, \
                 valid_until = excluded.valid_until WHERE unit.organisation = excluded.organisation"
            )
            .bind(unit.id.0)
            .bind(unit.organisation.0)
            .bind(&unit.name)
            .bind(micros(unit.valid_from))
            .bind(unit.valid_until.map(micros))
        )?;
        match rows {
            0 => Err(StoreError::Conflict {
                table: "unit",
                rule: "unique key",
            }),
            _ => Ok(()),
        }
    }
}
