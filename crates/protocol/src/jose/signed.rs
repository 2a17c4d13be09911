//! A compact JWS that came from somebody else: client assertion, request object, DPoP proof.

use super::algorithm::Algorithm;
use super::jwk::{PublicJwk, Verifier};
use super::key_set::KeySet;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use josekit::jws::JwsContext;
use serde_json::{Map, Value};

/// Longest token of others that is looked at: a request object carries whole requests.
pub(super) const MAX_TOKEN: usize = 32 * 1024;

/// Why a token of others is worth nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum SignedError {
    /// Too long, not three parts, not base64url, not JSON objects.
    #[error("not a compact JWS of two JSON objects")]
    Malformed,
    /// `alg` is `none`, HMAC, or another one that is not spoken or not allowed here.
    #[error("algorithm not allowed")]
    Algorithm,
    /// `crit`: there is no extension that we understand (RFC 7515 §4.1.11).
    #[error("critical header")]
    Critical,
    /// None of the owner's keys made this signature.
    #[error("no key verifies it")]
    Signature,
}

/// A token as it came: its claims can be read, and must not be believed before [`Signed::verify`].
#[derive(Clone)]
pub struct Signed<'a> {
    token: &'a str,
    header: Map<String, Value>,
    claims: Map<String, Value>,
    algorithm: Algorithm,
}

impl std::fmt::Debug for Signed<'_> {
    /// Never the token: some of them let their holder in.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Signed")
            .field("algorithm", &self.algorithm)
            .finish_non_exhaustive()
    }
}

impl<'a> Signed<'a> {
    /// Reads header and claims.
    ///
    /// # Errors
    /// [`SignedError`], but for `Signature`.
    pub fn read(token: &'a str, allowed: &[Algorithm]) -> Result<Signed<'a>, SignedError> {
        if token.len() > MAX_TOKEN {
            return Err(SignedError::Malformed);
        }
        let mut parts = token.split('.');
        let (Some(header), Some(claims), Some(_), None) = (parts.next(), parts.next(), parts.next(), parts.next())
        else {
            return Err(SignedError::Malformed);
        };
        let (header, claims) = (object(header)?, object(claims)?);
        let algorithm = header
            .get("alg")
            .and_then(Value::as_str)
            .and_then(Algorithm::from_name)
            .filter(|algorithm| allowed.contains(algorithm))
            .ok_or(SignedError::Algorithm)?;
        if header.contains_key("crit") || header.contains_key("b64") {
            return Err(SignedError::Critical);
        }
        Ok(Signed {
            token,
            header,
            claims,
            algorithm,
        })
    }

    /// The header. Only what the caller's own checks need is ever read of it: `jku`, `x5u`, `x5c` never are.
    pub fn header(&self) -> &Map<String, Value> {
        &self.header
    }

    /// `typ`, without the `application/` that may stand before it (RFC 7515 §4.1.9), in lower case.
    pub fn typ(&self) -> Option<String> {
        typ(&self.header)
    }

    /// How it says it is signed; one of those that were allowed.
    pub fn algorithm(&self) -> Algorithm {
        self.algorithm
    }

    /// What it says; to find out whose keys to try, and nothing else.
    pub fn unverified(&self) -> &Map<String, Value> {
        &self.claims
    }

    /// What it says, once one of `keys` is found to have signed it. `exp`, `aud` and the rest are the caller's.
    ///
    /// # Errors
    /// [`SignedError::Signature`].
    pub fn verify(self, keys: &KeySet) -> Result<Map<String, Value>, SignedError> {
        let kid = match self.header.get("kid") {
            None => None,
            Some(kid) => Some(kid.as_str().ok_or(SignedError::Malformed)?),
        };
        if keys
            .candidates(kid, self.algorithm)
            .any(|key| signed_by(self.token, &key))
        {
            return Ok(self.claims);
        }
        Err(SignedError::Signature)
    }

    /// What it says, once `key` is found to have signed it, whatever the token calls it: for one that brings its key.
    ///
    /// # Errors
    /// [`SignedError::Signature`].
    pub fn verify_by(self, key: &PublicJwk) -> Result<Map<String, Value>, SignedError> {
        match key.verifier(self.algorithm) {
            Some(verifier) if signed_by(self.token, &verifier) => Ok(self.claims),
            _ => Err(SignedError::Signature),
        }
    }
}

fn signed_by(token: &str, key: &Verifier) -> bool {
    JwsContext::new().deserialize_compact(token, key).is_ok()
}

pub(super) fn typ(header: &Map<String, Value>) -> Option<String> {
    let typ = header.get("typ")?.as_str()?.to_ascii_lowercase();
    Some(typ.strip_prefix("application/").map(str::to_owned).unwrap_or(typ))
}

pub(super) fn object(part: &str) -> Result<Map<String, Value>, SignedError> {
    let bytes = URL_SAFE_NO_PAD.decode(part).map_err(|_| SignedError::Malformed)?;
    serde_json::from_slice(&bytes).map_err(|_| SignedError::Malformed)
}
