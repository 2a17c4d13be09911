//! DPoP proofs (RFC 9449 §4.3): a token is good only in the hands of who holds its key.

use super::error::{Coded, ErrorCode};
use super::{SecretHash, hash_secret};
use crate::jose::{Algorithm, JwkError, PublicJwk, Signed, SignedError, WrongMember, instant, text};
use aws_lc_rs::{constant_time, digest};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chrono::{DateTime, TimeDelta, Utc};
use url::Url;

/// How far from now a proof may have been made, either way. Its `jti` is remembered twice as long.
pub const WINDOW: TimeDelta = TimeDelta::seconds(60);
/// How a proof may be signed: as FAPI 2 (§5.4.1) has it for everything, and so for everybody.
pub const ALGORITHMS: [Algorithm; 3] = Algorithm::FAPI;
/// Longest `jti`, bytes.
const MAX_JTI: usize = 255;
/// Longest `htu`, bytes.
const MAX_URL: usize = 2048;

/// Why a proof proves nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Reason {
    /// Two `DPoP` headers (§4.3, 1).
    #[error("more than one DPoP header")]
    Repeated,
    /// No proof where one is demanded.
    #[error("DPoP proof missing")]
    Missing,
    /// Not a token signed by the key it carries.
    #[error(transparent)]
    Token(#[from] SignedError),
    /// `typ` is not `dpop+jwt`.
    #[error("not a dpop+jwt")]
    Typ,
    /// No key, a private or an unsupported one.
    #[error(transparent)]
    Key(#[from] JwkError),
    /// A member that is missing or not what the RFC says.
    #[error(transparent)]
    Member(#[from] WrongMember),
    /// Made for another HTTP method.
    #[error("htm is another method")]
    OtherMethod,
    /// Made for another address.
    #[error("htu is another address")]
    OtherAddress,
    /// Too old, or from the future.
    #[error("iat too far from now")]
    OutOfTime,
    /// `ath` is missing or is of another access token.
    #[error("ath is of another token")]
    OtherToken,
    /// Not the key to which the code, token or refresh token is bound.
    #[error("another key than the bound one")]
    OtherKey,
    /// This very proof was used before.
    #[error("proof used before")]
    Replayed,
}

impl Coded for Reason {
    fn code(&self) -> ErrorCode {
        ErrorCode::InvalidDpopProof
    }
}

/// What a proof is held against.
#[derive(Debug, Clone, Copy)]
pub struct Request<'a> {
    /// `POST`, `GET`.
    pub method: &'a str,
    /// The address of the endpoint, as clients know it.
    pub url: &'a str,
    /// The access token that comes with it, at a resource.
    pub access_token: Option<&'a str>,
}

/// A proof that holds, but for its single use, which is the store's.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Proof {
    /// The key's thumbprint (`jkt`), to which tokens are bound.
    pub thumbprint: String,
    /// `iat`.
    pub made_at: DateTime<Utc>,
    /// SHA-256 of thumbprint and `jti`: to be remembered.
    pub once: SecretHash,
    /// Until then.
    pub remember_until: DateTime<Utc>,
}

/// Checks one proof against the request it came with (RFC 9449 §4.3, in its order).
///
/// # Errors
/// The first reason against.
pub fn check(proof: &str, request: Request<'_>, now: DateTime<Utc>) -> Result<Proof, Reason> {
    let signed = Signed::read(proof, &ALGORITHMS)?; //                         2, 3, 5
    if signed.typ().as_deref() != Some("dpop+jwt") {
        return Err(Reason::Typ); //                                            4
    }
    let key = PublicJwk::from_json(signed.header().get("jwk").ok_or(JwkError::Malformed)?)?; // 7
    let thumbprint = key.thumbprint();
    let claims = signed.verify_by(&key)?; //                                 6
    let jti = text(&claims, "jti", MAX_JTI)?.ok_or(WrongMember("jti"))?;
    let method = text(&claims, "htm", 16)?.ok_or(WrongMember("htm"))?;
    let address = text(&claims, "htu", MAX_URL)?.ok_or(WrongMember("htu"))?;
    if method != request.method {
        return Err(Reason::OtherMethod); //                                    8
    }
    if normal(address).is_none() || normal(address) != normal(request.url) {
        return Err(Reason::OtherAddress); //                                   9
    }
    let made_at = instant(&claims, "iat")?.ok_or(WrongMember("iat"))?;
    let not_yet = instant(&claims, "nbf")?.is_some_and(|nbf| nbf.signed_duration_since(now) > WINDOW);
    let over = instant(&claims, "exp")?.is_some_and(|exp| exp <= now);
    if made_at.signed_duration_since(now).abs() > WINDOW || not_yet || over {
        return Err(Reason::OutOfTime); //                                      11
    }
    if let Some(token) = request.access_token {
        let expected = URL_SAFE_NO_PAD.encode(digest::digest(&digest::SHA256, token.as_bytes()));
        let ath = text(&claims, "ath", 64)?.ok_or(Reason::OtherToken)?;
        constant_time::verify_slices_are_equal(ath.as_bytes(), expected.as_bytes()).map_err(|_| Reason::OtherToken)?; //                              12
    }
    Ok(Proof {
        once: hash_secret(&format!("{thumbprint} {jti}")),
        thumbprint,
        made_at,
        remember_until: now
            .checked_add_signed(WINDOW.checked_mul(2).unwrap_or(WINDOW))
            .unwrap_or(now),
    })
}

/// Without query and fragment, in the one spelling that the URL standard gives it.
fn normal(address: &str) -> Option<String> {
    let mut url = Url::parse(address).ok()?;
    url.set_query(None);
    url.set_fragment(None);
    Some(url.into())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::keyring::{EdKey, P256Key, SigningKey};
    use crate::oidc::samples::{after, now};
    use serde_json::{Value, json};
    use std::sync::OnceLock;

    const TOKEN_ENDPOINT: &str = "https://login.ente.example.it/token";

    fn key() -> &'static SigningKey {
        static KEY: OnceLock<SigningKey> = OnceLock::new();
        KEY.get_or_init(|| SigningKey::P256(P256Key::generate().unwrap()))
    }

    fn header() -> Value {
        json!({"typ": "dpop+jwt", "alg": "ES256", "jwk": key().public_jwk()})
    }

    fn claims() -> Value {
        json!({"jti": "j1", "htm": "POST", "htu": TOKEN_ENDPOINT, "iat": now().timestamp()})
    }

    fn made(header: &Value, claims: &Value, key: &SigningKey) -> String {
        let part = |value: &Value| URL_SAFE_NO_PAD.encode(value.to_string());
        let message = format!("{}.{}", part(header), part(claims));
        let algorithm = Algorithm::from_name(header["alg"].as_str().unwrap())
            .filter(|algorithm| key.signs(*algorithm))
            .unwrap_or(Algorithm::Es256);
        let signature = key.sign(algorithm, message.as_bytes()).unwrap();
        format!("{message}.{}", URL_SAFE_NO_PAD.encode(signature))
    }

    fn at_token(header: &Value, claims: &Value) -> Result<Proof, Reason> {
        let request = Request {
            method: "POST",
            url: TOKEN_ENDPOINT,
            access_token: None,
        };
        check(&made(header, claims, key()), request, now())
    }

    fn with(member: &str, value: Value) -> Result<Proof, Reason> {
        let mut claims = claims();
        claims[member] = value;
        at_token(&header(), &claims)
    }

    #[test]
    fn a_good_proof_names_its_key_and_two_of_them_are_two() {
        let proof = at_token(&header(), &claims()).unwrap();
        assert_eq!(proof.thumbprint, key().kid());
        assert_eq!(proof.remember_until, after(120));
        assert_ne!(proof.once, with("jti", json!("j2")).unwrap().once);
        let ed = SigningKey::Ed25519(EdKey::generate().unwrap());
        let header = json!({"typ": "dpop+jwt", "alg": "EdDSA", "jwk": ed.public_jwk()});
        let request = Request {
            method: "POST",
            url: TOKEN_ENDPOINT,
            access_token: None,
        };
        assert!(check(&made(&header, &claims(), &ed), request, now()).is_ok());
    }

    #[test]
    fn ten_seconds_before_and_after_are_right_and_a_minute_is_the_edge() {
        for seconds in [-60, -10, 0, 10, 60] {
            assert!(with("iat", json!(after(seconds).timestamp())).is_ok(), "{seconds}");
        }
        for seconds in [-61, 61] {
            assert_eq!(with("iat", json!(after(seconds).timestamp())), Err(Reason::OutOfTime));
        }
        assert_eq!(with("exp", json!(now().timestamp())), Err(Reason::OutOfTime));
        assert_eq!(with("nbf", json!(after(61).timestamp())), Err(Reason::OutOfTime));
        assert!(with("nbf", json!(after(60).timestamp())).is_ok());
        assert!(with("exp", json!(after(60).timestamp())).is_ok());
    }

    #[test]
    fn attack_39_another_method_address_or_kind_is_refused() {
        assert_eq!(with("htm", json!("GET")), Err(Reason::OtherMethod));
        assert_eq!(with("htm", json!("post")), Err(Reason::OtherMethod));
        for other in [
            "https://login.ente.example.it/userinfo",
            "https://evil.example/token",
            "/token",
            "token",
        ] {
            assert_eq!(with("htu", json!(other)), Err(Reason::OtherAddress), "{other}");
        }
        for same in [
            "https://LOGIN.ente.example.it:443/token?x=1#y",
            "https://login.ente.example.it/./token",
        ] {
            assert!(with("htu", json!(same)).is_ok(), "{same}");
        }
        for typ in [json!("jwt"), Value::Null] {
            let mut header = header();
            header["typ"] = typ;
            assert!(matches!(at_token(&header, &claims()), Err(Reason::Typ)));
        }
    }

    #[test]
    fn attack_39_what_is_missing_is_named() {
        for member in ["jti", "htm", "htu", "iat"] {
            let mut claims = claims();
            claims.as_object_mut().unwrap().remove(member);
            assert_eq!(at_token(&header(), &claims), Err(Reason::Member(WrongMember(member))));
        }
    }

    #[test]
    fn attack_39_the_key_must_be_there_be_public_and_have_signed() {
        let mut without = header();
        without.as_object_mut().unwrap().remove("jwk");
        assert_eq!(at_token(&without, &claims()), Err(Reason::Key(JwkError::Malformed)));
        let mut private = header();
        private["jwk"]["d"] = json!("AA");
        assert_eq!(at_token(&private, &claims()), Err(Reason::Key(JwkError::Private)));
        let mut foreign = header();
        foreign["jwk"] = SigningKey::P256(P256Key::generate().unwrap()).public_jwk();
        assert_eq!(
            at_token(&foreign, &claims()),
            Err(Reason::Token(SignedError::Signature))
        );
        for alg in ["none", "HS256", "RS256"] {
            let mut header = header();
            header["alg"] = json!(alg);
            assert_eq!(at_token(&header, &claims()), Err(Reason::Token(SignedError::Algorithm)));
        }
    }

    #[test]
    fn attack_39_at_a_resource_the_proof_is_for_this_access_token() {
        let at_userinfo = |claims: &Value| {
            let request = Request {
                method: "GET",
                url: "https://login.ente.example.it/userinfo",
                access_token: Some("token"),
            };
            check(&made(&header(), claims, key()), request, now())
        };
        let mut claims = claims();
        claims["htm"] = json!("GET");
        claims["htu"] = json!("https://login.ente.example.it/userinfo");
        assert_eq!(at_userinfo(&claims), Err(Reason::OtherToken));
        claims["ath"] = json!(URL_SAFE_NO_PAD.encode(digest::digest(&digest::SHA256, b"other")));
        assert_eq!(at_userinfo(&claims), Err(Reason::OtherToken));
        claims["ath"] = json!(URL_SAFE_NO_PAD.encode(digest::digest(&digest::SHA256, b"token")));
        assert!(at_userinfo(&claims).is_ok());
    }
}
