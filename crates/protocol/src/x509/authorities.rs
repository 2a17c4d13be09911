//! Whom we trust to issue certificates (of cards, of clients), and the way from a certificate to one of them.

use chrono::{DateTime, Utc};
use rustls_pki_types::{CertificateDer, TrustAnchor, UnixTime};
use std::fmt;
use std::time::Duration;
use webpki::{ALL_VERIFICATION_ALGS, EndEntityCert, Error, KeyUsage, anchor_from_trusted_cert};

/// Why a certificate leads to nobody whom we trust.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum PathError {
    /// Not a certificate of version 3.
    #[error("not an X.509 certificate")]
    Malformed,
    /// No authority we trust issued it.
    #[error("issuer unknown")]
    UnknownIssuer,
    /// Out of date, or an authority on the way may not issue it: name constraints, path length, its own dates or usage.
    #[error("an authority on the path may not issue it, or it is out of date")]
    Path,
    /// A signature with SHA-1 or a short key: forgeable.
    #[error("signature too weak")]
    Weak,
}

/// The certificates of trusted authorities.
#[derive(Clone, Default)]
pub struct Authorities {
    trusted: Vec<Authority>,
}

#[derive(Clone)]
struct Authority {
    der: CertificateDer<'static>,
    anchor: TrustAnchor<'static>,
    not_before: DateTime<Utc>,
    not_after: DateTime<Utc>,
}

impl fmt::Debug for Authorities {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Authorities({})", self.trusted.len())
    }
}

/// The way from a certificate to an authority: whoever issued it first.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TrustedPath {
    /// DER, from the issuer of the certificate to the trusted authority; never empty.
    issuers: Vec<Vec<u8>>,
}

impl TrustedPath {
    /// The certificate of whoever issued it.
    pub fn issuer(&self) -> &[u8] {
        self.issuers.first().map_or(&[], Vec::as_slice)
    }

    /// Authorities on the way that are vouched for only by others, each with its own issuer.
    pub fn between(&self) -> impl Iterator<Item = (&[u8], &[u8])> {
        let above = self.issuers.iter().skip(1);
        self.issuers
            .iter()
            .zip(above)
            .map(|(below, above)| (below.as_slice(), above.as_slice()))
    }
}

impl Authorities {
    /// Takes whatever can be a trust anchor. Cards usually send themselves alone, so the issuing authority itself
    /// has to be here; any certificate can be an anchor. What cannot be read is left out.
    pub fn new(certificates: impl IntoIterator<Item = Vec<u8>>) -> Authorities {
        let mut trusted: Vec<Authority> = Vec::new();
        for der in certificates {
            if let Some(authority) = Authority::read(der)
                && !trusted.iter().any(|known| known.der == authority.der)
            {
                trusted.push(authority);
            }
        }
        Authorities { trusted }
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.trusted.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.trusted.is_empty()
    }

    /// How many are within their own dates at `now`: the others vouch for nobody.
    pub fn in_force(&self, now: DateTime<Utc>) -> usize {
        self.trusted.iter().filter(|authority| authority.in_force(now)).count()
    }

    /// Finds the way from `certificate` (DER) to a trusted authority, over the certificates `sent` with it: signatures
    /// (no SHA-1, no RSA below 2048 bits), dates, basic constraints, path length, name constraints, extended key usage
    /// (RFC 5280 §6, as the rustls-webpki crate has it; it refuses what it does not understand).
    ///
    /// # Errors
    /// [`PathError`].
    pub fn path(&self, certificate: &[u8], sent: &[Vec<u8>], now: DateTime<Utc>) -> Result<TrustedPath, PathError> {
        let leaf = CertificateDer::from(certificate);
        let leaf = EndEntityCert::try_from(&leaf).map_err(refusal)?;
        let sent: Vec<CertificateDer<'_>> = sent.iter().map(|der| CertificateDer::from(der.as_slice())).collect();
        let in_force: Vec<&Authority> = self
            .trusted
            .iter()
            .filter(|authority| authority.in_force(now))
            .collect();
        let anchors: Vec<TrustAnchor<'_>> = in_force.iter().map(|authority| authority.anchor.clone()).collect();
        let path = leaf
            .verify_for_usage(
                ALL_VERIFICATION_ALGS,
                &anchors,
                &sent,
                unix(now),
                KeyUsage::client_auth(),
                None,
                None,
            )
            .map_err(refusal)?;
        let anchor = in_force.iter().find(|authority| authority.anchor == *path.anchor());
        let between = path
            .intermediate_certificates()
            .map(|certificate| certificate.der().to_vec());
        let issuers: Vec<Vec<u8>> = between.chain(anchor.map(|authority| authority.der.to_vec())).collect();
        Ok(TrustedPath { issuers })
    }
}

impl Authority {
    fn read(der: Vec<u8>) -> Option<Authority> {
        let (not_before, not_after) = {
            let (_, certificate) = x509_parser::parse_x509_certificate(&der).ok()?;
            let validity = certificate.validity();
            (
                DateTime::from_timestamp(validity.not_before.timestamp(), 0)?,
                DateTime::from_timestamp(validity.not_after.timestamp(), 0)?,
            )
        };
        let der = CertificateDer::from(der);
        let anchor = anchor_from_trusted_cert(&der).ok()?.to_owned();
        Some(Authority {
            der,
            anchor,
            not_before,
            not_after,
        })
    }

    fn in_force(&self, now: DateTime<Utc>) -> bool {
        self.not_before <= now && now <= self.not_after
    }
}

/// The instant as path validation wants it.
pub(crate) fn unix(now: DateTime<Utc>) -> UnixTime {
    UnixTime::since_unix_epoch(Duration::from_secs(u64::try_from(now.timestamp()).unwrap_or(0)))
}

fn refusal(error: Error) -> PathError {
    match error {
        Error::UnknownIssuer | Error::InvalidSignatureForPublicKey => PathError::UnknownIssuer,
        Error::UnsupportedSignatureAlgorithmContext(_)
        | Error::UnsupportedSignatureAlgorithmForPublicKeyContext(_)
        | Error::SignatureAlgorithmMismatch => PathError::Weak,
        Error::CertExpired { .. }
        | Error::CertNotValidYet { .. }
        | Error::NameConstraintViolation
        | Error::PathLenConstraintViolated
        | Error::EndEntityUsedAsCa
        | Error::CaUsedAsEndEntity
        | Error::RequiredEkuNotFoundContext(_)
        | Error::UnsupportedCriticalExtension
        | Error::MaximumPathBuildCallsExceeded
        | Error::MaximumPathDepthExceeded
        | Error::MaximumSignatureChecksExceeded
        | Error::MaximumNameConstraintComparisonsExceeded => PathError::Path,
        _ => PathError::Malformed,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::keyring::RsaKey;
    use crate::x509::cie_certificate;
    use chrono::{TimeDelta, TimeZone as _};

    fn year(year: i32) -> DateTime<Utc> {
        Utc.with_ymd_and_hms(year, 1, 1, 0, 0, 0).unwrap()
    }

    fn certificate(from: i32, to: i32) -> Vec<u8> {
        let key = RsaKey::generate(2048).unwrap();
        cie_certificate(&key, "Ente", "Borgo Alto", (year(from), year(to)), [7; 16]).unwrap()
    }

    #[test]
    fn authorities_are_counted_once_each_and_vouch_within_their_dates() {
        let (early, late) = (certificate(2020, 2026), certificate(2026, 2030));
        let authorities = Authorities::new([early.clone(), late, early, b"rubbish".to_vec()]);
        assert_eq!((authorities.len(), authorities.is_empty()), (2, false));
        let none = Authorities::new([b"rubbish".to_vec()]);
        assert_eq!((none.len(), none.is_empty()), (0, true));
        let second = TimeDelta::seconds(1);
        for (at, in_force) in [
            (year(2020) - second, 0),
            (year(2020), 1),
            (year(2026), 2),
            (year(2026) + second, 1),
            (year(2030), 1),
            (year(2030) + second, 0),
        ] {
            assert_eq!(authorities.in_force(at), in_force, "{at}");
        }
    }
}
