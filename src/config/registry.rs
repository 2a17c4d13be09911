//! `[spid.registry]`: AgID's registry of identity providers (SPID regole tecniche, Avviso 42).

use super::check::Check;
use chrono::TimeDelta;
use protocol::x509::{PublicKey, pem_to_der};
use serde::Deserialize;
use std::path::PathBuf;
use url::Url;

/// Where AgID publishes the signed metadata of all identity providers.
const AGID: &str = "https://registry.spid.gov.it/metadata/idp/spid-entities-idps.xml";

/// `[spid.registry]`.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Registry {
    /// Certificate files, PEM: whoever signed with one of these keys is the registry. None: nothing is fetched,
    /// and `spid.idp_metadata` is all there is. Default: none.
    pub signers: Vec<PathBuf>,
    /// Where the registry is. Default: AgID's.
    pub url: String,
    /// A copy of the registry for the first start without network. Default: none.
    pub bundled: Option<PathBuf>,
    /// How often it is fetched, hours, 1 to 168. Default: 6.
    pub fetch_hours: u32,
    /// How long before the end of a certificate an alarm is raised, days, at most 365. Default: 30.
    pub alarm_days: u32,
    /// entityIDs of identity providers that are not to be used for now, wherever they come from. Default: none.
    pub disabled: Vec<String>,
    /// What the files of `signers` hold, DER.
    #[serde(skip)]
    pub signer_certificates: Vec<Vec<u8>>,
    /// What the file of `bundled` holds.
    #[serde(skip)]
    pub bundled_document: Option<String>,
}

impl Default for Registry {
    fn default() -> Registry {
        Registry {
            signers: Vec::new(),
            url: AGID.to_owned(),
            bundled: None,
            fetch_hours: 6,
            alarm_days: 30,
            disabled: Vec::new(),
            signer_certificates: Vec::new(),
            bundled_document: None,
        }
    }
}

impl Registry {
    /// Whether the registry is used at all.
    pub fn is_used(&self) -> bool {
        !self.signers.is_empty()
    }

    /// How often it is fetched.
    pub fn every(&self) -> TimeDelta {
        TimeDelta::hours(i64::from(self.fetch_hours))
    }

    /// How long before an end an alarm is raised.
    pub fn alarm_ahead(&self) -> TimeDelta {
        TimeDelta::days(i64::from(self.alarm_days))
    }

    /// The keys of the signers.
    pub fn signer_keys(&self) -> Vec<PublicKey> {
        let certificates = self.signer_certificates.iter();
        certificates
            .filter_map(|der| PublicKey::from_certificate(der).ok())
            .collect()
    }

    /// Checks, and reads what it names.
    pub(super) fn load(&mut self, check: &mut Check<'_>) {
        for (index, path) in self.signers.iter().enumerate() {
            let setting = format!("spid.registry.signers[{index}]");
            let Some(pem) = check.read(&setting, path) else {
                continue;
            };
            match pem_to_der(&pem) {
                Ok(der) if PublicKey::from_certificate(&der).is_ok() => self.signer_certificates.push(der),
                Ok(_) => check.wrong(&setting, "must hold an RSA key of at least 2048 bits"),
                Err(_) => check.wrong(&setting, "is not a PEM certificate"),
            }
        }
        let secure = |url: &Url| url.scheme() == "https" || (check.allow_demo && url.scheme() == "http");
        if !Url::parse(&self.url).is_ok_and(|url| secure(&url)) {
            check.wrong("spid.registry.url", "must be an https URL");
        }
        if let Some(path) = &self.bundled {
            self.bundled_document = check.read("spid.registry.bundled", path);
            if !self.is_used() {
                check.wrong(
                    "spid.registry.bundled",
                    "needs `signers`: nobody could tell whether it is genuine",
                );
            }
        }
        if !(1..=168).contains(&self.fetch_hours) {
            check.wrong("spid.registry.fetch_hours", "must be between 1 and 168");
        }
        if self.alarm_days > 365 {
            check.wrong("spid.registry.alarm_days", "must be at most 365");
        }
    }
}
