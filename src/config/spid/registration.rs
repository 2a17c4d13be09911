//! `spid.registration`: the record of what AgID accepted, and the keys that follow from it.
//!
//! A next key goes *staged → published → accepted → activated*: `staged_key` and `staged_certificate` publish it
//! beside the one that signs; AgID accepts the metadata; `varco keys accepted` records that; only then
//! `sign_with = "staged"` is a configuration that starts.

use super::Spid;
use crate::config::check::Check;
use crate::config::keys::load_key;
use chrono::{DateTime, Utc};
use protocol::keyring::SamlKey;
use protocol::x509::{PublicKey, fingerprint, pem_to_der};
use serde::{Deserialize, Serialize};
use std::path::Path;

/// Which of two pairs signs.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SignWith {
    /// `spid.key`.
    #[default]
    Key,
    /// `spid.staged_key`.
    Staged,
}

/// The file that `spid.registration` names.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Registration {
    /// Each time AgID accepted metadata, the last one at the end.
    #[serde(default)]
    pub accepted: Vec<Accepted>,
}

/// AgID accepted metadata.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Accepted {
    /// When it was recorded.
    pub at: DateTime<Utc>,
    /// SHA-256 of the metadata without `ID` and signature.
    pub metadata: String,
    /// SHA-256 of each published signing certificate.
    pub certificates: Vec<String>,
}

impl Registration {
    /// What is registered now.
    pub fn current(&self) -> Option<&Accepted> {
        self.accepted.last()
    }
}

impl Spid {
    /// Where acceptance is recorded, beside the configuration that names it.
    pub fn registration_file(&self) -> Option<&Path> {
        self.registration_file.as_deref()
    }

    /// What AgID accepted so far; empty when nothing is recorded.
    pub fn registered(&self) -> &Registration {
        &self.registered
    }

    /// Reads the record. A file that is not there yet is an empty one.
    pub(in crate::config) fn load_registration(&mut self, check: &mut Check<'_>) {
        let setting = "spid.registration";
        let Some(path) = &self.registration else { return };
        let file = check.place(setting, path);
        match std::fs::read_to_string(&file) {
            Ok(text) => match toml::from_str(&text) {
                Ok(registered) => self.registered = registered,
                Err(error) => check.wrong(setting, format!("is no record of `varco keys accepted`: {error}")),
            },
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => {}
            Err(error) => check.wrong(setting, format!("cannot read {}: {error}", file.display())),
        }
        self.registration_file = Some(file);
    }

    /// Reads both pairs, and says which one signs.
    pub(in crate::config) fn load_key(&mut self, check: &mut Check<'_>) -> Option<SamlKey> {
        let first = pair(check, ("spid.key", &self.key), ("spid.certificate", &self.certificate));
        let staged = match (&self.staged_key, &self.staged_certificate) {
            (None, None) => {
                if self.sign_with == SignWith::Staged {
                    check.wrong(
                        "spid.sign_with",
                        "`staged` needs `spid.staged_key` and `spid.staged_certificate`",
                    );
                }
                return first;
            }
            (key, certificate) => pair(
                check,
                ("spid.staged_key", key.as_deref().unwrap_or(Path::new(""))),
                (
                    "spid.staged_certificate",
                    certificate.as_deref().unwrap_or(Path::new("")),
                ),
            ),
        };
        let (first, staged) = (first?, staged?);
        if first.certificate == staged.certificate {
            check.wrong("spid.staged_certificate", "is the same as `spid.certificate`");
        }
        let (signs, other) = match self.sign_with {
            SignWith::Key => (first, staged),
            SignWith::Staged => {
                self.must_be_accepted(check, &staged.certificate);
                (staged, first)
            }
        };
        self.second_certificate = Some(other.certificate);
        Some(signs)
    }

    /// Identity providers know the certificates that AgID distributed, and refuse whatever another key signs.
    fn must_be_accepted(&self, check: &mut Check<'_>, certificate: &[u8]) {
        let known = |accepted: &Accepted| accepted.certificates.contains(&fingerprint(certificate));
        if !self.registered.current().is_some_and(known) {
            check.wrong(
                "spid.sign_with",
                "`staged` must wait: no acceptance of that certificate is recorded (`spid.registration`, \
                 `varco keys accepted`)",
            );
        }
    }
}

/// Reads a key and the certificate that must be its own.
pub(in crate::config) fn pair(
    check: &mut Check<'_>,
    key: (&str, &Path),
    certificate: (&str, &Path),
) -> Option<SamlKey> {
    let loaded = load_key(check, key.0, key.1);
    let pem = check.read(certificate.0, certificate.1)?;
    let Ok(der) = pem_to_der(&pem) else {
        check.wrong(certificate.0, "is not a PEM certificate");
        return None;
    };
    let loaded = loaded?;
    if !PublicKey::from_certificate(&der).is_ok_and(|public| public.belongs_to(&loaded)) {
        check.wrong(certificate.0, format!("is not the certificate of `{}`", key.0));
        return None;
    }
    Some(SamlKey {
        key: loaded,
        certificate: der,
    })
}

/// What AgID should know of before citizens come, and what it would refuse.
pub(in crate::config) fn warnings(spid: &Spid, key: &SamlKey, digest: Option<&str>) -> Vec<String> {
    let mut warnings = Vec::new();
    let Some(current) = spid.registered.current() else {
        return warnings;
    };
    if digest != Some(current.metadata.as_str()) {
        warnings.push(format!(
            "spid: these are not the metadata that AgID accepted on {}: send them, and record it with `varco keys \
             accepted` when they are accepted",
            current.at.format("%Y-%m-%d")
        ));
    }
    if !current.certificates.contains(&fingerprint(&key.certificate)) {
        warnings.push(
            "spid.certificate: AgID has not accepted it: identity providers refuse what its key signs".to_owned(),
        );
    }
    warnings
}
