//! A client that registers itself, with whatever a test wants to say.

use super::machine::code_fields;
use super::portal::{VERIFIER, json};
use super::{Citizen, Page, Person, TestApp, hash, settings};
use axum::body::Body;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use http::header::{AUTHORIZATION, CONTENT_TYPE};
use http::{Request, StatusCode};
use serde_json::{Value, json};
use varco::flow::Settings;
use varco::flow::provider::registration::RegistrationSettings;

/// What the operator gives to who may register.
pub const INITIAL: &str = "initial-access-token-0123456789-0123456789";
pub const CALLBACK: &str = "https://nuovo.example.com/callback";

/// Where clients may register themselves.
pub fn open() -> Settings {
    Settings {
        registration: Some(RegistrationSettings {
            tokens: vec![hash("another-initial-token-0123456789-0123"), hash(INITIAL)],
            require_pkce: true,
        }),
        ..settings()
    }
}

/// A call of a registration endpoint.
pub async fn call(app: &TestApp, method: &str, path: &str, token: &str, body: &Value) -> (StatusCode, Value) {
    let request = Request::builder()
        .method(method)
        .uri(path)
        .header(CONTENT_TYPE, "application/json")
        .header(AUTHORIZATION, format!("Bearer {token}"))
        .body(Body::from(body.to_string()))
        .unwrap();
    json(app, request).await
}

/// Registers these metadata beside a redirect address.
pub async fn register(app: &TestApp, more: &Value) -> (StatusCode, Value) {
    let mut metadata = json!({"redirect_uris": [CALLBACK], "client_name": "Portale nuovo"});
    for (name, value) in more.as_object().unwrap() {
        metadata[name] = value.clone();
    }
    call(app, "POST", "/register", INITIAL, &metadata).await
}

/// A client, as it was told when it registered.
pub struct Registrant(pub Value);

impl Registrant {
    /// One that was accepted.
    pub async fn new(app: &TestApp, more: &Value) -> Registrant {
        let (status, told) = register(app, more).await;
        assert_eq!(status, StatusCode::CREATED, "{told}");
        Registrant(told)
    }

    pub fn told(&self, name: &str) -> String {
        self.0[name].as_str().unwrap_or_default().to_owned()
    }

    pub fn id(&self) -> String {
        self.told("client_id")
    }

    /// `GET`, `PUT`, `DELETE` of its registration.
    pub async fn manage(&self, app: &TestApp, method: &str, body: &Value) -> (StatusCode, Value) {
        self.manage_by(app, method, &self.told("registration_access_token"), body)
            .await
    }

    pub async fn manage_by(&self, app: &TestApp, method: &str, token: &str, body: &Value) -> (StatusCode, Value) {
        call(app, method, &format!("/register/{}", self.id()), token, body).await
    }

    /// The address of an authorisation request; `more` are further parameters.
    pub fn authorize(&self, more: &[(&str, &str)]) -> String {
        let redirect_uri = self.0["redirect_uris"][0].as_str().unwrap();
        let challenge = protocol::oidc::pkce::challenge(VERIFIER);
        let mut pairs = vec![
            ("response_type", "code"),
            ("scope", "openid profile"),
            ("redirect_uri", redirect_uri),
            ("code_challenge", challenge.as_str()),
            ("code_challenge_method", "S256"),
        ];
        for (name, value) in more {
            pairs.retain(|(known, _)| known != name);
            if !value.is_empty() {
                pairs.push((name, value));
            }
        }
        let id = self.id();
        pairs.push(("client_id", &id));
        format!("/authorize?{}", super::citizen::encode(&pairs))
    }

    /// A citizen on the way to it, as far as the question what it may know.
    pub async fn asked(&self, app: &TestApp, citizen: &mut Citizen, person: &Person) -> Page {
        let login = citizen.open(app, &self.authorize(&[])).await;
        let asked = app.pick_idp(citizen, &login).await;
        app.come_back(citizen, &asked, person).await
    }

    /// The same to the end: where the browser is sent.
    pub async fn agreed(&self, app: &TestApp, citizen: &mut Citizen, person: &Person) -> Page {
        let question = self.asked(app, citizen, person).await;
        let login = question
            .field("login")
            .unwrap_or_else(|| panic!("{}\n{}", question.url, question.body));
        let token = question.field("token").unwrap();
        let fields = [("login", login.as_str()), ("token", token.as_str()), ("consent", "yes")];
        let page = citizen.submit(app, "/login/consent", &fields).await;
        assert!(page.parameter("code").is_some(), "{}\n{}", page.url, page.body);
        page
    }

    /// Posts a form by `client_secret_basic`.
    pub async fn post(&self, app: &TestApp, path: &str, pairs: &[(&str, &str)]) -> (StatusCode, Value) {
        let credentials = STANDARD.encode(format!("{}:{}", self.id(), self.told("client_secret")));
        super::machine::post(app, path, pairs, &[("authorization", &format!("Basic {credentials}"))]).await
    }

    /// Exchanges a code.
    pub async fn token(&self, app: &TestApp, code: &str) -> (StatusCode, Value) {
        let redirect_uri = self.0["redirect_uris"][0].as_str().unwrap();
        self.post(app, "/token", &code_fields(code, redirect_uri)).await
    }
}
