//! Tokens that are good in the hands of who holds their key only (RFC 9449, attack 39).

use crate::harness::machine::{Prover, basic, code_fields, post};
use crate::harness::portal::json;
use crate::harness::{Citizen, PROVALDI, Portal, TestApp};
use axum::body::{Body, to_bytes};
use chrono::TimeDelta;
use domain::audit::EventKind;
use http::header::{AUTHORIZATION, CONTENT_TYPE, WWW_AUTHENTICATE};
use http::{Request, StatusCode};
use protocol::oidc::grant::GrantType;
use serde_json::{Value, json};
use tower::ServiceExt as _;

/// A citizen has signed in at `portal`, and the brief store is older than any proof that follows.
async fn signed_in(client_id: &'static str) -> (TestApp, Portal, String) {
    let app = TestApp::start().await;
    app.deps.store.brief.remembers_since(app.now()).await.unwrap();
    app.clock.advance(TimeDelta::minutes(5));
    let portal = Portal::new(client_id);
    app.change_client(&portal, |client| {
        client.metadata.grant_types.insert(GrantType::RefreshToken);
    })
    .await;
    let back = app.sign_in(&mut Citizen::new(), &portal, &PROVALDI).await;
    let code = portal.code(&back);
    (app, portal, code)
}

/// Asks for tokens as `portal`, with these proofs.
async fn ask(app: &TestApp, portal: &Portal, fields: &[(&str, &str)], proofs: &[&str]) -> (StatusCode, Value) {
    let basic = basic(portal);
    let mut fields = fields.to_vec();
    let mut headers: Vec<(&str, &str)> = proofs.iter().map(|proof| ("dpop", *proof)).collect();
    match portal.client_id {
        "app" => fields.push(("client_id", "app")),
        _ => headers.push(("authorization", &basic)),
    }
    post(app, "/token", &fields, &headers).await
}

async fn exchange(app: &TestApp, portal: &Portal, code: &str, proofs: &[&str]) -> (StatusCode, Value) {
    ask(app, portal, &code_fields(code, &portal.redirect_uri()), proofs).await
}

async fn refresh(app: &TestApp, portal: &Portal, token: &str, proofs: &[&str]) -> (StatusCode, Value) {
    let fields = [("grant_type", "refresh_token"), ("refresh_token", token)];
    ask(app, portal, &fields, proofs).await
}

/// `/userinfo` with these headers: status, challenges, body.
async fn userinfo(app: &TestApp, headers: &[(&str, String)]) -> (StatusCode, Vec<String>, Value) {
    let mut request = Request::get("/userinfo");
    for (name, value) in headers {
        request = request.header(*name, value);
    }
    let answer = app
        .router()
        .oneshot(request.body(Body::empty()).unwrap())
        .await
        .unwrap();
    let challenges = answer.headers().get_all(WWW_AUTHENTICATE).iter();
    let challenges = challenges.map(|value| value.to_str().unwrap().to_owned()).collect();
    let status = answer.status();
    let body = to_bytes(answer.into_body(), 1 << 20).await.unwrap();
    (status, challenges, serde_json::from_slice(&body).unwrap_or(Value::Null))
}

fn shown(scheme: &str, token: &str, proof: String) -> [(&'static str, String); 2] {
    [("authorization", format!("{scheme} {token}")), ("dpop", proof)]
}

fn text<'a>(tokens: &'a Value, name: &str) -> &'a str {
    tokens[name].as_str().unwrap_or_else(|| panic!("no {name} in {tokens}"))
}

#[track_caller]
fn refused(answer: &(StatusCode, Value), error: &str) {
    let told = (answer.0, answer.1["error"].as_str());
    assert_eq!(told, (StatusCode::BAD_REQUEST, Some(error)), "{}", answer.1);
}

#[tokio::test]
async fn who_sends_a_proof_gets_a_token_that_is_good_with_its_key() {
    let (app, portal, code) = signed_in("anagrafe").await;
    let key = Prover::new();
    let proof = key.proof(&app, "POST", "/token", &json!({}));
    let (status, tokens) = exchange(&app, &portal, &code, &[&proof]).await;
    assert_eq!(status, StatusCode::OK, "{tokens}");
    assert_eq!(tokens["token_type"], "DPoP");
    let token = text(&tokens, "access_token");
    // The name of the scheme is compared in any case: ensure-access-token-type-header-case-sensitivity.
    for scheme in ["DPoP", "dpop", "DPOP"] {
        let proof = key.proof_for(&app, "GET", "/userinfo", token);
        let (status, _, claims) = userinfo(&app, &shown(scheme, token, proof)).await;
        assert_eq!((status, &claims["given_name"]), (StatusCode::OK, &json!("Mario")));
    }
    let (_, told) = portal.post(&app, "/introspect", &[("token", token)]).await;
    assert_eq!(
        (&told["token_type"], &told["cnf"]),
        (&json!("DPoP"), &json!({"jkt": key.jkt()}))
    );
}

#[tokio::test]
async fn attack_39_a_bound_token_is_no_bearer_token() {
    let (app, portal, code) = signed_in("anagrafe").await;
    let key = Prover::new();
    let proof = key.proof(&app, "POST", "/token", &json!({}));
    let (_, tokens) = exchange(&app, &portal, &code, &[&proof]).await;
    let token = text(&tokens, "access_token");
    let proof = key.proof_for(&app, "GET", "/userinfo", token);
    for headers in [
        &shown("Bearer", token, proof)[..],
        &[("authorization", format!("Bearer {token}"))],
    ] {
        let (status, challenges, _) = userinfo(&app, headers).await;
        assert_eq!(status, StatusCode::UNAUTHORIZED);
        assert_eq!(
            challenges,
            [
                "Bearer error=\"invalid_token\"",
                "DPoP error=\"invalid_token\", algs=\"PS256 ES256 EdDSA\""
            ]
        );
    }
    let in_form = Request::post("/userinfo")
        .header(CONTENT_TYPE, "application/x-www-form-urlencoded")
        .body(Body::from(format!("access_token={token}")))
        .unwrap();
    assert_eq!(json(&app, in_form).await.0, StatusCode::UNAUTHORIZED);
}

#[tokio::test]
async fn attack_39_a_token_without_a_key_cannot_pretend_to_have_one() {
    let (app, portal, code) = signed_in("anagrafe").await;
    let (_, tokens) = exchange(&app, &portal, &code, &[]).await;
    assert_eq!(tokens["token_type"], "Bearer");
    let token = text(&tokens, "access_token");
    let proof = Prover::new().proof_for(&app, "GET", "/userinfo", token);
    let (status, _, _) = userinfo(&app, &shown("DPoP", token, proof)).await;
    assert_eq!(status, StatusCode::UNAUTHORIZED);
    let (status, _) = portal.userinfo(&app, token).await;
    assert_eq!(status, StatusCode::OK);
}

#[tokio::test]
async fn attack_39_at_userinfo_each_flaw_of_the_proof_is_refused() {
    let (app, portal, code) = signed_in("anagrafe").await;
    let key = Prover::new();
    let proof = key.proof(&app, "POST", "/token", &json!({}));
    let (_, tokens) = exchange(&app, &portal, &code, &[&proof]).await;
    let token = text(&tokens, "access_token");
    let good = key.proof_for(&app, "GET", "/userinfo", token);
    assert_eq!(
        userinfo(&app, &shown("DPoP", token, good.clone())).await.0,
        StatusCode::OK
    );
    for (flaw, proof) in [
        ("replayed", good),
        ("another method", key.proof_for(&app, "POST", "/userinfo", token)),
        ("another address", key.proof_for(&app, "GET", "/token", token)),
        ("another token", key.proof_for(&app, "GET", "/userinfo", "x")),
        ("no token", key.proof(&app, "GET", "/userinfo", &json!({}))),
        ("another key", Prover::new().proof_for(&app, "GET", "/userinfo", token)),
        ("no text", String::new()),
    ] {
        let (status, challenges, _) = userinfo(&app, &shown("DPoP", token, proof)).await;
        assert_eq!(status, StatusCode::UNAUTHORIZED, "{flaw}");
        let challenge = "DPoP error=\"invalid_dpop_proof\", algs=\"PS256 ES256 EdDSA\"";
        assert_eq!(challenges, [challenge], "{flaw}");
    }
    let (status, _, _) = userinfo(&app, &[("authorization", format!("DPoP {token}"))]).await;
    assert_eq!(status, StatusCode::UNAUTHORIZED, "no proof at all");
}

#[tokio::test]
async fn attack_39_a_proof_is_good_once_and_a_refused_one_burns_no_code() {
    let (app, portal, code) = signed_in("anagrafe").await;
    let key = Prover::new();
    let proof = key.proof(&app, "POST", "/token", &json!({}));
    let (status, _) = exchange(&app, &portal, "unknown", &[&proof]).await;
    assert_eq!(status, StatusCode::BAD_REQUEST);
    let other = key.proof(&app, "POST", "/token", &json!({}));
    let late = key.proof(&app, "POST", "/token", &json!({"iat": app.now().timestamp() - 61}));
    let elsewhere = key.proof(&app, "POST", "/userinfo", &json!({}));
    for proofs in [&[&*proof][..], &[&other, &other], &[&late], &[&elsewhere], &["rubbish"]] {
        refused(&exchange(&app, &portal, &code, proofs).await, "invalid_dpop_proof");
    }
    let (status, _) = exchange(&app, &portal, &code, &[&other]).await;
    assert_eq!(status, StatusCode::OK);
}

#[tokio::test]
async fn attack_39_the_same_proof_at_another_node_is_the_same_proof() {
    let (app, portal, code) = signed_in("anagrafe").await;
    let node = app.another_node().await;
    let proof = Prover::new().proof(&app, "POST", "/token", &json!({}));
    exchange(&app, &portal, "unknown", &[&proof]).await;
    refused(&exchange(&node, &portal, &code, &[&proof]).await, "invalid_dpop_proof");
}

#[tokio::test]
async fn a_clock_ten_seconds_off_is_forgiven_and_a_proof_older_than_our_memory_is_not() {
    for seconds in [-10, 10] {
        let (app, portal, code) = signed_in("anagrafe").await;
        let iat = json!({"iat": app.now().timestamp() + seconds});
        let proof = Prover::new().proof(&app, "POST", "/token", &iat);
        let (status, answer) = exchange(&app, &portal, &code, &[&proof]).await;
        assert_eq!(status, StatusCode::OK, "{seconds}: {answer}");
    }
    let app = TestApp::start().await;
    let proof = Prover::new().proof(&app, "POST", "/token", &json!({"iat": app.now().timestamp() - 1}));
    let answer = exchange(&app, &Portal::new("anagrafe"), "unknown", &[&proof]).await;
    refused(&answer, "invalid_dpop_proof");
}

#[tokio::test]
async fn rfc_9449_5_2_a_client_that_registered_bound_tokens_gets_no_others() {
    let (app, portal, code) = signed_in("anagrafe").await;
    app.change_client(&portal, |client| client.metadata.dpop_bound_access_tokens = true)
        .await;
    refused(&exchange(&app, &portal, &code, &[]).await, "invalid_request");
    let proof = Prover::new().proof(&app, "POST", "/token", &json!({}));
    let (status, _) = exchange(&app, &portal, &code, &[&proof]).await;
    assert_eq!(status, StatusCode::OK);
}

#[tokio::test]
async fn attack_39_a_public_client_refreshes_with_its_key_and_a_thief_without_it_ends_nothing() {
    let (app, portal, code) = signed_in("app").await;
    let key = Prover::new();
    let proof = || key.proof(&app, "POST", "/token", &json!({}));
    let (_, first) = exchange(&app, &portal, &code, &[&proof()]).await;
    let stolen = text(&first, "refresh_token");
    refused(&refresh(&app, &portal, stolen, &[]).await, "invalid_request");
    let foreign = Prover::new().proof(&app, "POST", "/token", &json!({}));
    refused(&refresh(&app, &portal, stolen, &[&foreign]).await, "invalid_dpop_proof");
    let (status, second) = refresh(&app, &portal, stolen, &[&proof()]).await;
    assert_eq!((status, &second["token_type"]), (StatusCode::OK, &json!("DPoP")));
    // What was rotated away comes again from somebody without the key.
    refused(&refresh(&app, &portal, stolen, &[]).await, "invalid_request");
    assert_eq!(app.count(EventKind::RefreshTokenReused).await, 0);
    let (status, _) = refresh(&app, &portal, text(&second, "refresh_token"), &[&proof()]).await;
    assert_eq!(status, StatusCode::OK, "the heir is bound to the same key, and lives");
}

#[tokio::test]
async fn rfc_9449_5_a_client_that_proves_who_it_is_may_change_its_key_at_a_refresh() {
    let (app, portal, code) = signed_in("anagrafe").await;
    let proof = Prover::new().proof(&app, "POST", "/token", &json!({}));
    let (_, first) = exchange(&app, &portal, &code, &[&proof]).await;
    let new = Prover::new();
    let proof = new.proof(&app, "POST", "/token", &json!({}));
    let (status, second) = refresh(&app, &portal, text(&first, "refresh_token"), &[&proof]).await;
    assert_eq!(status, StatusCode::OK, "{second}");
    let token = text(&second, "access_token");
    let proof = new.proof_for(&app, "GET", "/userinfo", token);
    assert_eq!(userinfo(&app, &shown("DPoP", token, proof)).await.0, StatusCode::OK);
}

#[tokio::test]
async fn who_brings_no_token_is_told_both_ways_to_bring_one() {
    let app = TestApp::start().await;
    let (status, challenges, _) = userinfo(&app, &[]).await;
    assert_eq!(status, StatusCode::UNAUTHORIZED);
    assert_eq!(
        challenges,
        [
            "Bearer realm=\"varco\"",
            "DPoP realm=\"varco\", algs=\"PS256 ES256 EdDSA\""
        ]
    );
    let twice = [
        (AUTHORIZATION.as_str(), "Bearer a".to_owned()),
        (AUTHORIZATION.as_str(), "DPoP a".to_owned()),
    ];
    let (status, challenges, _) = userinfo(&app, &twice).await;
    assert_eq!(status, StatusCode::BAD_REQUEST);
    assert_eq!(
        challenges.first().map(String::as_str),
        Some("Bearer error=\"invalid_request\"")
    );
}
