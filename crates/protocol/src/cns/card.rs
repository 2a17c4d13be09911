//! The checks of one card, in order.

use super::subject::{self, Holder};
use super::{ClientCertificate, Refusal};
use chrono::{DateTime, Utc};
use domain::italy::FiscalNumber;
use std::fmt;

/// AgID's policy of CNS authentication certificates (since May 2005).
const CNS: &str = "1.3.76.16.2.1";
/// The policies that cards of Lombardy (CRS/SISS) carry in its place.
const LOMBARDY: [&str; 2] = ["1.3.159.6.1.3.2.10", "1.3.76.12.1.1.10.2.2.10"];
/// Authentication certificate of the CIE.
const CIE: &str = "1.3.76.47.4";

/// What kind of card it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CardKind {
    /// CNS issued by an administration (card number that begins with 6): TS-CNS, CRS, CPS among them.
    Cns,
    /// A certifier's own card in the form of a CNS (7…): chambers of commerce, professional bodies.
    CnsLike,
    /// The authentication certificate of a CIE.
    Cie,
}

/// What the operator accepts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rules {
    /// Cards that certifiers issue on their own, in the form of a CNS.
    pub cns_like: bool,
    /// The certificate of a CIE, read with a card reader.
    pub cie: bool,
}

/// Whose card it is.
#[derive(Clone, PartialEq, Eq)]
pub struct Card {
    /// Its kind.
    pub kind: CardKind,
    /// The holder's fiscal code.
    pub fiscal_number: FiscalNumber,
    /// The card's number; empty when a CIE does not say.
    pub number: String,
    /// Given names, when the card carries them.
    pub given_name: Option<String>,
    /// Family name, when the card carries it.
    pub family_name: Option<String>,
}

impl fmt::Debug for Card {
    /// A log line that prints a struct must not tell who it was.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Card").field("kind", &self.kind).finish_non_exhaustive()
    }
}

impl Rules {
    /// Reads the card of `certificate`; says nothing about who issued it.
    ///
    /// # Errors
    /// The first check that fails, in the order in which a citizen can do something about it.
    pub fn card(self, certificate: &ClientCertificate, now: DateTime<Utc>) -> Result<Card, Refusal> {
        in_time(certificate, now)?;
        for_authentication(certificate)?;
        let cie = policy_is_of_cie(certificate)?;
        let name = subject::sole_common_name(&certificate.common_names)?;
        let holder = if cie {
            subject::of_cie(name)
        } else {
            subject::of_cns(name)
        }?;
        let kind = self.kind(&holder, cie)?;
        Ok(Card {
            kind,
            fiscal_number: holder.fiscal_number,
            number: holder.card_number,
            given_name: certificate.given_name.clone(),
            family_name: certificate.family_name.clone(),
        })
    }

    fn kind(self, holder: &Holder, cie: bool) -> Result<CardKind, Refusal> {
        let (kind, accepted) = match (cie, holder.card_number.starts_with('6')) {
            (true, _) => (CardKind::Cie, self.cie),
            (false, true) => (CardKind::Cns, true),
            (false, false) => (CardKind::CnsLike, self.cns_like),
        };
        accepted.then_some(kind).ok_or(Refusal::KindNotAccepted)
    }
}

/// RFC 5280 §4.1.2.5: both instants are inside.
fn in_time(certificate: &ClientCertificate, now: DateTime<Utc>) -> Result<(), Refusal> {
    if now < certificate.not_before {
        return Err(Refusal::NotYetValid);
    }
    if now > certificate.not_after {
        return Err(Refusal::Expired);
    }
    Ok(())
}

/// AgID's profile: KeyUsage critical with digitalSignature and without nonRepudiation (which is a signature
/// certificate's), ExtendedKeyUsage with clientAuth. Path validation would let both go.
fn for_authentication(certificate: &ClientCertificate) -> Result<(), Refusal> {
    let usage = certificate.key_usage.ok_or(Refusal::KeyUsage)?;
    if !usage.critical || !usage.digital_signature || usage.non_repudiation {
        return Err(Refusal::KeyUsage);
    }
    if certificate.client_auth != Some(true) {
        return Err(Refusal::ExtendedKeyUsage);
    }
    Ok(())
}

/// Necessary: the authorities of the trusted list issue other certificates too.
fn policy_is_of_cie(certificate: &ClientCertificate) -> Result<bool, Refusal> {
    let has = |policy: &str| certificate.policies.iter().any(|written| written == policy);
    if has(CNS) || LOMBARDY.iter().any(|policy| has(policy)) {
        return Ok(false);
    }
    if has(CIE) { Ok(true) } else { Err(Refusal::Policy) }
}
