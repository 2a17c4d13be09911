//! What administrators write: relying parties, organisations, people, mandates, officials.
//!
//! One shape, whether it stands in the configuration (`[[client]]`), in a file given to `varco apply`,
//! or in the body of the administration API. Each part is checked as a whole: [`Fault`]s name every
//! setting that is wrong, and only a part without faults becomes what the rules work with.

mod client;
mod derived_id;
mod mandate;
mod official;
mod organisation;
mod person;

pub use client::Client;
pub use mandate::Mandate;
pub use official::Official;
pub use organisation::{Organisation, Unit};
pub use person::Person;

use serde::{Deserialize, Serialize};
use std::fmt;

/// A whole file of them, for `varco apply`.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Manifest {
    /// `[[client]]`: relying parties.
    pub client: Vec<Client>,
    /// `[[organisation]]`, each with its units.
    pub organisation: Vec<Organisation>,
    /// `[[person]]`: people who need not have signed in yet.
    pub person: Vec<Person>,
    /// `[[mandate]]`: who may act for which organisation.
    pub mandate: Vec<Mandate>,
    /// `[[official]]`: who has a duty in the back office.
    pub official: Vec<Official>,
}

/// One thing that is wrong in what an administrator wrote.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    /// Where, inside the part: `redirect_uris[0]`.
    pub setting: String,
    /// What, in the administrator's words. Never repeats a secret or a fiscal number.
    pub message: String,
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.setting, self.message)
    }
}

/// Collects the faults of one part.
#[derive(Debug, Default)]
struct Faults(Vec<Fault>);

impl Faults {
    fn add(&mut self, setting: impl Into<String>, message: impl Into<String>) {
        self.0.push(Fault {
            setting: setting.into(),
            message: message.into(),
        });
    }

    /// For a setting that has no default.
    fn must_be_set(&mut self, setting: &str, value: &str) {
        if value.trim().is_empty() {
            self.add(setting, "must be set");
        }
    }

    fn none_or<T>(self, value: T) -> Result<T, Vec<Fault>> {
        if self.0.is_empty() { Ok(value) } else { Err(self.0) }
    }
}
