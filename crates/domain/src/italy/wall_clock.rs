//! What clocks on Italian walls show.

use chrono::{DateTime, Datelike as _, Days, NaiveDate, NaiveDateTime, TimeDelta, Utc, Weekday};

/// The clock on an Italian wall at `instant`. Summer time runs from the last Sunday of March to the last of
/// October, changing at 01:00 UTC (Directive 2000/84/EC, arts. 2 and 3).
pub fn in_italy(instant: DateTime<Utc>) -> NaiveDateTime {
    let utc = instant.naive_utc();
    utc.checked_add_signed(offset(utc)).unwrap_or(utc)
}

/// The instant at which `day` begins in Italy; `None` at the ends of the calendar. The clocks never change at
/// midnight.
pub fn midnight_in_italy(day: NaiveDate) -> Option<DateTime<Utc>> {
    let wall = day.and_hms_opt(0, 0, 0)?;
    // An hour early, and still on the same side of the change.
    let about = wall.checked_sub_signed(TimeDelta::hours(2))?;
    Some(wall.checked_sub_signed(offset(about))?.and_utc())
}

fn offset(utc: NaiveDateTime) -> TimeDelta {
    let summer = match (change(utc.year(), 3), change(utc.year(), 10)) {
        (Some(begin), Some(end)) => begin <= utc && utc < end,
        _ => false,
    };
    TimeDelta::hours(if summer { 2 } else { 1 })
}

/// 01:00 UTC on the last Sunday of a month with 31 days.
fn change(year: i32, month: u32) -> Option<NaiveDateTime> {
    let last = NaiveDate::from_ymd_opt(year, month, 31)?;
    let back = u64::from(last.weekday().days_since(Weekday::Sun));
    last.checked_sub_days(Days::new(back))?.and_hms_opt(1, 0, 0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn summer_time_begins_and_ends_with_the_directive() {
        for (instant, wall) in [
            ("2026-03-29T00:59:59Z", "2026-03-29T01:59:59"),
            ("2026-03-29T01:00:00Z", "2026-03-29T03:00:00"),
            ("2026-10-25T00:59:59Z", "2026-10-25T02:59:59"),
            ("2026-10-25T01:00:00Z", "2026-10-25T02:00:00"),
            ("2027-12-31T23:30:00Z", "2028-01-01T00:30:00"),
        ] {
            let instant: DateTime<Utc> = instant.parse().unwrap();
            assert_eq!(in_italy(instant), wall.parse().unwrap(), "{instant}");
        }
    }

    #[test]
    fn a_day_begins_when_the_wall_says_so_on_the_days_of_the_change_too() {
        for day in [
            "2026-01-01",
            "2026-03-29",
            "2026-03-30",
            "2026-07-01",
            "2026-10-25",
            "2026-10-26",
        ] {
            let day: NaiveDate = day.parse().unwrap();
            let begins = midnight_in_italy(day).unwrap();
            assert_eq!(in_italy(begins), day.and_hms_opt(0, 0, 0).unwrap());
        }
    }
}
