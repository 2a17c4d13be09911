//! Sign-in by card, from the configuration.

use super::StartError;
use super::certificate_listener::{CARDS, CertificateListener, proxy};
use crate::config;
use crate::flow::sign_in::cns::{CnsSettings, RevocationCheck, TrustSource, Unreachable};
use protocol::cns::Rules;
use std::time::Duration;

/// What stories need of `[cns]`.
pub(super) fn settings(written: &config::Cns) -> CnsSettings {
    let source = if written.trust_list.is_empty() {
        TrustSource::Certificates(written.read.authorities.clone())
    } else {
        TrustSource::List {
            address: written.trust_list.clone(),
            signers: written.read.signers.clone(),
        }
    };
    CnsSettings {
        url: written.url.clone(),
        rules: Rules {
            cns_like: written.accept_cns_like,
            cie: written.accept_cie,
        },
        source,
        refresh: Duration::from_secs(u64::from(written.trust_list_hours).saturating_mul(3600)),
        checks: written
            .revocation
            .iter()
            .map(|way| match way {
                config::RevocationWay::Ocsp => RevocationCheck::Ocsp,
                config::RevocationWay::Crl => RevocationCheck::Crl,
            })
            .collect(),
        unreachable: match written.unreachable_revocation {
            config::UnreachableRevocation::Refuse => Unreachable::Refuse,
            config::UnreachableRevocation::Accept => Unreachable::Accept,
        },
        within: Duration::from_secs(u64::from(written.revocation_timeout_seconds)),
        proxy: written.proxy.as_ref().map(proxy),
    }
}

/// The card listener, when there is one.
///
/// # Errors
/// [`StartError::CardCertificate`].
pub(super) fn listener(written: &config::Cns) -> Result<Option<CertificateListener>, StartError> {
    if !written.on() {
        return Ok(None);
    }
    // The key goes to the TLS library and nowhere else.
    let files = written.read.tls.as_ref();
    let files = files.map(|(certificate, key)| (certificate.as_str(), key.reveal()));
    CertificateListener::new(&CARDS, written.address, files)
        .map(Some)
        .map_err(StartError::CardCertificate)
}
