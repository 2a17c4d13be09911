use super::*;
use crate::jose::Algorithm;
use crate::keyring::{KeyKind, SigningKey};
use crate::oidc::samples::{self, ISSUER};
use serde_json::{Value, json};
use std::sync::OnceLock;

fn keys() -> &'static OidcKeys {
    static KEYS: OnceLock<OidcKeys> = OnceLock::new();
    KEYS.get_or_init(|| OidcKeys::of(vec![SigningKey::generate(KeyKind::P256).unwrap()]))
}

/// An ID token that ended long ago: as a hint it is as good as a fresh one.
fn claims() -> Value {
    json!({
        "iss": ISSUER,
        "aud": "suap",
        "sub": samples::person().id.0.to_string(),
        "sid": samples::grant().id.to_string(),
        "exp": 1_000_000_000,
    })
}

fn token(claims: &Value) -> String {
    keys().sign(Algorithm::Es256, Some("JWT"), claims).unwrap()
}

fn ask(query: &str, signed_in: Option<String>) -> Outcome {
    let parameters = Parameters::parse(query).unwrap();
    let request = LogoutRequest::read(&parameters, keys(), ISSUER);
    let client = samples::client();
    check(
        &request,
        Some(&client).filter(|client| Some(client.id.as_str()) == request.client_id()),
        signed_in.as_deref(),
    )
}

fn mario() -> Option<String> {
    Some(samples::person().id.0.to_string())
}

fn signed_out(redirect: Option<&str>) -> Outcome {
    Outcome::SignOut {
        client_id: "suap".to_owned(),
        sid: samples::grant().id,
        redirect: redirect.map(str::to_owned),
    }
}

fn doubt(query: &str) -> (Doubt, Option<String>) {
    match ask(query, mario()) {
        Outcome::AskConfirmation { doubt, redirect, .. } => (doubt, redirect),
        other => panic!("{other:?}"),
    }
}

const BYE: &str = "post_logout_redirect_uri=https%3A%2F%2Fsuap.example.it%2Fbye";

#[test]
fn a_right_hint_signs_out_at_once_and_goes_back_with_state() {
    let hint = format!("id_token_hint={}", token(&claims()));
    assert_eq!(ask(&hint, mario()), signed_out(None));
    assert_eq!(
        ask(&format!("{hint}&{BYE}"), mario()),
        signed_out(Some("https://suap.example.it/bye"))
    );
    assert_eq!(
        ask(&format!("{hint}&{BYE}&state=a+b&client_id=suap"), mario()),
        signed_out(Some("https://suap.example.it/bye?state=a+b"))
    );
    assert_eq!(
        ask(&format!("{hint}&{BYE}%3Flang%3Dit&state=s%26t"), mario()),
        signed_out(Some("https://suap.example.it/bye?lang=it&state=s%26t"))
    );
    // Nobody is signed in any more: nothing to protect.
    assert_eq!(ask(&hint, None), signed_out(None));
}

#[test]
fn without_a_hint_the_citizen_is_asked() {
    let bye = || Some("https://suap.example.it/bye".to_owned());
    assert_eq!(doubt(""), (Doubt::NoHint, None));
    assert_eq!(doubt("state=x"), (Doubt::NoHint, None));
    assert_eq!(doubt("client_id=suap"), (Doubt::NoHint, None));
    assert_eq!(doubt(&format!("client_id=suap&{BYE}")), (Doubt::NoHint, bye()));
}

#[test]
fn attack_42_whatever_is_wrong_nobody_is_sent_anywhere() {
    let right = token(&claims());
    let changed = |name: &str, value: Value| {
        let mut claims = claims();
        claims[name] = value;
        token(&claims)
    };
    let stranger = OidcKeys::of(vec![SigningKey::generate(KeyKind::P256).unwrap()]);
    let stranger = stranger.sign(Algorithm::Es256, Some("JWT"), &claims()).unwrap();
    let cases = [
        (
            format!("id_token_hint={stranger}&{BYE}&client_id=suap"),
            Doubt::HintNotOurs,
        ),
        (format!("id_token_hint={}x&{BYE}", right), Doubt::HintNotOurs),
        (
            format!("id_token_hint=rubbish&{BYE}&client_id=suap"),
            Doubt::HintNotOurs,
        ),
        (
            format!("id_token_hint={}&{BYE}", changed("iss", json!("https://evil.example"))),
            Doubt::HintNotOurs,
        ),
        (
            format!("id_token_hint={}&{BYE}", changed("aud", json!(["suap", "x"]))),
            Doubt::HintNotOurs,
        ),
        (
            format!("id_token_hint={}&{BYE}", changed("sid", Value::Null)),
            Doubt::HintNotOurs,
        ),
        (
            format!("id_token_hint={}&{BYE}", changed("aud", json!("gone"))),
            Doubt::UnknownClient,
        ),
        (
            format!("id_token_hint={right}&client_id=other&{BYE}"),
            Doubt::ClientMismatch,
        ),
        (
            format!(
                "id_token_hint={}&{BYE}",
                changed("sub", json!(Uuid::from_u128(9).to_string()))
            ),
            Doubt::SomebodyElse,
        ),
        (
            format!("id_token_hint={right}&{BYE}%2F"),
            Doubt::RedirectUriNotRegistered,
        ),
        (
            format!("id_token_hint={right}&{BYE}%3Fadded%3D1"),
            Doubt::RedirectUriNotRegistered,
        ),
        (
            format!("id_token_hint={right}&post_logout_redirect_uri=https%3A%2F%2Fevil.example"),
            Doubt::RedirectUriNotRegistered,
        ),
        (
            format!("id_token_hint={right}&{BYE}&{BYE}"),
            Doubt::RepeatedParameter("post_logout_redirect_uri"),
        ),
        (
            format!("id_token_hint={right}&id_token_hint={right}"),
            Doubt::RepeatedParameter("id_token_hint"),
        ),
    ];
    for (query, expected) in cases {
        assert_eq!(doubt(&query), (expected, None), "{expected}");
    }
    assert_eq!(doubt(BYE), (Doubt::NoHint, None));
    assert_eq!(doubt(&format!("client_id=nobody&{BYE}")), (Doubt::NoHint, None));
}

#[test]
fn attack_47_a_disabled_client_gets_nobody_back() {
    let parameters = Parameters::parse(&format!("id_token_hint={}&{BYE}", token(&claims()))).unwrap();
    let request = LogoutRequest::read(&parameters, keys(), ISSUER);
    let client = Client {
        disabled: true,
        ..samples::client()
    };
    let outcome = check(&request, Some(&client), mario().as_deref());
    assert_eq!(
        outcome,
        Outcome::AskConfirmation {
            client_id: None,
            redirect: None,
            doubt: Doubt::UnknownClient
        }
    );
}
