//! Tokens after the code: refreshed, revoked, looked at; and clients that sign.

use crate::harness::portal::json;
use crate::harness::{Citizen, ISSUER, PROVALDI, Portal, TestApp, citizen};
use axum::body::Body;
use chrono::TimeDelta;
use domain::audit::EventKind;
use http::header::{AUTHORIZATION, CONTENT_TYPE};
use http::{Request, StatusCode};
use protocol::jose::{Algorithm, sign_by};
use protocol::keyring::{P256Key, SigningKey};
use protocol::oidc::client::ClientAuthMethod;
use protocol::oidc::grant::GrantType;
use serde_json::{Value, json};

/// A portal that registered refresh tokens, and what its code gave for ACME SRL.
async fn signed_in(scope: &'static str) -> (TestApp, Citizen, Portal, Value) {
    let app = TestApp::start().await;
    let mut portal = Portal::new("fatture");
    portal.scope = scope;
    app.change_client(&portal, |client| {
        client.metadata.grant_types.insert(GrantType::RefreshToken);
        client.scopes.insert("offline_access".to_owned());
    })
    .await;
    let mut citizen = Citizen::new();
    let chooser = app.sign_in(&mut citizen, &portal, &PROVALDI).await;
    let back = app.choose(&mut citizen, &chooser, "ACME SRL").await;
    let (status, tokens) = portal.token(&app, &portal.code(&back), &[]).await;
    assert_eq!(status, StatusCode::OK, "{tokens}");
    (app, citizen, portal, tokens)
}

fn text<'a>(tokens: &'a Value, name: &str) -> &'a str {
    tokens[name].as_str().unwrap_or_else(|| panic!("no {name} in {tokens}"))
}

async fn refresh(app: &TestApp, portal: &Portal, token: &str, scope: &str) -> (StatusCode, Value) {
    let changes = [
        ("grant_type", "refresh_token"),
        ("refresh_token", token),
        ("scope", scope),
        ("code", ""),
        ("redirect_uri", ""),
        ("code_verifier", ""),
    ];
    portal.token(app, "", &changes).await
}

async fn ask(app: &TestApp, portal: &Portal, path: &str, token: &str) -> (StatusCode, Value) {
    portal.post(app, path, &[("token", token)]).await
}

fn refused(answer: &(StatusCode, Value)) -> Option<&str> {
    assert_eq!(answer.0, StatusCode::BAD_REQUEST, "{}", answer.1);
    answer.1["error"].as_str()
}

#[tokio::test]
async fn a_refreshed_token_speaks_for_the_same_organisation_58() {
    let (app, _, portal, first) = signed_in("openid profile organization").await;
    let (status, second) = refresh(&app, &portal, text(&first, "refresh_token"), "").await;
    assert_eq!(status, StatusCode::OK, "{second}");
    assert_ne!(second["refresh_token"], first["refresh_token"]);
    let (_, before) = portal.userinfo(&app, text(&first, "access_token")).await;
    let (_, after) = portal.userinfo(&app, text(&second, "access_token")).await;
    assert_eq!(before["organization"], after["organization"]);
    assert_eq!(after["sub"], before["sub"]);
    assert_eq!(app.count(EventKind::TokenRefreshed).await, 1);
}

#[tokio::test]
async fn a_client_that_did_not_register_the_grant_gets_no_refresh_token() {
    let app = TestApp::start().await;
    let (mut citizen, portal) = (Citizen::new(), Portal::new("anagrafe"));
    let back = app.sign_in(&mut citizen, &portal, &PROVALDI).await;
    let (_, tokens) = portal.token(&app, &portal.code(&back), &[]).await;
    assert_eq!(tokens.get("refresh_token"), None);
}

#[tokio::test]
async fn a_refresh_token_that_was_replaced_ends_the_whole_family_36() {
    let (app, _, portal, first) = signed_in("openid organization").await;
    let (_, second) = refresh(&app, &portal, text(&first, "refresh_token"), "").await;
    let again = refresh(&app, &portal, text(&first, "refresh_token"), "").await;
    assert_eq!(refused(&again), Some("invalid_grant"));
    let heir = refresh(&app, &portal, text(&second, "refresh_token"), "").await;
    assert_eq!(refused(&heir), Some("invalid_grant"));
    for tokens in [&first, &second] {
        let (status, _) = portal.userinfo(&app, text(tokens, "access_token")).await;
        assert_eq!(status, StatusCode::UNAUTHORIZED);
    }
    assert_eq!(app.count(EventKind::RefreshTokenReused).await, 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn of_fifty_simultaneous_refreshes_at_most_one_wins_36() {
    let (app, _, portal, first) = signed_in("openid organization").await;
    let app = std::sync::Arc::new(app);
    let mut tasks = Vec::new();
    for _ in 0..50 {
        let (app, portal) = (app.clone(), portal.clone());
        let token = text(&first, "refresh_token").to_owned();
        tasks.push(tokio::spawn(async move { refresh(&app, &portal, &token, "").await.0 }));
    }
    let mut won = 0;
    for task in tasks {
        won += usize::from(task.await.unwrap() == StatusCode::OK);
    }
    assert_eq!(won, 1);
}

#[tokio::test]
async fn less_may_be_asked_and_more_may_not_36() {
    let (app, _, portal, first) = signed_in("openid profile organization").await;
    for wider in ["openid profile email", "openid offline_access"] {
        let answer = refresh(&app, &portal, text(&first, "refresh_token"), wider).await;
        assert_eq!(refused(&answer), Some("invalid_scope"), "{wider}");
    }
    let (_, less) = refresh(&app, &portal, text(&first, "refresh_token"), "openid").await;
    assert_eq!(less["scope"], "openid");
    let (_, claims) = portal.userinfo(&app, text(&less, "access_token")).await;
    assert_eq!(claims.get("given_name"), None, "the narrower token says less");
    let (_, all) = refresh(&app, &portal, text(&less, "refresh_token"), "").await;
    let (_, claims) = portal.userinfo(&app, text(&all, "access_token")).await;
    assert_eq!(claims["given_name"], "Mario", "the grant is what it was");
}

#[tokio::test]
async fn a_refresh_token_is_worth_nothing_to_another_client_36() {
    let (app, _, portal, first) = signed_in("openid organization").await;
    let other = Portal::new("edilizia");
    app.change_client(&other, |client| {
        client.metadata.grant_types.insert(GrantType::RefreshToken);
    })
    .await;
    let stolen = refresh(&app, &other, text(&first, "refresh_token"), "").await;
    assert_eq!(refused(&stolen), Some("invalid_grant"));
    let (status, _) = refresh(&app, &portal, text(&first, "refresh_token"), "").await;
    assert_eq!(status, StatusCode::OK, "the owner's family lives on");
}

#[tokio::test]
async fn after_signing_out_nothing_is_refreshed_36() {
    let (app, mut citizen, portal, first) = signed_in("openid organization offline_access").await;
    let query = citizen::encode(&[("id_token_hint", text(&first, "id_token"))]);
    citizen.open(&app, &format!("/logout?{query}")).await;
    let answer = refresh(&app, &portal, text(&first, "refresh_token"), "").await;
    assert_eq!(refused(&answer), Some("invalid_grant"));
}

#[tokio::test]
async fn after_a_restart_a_refresh_token_is_as_good_as_before_36() {
    let (app, _, portal, first) = signed_in("openid organization").await;
    let app = app.restart().await;
    let (status, second) = refresh(&app, &portal, text(&first, "refresh_token"), "").await;
    assert_eq!(status, StatusCode::OK, "{second}");
    let again = refresh(&app, &portal, text(&first, "refresh_token"), "").await;
    assert_eq!(refused(&again), Some("invalid_grant"));
}

#[tokio::test]
async fn without_offline_access_a_family_ends_with_the_longest_session() {
    for (scope, lives) in [
        ("openid organization", false),
        ("openid organization offline_access", true),
    ] {
        let (app, _, portal, first) = signed_in(scope).await;
        app.clock.advance(TimeDelta::hours(9));
        let (status, _) = refresh(&app, &portal, text(&first, "refresh_token"), "").await;
        assert_eq!(status == StatusCode::OK, lives, "{scope}");
    }
}

#[tokio::test]
async fn a_revoked_refresh_token_takes_its_family_along_and_a_revoked_access_token_only_itself_45() {
    let (app, _, portal, first) = signed_in("openid organization").await;
    let (_, second) = refresh(&app, &portal, text(&first, "refresh_token"), "").await;
    let (status, _) = ask(&app, &portal, "/revoke", text(&first, "access_token")).await;
    assert_eq!(status, StatusCode::OK);
    let (status, _) = portal.userinfo(&app, text(&first, "access_token")).await;
    assert_eq!(status, StatusCode::UNAUTHORIZED);
    let (status, _) = portal.userinfo(&app, text(&second, "access_token")).await;
    assert_eq!(status, StatusCode::OK);
    ask(&app, &portal, "/revoke", text(&second, "refresh_token")).await;
    let (status, _) = portal.userinfo(&app, text(&second, "access_token")).await;
    assert_eq!(status, StatusCode::UNAUTHORIZED);
    let answer = refresh(&app, &portal, text(&second, "refresh_token"), "").await;
    assert_eq!(refused(&answer), Some("invalid_grant"));
}

#[tokio::test]
async fn another_client_revokes_and_learns_nothing_45() {
    let (app, _, portal, first) = signed_in("openid organization").await;
    let other = Portal::new("edilizia");
    for token in [text(&first, "access_token"), text(&first, "refresh_token"), "unknown"] {
        let (status, _) = ask(&app, &other, "/revoke", token).await;
        assert_eq!(status, StatusCode::OK);
        let (status, answer) = ask(&app, &other, "/introspect", token).await;
        assert_eq!((status, answer), (StatusCode::OK, json!({"active": false})));
    }
    let (status, _) = portal.userinfo(&app, text(&first, "access_token")).await;
    assert_eq!(status, StatusCode::OK);
}

#[tokio::test]
async fn introspection_tells_the_owner_what_a_token_is_good_for_and_nothing_personal() {
    let (app, _, portal, first) = signed_in("openid profile organization").await;
    let (_, answer) = ask(&app, &portal, "/introspect", text(&first, "access_token")).await;
    assert_eq!(answer["active"], true);
    assert_eq!(answer["client_id"], "fatture");
    assert_eq!(answer["iss"], ISSUER);
    assert_eq!(answer["scope"], "openid organization profile");
    assert_eq!(answer["token_type"], "Bearer");
    assert_eq!(answer["exp"].as_i64().unwrap() - answer["iat"].as_i64().unwrap(), 600);
    assert!(answer["organization"].is_object());
    for personal in ["given_name", "family_name", "name", "nonce"] {
        assert_eq!(answer.get(personal), None, "{personal}");
    }
    let (_, refresh_token) = ask(&app, &portal, "/introspect", text(&first, "refresh_token")).await;
    assert_eq!(refresh_token["active"], true);
    assert_eq!(refresh_token.get("token_type"), None);
    app.clock.advance(TimeDelta::minutes(11));
    let (_, late) = ask(&app, &portal, "/introspect", text(&first, "access_token")).await;
    assert_eq!(late, json!({"active": false}));
}

#[tokio::test]
async fn who_proves_nothing_is_told_nothing_by_introspection_45() {
    let (app, _, _, first) = signed_in("openid organization").await;
    let body = citizen::encode(&[("client_id", "app"), ("token", text(&first, "access_token"))]);
    let request = Request::post("/introspect")
        .header(CONTENT_TYPE, "application/x-www-form-urlencoded")
        .body(Body::from(body))
        .unwrap();
    let (status, answer) = json(&app, request).await;
    assert_eq!(status, StatusCode::UNAUTHORIZED);
    assert_eq!(answer["error"], "invalid_client");
}

/// A client that signs, and the form fields by which it proves itself.
async fn signing_client(app: &TestApp, portal: &Portal) -> SigningKey {
    let key = SigningKey::P256(P256Key::generate().unwrap());
    let jwks = json!({"keys": [key.public_jwk()]});
    app.change_client(portal, |client| {
        client.auth_method = ClientAuthMethod::PrivateKeyJwt;
        client.secret_hashes.clear();
        client.metadata.jwks = Some(jwks);
    })
    .await;
    key
}

fn assertion(app: &TestApp, key: &SigningKey, changes: &Value) -> String {
    let now = app.now().timestamp();
    let mut claims = json!({"iss": "anagrafe", "sub": "anagrafe", "aud": ISSUER, "jti": "one",
        "iat": now, "exp": now + 60});
    for (name, value) in changes.as_object().unwrap() {
        claims[name] = value.clone();
    }
    sign_by(key, Algorithm::Es256, None, &claims).unwrap()
}

async fn exchange_signed(app: &TestApp, portal: &Portal, code: &str, assertion: &str) -> (StatusCode, Value) {
    let redirect_uri = portal.redirect_uri();
    let body = citizen::encode(&[
        ("grant_type", "authorization_code"),
        ("code", code),
        ("redirect_uri", &redirect_uri),
        ("code_verifier", crate::harness::portal::VERIFIER),
        (
            "client_assertion_type",
            "urn:ietf:params:oauth:client-assertion-type:jwt-bearer",
        ),
        ("client_assertion", assertion),
    ]);
    let request = Request::post("/token")
        .header(CONTENT_TYPE, "application/x-www-form-urlencoded")
        .body(Body::from(body))
        .unwrap();
    json(app, request).await
}

#[tokio::test]
async fn a_client_that_signs_gets_its_tokens_and_each_assertion_is_good_once_37() {
    let app = TestApp::start().await;
    let (mut citizen, portal) = (Citizen::new(), Portal::new("anagrafe"));
    let key = signing_client(&app, &portal).await;
    app.deps.store.brief.remembers_since(app.now()).await.unwrap();
    app.clock.advance(TimeDelta::seconds(1));
    let back = app.sign_in(&mut citizen, &portal, &PROVALDI).await;
    let once = assertion(&app, &key, &json!({}));
    let (status, tokens) = exchange_signed(&app, &portal, &portal.code(&back), &once).await;
    assert_eq!(status, StatusCode::OK, "{tokens}");
    let back = citizen.open(&app, &portal.authorize(&[])).await;
    let code = portal.code(&back);
    let (status, answer) = exchange_signed(&app, &portal, &code, &once).await;
    assert_eq!(
        (status, answer["error"].as_str()),
        (StatusCode::UNAUTHORIZED, Some("invalid_client"))
    );
    let another = assertion(&app, &key, &json!({"jti": "two"}));
    let (status, _) = exchange_signed(&app, &portal, &code, &another).await;
    assert_eq!(status, StatusCode::OK, "the refusal burnt nothing");
}

#[tokio::test]
async fn an_assertion_older_than_the_brief_store_is_refused_37() {
    let app = TestApp::start().await;
    let (mut citizen, portal) = (Citizen::new(), Portal::new("anagrafe"));
    let key = signing_client(&app, &portal).await;
    let old = assertion(&app, &key, &json!({}));
    app.clock.advance(TimeDelta::seconds(2));
    app.deps.store.brief.remembers_since(app.now()).await.unwrap();
    let back = app.sign_in(&mut citizen, &portal, &PROVALDI).await;
    let (status, _) = exchange_signed(&app, &portal, &portal.code(&back), &old).await;
    assert_eq!(status, StatusCode::UNAUTHORIZED);
}

#[tokio::test]
async fn a_token_request_with_two_authorization_headers_is_refused() {
    let app = TestApp::start().await;
    let request = Request::post("/revoke")
        .header(CONTENT_TYPE, "application/x-www-form-urlencoded")
        .header(AUTHORIZATION, "Basic YTpi")
        .header(AUTHORIZATION, "Basic YTpi")
        .body(Body::from("token=x"))
        .unwrap();
    let (status, answer) = json(&app, request).await;
    assert_eq!(
        (status, answer["error"].as_str()),
        (StatusCode::BAD_REQUEST, Some("invalid_request"))
    );
}
