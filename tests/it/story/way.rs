//! The main job: portal → SPID → for whom → portal.

use crate::harness::{CAMPIONELLI, Citizen, PROVALDI, Portal, TestApp};
use chrono::TimeDelta;
use domain::audit::EventKind;
use http::StatusCode;

#[tokio::test]
async fn a_citizen_signs_in_with_spid_chooses_a_company_and_the_portal_knows_both() {
    let app = TestApp::start().await;
    let (mut citizen, portal) = (Citizen::new(), Portal::new("fatture"));

    let chooser = app.sign_in(&mut citizen, &portal, &PROVALDI).await;
    assert_eq!(chooser.status, StatusCode::OK, "{}", chooser.body);
    assert!(chooser.body.contains("Per conto di chi vuoi operare?"));
    let back = app.choose(&mut citizen, &chooser, "ACME SRL").await;

    let tokens = portal.exchange(&app, &portal.code(&back)).await;
    assert_eq!(tokens.claims["organization"]["acme-srl"]["name"], "ACME SRL");
    assert_eq!(tokens.claims["organization"].as_object().unwrap().len(), 1);
    // The mandate also gives a role that the portal did not register.
    assert_eq!(
        tokens.claims["roles"],
        serde_json::json!(["invoice-submitter", "invoice-viewer"])
    );
    assert_eq!(tokens.claims["acr"], "https://www.spid.gov.it/SpidL2");
    assert!(
        tokens.claims.get("given_name").is_none(),
        "personal claims stay out of ID tokens"
    );

    let (status, userinfo) = portal.userinfo(&app, &tokens.access_token).await;
    assert_eq!(status, StatusCode::OK);
    assert_eq!(userinfo["sub"], tokens.claims["sub"]);
    assert_eq!(userinfo["given_name"], "Mario");
    assert_eq!(
        userinfo["https://attributes.eid.gov.it/fiscal_number"],
        "TINIT-PRVMRA80A15H501A"
    );
    for kind in [
        EventKind::IdentityProved,
        EventKind::ActingChosen,
        EventKind::CodeIssued,
        EventKind::CodeRedeemed,
    ] {
        assert_eq!(app.count(kind).await, 1, "{kind:?}");
    }
}

#[tokio::test]
async fn a_portal_for_citizens_shows_no_chooser_and_no_organisation() {
    let app = TestApp::start().await;
    let (mut citizen, portal) = (Citizen::new(), Portal::new("anagrafe"));
    let back = app.sign_in(&mut citizen, &portal, &PROVALDI).await;
    let tokens = portal.exchange(&app, &portal.code(&back)).await;
    for claim in ["organization", "org_id", "roles"] {
        assert!(tokens.claims.get(claim).is_none(), "{claim}");
    }
}

#[tokio::test]
async fn somebody_who_acts_for_nobody_is_sent_back_with_access_denied() {
    let app = TestApp::start().await;
    let (mut citizen, portal) = (Citizen::new(), Portal::new("fatture"));
    let back = app.sign_in(&mut citizen, &portal, &CAMPIONELLI).await;
    assert_eq!(portal.error(&back), "access_denied");
}

#[tokio::test]
async fn somebody_whose_mandates_ended_reads_why_and_goes_back() {
    let app = TestApp::start().await;
    let (mut citizen, portal) = (Citizen::new(), Portal::new("fatture"));
    app.clock.advance(TimeDelta::try_days(3 * 365).unwrap());
    let page = app.sign_in(&mut citizen, &portal, &PROVALDI).await;
    assert!(
        page.body.contains("Non puoi operare per nessuna organizzazione"),
        "{}",
        page.body
    );
    assert!(page.body.contains("ACME SRL") && page.option_before("ACME SRL").as_deref() == Some(""));
    let back = citizen.open(&app, &page.link("error=access_denied").unwrap()).await;
    assert_eq!(portal.error(&back), "access_denied");
}

#[tokio::test]
async fn the_same_fiscal_number_is_the_same_person_at_every_portal_and_login() {
    let app = TestApp::start().await;
    let mut subjects = Vec::new();
    for _ in 0..2 {
        let (mut citizen, portal) = (Citizen::new(), Portal::new("anagrafe"));
        let back = app.sign_in(&mut citizen, &portal, &CAMPIONELLI).await;
        subjects.push(portal.exchange(&app, &portal.code(&back)).await.claims["sub"].clone());
    }
    assert_eq!(subjects[0], subjects[1]);
    assert_eq!(app.count(EventKind::PersonCreated).await, 1);
}

#[tokio::test]
async fn the_same_fiscal_number_with_another_name_stops_for_somebody_to_look() {
    let app = TestApp::start().await;
    let (mut citizen, portal) = (Citizen::new(), Portal::new("anagrafe"));
    app.sign_in(&mut citizen, &portal, &CAMPIONELLI).await;
    let mut impostor = CAMPIONELLI;
    impostor.family_name = "Altri";
    let page = app.sign_in(&mut Citizen::new(), &portal, &impostor).await;
    assert_eq!(page.status, StatusCode::FORBIDDEN);
    assert_eq!(app.count(EventKind::IdentityConflict).await, 1);
    // The page leads back to the service.
    let page = app
        .sign_in(&mut Citizen::new(), &Portal::new("fatture"), &impostor)
        .await;
    assert!(page.link("https://fatture.example.com/").is_some(), "{}", page.body);
}

#[tokio::test]
async fn a_choice_that_was_not_offered_is_refused_and_audited_56() {
    let app = TestApp::start().await;
    let (mut citizen, portal) = (Citizen::new(), Portal::new("fatture"));
    let chooser = app.sign_in(&mut citizen, &portal, &PROVALDI).await;
    let login = chooser.field("login").unwrap();
    let mut bodies = Vec::new();
    // One that exists for nobody, oneself at a portal for organisations, and rubbish.
    for acting in ["0198f3c2-0000-7000-8000-000000000009", "self", "' OR 1=1"] {
        let page = citizen
            .submit(&app, "/login/choose", &[("login", &login), ("acting", acting)])
            .await;
        assert_eq!(page.status, StatusCode::FORBIDDEN, "{acting}");
        bodies.push(page.body);
    }
    assert!(bodies.windows(2).all(|two| two[0] == two[1]), "the page tells which");
    assert_eq!(app.count(EventKind::ActingRefused).await, 3);
    // The login is as it was.
    let back = app.choose(&mut citizen, &chooser, "Comune di Borgo Alto").await;
    portal.code(&back);
}

#[tokio::test]
async fn a_mandate_that_ends_while_the_chooser_is_open_cannot_be_picked() {
    let app = TestApp::start().await;
    let (mut citizen, portal) = (Citizen::new(), Portal::new("fatture"));
    // Twenty minutes before the operator's mandate ends.
    app.clock
        .advance(TimeDelta::try_days(405).unwrap() + TimeDelta::minutes(13 * 60 + 40));
    let chooser = app.sign_in(&mut citizen, &portal, &PROVALDI).await;
    assert!(chooser.option_before("Comune di Borgo Alto").is_some(), "{}", app.now());
    app.clock.advance(TimeDelta::minutes(21));
    let page = app.choose(&mut citizen, &chooser, "Comune di Borgo Alto").await;
    assert_eq!(page.status, StatusCode::FORBIDDEN);
}

#[tokio::test]
async fn two_tabs_finish_each_with_its_own_choice_58() {
    let app = TestApp::start().await;
    let (mut citizen, portal) = (Citizen::new(), Portal::new("fatture"));
    let first = app.to_idp(&mut citizen, &portal).await;
    let second = app.to_idp(&mut citizen, &portal).await;
    let first = app.come_back(&mut citizen, &first, &PROVALDI).await;
    let second = app.come_back(&mut citizen, &second, &PROVALDI).await;
    let second = app.choose(&mut citizen, &second, "Comune di Borgo Alto").await;
    let first = app.choose(&mut citizen, &first, "ACME SRL").await;
    let first = portal.exchange(&app, &portal.code(&first)).await;
    let second = portal.exchange(&app, &portal.code(&second)).await;
    assert!(first.claims["organization"].get("acme-srl").is_some());
    assert!(second.claims["organization"].get("comune-di-borgo-alto").is_some());
    assert_eq!(
        second.claims["organization"]["comune-di-borgo-alto"]["unit"]["name"],
        "Ufficio gare"
    );
}

#[tokio::test]
async fn the_back_button_after_the_end_says_so_and_gives_no_second_code() {
    let app = TestApp::start().await;
    let (mut citizen, portal) = (Citizen::new(), Portal::new("fatture"));
    let chooser = app.sign_in(&mut citizen, &portal, &PROVALDI).await;
    let back = app.choose(&mut citizen, &chooser, "ACME SRL").await;
    let tokens = portal.exchange(&app, &portal.code(&back)).await;
    let again = app.choose(&mut citizen, &chooser, "ACME SRL").await;
    assert_eq!(again.status, StatusCode::BAD_REQUEST);
    assert_eq!(
        portal.userinfo(&app, &tokens.access_token).await.0,
        StatusCode::OK,
        "what the portal got stays good"
    );
    assert!(
        again.body.contains("https://fatture.example.com/"),
        "a way to start again"
    );
    assert_eq!(app.count(EventKind::CodeIssued).await, 1);
}

#[tokio::test]
async fn a_second_click_on_continue_reaches_the_portal_with_the_only_code_that_counts_34() {
    let app = TestApp::start().await;
    let (mut citizen, portal) = (Citizen::new(), Portal::new("fatture"));
    let chooser = app.sign_in(&mut citizen, &portal, &PROVALDI).await;
    // The browser drops the first answer.
    let first = portal.code(&app.choose(&mut citizen, &chooser, "ACME SRL").await);
    let second = portal.code(&app.choose(&mut citizen, &chooser, "ACME SRL").await);
    let (status, body) = portal.token(&app, &first, &[]).await;
    assert_eq!(
        (status, body["error"].as_str()),
        (StatusCode::BAD_REQUEST, Some("invalid_grant"))
    );
    portal.exchange(&app, &second).await;
    assert_eq!(app.count(EventKind::CodeIssued).await, 1);
    assert_eq!(app.count(EventKind::CodeReplaced).await, 1);
    assert_eq!(app.count(EventKind::ActingChosen).await, 1);
}

#[tokio::test]
async fn going_back_to_choose_another_organisation_is_a_new_login_58() {
    let app = TestApp::start().await;
    let (mut citizen, portal) = (Citizen::new(), Portal::new("fatture"));
    let chooser = app.sign_in(&mut citizen, &portal, &PROVALDI).await;
    let code = portal.code(&app.choose(&mut citizen, &chooser, "ACME SRL").await);
    let page = app.choose(&mut citizen, &chooser, "Comune di Borgo Alto").await;
    assert_eq!(page.status, StatusCode::BAD_REQUEST);
    let tokens = portal.exchange(&app, &code).await;
    assert!(tokens.claims["organization"].get("acme-srl").is_some());
}

#[tokio::test]
async fn a_second_click_comes_too_late_after_the_minute_of_the_first_code() {
    let app = TestApp::start().await;
    let (mut citizen, portal) = (Citizen::new(), Portal::new("fatture"));
    let chooser = app.sign_in(&mut citizen, &portal, &PROVALDI).await;
    portal.code(&app.choose(&mut citizen, &chooser, "ACME SRL").await);
    app.clock.advance(TimeDelta::seconds(60));
    let page = app.choose(&mut citizen, &chooser, "ACME SRL").await;
    assert_eq!(page.status, StatusCode::BAD_REQUEST);
}

#[tokio::test]
async fn a_reload_while_coming_back_reaches_the_portal_too_68() {
    let app = TestApp::start().await;
    let (mut citizen, portal) = (Citizen::new(), Portal::new("anagrafe"));
    let asked = app.to_idp(&mut citizen, &portal).await;
    let dropped = portal.code(&app.come_back(&mut citizen, &asked, &PROVALDI).await);
    let address = citizen.last_at("/login/continue").unwrap().to_string();
    let code = portal.code(&citizen.open(&app, &address).await);
    assert_eq!(portal.token(&app, &dropped, &[]).await.0, StatusCode::BAD_REQUEST);
    portal.exchange(&app, &code).await;
    // Once the portal was there, it is over.
    let page = citizen.open(&app, &address).await;
    assert_eq!(page.status, StatusCode::BAD_REQUEST);
    // And never for another browser.
    let page = Citizen::new().open(&app, &address).await;
    assert_eq!(page.status, StatusCode::BAD_REQUEST);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn of_many_simultaneous_clicks_one_code_is_left_34() {
    let app = std::sync::Arc::new(TestApp::start().await);
    let (mut citizen, portal) = (Citizen::new(), Portal::new("fatture"));
    let chooser = app.sign_in(&mut citizen, &portal, &PROVALDI).await;
    let mut clicks = Vec::new();
    for _ in 0..10 {
        let (app, mut citizen, chooser) = (app.clone(), citizen.clone(), chooser.clone());
        clicks.push(tokio::spawn(async move {
            app.choose(&mut citizen, &chooser, "ACME SRL").await
        }));
    }
    let mut codes = Vec::new();
    for click in clicks {
        codes.push(portal.code(&click.await.unwrap()));
    }
    let mut good = 0;
    for code in codes {
        good += usize::from(portal.token(&app, &code, &[]).await.0 == StatusCode::OK);
    }
    assert_eq!(good, 1);
}

#[tokio::test]
async fn a_login_of_another_browser_or_of_none_goes_nowhere_14_40() {
    let app = TestApp::start().await;
    let (mut victim, mut attacker, portal) = (Citizen::new(), Citizen::new(), Portal::new("fatture"));
    // The attacker begins, and makes the victim's browser post the attacker's answer.
    let asked = app.to_idp(&mut attacker, &portal).await;
    app.to_idp(&mut victim, &portal).await;
    let page = app.come_back(&mut victim, &asked, &PROVALDI).await;
    assert_eq!(page.status, StatusCode::BAD_REQUEST);
    assert!(victim.cookie("varco_session").is_none(), "nobody is signed in");
    // What the attacker knows is the request's id, and that is not what brings the answer back to its login.
    let known = attacker
        .open(&app, &format!("/login/continue?answer={}", asked.id))
        .await;
    assert_eq!(known.status, StatusCode::BAD_REQUEST);
    assert!(
        attacker.cookie("varco_session").is_none(),
        "nobody is signed in as the victim"
    );
    assert_eq!(app.count(EventKind::SessionStarted).await, 0);
    // A page of the attacker's login, opened by somebody else or without cookies.
    let login = attacker.open(&app, &portal.authorize(&[])).await;
    let address = login.url.to_string();
    for mut stranger in [victim, Citizen::new()] {
        let page = stranger.open(&app, &address).await;
        assert_eq!(page.status, StatusCode::BAD_REQUEST);
        assert!(!page.body.contains("idp="), "no way to go on with it");
    }
}

#[tokio::test]
async fn a_login_that_took_too_long_offers_to_start_again() {
    let app = TestApp::start().await;
    let (mut citizen, portal) = (Citizen::new(), Portal::new("fatture"));
    let login = citizen.open(&app, &portal.authorize(&[])).await;
    app.clock.advance(TimeDelta::minutes(30));
    let late = citizen.open(&app, login.url.as_str()).await;
    assert_eq!(late.status, StatusCode::BAD_REQUEST);
    assert!(late.body.contains("https://fatture.example.com/"), "{}", late.body);
}

#[tokio::test]
async fn a_portal_may_post_its_request_from_its_own_site() {
    let app = TestApp::start().await;
    let (mut citizen, portal) = (Citizen::new(), Portal::new("fatture"));
    // The citizen was here before: the cookie exists but does not travel with a cross-site post.
    citizen.open(&app, &portal.authorize(&[])).await;
    let query = portal.query(&[]);
    let pairs: Vec<(String, String)> = url::form_urlencoded::parse(query.as_bytes()).into_owned().collect();
    let pairs: Vec<(&str, &str)> = pairs.iter().map(|(k, v)| (k.as_str(), v.as_str())).collect();
    let login = citizen.submit_from_elsewhere(&app, "/authorize", &pairs).await;
    let asked = app.pick_idp(&mut citizen, &login).await;
    let chooser = app.come_back(&mut citizen, &asked, &PROVALDI).await;
    let back = app.choose(&mut citizen, &chooser, "ACME SRL").await;
    portal.exchange(&app, &portal.code(&back)).await;
}

#[tokio::test]
async fn a_usual_choice_is_proposed_first_the_next_time() {
    let app = TestApp::start().await;
    let (mut citizen, portal) = (Citizen::new(), Portal::new("fatture"));
    let chooser = app.sign_in(&mut citizen, &portal, &PROVALDI).await;
    let value = chooser.option_before("Comune di Borgo Alto").unwrap();
    let login = chooser.field("login").unwrap();
    citizen
        .submit(
            &app,
            "/login/choose",
            &[("login", &login), ("acting", &value), ("usual", "1")],
        )
        .await;
    let again = citizen
        .open(&app, &portal.authorize(&[("prompt", "select_account")]))
        .await;
    let checked = again
        .body
        .split("<input ")
        .find(|e| e.contains("checked"))
        .expect("one is checked");
    assert!(checked.contains(&value));
}

#[tokio::test]
async fn a_restart_in_the_middle_loses_nobodys_login_68() {
    let app = TestApp::start().await;
    let (mut citizen, portal) = (Citizen::new(), Portal::new("fatture"));
    let asked = app.to_idp(&mut citizen, &portal).await;
    let app = app.restart().await;
    let chooser = app.come_back(&mut citizen, &asked, &PROVALDI).await;
    let app = app.restart().await;
    let back = app.choose(&mut citizen, &chooser, "ACME SRL").await;
    let app = app.restart().await;
    let tokens = portal.exchange(&app, &portal.code(&back)).await;
    let app = app.restart().await;
    assert_eq!(portal.userinfo(&app, &tokens.access_token).await.0, StatusCode::OK);
}

#[tokio::test]
async fn cookies_are_host_bound_secure_lax_and_hidden_from_scripts() {
    let app = TestApp::start().await;
    let (mut citizen, portal) = (Citizen::new(), Portal::new("fatture"));
    app.sign_in(&mut citizen, &portal, &PROVALDI).await;
    for name in ["__Host-varco_browser", "__Host-varco_session"] {
        let attributes = citizen.cookie_attributes(name).unwrap_or_else(|| panic!("no {name}"));
        for wanted in ["Secure", "HttpOnly", "SameSite=Lax", "Path=/"] {
            assert!(attributes.contains(wanted), "{name}: {attributes}");
        }
        assert!(!attributes.contains("Domain"), "{name}: {attributes}");
    }
}
