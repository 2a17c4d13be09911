//! The rows that are sealed: of `saml_transaction` and `security_event`, as the chain knows them.

use super::Tx;
use super::column::micros;
use super::register_content::Content;
use crate::store::{Store, StoreError};
use chrono::{DateTime, Utc};
use protocol::sealing::{RowDigest, RowSeal, Stream};
use uuid::Uuid;

macro_rules! register_rows {
    ($tail:literal) => {
        concat!(
            "SELECT id, request_id, attempt, login_id, client_id, identity_provider, assertion_id, response_id, ",
            "request_issued_at, response_issued_at, name_qualifier, outcome, reference, received_at, replay_until, ",
            "data_key, fiscal_number_hash, name_id_hash, content, person FROM saml_transaction ",
            $tail
        )
    };
}

macro_rules! event_rows {
    ($tail:literal) => {
        concat!(
            "SELECT id, at, kind, person, client_id, organisation, mandate, detail, reference, actor ",
            "FROM security_event ",
            $tail
        )
    };
}

/// Rows that wait to be sealed.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Unsealed {
    /// As the chain will know them, by id.
    pub rows: Vec<RowSeal>,
    /// Rows of the register that no key of ours encrypted: not written by us, and not to be sealed.
    pub strange: Vec<Uuid>,
}

row! {
    struct RegisterRow {
        id: Uuid,
        request_id: String,
        attempt: i16,
        login_id: String,
        client_id: Option<String>,
        identity_provider: String,
        assertion_id: Option<String>,
        response_id: Option<String>,
        request_issued_at: i64,
        response_issued_at: Option<i64>,
        name_qualifier: Option<String>,
        outcome: String,
        reference: Option<String>,
        received_at: i64,
        replay_until: i64,
        data_key: Uuid,
        fiscal_number_hash: Option<Vec<u8>>,
        name_id_hash: Option<Vec<u8>>,
        content: Vec<u8>,
        person: Option<Uuid>,
    }
}

impl RegisterRow {
    /// Every column but `identity`, which is gone by then, and `segment`.
    fn seal(&self) -> RowSeal {
        let digest = RowDigest::new(Stream::Register)
            .id(self.id)
            .text(&self.request_id)
            .number(self.attempt.into())
            .text(&self.login_id)
            .text_if(self.client_id.as_deref())
            .text(&self.identity_provider)
            .text_if(self.assertion_id.as_deref())
            .text_if(self.response_id.as_deref())
            .number(self.request_issued_at)
            .number_if(self.response_issued_at)
            .text_if(self.name_qualifier.as_deref())
            .text(&self.outcome)
            .text_if(self.reference.as_deref())
            .number(self.received_at)
            .number(self.replay_until)
            .id(self.data_key)
            .bytes_if(self.fiscal_number_hash.as_deref())
            .bytes_if(self.name_id_hash.as_deref())
            .bytes(&self.content)
            .id_if(self.person);
        RowSeal {
            id: self.id,
            at: self.received_at,
            digest: digest.finish(),
        }
    }
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
        detail: Option<String>,
        reference: Option<String>,
        actor: Option<Uuid>,
    }
}

impl EventRow {
    /// Every column but `segment`.
    fn seal(&self) -> RowSeal {
        let digest = RowDigest::new(Stream::Events)
            .id(self.id)
            .number(self.at)
            .text(&self.kind)
            .id_if(self.person)
            .text_if(self.client_id.as_deref())
            .id_if(self.organisation)
            .id_if(self.mandate)
            .text_if(self.detail.as_deref())
            .text_if(self.reference.as_deref())
            .id_if(self.actor);
        RowSeal {
            id: self.id,
            at: self.at,
            digest: digest.finish(),
        }
    }
}

impl Store {
    /// Rows that are not sealed yet and will not change any more, of before `before`, by id, `limit` at most.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn unsealed(&self, stream: Stream, before: DateTime<Utc>, limit: u32) -> Result<Unsealed, StoreError> {
        if stream == Stream::Events {
            let rows: Vec<EventRow> = read!(self, "security_event", connection =>
                sqlx::query_as(event_rows!("WHERE segment IS NULL AND at < $1 ORDER BY id LIMIT $2"))
                    .bind(micros(before))
                    .bind(i64::from(limit))
                    .fetch_all(connection))?;
            return Ok(Unsealed {
                rows: rows.iter().map(EventRow::seal).collect(),
                strange: Vec::new(),
            });
        }
        let rows: Vec<RegisterRow> = read!(self, "saml_transaction", connection =>
            sqlx::query_as(register_rows!("WHERE segment IS NULL AND identity IS NULL AND received_at < $1 \
                                           ORDER BY id LIMIT $2"))
                .bind(micros(before))
                .bind(i64::from(limit))
                .fetch_all(connection))?;
        let mut unsealed = Unsealed::default();
        for row in &rows {
            let keys = self.unlocked_for(row.data_key).await?;
            match Content::open(&keys, row.data_key, row.id, &row.content) {
                Ok(_) => unsealed.rows.push(row.seal()),
                Err(_) => unsealed.strange.push(row.id),
            }
        }
        Ok(unsealed)
    }

    /// The rows of a segment as they are now.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn sealed_rows(&self, stream: Stream, number: i64) -> Result<Vec<RowSeal>, StoreError> {
        if stream == Stream::Events {
            let rows: Vec<EventRow> = read!(self, "security_event", connection =>
                sqlx::query_as(event_rows!("WHERE segment = $1")).bind(number).fetch_all(connection))?;
            return Ok(rows.iter().map(EventRow::seal).collect());
        }
        let rows: Vec<RegisterRow> = read!(self, "saml_transaction", connection =>
            sqlx::query_as(register_rows!("WHERE segment = $1")).bind(number).fetch_all(connection))?;
        Ok(rows.iter().map(RegisterRow::seal).collect())
    }

    /// Rows that say they belong to a segment that there is not, `limit` at most.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn rows_outside(&self, stream: Stream, last: i64, limit: u32) -> Result<Vec<Uuid>, StoreError> {
        match stream {
            Stream::Events => read!(self, "security_event", connection =>
                sqlx::query_scalar("SELECT id FROM security_event WHERE segment < 1 OR segment > $1 LIMIT $2")
                    .bind(last)
                    .bind(i64::from(limit))
                    .fetch_all(connection)),
            Stream::Register => read!(self, "saml_transaction", connection =>
                sqlx::query_scalar("SELECT id FROM saml_transaction WHERE segment < 1 OR segment > $1 LIMIT $2")
                    .bind(last)
                    .bind(i64::from(limit))
                    .fetch_all(connection)),
        }
    }
}

impl Tx {
    /// Marks the rows between two ids that [`Store::unsealed`] gave as sealed in `number`. Says how many: another
    /// number than the manifest's means that a row came in between, and the change has to be undone.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn mark_sealed(
        &mut self,
        stream: Stream,
        number: i64,
        (first, last): (Uuid, Uuid),
        before: DateTime<Utc>,
    ) -> Result<u64, StoreError> {
        match stream {
            Stream::Events => changed!(
                self,
                "security_event",
                sqlx::query(
                    "UPDATE security_event SET segment = $1 \
                     WHERE segment IS NULL AND id >= $2 AND id <= $3 AND at < $4"
                )
                .bind(number)
                .bind(first)
                .bind(last)
                .bind(micros(before))
            ),
            Stream::Register => changed!(
                self,
                "saml_transaction",
                sqlx::query(
                    "UPDATE saml_transaction SET segment = $1 \
                     WHERE segment IS NULL AND identity IS NULL AND id >= $2 AND id <= $3 AND received_at < $4"
                )
                .bind(number)
                .bind(first)
                .bind(last)
                .bind(micros(before))
            ),
        }
    }
}
