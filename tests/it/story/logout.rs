//! Signing out (RP-Initiated Logout 1.0).

use crate::harness::portal::Tokens;
use crate::harness::{CAMPIONELLI, Citizen, PROVALDI, Portal, TestApp};
use chrono::TimeDelta;
use domain::audit::EventKind;
use http::StatusCode;

async fn signed_in() -> (TestApp, Citizen, Portal, Tokens) {
    let app = TestApp::start().await;
    let (mut citizen, portal) = (Citizen::new(), Portal::new("anagrafe"));
    let back = app.sign_in(&mut citizen, &portal, &PROVALDI).await;
    let tokens = portal.exchange(&app, &portal.code(&back)).await;
    (app, citizen, portal, tokens)
}

fn logout(pairs: &[(&str, &str)]) -> String {
    format!("/logout?{}", crate::harness::citizen::encode(pairs))
}

#[tokio::test]
async fn a_portal_signs_its_citizen_out_and_gets_the_browser_back() {
    let (app, mut citizen, portal, tokens) = signed_in().await;
    let address = logout(&[
        ("id_token_hint", &tokens.id_token),
        ("post_logout_redirect_uri", "https://anagrafe.example.com/bye"),
        ("state", "s p"),
    ]);
    let back = citizen.open(&app, &address).await;
    assert_eq!(back.url.as_str(), "https://anagrafe.example.com/bye?state=s+p");
    assert!(citizen.cookie("varco_session").is_none());
    assert_eq!(app.count(EventKind::SessionEnded).await, 1);
    // With the session its tokens end.
    assert_eq!(
        portal.userinfo(&app, &tokens.access_token).await.0,
        StatusCode::UNAUTHORIZED
    );
    let login = citizen.open(&app, &portal.authorize(&[])).await;
    assert!(login.link("idp=").is_some());
}

#[tokio::test]
async fn an_address_that_is_not_registered_is_never_gone_to_42() {
    let (app, mut citizen, _, tokens) = signed_in().await;
    for evil in [
        "https://evil.example/",
        "https://anagrafe.example.com/bye/",
        "javascript:alert(1)",
    ] {
        let address = logout(&[("id_token_hint", &tokens.id_token), ("post_logout_redirect_uri", evil)]);
        let page = citizen.open(&app, &address).await;
        assert!(app.is_ours(&page.url), "{evil} → {}", page.url);
        assert!(!page.body.contains("evil.example"));
    }
}

#[tokio::test]
async fn without_a_hint_the_citizen_is_asked_first_42() {
    let (app, mut citizen, portal, _) = signed_in().await;
    let page = citizen.open(&app, "/logout").await;
    assert_eq!(page.status, StatusCode::OK);
    assert!(citizen.cookie("varco_session").is_some(), "still signed in");
    let request = page.field("request").unwrap();
    let gone = citizen.submit(&app, "/logout/confirm", &[("request", &request)]).await;
    assert_eq!(gone.status, StatusCode::OK);
    assert!(citizen.cookie("varco_session").is_none());
    let login = citizen.open(&app, &portal.authorize(&[])).await;
    assert!(login.link("idp=").is_some());
}

#[tokio::test]
async fn a_confirmation_that_our_page_did_not_give_is_asked_again_41() {
    let (app, mut citizen, _, _) = signed_in().await;
    for forged in ["", "x.", "0000.id_token_hint="] {
        citizen.submit(&app, "/logout/confirm", &[("request", forged)]).await;
        assert!(citizen.cookie("varco_session").is_some(), "{forged}");
    }
    assert_eq!(app.count(EventKind::SessionEnded).await, 0);
}

#[tokio::test]
async fn another_sites_form_takes_no_cookie_away_that_it_did_not_bring_42() {
    let (app, mut citizen, _, _) = signed_in().await;
    for path in ["/logout", "/logout/confirm"] {
        for forged in ["", "x."] {
            citizen.submit_from_elsewhere(&app, path, &[("request", forged)]).await;
            assert!(citizen.cookie("varco_session").is_some(), "{path} {forged}");
        }
    }
}

#[tokio::test]
async fn a_hint_of_somebody_else_or_forged_signs_nobody_out_unasked_42() {
    let (app, mut citizen, portal, tokens) = signed_in().await;
    let mut other = Citizen::new();
    let back = app.sign_in(&mut other, &portal, &CAMPIONELLI).await;
    let others = portal.exchange(&app, &portal.code(&back)).await.id_token;
    let (head, _) = tokens.id_token.rsplit_once('.').unwrap();
    for hint in [others, format!("{head}.AAAA"), "rubbish".to_owned()] {
        let page = citizen.open(&app, &logout(&[("id_token_hint", &hint)])).await;
        assert_eq!(page.status, StatusCode::OK);
        assert!(citizen.cookie("varco_session").is_some());
    }
}

#[tokio::test]
async fn signing_out_twice_is_no_error() {
    let (app, mut citizen, _, tokens) = signed_in().await;
    for _ in 0..2 {
        let page = citizen
            .open(&app, &logout(&[("id_token_hint", &tokens.id_token)]))
            .await;
        assert_eq!(page.status, StatusCode::OK);
    }
}

#[tokio::test]
async fn after_signing_out_the_back_button_finishes_nobodys_login_32_40() {
    let app = TestApp::start().await;
    let (mut citizen, portal) = (Citizen::new(), Portal::new("fatture"));
    let chooser = app.sign_in(&mut citizen, &portal, &PROVALDI).await;
    // "Esci", in the header of the chooser.
    let question = citizen.open(&app, "/logout").await;
    let request = question.field("request").unwrap();
    citizen.submit(&app, "/logout/confirm", &[("request", &request)]).await;
    // The next one at this computer goes back to the open page.
    let page = app.choose(&mut citizen, &chooser, "ACME SRL").await;
    assert_eq!(page.url.path(), "/login", "{}", page.url);
    let page = citizen.open(&app, chooser.url.as_str()).await;
    assert_eq!(page.url.path(), "/login", "{}", page.url);
    assert_eq!(app.count(EventKind::CodeIssued).await, 0);
    assert_eq!(app.count(EventKind::ActingChosen).await, 0);
    // And may sign in there as himself.
    let asked = app.pick_idp(&mut citizen, &page).await;
    let back = app.come_back(&mut citizen, &asked, &CAMPIONELLI).await;
    assert_eq!(portal.error(&back), "access_denied");
}

#[tokio::test]
async fn what_was_proved_before_a_logout_is_not_worth_more_than_the_next_sign_in_32_44() {
    let app = TestApp::start().await;
    let (mut citizen, portal) = (Citizen::new(), Portal::new("fatture"));
    let chooser = app.sign_in(&mut citizen, &portal, &PROVALDI).await;
    let question = citizen.open(&app, "/logout").await;
    let request = question.field("request").unwrap();
    citizen.submit(&app, "/logout/confirm", &[("request", &request)]).await;
    app.clock.advance(TimeDelta::minutes(1));
    // The same person signs in again elsewhere in this browser, perhaps with less.
    let other = Portal::new("anagrafe");
    other.code(&app.sign_in(&mut citizen, &other, &PROVALDI).await);
    // The open page begins anew with what that session proves.
    let page = app.choose(&mut citizen, &chooser, "ACME SRL").await;
    assert_ne!(page.url.host_str(), Some("fatture.example.com"), "{}", page.url);
    assert_eq!(app.count(EventKind::ActingChosen).await, 0);
}

#[tokio::test]
async fn a_session_whose_cookie_was_lost_on_the_way_can_be_signed_out_of_36() {
    let app = TestApp::start().await;
    let (mut citizen, portal) = (Citizen::new(), Portal::new("fatture"));
    let asked = app.to_idp(&mut citizen, &portal).await;
    let mut reloads = citizen.clone();
    // The answer that brings the cookie never arrives: its reader reloads the page.
    app.come_back(&mut citizen, &asked, &PROVALDI).await;
    let address = citizen.last_at("/login/continue").unwrap().to_string();
    let chooser = reloads.open(&app, &address).await;
    assert_eq!(chooser.url.path(), "/login/choose", "{}", chooser.url);
    assert!(reloads.cookie("varco_session").is_some());
    portal.code(&app.choose(&mut reloads, &chooser, "ACME SRL").await);
    let question = reloads.open(&app, "/logout").await;
    let request = question.field("request").unwrap();
    reloads.submit(&app, "/logout/confirm", &[("request", &request)]).await;
    assert_eq!(app.count(EventKind::SessionEnded).await, 1);
    let page = app.choose(&mut reloads, &chooser, "ACME SRL").await;
    assert!(app.is_ours(&page.url), "{}", page.url);
}

#[tokio::test]
async fn a_portal_that_posts_its_request_signs_its_citizen_out_as_well() {
    let (app, mut citizen, portal, tokens) = signed_in().await;
    let fields = [
        ("id_token_hint", tokens.id_token.as_str()),
        ("post_logout_redirect_uri", "https://anagrafe.example.com/bye"),
        ("state", "s p"),
    ];
    let back = citizen.submit_from_elsewhere(&app, "/logout", &fields).await;
    assert_eq!(back.url.as_str(), "https://anagrafe.example.com/bye?state=s+p");
    // On the way the token stood in no address (attack 70).
    let way = citizen.last_at("/logout").unwrap();
    assert!(
        way.query().unwrap().starts_with("request=") && !way.as_str().contains(&tokens.id_token),
        "{way}"
    );
    assert!(citizen.cookie("varco_session").is_none());
    assert_eq!(app.count(EventKind::SessionEnded).await, 1);
    assert_eq!(
        portal.userinfo(&app, &tokens.access_token).await.0,
        StatusCode::UNAUTHORIZED
    );
}

#[tokio::test]
async fn signing_in_again_does_not_let_earlier_tokens_escape_the_logout() {
    let (app, mut citizen, portal, tokens) = signed_in().await;
    let login = citizen.open(&app, &portal.authorize(&[("prompt", "login")])).await;
    let asked = app.pick_idp(&mut citizen, &login).await;
    app.come_back(&mut citizen, &asked, &PROVALDI).await;
    assert_eq!(portal.userinfo(&app, &tokens.access_token).await.0, StatusCode::OK);
    citizen
        .open(&app, &logout(&[("id_token_hint", &tokens.id_token)]))
        .await;
    assert_eq!(
        portal.userinfo(&app, &tokens.access_token).await.0,
        StatusCode::UNAUTHORIZED
    );
}

#[tokio::test]
async fn somebody_elses_login_in_this_browser_ends_what_was_open_before() {
    let (app, mut citizen, portal, tokens) = signed_in().await;
    let login = citizen.open(&app, &portal.authorize(&[("prompt", "login")])).await;
    let asked = app.pick_idp(&mut citizen, &login).await;
    app.come_back(&mut citizen, &asked, &CAMPIONELLI).await;
    assert_eq!(
        portal.userinfo(&app, &tokens.access_token).await.0,
        StatusCode::UNAUTHORIZED
    );
    assert_eq!(app.count(EventKind::SessionEnded).await, 1);
}

#[tokio::test]
async fn signing_out_ends_what_every_tab_got_58() {
    let app = TestApp::start().await;
    let (mut citizen, portal) = (Citizen::new(), Portal::new("fatture"));
    let first = app.to_idp(&mut citizen, &portal).await;
    let second = app.to_idp(&mut citizen, &portal).await;
    let first = app.come_back(&mut citizen, &first, &PROVALDI).await;
    let second = app.come_back(&mut citizen, &second, &PROVALDI).await;
    let mut got = Vec::new();
    for tab in [second, first] {
        let back = app.choose(&mut citizen, &tab, "ACME SRL").await;
        got.push(portal.exchange(&app, &portal.code(&back)).await);
    }
    citizen
        .open(&app, &logout(&[("id_token_hint", &got[0].id_token)]))
        .await;
    for tokens in got {
        let (status, _) = portal.userinfo(&app, &tokens.access_token).await;
        assert_eq!(status, StatusCode::UNAUTHORIZED);
    }
}

/// Another portal of the same citizen, in the same browser session.
async fn visits(app: &TestApp, citizen: &mut Citizen, client_id: &'static str) -> Tokens {
    let portal = Portal::new(client_id);
    let back = citizen.open(app, &portal.authorize(&[])).await;
    portal.exchange(app, &portal.code(&back)).await
}

async fn is_over(app: &TestApp, tokens: &Tokens) -> bool {
    let sid = uuid::Uuid::parse_str(tokens.claims["sid"].as_str().unwrap()).unwrap();
    app.deps.store.grant(sid).await.unwrap().unwrap().ended_at.is_some()
}

#[tokio::test]
async fn signing_out_after_an_hour_in_a_portal_ends_what_every_portal_got_36() {
    let (app, mut citizen, _, tokens) = signed_in().await;
    let elsewhere = visits(&app, &mut citizen, "biblioteca").await;
    // Varco's own session went idle meanwhile; refresh tokens would go on for hours.
    app.clock.advance(TimeDelta::hours(1));
    citizen
        .open(&app, &logout(&[("id_token_hint", &tokens.id_token)]))
        .await;
    assert!(is_over(&app, &tokens).await && is_over(&app, &elsewhere).await);
    assert_eq!(app.count(EventKind::GrantsEnded).await, 1);
}

#[tokio::test]
async fn in_a_browser_without_its_session_a_portal_signs_out_itself_and_nobody_else_42() {
    let (app, mut citizen, _, tokens) = signed_in().await;
    let elsewhere = visits(&app, &mut citizen, "biblioteca").await;
    let address = logout(&[("id_token_hint", &tokens.id_token)]);
    Citizen::new().open(&app, &address).await;
    assert!(is_over(&app, &tokens).await);
    assert!(!is_over(&app, &elsewhere).await);
    // Without a hint there is nothing that a stranger could end.
    app.clock.advance(TimeDelta::hours(1));
    citizen.open(&app, "/logout").await;
    assert!(!is_over(&app, &elsewhere).await);
}

#[tokio::test]
async fn what_was_got_in_a_session_that_went_idle_follows_its_person_and_nobody_else_36() {
    let (app, mut citizen, portal, tokens) = signed_in().await;
    app.clock.advance(TimeDelta::hours(1));
    let back = app.sign_in(&mut citizen, &portal, &PROVALDI).await;
    let again = portal.exchange(&app, &portal.code(&back)).await;
    assert!(!is_over(&app, &tokens).await);
    citizen.open(&app, &logout(&[("id_token_hint", &again.id_token)])).await;
    assert!(is_over(&app, &tokens).await, "it had gone over to the new session");

    let (app, mut citizen, portal, tokens) = signed_in().await;
    app.clock.advance(TimeDelta::hours(1));
    let back = app.sign_in(&mut citizen, &portal, &CAMPIONELLI).await;
    portal.code(&back);
    assert!(is_over(&app, &tokens).await, "somebody else sits there now");
}

#[tokio::test]
async fn a_portal_that_was_switched_off_is_neither_named_nor_linked_when_somebody_signs_out_47() {
    let app = TestApp::start().await;
    let portal = Portal::new("biblioteca");
    app.change_client(&portal, |client| {
        client.name = "Biblioteca di prova".to_owned();
        client.uri = Some("https://biblioteca.example.com/home".to_owned());
    })
    .await;
    let there = Citizen::new().open(&app, "/logout?client_id=biblioteca").await;
    assert!(
        there.body.contains("https://biblioteca.example.com/home"),
        "{}",
        there.body
    );
    app.disable(&portal).await;
    let gone = Citizen::new().open(&app, "/logout?client_id=biblioteca").await;
    assert!(!gone.body.contains("biblioteca.example.com") && !gone.body.contains("Biblioteca di prova"));
}
