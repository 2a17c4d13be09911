//! The ways in which an answer travels back (OAuth 2.0 Multiple Response Types, Form Post Response Mode, JARM).

use crate::harness::portal::json;
use crate::harness::{Citizen, ISSUER, PROVALDI, Page, Portal, TestApp};
use axum::body::Body;
use http::Request;
use josekit::jwk::Jwk;
use josekit::jws::RS256;
use serde_json::Value;

async fn come_with(app: &TestApp, citizen: &mut Citizen, portal: &Portal, mode: &str) -> Page {
    let login = citizen.open(app, &portal.authorize(&[("response_mode", mode)])).await;
    let asked = app.pick_idp(citizen, &login).await;
    app.come_back(citizen, &asked, &PROVALDI).await
}

fn policy(page: &Page) -> &str {
    page.headers["content-security-policy"].to_str().unwrap()
}

#[tokio::test]
async fn the_fragment_carries_the_answer_when_it_is_wished() {
    let app = TestApp::start().await;
    let portal = Portal::new("anagrafe");
    let modes = ["fragment".to_owned(), "fragment.jwt".to_owned()];
    let refused = Citizen::new()
        .open(&app, &portal.authorize(&[("response_mode", "fragment")]))
        .await;
    assert_eq!(portal.error(&refused), "invalid_request", "who did not register it");
    app.change_client(&portal, |client| client.metadata.response_modes = modes.into())
        .await;
    let back = come_with(&app, &mut Citizen::new(), &portal, "fragment").await;
    let fragment = back.url.fragment().unwrap();
    assert!(
        fragment.starts_with("code=") && fragment.contains("&state=state-anagrafe&iss="),
        "{fragment}"
    );
    assert_eq!(back.url.query(), None);
    let refused = Citizen::new()
        .open(
            &app,
            &portal.authorize(&[("response_mode", "fragment"), ("prompt", "none")]),
        )
        .await;
    assert!(
        refused
            .url
            .fragment()
            .unwrap()
            .starts_with("error=login_required&state=")
    );
}

#[tokio::test]
async fn a_form_carries_the_answer_by_itself_or_by_a_button() {
    let app = TestApp::start().await;
    let portal = Portal::new("anagrafe");
    let page = come_with(&app, &mut Citizen::new(), &portal, "form_post").await;
    // The portal would see the code in no address; the page leads there and nowhere else.
    assert!(
        page.body
            .contains(r#"action="https://anagrafe.example.com/callback" method="post" id="risposta" data-leaves"#)
    );
    assert!(page.body.contains(r#"id="continua""#));
    // Nor is the portal kept from leading on to another of its hosts: `form-action` would govern that redirect too.
    assert!(!policy(&page).contains("form-action"), "{}", policy(&page));
    assert!(policy(&page).contains("default-src 'none'") && policy(&page).contains("base-uri 'none'"));
    assert!(!policy(&page).contains("unsafe") && page.headers["cache-control"] == "no-store");
    assert_eq!(page.field("state").as_deref(), Some("state-anagrafe"));
    assert_eq!(page.field("iss").as_deref(), Some(ISSUER));
    portal.exchange(&app, &page.field("code").unwrap()).await;
    // Every other page keeps its forms at home.
    let login = Citizen::new().open(&app, &portal.authorize(&[])).await;
    assert!(policy(&login).contains("form-action 'self';"));
}

#[tokio::test]
async fn errors_travel_the_same_way_49() {
    let app = TestApp::start().await;
    let portal = Portal::new("fatture");
    for changes in [
        vec![("response_mode", "form_post"), ("prompt", "none")],
        vec![("response_mode", "form_post"), ("scope", "profile")],
    ] {
        let page = Citizen::new().open(&app, &portal.authorize(&changes)).await;
        assert!(
            page.field("error").is_some() && page.field("code").is_none(),
            "{}",
            page.body
        );
        assert!(
            page.body
                .contains(r#"action="https://fatture.example.com/callback" method="post""#)
        );
    }
    // Never to an address that is not registered, and a hostile state stays text.
    let evil = [
        ("response_mode", "form_post"),
        ("redirect_uri", "https://evil.example/"),
    ];
    let page = Citizen::new().open(&app, &portal.authorize(&evil)).await;
    assert!(page.status.is_client_error() && !page.body.contains("evil"));
    let state = "\"><script>alert(1)</script>";
    let hostile = [("response_mode", "form_post"), ("prompt", "none"), ("state", state)];
    let page = Citizen::new().open(&app, &portal.authorize(&hostile)).await;
    assert!(!page.body.contains("<script>alert"));
}

#[tokio::test]
async fn somebody_who_gives_up_leaves_by_the_way_that_the_portal_wished() {
    let app = TestApp::start().await;
    let (mut citizen, portal) = (Citizen::new(), Portal::new("fatture"));
    app.clock.advance(chrono::TimeDelta::try_days(3 * 365).unwrap());
    let page = come_with(&app, &mut citizen, &portal, "form_post").await;
    let leave = page.link("error=access_denied").unwrap();
    // Not in another browser.
    assert!(Citizen::new().open(&app, &leave).await.field("error").is_none());
    let left = citizen.open(&app, &leave).await;
    assert_eq!(left.field("error").as_deref(), Some("access_denied"));
}

#[tokio::test]
async fn rfc_9101_style_jarm_answers_are_signed_for_the_portal() {
    let app = TestApp::start().await;
    let portal = Portal::new("anagrafe");
    for mode in ["jwt", "query.jwt"] {
        let back = come_with(&app, &mut Citizen::new(), &portal, mode).await;
        assert_eq!(back.parameter("code"), None);
        let claims = verified(&app, &back.parameter("response").unwrap()).await;
        assert_eq!(claims["state"], "state-anagrafe");
        portal.exchange(&app, claims["code"].as_str().unwrap()).await;
    }
    app.change_client(&portal, |client| {
        client.metadata.response_modes = protocol::oidc::authorize::ResponseMode::NAMES.map(str::to_owned).into();
    })
    .await;
    let back = come_with(&app, &mut Citizen::new(), &portal, "fragment.jwt").await;
    let fragment = back
        .url
        .fragment()
        .unwrap()
        .strip_prefix("response=")
        .unwrap()
        .to_owned();
    verified(&app, &fragment).await;
    let page = come_with(&app, &mut Citizen::new(), &portal, "form_post.jwt").await;
    verified(&app, &page.field("response").unwrap()).await;
    let refused = [("response_mode", "jwt"), ("prompt", "none")];
    let back = Citizen::new().open(&app, &portal.authorize(&refused)).await;
    assert_eq!(
        verified(&app, &back.parameter("response").unwrap()).await["error"],
        "login_required"
    );
}

/// The claims of a signed answer, verified as JARM §2.4 demands.
async fn verified(app: &TestApp, response: &str) -> Value {
    let (_, jwks) = json(app, Request::get("/jwks").body(Body::empty()).unwrap()).await;
    let header = josekit::jwt::decode_header(response).unwrap();
    let kid = header.claim("kid").unwrap();
    let key = jwks["keys"]
        .as_array()
        .unwrap()
        .iter()
        .find(|key| key["kid"] == *kid)
        .unwrap();
    let verifier = RS256
        .verifier_from_jwk(&Jwk::from_bytes(key.to_string().as_bytes()).unwrap())
        .unwrap();
    let (payload, _) = josekit::jws::deserialize_compact(response, &verifier).unwrap();
    let claims: Value = serde_json::from_slice(&payload).unwrap();
    assert_eq!(
        (claims["iss"].as_str(), claims["aud"].as_str()),
        (Some(ISSUER), Some("anagrafe"))
    );
    assert!(claims["exp"].as_i64().unwrap() > app.now().timestamp());
    claims
}
