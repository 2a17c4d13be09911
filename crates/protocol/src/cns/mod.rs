//! Cards: from a TLS client certificate to an identity (CNS, TS-CNS, CRS, and the certificate of a CIE).
//!
//! The certificate is read from its DER ([`ClientCertificate`]), looked at by [`Rules`] in an order that a
//! citizen would understand (dates, what it is for, whose it is), trusted only when it leads to one of the
//! [`Authorities`](crate::x509::Authorities), and only then asked for at the places that its issuer names ([`revocation`]): nothing that
//! a stranger's certificate says is ever fetched.

mod card;
mod certificate;
mod refusal;
pub mod revocation;
mod subject;
#[cfg(test)]
mod tests;

pub use card::{Card, CardKind, Rules};
pub use certificate::{ClientCertificate, fingerprint};
pub use refusal::{Problem, Refusal};
