//! Devices that have no browser of their own (RFC 8628): what they are given, what citizens type, how often they may ask.

use super::authorize::AuthorizationRequest;
use super::{SecretHash, hash_secret};
use chrono::{DateTime, TimeDelta, Utc};
use serde::{Deserialize, Serialize};
use std::fmt;

/// How long a device waits for its citizen.
pub const LIFETIME: TimeDelta = TimeDelta::minutes(10);
/// How long it waits before it asks again.
pub const INTERVAL: TimeDelta = TimeDelta::seconds(5);
/// How long in the end, however often it was told to slow down.
const LONGEST_INTERVAL: TimeDelta = TimeDelta::minutes(1);

/// RFC 8628 §6.1: no vowels, so that no words come out, and letters that every keyboard has: 20 to the eighth.
const LETTERS: &[u8; 20] = b"BCDFGHJKLMNPQRSTVWXZ";
const LENGTH: usize = 8;
/// Longest text that is looked at.
const MAX_TYPED: usize = 64;

/// What a citizen types.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct UserCode(String);

impl UserCode {
    /// A code out of random bytes; `None` when too few of them fall on a letter, each of which is as likely as the others.
    pub fn draw(random: &[u8]) -> Option<UserCode> {
        let fair = 240; // the largest multiple of 20 that a byte can hold
        let letters = random
            .iter()
            .filter(|byte| **byte < fair)
            .filter_map(|byte| LETTERS.get(usize::from(byte % 20)));
        let code: String = letters.take(LENGTH).map(|letter| char::from(*letter)).collect();
        (code.len() == LENGTH).then_some(UserCode(code))
    }

    /// What somebody typed: in either case, with or without the hyphen (RFC 8628 §6.1). `None`: no code at all.
    pub fn read(typed: &str) -> Option<UserCode> {
        if typed.len() > MAX_TYPED {
            return None;
        }
        let code: String = typed
            .chars()
            .filter(|c| !c.is_whitespace() && !matches!(c, '-' | '.' | '_'))
            .map(|c| c.to_ascii_uppercase())
            .collect();
        let letters = code.bytes().all(|byte| LETTERS.contains(&byte));
        (code.len() == LENGTH && letters).then_some(UserCode(code))
    }

    /// Under what it is found.
    pub fn hash(&self) -> SecretHash {
        hash_secret(&format!("user code {}", self.0))
    }
}

impl fmt::Display for UserCode {
    /// In two halves: `WDJB-MJHT`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0.split_at_checked(LENGTH / 2) {
            Some((left, right)) => write!(f, "{left}-{right}"),
            None => f.write_str(&self.0),
        }
    }
}

impl fmt::Debug for UserCode {
    /// Not the code: whoever reads it can go on with it.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("UserCode")
    }
}

/// A device that waits for its citizen.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct WaitingDevice {
    /// SHA-256 of its `device_code`, which becomes the code of the grant.
    pub code: SecretHash,
    /// What the citizen types, and compares with what the device shows.
    pub user_code: UserCode,
    /// What its client asks for.
    pub request: AuthorizationRequest,
    /// First instant at which it waits in vain.
    pub expires_at: DateTime<Utc>,
    /// The citizen does not want it, or cannot.
    pub refused: bool,
}

/// When a device that waits may ask again.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Patience {
    /// Not before.
    pub until: DateTime<Utc>,
    /// Seconds between two questions.
    interval: i64,
}

impl Patience {
    /// After a question at `now`; whether that came too soon. RFC 8628 §3.5: "the interval MUST be increased by 5 seconds
    /// for this and all subsequent requests".
    pub fn after(before: Option<Patience>, now: DateTime<Utc>) -> (bool, Patience) {
        let usual = INTERVAL.num_seconds();
        let (soon, interval) = match before {
            None => (false, usual),
            Some(before) if now >= before.until => (false, before.interval),
            Some(before) => (true, before.interval.saturating_add(usual)),
        };
        let interval = interval.clamp(usual, LONGEST_INTERVAL.num_seconds());
        let until = now.checked_add_signed(TimeDelta::seconds(interval)).unwrap_or(now);
        (soon, Patience { until, interval })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::oidc::samples;
    use proptest::prelude::*;

    #[test]
    fn a_code_is_eight_consonants_in_two_halves() {
        let code = UserCode::draw(&[0, 255, 1, 250, 2, 3, 19, 239, 20, 21, 22]).unwrap();
        assert_eq!(code.to_string(), "BCDF-ZZBC");
        assert_eq!(UserCode::draw(&[240; 64]), None, "bytes that would favour some letters");
        assert_eq!(UserCode::draw(&[0; 7]), None);
    }

    #[test]
    fn it_is_read_as_people_type_it_and_nothing_else_is() {
        let code = UserCode::read("WDJB-MJHT").unwrap();
        for typed in ["wdjbmjht", " WDJB MJHT ", "wdjb.mjht", "W-D-J-B-M-J-H-T"] {
            assert_eq!(UserCode::read(typed), Some(code.clone()), "{typed}");
        }
        for wrong in [
            "",
            "WDJB-MJH",
            "WDJB-MJHTT",
            "WDJB-MJHA",
            "WDJB/MJHT",
            "ＷDJBMJHT",
            "12345678",
        ] {
            assert_eq!(UserCode::read(wrong), None, "{wrong}");
        }
        let longest = format!("WDJBMJHT{}", "-".repeat(MAX_TYPED - 8));
        assert_eq!(UserCode::read(&longest), Some(code.clone()));
        assert_eq!(UserCode::read(&format!("{longest}-")), None);
        let other = UserCode::read("WDJB-MJHS").unwrap();
        assert_ne!(code.hash(), other.hash(), "each is found under its own name");
        assert_eq!(format!("{code:?}"), "UserCode");
    }

    #[test]
    fn attack_48_a_device_that_asks_too_often_waits_longer_each_time() {
        let (soon, first) = Patience::after(None, samples::now());
        assert!(!soon);
        assert_eq!(first.until, samples::after(5));
        let (soon, second) = Patience::after(Some(first), samples::after(4));
        assert!(soon);
        assert_eq!(second.until, samples::after(14));
        let (soon, third) = Patience::after(Some(second), samples::after(14));
        assert!(!soon);
        assert_eq!(third.until, samples::after(24), "it stays slower");
        let slowest = (0..100).fold(third, |patience, _| {
            Patience::after(Some(patience), samples::after(24)).1
        });
        assert_eq!(slowest.until, samples::after(84));
    }

    proptest! {
        #[test]
        fn any_text_is_a_code_or_is_not(typed in any::<String>()) {
            if let Some(code) = UserCode::read(&typed) {
                prop_assert_eq!(UserCode::read(&code.to_string()), Some(code));
            }
        }
    }
}
