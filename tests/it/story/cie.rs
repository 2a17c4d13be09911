//! "Entra con CIE": another record, another address, other rules; the same person, the same portals.

use crate::harness::fake_idp::Asked;
use crate::harness::{Answer, CAMPIONELLI, CIE_ENTITY_ID, Citizen, PROVALDI, Page, Portal, TestApp};
use domain::audit::EventKind;
use domain::person::Method;
use http::StatusCode;
use std::collections::BTreeSet;

/// A citizen who stands before the Ministry's identity provider, on the way to `portal`.
async fn at_cie(app: &TestApp, citizen: &mut Citizen, portal: &Portal) -> Asked {
    let login = citizen.open(app, &portal.authorize(&[])).await;
    app.pick_cie(citizen, &login).await
}

async fn subject(app: &TestApp, portal: &Portal, page: &Page) -> String {
    let tokens = portal.exchange(app, &portal.code(page)).await;
    tokens.claims["sub"].as_str().unwrap().to_owned()
}

/// A login at the Ministry's; `change` spoils the answer; then the good one still works.
async fn refused(change: impl FnOnce(&mut Answer)) -> Page {
    let app = TestApp::start().await;
    let (mut citizen, portal) = (Citizen::new(), Portal::new("anagrafe"));
    let asked = at_cie(&app, &mut citizen, &portal).await;
    let mut answer = app.cie_idp.answer(&asked, &PROVALDI, app.now());
    change(&mut answer);
    let signed = app.cie_idp.sign(&answer);
    let page = app.post_answer(&mut citizen, &asked, &signed).await;
    assert_eq!(page.url.path(), "/saml/cie/acs");
    assert_eq!(page.status, StatusCode::FORBIDDEN, "{}", page.body);
    assert!(citizen.cookie("varco_session").is_none(), "nobody is signed in");
    assert_eq!(app.count(EventKind::IdentityProved).await, 0);
    let good = app.come_back_from(&app.cie_idp, &mut citizen, &asked, &PROVALDI).await;
    portal.code(&good);
    page
}

#[tokio::test]
async fn who_comes_with_cie_is_the_person_who_came_with_spid() {
    let app = TestApp::start().await;
    let portal = Portal::new("anagrafe");
    let mut citizen = Citizen::new();
    let by_spid = app.sign_in(&mut citizen, &portal, &PROVALDI).await;
    let by_spid = subject(&app, &portal, &by_spid).await;
    let mut citizen = Citizen::new();
    let asked = at_cie(&app, &mut citizen, &portal).await;
    let page = app.come_back_from(&app.cie_idp, &mut citizen, &asked, &PROVALDI).await;
    let tokens = portal.exchange(&app, &portal.code(&page)).await;
    assert_eq!(tokens.claims["sub"], by_spid);
    assert_eq!(tokens.claims["acr"], "https://www.spid.gov.it/SpidL2");
    let (_, claims) = portal.userinfo(&app, &tokens.access_token).await;
    assert_eq!(
        claims["https://attributes.eid.gov.it/fiscal_number"],
        "TINIT-PRVMRA80A15H501A"
    );
}

#[tokio::test]
async fn the_request_is_made_in_the_name_of_the_cie_record_and_always_asks_anew() {
    let app = TestApp::start().await;
    let mut citizen = Citizen::new();
    for level in ["1", "2", "3"] {
        let at_idp = citizen.open(&app, &format!("/login/cie?level={level}")).await;
        let asked = app.cie_idp.read(&at_idp.url);
        assert_eq!(asked.issuer, CIE_ENTITY_ID);
        assert_eq!(asked.sso, "https://cie.example.org/sso");
        assert_eq!(asked.comparison, "minimum");
        assert_eq!(asked.attribute_set, "0");
        assert!(asked.level.ends_with(level));
        assert!(asked.force_authn, "level {level}");
    }
}

#[tokio::test]
async fn a_login_without_a_portal_starts_with_302_and_ends_on_the_account_page() {
    let app = TestApp::start().await;
    let request = http::Request::get("/login/cie?idp=https%3A%2F%2Fcie.example.org&level=2");
    let request = request.body(axum::body::Body::empty()).unwrap();
    let answer = tower::ServiceExt::oneshot(app.router(), request).await.unwrap();
    assert_eq!(answer.status(), StatusCode::FOUND);
    let mut citizen = Citizen::new();
    let at_idp = citizen.open(&app, "/login/cie").await;
    let asked = app.cie_idp.read(&at_idp.url);
    let account = app.come_back_from(&app.cie_idp, &mut citizen, &asked, &PROVALDI).await;
    assert_eq!((account.url.path(), account.status), ("/account", StatusCode::OK));
    assert!(account.body.contains("Mario Provaldi") && account.body.contains("CIE"));
}

#[tokio::test]
async fn an_issuer_without_format_is_good_from_the_ministry_and_not_from_spid_71() {
    // That the Ministry's is good is what every other test here sends.
    let app = TestApp::start().await;
    let (mut citizen, portal) = (Citizen::new(), Portal::new("anagrafe"));
    let asked = app.to_idp(&mut citizen, &portal).await;
    let mut answer = app.answer(&asked, &PROVALDI);
    answer.issuer_format = None;
    let page = app.post_answer(&mut citizen, &asked, &app.idp.sign(&answer)).await;
    assert_eq!(page.status, StatusCode::FORBIDDEN);
}

#[tokio::test]
async fn an_issuer_with_an_empty_or_another_format_is_not_good_70_72() {
    refused(|answer| answer.issuer_format = Some("")).await;
    refused(|answer| answer.issuer_format = Some("urn:oasis:names:tc:SAML:2.0:nameid-format:persistent")).await;
}

#[tokio::test]
async fn a_level_below_the_one_asked_16() {
    refused(|answer| answer.level = "https://www.spid.gov.it/SpidL1".into()).await;
    refused(|answer| answer.level = "urn:oasis:names:tc:SAML:2.0:ac:classes:X509".into()).await;
}

#[tokio::test]
async fn a_level_above_the_one_asked_is_taken_as_it_is_16() {
    let app = TestApp::start().await;
    let (mut citizen, portal) = (Citizen::new(), Portal::new("anagrafe"));
    let asked = at_cie(&app, &mut citizen, &portal).await;
    let mut answer = app.cie_idp.answer(&asked, &PROVALDI, app.now());
    answer.level = "https://www.spid.gov.it/SpidL3".into();
    let page = app.post_answer(&mut citizen, &asked, &app.cie_idp.sign(&answer)).await;
    let tokens = portal.exchange(&app, &portal.code(&page)).await;
    assert_eq!(tokens.claims["acr"], "https://www.spid.gov.it/SpidL3");
}

#[tokio::test]
async fn an_answer_meant_for_the_other_record_11() {
    refused(|answer| answer.audience = crate::harness::SP_ENTITY_ID.to_owned()).await;
    refused(|answer| answer.destination = format!("{}/saml/spid/acs", crate::harness::ISSUER)).await;
}

#[tokio::test]
async fn an_answer_posted_at_the_other_records_address() {
    let app = TestApp::start().await;
    let portal = Portal::new("anagrafe");
    // Good in everything but where it arrives.
    for by_cie in [true, false] {
        let mut citizen = Citizen::new();
        let (mut asked, answer) = if by_cie {
            let asked = at_cie(&app, &mut citizen, &portal).await;
            let answer = app.cie_idp.sign(&app.cie_idp.answer(&asked, &PROVALDI, app.now()));
            (asked, answer)
        } else {
            let asked = app.to_idp(&mut citizen, &portal).await;
            let answer = app.idp.sign(&app.answer(&asked, &PROVALDI));
            (asked, answer)
        };
        let right = asked.acs_url.clone();
        asked.acs_url = match by_cie {
            true => right.replace("/cie/", "/spid/"),
            false => right.replace("/spid/", "/cie/"),
        };
        let page = app.post_answer(&mut citizen, &asked, &answer).await;
        assert_eq!(page.status, StatusCode::FORBIDDEN);
        assert!(citizen.cookie("varco_session").is_none());
        asked.acs_url = right;
        portal.code(&app.post_answer(&mut citizen, &asked, &answer).await);
    }
}

#[tokio::test]
async fn a_spid_provider_answers_a_request_that_went_to_the_ministry_17() {
    let app = TestApp::start().await;
    let (mut citizen, portal) = (Citizen::new(), Portal::new("anagrafe"));
    let asked = at_cie(&app, &mut citizen, &portal).await;
    // In its own name, and in the Ministry's with its own key.
    let mut own = app.cie_idp.answer(&asked, &CAMPIONELLI, app.now());
    own.issuer = app.idp.entity_id.clone();
    let forged = app.cie_idp.answer(&asked, &CAMPIONELLI, app.now());
    for answer in [own, forged] {
        let page = app.post_answer(&mut citizen, &asked, &app.idp.sign(&answer)).await;
        assert_eq!(page.status, StatusCode::FORBIDDEN);
    }
    assert!(citizen.cookie("varco_session").is_none());
}

#[tokio::test]
async fn the_identity_provider_is_taken_out_of_the_configuration_meanwhile_18() {
    let mut app = TestApp::start().await;
    let (mut citizen, portal) = (Citizen::new(), Portal::new("anagrafe"));
    let asked = at_cie(&app, &mut citizen, &portal).await;
    app.without_cie_and_eidas();
    let page = app.come_back_from(&app.cie_idp, &mut citizen, &asked, &PROVALDI).await;
    assert_eq!(page.status, StatusCode::FORBIDDEN);
    assert!(citizen.cookie("varco_session").is_none());
}

#[tokio::test]
async fn an_answer_to_the_request_of_another_browser_14() {
    let app = TestApp::start().await;
    let (mut victim, mut attacker, portal) = (Citizen::new(), Citizen::new(), Portal::new("anagrafe"));
    let asked = at_cie(&app, &mut attacker, &portal).await;
    at_cie(&app, &mut victim, &portal).await;
    let page = app.come_back_from(&app.cie_idp, &mut victim, &asked, &PROVALDI).await;
    assert_eq!(page.status, StatusCode::BAD_REQUEST);
    assert!(victim.cookie("varco_session").is_none());
}

#[tokio::test]
async fn fiscal_numbers_that_are_not_as_they_must_be_21() {
    for wrong in [
        "PRVMRA80A15H501A",
        "tinit-PRVMRA80A15H501A",
        "TINDE-PRVMRA80A15H501A",
        "TINIT-PRVMRA80A15H501B",
        "TINIT-",
    ] {
        refused(|answer| {
            answer.attributes.insert("fiscalNumber".to_owned(), wrong.to_owned());
        })
        .await;
    }
    refused(|answer| {
        answer.attributes.remove("fiscalNumber");
    })
    .await;
}

#[tokio::test]
async fn the_omocode_of_a_fiscal_number_is_another_person_21() {
    let app = TestApp::start().await;
    let portal = Portal::new("anagrafe");
    let mut subjects = BTreeSet::new();
    for number in ["TINIT-PRVMRA80A15H501A", "TINIT-PRVMRA80A15H50MS"] {
        let mut citizen = Citizen::new();
        let asked = at_cie(&app, &mut citizen, &portal).await;
        let mut answer = app.cie_idp.answer(&asked, &PROVALDI, app.now());
        answer.attributes.insert("fiscalNumber".to_owned(), number.to_owned());
        let page = app.post_answer(&mut citizen, &asked, &app.cie_idp.sign(&answer)).await;
        subjects.insert(subject(&app, &portal, &page).await);
    }
    assert_eq!(subjects.len(), 2);
}

#[tokio::test]
async fn a_session_begun_with_cie_serves_where_cie_is_accepted_and_nowhere_else() {
    let app = TestApp::start().await;
    let (first, second) = (Portal::new("anagrafe"), Portal::new("edilizia"));
    let mut citizen = Citizen::new();
    let asked = at_cie(&app, &mut citizen, &first).await;
    let page = app
        .come_back_from(&app.cie_idp, &mut citizen, &asked, &CAMPIONELLI)
        .await;
    first.code(&page);
    // Level 2, same record, nothing more to release: it answers.
    second.code(&citizen.open(&app, &second.authorize(&[])).await);
    app.change_client(&second, |client| client.methods = BTreeSet::from([Method::Spid]))
        .await;
    let login = citizen.open(&app, &second.authorize(&[])).await;
    assert_eq!(login.url.path(), "/login");
    assert!(login.link("Entra con CIE").is_none() && login.link("Login with eIDAS").is_none());
    assert!(login.link("idp=").is_some());
}

#[tokio::test]
async fn a_portal_that_accepts_cie_only_sends_nobody_to_spid() {
    let app = TestApp::start().await;
    let portal = Portal::new("anagrafe");
    app.change_client(&portal, |client| client.methods = BTreeSet::from([Method::Cie]))
        .await;
    let mut citizen = Citizen::new();
    let login = citizen.open(&app, &portal.authorize(&[])).await;
    assert!(login.link("idp=").is_none());
    // An address can be typed.
    let id = login.parameter("login").unwrap();
    let typed = format!("/login/spid?idp=https%3A%2F%2Fidp.example.org&login={id}");
    assert_eq!(citizen.open(&app, &typed).await.status, StatusCode::NOT_FOUND);
    let asked = app.pick_cie(&mut citizen, &login).await;
    let page = app.come_back_from(&app.cie_idp, &mut citizen, &asked, &PROVALDI).await;
    portal.code(&page);
}

#[tokio::test]
async fn who_cancels_reads_so_and_may_try_again_with_cie_19() {
    let page = refused(|answer| answer.status = Some(25)).await;
    assert!(page.body.contains("nr25"));
    assert!(page.body.contains("/login/cie?"), "{}", page.body);
    assert!(!page.body.contains("/login/spid?"));
}

#[tokio::test]
async fn without_cie_and_eidas_there_is_no_button_and_no_way() {
    let mut app = TestApp::start().await;
    app.without_cie_and_eidas();
    let mut citizen = Citizen::new();
    let login = citizen.open(&app, "/login").await;
    assert!(login.link("Entra con CIE").is_none() && login.link("Login with eIDAS").is_none());
    for way in [
        "/login/cie",
        "/login/eidas",
        "/login/cie?idp=https%3A%2F%2Fidp.example.org",
    ] {
        assert_eq!(citizen.open(&app, way).await.status, StatusCode::NOT_FOUND, "{way}");
    }
}

#[tokio::test]
async fn no_identity_provider_stands_in_for_another_kind() {
    let app = TestApp::start().await;
    let mut citizen = Citizen::new();
    for (way, idp) in [
        ("cie", "https%3A%2F%2Fidp.example.org"),
        ("spid", "https%3A%2F%2Fcie.example.org"),
        ("spid", "https%3A%2F%2Feidas.example.org"),
        ("eidas", "https%3A%2F%2Fcie.example.org"),
    ] {
        let page = citizen.open(&app, &format!("/login/{way}?idp={idp}")).await;
        assert_eq!(page.status, StatusCode::NOT_FOUND, "{way} {idp}");
    }
}

#[tokio::test]
async fn error_codes_of_cie_have_words_of_their_own_19() {
    let app = TestApp::start().await;
    for (code, words, error) in [
        (19, "Non siamo riusciti a completare", "access_denied"),
        (20, "Non siamo riusciti a completare", "access_denied"),
        (21, "tempo per l’accesso è scaduto", "login_required"),
        (22, "Non hai dato il consenso", "access_denied"),
        (23, "La tua carta è scaduta o revocata", "access_denied"),
        (25, "Hai interrotto l’operazione nella pagina di CIE", "access_denied"),
        (14, "C’è un problema tecnico", "server_error"),
    ] {
        let (mut citizen, portal) = (Citizen::new(), Portal::new("anagrafe"));
        let asked = at_cie(&app, &mut citizen, &portal).await;
        let mut answer = app.cie_idp.answer(&asked, &PROVALDI, app.now());
        answer.status = Some(code);
        let signed = app.cie_idp.sign(&answer);
        let page = app.post_answer(&mut citizen, &asked, &signed).await;
        assert_eq!(page.status, StatusCode::FORBIDDEN, "{code}");
        assert!(page.body.contains(words), "{code}: {}", page.body);
        assert!(page.body.contains("Accesso con CIE non completato") && !page.body.contains("Riprova con SPID"));
        let back = citizen.open(&app, &page.link(&format!("error={error}")).unwrap()).await;
        assert_eq!(portal.error(&back), error, "{code}");
    }
}
