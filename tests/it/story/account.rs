//! A login without a portal ends on one's own page.

use crate::harness::{Citizen, PROVALDI, Portal, TestApp};
use domain::audit::EventKind;
use http::StatusCode;

#[tokio::test]
async fn a_login_without_a_portal_ends_on_the_account_page() {
    let app = TestApp::start().await;
    let mut citizen = Citizen::new();
    let login = citizen.open(&app, "/account").await;
    assert_eq!(login.url.path(), "/login");
    let asked = app.pick_idp(&mut citizen, &login).await;
    let account = app.come_back(&mut citizen, &asked, &PROVALDI).await;
    assert_eq!((account.url.path(), account.status), ("/account", StatusCode::OK));
    assert!(account.body.contains("Mario Provaldi"));
    // The auditor finds who it was that the register entry is about.
    let events = app.events().await;
    let started = events
        .iter()
        .find(|event| event.kind == EventKind::SessionStarted)
        .unwrap();
    assert!(started.person.is_some());
    assert_eq!(started.detail.as_deref(), Some(asked.id.as_str()));
}

#[tokio::test]
async fn a_validator_may_start_at_the_identity_provider_with_a_level() {
    let app = TestApp::start().await;
    for (level, uri) in [(1, "SpidL1"), (2, "SpidL2"), (3, "SpidL3")] {
        let mut citizen = Citizen::new();
        let at_idp = citizen
            .open(
                &app,
                &format!("/login/spid?idp=https%3A%2F%2Fidp.example.org&level={level}"),
            )
            .await;
        let asked = app.idp.read(&at_idp.url);
        assert!(asked.level.ends_with(uri));
        assert_eq!(asked.force_authn, level > 1);
    }
}

#[tokio::test]
async fn an_identity_provider_that_nobody_knows_is_no_way_in() {
    let app = TestApp::start().await;
    for idp in ["https%3A%2F%2Fevil.example", ""] {
        let page = Citizen::new().open(&app, &format!("/login/spid?idp={idp}")).await;
        assert_eq!(page.status, StatusCode::NOT_FOUND);
    }
}

/// OpenID Connect Core §4; module `oidcc-3rd_party-init-login`.
#[tokio::test]
async fn a_portal_that_begins_logins_itself_is_asked_to_where_the_citizen_starts_again() {
    let app = TestApp::start().await;
    let portal = Portal::new("biblioteca");
    app.change_client(&portal, |client| {
        client.metadata.consent = true;
        client.metadata.initiate_login_uri = Some("https://biblioteca.example.com/entra?da=accesso".to_owned());
    })
    .await;
    let mut citizen = Citizen::new();
    let login = citizen.open(&app, &portal.authorize(&[])).await;
    let asked = app.pick_idp(&mut citizen, &login).await;
    let question = app.come_back(&mut citizen, &asked, &PROVALDI).await;
    let id = question.field("login").unwrap();
    let token = question.field("token").unwrap();
    let fields = [("login", id.as_str()), ("token", token.as_str()), ("consent", "yes")];
    citizen.submit(&app, "/login/consent", &fields).await;
    let link = "https://biblioteca.example.com/entra?da=accesso&amp;iss=https%3A%2F%2Flogin.ente.example.it";
    let again = citizen.open(&app, login.url.as_str()).await;
    assert_eq!(again.status, StatusCode::BAD_REQUEST);
    assert!(again.body.contains(&format!("href=\"{link}\"")), "{}", again.body);
    let account = citizen.open(&app, "/account").await;
    assert!(account.body.contains(&format!("href=\"{link}\"")), "{}", account.body);
}
