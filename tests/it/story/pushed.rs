//! Requests that a portal pushes before it sends the browser (RFC 9126; FAPI 2 modules of the Foundation's suite).

use crate::harness::portal::json;
use crate::harness::{Citizen, PROVALDI, Page, Portal, TestApp};
use axum::body::Body;
use chrono::TimeDelta;
use http::{Method, Request, StatusCode};
use protocol::oidc::client::Profile;
use serde_json::Value;

const PREFIX: &str = "urn:ietf:params:oauth:request_uri:";

/// Pushes a request as the portal; `changes` as in [`Portal::query`].
async fn push(app: &TestApp, portal: &Portal, changes: &[(&str, &str)]) -> (StatusCode, Value) {
    let query = portal.query(changes);
    let pairs: Vec<(String, String)> = url::form_urlencoded::parse(query.as_bytes()).into_owned().collect();
    let pairs: Vec<(&str, &str)> = pairs.iter().map(|(n, v)| (n.as_str(), v.as_str())).collect();
    portal.post(app, "/par", &pairs).await
}

async fn pushed(app: &TestApp, portal: &Portal) -> String {
    let (status, body) = push(app, portal, &[]).await;
    assert_eq!(status, StatusCode::CREATED, "{body}");
    assert_eq!(body["expires_in"], 90);
    body["request_uri"].as_str().unwrap().to_owned()
}

fn authorize(client_id: &str, request_uri: &str) -> String {
    let query = url::form_urlencoded::Serializer::new(String::new())
        .extend_pairs([("client_id", client_id), ("request_uri", request_uri)])
        .finish();
    format!("/authorize?{query}")
}

async fn sign_in(app: &TestApp, citizen: &mut Citizen, login: &Page) -> Page {
    let asked = app.pick_idp(citizen, login).await;
    app.come_back(citizen, &asked, &PROVALDI).await
}

#[tokio::test]
async fn rfc_9126_a_pushed_request_is_what_the_browser_comes_with() {
    let app = TestApp::start().await;
    let (mut citizen, portal) = (Citizen::new(), Portal::new("anagrafe"));
    let request_uri = pushed(&app, &portal).await;
    assert!(request_uri.starts_with(PREFIX) && request_uri.len() > PREFIX.len() + 40);
    // Nothing beside it counts: neither another scope nor another address.
    let address =
        authorize("anagrafe", &request_uri) + "&scope=openid+email&redirect_uri=https%3A%2F%2Fevil.example%2F";
    let login = citizen.open(&app, &address).await;
    let back = sign_in(&app, &mut citizen, &login).await;
    let tokens = portal.exchange(&app, &portal.code(&back)).await;
    assert_eq!(tokens.claims["nonce"], portal.nonce.as_str());
}

#[tokio::test]
async fn par_ensure_reused_request_uri_prior_to_auth_completion_succeeds_38() {
    let app = TestApp::start().await;
    let (mut citizen, portal) = (Citizen::new(), Portal::new("anagrafe"));
    let request_uri = pushed(&app, &portal).await;
    let first = citizen.open(&app, &authorize("anagrafe", &request_uri)).await;
    assert!(first.link("idp=").is_some());
    let again = citizen.open(&app, &authorize("anagrafe", &request_uri)).await;
    let back = sign_in(&app, &mut citizen, &again).await;
    portal.code(&back);
    // par-attempt-reuse-request_uri: its authentication is complete.
    let later = Citizen::new().open(&app, &authorize("anagrafe", &request_uri)).await;
    assert_eq!(later.status, StatusCode::BAD_REQUEST);
    assert!(!later.body.contains(&request_uri));
    // Neither does the login that began with it in another tab get a code.
    let finished = sign_in(&app, &mut citizen, &first).await;
    assert!(app.is_ours(&finished.url), "{}", finished.url);
}

#[tokio::test]
async fn par_attempt_reuse_request_uri_after_a_refusal_38() {
    let app = TestApp::start().await;
    let (mut citizen, portal) = (Citizen::new(), Portal::new("fatture"));
    let request_uri = pushed(&app, &portal).await;
    app.clock.advance(TimeDelta::seconds(89));
    let login = citizen.open(&app, &authorize("fatture", &request_uri)).await;
    let asked = app.pick_idp(&mut citizen, &login).await;
    let back = app.come_back(&mut citizen, &asked, &crate::harness::CAMPIONELLI).await;
    assert_eq!(portal.error(&back), "access_denied");
    let later = citizen.open(&app, &authorize("fatture", &request_uri)).await;
    assert_eq!(later.status, StatusCode::BAD_REQUEST);
}

#[tokio::test]
async fn par_attempt_to_use_expired_request_uri_38() {
    let app = TestApp::start().await;
    let (mut citizen, portal) = (Citizen::new(), Portal::new("anagrafe"));
    let request_uri = pushed(&app, &portal).await;
    let login = citizen.open(&app, &authorize("anagrafe", &request_uri)).await;
    app.clock.advance(TimeDelta::seconds(90));
    let late = Citizen::new().open(&app, &authorize("anagrafe", &request_uri)).await;
    assert_eq!(late.status, StatusCode::BAD_REQUEST);
    // Whoever came in time has the time of every login.
    let back = sign_in(&app, &mut citizen, &login).await;
    portal.code(&back);
}

#[tokio::test]
async fn par_attempt_to_use_request_uri_for_different_client_38() {
    let app = TestApp::start().await;
    let request_uri = pushed(&app, &Portal::new("anagrafe")).await;
    for (client, uri) in [
        ("biblioteca", request_uri.as_str()),
        ("anagrafe", "urn:ietf:params:oauth:request_uri:guessed"),
        ("anagrafe", PREFIX),
    ] {
        let page = Citizen::new().open(&app, &authorize(client, uri)).await;
        assert_eq!(page.status, StatusCode::BAD_REQUEST, "{client} {uri}");
    }
}

#[tokio::test]
async fn rfc_9126_2_3_every_mistake_is_told_at_once_and_as_json() {
    let app = TestApp::start().await;
    let portal = Portal::new("anagrafe");
    for (changes, error) in [
        // par-authorization-request-containing-request_uri-form-param
        (
            vec![("request_uri", "urn:ietf:params:oauth:request_uri:x")],
            "invalid_request",
        ),
        // ensure-registered-redirect-uri, ensure-redirect-uri-in-authorization-request
        (vec![("redirect_uri", "https://evil.example/")], "invalid_request"),
        (vec![("redirect_uri", "")], "invalid_request"),
        // ensure-response-type-token-fails, -code-idtoken-fails
        (vec![("response_type", "token")], "unsupported_response_type"),
        (vec![("response_type", "code id_token")], "unsupported_response_type"),
        // par-ensure-pkce-required, par-plain-pkce-rejected
        (
            vec![("code_challenge", ""), ("code_challenge_method", "")],
            "invalid_request",
        ),
        (vec![("code_challenge_method", "plain")], "invalid_request"),
        (vec![("scope", "profile")], "invalid_scope"),
        (
            vec![("authorization_details", r#"[{"type":"x"}]"#)],
            "invalid_authorization_details",
        ),
        (vec![("resource", "https://api.example.it")], "invalid_target"),
        (vec![("request", "x.y.z")], "invalid_request_object"),
        (vec![("client_id", "biblioteca")], "invalid_request"),
    ] {
        let (status, body) = push(&app, &portal, &changes).await;
        assert_eq!(body["error"], error, "{changes:?} {status}");
        assert!(status.is_client_error());
    }
}

#[tokio::test]
async fn par_attempt_invalid_http_method() {
    let app = TestApp::start().await;
    for method in [Method::GET, Method::PUT, Method::DELETE] {
        let request = Request::builder()
            .method(method)
            .uri("/par")
            .body(Body::empty())
            .unwrap();
        assert_eq!(json(&app, request).await.0, StatusCode::METHOD_NOT_ALLOWED);
    }
    let nobody = Request::post("/par")
        .header("content-type", "application/x-www-form-urlencoded")
        .body(Body::from(Portal::new("anagrafe").query(&[])))
        .unwrap();
    assert_eq!(json(&app, nobody).await.0, StatusCode::UNAUTHORIZED);
}

#[tokio::test]
async fn a_portal_that_has_to_push_is_refused_when_it_does_not() {
    let app = TestApp::start().await;
    let portal = Portal::new("anagrafe");
    app.change_client(&portal, |client| {
        client.metadata.require_pushed_authorization_requests = true
    })
    .await;
    let page = Citizen::new().open(&app, &portal.authorize(&[])).await;
    assert_eq!(portal.error(&page), "invalid_request");
    // FAPI 2 §5.3.2.2: ensure-unsigned-authorization-request-without-using-par-fails
    app.change_client(&portal, |client| {
        client.metadata.require_pushed_authorization_requests = false;
        client.metadata.profile = Profile::Fapi2;
    })
    .await;
    let page = Citizen::new().open(&app, &portal.authorize(&[])).await;
    assert_eq!(portal.error(&page), "invalid_request");
}

#[tokio::test]
async fn a_pushed_request_dies_with_its_client_and_with_its_address_47() {
    let app = TestApp::start().await;
    let portal = Portal::new("anagrafe");
    let request_uri = pushed(&app, &portal).await;
    app.change_client(&portal, |client| {
        client.redirect_uris = ["https://new.example.com/cb".to_owned()].into()
    })
    .await;
    let page = Citizen::new().open(&app, &authorize("anagrafe", &request_uri)).await;
    assert_eq!(page.status, StatusCode::BAD_REQUEST);
    app.disable(&portal).await;
    let page = Citizen::new().open(&app, &authorize("anagrafe", &request_uri)).await;
    assert_eq!(page.status, StatusCode::BAD_REQUEST);
}

#[tokio::test]
async fn fapi_2_the_code_of_a_minute_is_over_after_a_minute() {
    let mut settings = crate::harness::settings();
    settings.code_lifetime = TimeDelta::minutes(5);
    let app = TestApp::start_with(settings).await;
    for (profile, status) in [
        (Profile::Plain, StatusCode::OK),
        (Profile::Fapi2, StatusCode::BAD_REQUEST),
    ] {
        let (mut citizen, portal) = (Citizen::new(), Portal::new("anagrafe"));
        let request_uri = pushed(&app, &portal).await;
        app.change_client(&portal, |client| client.metadata.profile = profile)
            .await;
        let login = citizen.open(&app, &authorize("anagrafe", &request_uri)).await;
        let back = sign_in(&app, &mut citizen, &login).await;
        let code = portal.code(&back);
        // Whatever a FAPI client has to do at `/token`, it is not what this is about.
        app.change_client(&portal, |client| client.metadata.profile = Profile::Plain)
            .await;
        app.clock.advance(TimeDelta::seconds(61));
        assert_eq!(portal.token(&app, &code, &[]).await.0, status, "{profile:?}");
    }
}
