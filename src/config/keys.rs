//! `[keys]`: private keys, and how key files are read.

use super::check::Check;
use protocol::keyring::RsaKey;
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
pub(super) fn load_key(check: &mut Check<'_>, setting: &str, path: &Path) -> Option<RsaKey> {
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
