//! Token exchange (RFC 8693): the invoices portal calls the permits service, which calls the archive, both on Mario's
//! behalf.

use crate::harness::portal::verified;
use crate::harness::{Citizen, PROVALDI, Portal, TestApp, citizen};
use chrono::TimeDelta;
use domain::audit::EventKind;
use domain::mandate::MandateState;
use http::StatusCode;
use protocol::oidc::client::ActingPolicy;
use protocol::oidc::grant::GrantType;
use serde_json::{Value, json};
use std::collections::BTreeSet;

const API: &str = "https://edilizia.example.com/api";
const ARCHIVE: &str = "https://biblioteca.example.com/archive";
const ACCESS_TOKEN: &str = "urn:ietf:params:oauth:token-type:access_token";
const JWT: &str = "urn:ietf:params:oauth:token-type:jwt";

struct World {
    app: TestApp,
    portal: Portal,
    api: Portal,
    archive: Portal,
    citizen: Citizen,
    code: String,
    tokens: Value,
}

impl World {
    /// Mario came to the portal for ACME SRL, and the portal got a token for the service.
    async fn new() -> World {
        let app = TestApp::start().await;
        let [portal, api, archive] = ["fatture", "edilizia", "biblioteca"].map(Portal::new);
        app.change_client(&portal, |client| client.metadata.resources = set(&[API, ARCHIVE]))
            .await;
        app.change_client(&api, |client| {
            client.metadata.resource = Some(API.to_owned());
            client.metadata.resources = set(&[ARCHIVE]);
            client.metadata.grant_types = [GrantType::TokenExchange, GrantType::ClientCredentials].into();
            client.roles = set(&["permit-reader"]);
        })
        .await;
        app.change_client(&archive, |client| {
            client.metadata.resource = Some(ARCHIVE.to_owned());
            client.acting = ActingPolicy::Either;
        })
        .await;
        let mut citizen = Citizen::new();
        let login = citizen.open(&app, &portal.authorize(&[("resource", API)])).await;
        let asked = app.pick_idp(&mut citizen, &login).await;
        let chooser = app.come_back(&mut citizen, &asked, &PROVALDI).await;
        let back = app.choose(&mut citizen, &chooser, "ACME SRL").await;
        let code = portal.code(&back);
        let (status, tokens) = portal.token(&app, &code, &[]).await;
        assert_eq!(status, StatusCode::OK, "{tokens}");
        World {
            app,
            portal,
            api,
            archive,
            citizen,
            code,
            tokens,
        }
    }

    /// The service exchanges what it was called with for a token for the archive.
    async fn exchange(&self, changes: &[(&str, &str)]) -> (StatusCode, Value) {
        self.exchange_by(&self.api, changes).await
    }

    async fn exchange_by(&self, client: &Portal, changes: &[(&str, &str)]) -> (StatusCode, Value) {
        let mut pairs = vec![
            ("grant_type", "urn:ietf:params:oauth:grant-type:token-exchange"),
            ("subject_token", access_token(&self.tokens)),
            ("subject_token_type", ACCESS_TOKEN),
            ("resource", ARCHIVE),
        ];
        for (name, value) in changes {
            pairs.retain(|(known, _)| known != name);
            if !value.is_empty() {
                pairs.push((name, value));
            }
        }
        client.post(&self.app, "/token", &pairs).await
    }

    async fn introspected(&self, client: &Portal, tokens: &Value) -> Value {
        let pairs = [("token", access_token(tokens))];
        client.post(&self.app, "/introspect", &pairs).await.1
    }
}

fn set(words: &[&str]) -> BTreeSet<String> {
    words.iter().map(|word| (*word).to_owned()).collect()
}

fn access_token(tokens: &Value) -> &str {
    tokens["access_token"]
        .as_str()
        .unwrap_or_else(|| panic!("no token in {tokens}"))
}

fn refused(answer: &(StatusCode, Value)) -> Option<&str> {
    assert_eq!(answer.0, StatusCode::BAD_REQUEST, "{}", answer.1);
    answer.1["error"].as_str()
}

#[tokio::test]
async fn the_next_service_learns_on_whose_behalf_for_whom_and_through_whom_it_is_called() {
    let world = World::new().await;
    let (_, before) = verified(&world.app, access_token(&world.tokens)).await;
    let (status, tokens) = world.exchange(&[]).await;
    assert_eq!(status, StatusCode::OK, "{tokens}");
    assert_eq!(tokens["issued_token_type"], ACCESS_TOKEN);
    assert_eq!(tokens["token_type"], "Bearer");
    for absent in ["id_token", "refresh_token"] {
        assert_eq!(tokens.get(absent), None, "{absent}");
    }
    let (header, claims) = verified(&world.app, access_token(&tokens)).await;
    assert_eq!(header["typ"], "at+jwt");
    assert_eq!(claims["aud"], ARCHIVE);
    assert_eq!(claims["client_id"], "edilizia");
    assert_eq!(claims["act"], json!({"sub": "edilizia"}));
    for same in ["sub", "org_id", "acr", "auth_time", "scope"] {
        assert_eq!(claims[same], before[same], "{same}");
    }
    assert_eq!(claims["roles"], json!([]), "Mario has no role at the archive");
    assert_eq!(world.introspected(&world.archive, &tokens).await["act"], claims["act"]);
    assert_eq!(world.app.count(EventKind::TokenExchanged).await, 1);
}

#[tokio::test]
async fn a_chain_of_services_is_told_in_order_and_by_name_as_well() {
    let world = World::new().await;
    let (_, first) = world.exchange(&[("resource", ""), ("audience", "biblioteca")]).await;
    world
        .app
        .change_client(&world.archive, |client| {
            client.metadata.grant_types = [GrantType::TokenExchange].into();
            client.metadata.resources = set(&[API]);
        })
        .await;
    let (status, second) = world
        .exchange_by(
            &world.archive,
            &[
                ("subject_token", access_token(&first)),
                ("subject_token_type", JWT),
                ("requested_token_type", JWT),
                ("resource", API),
            ],
        )
        .await;
    assert_eq!(status, StatusCode::OK, "{second}");
    assert_eq!(second["issued_token_type"], JWT);
    let (_, claims) = verified(&world.app, access_token(&second)).await;
    assert_eq!(claims["act"], json!({"sub": "biblioteca", "act": {"sub": "edilizia"}}));
    assert_eq!(claims["roles"], json!(["permit-reader"]));
    // Attack 47: with the service in the middle goes whatever came through it.
    world.app.disable(&world.api).await;
    let answer = world.introspected(&world.archive, &second).await;
    assert_eq!(answer, json!({"active": false}));
}

#[tokio::test]
async fn the_portal_itself_gets_by_exchange_only_what_its_grant_was_given_for_66() {
    let world = World::new().await;
    world
        .app
        .change_client(&world.portal, |client| {
            client.metadata.grant_types.insert(GrantType::TokenExchange);
        })
        .await;
    let answer = world.exchange_by(&world.portal, &[]).await;
    assert_eq!(
        refused(&answer),
        Some("invalid_target"),
        "it asked for the service, not for the archive"
    );
    let (status, tokens) = world.exchange_by(&world.portal, &[("resource", API)]).await;
    assert_eq!(status, StatusCode::OK, "{tokens}");
}

#[tokio::test]
async fn a_new_token_never_outlives_the_one_it_came_from() {
    let world = World::new().await;
    world.app.clock.advance(TimeDelta::minutes(4));
    let (_, tokens) = world.exchange(&[]).await;
    assert_eq!(tokens["expires_in"], 60);
    world.app.clock.advance(TimeDelta::minutes(1));
    let late = world.exchange(&[]).await;
    assert_eq!(refused(&late), Some("invalid_request"));
    let answer = world.introspected(&world.archive, &tokens).await;
    assert_eq!(answer, json!({"active": false}));
}

#[tokio::test]
async fn a_service_exchanges_what_it_was_called_with_and_nothing_else_66() {
    let world = World::new().await;
    // A token of the portal that is not for the service: stolen, or given to the wrong one.
    let mut citizen = world.citizen.clone();
    let back = citizen.open(&world.app, &world.portal.authorize(&[])).await;
    let back = match back.elsewhere(&world.app) {
        true => back,
        false => world.app.choose(&mut citizen, &back, "ACME SRL").await,
    };
    let tokens = world.portal.exchange(&world.app, &world.portal.code(&back)).await;
    for stolen in [tokens.access_token.as_str(), tokens.id_token.as_str(), "unknown"] {
        let answer = world.exchange(&[("subject_token", stolen)]).await;
        assert_eq!(refused(&answer), Some("invalid_request"));
    }
    // And the archive, which the token is not for, does not get it exchanged by calling itself a service.
    world
        .app
        .change_client(&world.archive, |client| {
            client.metadata.grant_types = [GrantType::TokenExchange].into();
            client.metadata.resources = set(&[ARCHIVE]);
        })
        .await;
    let answer = world.exchange_by(&world.archive, &[]).await;
    assert_eq!(refused(&answer), Some("invalid_request"));
    let answer = world.exchange_by(&world.portal, &[]).await;
    assert_eq!(refused(&answer), Some("unauthorized_client"));
}

#[tokio::test]
async fn neither_scope_nor_organisation_nor_target_gets_wider_66() {
    let world = World::new().await;
    for (name, value, error) in [
        ("scope", "openid offline_access", "invalid_scope"),
        ("scope", "organization:comune-di-borgo-alto", "invalid_scope"),
        ("resource", "https://other.example.com", "invalid_target"),
        ("resource", crate::harness::ISSUER, "invalid_target"),
        ("resource", "", "invalid_target"),
        ("audience", "anagrafe", "invalid_target"),
        (
            "requested_token_type",
            "urn:ietf:params:oauth:token-type:refresh_token",
            "invalid_request",
        ),
        (
            "subject_token_type",
            "urn:ietf:params:oauth:token-type:refresh_token",
            "invalid_request",
        ),
    ] {
        let answer = world.exchange(&[(name, value)]).await;
        assert_eq!(refused(&answer), Some(error), "{name}={value}");
    }
}

#[tokio::test]
async fn whom_the_portal_does_not_let_act_does_not_act_even_without_an_actor_token_66() {
    let world = World::new().await;
    let (status, own) = world
        .api
        .post(&world.app, "/token", &[("grant_type", "client_credentials")])
        .await;
    assert_eq!(status, StatusCode::OK, "{own}");
    let with_actor = [("actor_token", access_token(&own)), ("actor_token_type", ACCESS_TOKEN)];
    assert_eq!(world.exchange(&with_actor).await.0, StatusCode::OK);
    // The portal's own token says who Mario is, not who acts.
    let marios = [
        ("actor_token", access_token(&world.tokens)),
        ("actor_token_type", ACCESS_TOKEN),
    ];
    let answer = world.exchange(&marios).await;
    assert_eq!(refused(&answer), Some("invalid_request"));
    world
        .app
        .change_client(&world.portal, |client| {
            client.metadata.may_act = Some(set(&["biblioteca"]))
        })
        .await;
    for changes in [&with_actor[..], &[]] {
        let answer = world.exchange(changes).await;
        assert_eq!(refused(&answer), Some("invalid_request"));
    }
}

#[tokio::test]
async fn an_exchanged_token_ends_with_whatever_the_first_one_rests_on_57() {
    for end in ["sign out", "mandate", "portal", "service", "blocked"] {
        let mut world = World::new().await;
        let (_, tokens) = world.exchange(&[]).await;
        match end {
            "sign out" => {
                let hint = world.tokens["id_token"].as_str().unwrap();
                let query = citizen::encode(&[("id_token_hint", hint)]);
                world.citizen.open(&world.app, &format!("/logout?{query}")).await;
            }
            "mandate" => {
                world
                    .app
                    .change_mandate(&world.code, |mandate| mandate.state = MandateState::Revoked)
                    .await;
            }
            "portal" => world.app.disable(&world.portal).await,
            "service" => world.app.disable(&world.api).await,
            _ => world.app.block(&PROVALDI).await,
        }
        let answer = world.introspected(&world.archive, &tokens).await;
        assert_eq!(answer, json!({"active": false}), "{end}");
        if end != "service" {
            let answer = world.exchange(&[]).await;
            assert_eq!(refused(&answer), Some("invalid_request"), "{end}");
        }
    }
}

#[tokio::test]
async fn whom_the_next_service_would_not_take_it_is_not_told_about_66() {
    let world = World::new().await;
    world
        .app
        .change_client(&world.archive, |client| client.acting = ActingPolicy::Myself)
        .await;
    let answer = world.exchange(&[]).await;
    assert_eq!(refused(&answer), Some("invalid_target"));
}
