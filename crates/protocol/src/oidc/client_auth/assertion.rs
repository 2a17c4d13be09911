//! `private_key_jwt` and `client_secret_jwt`: a client proves itself by a token that it signs, with its key or with the
//! secret that we share (RFC 7523 §3, OpenID Connect Core §9).

use crate::jose::{Algorithm, KeySet, Signed, SignedError, Tagged, WrongMember, audience, instant, text};
use crate::oidc::client::SharedSecret;
use chrono::{DateTime, TimeDelta, Utc};
use serde_json::{Map, Value};

/// The one `client_assertion_type`.
pub const TYPE: &str = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";
/// How far a client's clock may be ahead of ours.
pub const SKEW: TimeDelta = TimeDelta::seconds(60);
/// Longest life of an assertion: so long its `jti` has to be remembered.
pub const LONGEST_LIFE: TimeDelta = TimeDelta::hours(1);
/// Longest `jti` that is remembered, bytes.
const MAX_JTI: usize = 255;
/// Longest `client_id`.
const MAX_SUBJECT: usize = 255;

/// Why an assertion proves nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Reason {
    /// Not a token that one of the client's keys signed.
    #[error(transparent)]
    Token(#[from] SignedError),
    /// `typ` is there and names another kind of token.
    #[error("typ of another kind of token")]
    Typ,
    /// A member that is not what the RFC says.
    #[error(transparent)]
    Member(#[from] WrongMember),
    /// `iss` and `sub` both have to be the `client_id` (OpenID Connect Core §9).
    #[error("iss or sub is not the client")]
    OtherSubject,
    /// Meant for somebody else, who could have handed it on.
    #[error("audience is not this provider")]
    OtherAudience,
    /// FAPI 2 Security Profile §5.3.2.1: the issuer as one text, so that no second reader can be meant.
    #[error("audience is not the issuer alone")]
    NotTheIssuerAlone,
    /// No `exp`, or a passed one.
    #[error("expired, or without exp")]
    Expired,
    /// `exp` so far away that its `jti` cannot be remembered.
    #[error("exp too far in the future")]
    TooLong,
    /// `nbf` or `iat` in the future.
    #[error("not valid yet")]
    TooEarly,
    /// No `jti`: it could be used again.
    #[error("jti missing")]
    JtiMissing,
}

/// Whom an assertion may be meant for.
#[derive(Debug, Clone, Copy)]
pub struct Audience<'a> {
    /// The issuer: always right.
    pub issuer: &'a str,
    /// Endpoints whose address clients write there too (RFC 7523 §3, RFC 9126 §2); none for FAPI 2.
    pub endpoints: &'a [String],
    /// Only the issuer, and as one text.
    pub issuer_only: bool,
}

/// What remains to be done with a good assertion: its `jti` is used once.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Asserted {
    /// `jti`.
    pub jti: String,
    /// Until then it must be remembered.
    pub expires_at: DateTime<Utc>,
    /// `iat`, or the earliest moment at which it can have been made.
    pub issued_at: DateTime<Utc>,
}

/// What proves that an assertion is the client's.
#[derive(Debug, Clone, Copy)]
pub enum Proof<'a> {
    /// `private_key_jwt`: its public keys, and the algorithms that are allowed.
    Keys(&'a KeySet, &'a [Algorithm]),
    /// `client_secret_jwt`: the secrets that we share.
    Secrets(&'a [SharedSecret]),
}

impl Proof<'_> {
    /// `typ` and claims of an assertion that is proved.
    fn of(self, assertion: &str) -> Result<(Option<String>, Map<String, Value>), SignedError> {
        match self {
            Proof::Keys(keys, allowed) => {
                let signed = Signed::read(assertion, allowed)?;
                Ok((signed.typ(), signed.verify(keys)?))
            }
            Proof::Secrets(secrets) => {
                let tagged = Tagged::read(assertion)?;
                Ok((tagged.typ(), tagged.verify(secrets.iter().map(SharedSecret::reveal))?))
            }
        }
    }
}

/// Whose assertion this says it is (`sub`), not yet believed: to look the client up. Of what no `client_id` can be, nothing
/// is looked up: PostgreSQL takes no NUL.
pub fn subject(assertion: &str) -> Option<String> {
    let sub = |claims: &Map<String, Value>| {
        let sub = claims.get("sub")?.as_str()?;
        let plain = sub.len() <= MAX_SUBJECT && sub.bytes().all(|byte| byte.is_ascii_graphic());
        plain.then(|| sub.to_owned())
    };
    match Signed::read(assertion, &Algorithm::ALL) {
        Ok(signed) => sub(signed.unverified()),
        Err(_) => sub(Tagged::read(assertion).ok()?.unverified()),
    }
}

/// Whether an assertion says that it was made with a secret.
pub fn is_by_secret(assertion: &str) -> bool {
    Tagged::read(assertion).is_ok()
}

/// Whether `assertion` proves to be `client_id`, to us, now.
///
/// # Errors
/// The first reason against.
pub fn check(
    assertion: &str,
    client_id: &str,
    proof: Proof<'_>,
    meant: Audience<'_>,
    now: DateTime<Utc>,
) -> Result<Asserted, Reason> {
    let (typ, claims) = proof.of(assertion)?;
    // RFC 8725 §3.11: an ID token or a request object of the same client must not pass for an assertion.
    if !matches!(typ.as_deref(), None | Some("jwt" | "client-authentication+jwt")) {
        return Err(Reason::Typ);
    }
    for member in ["iss", "sub"] {
        if claims.get(member).and_then(|value| value.as_str()) != Some(client_id) {
            return Err(Reason::OtherSubject);
        }
    }
    let (audiences, alone) = audience(&claims)?;
    let ours = |audience: &&str| *audience == meant.issuer || meant.endpoints.iter().any(|url| url == audience);
    if meant.issuer_only && !(alone && audiences == [meant.issuer]) {
        return Err(Reason::NotTheIssuerAlone);
    }
    // Attack 37: every member of a list has to be ours, or another reader could use it here.
    if audiences.is_empty() || !audiences.iter().all(ours) {
        return Err(Reason::OtherAudience);
    }
    let expires_at = instant(&claims, "exp")?
        .filter(|exp| *exp > now)
        .ok_or(Reason::Expired)?;
    if expires_at.signed_duration_since(now) > LONGEST_LIFE {
        return Err(Reason::TooLong);
    }
    let issued_at = instant(&claims, "iat")?;
    for start in [issued_at, instant(&claims, "nbf")?].into_iter().flatten() {
        if start.signed_duration_since(now) > SKEW {
            return Err(Reason::TooEarly);
        }
    }
    let jti = text(&claims, "jti", MAX_JTI)?.ok_or(Reason::JtiMissing)?.to_owned();
    let earliest = expires_at.checked_sub_signed(LONGEST_LIFE).unwrap_or(now);
    Ok(Asserted {
        jti,
        expires_at,
        issued_at: issued_at.unwrap_or(earliest),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::jose::sign_by;
    use crate::keyring::{P256Key, SigningKey};
    use crate::oidc::samples::{ISSUER, after, now};
    use serde_json::{Value, json};
    use std::sync::OnceLock;

    fn key() -> &'static SigningKey {
        static KEY: OnceLock<SigningKey> = OnceLock::new();
        KEY.get_or_init(|| SigningKey::P256(P256Key::generate().unwrap()))
    }

    fn claims() -> Value {
        json!({"iss": "suap", "sub": "suap", "aud": ISSUER, "jti": "1", "iat": now().timestamp(),
               "exp": after(60).timestamp()})
    }

    fn judge_as(typ: Option<&str>, claims: &Value, fapi: bool) -> Result<Asserted, Reason> {
        let token = sign_by(key(), Algorithm::Es256, typ, claims).unwrap();
        let keys = KeySet::from_json(&json!({"keys": [key().public_jwk()]})).unwrap();
        let endpoints = [format!("{ISSUER}/token"), format!("{ISSUER}/par")];
        let meant = Audience {
            issuer: ISSUER,
            endpoints: if fapi { &[] } else { &endpoints },
            issuer_only: fapi,
        };
        check(&token, "suap", Proof::Keys(&keys, &Algorithm::ALL), meant, now())
    }

    fn with(member: &str, value: Value) -> Result<Asserted, Reason> {
        let mut claims = claims();
        match value {
            Value::Null => claims.as_object_mut().unwrap().remove(member),
            value => claims.as_object_mut().unwrap().insert(member.to_owned(), value),
        };
        judge_as(None, &claims, false)
    }

    #[test]
    fn a_good_assertion_proves_the_client_and_leaves_its_jti_to_be_remembered() {
        let asserted = judge_as(None, &claims(), true).unwrap();
        assert_eq!(asserted.jti, "1");
        assert_eq!(asserted.expires_at, after(60));
        assert_eq!(asserted.issued_at, now());
        assert!(judge_as(Some("JWT"), &claims(), true).is_ok());
        assert!(judge_as(Some("client-authentication+jwt"), &claims(), true).is_ok());
    }

    #[test]
    fn attack_37_a_token_of_another_kind_is_no_assertion() {
        for typ in ["oauth-authz-req+jwt", "dpop+jwt", "logout+jwt", "at+jwt"] {
            assert_eq!(judge_as(Some(typ), &claims(), false), Err(Reason::Typ), "{typ}");
        }
    }

    #[test]
    fn attack_37_each_claim_that_is_missing_or_foreign_has_its_reason() {
        assert_eq!(with("iss", json!("other")), Err(Reason::OtherSubject));
        assert_eq!(with("sub", json!("other")), Err(Reason::OtherSubject));
        assert_eq!(with("sub", Value::Null), Err(Reason::OtherSubject));
        assert_eq!(with("aud", Value::Null), Err(Reason::OtherAudience));
        assert_eq!(with("aud", json!("https://evil.example")), Err(Reason::OtherAudience));
        assert_eq!(
            with("aud", json!([ISSUER, "https://evil.example"])),
            Err(Reason::OtherAudience)
        );
        assert_eq!(with("aud", json!([])), Err(Reason::OtherAudience));
        assert_eq!(with("exp", Value::Null), Err(Reason::Expired));
        assert_eq!(with("exp", json!(now().timestamp())), Err(Reason::Expired));
        assert_eq!(with("exp", json!(after(315_360_000).timestamp())), Err(Reason::TooLong));
        let longest = LONGEST_LIFE.num_seconds();
        assert!(with("exp", json!(after(longest).timestamp())).is_ok());
        assert_eq!(with("exp", json!(after(longest + 1).timestamp())), Err(Reason::TooLong));
        assert_eq!(with("exp", json!("soon")), Err(Reason::Member(WrongMember("exp"))));
        assert_eq!(with("jti", Value::Null), Err(Reason::JtiMissing));
        assert_eq!(
            with("jti", json!("j".repeat(256))),
            Err(Reason::Member(WrongMember("jti")))
        );
    }

    #[test]
    fn an_endpoint_may_be_the_audience_unless_the_client_is_a_fapi_one() {
        for endpoint in ["/token", "/par"] {
            let mut claims = claims();
            claims["aud"] = json!(format!("{ISSUER}{endpoint}"));
            assert!(judge_as(None, &claims, false).is_ok());
            assert_eq!(judge_as(None, &claims, true), Err(Reason::NotTheIssuerAlone));
        }
        let mut listed = claims();
        listed["aud"] = json!([ISSUER]);
        assert!(judge_as(None, &listed, false).is_ok());
        assert_eq!(judge_as(None, &listed, true), Err(Reason::NotTheIssuerAlone));
    }

    #[test]
    fn a_clock_eight_seconds_ahead_is_forgiven_and_one_over_a_minute_is_not() {
        assert!(with("nbf", json!(after(8).timestamp())).is_ok());
        assert!(with("iat", json!(after(60).timestamp())).is_ok());
        assert_eq!(with("nbf", json!(after(61).timestamp())), Err(Reason::TooEarly));
        assert_eq!(with("iat", json!(after(61).timestamp())), Err(Reason::TooEarly));
    }

    #[test]
    fn attack_37_the_key_of_another_client_does_not_do() {
        let stranger = SigningKey::P256(P256Key::generate().unwrap());
        let token = sign_by(&stranger, Algorithm::Es256, None, &claims()).unwrap();
        let keys = KeySet::from_json(&json!({"keys": [key().public_jwk()]})).unwrap();
        let meant = Audience {
            issuer: ISSUER,
            endpoints: &[],
            issuer_only: false,
        };
        assert_eq!(
            check(&token, "suap", Proof::Keys(&keys, &Algorithm::ALL), meant, now()),
            Err(Reason::Token(SignedError::Signature))
        );
        assert_eq!(subject(&token).as_deref(), Some("suap"));
        assert_eq!(subject("rubbish"), None);
    }

    #[test]
    fn a_subject_that_is_no_client_id_is_looked_up_nowhere() {
        for sub in ["\0", "a b", "sportello\u{e8}", "", &"a".repeat(256)] {
            let mut claims = claims();
            claims["sub"] = json!(sub);
            let token = sign_by(key(), Algorithm::Es256, None, &claims).unwrap();
            assert_eq!(subject(&token).filter(|sub| !sub.is_empty()), None, "{sub:?}");
        }
    }

    #[test]
    fn without_iat_the_earliest_possible_moment_counts() {
        assert_eq!(with("iat", Value::Null).unwrap().issued_at, after(60) - LONGEST_LIFE);
    }
}
