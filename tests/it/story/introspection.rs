//! Introspection answers that prove what was said (RFC 9701).

use crate::harness::machine::basic;
use crate::harness::portal::verified;
use crate::harness::{Citizen, PROVALDI, Portal, TestApp};
use axum::body::{Body, to_bytes};
use http::Request;
use http::header::{ACCEPT, AUTHORIZATION, CONTENT_TYPE};
use protocol::jose::Algorithm;
use serde_json::{Value, json};
use tower::ServiceExt as _;

/// What `portal` is told about a token, when it asks for a signed answer.
async fn asked(app: &TestApp, portal: &Portal, token: &str) -> (Value, Value) {
    let request = Request::post("/introspect")
        .header(CONTENT_TYPE, "application/x-www-form-urlencoded")
        .header(AUTHORIZATION, basic(portal))
        .header(ACCEPT, "application/token-introspection+jwt")
        .body(Body::from(format!("token={token}")))
        .unwrap();
    let answer = app.router().oneshot(request).await.unwrap();
    assert_eq!(answer.headers()[CONTENT_TYPE], "application/token-introspection+jwt");
    assert_eq!(answer.headers()["cache-control"], "no-store");
    let body = to_bytes(answer.into_body(), 1 << 20).await.unwrap();
    verified(app, std::str::from_utf8(&body).unwrap()).await
}

#[tokio::test]
async fn rfc_9701_5_the_answer_is_signed_for_who_asks_and_says_the_same_as_json() {
    let app = TestApp::start().await;
    let portal = Portal::new("anagrafe");
    app.change_client(&portal, |client| {
        client.metadata.introspection_signed_response_alg = Some(Algorithm::Es256);
    })
    .await;
    let back = app.sign_in(&mut Citizen::new(), &portal, &PROVALDI).await;
    let tokens = portal.exchange(&app, &portal.code(&back)).await;
    let (header, claims) = asked(&app, &portal, &tokens.access_token).await;
    assert_eq!(
        (&header["typ"], &header["alg"]),
        (&json!("token-introspection+jwt"), &json!("ES256"))
    );
    let (_, plain) = portal
        .post(&app, "/introspect", &[("token", &tokens.access_token)])
        .await;
    assert_eq!(claims["token_introspection"], plain);
    assert_eq!(plain["active"], true);
    assert_eq!(claims["aud"], "anagrafe");
    assert_eq!(claims["iat"], app.now().timestamp());
    assert_eq!((claims.get("sub"), claims.get("exp")), (None, None), "no access token");
}

#[tokio::test]
async fn attack_45_a_signed_answer_tells_a_stranger_no_more_than_a_plain_one() {
    let app = TestApp::start().await;
    let portal = Portal::new("anagrafe");
    let back = app.sign_in(&mut Citizen::new(), &portal, &PROVALDI).await;
    let tokens = portal.exchange(&app, &portal.code(&back)).await;
    let stranger = Portal::new("edilizia");
    for token in [tokens.access_token.as_str(), "unknown"] {
        let (_, claims) = asked(&app, &stranger, token).await;
        assert_eq!(claims["token_introspection"], json!({"active": false}));
    }
}
