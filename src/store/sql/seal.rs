//! Table `seal_segment`, and the rows that are sealed in it.

use super::Tx;
use super::column::{RowReader, micros};
use super::register_content::Content;
use crate::store::{Store, StoreError};
use chrono::{DateTime, Utc};
use protocol::sealing::{Hash, Manifest, Purged, RowDigest, RowSeal, Segment, Stream};
use uuid::Uuid;

const TABLE: &str = "seal_segment";

macro_rules! segments {
    ($tail:literal) => {
        concat!(
            "SELECT stream, number, previous, row_count, first_at, last_at, sealed_at, root, manifest, hash, ",
            "sealing_key, signature, purged_at, purge_key, purge_signature FROM seal_segment ",
            $tail
        )
    };
}

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

/// A segment as it is stored: its header, and its list of rows when it can be read and was not purged.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredSegment {
    /// The header.
    pub header: Segment,
    /// The list of rows.
    pub manifest: Option<Manifest>,
}

/// Rows that wait to be sealed.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Unsealed {
    /// As the chain will know them, by id.
    pub rows: Vec<RowSeal>,
    /// Rows of the register that no key of ours encrypted: not written by us, and not to be sealed.
    pub strange: Vec<Uuid>,
}

#[derive(sqlx::FromRow)]
struct SegmentRow {
    stream: String,
    number: i64,
    previous: Vec<u8>,
    row_count: i64,
    first_at: i64,
    last_at: i64,
    sealed_at: i64,
    root: Vec<u8>,
    manifest: Vec<u8>,
    hash: Vec<u8>,
    sealing_key: Uuid,
    signature: Vec<u8>,
    purged_at: Option<i64>,
    purge_key: Option<Uuid>,
    purge_signature: Option<Vec<u8>>,
}

impl SegmentRow {
    /// Whatever somebody wrote into it is read: what is wrong, the rules say.
    fn read(self) -> Result<StoredSegment, StoreError> {
        let row = RowReader::new(TABLE, &self.number);
        let hash = |bytes: Vec<u8>| Hash::try_from(bytes).unwrap_or_default();
        Ok(StoredSegment {
            manifest: Manifest::from_bytes(&self.manifest).filter(|_| self.purged_at.is_none()),
            header: Segment {
                stream: Stream::from_word(&self.stream).ok_or_else(|| row.wrong("stream"))?,
                number: self.number,
                previous: hash(self.previous),
                rows: self.row_count,
                first_at: self.first_at,
                last_at: self.last_at,
                sealed_at: self.sealed_at,
                root: hash(self.root),
                hash: hash(self.hash),
                key: self.sealing_key,
                signature: self.signature,
                purged: self.purged_at.map(|at| Purged {
                    at,
                    key: self.purge_key.unwrap_or_default(),
                    signature: self.purge_signature.unwrap_or_default(),
                }),
            },
        })
    }
}

#[derive(sqlx::FromRow)]
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

#[derive(sqlx::FromRow)]
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

    /// The last segment of a stream.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn last_segment(&self, stream: Stream) -> Result<Option<StoredSegment>, StoreError> {
        let row: Option<SegmentRow> = read!(self, TABLE, connection =>
            sqlx::query_as(segments!("WHERE stream = $1 ORDER BY number DESC LIMIT 1"))
                .bind(stream.word())
                .fetch_optional(connection))?;
        row.map(SegmentRow::read).transpose()
    }

    /// Segments after number `after`, in order, `limit` at most.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn segments(&self, stream: Stream, after: i64, limit: u32) -> Result<Vec<StoredSegment>, StoreError> {
        let rows: Vec<SegmentRow> = read!(self, TABLE, connection =>
            sqlx::query_as(segments!("WHERE stream = $1 AND number > $2 ORDER BY number LIMIT $3"))
                .bind(stream.word())
                .bind(after)
                .bind(i64::from(limit))
                .fetch_all(connection))?;
        rows.into_iter().map(SegmentRow::read).collect()
    }

    /// Segments that were not purged and whose youngest row is of before `before`, in order, `limit` at most.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn segments_ended(
        &self,
        stream: Stream,
        before: DateTime<Utc>,
        limit: u32,
    ) -> Result<Vec<StoredSegment>, StoreError> {
        let rows: Vec<SegmentRow> = read!(self, TABLE, connection =>
            sqlx::query_as(segments!("WHERE stream = $1 AND purged_at IS NULL AND last_at < $2 \
                                      ORDER BY number LIMIT $3"))
                .bind(stream.word())
                .bind(micros(before))
                .bind(i64::from(limit))
                .fetch_all(connection))?;
        rows.into_iter().map(SegmentRow::read).collect()
    }
}

impl Tx {
    /// Adds a segment; `false` when another node sealed one of this number first.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn insert_segment(&mut self, segment: &Segment, manifest: &Manifest) -> Result<bool, StoreError> {
        let rows = changed!(
            self,
            TABLE,
            sqlx::query(
                "INSERT INTO seal_segment (stream, number, previous, row_count, first_at, last_at, sealed_at, root, \
                 manifest, hash, sealing_key, signature) \
                 VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12) ON CONFLICT DO NOTHING"
            )
            .bind(segment.stream.word())
            .bind(segment.number)
            .bind(segment.previous.as_slice())
            .bind(segment.rows)
            .bind(segment.first_at)
            .bind(segment.last_at)
            .bind(segment.sealed_at)
            .bind(segment.root.as_slice())
            .bind(manifest.to_bytes())
            .bind(segment.hash.as_slice())
            .bind(segment.key)
            .bind(&segment.signature)
        )?;
        Ok(rows > 0)
    }

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

    /// Writes down that a segment is purged, and removes its rows. `false`: it was purged before.
    ///
    /// # Errors
    /// [`StoreError`]; the database itself refuses to remove rows before their term.
    pub async fn purge_segment(&mut self, segment: &Segment, purged: &Purged) -> Result<bool, StoreError> {
        let rows = changed!(
            self,
            TABLE,
            sqlx::query(
                "UPDATE seal_segment SET manifest = $3, purged_at = $4, purge_key = $5, purge_signature = $6 \
                 WHERE stream = $1 AND number = $2 AND purged_at IS NULL"
            )
            .bind(segment.stream.word())
            .bind(segment.number)
            .bind(Vec::<u8>::new())
            .bind(purged.at)
            .bind(purged.key)
            .bind(&purged.signature)
        )?;
        if rows == 0 {
            return Ok(false);
        }
        match segment.stream {
            Stream::Events => changed!(
                self,
                "security_event",
                sqlx::query("DELETE FROM security_event WHERE segment = $1").bind(segment.number)
            )?,
            Stream::Register => changed!(
                self,
                "saml_transaction",
                sqlx::query("DELETE FROM saml_transaction WHERE segment = $1").bind(segment.number)
            )?,
        };
        Ok(true)
    }
}
