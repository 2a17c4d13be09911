//! `[keys]`: private keys, and how key files are read.

use super::check::Check;
use protocol::keyring::{RsaKey, SamlKey};
use protocol::x509::{PublicKey, pem_to_der};
use serde::Deserialize;
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

/// The line that `varco demo` writes before the keys it makes; `serve` refuses them.
pub const DEMO_KEY_MARK: &str = "# varco demo key";

/// `[keys]`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Keys {
    /// Keys of ID tokens, PEM files made by `varco keys oidc`. The first signs, all are published.
    /// Required.
    pub oidc: Vec<PathBuf>,
}

impl Keys {
    /// Checks and loads the keys.
    pub(super) fn load(&self, check: &mut Check<'_>) -> Vec<RsaKey> {
        if self.oidc.is_empty() {
            check.wrong("keys.oidc", "must be set; make a key with `varco keys oidc --out FILE`");
        }
        let mut names = BTreeSet::new();
        let mut keys = Vec::new();
        for (index, path) in self.oidc.iter().enumerate() {
            let setting = format!("keys.oidc[{index}]");
            let Some(key) = load_key(check, &setting, path) else {
                continue;
            };
            if names.insert(key.kid().to_owned()) {
                keys.push(key);
            } else {
                check.wrong(&setting, "is the same key as one before it");
            }
        }
        keys
    }
}

/// Reads one private key file.
fn load_key(check: &mut Check<'_>, setting: &str, path: &Path) -> Option<RsaKey> {
    let pem = check.read(setting, path)?;
    if !check.allow_demo && pem.lines().any(|line| line.trim() == DEMO_KEY_MARK) {
        check.wrong(
            setting,
            "is a key of `varco demo`: anybody may have it; make one with `varco keys`",
        );
        return None;
    }
    match RsaKey::from_pem(&pem) {
        Ok(key) => Some(key),
        Err(error) => {
            check.wrong(setting, format!("holds no usable key: {error}"));
            None
        }
    }
}

/// Reads the key and certificate of a service provider record, settings `key` and `certificate` of `section`.
pub(super) fn load_saml_key(check: &mut Check<'_>, section: &str, key: &Path, certificate: &Path) -> Option<SamlKey> {
    let setting = format!("{section}.certificate");
    let key = load_key(check, &format!("{section}.key"), key);
    let pem = check.read(&setting, certificate)?;
    let Ok(certificate) = pem_to_der(&pem) else {
        check.wrong(&setting, "is not a PEM certificate");
        return None;
    };
    let key = key?;
    if !PublicKey::from_certificate(&certificate).is_ok_and(|public| public.belongs_to(&key)) {
        check.wrong(&setting, format!("is not the certificate of `{section}.key`"));
        return None;
    }
    Some(SamlKey { key, certificate })
}
