//! The header of a segment: signed, and kept when its rows are purged.

use super::{Hash, Head, Manifest, RowSeal, Stream};
use crate::keyring::SealingKey;
use crate::keyring::data::sha256;
use uuid::Uuid;

/// One sealed batch. Instants are microseconds since 1970.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Segment {
    /// Which chain.
    pub stream: Stream,
    /// Counts from 1, without gaps.
    pub number: i64,
    /// Hash of the segment before; zeros for the first.
    pub previous: Hash,
    /// How many rows.
    pub rows: i64,
    /// The oldest row.
    pub first_at: i64,
    /// The youngest row.
    pub last_at: i64,
    /// When it was sealed.
    pub sealed_at: i64,
    /// Hash of the manifest.
    pub root: Hash,
    /// Hash of everything above.
    pub hash: Hash,
    /// Who signed.
    pub key: Uuid,
    /// Over the head.
    pub signature: Vec<u8>,
    /// Set when the rows were purged.
    pub purged: Option<Purged>,
}

/// That the rows of a segment were purged after their term, and not lost.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Purged {
    /// When, microseconds.
    pub at: i64,
    /// Who signed.
    pub key: Uuid,
    /// Over the segment's hash and the instant.
    pub signature: Vec<u8>,
}

/// What a header says that is not so.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Untrue {
    /// Its hash is not that of what it holds.
    #[error("its header was changed")]
    Hash,
    /// Nobody who may seal signed it.
    #[error("its signature is not ours")]
    Signature,
    /// It does not name the segment before it.
    #[error("it does not follow the segment before it")]
    Chain,
    /// Its list of rows is not the one that was sealed.
    #[error("its list of rows was changed")]
    Manifest,
    /// Its rows were purged, and nobody who may purge signed that.
    #[error("its rows were removed without a signed purge")]
    Purge,
    /// Its rows were purged before their term.
    #[error("its rows were purged before their term")]
    PurgedEarly,
    /// It was purged, and rows of it are there.
    #[error("it was purged, but rows of it are there")]
    NotPurged,
}

impl Segment {
    /// Seals `rows` (at least one) as the segment after `last`.
    pub fn seal(
        stream: Stream,
        last: Option<&Segment>,
        rows: &[RowSeal],
        sealed_at: i64,
        key: &SealingKey,
    ) -> (Segment, Manifest) {
        let manifest = Manifest::of(rows);
        let mut segment = Segment {
            stream,
            number: last.map_or(1, |last| last.number.saturating_add(1)),
            previous: last.map_or([0; 32], |last| last.hash),
            rows: i64::try_from(manifest.len()).unwrap_or(i64::MAX),
            first_at: rows.iter().map(|row| row.at).min().unwrap_or(sealed_at),
            last_at: rows.iter().map(|row| row.at).max().unwrap_or(sealed_at),
            sealed_at,
            root: manifest.root(),
            hash: [0; 32],
            key: key.id(),
            signature: Vec::new(),
            purged: None,
        };
        segment.hash = segment.computed();
        segment.signature = key.sign(&segment.signed_text());
        (segment, manifest)
    }

    /// The head that is exported.
    pub fn head(&self) -> Head {
        Head {
            stream: self.stream,
            number: self.number,
            hash: self.hash,
            key: self.key,
            signature: self.signature.clone(),
        }
    }

    /// The signed word that its rows are purged at `at`.
    pub fn purge(&self, at: i64, key: &SealingKey) -> Purged {
        Purged {
            at,
            key: key.id(),
            signature: key.sign(&self.purge_text(at)),
        }
    }

    /// What the header says that is not so, as far as it can be told without its rows. `before` is the segment
    /// before it, `manifest` its list of rows as stored, `keys` every key that ever sealed, `term` the shortest
    /// time that rows are kept, microseconds.
    pub fn untrue(
        &self,
        before: Option<&Segment>,
        manifest: Option<&Manifest>,
        keys: &[SealingKey],
        term: i64,
    ) -> Vec<Untrue> {
        let by = |id: Uuid| keys.iter().find(|key| key.id() == id);
        let mut found = Vec::new();
        if self.hash != self.computed() {
            found.push(Untrue::Hash);
        }
        if !by(self.key).is_some_and(|key| key.signed(&self.signed_text(), &self.signature)) {
            found.push(Untrue::Signature);
        }
        if self.previous != before.map_or([0; 32], |before| before.hash) {
            found.push(Untrue::Chain);
        }
        match &self.purged {
            None if manifest.map(Manifest::root) != Some(self.root) => found.push(Untrue::Manifest),
            None => {}
            Some(purged) => {
                if !by(purged.key).is_some_and(|key| key.signed(&self.purge_text(purged.at), &purged.signature)) {
                    found.push(Untrue::Purge);
                }
                if purged.at.saturating_sub(self.last_at) < term {
                    found.push(Untrue::PurgedEarly);
                }
            }
        }
        found
    }

    pub(super) fn computed(&self) -> Hash {
        let mut text = format!(
            "varco segment 1\n{}\n{}\n{}\n{}\n{}\n{}\n",
            self.stream, self.number, self.rows, self.first_at, self.last_at, self.sealed_at
        )
        .into_bytes();
        text.extend_from_slice(&self.previous);
        text.extend_from_slice(&self.root);
        text.extend_from_slice(self.key.as_bytes());
        sha256(&text)
    }

    fn signed_text(&self) -> Vec<u8> {
        Head::signed_text(self.stream, self.number, &self.hash)
    }

    fn purge_text(&self, at: i64) -> Vec<u8> {
        let mut text = format!("varco purge 1\n{}\n{}\n{at}\n", self.stream, self.number).into_bytes();
        text.extend_from_slice(&self.hash);
        text
    }
}
