//! `[store]`: where data are kept.

use super::check::Check;
use super::secret::{Secret, written_or_in_file};
use serde::Deserialize;
use std::path::PathBuf;

/// `[store]`. The URLs may hold passwords: each can stand in a file of its own instead.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Store {
    /// What lasts: `sqlite:/path/varco.sqlite` or `postgres://…`. Required.
    database: Option<Secret>,
    /// File with the URL.
    database_file: Option<PathBuf>,
    /// What expires: `sqlite:/path/brief.sqlite` (another file) or `redis://…`. Required.
    brief: Option<Secret>,
    /// File with the URL.
    brief_file: Option<PathBuf>,
}

impl Store {
    /// URL of what lasts. Holds the password.
    pub fn database(&self) -> &str {
        self.database.as_ref().map_or("", Secret::reveal)
    }

    /// URL of what expires. Holds the password.
    pub fn brief(&self) -> &str {
        self.brief.as_ref().map_or("", Secret::reveal)
    }

    /// Checks, and fetches what stands in files.
    pub(super) fn check(&mut self, check: &mut Check<'_>) {
        let file = self.database_file.take();
        self.database = written_or_in_file(check, "store.database", self.database.as_ref(), file.as_ref());
        let name = name_of("store.database", file.as_ref());
        check_url(
            check,
            &name,
            self.database(),
            &["sqlite:", "postgres://", "postgresql://"],
        );

        let file = self.brief_file.take();
        self.brief = written_or_in_file(check, "store.brief", self.brief.as_ref(), file.as_ref());
        let name = name_of("store.brief", file.as_ref());
        check_url(check, &name, self.brief(), &["sqlite:", "redis://", "rediss://"]);

        if self.database().starts_with("sqlite:") && self.database() == self.brief() {
            check.wrong(&name, "must be another file than that of `store.database`");
        }
    }
}

fn name_of(setting: &str, file: Option<&PathBuf>) -> String {
    file.map_or_else(|| setting.to_owned(), |_| format!("{setting}_file"))
}

fn check_url(check: &mut Check<'_>, setting: &str, url: &str, beginnings: &[&str]) {
    if check.must_be_set(setting, url) && !beginnings.iter().any(|beginning| url.starts_with(beginning)) {
        let beginnings: Vec<String> = beginnings.iter().map(|beginning| format!("`{beginning}`")).collect();
        check.wrong(setting, format!("must begin with {}", beginnings.join(" or ")));
    }
}
