//! The server of a client, which calls the machine endpoints with more than a form: a proof, a certificate.

use super::citizen::encode;
use super::portal::{Portal, VERIFIER, json};
use super::{ISSUER, TestApp};
use axum::body::Body;
use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use http::header::CONTENT_TYPE;
use http::{Request, StatusCode};
use protocol::jose::Algorithm;
use protocol::keyring::{P256Key, SigningKey};
use serde_json::{Value, json};
use std::sync::atomic::{AtomicU32, Ordering};

/// A key that signs DPoP proofs.
pub struct Prover(SigningKey);

impl Prover {
    pub fn new() -> Prover {
        Prover(SigningKey::P256(P256Key::generate().unwrap()))
    }

    /// The key's thumbprint.
    pub fn jkt(&self) -> String {
        self.0.kid()
    }

    /// A new proof for one request; `changes` replace or add claims.
    pub fn proof(&self, app: &TestApp, method: &str, path: &str, changes: &Value) -> String {
        static NUMBER: AtomicU32 = AtomicU32::new(0);
        let mut claims = json!({"jti": format!("proof-{}", NUMBER.fetch_add(1, Ordering::Relaxed)),
            "htm": method, "htu": format!("{ISSUER}{path}"), "iat": app.now().timestamp()});
        for (name, value) in changes.as_object().unwrap() {
            claims[name] = value.clone();
        }
        let header = json!({"typ": "dpop+jwt", "alg": "ES256", "jwk": self.0.public_jwk()});
        let part = |value: &Value| URL_SAFE_NO_PAD.encode(value.to_string());
        let message = format!("{}.{}", part(&header), part(&claims));
        let signature = self.0.sign(Algorithm::Es256, message.as_bytes()).unwrap();
        format!("{message}.{}", URL_SAFE_NO_PAD.encode(signature))
    }

    /// A new proof for a request that brings `access_token`.
    pub fn proof_for(&self, app: &TestApp, method: &str, path: &str, access_token: &str) -> String {
        let ath = URL_SAFE_NO_PAD.encode(super::hash(access_token));
        self.proof(app, method, path, &json!({ "ath": ath }))
    }
}

/// Posts a form with these headers.
pub async fn post(app: &TestApp, path: &str, pairs: &[(&str, &str)], headers: &[(&str, &str)]) -> (StatusCode, Value) {
    let mut request = Request::post(path).header(CONTENT_TYPE, "application/x-www-form-urlencoded");
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    json(app, request.body(Body::from(encode(pairs))).unwrap()).await
}

/// The fields that exchange a code of `portal`.
pub fn code_fields<'a>(code: &'a str, redirect_uri: &'a str) -> Vec<(&'a str, &'a str)> {
    vec![
        ("grant_type", "authorization_code"),
        ("code", code),
        ("redirect_uri", redirect_uri),
        ("code_verifier", VERIFIER),
    ]
}

/// `Authorization: Basic` of a portal.
pub fn basic(portal: &Portal) -> String {
    let secret = format!("{0}-secret-0123456789-0123456789", portal.client_id);
    format!("Basic {}", STANDARD.encode(format!("{}:{secret}", portal.client_id)))
}
