//! From when until when a certificate says it is good.

use super::NotACertificate;
use chrono::{DateTime, TimeDelta, Utc};

/// The dates of a certificate.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Validity {
    /// `notBefore`.
    pub begins: DateTime<Utc>,
    /// `notAfter`.
    pub ends: DateTime<Utc>,
}

impl Validity {
    /// The dates of a DER certificate.
    ///
    /// # Errors
    /// [`NotACertificate`].
    pub fn of_certificate(der: &[u8]) -> Result<Validity, NotACertificate> {
        let (_, certificate) = x509_parser::parse_x509_certificate(der).map_err(|_| NotACertificate)?;
        let at = |seconds: i64| DateTime::from_timestamp(seconds, 0).ok_or(NotACertificate);
        Ok(Validity {
            begins: at(certificate.validity().not_before.timestamp())?,
            ends: at(certificate.validity().not_after.timestamp())?,
        })
    }

    /// Whether it ends before `now` and `ahead` from there.
    pub fn ends_within(&self, ahead: TimeDelta, now: DateTime<Utc>) -> bool {
        self.ends.signed_duration_since(now) < ahead
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_ends_is_told_ahead_and_when_it_has_ended() {
        let now = DateTime::<Utc>::UNIX_EPOCH;
        let of = |seconds| Validity {
            begins: now,
            ends: now + TimeDelta::seconds(seconds),
        };
        let day = TimeDelta::days(1);
        assert!(of(-1).ends_within(day, now));
        assert!(of(86_399).ends_within(day, now));
        assert!(!of(86_400).ends_within(day, now), "a whole day is left");
        assert!(!of(86_401).ends_within(day, now));
    }
}
