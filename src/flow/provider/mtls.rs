//! Where clients show certificates (RFC 8705).

use crate::flow::CertificateProxy;
use protocol::oidc::discovery::Certificates;
use protocol::x509::Authorities;

/// `[mtls]`, read.
#[derive(Debug, Clone)]
pub struct Mtls {
    /// The listener as clients know it: scheme, host, port; no slash at the end.
    pub url: String,
    /// Who may issue the certificates of `tls_client_auth`.
    pub authorities: Authorities,
    /// A reverse proxy that takes the certificate in our place.
    pub proxy: Option<CertificateProxy>,
}

impl Mtls {
    /// What clients are told of it.
    pub fn offered(&self) -> Certificates<'_> {
        Certificates {
            url: &self.url,
            issued: !self.authorities.is_empty(),
        }
    }
}
