//! Codes and tokens.

use crate::harness::{Citizen, PROVALDI, Portal, TestApp};
use chrono::TimeDelta;
use domain::audit::EventKind;
use domain::mandate::MandateState;
use http::StatusCode;
use protocol::oidc::grant::{Code, Grant};
use protocol::oidc::hash_secret;
use uuid::Uuid;
use varco::flow::administration::apply::apply_clients;
use varco::login::LoginId;

async fn with_code() -> (TestApp, Portal, String) {
    let app = TestApp::start().await;
    let (mut citizen, portal) = (Citizen::new(), Portal::new("fatture"));
    let chooser = app.sign_in(&mut citizen, &portal, &PROVALDI).await;
    let back = app.choose(&mut citizen, &chooser, "ACME SRL").await;
    let code = portal.code(&back);
    (app, portal, code)
}

#[tokio::test]
async fn a_code_used_twice_is_refused_and_ends_what_the_first_use_got_34() {
    let (app, portal, code) = with_code().await;
    let tokens = portal.exchange(&app, &code).await;
    assert_eq!(portal.userinfo(&app, &tokens.access_token).await.0, StatusCode::OK);
    let (status, body) = portal.token(&app, &code, &[]).await;
    assert_eq!(
        (status, body["error"].as_str()),
        (StatusCode::BAD_REQUEST, Some("invalid_grant"))
    );
    assert_eq!(
        portal.userinfo(&app, &tokens.access_token).await.0,
        StatusCode::UNAUTHORIZED
    );
    assert_eq!(app.count(EventKind::CodeReused).await, 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn of_fifty_simultaneous_exchanges_exactly_one_wins_34() {
    let (app, portal, code) = with_code().await;
    let app = std::sync::Arc::new(app);
    let mut tasks = Vec::new();
    for _ in 0..50 {
        let (app, portal, code) = (app.clone(), portal.clone(), code.clone());
        tasks.push(tokio::spawn(async move { portal.token(&app, &code, &[]).await.0 }));
    }
    let mut won = 0;
    for task in tasks {
        match task.await.unwrap() {
            StatusCode::OK => won += 1,
            status => assert_eq!(status, StatusCode::BAD_REQUEST),
        }
    }
    assert_eq!(won, 1);
}

#[tokio::test]
async fn a_code_is_worth_nothing_with_anything_wrong_34_35() {
    let (app, portal, code) = with_code().await;
    for (changes, error) in [
        (vec![("code_verifier", "x".repeat(43))], "invalid_grant"),
        (vec![("code_verifier", String::new())], "invalid_grant"),
        (
            vec![("redirect_uri", "https://fatture.example.com/other".to_owned())],
            "invalid_grant",
        ),
        (vec![("code", "unknown".to_owned())], "invalid_grant"),
        (vec![("code", String::new())], "invalid_request"),
        (vec![("grant_type", "password".to_owned())], "unsupported_grant_type"),
        (vec![("grant_type", String::new())], "invalid_request"),
    ] {
        let changes: Vec<(&str, &str)> = changes.iter().map(|(name, value)| (*name, value.as_str())).collect();
        let (status, body) = portal.token(&app, &code, &changes).await;
        assert_eq!(
            (status, body["error"].as_str()),
            (StatusCode::BAD_REQUEST, Some(error)),
            "{changes:?}"
        );
    }
    // None of these burnt it.
    portal.exchange(&app, &code).await;
}

#[tokio::test]
async fn a_code_is_worth_nothing_to_another_client_34() {
    let (app, portal, code) = with_code().await;
    let other = Portal::new("edilizia");
    let redirect_uri = portal.redirect_uri();
    let (status, body) = other.token(&app, &code, &[("redirect_uri", &redirect_uri)]).await;
    assert_eq!(
        (status, body["error"].as_str()),
        (StatusCode::BAD_REQUEST, Some("invalid_grant"))
    );
    portal.exchange(&app, &code).await;
}

#[tokio::test]
async fn a_code_waits_one_minute_34() {
    let (app, portal, code) = with_code().await;
    app.clock.advance(TimeDelta::seconds(61));
    let (status, body) = portal.token(&app, &code, &[]).await;
    assert_eq!(
        (status, body["error"].as_str()),
        (StatusCode::BAD_REQUEST, Some("invalid_grant"))
    );
}

#[tokio::test]
async fn a_wrong_secret_is_invalid_client() {
    let (app, mut portal, code) = with_code().await;
    let right = portal.clone();
    portal.client_id = "app";
    let (status, body) = portal.token(&app, &code, &[]).await;
    assert_eq!(
        (status, body["error"].as_str()),
        (StatusCode::UNAUTHORIZED, Some("invalid_client"))
    );
    right.exchange(&app, &code).await;
}

#[tokio::test]
async fn an_access_token_ends_with_its_time() {
    let (app, portal, code) = with_code().await;
    let tokens = portal.exchange(&app, &code).await;
    app.clock.advance(TimeDelta::minutes(10) - TimeDelta::seconds(1));
    assert_eq!(portal.userinfo(&app, &tokens.access_token).await.0, StatusCode::OK);
    app.clock.advance(TimeDelta::seconds(1));
    assert_eq!(
        portal.userinfo(&app, &tokens.access_token).await.0,
        StatusCode::UNAUTHORIZED
    );
}

#[tokio::test]
async fn a_mandate_that_is_revoked_ends_code_and_token_at_once_57() {
    let (app, portal, code) = with_code().await;
    let tokens = portal.exchange(&app, &code).await;
    app.change_mandate(&code, |mandate| mandate.state = MandateState::Revoked)
        .await;
    assert_eq!(
        portal.userinfo(&app, &tokens.access_token).await.0,
        StatusCode::UNAUTHORIZED
    );
}

#[tokio::test]
async fn a_client_that_is_disabled_gets_nothing_any_more_47() {
    let (app, portal, code) = with_code().await;
    let tokens = portal.exchange(&app, &code).await;
    let mut client = app.deps.store.client("fatture").await.unwrap().unwrap();
    client.disabled = true;
    let mut tx = app.deps.store.begin().await.unwrap();
    tx.upsert_client(&client).await.unwrap();
    tx.commit().await.unwrap();
    assert_eq!(
        portal.userinfo(&app, &tokens.access_token).await.0,
        StatusCode::UNAUTHORIZED
    );
    let page = Citizen::new().open(&app, &portal.authorize(&[])).await;
    assert_eq!(page.status, StatusCode::BAD_REQUEST);
    let (status, _) = portal.token(&app, "x", &[]).await;
    assert_eq!(status, StatusCode::UNAUTHORIZED);
}

#[tokio::test]
async fn what_a_portal_held_stays_dead_when_its_name_comes_back_47() {
    let (app, portal, code) = with_code().await;
    let tokens = portal.exchange(&app, &code).await;
    let known = app.deps.store.client("fatture").await.unwrap().unwrap();
    // The operator takes it out of the configuration, for its tokens leaked, and brings it back repaired.
    apply_clients(&app.deps, &[]).await.unwrap();
    // A node that was still answering lets a grant through.
    let late = {
        let mut tx = app.deps.store.begin().await.unwrap();
        let grant = app
            .deps
            .store
            .grant_by_code(&hash_secret(&code))
            .await
            .unwrap()
            .unwrap();
        let late = Grant {
            id: Uuid::from_u128(9),
            code: Code {
                hash: hash_secret("late"),
                ..grant.code.clone()
            },
            ended_at: None,
            ..grant
        };
        tx.insert_grant(&late, &LoginId("late".to_owned()), &[1; 32])
            .await
            .unwrap();
        tx.commit().await.unwrap();
        late.id
    };
    apply_clients(&app.deps, &[known]).await.unwrap();
    assert!(app.deps.store.grant(late).await.unwrap().unwrap().ended_at.is_some());
    assert_eq!(
        portal.userinfo(&app, &tokens.access_token).await.0,
        StatusCode::UNAUTHORIZED
    );
    assert_eq!(app.count(EventKind::GrantsEnded).await, 1);
    let page = Citizen::new().open(&app, &portal.authorize(&[])).await;
    assert_eq!(page.status, StatusCode::OK, "new logins are welcome");
}

#[tokio::test]
async fn rfc_9396_6_whoever_asks_for_less_at_the_token_endpoint_is_not_given_all() {
    let (app, portal, code) = with_code().await;
    let details = [(
        "authorization_details",
        r#"[{"type":"urn:varco:acting-as","roles":[]}]"#,
    )];
    let (status, answer) = portal.token(&app, &code, &details).await;
    assert_eq!(status, StatusCode::BAD_REQUEST);
    assert_eq!(answer["error"], "invalid_authorization_details");
    assert_eq!(
        portal.token(&app, &code, &[]).await.0,
        StatusCode::OK,
        "nothing was used up"
    );
}

#[tokio::test]
async fn userinfo_without_a_token_asks_for_one_and_with_rubbish_refuses() {
    let (app, portal, _) = with_code().await;
    assert_eq!(portal.userinfo(&app, "rubbish").await.0, StatusCode::UNAUTHORIZED);
    assert_eq!(portal.userinfo(&app, "").await.0, StatusCode::UNAUTHORIZED);
}
