//! Keys of what is encrypted at rest. A *data key* encrypts columns and hashes what must be found without being
//! read; it lies in the database, wrapped by the *master key*, which comes from a file or the environment and is
//! never stored. AES-256-GCM (NIST SP 800-38D), keys derived by HKDF-SHA-256 (RFC 5869), each for one use.
//!
//! Nonces come in as values. They are random, so one data key is good for far fewer than 2^32 columns
//! (SP 800-38D §8.3); data keys rotate long before.

use aws_lc_rs::aead::{AES_256_GCM, Aad, LessSafeKey, NONCE_LEN, Nonce, UnboundKey};
use aws_lc_rs::{digest, hkdf, hmac};
use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use std::fmt;
use uuid::Uuid;
use zeroize::Zeroizing;

/// What a nonce of AES-GCM is: 96 random bits, never used twice with one key.
pub type NonceBytes = [u8; NONCE_LEN];

/// The 256 bits behind a key, wiped when they are dropped.
pub type KeyBytes = Zeroizing<[u8; 32]>;

/// What is wrong with a key that encrypts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum DataKeyError {
    /// The text of a master key is not 32 bytes in base64.
    #[error("not a master key: one line of 32 bytes in base64 is expected")]
    NotAMasterKey,
    /// Wrapped by another master key, in another place, or changed.
    #[error("wrapped by another master key, or changed")]
    Unwrap,
    /// The library refused the operation.
    #[error("encryption failed")]
    Encryption,
    /// Encrypted with another key, for another place, or changed.
    #[error("encrypted with another key, or changed")]
    Decryption,
}

/// The key that wraps the others.
#[derive(Clone)]
pub struct MasterKey {
    wrapping: KeyBytes,
    id: String,
    secret: KeyBytes,
}

impl fmt::Debug for MasterKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("MasterKey")
            .field("id", &self.id)
            .finish_non_exhaustive()
    }
}

impl MasterKey {
    /// From 32 random bytes.
    ///
    /// # Errors
    /// [`DataKeyError::Encryption`] when the library refuses.
    pub fn new(secret: [u8; 32]) -> Result<MasterKey, DataKeyError> {
        let secret = Zeroizing::new(secret);
        Ok(MasterKey {
            wrapping: derive(&secret, b"varco master key: wrap")?,
            id: hex(derive(&secret, b"varco master key: name")?.get(..8).unwrap_or_default()),
            secret,
        })
    }

    /// Reads the text of a key file or of the environment: one line of base64; lines that begin with `#` and blank
    /// lines do not count.
    ///
    /// # Errors
    /// [`DataKeyError::NotAMasterKey`].
    pub fn parse(text: &str) -> Result<MasterKey, DataKeyError> {
        let mut lines = text
            .lines()
            .map(str::trim)
            .filter(|line| !line.is_empty() && !line.starts_with('#'));
        let (Some(line), None) = (lines.next(), lines.next()) else {
            return Err(DataKeyError::NotAMasterKey);
        };
        let bytes = STANDARD
            .decode(line)
            .or_else(|_| URL_SAFE_NO_PAD.decode(line))
            .map(Zeroizing::new)
            .map_err(|_| DataKeyError::NotAMasterKey)?;
        MasterKey::new(bytes.as_slice().try_into().map_err(|_| DataKeyError::NotAMasterKey)?)
    }

    /// The line that [`MasterKey::parse`] reads.
    pub fn to_text(&self) -> String {
        STANDARD.encode(self.secret.as_slice())
    }

    /// Its name, 16 hexadecimal digits that say nothing about the key.
    pub fn id(&self) -> &str {
        &self.id
    }

    /// Wraps `secret`, the key of this `id` and `purpose`: nonce, ciphertext, tag.
    ///
    /// # Errors
    /// [`DataKeyError::Encryption`].
    pub fn wrap(&self, purpose: &str, id: Uuid, secret: &KeyBytes, nonce: NonceBytes) -> Result<Vec<u8>, DataKeyError> {
        encrypt(
            &cipher(&self.wrapping)?,
            nonce,
            &wrapped_in(purpose, id),
            secret.as_slice(),
        )
    }

    /// The key that [`MasterKey::wrap`] wrapped under the same `id` and `purpose`.
    ///
    /// # Errors
    /// [`DataKeyError::Unwrap`].
    pub fn unwrap(&self, purpose: &str, id: Uuid, wrapped: &[u8]) -> Result<KeyBytes, DataKeyError> {
        let plain = decrypt(&cipher(&self.wrapping)?, &wrapped_in(purpose, id), wrapped)
            .map(Zeroizing::new)
            .map_err(|_| DataKeyError::Unwrap)?;
        let bytes: [u8; 32] = plain.as_slice().try_into().map_err(|_| DataKeyError::Unwrap)?;
        Ok(Zeroizing::new(bytes))
    }
}

/// Where an encrypted value stands: it can be read nowhere else.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Place<'p> {
    /// The table.
    pub table: &'p str,
    /// The row.
    pub row: Uuid,
    /// The column.
    pub column: &'p str,
}

/// A key that encrypts columns, and hashes what is searched.
#[derive(Clone)]
pub struct DataKey {
    id: Uuid,
    encryption: KeyBytes,
    index: hmac::Key,
}

impl fmt::Debug for DataKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("DataKey").field("id", &self.id).finish_non_exhaustive()
    }
}

impl DataKey {
    /// The key of this `id`; one derived key encrypts, another one hashes.
    ///
    /// # Errors
    /// [`DataKeyError::Encryption`] when the library refuses.
    pub fn new(id: Uuid, secret: &KeyBytes) -> Result<DataKey, DataKeyError> {
        let index = derive(secret, b"varco data key: index")?;
        Ok(DataKey {
            id,
            encryption: derive(secret, b"varco data key: encrypt")?,
            index: hmac::Key::new(hmac::HMAC_SHA256, index.as_slice()),
        })
    }

    /// Its name, which stands beside what it encrypted.
    pub fn id(&self) -> Uuid {
        self.id
    }

    /// Encrypts a value for its place: nonce, ciphertext, tag. The place and the key's name are authenticated.
    ///
    /// # Errors
    /// [`DataKeyError::Encryption`].
    pub fn encrypt(&self, place: Place<'_>, nonce: NonceBytes, plain: &[u8]) -> Result<Vec<u8>, DataKeyError> {
        encrypt(&cipher(&self.encryption)?, nonce, &self.associated(place), plain)
    }

    /// The value that was encrypted for this place.
    ///
    /// # Errors
    /// [`DataKeyError::Decryption`].
    pub fn decrypt(&self, place: Place<'_>, sealed: &[u8]) -> Result<Vec<u8>, DataKeyError> {
        decrypt(&cipher(&self.encryption)?, &self.associated(place), sealed)
    }

    /// What stands in an index instead of `value`: the same for the same value, and of no use without the key.
    /// `kind` keeps a fiscal number from matching a name that reads the same.
    pub fn hash(&self, kind: &str, value: &str) -> [u8; 32] {
        let tag = hmac::sign(&self.index, &parts(&[kind.as_bytes(), value.as_bytes()]));
        let mut hash = [0; 32];
        hash.copy_from_slice(tag.as_ref());
        hash
    }

    fn associated(&self, place: Place<'_>) -> Vec<u8> {
        parts(&[
            b"varco column 1",
            place.table.as_bytes(),
            place.row.as_bytes(),
            place.column.as_bytes(),
            self.id.as_bytes(),
        ])
    }
}

fn wrapped_in(purpose: &str, id: Uuid) -> Vec<u8> {
    parts(&[b"varco data key 1", purpose.as_bytes(), id.as_bytes()])
}

/// A length before each part: ("ab", "c") is not ("a", "bc").
fn parts(parts: &[&[u8]]) -> Vec<u8> {
    let mut joined = Vec::new();
    for part in parts {
        joined.extend_from_slice(&u64::try_from(part.len()).unwrap_or(u64::MAX).to_be_bytes());
        joined.extend_from_slice(part);
    }
    joined
}

fn derive(secret: &KeyBytes, purpose: &[u8]) -> Result<KeyBytes, DataKeyError> {
    let mut derived = Zeroizing::new([0; 32]);
    hkdf::Salt::new(hkdf::HKDF_SHA256, b"varco")
        .extract(secret.as_slice())
        .expand(&[purpose], hkdf::HKDF_SHA256)
        .and_then(|okm| okm.fill(derived.as_mut_slice()))
        .map_err(|_| DataKeyError::Encryption)?;
    Ok(derived)
}

fn cipher(key: &KeyBytes) -> Result<LessSafeKey, DataKeyError> {
    let key = UnboundKey::new(&AES_256_GCM, key.as_slice()).map_err(|_| DataKeyError::Encryption)?;
    Ok(LessSafeKey::new(key))
}

fn encrypt(key: &LessSafeKey, nonce: NonceBytes, associated: &[u8], plain: &[u8]) -> Result<Vec<u8>, DataKeyError> {
    let mut sealed = nonce.to_vec();
    let mut body = plain.to_vec();
    key.seal_in_place_append_tag(Nonce::assume_unique_for_key(nonce), Aad::from(associated), &mut body)
        .map_err(|_| DataKeyError::Encryption)?;
    sealed.extend_from_slice(&body);
    Ok(sealed)
}

fn decrypt(key: &LessSafeKey, associated: &[u8], sealed: &[u8]) -> Result<Vec<u8>, DataKeyError> {
    let (nonce, body) = sealed
        .split_first_chunk::<NONCE_LEN>()
        .ok_or(DataKeyError::Decryption)?;
    let mut body = body.to_vec();
    let plain = key
        .open_in_place(Nonce::assume_unique_for_key(*nonce), Aad::from(associated), &mut body)
        .map_err(|_| DataKeyError::Decryption)?;
    Ok(plain.to_vec())
}

/// SHA-256.
pub(crate) fn sha256(bytes: &[u8]) -> [u8; 32] {
    let mut hash = [0; 32];
    hash.copy_from_slice(digest::digest(&digest::SHA256, bytes).as_ref());
    hash
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const HERE: Place<'static> = Place {
        table: "saml_transaction",
        row: Uuid::from_u128(1),
        column: "content",
    };

    fn master(byte: u8) -> MasterKey {
        MasterKey::new([byte; 32]).unwrap()
    }

    fn data_key(id: u128) -> DataKey {
        DataKey::new(Uuid::from_u128(id), &Zeroizing::new([7; 32])).unwrap()
    }

    #[test]
    fn a_master_key_is_read_back_from_its_line_whatever_stands_around_it() {
        let key = master(1);
        let text = format!("# a comment\n\n{}\n", key.to_text());
        assert_eq!(MasterKey::parse(&text).unwrap().id(), key.id());
        assert_eq!(key.id().len(), 16);
        assert_ne!(master(2).id(), key.id());
    }

    #[test]
    fn what_is_no_master_key_is_refused() {
        let two = format!("{0}\n{0}", master(1).to_text());
        for text in ["", "# only a comment", "c2hvcnQ=", "not base64!", &two] {
            assert_eq!(
                MasterKey::parse(text).unwrap_err(),
                DataKeyError::NotAMasterKey,
                "{text}"
            );
        }
    }

    #[test]
    fn a_key_is_unwrapped_by_its_master_key_for_its_purpose_and_under_its_name_only() {
        let (id, secret) = (Uuid::from_u128(5), Zeroizing::new([9; 32]));
        let wrapped = master(1).wrap("register", id, &secret, [3; 12]).unwrap();
        assert!(!wrapped.windows(8).any(|window| window == [9; 8]));
        assert_eq!(master(1).unwrap("register", id, &wrapped).unwrap(), secret);
        let elsewhere = Uuid::from_u128(6);
        for refused in [
            master(2).unwrap("register", id, &wrapped),
            master(1).unwrap("sealing", id, &wrapped),
            master(1).unwrap("register", elsewhere, &wrapped),
            master(1).unwrap("register", id, wrapped.get(1..).unwrap()),
            master(1).unwrap("register", id, &[]),
        ] {
            assert_eq!(refused.unwrap_err(), DataKeyError::Unwrap);
        }
    }

    #[test]
    fn a_value_is_read_in_its_place_and_nowhere_else() {
        let key = data_key(1);
        let sealed = key.encrypt(HERE, [1; 12], b"<samlp:Response/>").unwrap();
        assert_eq!(key.decrypt(HERE, &sealed).unwrap(), b"<samlp:Response/>");
        let row = Uuid::from_u128(2);
        for place in [
            Place { row, ..HERE },
            Place {
                table: "person",
                ..HERE
            },
            Place {
                column: "identity",
                ..HERE
            },
        ] {
            assert_eq!(key.decrypt(place, &sealed), Err(DataKeyError::Decryption), "{place:?}");
        }
        // The same secret under another name is another key.
        assert_eq!(data_key(2).decrypt(HERE, &sealed), Err(DataKeyError::Decryption));
    }

    #[test]
    fn a_changed_byte_anywhere_is_noticed() {
        let key = data_key(1);
        let sealed = key.encrypt(HERE, [1; 12], b"secret").unwrap();
        for at in 0..sealed.len() {
            let mut changed = sealed.clone();
            changed[at] ^= 1;
            assert_eq!(key.decrypt(HERE, &changed), Err(DataKeyError::Decryption), "byte {at}");
        }
    }

    #[test]
    fn a_hash_is_the_same_for_the_same_value_of_the_same_kind_under_the_same_key() {
        let key = data_key(1);
        let hash = key.hash("fiscal_number", "PRVMRA80A15H501A");
        assert_eq!(hash, key.hash("fiscal_number", "PRVMRA80A15H501A"));
        assert_ne!(hash, key.hash("name_id", "PRVMRA80A15H501A"));
        assert_ne!(key.hash("a", "bc"), key.hash("ab", "c"));
        let other = DataKey::new(Uuid::from_u128(1), &Zeroizing::new([8; 32])).unwrap();
        assert_ne!(hash, other.hash("fiscal_number", "PRVMRA80A15H501A"));
    }

    #[test]
    fn nothing_that_prints_a_key_tells_it() {
        let printed = format!("{:?} {:?}", master(1), data_key(1));
        assert!(
            !printed.contains(&master(1).to_text()) && !printed.contains("[7"),
            "{printed}"
        );
    }
}
