//! The trusted list of a member state (ETSI TS 119 612 v2): who may issue cards, as AgID publishes it.
//!
//! Read in one order: parse once, the signature of a pinned signer over the whole document, then the data. What
//! the list says of itself (sequence number, NextUpdate) is judged by [`TrustList::admit`].

mod read;
#[cfg(test)]
#[expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::arithmetic_side_effects,
    reason = "a test that cannot go on stops, and clippy forgives that only inside #[test] functions"
)]
mod tests;

use crate::x509::PublicKey;
use crate::xml::{Bounds, Tree, signature};
use chrono::{DateTime, Utc};

/// `http://uri.etsi.org/02231/v2#`
pub const NAMESPACE: &str = "http://uri.etsi.org/02231/v2#";
/// The service that CNS and CIE authorities are listed under.
pub const IDENTITY_VERIFICATION: &str = "http://uri.etsi.org/TrstSvc/Svctype/IdV";
/// The only status of such a service that counts (others: `deprecatedatnationallevel`).
pub const RECOGNISED: &str = "http://uri.etsi.org/TrstSvc/TrustedList/Svcstatus/recognisedatnationallevel";

/// AgID's list is 2 MB with some 60 000 nodes.
const BOUNDS: Bounds = Bounds {
    bytes: 16 * 1024 * 1024,
    depth: 60,
    nodes: 400_000,
    comments: true,
};

/// Why a list is not used.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum TrustListError {
    /// Not XML that we read.
    #[error("not readable as XML")]
    NotXml,
    /// No signature.
    #[error("not signed")]
    Unsigned,
    /// Signed by somebody else, or changed after it was signed.
    #[error("signature not of the pinned signer")]
    Signature,
    /// Signed, but not a list: something is missing or stands twice.
    #[error("not a trusted list: {0}")]
    Malformed(&'static str),
    /// Of another country.
    #[error("list of another territory")]
    Territory,
    /// Lower sequence number than the one we have: a rollback.
    #[error("older than the list at hand")]
    Older,
    /// NextUpdate has passed.
    #[error("next update has passed")]
    Stale,
}

impl TrustListError {
    /// The word for the log.
    pub fn name(self) -> &'static str {
        match self {
            TrustListError::NotXml => "trust_list_not_xml",
            TrustListError::Unsigned => "trust_list_unsigned",
            TrustListError::Signature => "trust_list_signature",
            TrustListError::Malformed(_) => "trust_list_malformed",
            TrustListError::Territory => "trust_list_territory",
            TrustListError::Older => "trust_list_older",
            TrustListError::Stale => "trust_list_stale",
        }
    }
}

/// One service of the list, as it stands now (its history is not read).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Service {
    /// ServiceTypeIdentifier.
    pub kind: String,
    /// ServiceStatus.
    pub status: String,
    /// StatusStartingTime.
    pub since: DateTime<Utc>,
    /// The first ServiceName.
    pub name: String,
    /// DER of its ServiceDigitalIdentity.
    pub certificates: Vec<Vec<u8>>,
}

/// A list that its scheme operator signed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TrustList {
    /// TSLSequenceNumber: grows with every issue.
    pub sequence: u64,
    /// ListIssueDateTime.
    pub issued_at: DateTime<Utc>,
    /// NextUpdate; `None` for a closed list.
    pub next_update: Option<DateTime<Utc>>,
    /// Every service.
    pub services: Vec<Service>,
}

impl TrustList {
    /// Reads a list that one of `signers` signed.
    ///
    /// # Errors
    /// [`TrustListError`].
    pub fn read(document: &str, signers: &[PublicKey]) -> Result<TrustList, TrustListError> {
        let document = document.trim_start_matches('\u{feff}');
        let tree = Tree::parse(document, BOUNDS).map_err(|_| TrustListError::NotXml)?;
        let signed = signature::verify_whole(&tree, signers).map_err(|_| TrustListError::Signature)?;
        read::list(signed.ok_or(TrustListError::Unsigned)?.element())
    }

    /// Whether this list may take the place of one with sequence number `held`.
    ///
    /// # Errors
    /// [`TrustListError::Older`], [`TrustListError::Stale`].
    pub fn admit(&self, held: Option<u64>, now: DateTime<Utc>) -> Result<(), TrustListError> {
        if held.is_some_and(|held| self.sequence < held) {
            return Err(TrustListError::Older);
        }
        match self.in_force(now) {
            true => Ok(()),
            false => Err(TrustListError::Stale),
        }
    }

    /// Whether NextUpdate is still ahead (ETSI TS 119 612 §5.3.15: a list without one is closed for good).
    pub fn in_force(&self, now: DateTime<Utc>) -> bool {
        self.next_update.is_some_and(|next| now < next)
    }

    /// The certificates of the authorities that may issue cards at `now`: services for the verification of
    /// identity, recognised at national level.
    pub fn card_authorities(&self, now: DateTime<Utc>) -> impl Iterator<Item = &[u8]> {
        let recognised = move |service: &&Service| {
            service.kind == IDENTITY_VERIFICATION && service.status == RECOGNISED && service.since <= now
        };
        let services = self.services.iter().filter(recognised);
        services.flat_map(|service| service.certificates.iter().map(Vec::as_slice))
    }
}
