//! A relying party of the test's own: PKCE, state, nonce, and it believes nothing that it did not
//! verify.

use super::{ISSUER, Page, TestApp};
use axum::body::Body;
use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use http::header::{AUTHORIZATION, CONTENT_TYPE};
use http::{Request, StatusCode};
use josekit::jwk::Jwk;
use josekit::jws::{ES256, EdDSA, JwsVerifier, PS256, RS256};
use serde_json::Value;
use tower::ServiceExt as _;

pub const VERIFIER: &str = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";

/// One relying party.
#[derive(Debug, Clone)]
pub struct Portal {
    pub client_id: &'static str,
    pub scope: &'static str,
    pub state: String,
    pub nonce: String,
}

/// What `/token` gave.
#[derive(Debug, Clone)]
pub struct Tokens {
    pub access_token: String,
    pub id_token: String,
    pub claims: Value,
}

impl Portal {
    pub fn new(client_id: &'static str) -> Portal {
        let scope = match client_id {
            "fatture" => "openid profile email fiscal_number organization",
            "edilizia" => "openid profile organization",
            "anagrafe" => "openid profile email fiscal_number",
            _ => "openid profile",
        };
        Portal {
            client_id,
            scope,
            state: format!("state-{client_id}"),
            nonce: format!("nonce-{client_id}"),
        }
    }

    pub fn redirect_uri(&self) -> String {
        format!("https://{}.example.com/callback", self.client_id)
    }

    /// The query of an authorisation request; `changes` replace, add, or (with an empty value) remove.
    pub fn query(&self, changes: &[(&str, &str)]) -> String {
        let redirect_uri = self.redirect_uri();
        let mut pairs: Vec<(String, String)> = [
            ("client_id", self.client_id),
            ("response_type", "code"),
            ("redirect_uri", &redirect_uri),
            ("scope", self.scope),
            ("state", &self.state),
            ("nonce", &self.nonce),
            ("code_challenge", &protocol::oidc::pkce::challenge(VERIFIER)),
            ("code_challenge_method", "S256"),
        ]
        .map(|(name, value)| (name.to_owned(), value.to_owned()))
        .to_vec();
        for (name, value) in changes {
            pairs.retain(|(known, _)| known != name);
            if !value.is_empty() {
                pairs.push(((*name).to_owned(), (*value).to_owned()));
            }
        }
        url::form_urlencoded::Serializer::new(String::new())
            .extend_pairs(pairs)
            .finish()
    }

    /// The address of an authorisation request.
    pub fn authorize(&self, changes: &[(&str, &str)]) -> String {
        format!("/authorize?{}", self.query(changes))
    }

    /// The code of an answer, once `state` and `iss` are what they should be.
    pub fn code(&self, page: &Page) -> String {
        assert!(
            page.url.as_str().starts_with(&self.redirect_uri()),
            "not at the portal: {}\n{}",
            page.url,
            page.body
        );
        assert_eq!(page.parameter("state").as_deref(), Some(self.state.as_str()));
        assert_eq!(page.parameter("iss").as_deref(), Some(ISSUER));
        assert_eq!(page.parameter("error"), None, "{}", page.url);
        page.parameter("code").unwrap()
    }

    /// The error of an answer, once `state` and `iss` are what they should be.
    pub fn error(&self, page: &Page) -> String {
        assert!(
            page.url.as_str().starts_with(&self.redirect_uri()),
            "not at the portal: {}\n{}",
            page.url,
            page.body
        );
        assert_eq!(page.parameter("state").as_deref(), Some(self.state.as_str()));
        assert_eq!(page.parameter("iss").as_deref(), Some(ISSUER));
        page.parameter("error")
            .unwrap_or_else(|| panic!("no error: {}", page.url))
    }

    fn secret(&self) -> String {
        format!("{}-secret-0123456789-0123456789", self.client_id)
    }

    /// Posts a token request as this client; `changes` as in [`Portal::query`].
    pub async fn token(&self, app: &TestApp, code: &str, changes: &[(&str, &str)]) -> (StatusCode, Value) {
        let redirect_uri = self.redirect_uri();
        let mut pairs = vec![
            ("grant_type", "authorization_code"),
            ("code", code),
            ("redirect_uri", &redirect_uri),
            ("code_verifier", VERIFIER),
        ];
        for (name, value) in changes {
            pairs.retain(|(known, _)| known != name);
            if !value.is_empty() {
                pairs.push((name, value));
            }
        }
        self.post(app, "/token", &pairs).await
    }

    /// Posts a form to an endpoint for machines, as this client.
    pub async fn post(&self, app: &TestApp, path: &str, pairs: &[(&str, &str)]) -> (StatusCode, Value) {
        let credentials = STANDARD.encode(format!("{}:{}", self.client_id, self.secret()));
        let request = Request::post(path)
            .header(CONTENT_TYPE, "application/x-www-form-urlencoded")
            .header(AUTHORIZATION, format!("Basic {credentials}"))
            .body(Body::from(super::citizen::encode(pairs)))
            .unwrap();
        json(app, request).await
    }

    /// Exchanges a code and verifies the ID token as OpenID Connect Core §3.1.3.7 demands.
    pub async fn exchange(&self, app: &TestApp, code: &str) -> Tokens {
        let (status, body) = self.token(app, code, &[]).await;
        assert_eq!(status, StatusCode::OK, "{body}");
        let text = |name: &str| body[name].as_str().unwrap().to_owned();
        let tokens = Tokens {
            access_token: text("access_token"),
            claims: self.verify(app, &text("id_token")).await,
            id_token: text("id_token"),
        };
        assert_eq!(body["token_type"], "Bearer");
        tokens
    }

    async fn verify(&self, app: &TestApp, id_token: &str) -> Value {
        let (_, claims) = verified(app, id_token).await;
        assert_eq!(claims["aud"], self.client_id);
        assert_eq!(claims["nonce"], self.nonce.as_str());
        let now = app.now().timestamp();
        assert!(
            claims["exp"].as_i64().unwrap() > now && claims["iat"].as_i64().unwrap() <= now,
            "{claims}"
        );
        claims
    }

    /// `/userinfo` with this token.
    pub async fn userinfo(&self, app: &TestApp, access_token: &str) -> (StatusCode, Value) {
        let request = Request::get("/userinfo")
            .header(AUTHORIZATION, format!("Bearer {access_token}"))
            .body(Body::empty())
            .unwrap();
        json(app, request).await
    }
}

/// Header and claims of a JWT of ours that was signed by a published key.
pub async fn verified(app: &TestApp, jwt: &str) -> (Value, Value) {
    let (_, jwks) = json(app, Request::get("/jwks").body(Body::empty()).unwrap()).await;
    let header = jwt.split('.').next().unwrap();
    let header: Value = serde_json::from_slice(&URL_SAFE_NO_PAD.decode(header).unwrap()).unwrap();
    let key = jwks["keys"]
        .as_array()
        .unwrap()
        .iter()
        .find(|key| key["kid"] == header["kid"])
        .unwrap();
    let key = Jwk::from_bytes(key.to_string().as_bytes()).unwrap();
    let verifier: Box<dyn JwsVerifier> = match header["alg"].as_str().unwrap() {
        "RS256" => Box::new(RS256.verifier_from_jwk(&key).unwrap()),
        "PS256" => Box::new(PS256.verifier_from_jwk(&key).unwrap()),
        "ES256" => Box::new(ES256.verifier_from_jwk(&key).unwrap()),
        "EdDSA" => Box::new(EdDSA.verifier_from_jwk(&key).unwrap()),
        other => panic!("signed by {other}"),
    };
    let (payload, _) = josekit::jws::deserialize_compact(jwt, &*verifier).unwrap();
    let claims: Value = serde_json::from_slice(&payload).unwrap();
    assert_eq!(claims["iss"], ISSUER);
    (header, claims)
}

/// An answer as JSON; null when it is none.
pub async fn json(app: &TestApp, request: Request<Body>) -> (StatusCode, Value) {
    read(app.router().oneshot(request).await.unwrap()).await
}

/// An answer, read.
pub async fn read(answer: http::Response<Body>) -> (StatusCode, Value) {
    let status = answer.status();
    let bytes = axum::body::to_bytes(answer.into_body(), 1 << 20).await.unwrap();
    (status, serde_json::from_slice(&bytes).unwrap_or(Value::Null))
}
