//! How the request gets to the identity provider.

use crate::harness::{Citizen, PROVALDI, Portal, TestApp};
use http::StatusCode;

#[tokio::test]
async fn by_post_the_citizen_gets_a_page_with_one_form_that_may_leave_and_the_way_goes_on() {
    let mut app = TestApp::start().await;
    app.posts(true);
    let (mut citizen, portal) = (Citizen::new(), Portal::new("edilizia"));
    let login = citizen.open(&app, &portal.authorize(&[])).await;
    let page = citizen.open(&app, &login.link("idp=").unwrap()).await;
    assert_eq!(page.status, StatusCode::OK);
    let policy = page.headers["content-security-policy"].to_str().unwrap();
    assert!(
        policy.contains("default-src 'none'") && !policy.contains("form-action"),
        "{policy}"
    );
    assert!(page.body.contains("<button"), "it works without scripts");
    let certificate = &app.deps.keyring.spid.certificate;
    let asked = app.idp.read_form(&page, certificate);
    // What the register keeps is what was sent, signature and all.
    assert!(asked.document.contains("<ds:Signature"));
    let chooser = app.come_back(&mut citizen, &asked, &PROVALDI).await;
    assert_eq!(chooser.url.path(), "/login/choose", "{}", chooser.body);
    let kept = app.deps.store.saml_answer(&asked.id).await.unwrap().unwrap();
    assert_eq!(kept.request_document, asked.document);
    // No other page's form may leave.
    let policy = chooser.headers["content-security-policy"].to_str().unwrap();
    assert!(policy.contains("form-action 'self'"), "{policy}");
}

#[tokio::test]
async fn a_login_without_a_portal_is_posted_too_and_the_browser_gets_its_cookie() {
    let mut app = TestApp::start().await;
    app.posts(true);
    let mut citizen = Citizen::new();
    let page = citizen
        .open(&app, "/login/spid?idp=https%3A%2F%2Fidp.example.org&level=1")
        .await;
    assert!(citizen.cookie("varco_browser").is_some());
    let asked = app.idp.read_form(&page, &app.deps.keyring.spid.certificate);
    assert!(
        !asked.force_authn,
        "level 1 may be answered from the provider's session"
    );
    let account = app.come_back(&mut citizen, &asked, &PROVALDI).await;
    assert_eq!((account.url.path(), account.status), ("/account", StatusCode::OK));
}

#[tokio::test]
async fn an_identity_provider_that_takes_only_redirects_gets_a_redirect() {
    let mut app = TestApp::start().await;
    app.posts(false);
    let (mut citizen, portal) = (Citizen::new(), Portal::new("edilizia"));
    let asked = app.to_idp(&mut citizen, &portal).await;
    assert!(!asked.document.contains("Signature"), "the query is signed");
}
