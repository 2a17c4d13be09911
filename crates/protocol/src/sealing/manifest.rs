//! Which rows a segment holds, and the digest of each.

use super::{Hash, RowSeal};
use crate::keyring::data::sha256;
use std::collections::BTreeMap;
use uuid::Uuid;

const ID: usize = 16;
const ENTRY: usize = ID + 32;

/// The rows of a segment by id.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Manifest(BTreeMap<Uuid, Hash>);

/// What is wrong with a row of a sealed segment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Difference {
    /// It is not what was sealed.
    Changed(Uuid),
    /// It was sealed and is not there.
    Missing(Uuid),
    /// It is there and was not sealed.
    Added(Uuid),
}

impl Manifest {
    /// The manifest of these rows.
    pub fn of(rows: &[RowSeal]) -> Manifest {
        Manifest(rows.iter().map(|row| (row.id, row.digest)).collect())
    }

    /// How many rows there are.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Sixteen bytes of id and 32 of digest for each row, by id.
    pub fn to_bytes(&self) -> Vec<u8> {
        self.0
            .iter()
            .flat_map(|(id, digest)| id.as_bytes().iter().chain(digest).copied())
            .collect()
    }

    /// Reads what [`Manifest::to_bytes`] wrote; `None` for anything else.
    pub fn from_bytes(bytes: &[u8]) -> Option<Manifest> {
        let (entries, []) = bytes.as_chunks::<ENTRY>() else {
            return None;
        };
        let read = entries.iter().map(|entry| {
            let (id, digest) = entry.split_first_chunk::<ID>()?;
            Some((Uuid::from_bytes(*id), digest.try_into().ok()?))
        });
        let rows: Option<BTreeMap<Uuid, Hash>> = read.collect();
        rows.filter(|rows| rows.len() == entries.len()).map(Manifest)
    }

    /// What the segment's header names it by.
    pub fn root(&self) -> Hash {
        sha256(&self.to_bytes())
    }

    /// How the rows of now differ from what was sealed.
    pub fn differences(&self, rows: &[RowSeal]) -> Vec<Difference> {
        let now: BTreeMap<Uuid, Hash> = rows.iter().map(|row| (row.id, row.digest)).collect();
        let mut found = Vec::new();
        for (id, digest) in &self.0 {
            match now.get(id) {
                None => found.push(Difference::Missing(*id)),
                Some(other) if other != digest => found.push(Difference::Changed(*id)),
                Some(_) => {}
            }
        }
        let added = now.keys().filter(|id| !self.0.contains_key(id));
        found.extend(added.map(|id| Difference::Added(*id)));
        found
    }
}
