//! Instants as people in Italy read them.

use chrono::{DateTime, Datelike as _, Utc};
pub use domain::italy::in_italy;

/// How a past instant is told to somebody who reads now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Past {
    /// Earlier today.
    Today,
    /// Yesterday.
    Yesterday,
    /// Another day of this year.
    ThisYear,
    /// Before this year (or, with clocks that disagree, ahead).
    Other,
}

/// Where `instant` lies as seen from `now`, on Italian calendars.
pub fn past(instant: DateTime<Utc>, now: DateTime<Utc>) -> Past {
    let (day, today) = (in_italy(instant).date(), in_italy(now).date());
    if day == today {
        Past::Today
    } else if day.succ_opt() == Some(today) {
        Past::Yesterday
    } else if day.year() == today.year() && day < today {
        Past::ThisYear
    } else {
        Past::Other
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn utc(text: &str) -> DateTime<Utc> {
        text.parse().unwrap()
    }

    #[test]
    fn yesterday_is_yesterday_in_italy() {
        let now = utc("2026-11-22T22:30:00Z");
        assert_eq!(past(utc("2026-11-21T23:30:00Z"), now), Past::Today);
        assert_eq!(past(utc("2026-11-21T22:30:00Z"), now), Past::Yesterday);
        assert_eq!(past(utc("2026-01-01T12:00:00Z"), now), Past::ThisYear);
        assert_eq!(past(utc("2025-12-31T12:00:00Z"), now), Past::Other);
    }
}
