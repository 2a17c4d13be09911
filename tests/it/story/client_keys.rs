//! A portal keeps its keys at an address of its own, `jwks_uri`, and changes them when it likes.

use crate::harness::portal::{VERIFIER, json};
use crate::harness::registry::Registry;
use crate::harness::{Citizen, ISSUER, PROVALDI, Portal, TestApp, citizen};
use axum::body::Body;
use chrono::TimeDelta;
use http::header::CONTENT_TYPE;
use http::{Request, StatusCode};
use protocol::jose::{Algorithm, sign_by};
use protocol::keyring::{KeyKind, SigningKey};
use protocol::oidc::client::ClientAuthMethod;
use protocol::oidc::grant::GrantType;
use serde_json::{Value, json};
use varco::outbound::HttpClient;
use varco::outbound::http::OutboundSettings;

const PORTAL: &str = "anagrafe";

fn key() -> SigningKey {
    SigningKey::generate(KeyKind::P256).unwrap()
}

fn key_set(key: &SigningKey) -> String {
    json!({"keys": [key.public_jwk()]}).to_string()
}

/// A portal that signs, with its keys at `server`.
async fn started(server: &Registry, way_out: HttpClient) -> (TestApp, Portal) {
    let app = TestApp::start().await.with_way(way_out);
    let portal = Portal::new(PORTAL);
    let address = server.address("/jwks");
    app.change_client(&portal, |client| {
        client.auth_method = ClientAuthMethod::PrivateKeyJwt;
        client.metadata.jwks_uri = Some(address);
        client.metadata.grant_types.insert(GrantType::RefreshToken);
    })
    .await;
    app.deps.store.brief.remembers_since(app.now()).await.unwrap();
    app.clock.advance(TimeDelta::seconds(1));
    (app, portal)
}

/// `/token` as the portal, which proves itself by `key`.
async fn token(app: &TestApp, key: &SigningKey, pairs: &[(&str, &str)]) -> (StatusCode, Value) {
    let now = app.now().timestamp();
    let claims = json!({"iss": PORTAL, "sub": PORTAL, "aud": ISSUER, "jti": app.deps.random.name(),
        "iat": now, "exp": now + 60});
    let assertion = sign_by(key, Algorithm::Es256, None, &claims).unwrap();
    let kind = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";
    let proof = [
        ("client_assertion_type", kind),
        ("client_assertion", assertion.as_str()),
    ];
    let request = Request::post("/token")
        .header(CONTENT_TYPE, "application/x-www-form-urlencoded")
        .body(Body::from(citizen::encode(&[pairs, &proof].concat())))
        .unwrap();
    json(app, request).await
}

/// PostgreSQL takes no NUL: whoever writes one as a subject is no client of ours, and not a fault of ours either.
#[tokio::test]
async fn an_assertion_of_a_subject_that_cannot_be_stored_is_invalid_client_37() {
    let app = TestApp::start().await;
    for subject in ["\0", "anagrafe\0", "è", &"a".repeat(300)] {
        let claims =
            json!({"iss": subject, "sub": subject, "aud": ISSUER, "jti": "1", "exp": app.now().timestamp() + 60});
        let assertion = sign_by(&key(), Algorithm::Es256, None, &claims).unwrap();
        let fields = [
            (
                "client_assertion_type",
                "urn:ietf:params:oauth:client-assertion-type:jwt-bearer",
            ),
            ("client_assertion", assertion.as_str()),
            ("grant_type", "client_credentials"),
        ];
        for path in ["/token", "/par", "/introspect", "/revoke", "/device_authorization"] {
            let request = Request::post(path)
                .header(CONTENT_TYPE, "application/x-www-form-urlencoded")
                .body(Body::from(citizen::encode(&fields)))
                .unwrap();
            let (status, answer) = json(&app, request).await;
            assert_eq!(
                (status, &answer["error"]),
                (StatusCode::UNAUTHORIZED, &json!("invalid_client")),
                "{path}"
            );
        }
    }
}

/// Whether `key` proves the portal: what it asks for is nonsense, so that nothing else can happen.
async fn proves(app: &TestApp, key: &SigningKey) -> bool {
    let (status, answer) = token(app, key, &[("grant_type", "refresh_token"), ("refresh_token", "x")]).await;
    assert_ne!(status, StatusCode::OK);
    answer["error"] == "invalid_grant"
}

/// Module `oidcc-refresh-token-rp-key-rotation`.
#[tokio::test]
async fn a_portal_that_changed_its_keys_a_moment_ago_refreshes() {
    let (server, old, new) = (Registry::start().await, key(), key());
    server.says(&key_set(&old));
    let (app, portal) = started(&server, server.way_there()).await;
    let mut citizen = Citizen::new();
    let code = portal.code(&app.sign_in(&mut citizen, &portal, &PROVALDI).await);
    let redirect_uri = portal.redirect_uri();
    let exchange = [
        ("grant_type", "authorization_code"),
        ("code", code.as_str()),
        ("redirect_uri", &redirect_uri),
        ("code_verifier", VERIFIER),
    ];
    let (status, first) = token(&app, &old, &exchange).await;
    assert_eq!(status, StatusCode::OK, "{first}");
    server.says(&key_set(&new));
    let refresh_token = first["refresh_token"].as_str().unwrap();
    let refresh = [("grant_type", "refresh_token"), ("refresh_token", refresh_token)];
    let (status, second) = token(&app, &new, &refresh).await;
    assert_eq!(status, StatusCode::OK, "{second}");
    assert!(!proves(&app, &old).await, "the old key is gone");
}

#[tokio::test]
async fn keys_are_kept_and_a_stranger_cannot_make_us_fetch_them_over_and_over_37() {
    let (server, right) = (Registry::start().await, key());
    server.says(&key_set(&right));
    let (app, _) = started(&server, server.way_there()).await;
    for _ in 0..5 {
        assert!(proves(&app, &right).await);
    }
    assert_eq!(server.asked(), 1);
    let stranger = key();
    for _ in 0..20 {
        assert!(!proves(&app, &stranger).await);
    }
    assert_eq!(server.asked(), 3, "three times a minute");
    assert!(proves(&app, &right).await, "the portal itself goes on");
    app.clock.advance(TimeDelta::minutes(10));
    assert!(proves(&app, &right).await);
    assert_eq!(server.asked(), 4);
}

#[tokio::test]
async fn a_portal_whose_server_rests_is_known_by_the_keys_of_before_for_a_day() {
    let (server, right) = (Registry::start().await, key());
    server.says(&key_set(&right));
    let (app, _) = started(&server, server.way_there()).await;
    assert!(proves(&app, &right).await);
    server.answers("HTTP/1.1 503 Service Unavailable\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");
    app.clock.advance(TimeDelta::hours(23));
    assert!(proves(&app, &right).await);
    app.clock.advance(TimeDelta::hours(1));
    assert!(!proves(&app, &right).await);
}

#[tokio::test]
async fn keys_at_an_address_inside_are_not_fetched_46() {
    let (server, right) = (Registry::start().await, key());
    server.says(&key_set(&right));
    let public_only = HttpClient::new(OutboundSettings::default()).unwrap();
    let (app, _) = started(&server, public_only).await;
    assert!(!proves(&app, &right).await);
    assert_eq!(server.asked(), 0);
}

#[tokio::test]
async fn what_is_no_set_of_public_keys_proves_nobody() {
    let (server, right) = (Registry::start().await, key());
    let (app, _) = started(&server, server.way_there()).await;
    let mut private = json!({"keys": [right.public_jwk()]});
    private["keys"][0]["d"] = "AA".into();
    let padding = " ".repeat(64 * 1024);
    for wrong in [
        String::new(),
        "[]".to_owned(),
        private.to_string(),
        padding + &key_set(&right),
    ] {
        server.says(&wrong);
        assert!(!proves(&app, &right).await);
        app.clock.advance(TimeDelta::minutes(2));
    }
    server.says(&key_set(&right));
    assert!(proves(&app, &right).await);
}
