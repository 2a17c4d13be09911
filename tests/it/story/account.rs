//! A login without a portal ends on one's own page.

use crate::harness::{Citizen, PROVALDI, TestApp};
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
