//! What of a register row is encrypted.

use crate::store::StoreError;
use crate::store::unlocked::Unlocked;
use protocol::keyring::Place;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

pub(super) const TABLE: &str = "saml_transaction";
pub(super) const CONTENT: &str = "content";
pub(super) const IDENTITY: &str = "identity";

/// The personal part of a transaction.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Content {
    /// The AuthnRequest as it was sent.
    pub request_document: String,
    /// The Response as it came, to the byte; `None` when it was too long to be kept.
    pub response_document: Option<String>,
    /// What is known of a Response that was too long.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub left_out: Option<LeftOut>,
    /// `NameID` of an accepted Response.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name_id: Option<String>,
    /// `SessionIndex` of an accepted Response.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub session_index: Option<String>,
    /// The address it came from.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub source_address: Option<String>,
}

/// A refused Response that was too long to be kept.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LeftOut {
    /// How long it was.
    pub bytes: usize,
    /// SHA-256, hexadecimal.
    pub sha256: String,
}

impl std::fmt::Debug for Content {
    /// All of it is personal data.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Content")
    }
}

/// Encrypted, and by which key.
pub(super) struct Sealed {
    pub(super) key: Uuid,
    pub(super) sealed: Vec<u8>,
}

impl Content {
    pub(super) fn seal(&self, keys: &Unlocked, row: Uuid) -> Result<Sealed, StoreError> {
        Ok(Sealed {
            key: keys.active()?.id(),
            sealed: seal(keys, row, CONTENT, self)?,
        })
    }

    pub(super) fn open(keys: &Unlocked, key: Uuid, row: Uuid, sealed: &[u8]) -> Result<Content, StoreError> {
        open(keys, key, row, CONTENT, sealed)
    }
}

/// Encrypts a value for its column, with the key of now.
pub(super) fn seal(
    keys: &Unlocked,
    row: Uuid,
    column: &'static str,
    value: &impl Serialize,
) -> Result<Vec<u8>, StoreError> {
    let plain = serde_json::to_vec(value).map_err(StoreError::Unwritable)?;
    let place = Place {
        table: TABLE,
        row,
        column,
    };
    Ok(keys.active()?.encrypt(place, keys.random.bytes(), &plain)?)
}

/// Reads a value back.
pub(super) fn open<T: DeserializeOwned>(
    keys: &Unlocked,
    key: Uuid,
    row: Uuid,
    column: &'static str,
    sealed: &[u8],
) -> Result<T, StoreError> {
    let wrong = || StoreError::Inconsistent {
        table: TABLE,
        column: column.to_owned(),
        row: row.to_string(),
    };
    let place = Place {
        table: TABLE,
        row,
        column,
    };
    let key = keys.register_key(key).ok_or_else(wrong)?;
    let plain = key.decrypt(place, sealed).map_err(|_| wrong())?;
    serde_json::from_slice(&plain).map_err(|_| wrong())
}

/// What stands in an index instead of a value.
pub(super) fn hash_of(keys: &Unlocked, kind: &str, value: &str) -> Result<[u8; 32], StoreError> {
    Ok(keys.active()?.hash(kind, value))
}
