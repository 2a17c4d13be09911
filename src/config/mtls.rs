//! `[mtls]`: where clients show certificates (RFC 8705).

use super::certificate_listener::{CertificateProxy, check_url, read_authorities, read_tls};
use super::check::Check;
use super::secret::Secret;
use protocol::oidc::client::{Client, ClientAuthMethod};
use serde::Deserialize;
use std::net::SocketAddr;
use std::path::PathBuf;

/// `[mtls]`. Without `url` no client certificate is asked for.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Mtls {
    /// The listener as clients know it: https, host and port of its own, no path.
    pub url: String,
    /// Where it listens. Default: `127.0.0.1:8444`.
    pub address: SocketAddr,
    /// Certificate of the listener, PEM, with its chain. Needed unless a proxy ends TLS.
    pub certificate: PathBuf,
    /// Its private key, PEM (RSA or ECDSA).
    pub key: PathBuf,
    /// A folder of PEM files: who may issue the certificates of `tls_client_auth`. Without it, that method is off.
    pub authorities: PathBuf,
    /// `[mtls.proxy]`: a reverse proxy that ends TLS.
    pub proxy: Option<CertificateProxy>,
    /// What the files hold.
    #[serde(skip)]
    pub read: MtlsFiles,
}

/// What the files of `[mtls]` hold.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct MtlsFiles {
    /// PEM of certificate chain and key.
    pub tls: Option<(String, Secret)>,
    /// Authorities, DER.
    pub authorities: Vec<Vec<u8>>,
}

impl std::fmt::Debug for MtlsFiles {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("MtlsFiles")
            .field("tls", &self.tls.is_some())
            .field("authorities", &self.authorities.len())
            .finish()
    }
}

impl Default for Mtls {
    fn default() -> Mtls {
        Mtls {
            url: String::new(),
            address: SocketAddr::from(([127, 0, 0, 1], 8444)),
            certificate: PathBuf::new(),
            key: PathBuf::new(),
            authorities: PathBuf::new(),
            proxy: None,
            read: MtlsFiles::default(),
        }
    }
}

impl Mtls {
    /// Whether client certificates are asked for.
    pub fn on(&self) -> bool {
        !self.url.is_empty()
    }

    /// Checks, and reads what stands in files.
    pub(super) fn check(&mut self, check: &mut Check<'_>, issuer: &str) {
        if !self.on() {
            if *self != Mtls::default() {
                check.wrong("mtls.url", "must be set, else no client certificate is asked for");
            }
            return;
        }
        let only_there = "browsers would ask people for a certificate";
        check_url(check, "mtls.url", &self.url, issuer, only_there);
        self.read.tls = read_tls(check, "mtls", (&self.certificate, &self.key), self.proxy.is_some());
        if !self.authorities.as_os_str().is_empty() {
            self.read.authorities = read_authorities(check, "mtls.authorities", &self.authorities);
        }
        if let Some(proxy) = &mut self.proxy {
            proxy.check(check, "mtls");
        }
    }

    /// Clients that could never show the certificate they registered.
    pub(super) fn check_clients(&self, check: &mut Check<'_>, clients: &[Client]) {
        for client in clients {
            let by_issuer = client.auth_method == ClientAuthMethod::TlsClientAuth;
            let shows = by_issuer
                || client.auth_method == ClientAuthMethod::SelfSignedTlsClientAuth
                || client.metadata.tls_client_certificate_bound_access_tokens;
            if shows && !self.on() {
                let needs = format!("client `{}` shows a certificate: must be set", client.id);
                check.wrong("mtls.url", needs);
            } else if by_issuer && self.read.authorities.is_empty() {
                let needs = format!("client `{}` uses `tls_client_auth`: must be set", client.id);
                check.wrong("mtls.authorities", needs);
            }
        }
    }
}
