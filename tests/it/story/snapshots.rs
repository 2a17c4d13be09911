//! What the outside sees, word for word: a change here is a change for somebody.

use crate::harness::portal::json;
use crate::harness::{Citizen, PROVALDI, Portal, TestApp};
use axum::body::Body;
use http::Request;
use serde_json::Value;
use tower::ServiceExt as _;

#[tokio::test]
async fn discovery() {
    let app = TestApp::start().await;
    let request = Request::get("/.well-known/openid-configuration")
        .body(Body::empty())
        .unwrap();
    insta::assert_json_snapshot!(json(&app, request).await.1);
}

#[tokio::test]
async fn spid_metadata() {
    let app = TestApp::start().await;
    let request = Request::get("/saml/spid/metadata").body(Body::empty()).unwrap();
    let answer = app.router().oneshot(request).await.unwrap();
    assert_eq!(answer.headers()["content-type"], "application/samlmetadata+xml");
    let bytes = axum::body::to_bytes(answer.into_body(), 1 << 20).await.unwrap();
    let xml = String::from_utf8(bytes.to_vec()).unwrap();
    // Keys are made afresh for each run, and with them signature and certificates.
    let xml = hide(&hide(&hide(&xml, "SignatureValue"), "DigestValue"), "X509Certificate");
    insta::assert_snapshot!(xml.replace("><", ">\n<"));
}

/// The content of every element of this name, hidden.
fn hide(xml: &str, name: &str) -> String {
    let mut shown = String::new();
    let mut rest = xml;
    let (open, close) = (format!("{name}>"), "</");
    while let Some(at) = rest.find(&open) {
        let after = at + open.len();
        shown.push_str(&rest[..after]);
        rest = &rest[after..];
        let closing = shown[..shown.len() - open.len()].ends_with(['/', ':'])
            && shown[..shown.len() - open.len()]
                .rfind(close)
                .is_some_and(|c| !shown[c..shown.len() - open.len()].contains('>'));
        if !closing {
            shown.push('…');
            rest = &rest[rest.find(close).unwrap()..];
        }
    }
    shown + rest
}

#[tokio::test]
async fn claims_of_somebody_who_acts_for_a_unit() {
    let app = TestApp::start().await;
    let (mut citizen, portal) = (Citizen::new(), Portal::new("fatture"));
    let chooser = app.sign_in(&mut citizen, &portal, &PROVALDI).await;
    let back = app.choose(&mut citizen, &chooser, "Comune di Borgo Alto").await;
    let tokens = portal.exchange(&app, &portal.code(&back)).await;
    insta::assert_json_snapshot!("id_token_of_a_unit", fixed(tokens.claims));
    let (_, userinfo) = portal.userinfo(&app, &tokens.access_token).await;
    insta::assert_json_snapshot!("userinfo_of_a_unit", fixed(userinfo));
}

/// What is drawn at random, hidden once its shape was looked at.
fn fixed(mut claims: Value) -> Value {
    for name in ["sub", "sid"] {
        uuid::Uuid::try_parse(claims[name].as_str().unwrap()).unwrap();
        claims[name] = "…".into();
    }
    if claims.get("at_hash").is_some() {
        assert_eq!(claims["at_hash"].as_str().unwrap().len(), 22);
        claims["at_hash"] = "…".into();
    }
    claims
}
