//! Certificates: the public key they hold, PEM and DER and what a proxy writes of one, who issued them, and those of a SPID
//! and of a CIE service provider.

pub(crate) mod authorities;
mod cie_certificate;
pub mod forwarded;
mod pem;
mod public_key;
mod self_signed;
mod spid_certificate;
mod spid_rules;
mod validity;

pub use authorities::{Authorities, PathError, TrustedPath};
pub use cie_certificate::cie_certificate;
pub use pem::{NotACertificate, der_to_pem, fingerprint, pem_to_der};
pub use public_key::{PublicKey, PublicKeyError, Sha2};
pub use self_signed::CertificateError;
pub use spid_certificate::{PrivateBody, Subject, private_spid_certificate, spid_certificate};
pub use spid_rules::{Expected, Fault, spid_certificate_faults};
pub use validity::Validity;
