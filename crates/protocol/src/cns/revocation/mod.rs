//! Whether a certificate was taken back: lists (CRL) and answers (OCSP), each signed by its issuer.
//!
//! Nothing here fetches. Whoever does asks only after the path was trusted (attack 30).

mod crl;
mod ocsp;

pub use crl::RevocationList;
pub use ocsp::{OcspAnswer, answer, request};

/// What the issuer says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Status {
    /// Not revoked.
    Good,
    /// Revoked, for whatever reason (a suspended card is no good either).
    Revoked,
}

/// Why it could not be found out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Unchecked {
    /// The certificate does not say where to ask.
    #[error("the certificate names no place")]
    NoPlace,
    /// Nobody answered in time.
    #[error("no answer")]
    Unreachable,
    /// The answer cannot be read.
    #[error("answer malformed")]
    Malformed,
    /// Not signed by the issuer or by whom it appointed.
    #[error("answer not of the issuer")]
    NotOfIssuer,
    /// The answer is of yesterday.
    #[error("answer out of date")]
    Stale,
    /// The answer is about something else, or the responder does not know the certificate.
    #[error("answer does not tell")]
    Silent,
    /// The trusted list itself is missing or out of date, so nobody is trusted to answer.
    #[error("no trusted list in force")]
    NoTrustedList,
}

impl Unchecked {
    /// The word for the log.
    pub fn name(self) -> &'static str {
        match self {
            Unchecked::NoPlace => "revocation_no_place",
            Unchecked::Unreachable => "revocation_unreachable",
            Unchecked::Malformed => "revocation_malformed",
            Unchecked::NotOfIssuer => "revocation_not_of_issuer",
            Unchecked::Stale => "revocation_stale",
            Unchecked::Silent => "revocation_unknown",
            Unchecked::NoTrustedList => "trust_list_not_in_force",
        }
    }
}
