//! `[cns]`: sign-in by card (CNS, TS-CNS, the certificate of a CIE).

use super::check::Check;
use super::secret::{Secret, written_or_in_file};
use protocol::x509::{PublicKey, pem_to_der};
use serde::Deserialize;
use std::net::{IpAddr, SocketAddr};
use std::path::{Path, PathBuf};
use url::Url;

/// `[cns]`. Without `url` there is no sign-in by card.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Cns {
    /// The card listener as browsers know it: https, host and port of its own, no path.
    pub url: String,
    /// Where it listens. Default: `127.0.0.1:8443`.
    pub address: SocketAddr,
    /// Certificate of the listener, PEM, with its chain. Needed unless a proxy ends TLS.
    pub certificate: PathBuf,
    /// Its private key, PEM (RSA or ECDSA).
    pub key: PathBuf,
    /// Trusted list that names the authorities (ETSI TS 119 612).
    pub trust_list: String,
    /// Certificates of who may sign the list, PEM files.
    pub trust_list_signers: Vec<PathBuf>,
    /// How often the list is fetched, hours, 1 to 168. Default: 12.
    pub trust_list_hours: u32,
    /// In place of a list: a folder of PEM files with the authorities.
    pub authorities: PathBuf,
    /// Cards in the form of a CNS that certifiers issue on their own. Default: true.
    pub accept_cns_like: bool,
    /// The certificate of a CIE in a reader. Default: true.
    pub accept_cie: bool,
    /// How revocation is looked up, in this order: `ocsp`, `crl`. Default: both.
    pub revocation: Vec<RevocationWay>,
    /// When nobody can tell whether a card was revoked: `refuse` or `accept`. Default: `refuse`.
    pub unreachable_revocation: UnreachableRevocation,
    /// Longest wait for one list or answer, seconds, 1 to 30. Default: 5.
    pub revocation_timeout_seconds: u32,
    /// `[cns.proxy]`: a reverse proxy that ends TLS.
    pub proxy: Option<CnsProxy>,
    /// What the files hold.
    #[serde(skip)]
    pub read: CnsFiles,
}

/// One way to look up revocation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum RevocationWay {
    /// The issuer's responder.
    Ocsp,
    /// The issuer's list.
    Crl,
}

/// What to do when revocation cannot be looked up.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum UnreachableRevocation {
    /// No sign-in.
    Refuse,
    /// Sign-in, with a line in the log.
    Accept,
}

/// `[cns.proxy]`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct CnsProxy {
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

/// What the files of `[cns]` hold.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct CnsFiles {
    /// PEM of certificate chain and key.
    pub tls: Option<(String, Secret)>,
    /// Keys that may sign the trusted list.
    pub signers: Vec<PublicKey>,
    /// Authorities, DER.
    pub authorities: Vec<Vec<u8>>,
}

impl std::fmt::Debug for CnsFiles {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("CnsFiles")
            .field("tls", &self.tls.is_some())
            .field("signers", &self.signers.len())
            .field("authorities", &self.authorities.len())
            .finish()
    }
}

impl Default for Cns {
    fn default() -> Cns {
        Cns {
            url: String::new(),
            address: SocketAddr::from(([127, 0, 0, 1], 8443)),
            certificate: PathBuf::new(),
            key: PathBuf::new(),
            trust_list: String::new(),
            trust_list_signers: Vec::new(),
            trust_list_hours: 12,
            authorities: PathBuf::new(),
            accept_cns_like: true,
            accept_cie: true,
            revocation: vec![RevocationWay::Ocsp, RevocationWay::Crl],
            unreachable_revocation: UnreachableRevocation::Refuse,
            revocation_timeout_seconds: 5,
            proxy: None,
            read: CnsFiles::default(),
        }
    }
}

impl Cns {
    /// Whether there is sign-in by card.
    pub fn on(&self) -> bool {
        !self.url.is_empty()
    }

    /// Checks, and reads what stands in files.
    pub(super) fn check(&mut self, check: &mut Check<'_>, issuer: &str) {
        if !self.on() {
            if *self != Cns::default() {
                check.wrong("cns.url", "must be set, else there is no sign-in by card");
            }
            return;
        }
        self.check_url(check, issuer);
        self.check_tls(check);
        self.check_authorities(check);
        self.check_revocation(check);
        if let Some(proxy) = &mut self.proxy {
            proxy.check(check);
        }
    }

    fn check_url(&self, check: &mut Check<'_>, issuer: &str) {
        let origin = Url::parse(&self.url).ok().map(|url| url.origin().ascii_serialization());
        let https = self.url.starts_with("https://");
        if origin.as_deref() != Some(self.url.as_str()) || !https {
            check.wrong(
                "cns.url",
                "must be https with a host, perhaps a port, no path and no slash at the end",
            );
        } else if origin == Url::parse(issuer).ok().map(|url| url.origin().ascii_serialization()) {
            check.wrong(
                "cns.url",
                "must be another host or port than `issuer`: the card is asked for there and nowhere else",
            );
        }
    }

    fn check_tls(&mut self, check: &mut Check<'_>) {
        let none = self.certificate.as_os_str().is_empty() && self.key.as_os_str().is_empty();
        if none && self.proxy.is_some() {
            return;
        }
        let certificate = check.read("cns.certificate", &self.certificate);
        let key = check.read("cns.key", &self.key);
        if certificate.as_deref().is_some_and(|pem| pem_to_der(pem).is_err()) {
            check.wrong("cns.certificate", "is not a PEM certificate");
        }
        if key.as_deref().is_some_and(|pem| !pem.contains("PRIVATE KEY-----")) {
            check.wrong("cns.key", "is not a PEM private key");
        }
        self.read.tls = certificate.zip(key.map(Secret::new));
    }

    fn check_authorities(&mut self, check: &mut Check<'_>) {
        let folder = !self.authorities.as_os_str().is_empty();
        match (self.trust_list.is_empty(), folder) {
            (true, false) => check.wrong(
                "cns.trust_list",
                "must be set, or `authorities`: else no card is trusted",
            ),
            (false, true) => check.wrong("cns.authorities", "`trust_list` is set as well; keep one of the two"),
            (true, true) => self.read_folder(check),
            (false, false) => self.read_signers(check),
        }
        if !(1..=168).contains(&self.trust_list_hours) {
            check.wrong("cns.trust_list_hours", "must be between 1 and 168");
        }
    }

    fn read_folder(&mut self, check: &mut Check<'_>) {
        let files = check.folder("cns.authorities", &self.authorities, "pem");
        for (name, pem) in files {
            match pem_to_der(&pem) {
                Ok(der) => self.read.authorities.push(der),
                Err(_) => check.wrong("cns.authorities", format!("{name} is not a PEM certificate")),
            }
        }
        if self.read.authorities.is_empty() {
            check.wrong("cns.authorities", "holds no certificate (files that end in .pem)");
        }
    }

    fn read_signers(&mut self, check: &mut Check<'_>) {
        if !Url::parse(&self.trust_list).is_ok_and(|url| matches!(url.scheme(), "https" | "http")) {
            check.wrong("cns.trust_list", "must be a web address");
        }
        if self.trust_list_signers.is_empty() {
            check.wrong(
                "cns.trust_list_signers",
                "must name who signs the list: without it anybody's list would do",
            );
        }
        for (index, path) in self.trust_list_signers.iter().enumerate() {
            let setting = format!("cns.trust_list_signers[{index}]");
            let Some(pem) = check.read(&setting, path) else {
                continue;
            };
            let key = pem_to_der(&pem)
                .ok()
                .and_then(|der| PublicKey::from_certificate(&der).ok());
            match key {
                Some(key) => self.read.signers.push(key),
                None => check.wrong(
                    &setting,
                    "is not a PEM certificate with an RSA key of at least 2048 bits",
                ),
            }
        }
    }

    fn check_revocation(&self, check: &mut Check<'_>) {
        if self.revocation.is_empty() {
            check.wrong("cns.revocation", "must name `crl`, `ocsp` or both");
        }
        if !(1..=30).contains(&self.revocation_timeout_seconds) {
            check.wrong("cns.revocation_timeout_seconds", "must be between 1 and 30");
        }
    }
}

impl CnsProxy {
    fn check(&mut self, check: &mut Check<'_>) {
        if self.addresses.is_empty() {
            check.wrong("cns.proxy.addresses", "must be set: the header counts from there only");
        }
        check_header(check, "cns.proxy.header", &self.header);
        let file = self.secret_file.take();
        self.secret = written_or_in_file(check, "cns.proxy.secret", self.secret.as_ref(), file.as_ref());
        if let Some(secret) = &self.secret {
            if secret.reveal().len() < 32 {
                check.wrong("cns.proxy.secret", "must be at least 32 characters");
            }
            check_header(
                check,
                "cns.proxy.secret_header",
                self.secret_header.as_deref().unwrap_or_default(),
            );
        }
        if let Some(path) = &self.certificate {
            let pem = check.read("cns.proxy.certificate", Path::new(path));
            self.certificate_der = pem.as_deref().and_then(|pem| pem_to_der(pem).ok());
            if pem.is_some() && self.certificate_der.is_none() {
                check.wrong("cns.proxy.certificate", "is not a PEM certificate");
            }
        }
        if self.secret.is_none() && self.certificate.is_none() {
            check.wrong(
                "cns.proxy.secret",
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
