//! What portals ask wrongly, and strangers who pretend to be one.

use crate::harness::{Citizen, PROVALDI, Page, Portal, TestApp};
use domain::audit::EventKind;
use domain::person::Method;
use http::StatusCode;
use std::collections::BTreeSet;

async fn open(app: &TestApp, changes: &[(&str, &str)]) -> Page {
    Citizen::new()
        .open(app, &Portal::new("fatture").authorize(changes))
        .await
}

#[tokio::test]
async fn an_unknown_client_gets_a_page_and_never_a_redirect() {
    let app = TestApp::start().await;
    let page = open(&app, &[("client_id", "nobody")]).await;
    assert_eq!(page.status, StatusCode::BAD_REQUEST);
    assert!(!page.body.contains("nobody"), "nothing a stranger sent is echoed");
}

#[tokio::test]
async fn a_redirect_uri_is_compared_to_the_letter_33() {
    let app = TestApp::start().await;
    for evil in [
        "https://fatture.example.com/callback/",
        "https://fatture.example.com/callback?x=1",
        "https://fatture.example.com/callback#x",
        "https://fatture.example.com/CALLBACK",
        "https://fatture.example.com:443/callback",
        "https://fatture.example.com/./callback",
        "https://fatture.example.com.evil.example/callback",
        "https://evil.example/https://fatture.example.com/callback",
        "https://fatture.example.com@evil.example/callback",
        "//fatture.example.com/callback",
        "http://fatture.example.com/callback",
        "javascript:alert(1)",
        "data:text/html,x",
        "",
    ] {
        let page = open(&app, &[("redirect_uri", evil)]).await;
        assert_eq!(page.status, StatusCode::BAD_REQUEST, "{evil}");
        assert!(evil.is_empty() || !page.body.contains(evil), "{evil} is echoed");
    }
}

#[tokio::test]
async fn any_other_mistake_goes_back_to_the_portal_with_state_and_iss() {
    let app = TestApp::start().await;
    let portal = Portal::new("fatture");
    for (changes, error) in [
        (vec![("response_type", "token")], "unsupported_response_type"),
        (vec![("response_type", "")], "invalid_request"),
        (vec![("scope", "profile")], "invalid_scope"),
        (vec![("code_challenge", "")], "invalid_request"),
        (vec![("code_challenge_method", "plain")], "invalid_request"),
        (vec![("prompt", "none login")], "invalid_request"),
        (vec![("prompt", "whatever")], "invalid_request"),
        (vec![("max_age", "soon")], "invalid_request"),
        (vec![("request", "x.y.z")], "invalid_request_object"),
        (vec![("request_uri", "https://evil.example/")], "invalid_request_uri"),
        (vec![("response_mode", "web_message")], "invalid_request"),
        (vec![("prompt", "none")], "login_required"),
    ] {
        let page = open(&app, &changes).await;
        assert_eq!(portal.error(&page), error, "{changes:?}");
    }
}

#[tokio::test]
async fn unknown_acr_values_are_a_wish_that_nobody_grants() {
    let app = TestApp::start().await;
    let page = open(&app, &[("acr_values", "urn:mace:incommon:iap:silver")]).await;
    assert!(page.link("idp=").is_some(), "the login page: {}", page.url);
}

#[tokio::test]
async fn a_parameter_that_comes_twice_is_refused() {
    let app = TestApp::start().await;
    let portal = Portal::new("fatture");
    let page = Citizen::new()
        .open(&app, &format!("{}&nonce=other", portal.authorize(&[])))
        .await;
    assert_eq!(portal.error(&page), "invalid_request");
    let page = Citizen::new()
        .open(&app, &format!("{}&client_id=edilizia", portal.authorize(&[])))
        .await;
    assert_eq!(page.status, StatusCode::BAD_REQUEST);
}

#[tokio::test]
async fn too_much_and_broken_encoding_get_a_page() {
    let app = TestApp::start().await;
    let portal = Portal::new("fatture");
    for bad in [
        format!("&x={}", "a".repeat(20_000)),
        "&x=%zz".to_owned(),
        "&x=%ff".to_owned(),
    ] {
        let page = Citizen::new()
            .open(&app, &format!("{}{bad}", portal.authorize(&[])))
            .await;
        assert_eq!(page.status, StatusCode::BAD_REQUEST);
    }
}

#[tokio::test]
async fn an_organisation_can_be_pinned_and_one_that_is_not_mine_is_denied_56() {
    let app = TestApp::start().await;
    let (mut citizen, portal) = (Citizen::new(), Portal::new("fatture"));
    let pinned = |alias: &str| portal.authorize(&[("scope", &format!("openid organization:{alias}"))]);
    let login = citizen.open(&app, &pinned("acme-srl")).await;
    let asked = app.pick_idp(&mut citizen, &login).await;
    let back = app.come_back(&mut citizen, &asked, &PROVALDI).await;
    let tokens = portal.exchange(&app, &portal.code(&back)).await;
    assert!(tokens.claims["organization"].get("acme-srl").is_some());
    for alias in ["somebody-else", "0198f3c2-0000-7000-8000-000000000009"] {
        let back = citizen.open(&app, &pinned(alias)).await;
        assert_eq!(portal.error(&back), "access_denied", "{alias}");
    }
    assert_eq!(
        app.count(EventKind::ActingRefused).await,
        2,
        "both are told to the auditor"
    );
}

#[tokio::test]
async fn pages_carry_the_headers_that_keep_them_honest_41() {
    let app = TestApp::start().await;
    let page = open(&app, &[]).await;
    let header = |name: &str| page.headers.get(name).unwrap().to_str().unwrap().to_owned();
    let policy = header("content-security-policy");
    assert!(
        policy.contains("default-src 'none'") && policy.contains("frame-ancestors 'none'"),
        "{policy}"
    );
    assert!(!policy.contains("unsafe"), "{policy}");
    assert_eq!(header("cache-control"), "no-store");
    assert_eq!(header("referrer-policy"), "same-origin");
    assert_eq!(header("x-content-type-options"), "nosniff");
    assert!(header("strict-transport-security").contains("max-age"));
}

#[tokio::test]
async fn wrong_paths_and_methods_get_a_page_of_ours() {
    let app = TestApp::start().await;
    let mut citizen = Citizen::new();
    let page = citizen.open(&app, "/no-such-page").await;
    assert_eq!(page.status, StatusCode::NOT_FOUND);
    assert!(page.body.contains("<html lang=\"it\""));
    let page = citizen.submit(&app, "/login", &[]).await;
    assert_eq!(page.status, StatusCode::METHOD_NOT_ALLOWED);
    let page = citizen
        .submit(&app, "/login/choose", &[("acting", &"a".repeat(100_000))])
        .await;
    assert_eq!(page.status, StatusCode::PAYLOAD_TOO_LARGE);
    assert!(page.body.contains("<html lang=\"it\""), "{}", page.body);
    for address in [
        "/login?login=a&login=b",
        "/login/choose?login=a&login=b",
        "/login/continue?answer=a&answer=b",
        "/login/spid?level=high",
        "/login/spid?level=2&level=3",
    ] {
        let page = citizen.open(&app, address).await;
        assert!(page.body.contains("<html lang=\"it\""), "{address}: {}", page.body);
    }
}

#[tokio::test]
async fn a_token_request_that_cannot_be_read_is_answered_in_the_protocols_words() {
    let app = TestApp::start().await;
    let (status, body) = Portal::new("fatture").token(&app, &"a".repeat(100_000), &[]).await;
    assert_eq!(
        (status, body["error"].as_str()),
        (StatusCode::BAD_REQUEST, Some("invalid_request"))
    );
}

#[tokio::test]
async fn a_portal_disabled_while_its_citizens_sign_in_gets_nobody_47() {
    let app = TestApp::start().await;
    let portal = Portal::new("fatture");
    let (mut choosing, mut away) = (Citizen::new(), Citizen::new());
    let chooser = app.sign_in(&mut choosing, &portal, &PROVALDI).await;
    let asked = app.to_idp(&mut away, &portal).await;
    app.disable(&portal).await;
    let page = app.choose(&mut choosing, &chooser, "ACME SRL").await;
    assert_eq!(page.status, StatusCode::BAD_REQUEST, "{}", page.url);
    let page = app.come_back(&mut away, &asked, &PROVALDI).await;
    assert_eq!(page.status, StatusCode::BAD_REQUEST, "{}", page.url);
    assert!(away.cookie("varco_session").is_none(), "nobody is signed in");
    assert_eq!(app.count(EventKind::CodeIssued).await, 0);
}

#[tokio::test]
async fn a_portal_that_does_not_accept_spid_gets_nobody_by_spid_whatever_address_is_typed() {
    let app = TestApp::start().await;
    let (mut early, mut typing, portal) = (Citizen::new(), Citizen::new(), Portal::new("anagrafe"));
    // Already away when the portal changed its mind.
    let asked = app.to_idp(&mut early, &portal).await;
    app.change_client(&portal, |client| client.methods = BTreeSet::from([Method::Cie]))
        .await;
    let page = app.come_back(&mut early, &asked, &PROVALDI).await;
    assert_eq!(page.url.path(), "/login", "{}", page.url);
    let login = typing.open(&app, &portal.authorize(&[])).await;
    let id = login.parameter("login").unwrap();
    let typed = format!("/login/spid?idp=https%3A%2F%2Fidp.example.org&login={id}");
    let page = typing.open(&app, &typed).await;
    assert_eq!(page.status, StatusCode::NOT_FOUND, "{}", page.url);
}
