//! Certificates: the public key they hold, PEM and DER, and the one SPID asks of a service provider.

mod pem;
mod public_key;
mod spid_certificate;
mod validity;

pub use pem::{NotACertificate, der_to_pem, pem_to_der};
pub use public_key::{PublicKey, PublicKeyError};
pub use spid_certificate::{CertificateError, Subject, spid_certificate};
pub use validity::Validity;
