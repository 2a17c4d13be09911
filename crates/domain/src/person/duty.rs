//! Officials: people with a duty in the back office.

use super::PersonId;
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

/// What an official may do. The word is stored and written in configurations.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Duty {
    /// Checks requests to act for an organisation.
    Verifier,
    /// Recognises people at a desk.
    Recogniser,
    /// Keeps the data of organisations and people.
    Registrar,
    /// Helps people who are stuck.
    Support,
    /// Looks things up in the transaction register.
    Auditor,
    /// Runs the platform.
    PlatformAdministrator,
}

/// A duty that somebody holds for a time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct HeldDuty {
    /// Who.
    pub person: PersonId,
    /// What.
    pub duty: Duty,
    /// From then on.
    pub valid_from: DateTime<Utc>,
    /// First instant without it; `None`: no end is known.
    pub valid_until: Option<DateTime<Utc>>,
}

impl HeldDuty {
    /// Whether it is held at `now`.
    pub fn in_force(&self, now: DateTime<Utc>) -> bool {
        self.valid_from <= now && self.valid_until.is_none_or(|until| now < until)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use uuid::Uuid;

    #[test]
    fn a_duty_is_held_from_its_beginning_to_the_instant_before_its_end() {
        let at = |text: &str| text.parse::<DateTime<Utc>>().unwrap();
        let mut held = HeldDuty {
            person: PersonId(Uuid::nil()),
            duty: Duty::Auditor,
            valid_from: at("2026-01-01T00:00:00Z"),
            valid_until: Some(at("2026-07-01T00:00:00Z")),
        };
        assert!(!held.in_force(at("2025-12-31T23:59:59Z")));
        assert!(held.in_force(at("2026-01-01T00:00:00Z")));
        assert!(!held.in_force(at("2026-07-01T00:00:00Z")));
        held.valid_until = None;
        assert!(held.in_force(at("2036-07-01T00:00:00Z")));
    }
}
