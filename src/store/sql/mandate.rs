//! Table `mandate`, always read with the organisation and unit it names.

use super::Tx;
use super::column::{RowReader, json, micros, word};
use crate::store::{Store, StoreError};
use domain::mandate::{Holding, Mandate, MandateId};
use domain::organisation::{Organisation, OrganisationId, Unit, UnitId};
use domain::person::PersonId;
use uuid::Uuid;

const TABLE: &str = "mandate";

row! {
    /// One mandate, its organisation (`o_`) and its unit (`u_`).
    struct HoldingRow {
        id: Uuid,
        person: Uuid,
        organisation: Uuid,
        unit: Option<Uuid>,
        kind: String,
        roles: String,
        evidence: String,
        state: String,
        valid_from: i64,
        valid_until: i64,
        o_alias: String,
        o_name: String,
        o_kind: String,
        o_identifiers: String,
        o_state: String,
        u_organisation: Option<Uuid>,
        u_name: Option<String>,
        u_valid_from: Option<i64>,
        u_valid_until: Option<i64>,
        lapsed: bool,
    }
}

/// A mandate as the watch over its force reads it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Watched {
    /// The mandate and what it names.
    pub holding: Holding,
    /// Whether it was found not to be in force, and the grants under it ended.
    pub lapsed: bool,
}

macro_rules! holdings {
    ($tail:literal) => {
        concat!(
            "SELECT m.id, m.person, m.organisation, m.unit, m.kind, m.roles, m.evidence, m.state, m.valid_from, ",
            "m.valid_until, o.alias AS o_alias, o.name AS o_name, o.kind AS o_kind, ",
            "o.identifiers AS o_identifiers, o.state AS o_state, u.organisation AS u_organisation, ",
            "u.name AS u_name, u.valid_from AS u_valid_from, u.valid_until AS u_valid_until, m.lapsed ",
            "FROM mandate m JOIN organisation o ON o.id = m.organisation LEFT JOIN unit u ON u.id = m.unit ",
            $tail
        )
    };
}

impl HoldingRow {
    fn read(self) -> Result<Holding, StoreError> {
        let row = RowReader::new(TABLE, &self.id);
        let organisation = self.read_organisation()?;
        let unit = self.read_unit()?;
        Ok(Holding {
            mandate: Mandate {
                id: MandateId(self.id),
                person: PersonId(self.person),
                organisation: organisation.id,
                unit: self.unit.map(UnitId),
                kind: row.word("kind", &self.kind)?,
                roles: row.json("roles", &self.roles)?,
                evidence: row.word("evidence", &self.evidence)?,
                state: row.word("state", &self.state)?,
                valid_from: row.instant("valid_from", self.valid_from)?,
                valid_until: row.instant("valid_until", self.valid_until)?,
            },
            organisation,
            unit,
        })
    }

    fn read_organisation(&self) -> Result<Organisation, StoreError> {
        let row = RowReader::new("organisation", &self.organisation);
        Ok(Organisation {
            id: OrganisationId(self.organisation),
            alias: self.o_alias.clone(),
            name: self.o_name.clone(),
            kind: row.word("kind", &self.o_kind)?,
            identifiers: row.json("identifiers", &self.o_identifiers)?,
            state: row.word("state", &self.o_state)?,
        })
    }

    fn read_unit(&self) -> Result<Option<Unit>, StoreError> {
        let (Some(id), Some(organisation), Some(name), Some(valid_from)) =
            (self.unit, self.u_organisation, &self.u_name, self.u_valid_from)
        else {
            return Ok(None);
        };
        let row = RowReader::new("unit", &id);
        Ok(Some(Unit {
            id: UnitId(id),
            organisation: OrganisationId(organisation),
            name: name.clone(),
            valid_from: row.instant("valid_from", valid_from)?,
            valid_until: row.instant_if("valid_until", self.u_valid_until)?,
        }))
    }
}

impl Store {
    /// Every mandate of a person, in force or not, by the organisation's name.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn holdings_of(&self, person: PersonId) -> Result<Vec<Holding>, StoreError> {
        let rows: Vec<HoldingRow> = read!(self, TABLE, connection =>
            sqlx::query_as(holdings!("WHERE m.person = $1")).bind(person.0).fetch_all(connection))?;
        let mut holdings: Vec<Holding> = rows.into_iter().map(HoldingRow::read).collect::<Result<_, _>>()?;
        // Here and not in SQL: the engines order letters differently.
        holdings.sort_by(|a, b| {
            (&a.organisation.name, a.mandate.unit, a.mandate.id).cmp(&(
                &b.organisation.name,
                b.mandate.unit,
                b.mandate.id,
            ))
        });
        Ok(holdings)
    }

    /// One mandate with what it names.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn holding(&self, id: MandateId) -> Result<Option<Holding>, StoreError> {
        let row: Option<HoldingRow> = read!(self, TABLE, connection =>
            sqlx::query_as(holdings!("WHERE m.id = $1")).bind(id.0).fetch_optional(connection))?;
        row.map(HoldingRow::read).transpose()
    }

    /// At most `limit` mandates of anybody, by their id, those after `after`.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn watched_holdings(&self, after: Option<MandateId>, limit: i64) -> Result<Vec<Watched>, StoreError> {
        let after = after.map_or(Uuid::nil(), |id| id.0);
        let rows: Vec<HoldingRow> = read!(self, TABLE, connection =>
            sqlx::query_as(holdings!("WHERE m.id > $1 ORDER BY m.id LIMIT $2"))
                .bind(after)
                .bind(limit)
                .fetch_all(connection))?;
        rows.into_iter()
            .map(|row| {
                let lapsed = row.lapsed;
                Ok(Watched {
                    holding: row.read()?,
                    lapsed,
                })
            })
            .collect()
    }
}

impl Tx {
    /// A mandate as configuration or an import writes it: new or replaced. It never changes hands: its person
    /// and organisation stay.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] when what it names does not exist, or the id is another holder's mandate.
    pub async fn upsert_mandate(&mut self, mandate: &Mandate) -> Result<(), StoreError> {
        let kind = word(&mandate.kind)?;
        let roles = json(&mandate.roles)?;
        let evidence = word(&mandate.evidence)?;
        let state = word(&mandate.state)?;
        let rows = changed!(
            self,
            TABLE,
            sqlx::query(
                "INSERT INTO mandate (id, person, organisation, unit, kind, roles, evidence, state, valid_from, \
                 valid_until) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) \
                 ON CONFLICT (id) DO UPDATE SET unit = excluded.unit, kind = excluded.kind, \
                 roles = excluded.roles, evidence = excluded.evidence, state = excluded.state, \
                 valid_from = excluded.valid_from, valid_until = excluded.valid_until \
                 WHERE mandate.person = excluded.person AND mandate.organisation = excluded.organisation"
            )
            .bind(mandate.id.0)
            .bind(mandate.person.0)
            .bind(mandate.organisation.0)
            .bind(mandate.unit.map(|unit| unit.0))
            .bind(&kind)
            .bind(&roles)
            .bind(&evidence)
            .bind(&state)
            .bind(micros(mandate.valid_from))
            .bind(micros(mandate.valid_until))
        )?;
        match rows {
            0 => Err(StoreError::Conflict {
                table: TABLE,
                rule: "unique key",
            }),
            _ => Ok(()),
        }
    }

    /// Remembers whether a mandate was found not to be in force. `false`: somebody else was first.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn set_lapsed(&mut self, id: MandateId, lapsed: bool) -> Result<bool, StoreError> {
        let rows = changed!(
            self,
            TABLE,
            sqlx::query("UPDATE mandate SET lapsed = $1 WHERE id = $2 AND lapsed <> $1")
                .bind(lapsed)
                .bind(id.0)
        )?;
        Ok(rows > 0)
    }
}
