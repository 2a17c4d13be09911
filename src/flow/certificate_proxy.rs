//! Who may hand on a client's certificate in its place.

use protocol::oidc::SecretHash;
use protocol::x509::forwarded::Encoding;
use std::net::IpAddr;

/// A reverse proxy that ends TLS and hands the certificate on in a header.
#[derive(Debug, Clone)]
pub struct CertificateProxy {
    /// From where it connects.
    pub addresses: Vec<IpAddr>,
    /// The header with the certificate, in lower case.
    pub header: String,
    /// How it is written there.
    pub encoding: Encoding,
    /// A header that proves that it is the proxy, in lower case, and the hash of its value.
    pub secret: Option<(String, SecretHash)>,
    /// SHA-256 of the certificate that the proxy shows on the way to us.
    pub certificate: Option<[u8; 32]>,
}
