//! Table `security_event`: append only, and the engines refuse anything else.

use super::Tx;
use super::column::{RowReader, micros};
use crate::store::{Store, StoreError};
use domain::audit::SecurityEvent;
use domain::mandate::MandateId;
use domain::organisation::OrganisationId;
use domain::person::PersonId;
use uuid::Uuid;

const TABLE: &str = "security_event";

macro_rules! events {
    ($tail:literal) => {
        concat!(
            "SELECT id, at, kind, person, client_id, organisation, mandate, actor, detail, reference FROM security_event ",
            $tail
        )
    };
}

row! {
    struct EventRow {
        id: Uuid,
        at: i64,
        kind: String,
        person: Option<Uuid>,
        client_id: Option<String>,
        organisation: Option<Uuid>,
        mandate: Option<Uuid>,
        actor: Option<Uuid>,
        detail: Option<String>,
        reference: Option<String>,
    }
}

impl EventRow {
    fn read(self) -> Result<SecurityEvent, StoreError> {
        let row = RowReader::new(TABLE, &self.id);
        Ok(SecurityEvent {
            id: self.id,
            at: row.instant("at", self.at)?,
            kind: row.word("kind", &self.kind)?,
            person: self.person.map(PersonId),
            client: self.client_id,
            organisation: self.organisation.map(OrganisationId),
            mandate: self.mandate.map(MandateId),
            actor: self.actor.map(PersonId),
            detail: self.detail,
            reference: self.reference,
        })
    }
}

impl Store {
    /// Events in the order of their ids (that is, of time), beginning after `after`, `limit` at most.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn events(&self, after: Option<Uuid>, limit: u32) -> Result<Vec<SecurityEvent>, StoreError> {
        let rows: Vec<EventRow> = read!(self, TABLE, connection =>
            sqlx::query_as(events!("WHERE id > $1 ORDER BY id LIMIT $2"))
                .bind(after.unwrap_or(Uuid::nil()))
                .bind(i64::from(limit))
                .fetch_all(connection))?;
        rows.into_iter().map(EventRow::read).collect()
    }

    /// The events whose reference a citizen reads out on the telephone.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn events_by_reference(&self, reference: &str) -> Result<Vec<SecurityEvent>, StoreError> {
        let rows: Vec<EventRow> = read!(self, TABLE, connection =>
            sqlx::query_as(events!("WHERE reference = $1 ORDER BY id"))
                .bind(reference)
                .fetch_all(connection))?;
        rows.into_iter().map(EventRow::read).collect()
    }
}

impl Store {
    /// The events that concern a person, the newest first, `limit` at most.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn events_of_person(&self, person: PersonId, limit: u32) -> Result<Vec<SecurityEvent>, StoreError> {
        let rows: Vec<EventRow> = read!(self, TABLE, connection =>
            sqlx::query_as(events!("WHERE person = $1 ORDER BY id DESC LIMIT $2"))
                .bind(person.0)
                .bind(i64::from(limit))
                .fetch_all(connection))?;
        rows.into_iter().map(EventRow::read).collect()
    }
}

impl Tx {
    /// Appends an event, in the same transaction as what it tells of.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] when the id is taken.
    pub async fn record(&mut self, event: &SecurityEvent) -> Result<(), StoreError> {
        changed!(
            self,
            TABLE,
            sqlx::query(
                "INSERT INTO security_event (id, at, kind, person, client_id, organisation, mandate, detail, \
                 reference, actor) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)"
            )
            .bind(event.id)
            .bind(micros(event.at))
            .bind(event.kind.name())
            .bind(event.person.map(|person| person.0))
            .bind(event.client.as_deref())
            .bind(event.organisation.map(|organisation| organisation.0))
            .bind(event.mandate.map(|mandate| mandate.0))
            .bind(event.detail.as_deref())
            .bind(event.reference.as_deref())
            .bind(event.actor.map(|actor| actor.0))
        )?;
        Ok(())
    }
}
