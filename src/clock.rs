//! The only clock. Stories ask it once, at their start; rules are given `now`.

use chrono::{DateTime, DurationRound as _, TimeDelta, Utc};
use std::sync::{Arc, Mutex};

/// Where the time comes from.
#[derive(Debug, Clone)]
pub enum Clock {
    /// The machine's.
    System,
    /// Stands still until a test moves it.
    Fixed(Arc<Mutex<DateTime<Utc>>>),
}

impl Clock {
    /// A clock that stands still at `at`.
    pub fn fixed(at: DateTime<Utc>) -> Clock {
        Clock::Fixed(Arc::new(Mutex::new(at)))
    }

    /// Now, to the microsecond: what every store keeps, so that a value read back equals the one written.
    pub fn now(&self) -> DateTime<Utc> {
        let now = match self {
            #[expect(
                clippy::disallowed_methods,
                reason = "this is the one place that reads the machine's clock"
            )]
            Clock::System => Utc::now(),
            Clock::Fixed(at) => *at.lock().unwrap_or_else(std::sync::PoisonError::into_inner),
        };
        now.duration_trunc(TimeDelta::microseconds(1)).unwrap_or(now)
    }

    /// Moves a fixed clock; a system clock does not move.
    pub fn advance(&self, by: TimeDelta) {
        if let Clock::Fixed(at) = self {
            let mut at = at.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
            *at = at.checked_add_signed(by).unwrap_or(*at);
        }
    }
}
