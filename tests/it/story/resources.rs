//! Tokens for resources (RFC 8707, RFC 9068): a portal calls an interface of somebody else on the citizen's behalf.

use crate::harness::portal::verified;
use crate::harness::{Citizen, ISSUER, PROVALDI, Portal, TestApp, citizen};
use chrono::TimeDelta;
use domain::mandate::MandateState;
use http::StatusCode;
use protocol::oidc::client::ActingPolicy;
use protocol::oidc::grant::GrantType;
use serde_json::{Value, json};
use std::collections::BTreeSet;

const API: &str = "https://edilizia.example.com/api";
const ARCHIVE: &str = "https://biblioteca.example.com/archive";

/// A portal that may ask for two resources, and one of the two.
async fn world() -> (TestApp, Portal, Portal) {
    let app = TestApp::start().await;
    let portal = Portal::new("fatture");
    app.change_client(&portal, |client| {
        client.metadata.grant_types.insert(GrantType::RefreshToken);
        client.metadata.resources = BTreeSet::from([API, ARCHIVE].map(str::to_owned));
    })
    .await;
    let (api, archive) = (Portal::new("edilizia"), Portal::new("biblioteca"));
    app.change_client(&api, |client| {
        client.metadata.resource = Some(API.to_owned());
        client.roles = BTreeSet::from(["permit-reader".to_owned()]);
    })
    .await;
    app.change_client(&archive, |client| {
        client.metadata.resource = Some(ARCHIVE.to_owned());
        client.acting = ActingPolicy::Either;
    })
    .await;
    (app, portal, api)
}

/// Mario comes for ACME SRL; the portal named `resources` when it sent him.
async fn code(app: &TestApp, citizen: &mut Citizen, portal: &Portal, resources: &[&str]) -> String {
    let named: Vec<(&str, &str)> = resources.iter().map(|name| ("resource", *name)).collect();
    let address = format!("{}&{}", portal.authorize(&[]), citizen::encode(&named));
    let login = citizen.open(app, &address).await;
    let asked = app.pick_idp(citizen, &login).await;
    let chooser = app.come_back(citizen, &asked, &PROVALDI).await;
    let back = app.choose(citizen, &chooser, "ACME SRL").await;
    portal.code(&back)
}

async fn exchanged(app: &TestApp, portal: &Portal, code: &str, resources: &[&str]) -> (StatusCode, Value) {
    let redirect_uri = portal.redirect_uri();
    let mut pairs = vec![
        ("grant_type", "authorization_code"),
        ("code", code),
        ("redirect_uri", &redirect_uri),
        ("code_verifier", crate::harness::portal::VERIFIER),
    ];
    pairs.extend(resources.iter().map(|name| ("resource", *name)));
    portal.post(app, "/token", &pairs).await
}

async fn refreshed(app: &TestApp, portal: &Portal, tokens: &Value, resources: &[&str]) -> (StatusCode, Value) {
    let mut pairs = vec![
        ("grant_type", "refresh_token"),
        ("refresh_token", tokens["refresh_token"].as_str().unwrap()),
    ];
    pairs.extend(resources.iter().map(|name| ("resource", *name)));
    portal.post(app, "/token", &pairs).await
}

fn access_token(tokens: &Value) -> &str {
    tokens["access_token"]
        .as_str()
        .unwrap_or_else(|| panic!("no token in {tokens}"))
}

async fn introspected(app: &TestApp, client: &Portal, token: &str) -> Value {
    client.post(app, "/introspect", &[("token", token)]).await.1
}

fn refused(answer: &(StatusCode, Value)) -> Option<&str> {
    assert_eq!(answer.0, StatusCode::BAD_REQUEST, "{}", answer.1);
    answer.1["error"].as_str()
}

#[tokio::test]
async fn a_token_for_a_resource_is_a_jwt_with_the_resources_roles_in_the_same_organisation() {
    let (app, portal, _) = world().await;
    let code = code(&app, &mut Citizen::new(), &portal, &[API]).await;
    let (status, tokens) = exchanged(&app, &portal, &code, &[]).await;
    assert_eq!(status, StatusCode::OK, "{tokens}");
    assert_eq!(tokens["expires_in"], 300);
    let (header, claims) = verified(&app, access_token(&tokens)).await;
    assert_eq!(header["typ"], "at+jwt");
    assert_eq!(claims["aud"], API);
    assert_eq!(claims["client_id"], "fatture");
    assert_eq!(claims["exp"].as_i64().unwrap() - claims["iat"].as_i64().unwrap(), 300);
    assert_eq!(claims["acr"], "https://www.spid.gov.it/SpidL2");
    assert!(claims["auth_time"].is_i64() && claims["jti"].is_string());
    assert_eq!(claims["roles"], json!(["permit-reader"]), "not the portal's own");
    let acme = &claims["organization"]["acme-srl"];
    assert_eq!(acme["roles"], json!(["permit-reader"]));
    assert_eq!(claims["org_id"], acme["id"]);
    for kept in [
        "given_name",
        "name",
        "email",
        "nonce",
        "sid",
        "https://attributes.eid.gov.it/fiscal_number",
    ] {
        assert_eq!(claims.get(kept), None, "{kept}");
    }
}

#[tokio::test]
async fn each_token_may_be_for_some_of_what_was_named_and_the_issuer_means_userinfo() {
    let (app, portal, _) = world().await;
    let code = code(&app, &mut Citizen::new(), &portal, &[API, ARCHIVE]).await;
    let (_, tokens) = exchanged(&app, &portal, &code, &[ARCHIVE]).await;
    assert_eq!(verified(&app, access_token(&tokens)).await.1["aud"], ARCHIVE);
    let (_, tokens) = refreshed(&app, &portal, &tokens, &[]).await;
    let (_, both) = verified(&app, access_token(&tokens)).await;
    assert_eq!(both["aud"], json!([ARCHIVE, API]));
    assert_eq!(both["roles"], json!([]), "a role counts for all or for none");
    let (_, tokens) = refreshed(&app, &portal, &tokens, &[API]).await;
    assert_eq!(verified(&app, access_token(&tokens)).await.1["aud"], API);
    let (_, tokens) = refreshed(&app, &portal, &tokens, &[ISSUER]).await;
    let (status, claims) = portal.userinfo(&app, access_token(&tokens)).await;
    assert_eq!((status, &claims["given_name"]), (StatusCode::OK, &json!("Mario")));
}

#[tokio::test]
async fn userinfo_refuses_a_token_for_somebody_else_45() {
    let (app, portal, _) = world().await;
    let code = code(&app, &mut Citizen::new(), &portal, &[]).await;
    let (_, tokens) = exchanged(&app, &portal, &code, &[API]).await;
    let (status, _) = portal.userinfo(&app, access_token(&tokens)).await;
    assert_eq!(status, StatusCode::UNAUTHORIZED);
}

#[tokio::test]
async fn a_resource_that_was_not_registered_or_not_named_is_invalid_target_and_burns_nothing() {
    let (app, portal, _) = world().await;
    let mut citizen = Citizen::new();
    let page = citizen
        .open(&app, &portal.authorize(&[("resource", "https://other.example.com")]))
        .await;
    assert_eq!(portal.error(&page), "invalid_target");
    let code = code(&app, &mut citizen, &portal, &[API]).await;
    for other in [
        ARCHIVE,
        "https://other.example.com",
        "edilizia",
        "https://edilizia.example.com/API",
    ] {
        let answer = exchanged(&app, &portal, &code, &[API, other]).await;
        assert_eq!(refused(&answer), Some("invalid_target"), "{other}");
    }
    let (status, tokens) = exchanged(&app, &portal, &code, &[API]).await;
    assert_eq!(status, StatusCode::OK, "{tokens}");
    let answer = refreshed(&app, &portal, &tokens, &[ARCHIVE]).await;
    assert_eq!(refused(&answer), Some("invalid_target"));
    let (status, _) = refreshed(&app, &portal, &tokens, &[API]).await;
    assert_eq!(status, StatusCode::OK);
}

#[tokio::test]
async fn a_resource_is_told_about_nobody_whom_it_would_not_take_itself() {
    let (app, portal, api) = world().await;
    let code = code(&app, &mut Citizen::new(), &portal, &[API]).await;
    app.change_client(&api, |client| client.acting = ActingPolicy::Myself)
        .await;
    let answer = exchanged(&app, &portal, &code, &[]).await;
    assert_eq!(refused(&answer), Some("invalid_target"), "Mario comes for ACME SRL");
    app.change_client(&api, |client| {
        client.acting = ActingPolicy::Either;
        client.min_level = domain::person::Level::L3;
    })
    .await;
    let answer = exchanged(&app, &portal, &code, &[]).await;
    assert_eq!(refused(&answer), Some("invalid_target"), "at level 2");
    app.disable(&api).await;
    let answer = exchanged(&app, &portal, &code, &[]).await;
    assert_eq!(refused(&answer), Some("invalid_target"), "it is not there any more");
}

#[tokio::test]
async fn the_resource_and_the_owner_may_look_at_a_token_and_nobody_else_45() {
    let (app, portal, api) = world().await;
    let code = code(&app, &mut Citizen::new(), &portal, &[API]).await;
    let (_, tokens) = exchanged(&app, &portal, &code, &[]).await;
    let token = access_token(&tokens);
    let (_, claims) = verified(&app, token).await;
    let answer = introspected(&app, &api, token).await;
    assert_eq!(answer["active"], true);
    for name in ["sub", "aud", "client_id", "roles", "org_id", "acr", "exp", "scope"] {
        assert_eq!(answer[name], claims[name], "{name}");
    }
    assert_eq!(introspected(&app, &portal, token).await["active"], true);
    for stranger in ["biblioteca", "anagrafe"] {
        let answer = introspected(&app, &Portal::new(stranger), token).await;
        assert_eq!(answer, json!({"active": false}), "{stranger}");
    }
    // Nor is a token without a resource for any of them.
    let (_, tokens) = refreshed(&app, &portal, &tokens, &[ISSUER]).await;
    let answer = introspected(&app, &api, access_token(&tokens)).await;
    assert_eq!(answer, json!({"active": false}));
}

#[tokio::test]
async fn a_revoked_jwt_is_over_for_whoever_asks() {
    let (app, portal, api) = world().await;
    let code = code(&app, &mut Citizen::new(), &portal, &[API]).await;
    let (_, tokens) = exchanged(&app, &portal, &code, &[]).await;
    let token = access_token(&tokens);
    portal.post(&app, "/revoke", &[("token", token)]).await;
    assert_eq!(introspected(&app, &api, token).await, json!({"active": false}));
}

#[tokio::test]
async fn a_jwt_ends_with_the_session_the_mandate_the_client_and_its_time_57() {
    for end in ["sign out", "mandate", "client", "blocked", "time", "code reused"] {
        let (app, portal, api) = world().await;
        let mut citizen = Citizen::new();
        let code = code(&app, &mut citizen, &portal, &[API]).await;
        let (_, tokens) = exchanged(&app, &portal, &code, &[]).await;
        match end {
            "sign out" => {
                let hint = tokens["id_token"].as_str().unwrap();
                let query = citizen::encode(&[("id_token_hint", hint)]);
                citizen.open(&app, &format!("/logout?{query}")).await;
            }
            "mandate" => {
                app.change_mandate(&code, |mandate| mandate.state = MandateState::Revoked)
                    .await;
            }
            "client" => app.disable(&portal).await,
            "blocked" => app.block(&PROVALDI).await,
            "time" => app.clock.advance(TimeDelta::minutes(5)),
            _ => {
                exchanged(&app, &portal, &code, &[]).await;
            }
        }
        let answer = introspected(&app, &api, access_token(&tokens)).await;
        assert_eq!(answer, json!({"active": false}), "{end}");
        if matches!(end, "sign out" | "mandate" | "blocked" | "code reused") {
            let answer = refreshed(&app, &portal, &tokens, &[]).await;
            assert_eq!(refused(&answer), Some("invalid_grant"), "{end}");
        }
    }
}

#[tokio::test]
async fn no_jwt_outlives_the_mandate_57() {
    let (app, portal, _) = world().await;
    let code = code(&app, &mut Citizen::new(), &portal, &[API]).await;
    let (_, tokens) = exchanged(&app, &portal, &code, &[]).await;
    let until = app.now() + TimeDelta::minutes(2);
    app.change_mandate(&code, |mandate| mandate.valid_until = until).await;
    let (_, tokens) = refreshed(&app, &portal, &tokens, &[]).await;
    let (_, claims) = verified(&app, access_token(&tokens)).await;
    assert_eq!(claims["exp"], until.timestamp());
    assert_eq!(tokens["expires_in"], 120);
}
