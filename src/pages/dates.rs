//! Instants as people in Italy read them.

use chrono::{DateTime, Datelike as _, NaiveDate, NaiveDateTime, TimeDelta, Utc, Weekday};

/// The clock on an Italian wall at `instant`. Summer time runs from the last Sunday of March to the last of
/// October, changing at 01:00 UTC (Directive 2000/84/EC, arts. 2 and 3).
pub fn in_italy(instant: DateTime<Utc>) -> NaiveDateTime {
    let utc = instant.naive_utc();
    let summer = match (change(utc.year(), 3), change(utc.year(), 10)) {
        (Some(begin), Some(end)) => begin <= utc && utc < end,
        _ => false,
    };
    let offset = TimeDelta::hours(if summer { 2 } else { 1 });
    utc.checked_add_signed(offset).unwrap_or(utc)
}

/// 01:00 UTC on the last Sunday of a month with 31 days.
fn change(year: i32, month: u32) -> Option<NaiveDateTime> {
    let last = NaiveDate::from_ymd_opt(year, month, 31)?;
    let back = u64::from(last.weekday().days_since(Weekday::Sun));
    last.checked_sub_days(chrono::Days::new(back))?.and_hms_opt(1, 0, 0)
}

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
    fn summer_time_begins_and_ends_with_the_directive() {
        for (instant, wall) in [
            ("2026-03-29T00:59:59Z", "2026-03-29T01:59:59"),
            ("2026-03-29T01:00:00Z", "2026-03-29T03:00:00"),
            ("2026-10-25T00:59:59Z", "2026-10-25T02:59:59"),
            ("2026-10-25T01:00:00Z", "2026-10-25T02:00:00"),
            ("2027-12-31T23:30:00Z", "2028-01-01T00:30:00"),
        ] {
            assert_eq!(in_italy(utc(instant)), wall.parse().unwrap(), "{instant}");
        }
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
