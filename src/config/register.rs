//! `[register]`: the transaction register and the security events.

use super::check::Check;
use serde::Deserialize;
use std::path::{Path, PathBuf};

/// `[register]`.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Register {
    /// How long entries and events are kept, months. Default, and the least that SPID allows: 24.
    pub keep_months: u32,
    /// File to which the signed heads of the sealed chains are appended, best on another machine's disk: whoever can
    /// change the database must not change it. Default: none; the heads stand in the log.
    pub heads_file: Option<PathBuf>,
}

impl Default for Register {
    fn default() -> Register {
        Register {
            keep_months: 24,
            heads_file: None,
        }
    }
}

impl Register {
    pub(super) fn check(&mut self, check: &mut Check<'_>) {
        if !(24..=240).contains(&self.keep_months) {
            check.wrong(
                "register.keep_months",
                "must be between 24 (DPCM 24 October 2014, art. 13) and 240",
            );
        }
        self.heads_file = self
            .heads_file
            .as_deref()
            .map(|path: &Path| check.place("register.heads_file", path));
    }
}
