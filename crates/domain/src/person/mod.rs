//! People: who they are, and what a digital identity proved about them.

mod anchor;
mod duty;
mod identity;
mod level;
mod matching;
mod purpose;

pub use anchor::Anchor;
pub use duty::{Duty, HeldDuty};
pub use identity::{Identity, Method};
pub use level::Level;
pub use matching::{Consistency, Differing, consistency};
pub use purpose::Purpose;

use crate::italy::FiscalNumber;
use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};
use std::fmt;
use uuid::Uuid;

/// Immutable, opaque name of a person; the public `sub`. Never the fiscal number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct PersonId(pub Uuid);

/// A natural person, anchored to the fiscal number that a digital identity proved.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Person {
    /// Immutable id.
    pub id: PersonId,
    /// Missing for a person of whom none was proved (eIDAS, a local account).
    pub fiscal_number: Option<FiscalNumber>,
    /// As the identity provider writes it.
    pub given_name: String,
    /// As the identity provider writes it.
    pub family_name: String,
    /// Birth date, when an identity provider said it.
    pub date_of_birth: Option<NaiveDate>,
    /// When the person was first seen.
    pub created_at: DateTime<Utc>,
    /// When a digital identity last proved these data.
    pub verified_at: DateTime<Utc>,
    /// A blocked person signs in nowhere.
    pub blocked: bool,
}

impl fmt::Debug for Person {
    /// A log line that prints a struct must not tell who it was.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Person").field("id", &self.id).finish_non_exhaustive()
    }
}

impl Person {
    /// Somebody who was named in a mandate and never came: known by the fiscal number alone. The names
    /// are taken from the first login.
    pub fn awaited(id: PersonId, fiscal_number: FiscalNumber, now: DateTime<Utc>) -> Person {
        Person {
            id,
            fiscal_number: Some(fiscal_number),
            given_name: String::new(),
            family_name: String::new(),
            date_of_birth: None,
            created_at: now,
            verified_at: now,
            blocked: false,
        }
    }
}
