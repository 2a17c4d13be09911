//! Text that is never printed.

use serde::Deserialize;
use std::fmt;
use std::path::PathBuf;

/// A secret, or a URL that may hold a password.
#[derive(Clone, PartialEq, Eq, Deserialize)]
#[serde(transparent)]
pub struct Secret(String);

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(…)")
    }
}

impl Secret {
    /// Wraps a text.
    pub fn new(text: impl Into<String>) -> Secret {
        Secret(text.into())
    }

    /// The text itself; say at each call why it is safe to have it.
    pub fn reveal(&self) -> &str {
        &self.0
    }
}

/// The secret that is written as `name` or stands in the file `name_file`; both is a mistake.
pub(super) fn written_or_in_file(
    check: &mut super::check::Check<'_>,
    setting: &str,
    written: Option<&Secret>,
    file: Option<&PathBuf>,
) -> Option<Secret> {
    let file_setting = format!("{setting}_file");
    match (written, file) {
        (Some(_), Some(_)) => {
            check.wrong(
                &file_setting,
                format!("`{setting}` is set as well; keep one of the two"),
            );
            None
        }
        (Some(secret), None) => Some(secret.clone()),
        (None, Some(path)) => check
            .read(&file_setting, path)
            .map(|text| Secret(text.trim_end_matches(['\r', '\n']).to_owned())),
        (None, None) => None,
    }
}
