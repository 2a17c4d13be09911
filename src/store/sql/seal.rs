//! Table `seal_segment`.

use super::Tx;
use super::column::{RowReader, micros};
use crate::store::{Store, StoreError};
use chrono::{DateTime, Utc};
use protocol::sealing::{Hash, Manifest, Purged, Segment, Stream};
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

/// A segment as it is stored: its header, and its list of rows when it can be read and was not purged.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredSegment {
    /// The header.
    pub header: Segment,
    /// The list of rows.
    pub manifest: Option<Manifest>,
}

row! {
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

impl Store {
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
