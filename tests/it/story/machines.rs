//! Clients on their own behalf (RFC 6749 §4.4): a nightly job asks for itself, and nobody stands behind it.

use crate::harness::portal::{json, verified};
use crate::harness::{Portal, TestApp, citizen};
use axum::body::Body;
use http::header::CONTENT_TYPE;
use http::{Request, StatusCode};
use protocol::oidc::grant::GrantType;
use serde_json::{Value, json};
use std::collections::BTreeSet;

const API: &str = "https://edilizia.example.com/api";

/// A client whose job runs at night, and a resource server.
async fn world() -> (TestApp, Portal, Portal) {
    let app = TestApp::start().await;
    let (job, api) = (Portal::new("anagrafe"), Portal::new("edilizia"));
    app.change_client(&job, |client| {
        client.metadata.grant_types = BTreeSet::from([GrantType::ClientCredentials]);
        client.metadata.resources = BTreeSet::from([API.to_owned()]);
        client.scopes.insert("permits:read".to_owned());
        client.scopes.insert("permits:write".to_owned());
    })
    .await;
    app.change_client(&api, |client| client.metadata.resource = Some(API.to_owned()))
        .await;
    (app, job, api)
}

async fn ask(app: &TestApp, client: &Portal, changes: &[(&str, &str)]) -> (StatusCode, Value) {
    let mut pairs = vec![("grant_type", "client_credentials")];
    pairs.extend(changes);
    client.post(app, "/token", &pairs).await
}

async fn introspected(app: &TestApp, client: &Portal, token: &Value) -> Value {
    let token = token["access_token"].as_str().unwrap();
    client.post(app, "/introspect", &[("token", token)]).await.1
}

#[tokio::test]
async fn a_client_gets_a_token_for_itself_and_nothing_about_anybody() {
    let (app, job, _) = world().await;
    let (status, tokens) = ask(&app, &job, &[]).await;
    assert_eq!(status, StatusCode::OK, "{tokens}");
    assert_eq!(tokens["scope"], "permits:read permits:write");
    assert_eq!(tokens["expires_in"], 600);
    assert_eq!(tokens.get("id_token"), None);
    assert_eq!(tokens.get("refresh_token"), None);
    let answer = introspected(&app, &job, &tokens).await;
    assert_eq!(answer["active"], true);
    assert_eq!(answer["sub"], "anagrafe");
    assert_eq!(answer["client_id"], "anagrafe");
    for personal in ["acr", "auth_time", "sid", "organization"] {
        assert_eq!(answer.get(personal), None, "{personal}");
    }
    let (status, _) = job.userinfo(&app, tokens["access_token"].as_str().unwrap()).await;
    assert_eq!(status, StatusCode::UNAUTHORIZED, "nobody to tell about");
}

#[tokio::test]
async fn scopes_about_people_and_unregistered_ones_are_invalid_scope() {
    let (app, job, _) = world().await;
    let (_, less) = ask(&app, &job, &[("scope", "permits:read")]).await;
    assert_eq!(less["scope"], "permits:read");
    for scope in ["openid", "permits:read profile", "permits:delete", "offline_access"] {
        let (status, answer) = ask(&app, &job, &[("scope", scope)]).await;
        assert_eq!(
            (status, answer["error"].as_str()),
            (StatusCode::BAD_REQUEST, Some("invalid_scope")),
            "{scope}"
        );
    }
}

#[tokio::test]
async fn whoever_did_not_register_the_grant_or_proves_nothing_gets_nothing() {
    let (app, _, api) = world().await;
    let (status, answer) = ask(&app, &api, &[]).await;
    assert_eq!(
        (status, answer["error"].as_str()),
        (StatusCode::BAD_REQUEST, Some("unauthorized_client"))
    );
    let public = Portal::new("app");
    app.change_client(&public, |client| {
        client.metadata.grant_types.insert(GrantType::ClientCredentials);
    })
    .await;
    let body = citizen::encode(&[("grant_type", "client_credentials"), ("client_id", "app")]);
    let request = Request::post("/token")
        .header(CONTENT_TYPE, "application/x-www-form-urlencoded")
        .body(Body::from(body))
        .unwrap();
    let (status, answer) = json(&app, request).await;
    assert_eq!(
        (status, answer["error"].as_str()),
        (StatusCode::BAD_REQUEST, Some("unauthorized_client"))
    );
}

#[tokio::test]
async fn for_a_resource_it_is_a_jwt_whose_subject_is_the_client() {
    let (app, job, api) = world().await;
    let (status, tokens) = ask(&app, &job, &[("resource", API), ("scope", "permits:read")]).await;
    assert_eq!(status, StatusCode::OK, "{tokens}");
    let (header, claims) = verified(&app, tokens["access_token"].as_str().unwrap()).await;
    assert_eq!(header["typ"], "at+jwt");
    assert_eq!(claims["sub"], "anagrafe");
    assert_eq!(claims["client_id"], "anagrafe");
    assert_eq!(claims["aud"], API);
    assert_eq!(claims["scope"], "permits:read");
    assert_eq!(claims["exp"].as_i64().unwrap() - claims["iat"].as_i64().unwrap(), 300);
    assert_eq!(introspected(&app, &api, &tokens).await["active"], true);
}

#[tokio::test]
async fn such_a_token_is_revoked_and_ends_with_its_client_47() {
    let (app, job, api) = world().await;
    let (_, first) = ask(&app, &job, &[("resource", API)]).await;
    let (_, second) = ask(&app, &job, &[("resource", API)]).await;
    let token = first["access_token"].as_str().unwrap();
    // The resource it is for may look at it; it is not the resource's to end.
    api.post(&app, "/revoke", &[("token", token)]).await;
    assert_eq!(introspected(&app, &api, &first).await["active"], true);
    job.post(&app, "/revoke", &[("token", token)]).await;
    assert_eq!(introspected(&app, &api, &first).await, json!({"active": false}));
    assert_eq!(introspected(&app, &api, &second).await["active"], true);
    app.disable(&job).await;
    assert_eq!(introspected(&app, &api, &second).await, json!({"active": false}));
}
