//! Signed in once, known at the next portal; and when that is not enough.

use crate::harness::fake_idp::Answer;
use crate::harness::{Citizen, PROVALDI, Portal, TestApp};
use chrono::TimeDelta;
use http::StatusCode;

async fn signed_in() -> (TestApp, Citizen) {
    let app = TestApp::start().await;
    let mut citizen = Citizen::new();
    let portal = Portal::new("anagrafe");
    let back = app.sign_in(&mut citizen, &portal, &PROVALDI).await;
    portal.code(&back);
    (app, citizen)
}

#[tokio::test]
async fn the_next_portal_needs_no_new_login_and_keeps_the_time_of_the_old_one() {
    let (app, mut citizen) = signed_in().await;
    let authenticated = app.now();
    app.clock.advance(TimeDelta::minutes(5));
    let portal = Portal::new("app");
    let back = citizen.open(&app, &portal.authorize(&[])).await;
    let code = portal.code(&back);
    let grant = app
        .deps
        .store
        .grant_by_code(&crate::harness::hash(&code))
        .await
        .unwrap()
        .unwrap();
    assert_eq!(grant.auth_time, authenticated);
    // Told against the register entry it came from.
    let events = app.events().await;
    let details: Vec<&str> = events.iter().filter_map(|e| e.detail.as_deref()).collect();
    assert!(details.iter().any(|d| d.starts_with("session-of _")), "{details:?}");
}

#[tokio::test]
async fn prompt_login_max_age_and_a_higher_level_ask_again_upstream_43_44() {
    let (app, mut citizen) = signed_in().await;
    app.clock.advance(TimeDelta::minutes(2));
    for (portal, changes) in [
        (Portal::new("anagrafe"), vec![("prompt", "login")]),
        (Portal::new("anagrafe"), vec![("max_age", "60")]),
        (
            Portal::new("anagrafe"),
            vec![("acr_values", "https://www.spid.gov.it/SpidL3")],
        ),
        (Portal::new("fascicolo"), vec![]),
    ] {
        let login = citizen.open(&app, &portal.authorize(&changes)).await;
        let asked = app.pick_idp(&mut citizen, &login).await;
        assert!(asked.force_authn, "{changes:?}");
    }
}

#[tokio::test]
async fn a_provider_that_answers_from_its_own_session_is_no_new_login_43() {
    let (app, mut citizen) = signed_in().await;
    let portal = Portal::new("anagrafe");
    app.clock.advance(TimeDelta::hours(1));
    for changes in [[("prompt", "login")], [("max_age", "0")], [("max_age", "600")]] {
        let login = citizen.open(&app, &portal.authorize(&changes)).await;
        let asked = app.pick_idp(&mut citizen, &login).await;
        // Everything is as it should be, but that the person authenticated an hour ago.
        let stale = app.idp.answer(&asked, &PROVALDI, app.now());
        let stale = Answer {
            authenticated: Some(app.now() - TimeDelta::hours(1)),
            ..stale
        };
        let page = app.post_answer(&mut citizen, &asked, &app.idp.sign(&stale)).await;
        assert_eq!(page.status, StatusCode::FORBIDDEN, "{changes:?} {}", page.body);
        let left = citizen.open(&app, &page.link("error=login_required").unwrap()).await;
        assert_eq!(portal.error(&left), "login_required");
    }
    // Within the age that the portal allows it may.
    let login = citizen.open(&app, &portal.authorize(&[("max_age", "600")])).await;
    let asked = app.pick_idp(&mut citizen, &login).await;
    let young = Answer {
        authenticated: Some(app.now() - TimeDelta::minutes(9)),
        ..app.idp.answer(&asked, &PROVALDI, app.now())
    };
    let page = app.post_answer(&mut citizen, &asked, &app.idp.sign(&young)).await;
    portal.code(&page);
}

#[tokio::test]
async fn level_3_is_never_reused() {
    let app = TestApp::start().await;
    let (mut citizen, portal) = (Citizen::new(), Portal::new("fascicolo"));
    let back = app.sign_in(&mut citizen, &portal, &PROVALDI).await;
    portal.code(&back);
    for portal in [portal, Portal::new("anagrafe")] {
        let login = citizen.open(&app, &portal.authorize(&[])).await;
        assert!(login.link("idp=").is_some(), "a new login is asked: {}", login.url);
    }
}

#[tokio::test]
async fn a_session_ends_after_half_an_hour_without_use_and_after_eight_in_any_case() {
    let (app, mut citizen) = signed_in().await;
    let portal = Portal::new("anagrafe");
    for _ in 0..16 {
        app.clock.advance(TimeDelta::minutes(29));
        portal.code(&citizen.open(&app, &portal.authorize(&[])).await);
    }
    // 7 h 44 min; the next use is past the eighth hour.
    app.clock.advance(TimeDelta::minutes(29));
    let login = citizen.open(&app, &portal.authorize(&[])).await;
    assert!(login.link("idp=").is_some());

    let (app, mut citizen) = signed_in().await;
    app.clock.advance(TimeDelta::minutes(30));
    let login = citizen.open(&app, &portal.authorize(&[])).await;
    assert!(login.link("idp=").is_some());
}

#[tokio::test]
async fn prompt_none_answers_from_the_session_or_says_what_is_missing_43() {
    let (app, mut citizen) = signed_in().await;
    let silent = [("prompt", "none")];
    let citizens = Portal::new("anagrafe");
    citizens.code(&citizen.open(&app, &citizens.authorize(&silent)).await);
    let organisations = Portal::new("fatture");
    let back = citizen.open(&app, &organisations.authorize(&silent)).await;
    assert_eq!(organisations.error(&back), "interaction_required");
    let pinned = [("prompt", "none"), ("scope", "openid organization:acme-srl")];
    organisations.code(&citizen.open(&app, &organisations.authorize(&pinned)).await);
    let back = Citizen::new().open(&app, &citizens.authorize(&silent)).await;
    assert_eq!(citizens.error(&back), "login_required");
}

#[tokio::test]
async fn select_account_shows_the_chooser_again() {
    let (app, mut citizen) = signed_in().await;
    let portal = Portal::new("fatture");
    let chooser = citizen.open(&app, &portal.authorize(&[])).await;
    portal.code(&app.choose(&mut citizen, &chooser, "ACME SRL").await);
    let again = citizen
        .open(&app, &portal.authorize(&[("prompt", "select_account")]))
        .await;
    assert!(again.body.contains("Per conto di chi"));
    portal.code(&app.choose(&mut citizen, &again, "Comune di Borgo Alto").await);
}

#[tokio::test]
async fn signing_in_gives_a_new_session_id_40() {
    let (app, mut citizen) = signed_in().await;
    let before = citizen.cookie("varco_session").unwrap().to_owned();
    let portal = Portal::new("anagrafe");
    let login = citizen.open(&app, &portal.authorize(&[("prompt", "login")])).await;
    let asked = app.pick_idp(&mut citizen, &login).await;
    app.come_back(&mut citizen, &asked, &PROVALDI).await;
    assert_ne!(citizen.cookie("varco_session").unwrap(), before);
}

#[tokio::test]
async fn an_id_token_hint_about_somebody_else_is_no_sign_in() {
    let (app, mut citizen) = signed_in().await;
    let portal = Portal::new("anagrafe");
    let mut other = Citizen::new();
    let back = app.sign_in(&mut other, &portal, &crate::harness::CAMPIONELLI).await;
    let hint = portal.exchange(&app, &portal.code(&back)).await.id_token;
    let back = citizen
        .open(&app, &portal.authorize(&[("prompt", "none"), ("id_token_hint", &hint)]))
        .await;
    assert_eq!(portal.error(&back), "login_required");
    // About herself it is one.
    let back = other
        .open(&app, &portal.authorize(&[("prompt", "none"), ("id_token_hint", &hint)]))
        .await;
    portal.code(&back);
}

#[tokio::test]
async fn a_session_of_somebody_who_was_blocked_opens_nothing_47() {
    let (app, mut citizen) = signed_in().await;
    let (mut choosing, organisations) = (Citizen::new(), Portal::new("fatture"));
    let chooser = app.sign_in(&mut choosing, &organisations, &PROVALDI).await;
    app.block(&PROVALDI).await;
    let portal = Portal::new("anagrafe");
    let login = citizen.open(&app, &portal.authorize(&[])).await;
    assert!(login.link("idp=").is_some(), "a new login is asked: {}", login.url);
    let account = citizen.open(&app, "/account").await;
    assert_eq!(account.url.path(), "/login");
    let page = app.choose(&mut choosing, &chooser, "ACME SRL").await;
    assert_eq!(page.url.path(), "/login", "{}", page.url);
    // Signing out is still possible.
    let page = citizen.open(&app, "/logout").await;
    let request = page.field("request").expect("the question");
    citizen.submit(&app, "/logout/confirm", &[("request", &request)]).await;
    assert!(citizen.cookie("varco_session").is_none());
}
