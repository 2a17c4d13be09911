//! `[keys]`: private keys, and how key files are read.

use super::check::Check;
use super::session::Session;
use chrono::TimeDelta;
use protocol::keyring::{FileKeys, KeyError, MasterKey, Rotation, RsaKey, SigningKey};
use serde::Deserialize;
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

/// The line that `varco demo` writes before the keys it makes; `serve` refuses them.
pub const DEMO_KEY_MARK: &str = "# varco demo key";

/// `[keys]`.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Keys {
    /// Keys of ID tokens that you keep yourself, PEM files made by `varco keys oidc` or elsewhere (RSA, P-256,
    /// Ed25519). The first of a kind signs, all are published; you replace them yourself. Default: none. The kinds
    /// that are not here Varco makes, keeps in the database and replaces in time.
    pub oidc: Vec<PathBuf>,
    /// Files that stood in `oidc` and shall not any more: still published, and signing only until the key that Varco
    /// makes in their place was published for two days. Default: none.
    pub oidc_retiring: Vec<PathBuf>,
    /// How long a key that Varco made signs, days, 7 to 730. Default: 90.
    pub oidc_rotation_days: u32,
    /// File with the master key, which wraps the keys of what is encrypted in the database: `varco keys master`.
    /// Required, unless the environment variable `VARCO_MASTER_KEY` holds it.
    pub master_key_file: Option<PathBuf>,
}

impl Default for Keys {
    fn default() -> Keys {
        Keys {
            oidc: Vec::new(),
            oidc_retiring: Vec::new(),
            oidc_rotation_days: 90,
            master_key_file: None,
        }
    }
}

/// How long a signing key is published before it signs. Clients keep the key set for hours, some for a day.
const PUBLISHED_AHEAD: TimeDelta = TimeDelta::days(2);
/// How much longer than a session a key is published that signed: an ID token of the session may come back as a hint.
const PUBLISHED_AFTER: TimeDelta = TimeDelta::hours(1);

/// Holds the master key where there is no file for it.
pub const MASTER_KEY_VARIABLE: &str = "VARCO_MASTER_KEY";

impl Keys {
    /// How signing keys take over from each other.
    pub fn rotation(&self, session: &Session) -> Rotation {
        let absolute = session.absolute();
        Rotation {
            every: TimeDelta::days(i64::from(self.oidc_rotation_days)),
            ahead: PUBLISHED_AHEAD,
            after: absolute.checked_add(&PUBLISHED_AFTER).unwrap_or(absolute),
        }
    }

    /// Checks and loads the keys.
    pub(super) fn load(&self, check: &mut Check<'_>) -> FileKeys {
        if !(7..=730).contains(&self.oidc_rotation_days) {
            check.wrong("keys.oidc_rotation_days", "must be between 7 and 730");
        }
        let mut names = BTreeSet::new();
        let mut load = |list: &str, paths: &[PathBuf]| {
            let mut keys = Vec::new();
            for (index, path) in paths.iter().enumerate() {
                let setting = format!("keys.{list}[{index}]");
                let Some(key) = load_signing_key(check, &setting, path) else {
                    continue;
                };
                if names.insert(key.kid()) {
                    keys.push(key);
                } else {
                    check.wrong(&setting, "is the same key as one before it");
                }
            }
            keys
        };
        FileKeys {
            active: load("oidc", &self.oidc),
            retiring: load("oidc_retiring", &self.oidc_retiring),
        }
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

/// Reads one RSA key file.
pub(super) fn load_key(check: &mut Check<'_>, setting: &str, path: &Path) -> Option<RsaKey> {
    match load_signing_key(check, setting, path)? {
        SigningKey::Rsa(key) => Some(key),
        SigningKey::P256(_) | SigningKey::Ed25519(_) => {
            check.wrong(setting, format!("holds no usable key: {}", KeyError::NotRsa));
            None
        }
    }
}

/// Reads one private key file, of whatever kind.
fn load_signing_key(check: &mut Check<'_>, setting: &str, path: &Path) -> Option<SigningKey> {
    let pem = read_key_file(check, setting, path)?;
    SigningKey::from_pem(&pem)
        .map_err(|error| check.wrong(setting, format!("holds no usable key: {error}")))
        .ok()
}
