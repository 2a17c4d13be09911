//! What a portal may know: asked where the portal registered it, remembered, taken back.

use crate::harness::{CAMPIONELLI, Citizen, PROVALDI, Page, Portal, TestApp};
use domain::audit::EventKind;
use http::StatusCode;

/// The whole way to `portal`, which asks for `scope`.
async fn come(app: &TestApp, citizen: &mut Citizen, portal: &Portal, changes: &[(&str, &str)]) -> Page {
    let page = citizen.open(app, &portal.authorize(changes)).await;
    if page.link("idp=").is_none() {
        return page;
    }
    let asked = app.pick_idp(citizen, &page).await;
    app.come_back(citizen, &asked, &PROVALDI).await
}

async fn answer(app: &TestApp, citizen: &mut Citizen, question: &Page, word: &str) -> Page {
    let login = question
        .field("login")
        .unwrap_or_else(|| panic!("no question: {}", question.url));
    let token = question.field("token").unwrap();
    citizen
        .submit(
            app,
            "/login/consent",
            &[("login", &login), ("token", &token), ("consent", word)],
        )
        .await
}

async fn with_consent(client_id: &'static str) -> (TestApp, Portal) {
    let app = TestApp::start().await;
    let portal = Portal::new(client_id);
    app.change_client(&portal, |client| client.metadata.consent = true)
        .await;
    (app, portal)
}

#[tokio::test]
async fn a_citizen_is_asked_once_and_again_when_more_is_asked() {
    let (app, portal) = with_consent("anagrafe").await;
    let mut citizen = Citizen::new();
    let scope = [("scope", "openid profile")];
    let question = come(&app, &mut citizen, &portal, &scope).await;
    assert_eq!(question.url.path(), "/login/consent");
    for text in [
        "Anagrafe del cittadino",
        "Mario Provaldi",
        "data di nascita",
        "id=\"acconsenti\"",
        "id=\"rifiuta\"",
    ] {
        assert!(question.body.contains(text), "{text}: {}", question.body);
    }
    assert!(!question.body.contains("indirizzo e-mail"));
    let back = answer(&app, &mut citizen, &question, "yes").await;
    portal.exchange(&app, &portal.code(&back)).await;
    assert_eq!(app.count(EventKind::ConsentGiven).await, 1);
    // The same once more, in another browser: nobody asks.
    portal.code(&come(&app, &mut Citizen::new(), &portal, &scope).await);
    let more = come(&app, &mut citizen, &portal, &[("scope", "openid profile email")]).await;
    assert!(more.body.contains("indirizzo e-mail"), "{}", more.body);
    let back = answer(&app, &mut citizen, &more, "yes").await;
    portal.code(&back);
    portal.code(&come(&app, &mut citizen, &portal, &scope).await);
    // A single claim is as much as its scope.
    let claims = r#"{"userinfo":{"https://attributes.eid.gov.it/fiscal_number":null}}"#;
    let single = come(&app, &mut citizen, &portal, &[("scope", "openid"), ("claims", claims)]).await;
    assert!(single.body.contains("codice fiscale"), "{}", single.body);
}

#[tokio::test]
async fn that_somebody_comes_at_all_is_agreed_to_as_well_43() {
    let (app, portal) = with_consent("anagrafe").await;
    let mut citizen = Citizen::new();
    let known = Portal::new("app");
    known.code(&come(&app, &mut citizen, &known, &[]).await);
    let silent = [("scope", "openid"), ("prompt", "none")];
    let back = come(&app, &mut citizen, &portal, &silent).await;
    assert_eq!(portal.error(&back), "consent_required");
    let question = come(&app, &mut citizen, &portal, &[("scope", "openid")]).await;
    portal.code(&answer(&app, &mut citizen, &question, "yes").await);
    portal.code(&come(&app, &mut citizen, &portal, &silent).await);
}

#[tokio::test]
async fn who_refuses_goes_back_and_nothing_is_remembered() {
    let (app, portal) = with_consent("anagrafe").await;
    let mut citizen = Citizen::new();
    let question = come(&app, &mut citizen, &portal, &[]).await;
    let back = answer(&app, &mut citizen, &question, "no").await;
    assert_eq!(portal.error(&back), "access_denied");
    // Nor can the answer be changed afterwards.
    let late = answer(&app, &mut citizen, &question, "yes").await;
    assert!(app.is_ours(&late.url));
    let again = come(&app, &mut citizen, &portal, &[]).await;
    assert_eq!(again.url.path(), "/login/consent");
    assert_eq!(app.count(EventKind::ConsentGiven).await, 0);
}

#[tokio::test]
async fn another_browser_cannot_answer_41() {
    let (app, portal) = with_consent("anagrafe").await;
    let mut citizen = Citizen::new();
    let question = come(&app, &mut citizen, &portal, &[]).await;
    let page = answer(&app, &mut Citizen::new(), &question, "yes").await;
    assert!(app.is_ours(&page.url), "{}", page.url);
    // Nor can another site make this one answer: no cookie comes along.
    let login = question.field("login").unwrap();
    let token = question.field("token").unwrap();
    let fields = [("login", login.as_str()), ("token", token.as_str()), ("consent", "yes")];
    let page = citizen.submit_from_elsewhere(&app, "/login/consent", &fields).await;
    assert!(app.is_ours(&page.url), "{}", page.url);
    // Nor a page of another host of our site: the cookies come, and it may know the login, which a portal pushes. What our own
    // page sent along it cannot know, not even with what it read in a browser of its own.
    let (id, proof) = login.split_once('.').unwrap();
    for forged in [
        id.to_owned(),
        format!("{id}."),
        format!("{id}.{}", "0".repeat(proof.len())),
    ] {
        let page = citizen
            .submit(
                &app,
                "/login/consent",
                &[("login", &forged), ("token", &token), ("consent", "yes")],
            )
            .await;
        assert_eq!(page.url.path(), "/login/consent", "asked again");
        assert!(page.field("login").is_some());
    }
    assert_eq!(app.count(EventKind::ConsentGiven).await, 0);
    let page = citizen.submit(&app, "/login/consent", &fields).await;
    portal.code(&page);
}

#[tokio::test]
async fn an_organisation_is_agreed_to_apart_from_oneself_43() {
    let (app, portal) = with_consent("edilizia").await;
    let mut citizen = Citizen::new();
    let chooser = come(&app, &mut citizen, &portal, &[]).await;
    let login = chooser.field("login").unwrap();
    let myself = [("login", login.as_str()), ("acting", "self")];
    let question = citizen.submit(&app, "/login/choose", &myself).await;
    portal.code(&answer(&app, &mut citizen, &question, "yes").await);
    // What was agreed to for oneself lets nothing out about a company, not silently and not by a pin.
    let pinned = ("scope", "openid organization:acme-srl");
    let silent = citizen
        .open(&app, &portal.authorize(&[pinned, ("prompt", "none")]))
        .await;
    assert_eq!(portal.error(&silent), "consent_required");
    let question = citizen.open(&app, &portal.authorize(&[pinned])).await;
    assert!(question.body.contains("ACME SRL"), "{}", question.body);
    portal.code(&answer(&app, &mut citizen, &question, "yes").await);
    let silent = citizen
        .open(&app, &portal.authorize(&[pinned, ("prompt", "none")]))
        .await;
    portal.code(&silent);
}

#[tokio::test]
async fn prompt_none_is_answered_consent_required_until_somebody_agreed_43() {
    let (app, portal) = with_consent("anagrafe").await;
    let mut citizen = Citizen::new();
    let question = come(&app, &mut citizen, &portal, &[]).await;
    let silent = citizen.open(&app, &portal.authorize(&[("prompt", "none")])).await;
    assert_eq!(portal.error(&silent), "consent_required");
    answer(&app, &mut citizen, &question, "yes").await;
    let silent = citizen.open(&app, &portal.authorize(&[("prompt", "none")])).await;
    portal.code(&silent);
}

#[tokio::test]
async fn a_portal_that_never_asks_can_ask_once_by_prompt() {
    let app = TestApp::start().await;
    let (mut citizen, portal) = (Citizen::new(), Portal::new("anagrafe"));
    portal.code(&come(&app, &mut citizen, &portal, &[]).await);
    for _ in 0..2 {
        let question = come(&app, &mut citizen, &portal, &[("prompt", "consent")]).await;
        let back = answer(&app, &mut citizen, &question, "yes").await;
        portal.code(&back);
    }
}

#[tokio::test]
async fn the_question_names_the_organisation() {
    let (app, portal) = with_consent("fatture").await;
    let mut citizen = Citizen::new();
    let chooser = come(&app, &mut citizen, &portal, &[]).await;
    let question = app.choose(&mut citizen, &chooser, "ACME SRL").await;
    assert!(
        question.body.contains("per conto di <strong>ACME SRL</strong>"),
        "{}",
        question.body
    );
    let back = answer(&app, &mut citizen, &question, "yes").await;
    let tokens = portal.exchange(&app, &portal.code(&back)).await;
    assert!(tokens.claims["organization"].get("acme-srl").is_some());
}

#[tokio::test]
async fn what_was_agreed_to_is_taken_back_on_the_account_page() {
    let (app, portal) = with_consent("anagrafe").await;
    let mut citizen = Citizen::new();
    let question = come(&app, &mut citizen, &portal, &[]).await;
    let back = answer(&app, &mut citizen, &question, "yes").await;
    let tokens = portal.exchange(&app, &portal.code(&back)).await;
    let account = citizen.open(&app, "/account").await;
    assert!(account.body.contains("Dati condivisi") && account.body.contains("Anagrafe del cittadino"));
    let (token, client) = (account.field("token").unwrap(), account.field("client").unwrap());
    // Not without the page's own proof.
    let foreign = [("client", client.as_str()), ("token", "x")];
    let page = citizen.submit(&app, "/account/consents", &foreign).await;
    assert_eq!(page.status, StatusCode::BAD_REQUEST);
    assert_eq!(portal.userinfo(&app, &tokens.access_token).await.0, StatusCode::OK);
    let fields = [("client", client.as_str()), ("token", token.as_str())];
    let account = citizen.submit(&app, "/account/consents", &fields).await;
    assert!(!account.body.contains("Dati condivisi"), "{}", account.body);
    // What was given on the strength of it is worth nothing any more, and the next login asks.
    assert_eq!(
        portal.userinfo(&app, &tokens.access_token).await.0,
        StatusCode::UNAUTHORIZED
    );
    assert_eq!(app.count(EventKind::ConsentRevoked).await, 1);
    let again = come(&app, &mut citizen, &portal, &[]).await;
    assert_eq!(again.url.path(), "/login/consent");
}

#[tokio::test]
async fn a_yes_counts_for_what_its_page_asked_and_for_nobody_else_43() {
    let (app, portal) = with_consent("edilizia").await;
    let mut citizen = Citizen::new();
    let chooser = come(&app, &mut citizen, &portal, &[]).await;
    let for_acme = app.choose(&mut citizen, &chooser, "ACME SRL").await;
    assert!(for_acme.body.contains("ACME SRL"));
    // In another tab of the same login the person picks themselves.
    let login = chooser.field("login").unwrap();
    let myself = [("login", login.as_str()), ("acting", "self")];
    let for_oneself = citizen.submit(&app, "/login/choose", &myself).await;
    let again = answer(&app, &mut citizen, &for_acme, "yes").await;
    assert_eq!(again.url.path(), "/login/consent", "asked again: {}", again.url);
    assert_eq!(app.count(EventKind::ConsentGiven).await, 0);
    let back = answer(&app, &mut citizen, &for_oneself, "yes").await;
    let tokens = portal.exchange(&app, &portal.code(&back)).await;
    let (_, userinfo) = portal.userinfo(&app, &tokens.access_token).await;
    assert!(userinfo.get("org_id").is_none());
    // The page for the company, still open, gives no second code either.
    let late = answer(&app, &mut citizen, &for_acme, "yes").await;
    assert!(app.is_ours(&late.url), "{}", late.url);
    assert_eq!(app.count(EventKind::ConsentGiven).await, 1);
}

#[tokio::test]
async fn a_page_that_was_left_open_is_answered_by_who_was_asked_41() {
    let (app, portal) = with_consent("anagrafe").await;
    let mut citizen = Citizen::new();
    let of_mario = come(&app, &mut citizen, &portal, &[]).await;
    let question = citizen.open(&app, "/logout").await;
    let request = question.field("request").unwrap();
    citizen.submit(&app, "/logout/confirm", &[("request", &request)]).await;
    let other = Portal::new("app");
    other.code(&app.sign_in(&mut citizen, &other, &CAMPIONELLI).await);
    let page = answer(&app, &mut citizen, &of_mario, "yes").await;
    assert!(app.is_ours(&page.url), "{}", page.url);
    assert_eq!(app.count(EventKind::ConsentGiven).await, 0);
}
