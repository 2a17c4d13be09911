//! Somebody signs in with a card; nobody does with what only looks like one, or in another browser.

use crate::harness::cards::CARDS;
use crate::harness::{Citizen, Page, Portal, TestApp, hash};
use chrono::TimeDelta;
use domain::audit::EventKind;
use http::StatusCode;
use varco::flow::administration::seal::seal;
use varco::flow::sign_in::cns::Unreachable;

/// From the login page of `portal` to the card listener.
async fn to_listener(app: &TestApp, citizen: &mut Citizen, portal: &Portal) -> Page {
    let login = citizen.open(app, &portal.authorize(&[])).await;
    let help = citizen
        .open(app, &login.link("/login/cns").expect("a button for cards"))
        .await;
    assert_eq!(help.status, StatusCode::OK, "{}", help.body);
    citizen
        .open(app, &help.link("/login/cns/card").expect("a link to the card"))
        .await
}

#[tokio::test]
async fn a_citizen_with_a_card_reaches_the_portal_as_level_3_under_a_name_of_its_own() {
    let app = TestApp::start_with_cards(Unreachable::Accept).await;
    let (mut citizen, portal) = (Citizen::new(), Portal::new("anagrafe"));
    let at = to_listener(&app, &mut citizen, &portal).await;
    assert!(at.url.as_str().starts_with(CARDS));
    let (status, back) = app.show_card(&at.url, Some("card-ok")).await;
    assert_eq!(status, StatusCode::SEE_OTHER);
    let page = citizen.open(&app, &back).await;
    let tokens = portal.exchange(&app, &portal.code(&page)).await;
    assert_eq!(tokens.claims["acr"], "urn:varco:acr:cns");
    assert_eq!(tokens.claims["amr"], serde_json::json!(["mfa", "sc", "pin"]));
    assert_eq!(app.count(EventKind::IdentityProved).await, 1);
}

#[tokio::test]
async fn attack_14_a_card_shown_in_another_browser_signs_nobody_in() {
    let app = TestApp::start_with_cards(Unreachable::Accept).await;
    let (mut attacker, mut victim, portal) = (Citizen::new(), Citizen::new(), Portal::new("anagrafe"));
    // The attacker begins, and gets somebody else to open the address.
    let at = to_listener(&app, &mut attacker, &portal).await;
    let (_, back) = app.show_card(&at.url, Some("card-ok")).await;
    let refused = victim.open(&app, &back).await;
    assert_eq!(refused.status, StatusCode::BAD_REQUEST);
    // What the attacker knows is the handle, and the handle is not what brings the answer.
    let handle = at.parameter("handle").unwrap();
    let refused = attacker.open(&app, &format!("/login/continue?answer={handle}")).await;
    assert_eq!(refused.status, StatusCode::BAD_REQUEST);
    assert_eq!(app.count(EventKind::SessionStarted).await, 0);
}

#[tokio::test]
async fn a_handle_serves_one_card_and_an_answer_one_browser() {
    let app = TestApp::start_with_cards(Unreachable::Accept).await;
    let (mut citizen, portal) = (Citizen::new(), Portal::new("anagrafe"));
    let at = to_listener(&app, &mut citizen, &portal).await;
    let (_, first) = app.show_card(&at.url, Some("card-ok")).await;
    let (_, second) = app.show_card(&at.url, Some("card-ok-female")).await;
    assert!(
        first.contains("/login/continue?answer=") && second.contains("/login/cns?refused="),
        "{second}"
    );
    let told = citizen.open(&app, &second).await;
    assert_eq!(told.status, StatusCode::FORBIDDEN);
    assert!(told.body.contains("Questo accesso con carta è già stato usato"));
    // The first card still counts.
    let page = citizen.open(&app, &first).await;
    portal.exchange(&app, &portal.code(&page)).await;
}

#[tokio::test]
async fn a_card_whose_browser_never_came_back_leaves_no_identity() {
    let app = TestApp::start_with_cards(Unreachable::Accept).await;
    let (mut citizen, portal) = (Citizen::new(), Portal::new("anagrafe"));
    let at = to_listener(&app, &mut citizen, &portal).await;
    let (_, back) = app.show_card(&at.url, Some("card-ok")).await;
    let (_, answer) = back.split_once("answer=").unwrap();
    let identity = async || {
        let card = app.deps.store.card_answer(&hash(answer)).await.unwrap();
        card.unwrap().identity
    };
    app.clock.advance(TimeDelta::minutes(5));
    seal(&app.deps).await.unwrap();
    assert!(identity().await.is_some(), "the login may still go on");
    app.clock.advance(TimeDelta::minutes(60));
    seal(&app.deps).await.unwrap();
    assert_eq!(identity().await, None);
}

#[tokio::test]
async fn a_refused_card_burns_nothing_and_is_told_to_nobody_else() {
    let app = TestApp::start_with_cards(Unreachable::Accept).await;
    let (mut citizen, portal) = (Citizen::new(), Portal::new("anagrafe"));
    let at = to_listener(&app, &mut citizen, &portal).await;
    let (_, refused) = app.show_card(&at.url, Some("card-expired")).await;
    let page = citizen.open(&app, &refused).await;
    assert_eq!(page.status, StatusCode::FORBIDDEN);
    assert!(page.body.contains("La tua carta è scaduta"));
    let other = Citizen::new().open(&app, &refused).await;
    assert_eq!(other.status, StatusCode::BAD_REQUEST);
    assert!(!other.body.contains("scaduta"));
    let events = app.events().await;
    let event = events
        .iter()
        .find(|event| event.kind == EventKind::IdentityRefused)
        .unwrap();
    assert_eq!(event.detail.as_deref(), Some("certificate_expired"));
    // The same handle with a good card.
    let (_, back) = app.show_card(&at.url, Some("card-ok")).await;
    assert!(back.contains("/login/continue?answer="), "{back}");
}

#[tokio::test]
async fn attack_30_when_nobody_can_tell_about_revocation_the_configured_answer_is_given() {
    let strict = TestApp::start_with_cards(Unreachable::Refuse).await;
    let (mut citizen, portal) = (Citizen::new(), Portal::new("anagrafe"));
    let at = to_listener(&strict, &mut citizen, &portal).await;
    let (_, refused) = strict.show_card(&at.url, Some("card-ok")).await;
    let page = citizen.open(&strict, &refused).await;
    assert_eq!(page.status, StatusCode::SERVICE_UNAVAILABLE);
    assert!(page.body.contains("Non riusciamo a controllare la tua carta"));
}

#[tokio::test]
async fn attack_29_a_certificate_in_a_header_is_not_even_looked_at() {
    use axum::body::Body;
    use tower::ServiceExt as _;
    let app = TestApp::start_with_cards(Unreachable::Accept).await;
    let (mut citizen, portal) = (Citizen::new(), Portal::new("anagrafe"));
    let at = to_listener(&app, &mut citizen, &portal).await;
    let peer = varco::web::TlsPeer {
        address: "127.0.0.1".parse().unwrap(),
        certificates: Vec::new(),
        fingerprint: None,
    };
    for name in ["Client-Cert", "client_cert", "X-SSL-Client-Cert"] {
        let address = format!("{}?{}", at.url.path(), at.url.query().unwrap());
        let request = http::Request::get(address)
            .header(name, ":AQID:")
            .body(Body::empty())
            .unwrap();
        let router = app.card_router().layer(axum::Extension(peer.clone()));
        assert_eq!(
            router.oneshot(request).await.unwrap().status(),
            StatusCode::BAD_REQUEST,
            "{name}"
        );
    }
}

#[tokio::test]
async fn whose_card_has_no_names_is_asked_once_and_must_answer_with_those_of_the_fiscal_code() {
    let app = TestApp::start_with_cards(Unreachable::Accept).await;
    let (mut citizen, portal) = (Citizen::new(), Portal::new("anagrafe"));
    let at = to_listener(&app, &mut citizen, &portal).await;
    let (_, back) = app.show_card(&at.url, Some("card-nonames")).await;
    let asked = citizen.open(&app, &back).await;
    assert!(asked.body.contains("Come ti chiami?"), "{}", asked.body);
    let answer = asked.field("answer").unwrap();
    let wrong = [
        ("answer", answer.as_str()),
        ("given_name", "Mario"),
        ("family_name", "Rossi"),
    ];
    let again = citizen.submit(&app, "/login/cns/names", &wrong).await;
    assert_eq!(again.status, StatusCode::UNPROCESSABLE_ENTITY);
    let right = [
        ("answer", answer.as_str()),
        ("given_name", "Ugo"),
        ("family_name", "Fo"),
    ];
    citizen.submit(&app, "/login/cns/names", &right).await;
    assert_eq!(app.count(EventKind::SessionStarted).await, 1);
    // The second time the names are known.
    let mut elsewhere = Citizen::new();
    let at = to_listener(&app, &mut elsewhere, &portal).await;
    let (_, back) = app.show_card(&at.url, Some("card-nonames")).await;
    assert!(!elsewhere.open(&app, &back).await.body.contains("Come ti chiami?"));
    assert_eq!(app.count(EventKind::SessionStarted).await, 2);
}

#[tokio::test]
async fn a_portal_that_does_not_accept_cards_gets_none() {
    let app = TestApp::start_with_cards(Unreachable::Accept).await;
    let (mut citizen, portal) = (Citizen::new(), Portal::new("anagrafe"));
    app.change_client(&portal, |client| client.methods = [domain::person::Method::Spid].into())
        .await;
    let login = citizen.open(&app, &portal.authorize(&[])).await;
    assert!(login.link("/login/cns").is_none());
    let id = login.parameter("login").unwrap();
    let typed = citizen.open(&app, &format!("/login/cns/card?login={id}")).await;
    assert_eq!(typed.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn a_trusted_list_with_a_lower_number_does_not_come_back() {
    let app = TestApp::start().await;
    let keep = |sequence, document: &'static str| {
        let (store, now) = (app.deps.store.clone(), app.now());
        async move {
            let mut tx = store.begin().await.unwrap();
            let kept = tx
                .keep_trust_list("https://list.example", sequence, document, now)
                .await
                .unwrap();
            tx.commit().await.unwrap();
            kept
        }
    };
    assert!(keep(141, "a").await);
    assert!(!keep(140, "b").await);
    assert!(keep(141, "c").await);
    let held = app.deps.store.trust_list("https://list.example").await.unwrap();
    assert_eq!(held.as_deref(), Some("c"));
    assert_eq!(app.deps.store.card_answer(&hash("nobody")).await.unwrap(), None);
}
