//! `xs:dateTime` as SAML uses it: UTC, with a `Z`.

use chrono::{DateTime, SecondsFormat, TimeDelta, Utc};

/// Milliseconds, the precision we send.
pub(super) fn write(instant: DateTime<Utc>) -> String {
    instant.to_rfc3339_opts(SecondsFormat::Millis, true)
}

/// What an instant is worth after it has travelled through [`write()`]: an identity provider may
/// copy the request's IssueInstant into its answer, and equal must stay equal.
pub(super) fn as_sent(instant: DateTime<Utc>) -> DateTime<Utc> {
    DateTime::from_timestamp_millis(instant.timestamp_millis()).unwrap_or(instant)
}

/// Reads `2026-01-02T03:04:05Z`, with fractions of any length (SAML core §1.3.3: UTC, no offset).
pub(super) fn read(text: &str) -> Option<DateTime<Utc>> {
    if text.as_bytes().get(10) != Some(&b'T') || !text.ends_with('Z') {
        return None;
    }
    DateTime::parse_from_rfc3339(text).ok().map(|instant| instant.to_utc())
}

/// `instant` is not later than `now`, give or take `skew`.
pub(super) fn has_come(instant: DateTime<Utc>, now: DateTime<Utc>, skew: TimeDelta) -> bool {
    instant.signed_duration_since(now) <= skew
}

/// `end` (exclusive) is still ahead, give or take `skew`.
pub(super) fn is_ahead(end: DateTime<Utc>, now: DateTime<Utc>, skew: TimeDelta) -> bool {
    now.signed_duration_since(end) < skew
}
