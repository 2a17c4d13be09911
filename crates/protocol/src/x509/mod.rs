//! Certificates: the public key they hold, PEM and DER, and the one SPID asks of a service provider.

mod pem;
mod public_key;
mod spid_certificate;
mod spid_rules;
mod validity;

pub use pem::{NotACertificate, der_to_pem, fingerprint, pem_to_der};
pub use public_key::{PublicKey, PublicKeyError, Sha2};
pub use spid_certificate::{CertificateError, PrivateBody, Subject, private_spid_certificate, spid_certificate};
pub use spid_rules::{Expected, Fault, spid_certificate_faults};
pub use validity::Validity;
