//! What is wrong in a configuration, and where.

use std::fmt;

/// One mistake. Printed as `file:line: setting: message`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Mistake {
    /// The file it stands in, as it was named.
    pub file: String,
    /// The line, from 1; for a missing setting, that of the table it is missing from.
    pub line: usize,
    /// The setting: `client[2].redirect_uris[0]`; empty when the file as a whole is meant.
    pub setting: String,
    /// What is wrong and what would be right. Never repeats a secret.
    pub message: String,
}

impl fmt::Display for Mistake {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}: ", self.file, self.line)?;
        if !self.setting.is_empty() {
            write!(f, "{}: ", self.setting)?;
        }
        f.write_str(&self.message)
    }
}
