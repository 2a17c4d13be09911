//! The secret behind pairwise subjects.

use super::{DataKeyError, KeyBytes};
use aws_lc_rs::hmac;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use std::fmt;

/// Makes the same name of the same person for the same sector, for ever: it is never replaced, or every portal with
/// pairwise subjects would lose everybody it knows.
#[derive(Clone)]
pub struct SubjectKey(hmac::Key);

impl fmt::Debug for SubjectKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SubjectKey")
    }
}

impl SubjectKey {
    /// From 32 secret bytes.
    ///
    /// # Errors
    /// None today; a key that a library refuses would be one.
    pub fn new(secret: &KeyBytes) -> Result<SubjectKey, DataKeyError> {
        Ok(SubjectKey(hmac::Key::new(hmac::HMAC_SHA256, secret.as_slice())))
    }

    /// How `sector` knows `person` (OpenID Connect Core §8.1): 256 bits that nobody can lead back.
    pub(crate) fn pseudonym(&self, sector: &str, person: &[u8; 16]) -> String {
        // A person has 16 bytes, so that no two pairs give the same text.
        let mut text = person.to_vec();
        text.extend_from_slice(sector.as_bytes());
        URL_SAFE_NO_PAD.encode(hmac::sign(&self.0, &text))
    }
}
