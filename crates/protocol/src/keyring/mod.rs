//! Our private keys by purpose: load, sign, publish.

mod curve;
mod pem;
mod rsa;
mod signing;

pub use curve::{EdKey, P256Key};
pub use rsa::{KeyError, RsaKey};
pub use signing::SigningKey;

/// The key and certificate of a SAML service provider record.
#[derive(Debug, Clone)]
pub struct SamlKey {
    /// Signs metadata and requests.
    pub key: RsaKey,
    /// Its certificate, DER, as registered with AgID or the Ministry.
    pub certificate: Vec<u8>,
}

/// Every private key of the installation.
#[derive(Debug, Clone)]
pub struct Keyring {
    /// ID tokens; the first one signs, all are published.
    pub oidc: Vec<RsaKey>,
    /// The SPID service provider record.
    pub spid: SamlKey,
}
