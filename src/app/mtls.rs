//! Where clients show certificates, from the configuration.

use super::StartError;
use super::certificate_listener::{CertificateListener, MACHINES, proxy};
use crate::config;
use crate::flow::provider::Mtls;
use protocol::x509::Authorities;

/// What stories need of `[mtls]`; `None` when it is not there.
pub(super) fn settings(written: &config::Mtls) -> Option<Mtls> {
    written.on().then(|| Mtls {
        url: written.url.clone(),
        authorities: Authorities::new(written.read.authorities.iter().cloned()),
        proxy: written.proxy.as_ref().map(proxy),
    })
}

/// The listener, when there is one.
///
/// # Errors
/// [`StartError::MtlsCertificate`].
pub(super) fn listener(written: &config::Mtls) -> Result<Option<CertificateListener>, StartError> {
    if !written.on() {
        return Ok(None);
    }
    // The key goes to the TLS library and nowhere else.
    let files = written.read.tls.as_ref();
    let files = files.map(|(certificate, key)| (certificate.as_str(), key.reveal()));
    CertificateListener::new(&MACHINES, written.address, files)
        .map(Some)
        .map_err(StartError::MtlsCertificate)
}
