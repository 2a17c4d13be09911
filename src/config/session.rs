//! `[session]` and `[login]`: how long things last.

use super::check::Check;
use chrono::TimeDelta;
use serde::Deserialize;

/// `[session]`: how long somebody stays signed in.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Session {
    /// Without being used, minutes. Default: 30.
    pub idle_minutes: u32,
    /// In any case, hours, at most 24. Default: 8.
    pub absolute_hours: u32,
}

impl Default for Session {
    fn default() -> Session {
        Session {
            idle_minutes: 30,
            absolute_hours: 8,
        }
    }
}

impl Session {
    /// How long a session lasts without being used.
    pub fn idle(&self) -> TimeDelta {
        TimeDelta::minutes(i64::from(self.idle_minutes))
    }

    /// How long a session lasts in any case.
    pub fn absolute(&self) -> TimeDelta {
        TimeDelta::hours(i64::from(self.absolute_hours))
    }

    pub(super) fn check(&self, check: &mut Check<'_>) {
        if !(1..=24).contains(&self.absolute_hours) {
            check.wrong("session.absolute_hours", "must be between 1 and 24");
        } else if self.idle_minutes == 0 || self.idle() > self.absolute() {
            check.wrong(
                "session.idle_minutes",
                "must be at least 1 and no longer than `absolute_hours`",
            );
        }
    }
}

/// `[login]`: one login in flight.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Login {
    /// How long it waits for the citizen, minutes, 5 to 120. Default: 30.
    pub lifetime_minutes: u32,
}

impl Default for Login {
    fn default() -> Login {
        Login { lifetime_minutes: 30 }
    }
}

impl Login {
    /// How long a login waits for the citizen.
    pub fn lifetime(&self) -> TimeDelta {
        TimeDelta::minutes(i64::from(self.lifetime_minutes))
    }

    pub(super) fn check(&self, check: &mut Check<'_>) {
        if !(5..=120).contains(&self.lifetime_minutes) {
            check.wrong("login.lifetime_minutes", "must be between 5 and 120");
        }
    }
}
