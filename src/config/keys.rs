//! `[keys]`: private keys, and how key files are read.

use super::check::Check;
use protocol::keyring::{MasterKey, RsaKey};
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
    /// File with the master key, which wraps the keys of what is encrypted in the database: `varco keys master`.
    /// Required, unless the environment variable `VARCO_MASTER_KEY` holds it.
    pub master_key_file: Option<PathBuf>,
}

/// Holds the master key where there is no file for it.
pub const MASTER_KEY_VARIABLE: &str = "VARCO_MASTER_KEY";

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

impl Keys {
    /// Checks and loads the master key. Exactly one way of giving it.
    pub(super) fn load_master(&self, check: &mut Check<'_>) -> Option<MasterKey> {
        const SETTING: &str = "keys.master_key_file";
        let variable = std::env::var(MASTER_KEY_VARIABLE).ok().filter(|text| !text.is_empty());
        let text = match (self.master_key_file.as_deref(), variable) {
            (Some(_), Some(_)) => {
                check.wrong(
                    SETTING,
                    format!("the environment variable {MASTER_KEY_VARIABLE} is set as well; keep one of the two"),
                );
                return None;
            }
            (Some(path), None) => read_key_file(check, SETTING, path)?,
            (None, Some(text)) => text,
            (None, None) => {
                check.wrong(
                    SETTING,
                    format!(
                        "must be set (or the environment variable {MASTER_KEY_VARIABLE}); make a key with `varco keys master --out FILE`"
                    ),
                );
                return None;
            }
        };
        MasterKey::parse(&text)
            .map_err(|error| check.wrong(SETTING, format!("holds no usable key: {error}")))
            .ok()
    }
}

/// The text of a key file, unless it is the demo's.
fn read_key_file(check: &mut Check<'_>, setting: &str, path: &Path) -> Option<String> {
    let text = check.read(setting, path)?;
    if !check.allow_demo && text.lines().any(|line| line.trim() == DEMO_KEY_MARK) {
        check.wrong(
            setting,
            "is a key of `varco demo`: anybody may have it; make one with `varco keys`",
        );
        return None;
    }
    Some(text)
}

/// Reads one private key file.
pub(super) fn load_key(check: &mut Check<'_>, setting: &str, path: &Path) -> Option<RsaKey> {
    let pem = read_key_file(check, setting, path)?;
    match RsaKey::from_pem(&pem) {
        Ok(key) => Some(key),
        Err(error) => {
            check.wrong(setting, format!("holds no usable key: {error}"));
            None
        }
    }
}
