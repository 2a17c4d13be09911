//! What the operator decided about cards.

use crate::flow::CertificateProxy;
use protocol::cns::Rules;
use protocol::x509::PublicKey;
use std::time::Duration;

/// `[cns]`, read.
#[derive(Debug, Clone)]
pub struct CnsSettings {
    /// The card listener as browsers know it: scheme, host, port; no slash at the end.
    pub url: String,
    /// Which cards are accepted.
    pub rules: Rules,
    /// Who may issue them.
    pub source: TrustSource,
    /// How often the trusted list is fetched.
    pub refresh: Duration,
    /// How revocation is looked up, in this order.
    pub checks: Vec<RevocationCheck>,
    /// When it cannot be.
    pub unreachable: Unreachable,
    /// Longest wait for one list or answer.
    pub within: Duration,
    /// A reverse proxy that takes the certificate in our place.
    pub proxy: Option<CertificateProxy>,
}

/// Where the authorities come from.
#[derive(Debug, Clone)]
pub enum TrustSource {
    /// A trusted list (ETSI TS 119 612).
    List {
        /// Where it is published.
        address: String,
        /// The keys that may sign it.
        signers: Vec<PublicKey>,
    },
    /// Certificates that the operator put in a folder, DER.
    Certificates(Vec<Vec<u8>>),
}

/// A way to find out whether a card was revoked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RevocationCheck {
    /// Ask the issuer's responder.
    Ocsp,
    /// Fetch the issuer's list.
    Crl,
}

/// What to do with a card when nobody can tell whether it was revoked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unreachable {
    /// Refuse it.
    Refuse,
    /// Accept it, and say so in the log and the register.
    Accept,
}
