//! A client of the FAPI 2 profile at the token endpoint; each test bears the name of a module of the Foundation's suite.

use crate::harness::machine::{Prover, assertion, basic, code_fields, post};
use crate::harness::{Citizen, ISSUER, PROVALDI, Portal, TestApp};
use chrono::TimeDelta;
use domain::audit::EventKind;
use http::StatusCode;
use protocol::keyring::{P256Key, RsaKey, SigningKey};
use protocol::oidc::client::{ClientAuthMethod, Profile};
use protocol::oidc::client_auth::assertion::TYPE;
use protocol::oidc::grant::GrantType;
use serde_json::{Value, json};

/// A portal that keeps the profile, with its keys and a code that waits.
struct World {
    app: TestApp,
    portal: Portal,
    key: SigningKey,
    prover: Prover,
    code: String,
}

impl World {
    async fn new() -> World {
        World::with(SigningKey::P256(P256Key::generate().unwrap())).await
    }

    async fn with(key: SigningKey) -> World {
        let app = TestApp::start().await;
        app.deps.store.brief.remembers_since(app.now()).await.unwrap();
        app.clock.advance(TimeDelta::minutes(10));
        let portal = Portal::new("anagrafe");
        // The code is asked for before the profile is kept: how it is asked for is not what this is about.
        let back = app.sign_in(&mut Citizen::new(), &portal, &PROVALDI).await;
        let code = portal.code(&back);
        let jwks = json!({"keys": [key.public_jwk()]});
        app.change_client(&portal, |client| {
            client.auth_method = ClientAuthMethod::PrivateKeyJwt;
            client.metadata.jwks = Some(jwks);
            client.metadata.profile = Profile::Fapi2;
            client.metadata.grant_types.insert(GrantType::RefreshToken);
        })
        .await;
        World {
            app,
            portal,
            key,
            prover: Prover::new(),
            code,
        }
    }

    async fn post(&self, path: &str, fields: &[(&str, &str)], assertion: &str, proof: bool) -> (StatusCode, Value) {
        let mut fields = fields.to_vec();
        fields.extend([("client_assertion_type", TYPE), ("client_assertion", assertion)]);
        let made = self.prover.proof(&self.app, "POST", path, &json!({}));
        let headers = [("dpop", made.as_str())];
        post(&self.app, path, &fields, if proof { &headers } else { &[] }).await
    }

    /// Exchanges the code with an assertion so changed.
    async fn exchange(&self, changes: &Value) -> (StatusCode, Value) {
        let assertion = assertion(&self.app, &self.key, "anagrafe", changes);
        let redirect_uri = self.portal.redirect_uri();
        let fields = code_fields(&self.code, &redirect_uri);
        self.post("/token", &fields, &assertion, true).await
    }

    #[track_caller]
    fn refused(answer: &(StatusCode, Value), what: &str) {
        let told = (answer.0, answer.1["error"].as_str());
        assert_eq!(told, (StatusCode::UNAUTHORIZED, Some("invalid_client")), "{what}");
    }
}

#[tokio::test]
async fn fapi2_security_profile_final_happy_flow_and_refresh_token() {
    let world = World::new().await;
    let (status, tokens) = world.exchange(&json!({})).await;
    assert_eq!(
        (status, &tokens["token_type"]),
        (StatusCode::OK, &json!("DPoP")),
        "{tokens}"
    );
    // §5.3.2.1: no rotation, so the same token is good again.
    let given = tokens["refresh_token"].as_str().unwrap();
    for _ in 0..2 {
        let assertion = assertion(&world.app, &world.key, "anagrafe", &json!({}));
        let fields = [("grant_type", "refresh_token"), ("refresh_token", given)];
        let (status, next) = world.post("/token", &fields, &assertion, true).await;
        assert_eq!(
            (status, &next["refresh_token"]),
            (StatusCode::OK, &json!(given)),
            "{next}"
        );
    }
    assert_eq!(world.app.count(EventKind::TokenRefreshed).await, 2);
}

#[tokio::test]
async fn fapi2_security_profile_final_ensure_holder_of_key_required() {
    let world = World::new().await;
    let assertion = assertion(&world.app, &world.key, "anagrafe", &json!({}));
    let redirect_uri = world.portal.redirect_uri();
    let fields = code_fields(&world.code, &redirect_uri);
    let (status, answer) = world.post("/token", &fields, &assertion, false).await;
    assert_eq!(
        (status, answer["error"].as_str()),
        (StatusCode::BAD_REQUEST, Some("invalid_request"))
    );
    assert_eq!(
        world.exchange(&json!({})).await.0,
        StatusCode::OK,
        "the code is not burnt"
    );
}

#[tokio::test]
async fn fapi2_security_profile_final_client_assertions_that_are_refused() {
    let world = World::new().await;
    let now = world.app.now().timestamp();
    for (module, changes) in [
        ("par-test-array-as-audience-fails", json!({"aud": [ISSUER]})),
        (
            "par-test-token-endpoint-url-as-audience-fails",
            json!({"aud": format!("{ISSUER}/token")}),
        ),
        (
            "par-test-par-endpoint-url-as-audience-fails",
            json!({"aud": format!("{ISSUER}/par")}),
        ),
        (
            "ensure-client-assertion-with-wrong-aud-fails",
            json!({"aud": "https://other.example.com"}),
        ),
        ("ensure-client-assertion-with-no-sub-fails", json!({"sub": null})),
        (
            "ensure-client-assertion-with-exp-is-5-minutes-in-past-fails",
            json!({"exp": now - 300}),
        ),
        (
            "par-ensure-jwt-client-assertions-nbf-over-60-seconds-in-the-future-fails",
            json!({"nbf": now + 61}),
        ),
    ] {
        World::refused(&world.exchange(&changes).await, module);
        let assertion = assertion(&world.app, &world.key, "anagrafe", &changes);
        World::refused(&world.post("/par", &[], &assertion, true).await, module);
    }
    // par-ensure-jwt-client-assertions-nbf-8-seconds-in-the-future-is-accepted
    let (status, answer) = world.exchange(&json!({"nbf": now + 8})).await;
    assert_eq!(status, StatusCode::OK, "{answer}");
}

#[tokio::test]
async fn fapi2_security_profile_final_ensure_signed_client_assertion_with_rs256_fails() {
    let world = World::with(SigningKey::Rsa(RsaKey::generate(2048).unwrap())).await;
    World::refused(&world.exchange(&json!({})).await, "RS256");
}

#[tokio::test]
async fn fapi2_security_profile_final_ensure_client_assertion_in_token_endpoint() {
    let world = World::new().await;
    let redirect_uri = world.portal.redirect_uri();
    let mut fields = code_fields(&world.code, &redirect_uri);
    fields.push(("client_id", "anagrafe"));
    World::refused(&post(&world.app, "/token", &fields, &[]).await, "no assertion");
    // A client that keeps the profile and registered a secret is let in by nothing.
    world
        .app
        .change_client(&world.portal, |client| {
            client.auth_method = ClientAuthMethod::ClientSecretBasic;
        })
        .await;
    let basic = basic(&world.portal);
    let answer = post(&world.app, "/token", &fields, &[("authorization", &basic)]).await;
    World::refused(&answer, "a secret");
}

#[tokio::test]
async fn fapi2_security_profile_final_ensure_token_endpoint_fails_with_mismatched_dpop_jkt() {
    let app = TestApp::start().await;
    app.deps.store.brief.remembers_since(app.now()).await.unwrap();
    let portal = Portal::new("anagrafe");
    let (key, basic) = (Prover::new(), basic(&portal));
    let mut citizen = Citizen::new();
    let login = citizen.open(&app, &portal.authorize(&[("dpop_jkt", &key.jkt())])).await;
    let asked = app.pick_idp(&mut citizen, &login).await;
    let back = app.come_back(&mut citizen, &asked, &PROVALDI).await;
    let (code, redirect_uri) = (portal.code(&back), portal.redirect_uri());
    let ask = async |key: Option<&Prover>| {
        let proof = key.map(|key| key.proof(&app, "POST", "/token", &json!({})));
        let mut headers = vec![("authorization", basic.as_str())];
        headers.extend(proof.as_deref().map(|proof| ("dpop", proof)));
        post(&app, "/token", &code_fields(&code, &redirect_uri), &headers).await
    };
    for (other, error) in [(None, "invalid_request"), (Some(&Prover::new()), "invalid_dpop_proof")] {
        let (status, answer) = ask(other).await;
        let told = (status, answer["error"].as_str());
        assert_eq!(told, (StatusCode::BAD_REQUEST, Some(error)));
    }
    // ensure-dpop-auth-code-binding-success
    assert_eq!(ask(Some(&key)).await.0, StatusCode::OK);
}
