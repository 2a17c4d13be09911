//! Answers of identity providers that are not what they should be. Whatever comes, nobody is signed in,
//! the page has a reference and a way back, and the pending login is as it was.

use crate::harness::{Answer, Citizen, PROVALDI, Page, Portal, TestApp};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use chrono::TimeDelta;
use domain::audit::EventKind;
use http::StatusCode;

/// A login at the identity provider; `change` spoils the answer; then the good one still works.
async fn refused(change: impl FnOnce(&TestApp, &mut Answer)) -> Page {
    let app = TestApp::start().await;
    let (mut citizen, portal) = (Citizen::new(), Portal::new("fatture"));
    let asked = app.to_idp(&mut citizen, &portal).await;
    let mut answer = app.answer(&asked, &PROVALDI);
    change(&app, &mut answer);
    let page = app.post_answer(&mut citizen, &asked, &app.idp.sign(&answer)).await;
    assert!(page.url.path() == "/saml/spid/acs", "{}", page.url);
    assert!(citizen.cookie("varco_session").is_none(), "nobody is signed in");
    assert_eq!(app.count(EventKind::IdentityProved).await, 0);
    let good = app.come_back(&mut citizen, &asked, &PROVALDI).await;
    assert!(
        good.body.contains("Per conto di chi"),
        "the login was burnt: {}",
        good.body
    );
    page
}

fn is_refusal(page: &Page) {
    assert_eq!(page.status, StatusCode::FORBIDDEN);
    assert!(page.body.contains("Riferimento"), "a reference to read out");
    assert!(page.body.contains("/login?login="), "a way back");
    assert!(
        !page.body.contains("PRVMRA80A15H501A"),
        "nothing of the message is echoed"
    );
}

#[tokio::test]
async fn an_unsigned_answer_1() {
    is_refusal(&refused(|_, a| (a.sign_response, a.sign_assertion) = (false, false)).await);
}

#[tokio::test]
async fn an_answer_whose_assertion_is_not_signed_2() {
    is_refusal(&refused(|_, a| a.sign_assertion = false).await);
}

#[tokio::test]
async fn an_answer_that_was_changed_on_the_way_3() {
    is_refusal(&refused(|_, a| a.tamper = |xml| xml.replace("PRVMRA80A15H501A", "CMPGLI92M71F205F")).await);
}

#[tokio::test]
async fn an_answer_for_another_audience_11() {
    is_refusal(&refused(|_, a| a.audience = "https://other.example.org".into()).await);
}

#[tokio::test]
async fn an_answer_to_another_address_11() {
    is_refusal(&refused(|_, a| a.destination = "https://other.example.org/acs".into()).await);
}

#[tokio::test]
async fn an_answer_of_another_issuer_17() {
    is_refusal(&refused(|_, a| a.issuer = "https://other.example.org".into()).await);
}

#[tokio::test]
async fn an_answer_that_expired_12() {
    is_refusal(&refused(|_, a| a.now -= TimeDelta::minutes(10)).await);
}

#[tokio::test]
async fn an_answer_from_the_future_12() {
    is_refusal(&refused(|_, a| a.now += TimeDelta::minutes(10)).await);
}

#[tokio::test]
async fn an_answer_at_a_lower_level_16() {
    is_refusal(&refused(|_, a| a.level = "https://www.spid.gov.it/SpidL1".into()).await);
}

#[tokio::test]
async fn an_answer_without_a_fiscal_number_21() {
    is_refusal(&refused(|_, a| drop(a.attributes.remove("fiscalNumber"))).await);
}

#[tokio::test]
async fn an_answer_with_a_fiscal_number_that_is_none_21() {
    for bad in [
        "PRVMRA80A15H501A",
        "TINDE-PRVMRA80A15H501A",
        "TINIT-PRVMRA80A15H501B",
        "TINIT-",
    ] {
        is_refusal(&refused(|_, a| drop(a.attributes.insert("fiscalNumber".into(), bad.into()))).await);
    }
}

#[tokio::test]
async fn an_answer_with_a_document_type_9() {
    let page = refused(|_, a| a.tamper = |xml| format!("<!DOCTYPE x [<!ENTITY e \"x\">]>{xml}")).await;
    assert_eq!(page.status, StatusCode::BAD_REQUEST);
}

#[tokio::test]
async fn an_assertion_wrapped_beside_a_forged_one_3() {
    let page = refused(|_, a| {
        a.tamper = |xml| {
            let start = xml.find("<saml:Assertion").unwrap();
            let end = xml.find("</saml:Assertion>").unwrap() + "</saml:Assertion>".len();
            let forged = xml[start..end]
                .replace("PRVMRA80A15H501A", "CMPGLI92M71F205F")
                .replace("ID=\"_assertion", "ID=\"_evil");
            format!("{}{forged}{}", &xml[..start], &xml[start..])
        }
    })
    .await;
    assert!(page.status.is_client_error());
}

#[tokio::test]
async fn an_answer_whose_reference_points_elsewhere_4() {
    is_refusal(
        &refused(|_, a| {
            a.sign_response = false;
            a.tamper = |xml| xml.replacen("URI=\"#_assertion", "URI=\"http://127.0.0.1:9/_assertion", 1);
        })
        .await,
    );
}

#[tokio::test]
async fn an_answer_with_a_weak_algorithm_or_another_transform_7() {
    for change in [
        (|xml: String| xml.replace("xmldsig-more#rsa-sha256", "xmldsig#rsa-sha1")) as fn(String) -> String,
        |xml| xml.replace("xmldsig-more#rsa-sha256", "xmldsig-more#hmac-sha256"),
        |xml| {
            xml.replace(
                "http://www.w3.org/2001/10/xml-exc-c14n#",
                "http://www.w3.org/TR/1999/REC-xslt-19991116",
            )
        },
    ] {
        is_refusal(&refused(|_, a| a.tamper = change).await);
    }
}

#[tokio::test]
async fn an_answer_with_a_comment_in_a_value_8() {
    let page = refused(|_, a| a.tamper = |xml| xml.replace("PRVMRA80A15H501A", "PRVMRA80A15H501A<!-- -->")).await;
    assert_eq!(page.status, StatusCode::BAD_REQUEST);
}

#[tokio::test]
async fn an_answer_in_which_an_encrypted_assertion_was_put_10() {
    let page = refused(|_, a| {
        a.sign_response = false;
        a.tamper = |xml| {
            let encrypted = r#"<saml:EncryptedAssertion xmlns:saml="urn:oasis:names:tc:SAML:2.0:assertion"/>"#;
            xml.replace("</samlp:Status>", &format!("</samlp:Status>{encrypted}"))
        };
    })
    .await;
    assert_eq!(page.status, StatusCode::BAD_REQUEST);
}

#[tokio::test]
async fn an_answer_at_a_level_that_does_not_exist_16() {
    for level in [
        "https://www.spid.gov.it/SpidL9",
        "urn:oasis:names:tc:SAML:2.0:ac:classes:SpidL3",
        "",
    ] {
        is_refusal(&refused(|_, a| a.level = level.into()).await);
    }
}

#[tokio::test]
async fn an_answer_of_a_provider_that_was_disabled_meanwhile_18() {
    let mut app = TestApp::start().await;
    let (mut citizen, portal) = (Citizen::new(), Portal::new("fatture"));
    let asked = app.to_idp(&mut citizen, &portal).await;
    app.disable_idp();
    let page = app.come_back(&mut citizen, &asked, &PROVALDI).await;
    is_refusal(&page);
    assert!(citizen.cookie("varco_session").is_none(), "nobody is signed in");
    assert_eq!(app.count(EventKind::IdentityProved).await, 0);
    let refused = app
        .events()
        .await
        .into_iter()
        .find(|event| event.kind == EventKind::IdentityRefused);
    assert!(refused.unwrap().detail.unwrap().starts_with("provider_disabled"));
}

#[tokio::test]
async fn an_answer_whose_form_says_two_things_9() {
    let app = TestApp::start().await;
    let (mut citizen, portal) = (Citizen::new(), Portal::new("fatture"));
    let asked = app.to_idp(&mut citizen, &portal).await;
    let good = app.idp.sign(&app.answer(&asked, &PROVALDI));
    let state = ("RelayState", asked.relay_state.as_str());
    let twice = [("SAMLResponse", good.as_str()), ("SAMLResponse", good.as_str()), state];
    let page = citizen.submit_from_elsewhere(&app, "/saml/spid/acs", &twice).await;
    assert_eq!(page.status, StatusCode::BAD_REQUEST);
    let states = [("SAMLResponse", good.as_str()), state, ("RelayState", "other")];
    is_refusal(&citizen.submit_from_elsewhere(&app, "/saml/spid/acs", &states).await);
    assert_eq!(
        app.post_answer(&mut citizen, &asked, &good).await.status,
        StatusCode::OK
    );
}

#[tokio::test]
async fn an_answer_signed_by_a_stranger_5() {
    let app = TestApp::start().await;
    let (mut citizen, portal) = (Citizen::new(), Portal::new("fatture"));
    let asked = app.to_idp(&mut citizen, &portal).await;
    let forged = app.stranger.sign(&app.answer(&asked, &PROVALDI));
    let page = app.post_answer(&mut citizen, &asked, &forged).await;
    is_refusal(&page);
}

#[tokio::test]
async fn the_same_answer_twice_13() {
    let app = TestApp::start().await;
    let (mut citizen, portal) = (Citizen::new(), Portal::new("fatture"));
    let asked = app.to_idp(&mut citizen, &portal).await;
    let answer = app.idp.sign(&app.answer(&asked, &PROVALDI));
    let first = app.post_answer(&mut citizen, &asked, &answer).await;
    assert_eq!(first.status, StatusCode::OK);
    let mut thief = Citizen::new();
    is_refusal(&app.post_answer(&mut thief, &asked, &answer).await);
    // To another node, and after a restart.
    let node = app.another_node().await;
    is_refusal(&node.post_answer(&mut thief, &asked, &answer).await);
    node.deps.store.close().await;
    let app = app.restart().await;
    is_refusal(&app.post_answer(&mut thief, &asked, &answer).await);
    // The first one goes on all the same.
    let back = app.choose(&mut citizen, &first, "ACME SRL").await;
    portal.code(&back);
}

#[tokio::test]
async fn two_answers_to_one_request_13() {
    let app = TestApp::start().await;
    let (mut citizen, portal) = (Citizen::new(), Portal::new("fatture"));
    let asked = app.to_idp(&mut citizen, &portal).await;
    app.come_back(&mut citizen, &asked, &PROVALDI).await;
    let mut other = app.answer(&asked, &PROVALDI);
    other.assertion_id = "_another".into();
    is_refusal(&app.post_answer(&mut citizen, &asked, &app.idp.sign(&other)).await);
}

#[tokio::test]
async fn an_answer_nobody_asked_for_15() {
    let app = TestApp::start().await;
    let (mut citizen, portal) = (Citizen::new(), Portal::new("fatture"));
    let asked = app.to_idp(&mut citizen, &portal).await;
    let mut answer = app.answer(&asked, &PROVALDI);
    answer.in_response_to = "_nobody-asked".into();
    let page = app.post_answer(&mut citizen, &asked, &app.idp.sign(&answer)).await;
    assert_eq!(page.status, StatusCode::FORBIDDEN);
    assert_eq!(
        app.count(EventKind::IdentityRefused).await,
        0,
        "a stranger does not fill the audit log"
    );
}

#[tokio::test]
async fn another_relay_state() {
    let app = TestApp::start().await;
    let (mut citizen, portal) = (Citizen::new(), Portal::new("fatture"));
    let mut asked = app.to_idp(&mut citizen, &portal).await;
    let right = std::mem::replace(&mut asked.relay_state, "other".into());
    is_refusal(&app.come_back(&mut citizen, &asked, &PROVALDI).await);
    asked.relay_state = right;
    assert_eq!(
        app.come_back(&mut citizen, &asked, &PROVALDI).await.status,
        StatusCode::OK
    );
}

#[tokio::test]
async fn what_is_no_answer_at_all_9() {
    let app = TestApp::start().await;
    let mut citizen = Citizen::new();
    let deep = format!("{}{}", "<a>".repeat(10_000), "</a>".repeat(10_000));
    for rubbish in ["", "%%%", "PHg+", &STANDARD.encode(deep), &STANDARD.encode("<a/>")] {
        let page = citizen
            .submit_from_elsewhere(&app, "/saml/spid/acs", &[("SAMLResponse", rubbish)])
            .await;
        assert_eq!(page.status, StatusCode::BAD_REQUEST);
    }
    let huge = "A".repeat(600 * 1024);
    let page = citizen
        .submit_from_elsewhere(&app, "/saml/spid/acs", &[("SAMLResponse", &huge)])
        .await;
    assert_eq!(page.status, StatusCode::BAD_REQUEST);
    assert!(page.body.contains("<html lang=\"it\""), "a page: {}", page.body);
    assert!(page.link("/login").is_some(), "with a way back");
}

#[tokio::test]
async fn spid_error_codes_are_told_in_the_citizens_words_with_a_way_to_the_portal_19() {
    let app = TestApp::start().await;
    for (code, words, error) in [
        (19, ["Troppi tentativi", "Too many failed", "Zu viele"], "access_denied"),
        (
            20,
            [
                "livello di sicurezza",
                "higher security level",
                "höhere Sicherheitsstufe",
            ],
            "access_denied",
        ),
        (
            21,
            ["tempo per l’accesso", "time for signing in", "Zeit für die Anmeldung"],
            "login_required",
        ),
        (
            22,
            ["dato il consenso", "did not agree", "nicht zugestimmt"],
            "access_denied",
        ),
        (
            23,
            ["sospesa o bloccata", "suspended or blocked", "ausgesetzt oder gesperrt"],
            "access_denied",
        ),
        (25, ["annullato", "cancelled", "abgebrochen"], "access_denied"),
        (
            30,
            ["altro tipo di identità", "Another type", "andere Art"],
            "access_denied",
        ),
    ] {
        for (language, words) in ["it", "en", "de"].into_iter().zip(words) {
            let (mut citizen, portal) = (Citizen::new(), Portal::new("fatture"));
            citizen.languages = Some(language.to_owned());
            let asked = app.to_idp(&mut citizen, &portal).await;
            let page = fail(&app, &mut citizen, &asked, code).await;
            assert_eq!(page.status, StatusCode::FORBIDDEN, "{code}");
            assert!(
                page.body.contains(&format!("<html lang=\"{language}\"")),
                "{code} {language}"
            );
            assert!(page.body.contains(words), "{code}: {}", page.body);
            let link = page
                .link(&format!("error={error}"))
                .unwrap_or_else(|| panic!("{code}: no link to the portal"));
            let back = citizen.open(&app, &link).await;
            assert_eq!(portal.error(&back), error);
            // The login can be tried again.
            let again = app.come_back(&mut citizen, &asked, &PROVALDI).await;
            assert_eq!(again.status, StatusCode::OK, "{code}");
        }
    }
}

/// The identity provider answers with `ErrorCode nrNN`.
async fn fail(app: &TestApp, citizen: &mut Citizen, asked: &crate::harness::fake_idp::Asked, code: u16) -> Page {
    let mut answer = app.answer(asked, &PROVALDI);
    answer.status = Some(code);
    app.post_answer(citizen, asked, &app.idp.sign(&answer)).await
}

#[tokio::test]
async fn what_we_sent_wrong_is_our_problem_and_says_so_8_to_18() {
    let app = TestApp::start().await;
    for code in [8, 9, 11, 12, 13, 14, 15, 16, 17, 18] {
        let (mut citizen, portal) = (Citizen::new(), Portal::new("fatture"));
        let asked = app.to_idp(&mut citizen, &portal).await;
        let page = fail(&app, &mut citizen, &asked, code).await;
        assert_eq!(page.status, StatusCode::FORBIDDEN, "{code}");
        assert!(page.body.contains("C’è un problema tecnico"), "{code}: {}", page.body);
        assert!(page.body.contains("Riferimento"), "{code}: a reference to read out");
        let back = citizen.open(&app, &page.link("error=").unwrap()).await;
        assert_eq!(portal.error(&back), "server_error");
    }
}

#[tokio::test]
async fn a_code_that_is_reserved_or_unknown_gets_the_general_page() {
    let app = TestApp::start().await;
    for code in [0, 10, 24, 26, 29, 31, 999] {
        let (mut citizen, portal) = (Citizen::new(), Portal::new("fatture"));
        let asked = app.to_idp(&mut citizen, &portal).await;
        let page = fail(&app, &mut citizen, &asked, code).await;
        assert_eq!(page.status, StatusCode::FORBIDDEN, "{code}");
        assert!(
            page.body.contains("Non siamo riusciti a completare"),
            "{code}: {}",
            page.body
        );
        let back = citizen.open(&app, &page.link("error=").unwrap()).await;
        assert_eq!(portal.error(&back), "access_denied");
    }
}
