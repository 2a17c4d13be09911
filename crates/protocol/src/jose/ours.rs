//! What we sign ourselves: tokens by the provider's keys, the key set that goes with them, and our own tokens when
//! they come back.

use super::signed::Signed;
use super::{Algorithm, KeySet, sign_by};
use crate::keyring::{KeyError, OidcKeys, SigningKey};
use serde_json::{Value, json};

/// Longest token of ours that is looked at; with every claim they stay well below.
const MAX_TOKEN: usize = 8 * 1024;

impl OidcKeys {
    /// These keys and no others; of each kind the first signs.
    pub fn of(keys: Vec<SigningKey>) -> OidcKeys {
        OidcKeys {
            signing: keys.clone(),
            published: keys,
        }
    }

    /// Signs `claims` as a compact JWS (RFC 7515 §7.1) by `algorithm`, with `typ` if given and the key's thumbprint
    /// as `kid`.
    ///
    /// # Errors
    /// [`KeyError::Signing`], also when there is no key for the algorithm.
    pub fn sign(&self, algorithm: Algorithm, typ: Option<&str>, claims: &Value) -> Result<String, KeyError> {
        let key = self.signing.iter().find(|key| key.signs(algorithm));
        sign_by(key.ok_or(KeyError::Signing)?, algorithm, typ, claims)
    }

    /// The public halves as a JWK Set (RFC 7517 §5): what `/jwks` answers.
    pub fn published(&self) -> Value {
        let keys: Vec<Value> = self.published.iter().map(SigningKey::public_jwk).collect();
        json!({ "keys": keys })
    }

    /// The claims of an ID token that one of the published keys signed, or `None` for everything else.
    ///
    /// Only with a known `kid`; `crit` is refused, and so is a `typ` other than `JWT` (RFC 8725 §3.11: our logout or
    /// access tokens must not pass for ID tokens). **Does not** look at `exp`, `iss` or `aud`: a hint may be old, the
    /// caller judges the rest.
    pub fn verify(&self, token: &str) -> Option<Value> {
        if token.len() > MAX_TOKEN {
            return None;
        }
        let signed = Signed::read(token, &Algorithm::ALL).ok()?;
        signed.header().get("kid")?;
        if signed.header().get("typ").is_some_and(|typ| typ != "JWT") {
            return None;
        }
        let keys = KeySet::from_json(&self.published()).ok()?;
        signed.verify(&keys).ok().map(Value::Object)
    }
}
