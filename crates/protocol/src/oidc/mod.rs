//! OpenID Connect, we as provider.
//!
//! ```text
//!   /authorize  parameters → authorize::destination (page) → authorize::check (redirect)
//!   /token      parameters → client_auth → grant::<one file per grant> → claims, tokens
//!   /userinfo   bearer → claims            /logout  logout            discovery, jwks
//! ```
//! Every refusal names its reason inside (log, tests) and the RFC's word outside ([`error`]).

pub mod access_token;
pub mod authorization_details;
pub mod authorize;
pub mod bearer;
pub mod claims;
pub mod client;
pub mod client_auth;
pub mod confirmation;
pub mod consent;
pub mod device;
pub mod discovery;
pub mod dpop;
pub mod error;
pub mod grant;
pub mod hint;
pub mod introspection;
pub mod logout;
pub mod parameters;
pub mod pkce;
pub mod resource;
#[cfg(any(test, fuzzing))]
pub(crate) mod samples;
pub mod subject;
pub mod tokens;

use aws_lc_rs::{constant_time, digest};

/// SHA-256 of a machine secret (code, token, client secret): what is stored instead of it.
pub type SecretHash = [u8; 32];

/// SHA-256 of a machine secret. Enough for 256 random bits; never for a password that a person chose.
pub fn hash_secret(secret: &str) -> SecretHash {
    hash_bytes(secret.as_bytes())
}

/// SHA-256 of bytes.
pub fn hash_bytes(bytes: &[u8]) -> SecretHash {
    let mut hash = SecretHash::default();
    hash.copy_from_slice(digest::digest(&digest::SHA256, bytes).as_ref());
    hash
}

/// Whether two hashes are equal, in constant time.
pub fn secrets_match(a: &SecretHash, b: &SecretHash) -> bool {
    constant_time::verify_slices_are_equal(a, b).is_ok()
}
