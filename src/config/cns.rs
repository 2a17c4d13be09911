//! `[cns]`: sign-in by card (CNS, TS-CNS, the certificate of a CIE).

use super::certificate_listener::{CertificateProxy, check_url, read_authorities, read_tls};
use super::check::Check;
use super::secret::Secret;
use protocol::x509::{PublicKey, pem_to_der};
use serde::Deserialize;
use std::net::SocketAddr;
use std::path::PathBuf;
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
    pub proxy: Option<CertificateProxy>,
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
        check_url(
            check,
            "cns.url",
            &self.url,
            issuer,
            "the card is asked for there and nowhere else",
        );
        self.check_tls(check);
        self.check_authorities(check);
        self.check_revocation(check);
        if let Some(proxy) = &mut self.proxy {
            proxy.check(check, "cns");
        }
    }

    fn check_tls(&mut self, check: &mut Check<'_>) {
        self.read.tls = read_tls(check, "cns", (&self.certificate, &self.key), self.proxy.is_some());
    }

    fn check_authorities(&mut self, check: &mut Check<'_>) {
        let folder = !self.authorities.as_os_str().is_empty();
        match (self.trust_list.is_empty(), folder) {
            (true, false) => check.wrong(
                "cns.trust_list",
                "must be set, or `authorities`: else no card is trusted",
            ),
            (false, true) => check.wrong("cns.authorities", "`trust_list` is set as well; keep one of the two"),
            (true, true) => self.read.authorities = read_authorities(check, "cns.authorities", &self.authorities),
            (false, false) => self.read_signers(check),
        }
        if !(1..=168).contains(&self.trust_list_hours) {
            check.wrong("cns.trust_list_hours", "must be between 1 and 168");
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
