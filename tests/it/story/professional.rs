//! People who come with a professional identity or for a company's data; and what that is not: a role.

use crate::harness::{CAMPIONELLI, Citizen, PROVALDI, Page, Portal, TestApp};
use domain::person::{Method, Purpose};
use http::StatusCode;
use std::collections::BTreeSet;

const COMPANY: &str = "openid profile company organization";

/// The portal `client_id` asks for professional identities of these kinds and for the company's data.
async fn professional(app: &TestApp, client_id: &'static str, purposes: &[Purpose]) -> Portal {
    let mut portal = Portal::new(client_id);
    portal.scope = COMPANY;
    app.change_client(&portal, |client| {
        client.spid_purposes = purposes.to_vec();
        client.methods = BTreeSet::from([Method::Spid]);
        client.scopes.insert("company".to_owned());
        client.scopes.insert("organization".to_owned());
    })
    .await;
    portal
}

/// Back from the identity provider as Giulia, whom ACME's identity provider account names.
async fn back_with_a_company(app: &TestApp, citizen: &mut Citizen, portal: &Portal) -> Page {
    let asked = app.to_idp(citizen, portal).await;
    let mut answer = app.answer(&asked, &CAMPIONELLI);
    for (name, value) in [
        ("companyName", "ACME SRL"),
        ("companyFiscalNumber", "TINIT-01234560587"),
        ("ivaCode", "VATIT-01234560587"),
    ] {
        answer.attributes.insert(name.to_owned(), value.to_owned());
    }
    app.post_answer(citizen, &asked, &app.idp.sign(&answer)).await
}

#[tokio::test]
async fn a_portal_for_professionals_asks_for_that_kind_of_identity_and_for_the_companys_data() {
    let app = TestApp::start().await;
    let mut citizen = Citizen::new();
    let portal = professional(&app, "edilizia", &[Purpose::PG, Purpose::PF]).await;
    let asked = app.to_idp(&mut citizen, &portal).await;
    assert!(
        asked.document.contains(">PG</spid:Purpose></samlp:Extensions>"),
        "{}",
        asked.document
    );
    assert!(asked.document.contains(r#"AttributeConsumingServiceIndex="2""#));
    // The portal picks another of the kinds it registered.
    let login = citizen.open(&app, &portal.authorize(&[("spid_purpose", "PF")])).await;
    let asked = app.pick_idp(&mut citizen, &login).await;
    assert!(asked.document.contains(">PF</spid:Purpose>"));
    // And none that it did not.
    let back = citizen.open(&app, &portal.authorize(&[("spid_purpose", "LP")])).await;
    assert_eq!(portal.error(&back), "invalid_request");
}

#[tokio::test]
async fn a_portal_that_asks_nothing_special_gets_the_smallest_set_and_no_purpose() {
    let app = TestApp::start().await;
    let asked = app.to_idp(&mut Citizen::new(), &Portal::new("edilizia")).await;
    assert!(!asked.document.contains("Purpose") && !asked.document.contains("Extensions"));
    assert!(asked.document.contains(r#"AttributeConsumingServiceIndex="0""#));
}

#[tokio::test]
async fn attack_61_an_identity_of_acme_is_told_to_the_portal_and_is_nobodys_mandate() {
    let app = TestApp::start().await;
    let mut citizen = Citizen::new();
    // ACME SRL is an organisation here, with the same number; Giulia has no mandate for it.
    let portal = professional(&app, "edilizia", &[Purpose::PG]).await;
    let back = back_with_a_company(&app, &mut citizen, &portal).await;
    let tokens = portal.exchange(&app, &portal.code(&back)).await;
    let (status, told) = portal.userinfo(&app, &tokens.access_token).await;
    assert_eq!(status, StatusCode::OK);
    assert_eq!(told["https://attributes.eid.gov.it/company_name"], "ACME SRL");
    assert_eq!(told["https://attributes.eid.gov.it/vat_number"], "VATIT-01234560587");
    for claims in [&told, &tokens.claims] {
        for name in ["organization", "org_id", "roles"] {
            assert!(claims.get(name).is_none(), "{name}: {claims}");
        }
    }
    // Where an organisation is a must, she comes for nobody.
    let portal = professional(&app, "fatture", &[Purpose::PG]).await;
    let back = back_with_a_company(&app, &mut Citizen::new(), &portal).await;
    assert_eq!(portal.error(&back), "access_denied");
}

#[tokio::test]
async fn a_professional_identity_and_ones_own_do_not_stand_for_each_other() {
    let app = TestApp::start().await;
    let mut citizen = Citizen::new();
    let own = Portal::new("anagrafe");
    own.code(&app.sign_in(&mut citizen, &own, &PROVALDI).await);
    // The session is fresh and strong enough, but of another kind.
    let portal = professional(&app, "edilizia", &[Purpose::PX]).await;
    let login = citizen.open(&app, &portal.authorize(&[])).await;
    assert_eq!(login.url.path(), "/login");
    let back = back_with_a_company(&app, &mut citizen, &portal).await;
    portal.code(&back);
    // Signed in with it, one's own affairs ask for one's own identity again.
    let login = citizen.open(&app, &own.authorize(&[])).await;
    assert_eq!(login.url.path(), "/login");
    // And the portal of the same kind does not ask again.
    portal.code(&citizen.open(&app, &portal.authorize(&[])).await);
}

#[tokio::test]
async fn at_level_2_a_session_does_not_answer_for_attributes_that_were_not_asked_then() {
    let app = TestApp::start().await;
    let mut citizen = Citizen::new();
    let plain = Portal::new("app");
    plain.code(&app.sign_in(&mut citizen, &plain, &PROVALDI).await);
    let mut portal = Portal::new("edilizia");
    portal.scope = COMPANY;
    app.change_client(&portal, |client| {
        client.scopes.insert("company".to_owned());
    })
    .await;
    let login = citizen.open(&app, &portal.authorize(&[])).await;
    assert_eq!(login.url.path(), "/login");
    // Mario's own identity has no company: he is let in, and nothing is made up.
    let chooser = app.sign_in(&mut citizen, &portal, &PROVALDI).await;
    assert_eq!(chooser.url.path(), "/login/choose", "{}", chooser.body);
    // Asked once, it is not asked again although nothing came.
    let again = citizen.open(&app, &portal.authorize(&[])).await;
    assert_eq!(again.url.path(), "/login/choose");
}

#[tokio::test]
async fn what_a_portal_was_told_does_not_change_when_the_person_signs_in_elsewhere_with_less() {
    let app = TestApp::start().await;
    let mut citizen = Citizen::new();
    let portal = professional(&app, "edilizia", &[Purpose::PG]).await;
    let back = back_with_a_company(&app, &mut citizen, &portal).await;
    let tokens = portal.exchange(&app, &portal.code(&back)).await;
    // Another browser, another portal, her own identity: no company in it.
    let own = Portal::new("anagrafe");
    let back = app.sign_in(&mut Citizen::new(), &own, &CAMPIONELLI).await;
    let others = own.exchange(&app, &own.code(&back)).await;
    let (_, told) = portal.userinfo(&app, &tokens.access_token).await;
    assert_eq!(told["https://attributes.eid.gov.it/company_name"], "ACME SRL");
    let (_, told) = own.userinfo(&app, &others.access_token).await;
    assert_eq!(told["email"], "campionelli@example.com");
    assert!(!told.to_string().contains("ACME"), "{told}");
}
