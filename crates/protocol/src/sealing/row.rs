//! The digest of one row.

use super::{Hash, Stream};
use aws_lc_rs::digest::{Context, SHA256};
use uuid::Uuid;

/// A row as the chain knows it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RowSeal {
    /// Its primary key.
    pub id: Uuid,
    /// When it says it was written, microseconds.
    pub at: i64,
    /// What it holds.
    pub digest: Hash,
}

/// Digests a row column by column, in the order of the columns; each with its length, so that no two rows read the
/// same.
pub struct RowDigest(Context);

impl std::fmt::Debug for RowDigest {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("RowDigest")
    }
}

impl RowDigest {
    /// Begins a row of `stream`.
    pub fn new(stream: Stream) -> RowDigest {
        RowDigest(Context::new(&SHA256))
            .bytes(b"varco row 1")
            .text(stream.word())
    }

    /// A column that holds bytes.
    #[must_use]
    pub fn bytes(mut self, bytes: &[u8]) -> RowDigest {
        self.0.update(&[1]);
        self.0
            .update(&u64::try_from(bytes.len()).unwrap_or(u64::MAX).to_be_bytes());
        self.0.update(bytes);
        self
    }

    /// A column that holds nothing.
    #[must_use]
    pub fn null(mut self) -> RowDigest {
        self.0.update(&[0]);
        self
    }

    /// A column that may hold bytes.
    #[must_use]
    pub fn bytes_if(self, bytes: Option<&[u8]>) -> RowDigest {
        match bytes {
            Some(bytes) => self.bytes(bytes),
            None => self.null(),
        }
    }

    /// A column that holds text.
    #[must_use]
    pub fn text(self, text: &str) -> RowDigest {
        self.bytes(text.as_bytes())
    }

    /// A column that may hold text.
    #[must_use]
    pub fn text_if(self, text: Option<&str>) -> RowDigest {
        self.bytes_if(text.map(str::as_bytes))
    }

    /// A column that holds a number.
    #[must_use]
    pub fn number(self, number: i64) -> RowDigest {
        self.bytes(&number.to_be_bytes())
    }

    /// A column that may hold a number.
    #[must_use]
    pub fn number_if(self, number: Option<i64>) -> RowDigest {
        match number {
            Some(number) => self.number(number),
            None => self.null(),
        }
    }

    /// A column that holds an id.
    #[must_use]
    pub fn id(self, id: Uuid) -> RowDigest {
        self.bytes(id.as_bytes())
    }

    /// A column that may hold an id.
    #[must_use]
    pub fn id_if(self, id: Option<Uuid>) -> RowDigest {
        match id {
            Some(id) => self.id(id),
            None => self.null(),
        }
    }

    /// The digest.
    pub fn finish(self) -> Hash {
        let mut hash = [0; 32];
        hash.copy_from_slice(self.0.finish().as_ref());
        hash
    }
}
