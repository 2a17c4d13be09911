//! How long tokens live, and what binds one to another.

use crate::jose::Algorithm;
use aws_lc_rs::digest;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chrono::{DateTime, TimeDelta, Utc};
use domain::mandate::Holding;

/// How long an ID token is good for proving who just signed in.
pub const ID_TOKEN_LIFETIME: TimeDelta = TimeDelta::minutes(10);

/// How long a JWT access token lives at most: a resource that does not ask us believes it until then.
pub const JWT_LIFETIME: TimeDelta = TimeDelta::minutes(5);

/// When a token issued at `now` ends: after `lifetime`, and never after the mandate under which the
/// person acts (attack 57).
pub fn expiry(now: DateTime<Utc>, lifetime: TimeDelta, holding: Option<&Holding>) -> DateTime<Utc> {
    let end = now.checked_add_signed(lifetime).unwrap_or(now);
    holding.map_or(end, |holding| end.min(holding.valid_until()))
}

/// `at_hash` of an access token beside an ID token signed by `algorithm` (OpenID Connect Core §3.1.3.6): the left half
/// of the hash that the algorithm uses, which for Ed25519 is SHA-512 (RFC 8032 §5.1).
pub fn at_hash(access_token: &str, algorithm: Algorithm) -> String {
    let hash = match algorithm {
        Algorithm::Rs256 | Algorithm::Ps256 | Algorithm::Es256 => &digest::SHA256,
        Algorithm::EdDsa => &digest::SHA512,
    };
    let hash = digest::digest(hash, access_token.as_bytes());
    let (left, _) = hash.as_ref().split_at(hash.as_ref().len() / 2);
    URL_SAFE_NO_PAD.encode(left)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::oidc::samples;

    #[test]
    fn at_hash_of_the_specification_example() {
        // OpenID Connect Core appendix A.3: access token and at_hash of the implicit example.
        assert_eq!(
            at_hash("jHkWEdUXMU1BwAsC4vtUsZwnNvTIxEl0z9K3vx5KF0Y", Algorithm::Rs256),
            "77QmUPtjPfzWtF2AnpK9RQ"
        );
        // printf abc | sha512sum: the left 32 bytes (FIPS 180-4 example).
        let left = URL_SAFE_NO_PAD.decode(at_hash("abc", Algorithm::EdDsa)).unwrap();
        assert_eq!((left.len(), &left[..4]), (32, &[0xdd, 0xaf, 0x35, 0xa1][..]));
    }

    #[test]
    fn attack_57_a_token_ends_with_its_lifetime_or_with_the_mandate_whatever_comes_first() {
        let (now, holding) = (samples::now(), samples::holding());
        let hour = TimeDelta::hours(1);
        assert_eq!(expiry(now, hour, None), now + hour);
        assert_eq!(expiry(now, hour, Some(&holding)), now + hour);
        let last_minute = holding.valid_until() - TimeDelta::minutes(1);
        assert_eq!(expiry(last_minute, hour, Some(&holding)), holding.valid_until());
    }

    #[test]
    fn attack_57_a_unit_that_closes_earlier_ends_the_token_earlier() {
        let mut holding = samples::holding_of_unit();
        let end = samples::now() + TimeDelta::minutes(3);
        holding.unit.as_mut().unwrap().valid_until = Some(end);
        assert_eq!(expiry(samples::now(), TimeDelta::hours(1), Some(&holding)), end);
    }
}
