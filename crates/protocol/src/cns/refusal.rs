//! Why a card was refused: one word for the log, one kind of page for the citizen.

use super::revocation::Unchecked;
use crate::x509::PathError;

/// Why a certificate signs nobody in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// Not a DER certificate of version 3, or extensions that contradict each other.
    #[error("not an X.509 certificate")]
    Malformed,
    /// Its validity has not begun.
    #[error("not valid yet")]
    NotYetValid,
    /// Its validity is over.
    #[error("expired")]
    Expired,
    /// KeyUsage is not critical, lacks digitalSignature or has nonRepudiation (a signature certificate).
    #[error("key usage is not that of authentication")]
    KeyUsage,
    /// ExtendedKeyUsage is missing or lacks clientAuth.
    #[error("extended key usage is not that of authentication")]
    ExtendedKeyUsage,
    /// None of the policies of a CNS (1.3.76.16.2.1) or CIE (1.3.76.47.4).
    #[error("no policy of a CNS or CIE")]
    Policy,
    /// A kind of card that this installation does not accept (CIE, or one of a certifier's own numbers).
    #[error("kind of card not accepted here")]
    KindNotAccepted,
    /// Not exactly one common name (a second one could be read instead).
    #[error("not exactly one common name")]
    CommonNames,
    /// The common name is not `fiscal code/card number.hash`.
    #[error("common name is not that of a card")]
    CommonName,
    /// The fiscal code in the common name is none: check letter, date, shape.
    #[error("fiscal code is wrong")]
    FiscalNumber,
    /// No authority we trust issued it.
    #[error("issuer unknown")]
    UnknownIssuer,
    /// An authority on the way may not issue it: name constraints, path length, its own dates or usage.
    #[error("an authority on the path may not issue it")]
    Path,
    /// A signature with SHA-1 or a short key: forgeable.
    #[error("signature too weak")]
    Weak,
    /// Its issuer took it back.
    #[error("revoked")]
    Revoked,
    /// Whether it was revoked could not be found out.
    #[error("revocation unknown: {0}")]
    Unchecked(Unchecked),
}

impl From<PathError> for Refusal {
    fn from(error: PathError) -> Refusal {
        match error {
            PathError::Malformed => Refusal::Malformed,
            PathError::UnknownIssuer => Refusal::UnknownIssuer,
            PathError::Path => Refusal::Path,
            PathError::Weak => Refusal::Weak,
        }
    }
}

/// What the citizen is told.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Problem {
    /// The card is out of date.
    Expired,
    /// The card is not valid yet (or our clock is wrong).
    NotYetValid,
    /// The card was revoked.
    Revoked,
    /// It is a certificate, but not of a card that opens this door.
    NotCns,
    /// Nobody we trust issued it.
    UnknownIssuer,
    /// Made with a signature that nobody accepts any more.
    TooOld,
    /// Whether it is still good could not be found out now.
    NotCheckable,
}

impl Refusal {
    /// The word for the log.
    pub fn name(self) -> &'static str {
        match self {
            Refusal::Malformed => "certificate_malformed",
            Refusal::NotYetValid => "certificate_not_yet_valid",
            Refusal::Expired => "certificate_expired",
            Refusal::KeyUsage => "key_usage",
            Refusal::ExtendedKeyUsage => "extended_key_usage",
            Refusal::Policy => "certificate_policy",
            Refusal::KindNotAccepted => "card_kind_not_accepted",
            Refusal::CommonNames => "common_names",
            Refusal::CommonName => "common_name",
            Refusal::FiscalNumber => "fiscal_number",
            Refusal::UnknownIssuer => "issuer_unknown",
            Refusal::Path => "path_refused",
            Refusal::Weak => "signature_weak",
            Refusal::Revoked => "certificate_revoked",
            Refusal::Unchecked(why) => why.name(),
        }
    }

    /// What the citizen is told.
    pub fn problem(self) -> Problem {
        match self {
            Refusal::NotYetValid => Problem::NotYetValid,
            Refusal::Expired => Problem::Expired,
            Refusal::Malformed
            | Refusal::KeyUsage
            | Refusal::ExtendedKeyUsage
            | Refusal::Policy
            | Refusal::KindNotAccepted
            | Refusal::CommonNames
            | Refusal::CommonName
            | Refusal::FiscalNumber => Problem::NotCns,
            Refusal::UnknownIssuer | Refusal::Path => Problem::UnknownIssuer,
            Refusal::Weak => Problem::TooOld,
            Refusal::Revoked => Problem::Revoked,
            Refusal::Unchecked(_) => Problem::NotCheckable,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Operators search their logs by these words (docs/LOGGING.md).
    #[test]
    fn each_refusal_has_a_word_of_its_own_in_the_log() {
        let words = [
            Refusal::Malformed,
            Refusal::NotYetValid,
            Refusal::Expired,
            Refusal::KeyUsage,
            Refusal::UnknownIssuer,
            Refusal::Revoked,
            Refusal::Unchecked(Unchecked::Unreachable),
            Refusal::Unchecked(Unchecked::NoTrustedList),
        ]
        .map(Refusal::name);
        let expected = [
            "certificate_malformed",
            "certificate_not_yet_valid",
            "certificate_expired",
            "key_usage",
            "issuer_unknown",
            "certificate_revoked",
            "revocation_unreachable",
            "trust_list_not_in_force",
        ];
        assert_eq!(words, expected);
    }
}
