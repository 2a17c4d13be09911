//! "Login with eIDAS": people from other countries, who have no Italian fiscal number.

use crate::harness::fake_idp::Asked;
use crate::harness::{BEISPIEL, Citizen, PROVALDI, Page, Person, Portal, SP_ENTITY_ID, TestApp};
use domain::audit::EventKind;
use http::StatusCode;

/// Somebody from France who is called as Mario Provaldi is, and was born on the same day.
const NAMESAKE: Person = Person {
    fiscal_number: "FR/IT/0815",
    ..PROVALDI
};

async fn at_node(app: &TestApp, citizen: &mut Citizen, portal: &Portal) -> Asked {
    let login = citizen.open(app, &portal.authorize(&[])).await;
    app.pick_eidas(citizen, &login).await
}

async fn enter(app: &TestApp, portal: &Portal, person: &Person) -> Page {
    let mut citizen = Citizen::new();
    let asked = at_node(app, &mut citizen, portal).await;
    app.come_back_from(&app.eidas_node, &mut citizen, &asked, person).await
}

async fn subject(app: &TestApp, portal: &Portal, page: &Page) -> String {
    let tokens = portal.exchange(app, &portal.code(page)).await;
    tokens.claims["sub"].as_str().unwrap().to_owned()
}

#[tokio::test]
async fn somebody_without_a_fiscal_number_enters_and_is_known_again() {
    let app = TestApp::start().await;
    let portal = Portal::new("anagrafe");
    let page = enter(&app, &portal, &BEISPIEL).await;
    let tokens = portal.exchange(&app, &portal.code(&page)).await;
    let (_, claims) = portal.userinfo(&app, &tokens.access_token).await;
    assert_eq!(claims["family_name"], "Beispiel");
    assert!(claims.get("https://attributes.eid.gov.it/fiscal_number").is_none());
    let again = enter(&app, &portal, &BEISPIEL).await;
    assert_eq!(tokens.claims["sub"], subject(&app, &portal, &again).await);
    assert_eq!(app.count(EventKind::PersonCreated).await, 1);
}

#[tokio::test]
async fn the_node_is_asked_by_our_spid_record_for_the_set_that_it_knows() {
    let app = TestApp::start().await;
    let mut citizen = Citizen::new();
    let asked = at_node(&app, &mut citizen, &Portal::new("anagrafe")).await;
    assert_eq!(asked.issuer, SP_ENTITY_ID);
    assert_eq!(asked.attribute_set, "99");
    assert_eq!(asked.sso, "https://eidas.example.org/sso");
    assert!(asked.force_authn);
    let metadata = citizen.open(&app, "/saml/spid/metadata").await.body;
    for (index, name) in [("99", "Minimum"), ("100", "Full")] {
        let name = format!("eIDAS Natural Person {name} Attribute Set");
        let service = metadata
            .split(&format!("<md:AttributeConsumingService index=\"{index}\">"))
            .nth(1);
        assert!(service.unwrap().contains(&name), "{index}");
    }
}

#[tokio::test]
async fn a_namesake_born_on_the_same_day_is_somebody_else() {
    let app = TestApp::start().await;
    let portal = Portal::new("anagrafe");
    let mut citizen = Citizen::new();
    let italian = app.sign_in(&mut citizen, &portal, &PROVALDI).await;
    let italian = subject(&app, &portal, &italian).await;
    let foreign = enter(&app, &portal, &NAMESAKE).await;
    assert_ne!(subject(&app, &portal, &foreign).await, italian);
}

#[tokio::test]
async fn a_fiscal_number_beside_the_identifier_joins_nobody_21() {
    let app = TestApp::start().await;
    let portal = Portal::new("anagrafe");
    let mut citizen = Citizen::new();
    let italian = app.sign_in(&mut citizen, &portal, &PROVALDI).await;
    let italian = subject(&app, &portal, &italian).await;
    let mut citizen = Citizen::new();
    let asked = at_node(&app, &mut citizen, &portal).await;
    let mut answer = app.eidas_node.answer(&asked, &NAMESAKE, app.now());
    answer
        .attributes
        .insert("fiscalNumber".to_owned(), "TINIT-PRVMRA80A15H501A".to_owned());
    let page = app
        .post_answer(&mut citizen, &asked, &app.eidas_node.sign(&answer))
        .await;
    let tokens = portal.exchange(&app, &portal.code(&page)).await;
    assert_ne!(tokens.claims["sub"], italian);
    let (_, claims) = portal.userinfo(&app, &tokens.access_token).await;
    assert!(claims.get("https://attributes.eid.gov.it/fiscal_number").is_none());
}

#[tokio::test]
async fn an_answer_without_the_identifier_lets_nobody_in_103() {
    for value in [None, Some("  ")] {
        let app = TestApp::start().await;
        let mut citizen = Citizen::new();
        let asked = at_node(&app, &mut citizen, &Portal::new("anagrafe")).await;
        let mut answer = app.eidas_node.answer(&asked, &BEISPIEL, app.now());
        answer.attributes.remove("spidCode");
        if let Some(value) = value {
            answer.attributes.insert("spidCode".to_owned(), value.to_owned());
        }
        let page = app
            .post_answer(&mut citizen, &asked, &app.eidas_node.sign(&answer))
            .await;
        assert_eq!(page.status, StatusCode::FORBIDDEN);
        assert!(citizen.cookie("varco_session").is_none());
    }
}

#[tokio::test]
async fn the_same_identifier_with_another_birth_date_stops_the_login() {
    let app = TestApp::start().await;
    let portal = Portal::new("anagrafe");
    enter(&app, &portal, &BEISPIEL).await;
    let changed = Person {
        date_of_birth: "1985-05-21",
        ..BEISPIEL
    };
    let page = enter(&app, &portal, &changed).await;
    assert_eq!(page.status, StatusCode::FORBIDDEN);
    assert_eq!(app.count(EventKind::IdentityConflict).await, 1);
}

#[tokio::test]
async fn a_spid_provider_answers_a_request_that_went_to_the_node_17() {
    let app = TestApp::start().await;
    let mut citizen = Citizen::new();
    let asked = at_node(&app, &mut citizen, &Portal::new("anagrafe")).await;
    let mut answer = app.eidas_node.answer(&asked, &BEISPIEL, app.now());
    answer.issuer = app.idp.entity_id.clone();
    let page = app.post_answer(&mut citizen, &asked, &app.idp.sign(&answer)).await;
    assert_eq!(page.status, StatusCode::FORBIDDEN);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn of_many_first_logins_at_once_one_person_comes() {
    let app = std::sync::Arc::new(TestApp::start().await);
    let portal = Portal::new("anagrafe");
    let mut ready = Vec::new();
    for _ in 0..8 {
        let mut citizen = Citizen::new();
        let asked = at_node(&app, &mut citizen, &portal).await;
        ready.push((citizen, asked));
    }
    let mut logins = Vec::new();
    for (mut citizen, asked) in ready {
        let app = app.clone();
        logins.push(tokio::spawn(async move {
            app.come_back_from(&app.eidas_node, &mut citizen, &asked, &BEISPIEL)
                .await
        }));
    }
    let mut subjects = std::collections::BTreeSet::new();
    for login in logins {
        subjects.insert(subject(&app, &portal, &login.await.unwrap()).await);
    }
    assert_eq!(subjects.len(), 1);
    assert_eq!(app.count(EventKind::PersonCreated).await, 1);
}
