//! Requests in a token of the portal's (RFC 9101, OpenID Connect Core §6).

use crate::harness::registry::Registry;
use crate::harness::{Citizen, ISSUER, PROVALDI, Portal, TestApp};
use http::StatusCode;
use protocol::jose::{Algorithm, sign_by};
use protocol::keyring::{P256Key, SigningKey};
use serde_json::{Value, json};
use std::sync::LazyLock;

static KEY: LazyLock<SigningKey> = LazyLock::new(|| SigningKey::P256(P256Key::generate().unwrap()));

/// A portal that signs, and the claims of a right request; a test changes one thing.
async fn signer(app: &TestApp) -> (Portal, Value) {
    let portal = Portal::new("anagrafe");
    app.change_client(&portal, |client| {
        client.metadata.jwks = Some(json!({ "keys": [KEY.public_jwk()] }))
    })
    .await;
    let query = portal.query(&[]);
    let mut claims: Value = url::form_urlencoded::parse(query.as_bytes())
        .map(|(name, value)| (name.into_owned(), Value::String(value.into_owned())))
        .collect::<serde_json::Map<_, _>>()
        .into();
    claims["iss"] = json!("anagrafe");
    claims["aud"] = json!(ISSUER);
    claims["exp"] = json!(app.now().timestamp() + 300);
    (portal, claims)
}

fn token(claims: &Value) -> String {
    sign_by(&KEY, Algorithm::Es256, Some("oauth-authz-req+jwt"), claims).unwrap()
}

/// What OpenID Connect Core §6 demands beside the object, and a state that must not count.
fn beside(changes: &[(&str, &str)]) -> String {
    let mut pairs = vec![
        ("client_id", "anagrafe"),
        ("response_type", "code"),
        ("scope", "openid"),
        ("state", "outside"),
    ];
    pairs.extend_from_slice(changes);
    let query = url::form_urlencoded::Serializer::new(String::new())
        .extend_pairs(pairs)
        .finish();
    format!("/authorize?{query}")
}

#[tokio::test]
async fn ensure_different_state_and_nonce_inside_and_outside_request_object() {
    let app = TestApp::start().await;
    let (portal, claims) = signer(&app).await;
    let mut citizen = Citizen::new();
    let address = beside(&[
        ("request", &token(&claims)),
        ("nonce", "outside"),
        ("redirect_uri", "https://evil.example/"),
    ]);
    let login = citizen.open(&app, &address).await;
    let asked = app.pick_idp(&mut citizen, &login).await;
    let back = app.come_back(&mut citizen, &asked, &PROVALDI).await;
    // `code` and `exchange` check state and nonce: those of the object.
    portal.exchange(&app, &portal.code(&back)).await;
}

#[tokio::test]
async fn state_only_outside_request_object_not_used() {
    let app = TestApp::start().await;
    let (_, mut claims) = signer(&app).await;
    claims.as_object_mut().unwrap().remove("state");
    claims["prompt"] = json!("none");
    let back = Citizen::new()
        .open(&app, &beside(&[("request", &token(&claims))]))
        .await;
    assert_eq!(back.parameter("error").as_deref(), Some("login_required"));
    assert_eq!(back.parameter("state"), None);
}

#[tokio::test]
async fn a_request_object_that_is_not_to_be_believed_38() {
    let app = TestApp::start().await;
    let (portal, claims) = signer(&app).await;
    let registered = portal.redirect_uri();
    let mut foreign = claims.clone();
    foreign["client_id"] = json!("biblioteca");
    let mut over = claims.clone();
    over["exp"] = json!(app.now().timestamp());
    let stranger = SigningKey::P256(P256Key::generate().unwrap());
    let unsigned = "eyJhbGciOiJub25lIn0.e30.";
    for (request, error) in [
        (token(&foreign), "invalid_request_object"),
        (token(&over), "invalid_request_object"),
        (
            sign_by(&stranger, Algorithm::Es256, None, &claims).unwrap(),
            "invalid_request_object",
        ),
        ("x.y.z".to_owned(), "invalid_request_object"),
        // unsigned-request-object-supported-correctly-or-rejected-as-unsupported
        (unsigned.to_owned(), "request_not_supported"),
    ] {
        let told = beside(&[("request", &request), ("redirect_uri", &registered)]);
        let back = Citizen::new().open(&app, &told).await;
        assert_eq!(back.parameter("error").as_deref(), Some(error));
        assert_eq!(back.parameter("state").as_deref(), Some("outside"));
        // Without a registered address beside it there is nobody to tell.
        let page = Citizen::new().open(&app, &beside(&[("request", &request)])).await;
        assert_eq!(page.status, StatusCode::BAD_REQUEST);
    }
    // ensure-request-object-without-redirect-uri-fails
    let mut nowhere = claims.clone();
    nowhere.as_object_mut().unwrap().remove("redirect_uri");
    let address = beside(&[("request", &token(&nowhere)), ("redirect_uri", &registered)]);
    assert_eq!(
        Citizen::new().open(&app, &address).await.status,
        StatusCode::BAD_REQUEST
    );
}

#[tokio::test]
async fn ensure_unsigned_request_at_par_endpoint_fails() {
    let app = TestApp::start().await;
    let (portal, claims) = signer(&app).await;
    app.change_client(&portal, |client| client.metadata.require_signed_request_object = true)
        .await;
    let query = portal.query(&[]);
    let pairs: Vec<(String, String)> = url::form_urlencoded::parse(query.as_bytes()).into_owned().collect();
    let pairs: Vec<(&str, &str)> = pairs.iter().map(|(n, v)| (n.as_str(), v.as_str())).collect();
    assert_eq!(portal.post(&app, "/par", &pairs).await.1["error"], "invalid_request");
    let signed = token(&claims);
    let (status, body) = portal
        .post(&app, "/par", &[("client_id", "anagrafe"), ("request", &signed)])
        .await;
    assert_eq!(status, StatusCode::CREATED, "{body}");
    let page = Citizen::new().open(&app, &portal.authorize(&[])).await;
    assert_eq!(portal.error(&page), "invalid_request");
}

#[tokio::test]
async fn request_uri_signed_is_fetched_only_from_a_registered_address_38() {
    let server = Registry::start().await;
    let app = TestApp::start().await.with_way(server.way_there());
    let (portal, claims) = signer(&app).await;
    let uri = server.address("/request.jwt#hash");
    server.says(&token(&claims));
    let registered = portal.redirect_uri();
    let ask = beside(&[("request_uri", &uri), ("redirect_uri", &registered)]);
    let back = Citizen::new().open(&app, &ask).await;
    assert_eq!(back.parameter("error").as_deref(), Some("invalid_request_uri"));
    assert_eq!(server.asked(), 0, "nobody is called whom the portal did not name");
    app.change_client(&portal, |client| client.metadata.request_uris = [uri.clone()].into())
        .await;
    let mut citizen = Citizen::new();
    let login = citizen.open(&app, &ask).await;
    let asked = app.pick_idp(&mut citizen, &login).await;
    let back = app.come_back(&mut citizen, &asked, &PROVALDI).await;
    portal.exchange(&app, &portal.code(&back)).await;
    for answer in [
        "HTTP/1.1 404 Not Found\r\nConnection: close\r\nContent-Length: 0\r\n\r\n".to_owned(),
        "HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1:1/\r\nConnection: close\r\nContent-Length: 0\r\n\r\n"
            .to_owned(),
        format!("HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n{}", "a".repeat(40_000)),
    ] {
        server.answers(&answer);
        let back = Citizen::new().open(&app, &ask).await;
        assert_eq!(
            back.parameter("error").as_deref(),
            Some("invalid_request_uri"),
            "{answer}"
        );
    }
}

#[tokio::test]
async fn a_registered_request_uri_at_an_internal_address_is_not_fetched_38() {
    let server = Registry::start().await;
    let app = TestApp::start().await;
    let (portal, claims) = signer(&app).await;
    server.says(&token(&claims));
    let uri = server.address("/request.jwt");
    app.change_client(&portal, |client| client.metadata.request_uris = [uri.clone()].into())
        .await;
    let registered = portal.redirect_uri();
    let back = Citizen::new()
        .open(&app, &beside(&[("request_uri", &uri), ("redirect_uri", &registered)]))
        .await;
    assert_eq!(back.parameter("error").as_deref(), Some("invalid_request_uri"));
    assert_eq!(server.asked(), 0);
}
