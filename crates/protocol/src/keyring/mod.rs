//! Our private keys by purpose: load, sign, publish.

mod curve;
pub(crate) mod data;
mod oidc;
mod pem;
mod rsa;
mod sealing_key;
mod signing;
mod subject_key;

pub use curve::{EdKey, P256Key};
pub use data::{DataKey, DataKeyError, KeyBytes, MasterKey, NonceBytes, Place};
pub use oidc::{FileKeys, HeldKey, KeyKind, Next, OidcKeys, Rotation, chain};
pub use rsa::{KeyError, RsaKey};
pub use sealing_key::SealingKey;
pub use signing::SigningKey;
pub use subject_key::SubjectKey;

use crate::saml::Record;

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
    /// ID tokens, as far as the operator keeps the keys himself.
    pub oidc: FileKeys,
    /// The SPID service provider record.
    pub spid: SamlKey,
    /// The CIE service provider record, when there is one.
    pub cie: Option<SamlKey>,
}

impl Keyring {
    /// The key that one of our records signs with; `None` when there is no such record.
    pub fn saml(&self, record: Record) -> Option<&SamlKey> {
        match record {
            Record::Spid => Some(&self.spid),
            Record::Cie => self.cie.as_ref(),
        }
    }
}
