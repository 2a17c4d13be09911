//! A portal in front of a provider that answers what each test tells it to.

use super::*;
use axum::body::Body;
use axum::http::{Request, header};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use protocol::keyring::RsaKey;
use serde_json::Value;
use std::collections::BTreeMap;
use std::sync::{LazyLock, Mutex};
use tower::ServiceExt as _;
use url::Url;

const ISSUER: &str = "http://localhost:8080";
const NOW: i64 = 1_795_000_000;

/// Generating keys is slow and no test changes them.
static KEYS: LazyLock<[RsaKey; 2]> = LazyLock::new(|| [(), ()].map(|()| RsaKey::generate(2048).unwrap()));

/// The provider: what it will answer, and what it was asked.
struct Provider {
    key: RsaKey,
    published: RsaKey,
    down: bool,
    id_claims: Value,
    userinfo: Value,
    token_requests: Vec<(String, String)>,
}

struct World {
    router: Router,
    provider: Arc<Mutex<Provider>>,
}

fn organisation() -> Value {
    json!({
        "organization": {"acme-srl": {"id": "0198", "name": "ACME <SRL>", "type": "company",
            "identifiers": [{"scheme": "0211", "value": "01234560587"}], "mandate": "administrator",
            "roles": ["invoice-submitter"], "unit": {"id": "7", "name": "Ufficio gare"}, "valid_until": 1_830_294_000}},
        "org_id": "0198", "roles": ["invoice-submitter"]})
}

fn merged(mut a: Value, b: &Value) -> Value {
    for (name, value) in b.as_object().unwrap() {
        a[name] = value.clone();
    }
    a
}

fn world() -> World {
    let key = KEYS[0].clone();
    let id_claims = merged(
        json!({"iss": ISSUER, "sub": "mario", "aud": "fatture", "exp": NOW + 300, "iat": NOW,
            "acr": "https://www.spid.gov.it/SpidL2"}),
        &organisation(),
    );
    let userinfo = merged(
        json!({"sub": "mario", "given_name": "Mario", "family_name": "Provaldi",
            "https://attributes.eid.gov.it/fiscal_number": "TINIT-PRVMRA80A15H501A"}),
        &organisation(),
    );
    let provider = Arc::new(Mutex::new(Provider {
        published: key.clone(),
        key,
        down: false,
        id_claims,
        userinfo,
        token_requests: Vec::new(),
    }));
    let behind = Arc::clone(&provider);
    let http: HttpClient = Arc::new(move |request| {
        let answer = behind.lock().unwrap().answer(&request);
        Box::pin(async move { answer })
    });
    let secrets = Secrets {
        organisation: "s1".to_owned(),
        either: "s2".to_owned(),
        citizen: "s3".to_owned(),
    };
    let clock = Clock::fixed(chrono::DateTime::from_timestamp(NOW, 0).unwrap());
    let world = crate::demo::World::on_ports(8080).unwrap();
    World {
        router: router(&world, &secrets, http, clock, Random::seeded(1)),
        provider,
    }
}

impl Provider {
    fn answer(&mut self, request: &Request<Vec<u8>>) -> Result<http::Response<Vec<u8>>, Unreachable> {
        if self.down {
            return Err(Unreachable("connection refused".to_owned()));
        }
        let body = match request.uri().path() {
            "/.well-known/openid-configuration" => json!({"issuer": ISSUER,
                "authorization_endpoint": format!("{ISSUER}/authorize"), "token_endpoint": format!("{ISSUER}/token"),
                "userinfo_endpoint": format!("{ISSUER}/userinfo"), "jwks_uri": format!("{ISSUER}/jwks"),
                "end_session_endpoint": format!("{ISSUER}/logout"), "response_types_supported": ["code"],
                "subject_types_supported": ["public"], "id_token_signing_alg_values_supported": ["RS256"]}),
            "/jwks" => json!({"keys": [{"kty": "RSA", "use": "sig", "alg": "RS256", "kid": self.published.kid(),
                "n": URL_SAFE_NO_PAD.encode(self.published.modulus()), "e": URL_SAFE_NO_PAD.encode(self.published.exponent())}]}),
            "/token" => {
                let authorization = request.headers()[header::AUTHORIZATION].to_str().unwrap().to_owned();
                let body = String::from_utf8(request.body().clone()).unwrap();
                self.token_requests.push((authorization, body));
                json!({"access_token": "at", "token_type": "Bearer", "expires_in": 300, "id_token": self.id_token()})
            }
            "/userinfo" => self.userinfo.clone(),
            other => panic!("nobody should ask for {other}"),
        };
        let response = http::Response::builder().header(header::CONTENT_TYPE, "application/json");
        Ok(response.body(body.to_string().into_bytes()).unwrap())
    }

    fn id_token(&self) -> String {
        let part = |value: &Value| URL_SAFE_NO_PAD.encode(value.to_string());
        let header = json!({"alg": "RS256", "kid": self.published.kid()});
        let signed = format!("{}.{}", part(&header), part(&self.id_claims));
        let signature = self.key.sign_sha256(signed.as_bytes()).unwrap();
        format!("{signed}.{}", URL_SAFE_NO_PAD.encode(signature))
    }
}

/// A browser with its cookies.
#[derive(Default)]
struct Browser(BTreeMap<String, String>);

struct Page {
    status: StatusCode,
    location: Option<String>,
    html: String,
}

impl Browser {
    async fn get(&mut self, world: &World, path: &str) -> Page {
        let cookies: Vec<String> = self.0.iter().map(|(name, value)| format!("{name}={value}")).collect();
        let request = Request::get(path)
            .header(header::COOKIE, cookies.join("; "))
            .body(Body::empty())
            .unwrap();
        let response = world.router.clone().oneshot(request).await.unwrap();
        for cookie in response.headers().get_all(header::SET_COOKIE) {
            let cookie = cookie.to_str().unwrap();
            assert!(cookie.contains("HttpOnly") && cookie.contains("SameSite=Lax"));
            let (name, value) = cookie.split(';').next().unwrap().split_once('=').unwrap();
            self.0.insert(name.to_owned(), value.to_owned());
        }
        let status = response.status();
        let location = response
            .headers()
            .get(header::LOCATION)
            .map(|v| v.to_str().unwrap().to_owned());
        let bytes = axum::body::to_bytes(response.into_body(), 1 << 20).await.unwrap();
        Page {
            status,
            location,
            html: String::from_utf8(bytes.to_vec()).unwrap(),
        }
    }

    /// Starts a login; what the authorisation request says.
    async fn depart(&mut self, world: &World, path: &str) -> BTreeMap<String, String> {
        let page = self.get(world, path).await;
        let url = Url::parse(&page.location.expect("a redirect to the provider")).unwrap();
        assert_eq!(url.path(), "/authorize");
        let parameters: BTreeMap<String, String> = url.query_pairs().into_owned().collect();
        if let Some(nonce) = parameters.get("nonce") {
            world.provider.lock().unwrap().id_claims["nonce"] = json!(nonce);
        }
        parameters
    }

    async fn return_with(&mut self, world: &World, path: &str, parameters: &[(&str, &str)]) -> Page {
        let query = url::form_urlencoded::Serializer::new(String::new())
            .extend_pairs(parameters)
            .finish();
        self.get(world, &format!("{path}?{query}")).await
    }

    /// The whole login at the portal that needs an organisation.
    async fn sign_in(&mut self, world: &World) -> Page {
        let request = self.depart(world, "/organisation/login").await;
        let answer = [("code", "c"), ("state", &request["state"]), ("iss", ISSUER)];
        self.return_with(world, "/organisation/callback", &answer).await
    }
}

#[tokio::test]
async fn mario_signs_in_and_the_portal_shows_for_whom_he_comes_and_what_it_checked() {
    let (world, mut browser) = (world(), Browser::default());
    let request = browser.depart(&world, "/organisation/login").await;
    assert_eq!(request["response_type"], "code");
    assert_eq!(request["code_challenge_method"], "S256");
    assert_eq!(request["scope"], "openid profile email fiscal_number organization");
    assert_eq!(request["redirect_uri"], "http://127.0.0.1:8081/organisation/callback");
    let before = browser.0.clone();
    let answer = [("code", "c"), ("state", &request["state"]), ("iss", ISSUER)];
    let page = browser.return_with(&world, "/organisation/callback", &answer).await;
    assert_eq!(page.location.as_deref(), Some("/organisation/"), "{}", page.html);
    assert_ne!(browser.0, before, "a new cookie at sign-in");

    let home = browser.get(&world, "/organisation/").await;
    for shown in [
        "Mario Provaldi",
        "PRVMRA80A15H501A",
        "ACME &lt;SRL&gt;",
        "Ufficio gare",
        "amministratore",
        "invoice-submitter",
        "livello 2",
        "Verificato da me",
        "token: RS256",
        "31/12/2027",
    ] {
        assert!(home.html.contains(shown), "{shown}");
    }
    assert!(!home.html.contains("ACME <SRL>"));
    let claims: Value = serde_json::from_str(&browser.get(&world, "/organisation/claims").await.html).unwrap();
    assert_eq!(claims["id_token"]["org_id"], "0198");
    assert_eq!(
        claims["userinfo"]["organization"]["acme-srl"]["roles"][0],
        "invoice-submitter"
    );

    let (authorization, body) = world.provider.lock().unwrap().token_requests.remove(0);
    assert!(authorization.starts_with("Basic ") && body.contains("code_verifier="));
}

#[tokio::test]
async fn claims_are_refused_to_a_browser_that_did_not_sign_in() {
    let world = world();
    Browser::default().sign_in(&world).await;
    assert_eq!(
        Browser::default().get(&world, "/organisation/claims").await.status,
        StatusCode::UNAUTHORIZED
    );
}

#[tokio::test]
async fn an_answer_with_another_state_or_for_another_browser_is_refused() {
    let (world, mut browser) = (world(), Browser::default());
    let request = browser.depart(&world, "/organisation/login").await;
    let wrong = [("code", "c"), ("state", "other"), ("iss", ISSUER)];
    assert_eq!(
        browser
            .return_with(&world, "/organisation/callback", &wrong)
            .await
            .status,
        StatusCode::BAD_REQUEST
    );
    let right = [("code", "c"), ("state", request["state"].as_str()), ("iss", ISSUER)];
    let stranger = Browser::default()
        .return_with(&world, "/organisation/callback", &right)
        .await;
    assert_eq!(stranger.status, StatusCode::BAD_REQUEST);
    assert!(world.provider.lock().unwrap().token_requests.is_empty());
    let page = browser.return_with(&world, "/organisation/callback", &right).await;
    assert_eq!(page.status, StatusCode::SEE_OTHER);
    let again = browser.return_with(&world, "/organisation/callback", &right).await;
    assert_eq!(again.status, StatusCode::BAD_REQUEST, "the same answer twice");
}

#[tokio::test]
async fn an_answer_of_another_provider_or_of_nobody_is_refused_rfc_9207() {
    for iss in [Some("http://evil.example"), None] {
        let (world, mut browser) = (world(), Browser::default());
        let request = browser.depart(&world, "/organisation/login").await;
        let mut answer = vec![("code", "c"), ("state", request["state"].as_str())];
        answer.extend(iss.map(|iss| ("iss", iss)));
        let page = browser.return_with(&world, "/organisation/callback", &answer).await;
        assert_eq!(page.status, StatusCode::BAD_REQUEST);
        assert!(world.provider.lock().unwrap().token_requests.is_empty());
    }
}

#[tokio::test]
async fn an_error_is_told_in_plain_words_and_an_unknown_one_is_not_repeated() {
    for (error, shown) in [
        ("access_denied", "Non hai completato"),
        ("<b>evil</b>", "non ha completato la richiesta"),
    ] {
        let (world, mut browser) = (world(), Browser::default());
        let request = browser.depart(&world, "/organisation/login").await;
        let answer = [("error", error), ("state", request["state"].as_str()), ("iss", ISSUER)];
        let page = browser.return_with(&world, "/organisation/callback", &answer).await;
        assert_eq!(page.status, StatusCode::FORBIDDEN);
        assert!(page.html.contains(shown) && !page.html.contains("evil"));
    }
}

#[tokio::test]
async fn a_token_that_fails_one_check_signs_nobody_in() {
    type Change = fn(&mut Provider);
    let changes: [(&str, Change); 9] = [
        ("foreign key", |p| p.key = KEYS[1].clone()),
        ("iss", |p| p.id_claims["iss"] = json!("http://evil.example")),
        ("aud", |p| p.id_claims["aud"] = json!("edilizia")),
        ("exp", |p| p.id_claims["exp"] = json!(NOW - 1)),
        ("nonce", |p| p.id_claims["nonce"] = json!("other")),
        ("at_hash", |p| p.id_claims["at_hash"] = json!("AAAAAAAAAAAAAAAAAAAAAA")),
        ("sub", |p| p.userinfo["sub"] = json!("giulia")),
        ("org_id", |p| p.userinfo["org_id"] = json!("0199")),
        ("two organisations", |p| {
            p.userinfo["organization"]["altra"] = json!({"id": "0198"})
        }),
    ];
    for (name, change) in changes {
        let (world, mut browser) = (world(), Browser::default());
        let request = browser.depart(&world, "/organisation/login").await;
        change(&mut world.provider.lock().unwrap());
        let answer = [("code", "c"), ("state", request["state"].as_str()), ("iss", ISSUER)];
        let page = browser.return_with(&world, "/organisation/callback", &answer).await;
        assert_eq!(page.status, StatusCode::BAD_GATEWAY, "{name}");
        assert_eq!(
            browser.get(&world, "/organisation/claims").await.status,
            StatusCode::UNAUTHORIZED
        );
    }
}

#[tokio::test]
async fn a_citizen_for_himself_is_not_accepted_where_an_organisation_is_needed() {
    let (world, mut browser) = (world(), Browser::default());
    for claims in ["id_claims", "userinfo"] {
        let mut provider = world.provider.lock().unwrap();
        let claims = if claims == "userinfo" {
            &mut provider.userinfo
        } else {
            &mut provider.id_claims
        };
        for name in ["organization", "org_id", "roles"] {
            claims.as_object_mut().unwrap().remove(name);
        }
    }
    assert_eq!(browser.sign_in(&world).await.status, StatusCode::BAD_GATEWAY);
}

#[tokio::test]
async fn a_provider_that_is_down_gives_a_page_and_the_next_visit_tries_again() {
    let (world, mut browser) = (world(), Browser::default());
    world.provider.lock().unwrap().down = true;
    let page = browser.get(&world, "/organisation/login").await;
    assert_eq!(page.status, StatusCode::BAD_GATEWAY);
    assert!(page.html.contains("non risponde") && !page.html.contains("refused"));
    world.provider.lock().unwrap().down = false;
    assert_eq!(browser.sign_in(&world).await.status, StatusCode::SEE_OTHER);
}

#[tokio::test]
async fn switching_asks_the_provider_to_show_the_choice_again() {
    let (world, mut browser) = (world(), Browser::default());
    browser.sign_in(&world).await;
    let request = browser.depart(&world, "/organisation/switch").await;
    assert_eq!(request["prompt"], "select_account");
    // Still signed in as before until the new answer arrives.
    assert_eq!(browser.get(&world, "/organisation/claims").await.status, StatusCode::OK);
}

#[tokio::test]
async fn signing_out_ends_here_first_then_at_the_provider_and_knows_who_comes_back() {
    let (world, mut browser) = (world(), Browser::default());
    browser.sign_in(&world).await;
    let url = Url::parse(&browser.get(&world, "/organisation/logout").await.location.unwrap()).unwrap();
    let sent: BTreeMap<String, String> = url.query_pairs().into_owned().collect();
    assert_eq!(url.path(), "/logout");
    assert_eq!(
        sent["post_logout_redirect_uri"],
        "http://127.0.0.1:8081/organisation/signed-out"
    );
    assert_eq!(sent["client_id"], "fatture");
    assert_eq!(sent["id_token_hint"].split('.').count(), 3);
    assert_eq!(
        browser.get(&world, "/organisation/claims").await.status,
        StatusCode::UNAUTHORIZED
    );
    let state = [("state", sent["state"].as_str())];
    assert!(
        browser
            .return_with(&world, "/organisation/signed-out", &state)
            .await
            .html
            .contains("Sei uscito da")
    );
    let again = browser.return_with(&world, "/organisation/signed-out", &state).await;
    assert!(!again.html.contains("Sei uscito da"));
}

#[tokio::test]
async fn every_page_has_one_heading_a_language_and_no_inline_code() {
    let (world, mut browser) = (world(), Browser::default());
    for path in [
        "/",
        "/organisation/",
        "/either/",
        "/citizen/",
        "/citizen/signed-out",
        "/nowhere/",
        "/citizen/callback",
    ] {
        let page = browser.get(&world, path).await;
        assert_eq!(page.html.matches("<h1>").count(), 1, "{path}");
        assert!(
            page.html.contains("<html lang=\"it\">") && page.html.contains("TEST"),
            "{path}"
        );
        assert!(!page.html.contains(" style=") && !page.html.contains("<style") && !page.html.contains(" onclick"));
    }
    assert_eq!(
        browser.get(&world, "/citizen").await.location.as_deref(),
        Some("/citizen/")
    );
}
