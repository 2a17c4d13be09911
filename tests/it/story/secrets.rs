//! Secrets of clients: how one takes the place of another, and clients that sign with theirs.

use crate::harness::machine::{assertion_by_secret, code_fields, post};
use crate::harness::{Citizen, PROVALDI, Portal, TestApp};
use chrono::TimeDelta;
use http::StatusCode;
use protocol::oidc::client::ClientAuthMethod;
use protocol::oidc::client_auth::assertion::TYPE;
use serde_json::Value;
use varco::flow::administration::apply::apply_clients;
use varco::manifest::Manifest;

const FORMER: &str = "former-0123456789-0123456789-0123456789";
const NEXT: &str = "next-0123456789-0123456789-0123456789-01";

/// The operator restarts with this file of secrets for `anagrafe`, which signs with them.
async fn restart_with(app: &TestApp, secrets: &[&str]) {
    let manifest: Manifest = toml::from_str(include_str!("../harness/manifest.toml")).unwrap();
    let mut clients = Vec::new();
    for mut written in manifest.client {
        let ours = written.client_id == "anagrafe";
        let file = format!("{}\n", secrets.join("\n"));
        if ours {
            written.token_endpoint_auth_method = ClientAuthMethod::ClientSecretJwt;
            written.client_secret = None;
            written.secret_file = Some("secrets/anagrafe".into());
        }
        clients.push(written.to_client(ours.then_some(file.as_str())).unwrap());
    }
    apply_clients(&app.deps, &clients).await.unwrap();
}

async fn revoke(app: &TestApp, assertion: &str) -> StatusCode {
    let fields = [
        ("token", "unknown"),
        ("client_assertion_type", TYPE),
        ("client_assertion", assertion),
    ];
    post(app, "/revoke", &fields, &[]).await.0
}

async fn started() -> TestApp {
    let app = TestApp::start().await;
    app.deps.store.brief.remembers_since(app.now()).await.unwrap();
    app.clock.advance(TimeDelta::seconds(1));
    app
}

#[tokio::test]
async fn a_client_signs_with_its_secret_and_a_new_one_takes_over_without_a_gap() {
    let app = started().await;
    for (secrets, former, next) in [
        (&[FORMER][..], StatusCode::OK, StatusCode::UNAUTHORIZED),
        (&[NEXT, FORMER], StatusCode::OK, StatusCode::OK),
        (&[NEXT], StatusCode::UNAUTHORIZED, StatusCode::OK),
    ] {
        restart_with(&app, secrets).await;
        for (secret, status) in [(FORMER, former), (NEXT, next)] {
            let assertion = assertion_by_secret(&app, secret, "anagrafe");
            assert_eq!(revoke(&app, &assertion).await, status, "{secrets:?} {secret}");
        }
    }
}

#[tokio::test]
async fn attack_37_an_assertion_by_secret_is_good_once_and_only_for_who_registered_it() {
    let app = started().await;
    restart_with(&app, &[FORMER]).await;
    let assertion = assertion_by_secret(&app, FORMER, "anagrafe");
    assert_eq!(revoke(&app, &assertion).await, StatusCode::OK);
    assert_eq!(revoke(&app, &assertion).await, StatusCode::UNAUTHORIZED);
    let other = assertion_by_secret(&app, "edilizia-secret-0123456789-0123456789", "edilizia");
    assert_eq!(revoke(&app, &other).await, StatusCode::UNAUTHORIZED);
}

#[tokio::test]
async fn a_client_that_signs_with_its_secret_gets_its_tokens_after_a_restart_too() {
    let app = started().await;
    restart_with(&app, &[FORMER]).await;
    let portal = Portal::new("anagrafe");
    let back = app.sign_in(&mut Citizen::new(), &portal, &PROVALDI).await;
    let (code, redirect_uri) = (portal.code(&back), portal.redirect_uri());
    let app = app.restart().await;
    let assertion = assertion_by_secret(&app, FORMER, "anagrafe");
    let mut fields = code_fields(&code, &redirect_uri);
    fields.extend([("client_assertion_type", TYPE), ("client_assertion", &assertion)]);
    let (status, tokens): (StatusCode, Value) = post(&app, "/token", &fields, &[]).await;
    assert_eq!(status, StatusCode::OK, "{tokens}");
}
