//! Sign-in by card, from the configuration.

use super::StartError;
use super::card_listener::CardListener;
use crate::config;
use crate::flow::sign_in::cns::{CnsSettings, Proxy, RevocationCheck, TrustSource, Unreachable};
use protocol::cns::forwarded::Encoding;
use protocol::cns::{Rules, fingerprint};
use protocol::oidc::hash_secret;
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

fn proxy(written: &config::CnsProxy) -> Proxy {
    let header = written.header.to_ascii_lowercase();
    let secret = written.secret_header.as_ref().zip(written.secret.as_ref());
    Proxy {
        addresses: written.addresses.clone(),
        encoding: if header == "client-cert" {
            Encoding::Rfc9440
        } else {
            Encoding::EscapedPem
        },
        header,
        // Only its hash is kept.
        secret: secret.map(|(name, secret)| (name.to_ascii_lowercase(), hash_secret(secret.reveal()))),
        certificate: written.certificate_der.as_deref().map(fingerprint),
    }
}

/// The card listener, when there is one.
///
/// # Errors
/// [`StartError::CardCertificate`].
pub(super) fn listener(written: &config::Cns) -> Result<Option<CardListener>, StartError> {
    if !written.on() {
        return Ok(None);
    }
    // The key goes to the TLS library and nowhere else.
    let files = written.read.tls.as_ref();
    let files = files.map(|(certificate, key)| (certificate.as_str(), key.reveal()));
    CardListener::new(written.address, files).map(Some)
}
