//! JOSE: compact JWS with our keys, and the key set we publish.
//!
//! Only josekit's JWS layer is used, with our prebuilt keys as its signers and verifiers. Its JWE
//! decryption panics on a missing IV and its `JwtPayload` getters panic on hostile numbers: neither
//! is touched here, and claims travel as plain JSON.

mod algorithm;
mod certified;
mod dated;
mod jwk;
mod rs256;
mod signed;
mod signer;
mod tagged;

pub use algorithm::Algorithm;
pub use dated::{WrongMember, audience, instant, text};
pub use jwk::{JwkError, KeySet, PublicJwk};
pub use signed::{Signed, SignedError};
pub use signer::sign_by;
pub use tagged::Tagged;

use crate::keyring::{KeyError, RsaKey};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use josekit::jws::{JwsContext, JwsHeader, JwsVerifier};
use serde_json::{Value, json};

/// Longest token that is looked at; ours with every claim stay well below.
const MAX_TOKEN: usize = 8 * 1024;

/// Signs `claims` as a compact JWS (RFC 7515 §7.1): RS256, the key's thumbprint as `kid`, and `typ` if given.
///
/// # Errors
/// [`KeyError::Signing`].
pub fn sign(key: &RsaKey, typ: Option<&str>, claims: &Value) -> Result<String, KeyError> {
    let mut header = JwsHeader::new();
    if let Some(typ) = typ {
        header.set_token_type(typ);
    }
    let payload = serde_json::to_vec(claims).map_err(|_| KeyError::Signing)?;
    JwsContext::new()
        .serialize_compact(&payload, &header, key)
        .map_err(|_| KeyError::Signing)
}

/// The claims of an ID token that one of `keys` signed, or `None` for everything else.
///
/// Only RS256 with a known `kid`; `crit` is refused, and so is a `typ` other than `JWT` (RFC 8725
/// §3.11: our logout or access tokens must not pass for ID tokens). **Does not** look at `exp`,
/// `iss` or `aud`: a hint may be old, the caller judges the rest.
pub fn verify(keys: &[RsaKey], token: &str) -> Option<Value> {
    if token.len() > MAX_TOKEN {
        return None;
    }
    let (payload, header) = JwsContext::new()
        .deserialize_compact_with_selector(token, |header| {
            Ok(keys
                .iter()
                .find(|key| header.key_id() == Some(key.kid()))
                .map(|key| key as &dyn JwsVerifier))
        })
        .ok()?;
    if header.claim("crit").is_some() || header.claim("typ").is_some_and(|typ| typ != "JWT") {
        return None;
    }
    serde_json::from_slice(&payload).ok().filter(Value::is_object)
}

/// The public halves as a JWK Set (RFC 7517 §5): what `/jwks` answers.
pub fn key_set(keys: &[RsaKey]) -> Value {
    let keys: Vec<Value> = keys
        .iter()
        .map(|key| {
            json!({
                "kty": "RSA",
                "use": "sig",
                "alg": "RS256",
                "kid": key.kid(),
                "n": URL_SAFE_NO_PAD.encode(key.modulus()),
                "e": URL_SAFE_NO_PAD.encode(key.exponent()),
            })
        })
        .collect();
    json!({ "keys": keys })
}

#[cfg(test)]
mod signed_tests;
#[cfg(test)]
mod tests;
