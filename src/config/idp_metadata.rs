//! Files with the metadata of identity providers, whichever section names them.

use super::check::Check;
use protocol::saml::IdentityProvider;
use protocol::saml::metadata::identity_providers;
use std::path::{Path, PathBuf};

/// What the metadata of a demo identity provider contains somewhere; `serve` refuses it.
pub const DEMO_METADATA_MARK: &str = "varco-demo";

/// Reads them all; each identity provider may be described once.
pub(super) fn load(check: &mut Check<'_>, setting: &str, files: &[PathBuf]) -> Vec<IdentityProvider> {
    let mut providers: Vec<IdentityProvider> = Vec::new();
    for (index, path) in files.iter().enumerate() {
        let setting = format!("{setting}[{index}]");
        for provider in load_file(check, &setting, path).unwrap_or_default() {
            if providers.iter().any(|known| known.entity_id == provider.entity_id) {
                check.wrong(&setting, format!("`{}` is in another file too", provider.entity_id));
            } else {
                providers.push(provider);
            }
        }
    }
    providers
}

/// Reads one; `None` when it cannot be used.
pub(super) fn load_file(check: &mut Check<'_>, setting: &str, path: &Path) -> Option<Vec<IdentityProvider>> {
    let xml = check.read(setting, path)?;
    if !check.allow_demo && xml.contains(DEMO_METADATA_MARK) {
        check.wrong(
            setting,
            "is the identity provider of `varco demo`, which lets anybody be anybody",
        );
        return None;
    }
    match identity_providers(&xml) {
        Ok(providers) => Some(providers),
        Err(reason) => {
            check.wrong(setting, format!("cannot be used: {reason}"));
            None
        }
    }
}
