//! OpenID Connect, we as provider.

pub mod authorize;
pub mod claims;
pub mod client;
pub mod grant;

/// SHA-256 of a machine secret (code, token, client secret): what is stored instead of it.
pub type SecretHash = [u8; 32];
