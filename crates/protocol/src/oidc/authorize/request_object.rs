//! A request as a token of the client's (RFC 9101; OpenID Connect Core §6; FAPI 2 Message Signing §5.3).

use crate::jose::{Algorithm, KeySet, Signed, SignedError, WrongMember, audience, instant, text};
use crate::oidc::client::{Client, Profile};
use crate::oidc::error::{Coded, ErrorCode};
use crate::oidc::parameters::{ParameterError, Parameters};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chrono::{DateTime, TimeDelta, Utc};
use serde_json::{Map, Value};

/// Longest request object that is read, bytes; longer ones are for `request_uri`, or for nobody.
pub const MAX_LENGTH: usize = 32 * 1024;
/// How far a client's clock may be ahead of ours.
const SKEW: TimeDelta = TimeDelta::seconds(60);
/// FAPI 2 Message Signing §5.3.1: `nbf` "no longer than 60 minutes in the past", `exp` "no longer than 60 minutes after
/// the nbf claim".
const WINDOW: TimeDelta = TimeDelta::minutes(60);
/// What a token says about itself, and not about the request.
const ABOUT_ITSELF: [&str; 6] = ["iss", "aud", "exp", "nbf", "iat", "jti"];

/// Why a request object is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Reason {
    /// Both `request` and `request_uri` (OpenID Connect Core §6.2).
    #[error("request and request_uri")]
    Both,
    /// Not a token that one of the client's keys signed.
    #[error(transparent)]
    Token(#[from] SignedError),
    /// `alg: none`, by value, where no signature is demanded: not supported.
    #[error("unsigned request object")]
    Unsigned,
    /// `typ` names another kind of token (RFC 8725 §3.11).
    #[error("typ of another kind of token")]
    Typ,
    /// A member that is not what the RFC says.
    #[error(transparent)]
    Member(#[from] WrongMember),
    /// `iss` or `client_id` is not the client that sends it.
    #[error("request object of another client")]
    OtherClient,
    /// `sub` is the client: it could be an assertion (RFC 9101 §10.8).
    #[error("request object could be a client assertion")]
    CouldBeAssertion,
    /// Meant for another provider, or, where one is demanded, for none.
    #[error("audience is not this provider")]
    OtherAudience,
    /// Over, or, where one is demanded, without an end.
    #[error("expired, or without exp")]
    Expired,
    /// `nbf` in the future, or, where it is demanded, missing or long past.
    #[error("not valid yet, or nbf missing or too old")]
    NotBefore,
    /// `exp` too long after `nbf`.
    #[error("exp too long after nbf")]
    TooLong,
    /// It carries another one: `request` and `request_uri` "MUST NOT be included in Request Objects" (RFC 9101 §4).
    #[error("request object inside a request object")]
    Inside,
    /// Its claims are not request parameters.
    #[error(transparent)]
    Parameters(#[from] ParameterError),
    /// The client's keys cannot be had.
    #[error("keys of the client cannot be read")]
    NoKeys,
    /// A `request_uri` that the client did not register.
    #[error("request_uri not registered")]
    UriNotRegistered,
    /// A registered `request_uri` that gave nothing that can be read.
    #[error("request_uri cannot be fetched")]
    UriUnreachable,
}

impl Coded for Reason {
    fn code(&self) -> ErrorCode {
        match self {
            Reason::Both => ErrorCode::InvalidRequest,
            Reason::Unsigned => ErrorCode::RequestNotSupported,
            Reason::UriNotRegistered | Reason::UriUnreachable => ErrorCode::InvalidRequestUri,
            _ => ErrorCode::InvalidRequestObject,
        }
    }
}

/// How a request object came.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum By {
    /// In the parameter `request`, through the browser or to `/par`.
    Value,
    /// From an address that the client registered, fetched by us.
    Reference {
        /// Nobody on the way could change it.
        over_tls: bool,
    },
}

/// What a request object asks.
#[derive(Debug, PartialEq, Eq)]
pub struct RequestObject {
    /// Its claims as request parameters; nothing beside it counts (RFC 9101 §6.3).
    pub parameters: Parameters,
    /// Whether the client signed it.
    pub signed: bool,
}

/// Reads `token`, which `client`, whose keys are `keys`, sent to `issuer`.
///
/// An unsigned one (`alg: none`) is read only where a plain client had it fetched from a registered address and did not
/// register to sign.
///
/// # Errors
/// The first reason against.
pub fn read(
    token: &str,
    client: &Client,
    keys: &KeySet,
    issuer: &str,
    by: By,
    now: DateTime<Utc>,
) -> Result<RequestObject, Reason> {
    if token.len() > MAX_LENGTH {
        return Err(SignedError::Malformed.into());
    }
    let (claims, signed) = match unsigned(token) {
        Some(claims) => {
            may_be_unsigned(client, by)?;
            (claims, false)
        }
        None => (verified(token, client, keys)?, true),
    };
    about_itself(&claims, client, issuer, now)?;
    if claims.contains_key("request") || claims.contains_key("request_uri") {
        return Err(Reason::Inside);
    }
    let asked = claims
        .into_iter()
        .filter(|(name, _)| !ABOUT_ITSELF.contains(&name.as_str()));
    let parameters = Parameters::from_claims(asked)?;
    // "The values for the client_id parameter in the request object and outside MUST be identical" (RFC 9101 §5).
    match parameters.all("client_id") {
        [id] if *id == client.id => Ok(RequestObject { parameters, signed }),
        _ => Err(Reason::OtherClient),
    }
}

fn may_be_unsigned(client: &Client, by: By) -> Result<(), Reason> {
    let metadata = &client.metadata;
    let has_to_sign = metadata.require_signed_request_object
        || metadata.request_object_signing_alg.is_some()
        || metadata.profile == Profile::Fapi2;
    match (has_to_sign, by) {
        (true, _) => Err(SignedError::Algorithm.into()),
        (false, By::Reference { over_tls: true }) => Ok(()),
        (false, _) => Err(Reason::Unsigned),
    }
}

/// The claims of an unsecured token (RFC 7519 §6.1): `alg` is `none` and there is no signature.
fn unsigned(token: &str) -> Option<Map<String, Value>> {
    let object =
        |part: &str| -> Option<Map<String, Value>> { serde_json::from_slice(&URL_SAFE_NO_PAD.decode(part).ok()?).ok() };
    let mut parts = token.split('.');
    let (header, claims, signature) = (object(parts.next()?)?, parts.next()?, parts.next()?);
    let plain = header.get("alg").and_then(Value::as_str) == Some("none") && signature.is_empty();
    if !plain || header.contains_key("crit") || parts.next().is_some() {
        return None;
    }
    object(claims)
}

fn verified(token: &str, client: &Client, keys: &KeySet) -> Result<Map<String, Value>, Reason> {
    let metadata = &client.metadata;
    let allowed: &[Algorithm] = metadata.allowed(metadata.request_object_signing_alg);
    let signed = Signed::read(token, allowed)?;
    if !matches!(signed.typ().as_deref(), None | Some("jwt" | "oauth-authz-req+jwt")) {
        return Err(Reason::Typ);
    }
    Ok(signed.verify(keys)?)
}

/// Issuer, audience, times: demanded of a FAPI client, checked wherever they are.
fn about_itself(claims: &Map<String, Value>, client: &Client, issuer: &str, now: DateTime<Utc>) -> Result<(), Reason> {
    let demanded = client.metadata.profile == Profile::Fapi2;
    match text(claims, "iss", 2048)? {
        Some(iss) if iss != client.id => return Err(Reason::OtherClient),
        None if demanded => return Err(Reason::OtherClient),
        _ => {}
    }
    if claims.get("sub").and_then(Value::as_str) == Some(client.id.as_str()) {
        return Err(Reason::CouldBeAssertion);
    }
    let (audiences, _) = audience(claims)?;
    if (demanded || claims.contains_key("aud")) && !audiences.contains(&issuer) {
        return Err(Reason::OtherAudience);
    }
    let (exp, nbf) = (instant(claims, "exp")?, instant(claims, "nbf")?);
    if exp.is_some_and(|exp| exp <= now) || (demanded && exp.is_none()) {
        return Err(Reason::Expired);
    }
    let age = nbf.map(|nbf| now.signed_duration_since(nbf));
    let ahead = age.is_some_and(|age| age.checked_add(&SKEW).is_none_or(|age| age < TimeDelta::zero()));
    if ahead || (demanded && age.is_none_or(|age| age > WINDOW)) {
        return Err(Reason::NotBefore);
    }
    match (exp, nbf) {
        (Some(exp), Some(nbf)) if demanded && exp.signed_duration_since(nbf) > WINDOW => Err(Reason::TooLong),
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::jose::sign_by;
    use crate::keyring::{P256Key, RsaKey, SigningKey};
    use crate::oidc::samples::{self, ISSUER, after, now};
    use serde_json::json;
    use std::sync::OnceLock;

    fn key() -> &'static SigningKey {
        static KEY: OnceLock<SigningKey> = OnceLock::new();
        KEY.get_or_init(|| SigningKey::P256(P256Key::generate().unwrap()))
    }

    fn keys() -> KeySet {
        KeySet::from_json(&json!({"keys": [key().public_jwk()]})).unwrap()
    }

    fn fapi() -> Client {
        let mut client = samples::client();
        client.metadata.profile = Profile::Fapi2;
        client
    }

    /// A right one; each test changes one claim (null takes it out).
    fn claims(name: &str, value: Value) -> Value {
        let mut claims = json!({
            "iss": "suap", "aud": ISSUER, "nbf": now().timestamp(), "exp": after(300).timestamp(), "jti": "j",
            "client_id": "suap", "response_type": "code", "redirect_uri": "https://suap.example.it/cb",
            "scope": "openid", "max_age": 60, "claims": {"userinfo": {"email": null}},
            "resource": ["https://a.example.it", "https://b.example.it"],
        });
        match value {
            Value::Null => claims.as_object_mut().unwrap().remove(name),
            value => claims.as_object_mut().unwrap().insert(name.to_owned(), value),
        };
        claims
    }

    fn read(client: &Client, token: &str) -> Result<RequestObject, Reason> {
        super::read(token, client, &keys(), ISSUER, By::Value, now())
    }

    fn signed(client: &Client, claims: &Value) -> Result<RequestObject, Reason> {
        read(client, &sign_by(key(), Algorithm::Es256, None, claims).unwrap())
    }

    fn plain(claims: &Value) -> String {
        let part = |value: &Value| URL_SAFE_NO_PAD.encode(value.to_string());
        format!("{}.{}.", part(&json!({"alg": "none"})), part(claims))
    }

    #[test]
    fn its_claims_are_the_parameters_and_nothing_about_itself_is() {
        let read = signed(&fapi(), &claims("", Value::Null)).unwrap();
        assert!(read.signed);
        let parameters = read.parameters;
        assert_eq!(parameters.get("redirect_uri"), Some("https://suap.example.it/cb"));
        assert_eq!(parameters.get("max_age"), Some("60"));
        assert_eq!(parameters.get("claims"), Some(r#"{"userinfo":{"email":null}}"#));
        assert_eq!(parameters.all("resource").len(), 2);
        for name in ABOUT_ITSELF {
            assert_eq!(parameters.get(name), None, "{name}");
        }
    }

    #[test]
    fn fapi_2_message_signing_modules_about_its_times_and_audience() {
        let fapi = |name: &str, value: Value| signed(&fapi(), &claims(name, value)).map(|read| read.signed);
        let at = |seconds| json!(after(seconds).timestamp());
        // ensure-request-object-with-multiple-aud-succeeds, -with-nbf-8-seconds-in-the-future-is-accepted
        assert_eq!(fapi("aud", json!(["https://other.example", ISSUER])), Ok(true));
        assert_eq!(fapi("nbf", at(8)), Ok(true));
        // -without-exp-fails, -without-nbf-fails, -expired-, -with-bad-aud-, -with-exp-over-60-, -with-nbf-over-60-
        assert_eq!(fapi("exp", Value::Null), Err(Reason::Expired));
        assert_eq!(fapi("exp", at(0)), Err(Reason::Expired));
        assert_eq!(fapi("exp", at(3601)), Err(Reason::TooLong));
        assert_eq!(fapi("exp", at(3600)), Ok(true));
        assert_eq!(fapi("nbf", Value::Null), Err(Reason::NotBefore));
        assert_eq!(fapi("nbf", at(61)), Err(Reason::NotBefore));
        assert_eq!(fapi("nbf", at(-3601)), Err(Reason::NotBefore));
        // At the bound: a clock that is a minute ahead, and an hour that would not be over yet.
        assert_eq!(fapi("nbf", at(60)), Ok(true));
        assert_eq!(fapi("nbf", at(-3600)), Err(Reason::TooLong));
        assert_eq!(fapi("aud", json!("https://other.example")), Err(Reason::OtherAudience));
        assert_eq!(fapi("aud", Value::Null), Err(Reason::OtherAudience));
        assert_eq!(fapi("iss", Value::Null), Err(Reason::OtherClient));
    }

    #[test]
    fn rfc_9101_a_plain_client_may_leave_out_what_it_does_not_need_but_nothing_wrong_passes() {
        let plain = |name: &str, value: Value| signed(&samples::client(), &claims(name, value)).map(|read| read.signed);
        for optional in ["exp", "nbf", "aud", "iss", "jti"] {
            assert_eq!(plain(optional, Value::Null), Ok(true), "{optional}");
        }
        assert_eq!(plain("exp", json!(1)), Err(Reason::Expired));
        assert_eq!(plain("aud", json!("https://other.example")), Err(Reason::OtherAudience));
        assert_eq!(plain("iss", json!("other")), Err(Reason::OtherClient));
        assert_eq!(plain("client_id", json!("other")), Err(Reason::OtherClient));
        assert_eq!(plain("client_id", Value::Null), Err(Reason::OtherClient));
        assert_eq!(plain("sub", json!("suap")), Err(Reason::CouldBeAssertion));
        assert_eq!(plain("request", json!("e30.e30.")), Err(Reason::Inside));
        assert_eq!(
            plain("request_uri", json!("https://suap.example.it/r")),
            Err(Reason::Inside)
        );
        assert_eq!(Reason::Inside.code().as_str(), "invalid_request_object");
        assert_eq!(Reason::OtherClient.code().as_str(), "invalid_request_object");
    }

    #[test]
    fn attack_38_an_unsigned_or_wrongly_signed_object_is_refused() {
        let token = plain(&claims("", Value::Null));
        // Where a signature is demanded, it is no request object; elsewhere it is one that is not supported.
        assert_eq!(read(&fapi(), &token), Err(Reason::Token(SignedError::Algorithm)));
        assert_eq!(read(&samples::client(), &token), Err(Reason::Unsigned));
        assert_eq!(Reason::Unsigned.code().as_str(), "request_not_supported");
        let mut signs = samples::client();
        signs.metadata.request_object_signing_alg = Some(Algorithm::Es256);
        assert_eq!(read(&signs, &token), Err(Reason::Token(SignedError::Algorithm)));
        let foreign = SigningKey::P256(P256Key::generate().unwrap());
        let token = sign_by(&foreign, Algorithm::Es256, None, &claims("", Value::Null)).unwrap();
        assert_eq!(read(&fapi(), &token), Err(Reason::Token(SignedError::Signature)));
        // ensure-signed-request-object-with-RS256-fails
        let rsa = SigningKey::Rsa(RsaKey::generate(2048).unwrap());
        let keys = KeySet::from_json(&json!({"keys": [rsa.public_jwk()]})).unwrap();
        let token = sign_by(&rsa, Algorithm::Rs256, None, &claims("", Value::Null)).unwrap();
        let read = |client: &Client| super::read(&token, client, &keys, ISSUER, By::Value, now()).map(|r| r.signed);
        assert_eq!(read(&fapi()), Err(Reason::Token(SignedError::Algorithm)));
        assert_eq!(read(&samples::client()), Ok(true));
    }

    #[test]
    fn what_a_registered_address_gave_may_be_unsigned_unless_the_client_signs() {
        let token = plain(&claims("", Value::Null));
        let by = |over_tls: bool, client: &Client| {
            let by = By::Reference { over_tls };
            super::read(&token, client, &keys(), ISSUER, by, now()).map(|read| read.signed)
        };
        let fetched = |client: &Client| by(true, client);
        assert_eq!(by(false, &samples::client()), Err(Reason::Unsigned));
        assert_eq!(fetched(&samples::client()), Ok(false));
        assert_eq!(fetched(&fapi()), Err(Reason::Token(SignedError::Algorithm)));
        let mut demanded = samples::client();
        demanded.metadata.require_signed_request_object = true;
        assert_eq!(fetched(&demanded), Err(Reason::Token(SignedError::Algorithm)));
    }

    #[test]
    fn attack_38_half_a_signature_is_not_none() {
        let fetched = |token: &str| {
            let by = By::Reference { over_tls: true };
            super::read(token, &samples::client(), &keys(), ISSUER, by, now()).map(|read| read.signed)
        };
        let none = plain(&claims("", Value::Null));
        assert_eq!(fetched(&none), Ok(false));
        let with_signature = format!("{none}c2ln");
        assert!(matches!(fetched(&with_signature), Err(Reason::Token(_))));
        let signed = sign_by(key(), Algorithm::Es256, None, &claims("", Value::Null)).unwrap();
        let (without, _) = signed.rsplit_once('.').unwrap();
        assert!(matches!(fetched(&format!("{without}.")), Err(Reason::Token(_))));
    }

    #[test]
    fn each_reason_has_the_rfcs_word() {
        for (reason, word) in [
            (Reason::Both, "invalid_request"),
            (Reason::UriNotRegistered, "invalid_request_uri"),
            (Reason::UriUnreachable, "invalid_request_uri"),
            (Reason::Unsigned, "request_not_supported"),
            (Reason::NoKeys, "invalid_request_object"),
        ] {
            assert_eq!(reason.code().as_str(), word);
        }
    }

    #[test]
    fn an_object_may_be_as_long_as_its_bound() {
        let of = |length: usize| {
            let fillings = (0..4).flat_map(|more| (0..8).map(move |less| (more, length * 3 / 4 - 1_000 - less)));
            let token = |(more, filling): (usize, usize)| {
                let header = json!({"alg": "none", "kid": "k".repeat(more)}).to_string();
                let claims = claims("state", json!("s".repeat(filling))).to_string();
                format!("{}.{}.", URL_SAFE_NO_PAD.encode(header), URL_SAFE_NO_PAD.encode(claims))
            };
            let missing = |(more, filling)| {
                (
                    more,
                    filling + length.saturating_sub(token((more, filling)).len()) * 3 / 4,
                )
            };
            fillings
                .map(missing)
                .map(token)
                .find(|token| token.len() == length)
                .unwrap()
        };
        let refused = |length| read(&samples::client(), &of(length)).unwrap_err();
        assert_eq!(refused(20_000), Reason::Unsigned);
        assert_eq!(refused(MAX_LENGTH), Reason::Unsigned);
        assert_eq!(refused(MAX_LENGTH + 1), Reason::Token(SignedError::Malformed));
        assert_eq!(refused(MAX_LENGTH + 2), Reason::Token(SignedError::Malformed));
    }

    #[test]
    fn a_token_of_another_kind_and_a_huge_one_are_refused() {
        let token = sign_by(key(), Algorithm::Es256, Some("dpop+jwt"), &claims("", Value::Null)).unwrap();
        assert_eq!(read(&samples::client(), &token), Err(Reason::Typ));
        let token = sign_by(
            key(),
            Algorithm::Es256,
            Some("oauth-authz-req+jwt"),
            &claims("", Value::Null),
        )
        .unwrap();
        assert!(read(&samples::client(), &token).is_ok());
        let malformed = Err(Reason::Token(SignedError::Malformed));
        assert_eq!(read(&samples::client(), &"a".repeat(MAX_LENGTH + 1)), malformed);
        for text in ["", ".", "..", "x.y.z"] {
            assert_eq!(read(&samples::client(), text), malformed, "{text}");
        }
    }
}
