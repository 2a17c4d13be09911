//! What the listeners that ask for certificates (`[cns]`, `[mtls]`) have in common.

use super::check::Check;
use super::secret::{Secret, written_or_in_file};
use protocol::x509::pem_to_der;
use serde::Deserialize;
use std::net::IpAddr;
use std::path::{Path, PathBuf};
use url::Url;

/// `[cns.proxy]`, `[mtls.proxy]`: a reverse proxy that ends TLS in front of such a listener.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct CertificateProxy {
    /// Addresses from which it connects. Required.
    pub addresses: Vec<IpAddr>,
    /// The header with the certificate. `Client-Cert` is read as RFC 9440 has it, any other as percent-encoded PEM.
    pub header: String,
    /// Header with a secret that only the proxy knows.
    pub secret_header: Option<String>,
    /// The secret, at least 32 characters.
    pub secret: Option<Secret>,
    /// File with the secret.
    pub secret_file: Option<PathBuf>,
    /// Or the certificate that the proxy shows to us in TLS, PEM.
    pub certificate: Option<PathBuf>,
    /// What that file holds, DER.
    #[serde(skip)]
    pub certificate_der: Option<Vec<u8>>,
}

/// The address of a listener: an https origin that is not the issuer's, because `only_there`.
pub(super) fn check_url(check: &mut Check<'_>, setting: &str, url: &str, issuer: &str, only_there: &str) {
    let origin = |url: &str| Url::parse(url).ok().map(|url| url.origin().ascii_serialization());
    if origin(url).as_deref() != Some(url) || !url.starts_with("https://") {
        check.wrong(
            setting,
            "must be https with a host, perhaps a port, no path and no slash at the end",
        );
    } else if origin(url) == origin(issuer) {
        check.wrong(
            setting,
            format!("must be another host or port than `issuer`: {only_there}"),
        );
    }
}

/// PEM of certificate chain and key, unless a proxy ends TLS.
pub(super) fn read_tls(
    check: &mut Check<'_>,
    section: &str,
    (certificate, key): (&Path, &Path),
    behind_proxy: bool,
) -> Option<(String, Secret)> {
    if behind_proxy && certificate.as_os_str().is_empty() && key.as_os_str().is_empty() {
        return None;
    }
    let certificate_setting = format!("{section}.certificate");
    let key_setting = format!("{section}.key");
    let certificate = check.read(&certificate_setting, certificate);
    let key = check.read(&key_setting, key);
    if certificate.as_deref().is_some_and(|pem| pem_to_der(pem).is_err()) {
        check.wrong(&certificate_setting, "is not a PEM certificate");
    }
    if key.as_deref().is_some_and(|pem| !pem.contains("PRIVATE KEY-----")) {
        check.wrong(&key_setting, "is not a PEM private key");
    }
    certificate.zip(key.map(Secret::new))
}

/// The certificates in a folder, DER.
pub(super) fn read_authorities(check: &mut Check<'_>, setting: &str, folder: &Path) -> Vec<Vec<u8>> {
    let mut authorities = Vec::new();
    for (name, pem) in check.folder(setting, folder, "pem") {
        match pem_to_der(&pem) {
            Ok(der) => authorities.push(der),
            Err(_) => check.wrong(setting, format!("{name} is not a PEM certificate")),
        }
    }
    if authorities.is_empty() {
        check.wrong(setting, "holds no certificate (files that end in .pem)");
    }
    authorities
}

impl CertificateProxy {
    /// Checks, and reads what stands in files. `section` is the listener's.
    pub(super) fn check(&mut self, check: &mut Check<'_>, section: &str) {
        let setting = |name: &str| format!("{section}.proxy.{name}");
        if self.addresses.is_empty() {
            check.wrong(&setting("addresses"), "must be set: the header counts from there only");
        }
        check_header(check, &setting("header"), &self.header);
        let file = self.secret_file.take();
        self.secret = written_or_in_file(check, &setting("secret"), self.secret.as_ref(), file.as_ref());
        if let Some(secret) = &self.secret {
            if secret.reveal().len() < 32 {
                check.wrong(&setting("secret"), "must be at least 32 characters");
            }
            check_header(
                check,
                &setting("secret_header"),
                self.secret_header.as_deref().unwrap_or_default(),
            );
        }
        if let Some(path) = &self.certificate {
            let pem = check.read(&setting("certificate"), Path::new(path));
            self.certificate_der = pem.as_deref().and_then(|pem| pem_to_der(pem).ok());
            if pem.is_some() && self.certificate_der.is_none() {
                check.wrong(&setting("certificate"), "is not a PEM certificate");
            }
        }
        if self.secret.is_none() && self.certificate.is_none() {
            check.wrong(
                &setting("secret"),
                "must be set (or `secret_file`, or `certificate`): an address alone is easily borrowed",
            );
        }
    }
}

fn check_header(check: &mut Check<'_>, setting: &str, name: &str) {
    let token = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-';
    if name.is_empty() || !name.bytes().all(token) {
        check.wrong(setting, "must be the name of a header: letters, digits and hyphens");
    }
}
