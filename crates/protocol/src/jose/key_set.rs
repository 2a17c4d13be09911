//! Somebody else's JWK Set (RFC 7517 §5).

use super::algorithm::Algorithm;
use super::encrypted::KeyManagement;
use super::jwk::{JwkError, PublicJwk, Verifier};
use serde_json::Value;

/// Most keys of a set that are looked at.
const MAX_KEYS: usize = 32;

/// The public keys of one owner.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct KeySet {
    keys: Vec<PublicJwk>,
}

impl KeySet {
    /// Reads a JWK Set (RFC 7517 §5): keys of kinds that are not spoken are left out, as it demands.
    ///
    /// # Errors
    /// No set, too many keys, a malformed key, or a private one among them.
    pub fn from_json(set: &Value) -> Result<KeySet, JwkError> {
        let listed = set.get("keys").and_then(Value::as_array).ok_or(JwkError::NotASet)?;
        if listed.len() > MAX_KEYS {
            return Err(JwkError::TooMany);
        }
        let mut keys = Vec::new();
        for jwk in listed {
            match PublicJwk::from_json(jwk) {
                Ok(key) => keys.push(key),
                Err(JwkError::Unsupported) => {}
                Err(error) => return Err(error),
            }
        }
        Ok(KeySet { keys })
    }

    /// Whether there is none that could be used.
    pub fn is_empty(&self) -> bool {
        self.keys.is_empty()
    }

    /// The first one to which something can be encrypted in this way; one that is for nothing else before the others.
    pub(super) fn recipient(&self, management: KeyManagement) -> Option<&PublicJwk> {
        let able = || self.keys.iter().filter(move |key| key.receives(management));
        able().find(|key| !key.for_signatures).or_else(|| able().next())
    }

    /// Whether a certificate (DER) is of one of them: the one of its `x5c`, or, without one, any of that key.
    pub fn holds(&self, certificate: &[u8]) -> bool {
        self.keys.iter().any(|key| key.is_of(certificate))
    }

    /// Those that may have signed by `algorithm`: the ones called `kid`, or all that fit when no name is given.
    pub(super) fn candidates(&self, kid: Option<&str>, algorithm: Algorithm) -> impl Iterator<Item = Verifier> {
        self.keys
            .iter()
            .filter(move |key| kid.is_none() || key.kid() == kid)
            .filter_map(move |key| key.verifier(algorithm))
    }
}
