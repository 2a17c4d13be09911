//! The server of a client, which calls the machine endpoints with more than a form: a proof, a certificate.

use super::citizen::encode;
use super::portal::{Portal, VERIFIER, json, read};
use super::{ISSUER, TestApp};
use axum::body::Body;
use axum::extract::Extension;
use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use http::header::CONTENT_TYPE;
use http::{Request, StatusCode};
use josekit::jws::{HS256, JwsSigner as _};
use protocol::jose::{Algorithm, sign_by};
use protocol::keyring::{P256Key, SigningKey};
use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, DnType, IsCa, KeyPair, date_time_ymd};
use serde_json::{Value, json};
use std::net::{IpAddr, Ipv4Addr};
use std::sync::atomic::{AtomicU32, Ordering};
use tower::ServiceExt as _;
use varco::web::TlsPeer;

/// Where clients show certificates.
pub const MTLS: &str = "https://mtls.ente.example.it";

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

/// A client's assertion for now (RFC 7523), by its key; `changes` replace, add, or (null) remove claims.
pub fn assertion(app: &TestApp, key: &SigningKey, client_id: &str, changes: &Value) -> String {
    let algorithm = match key {
        SigningKey::Rsa(_) => Algorithm::Rs256,
        SigningKey::P256(_) => Algorithm::Es256,
        SigningKey::Ed25519(_) => Algorithm::EdDsa,
    };
    sign_by(key, algorithm, None, &assertion_claims(app, client_id, changes)).unwrap()
}

/// The same by a secret (HS256).
pub fn assertion_by_secret(app: &TestApp, secret: &str, client_id: &str) -> String {
    let part = |value: &Value| URL_SAFE_NO_PAD.encode(value.to_string());
    let claims = assertion_claims(app, client_id, &json!({}));
    let message = format!("{}.{}", part(&json!({"alg": "HS256"})), part(&claims));
    let signer = HS256.signer_from_bytes(secret).unwrap();
    format!(
        "{message}.{}",
        URL_SAFE_NO_PAD.encode(signer.sign(message.as_bytes()).unwrap())
    )
}

fn assertion_claims(app: &TestApp, client_id: &str, changes: &Value) -> Value {
    static NUMBER: AtomicU32 = AtomicU32::new(0);
    let now = app.now().timestamp();
    let mut claims = json!({"iss": client_id, "sub": client_id, "aud": ISSUER, "iat": now, "exp": now + 60,
        "jti": format!("assertion-{}", NUMBER.fetch_add(1, Ordering::Relaxed))});
    for (name, value) in changes.as_object().unwrap() {
        match value {
            Value::Null => drop(claims.as_object_mut().unwrap().remove(name)),
            value => claims[name] = value.clone(),
        }
    }
    claims
}

/// Calls the listener for clients with certificates, with this one (DER) or none.
pub async fn show(
    app: &TestApp,
    certificate: Option<&[u8]>,
    path: &str,
    pairs: &[(&str, &str)],
    headers: &[(&str, &str)],
) -> (StatusCode, Value) {
    let peer = TlsPeer {
        address: IpAddr::V4(Ipv4Addr::LOCALHOST),
        certificates: certificate.map(<[u8]>::to_vec).into_iter().collect(),
        fingerprint: None,
    };
    let mut request = Request::post(path).header(CONTENT_TYPE, "application/x-www-form-urlencoded");
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    let router = app.machine_router().layer(Extension(peer));
    let answer = router.oneshot(request.body(Body::from(encode(pairs))).unwrap());
    read(answer.await.unwrap()).await
}

/// A key with a certificate that it signs itself: the key as a JWK, and the certificate's DER.
pub fn self_signed(name: &str) -> (Value, Vec<u8>) {
    let key = SigningKey::P256(P256Key::generate().unwrap());
    let pair = KeyPair::from_pem(&key.to_pem().unwrap()).unwrap();
    let certificate = certificate_params(name).self_signed(&pair).unwrap();
    (key.public_jwk(), certificate.der().to_vec())
}

/// An authority and a certificate that it issued, DER.
pub fn issued(name: &str) -> (Vec<u8>, Vec<u8>) {
    let mut params = certificate_params("authority");
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    let authority = CertifiedIssuer::self_signed(params, KeyPair::generate().unwrap()).unwrap();
    let own = KeyPair::generate().unwrap();
    let certificate = certificate_params(name).signed_by(&own, &authority).unwrap();
    (authority.der().to_vec(), certificate.der().to_vec())
}

fn certificate_params(name: &str) -> CertificateParams {
    let mut params = CertificateParams::new(vec![format!("{name}.example.com")]).unwrap();
    params.distinguished_name.push(DnType::CommonName, name);
    params.not_before = date_time_ymd(2026, 1, 1);
    params.not_after = date_time_ymd(2036, 1, 1);
    params
}
