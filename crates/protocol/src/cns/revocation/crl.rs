//! Revocation lists (RFC 5280 §5).

use super::{Status, Unchecked};
use crate::x509::authorities::unix;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use chrono::{DateTime, Utc};
use rustls_pki_types::CertificateDer;
use std::fmt;
use webpki::{
    ALL_VERIFICATION_ALGS, CertRevocationList, EndEntityCert, Error, ExpirationPolicy, KeyUsage,
    OwnedCertRevocationList, RevocationCheckDepth, RevocationOptionsBuilder, UnknownStatusPolicy,
    anchor_from_trusted_cert,
};

/// A revocation list that was read, and not yet believed: [`RevocationList::status`] looks at its signature.
pub struct RevocationList {
    list: CertRevocationList<'static>,
    next_update: Option<DateTime<Utc>>,
}

impl fmt::Debug for RevocationList {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RevocationList")
            .field("next_update", &self.next_update)
            .finish_non_exhaustive()
    }
}

impl RevocationList {
    /// Reads DER, or the PEM that some certifiers serve.
    ///
    /// # Errors
    /// [`Unchecked::Malformed`].
    pub fn parse(bytes: &[u8]) -> Result<RevocationList, Unchecked> {
        let from_pem = pem(bytes);
        let der = from_pem.as_deref().unwrap_or(bytes);
        let list = OwnedCertRevocationList::from_der(der).map_err(|_| Unchecked::Malformed)?;
        let (_, parsed) = x509_parser::parse_x509_crl(der).map_err(|_| Unchecked::Malformed)?;
        let next_update = parsed.next_update();
        Ok(RevocationList {
            list: list.into(),
            next_update: next_update.and_then(|at| DateTime::from_timestamp(at.timestamp(), 0)),
        })
    }

    /// When its issuer promises another one.
    pub fn next_update(&self) -> Option<DateTime<Utc>> {
        self.next_update
    }

    /// What the list says at `now` about `certificate`, which `issuer` issued (both DER).
    ///
    /// # Errors
    /// [`Unchecked`]: another issuer's list, a bad signature, one that is out of date.
    pub fn status(&self, certificate: &[u8], issuer: &[u8], now: DateTime<Utc>) -> Result<Status, Unchecked> {
        let certificate = CertificateDer::from(certificate);
        let leaf = EndEntityCert::try_from(&certificate).map_err(|_| Unchecked::Malformed)?;
        let issuer = CertificateDer::from(issuer);
        let anchor = [anchor_from_trusted_cert(&issuer).map_err(|_| Unchecked::Malformed)?];
        let lists = [&self.list];
        let options = RevocationOptionsBuilder::new(&lists)
            .map_err(|_| Unchecked::Malformed)?
            .with_depth(RevocationCheckDepth::EndEntity)
            .with_status_policy(UnknownStatusPolicy::Deny)
            .with_expiration_policy(ExpirationPolicy::Enforce)
            .build();
        let verified = leaf.verify_for_usage(
            ALL_VERIFICATION_ALGS,
            &anchor,
            &[],
            unix(now),
            KeyUsage::client_auth(),
            Some(options),
            None,
        );
        match verified {
            Ok(_) => Ok(Status::Good),
            Err(Error::CertRevoked) => Ok(Status::Revoked),
            Err(Error::CrlExpired { .. }) => Err(Unchecked::Stale),
            Err(Error::UnknownRevocationStatus) => Err(Unchecked::Silent),
            Err(_) => Err(Unchecked::NotOfIssuer),
        }
    }
}

fn pem(bytes: &[u8]) -> Option<Vec<u8>> {
    let text = std::str::from_utf8(bytes).ok()?;
    let (_, rest) = text.split_once("-----BEGIN X509 CRL-----")?;
    let (body, _) = rest.split_once("-----END X509 CRL-----")?;
    let base64: String = body.chars().filter(|c| !c.is_ascii_whitespace()).collect();
    STANDARD.decode(base64).ok()
}
