//! An identity provider ends a session (regole tecniche SPID, "Single Logout"; attack 20): no cookie comes with
//! its message, and a message that is not its own ends nothing.

use crate::harness::fake_idp::logout::Said;
use crate::harness::portal::Tokens;
use crate::harness::{CAMPIONELLI, Citizen, PROVALDI, Page, Person, Portal, TestApp};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use chrono::TimeDelta;
use domain::audit::EventKind;
use http::StatusCode;
use protocol::oidc::SecretHash;
use samael::crypto::{CertificateDer, Crypto, CryptoProvider as _};
use varco::flow::Browser;
use varco::flow::administration::purge::rotate_data_key;
use varco::flow::sign_in::session;

struct Visitor {
    citizen: Citizen,
    tokens: Tokens,
    /// As stores know it.
    code: SecretHash,
    /// `ID` of the AuthnRequest.
    request: String,
}

/// At level 1, where the identity provider keeps a session of its own.
async fn visitor(app: &TestApp, person: &Person) -> Visitor {
    let (mut citizen, portal) = (Citizen::new(), library());
    let asked = app.to_idp(&mut citizen, &portal).await;
    let back = app.come_back(&mut citizen, &asked, person).await;
    let code = portal.code(&back);
    Visitor {
        citizen,
        tokens: portal.exchange(app, &code).await,
        code: crate::harness::hash(&code),
        request: asked.id,
    }
}

fn library() -> Portal {
    Portal::new("biblioteca")
}

impl Visitor {
    async fn is_in(&mut self, app: &TestApp) -> bool {
        let token = library().userinfo(app, &self.tokens.access_token).await.0 == StatusCode::OK;
        let account = self.citizen.open(app, "/account").await.url.path() == "/account";
        assert_eq!(token, account, "session and tokens end together");
        token
    }
}

/// The identity provider's page sends whatever browser it is in, which knows nothing of us.
async fn redirected(app: &TestApp, said: &Said) -> Page {
    Citizen::new().open(app, &app.idp.by_redirect(said)).await
}

async fn posted(app: &TestApp, said: &Said) -> Page {
    let fields = app.idp.by_post(said);
    let fields: Vec<(&str, &str)> = fields.iter().map(|(name, value)| (*name, value.as_str())).collect();
    Citizen::new()
        .submit_from_elsewhere(app, "/saml/spid/slo", &fields)
        .await
}

#[tokio::test]
async fn by_redirect_the_session_ends_without_a_cookie_and_the_answer_goes_to_the_response_location() {
    let app = TestApp::start().await;
    let (mut mario, mut giulia) = (visitor(&app, &PROVALDI).await, visitor(&app, &CAMPIONELLI).await);
    let there = redirected(&app, &app.idp.ends("_end-1", &mario.request, app.now())).await;
    assert!(
        there
            .url
            .as_str()
            .starts_with("https://idp.example.org/slo/answer?SAMLResponse="),
        "{}",
        there.url
    );
    let heard = app.idp.hear(&there.url, "SAMLResponse");
    assert_eq!(heard.attribute("InResponseTo").as_deref(), Some("_end-1"));
    assert_eq!(
        heard.attribute("Destination").as_deref(),
        Some("https://idp.example.org/slo/answer")
    );
    assert_eq!(
        heard.attribute("Value").as_deref(),
        Some("urn:oasis:names:tc:SAML:2.0:status:Success")
    );
    assert_eq!(
        heard.relay_state.as_deref(),
        Some("https://idp.example.org/?state=1&x=%"),
        "as it came"
    );
    assert!(!mario.is_in(&app).await);
    assert!(giulia.is_in(&app).await, "nobody else is signed out");
    assert_eq!(app.count(EventKind::SessionEnded).await, 1);
    let events = app.events().await;
    let ended = events
        .iter()
        .find(|event| event.kind == EventKind::SessionEnded)
        .unwrap();
    assert_eq!(ended.detail, Some(format!("by-provider {}", mario.request)));
    assert!(ended.person.is_some());
}

#[tokio::test]
async fn by_post_the_same_and_the_answer_is_a_form() {
    let app = TestApp::start().await;
    let mut mario = visitor(&app, &PROVALDI).await;
    let page = posted(&app, &app.idp.ends("_end-1", &mario.request, app.now())).await;
    assert_eq!(page.status, StatusCode::OK);
    assert!(
        page.body.contains(r#"action="https://idp.example.org/slo/post""#),
        "{}",
        page.body
    );
    let document = String::from_utf8(STANDARD.decode(page.field("SAMLResponse").unwrap()).unwrap()).unwrap();
    assert!(
        document.contains(r#"InResponseTo="_end-1""#) && document.contains("status:Success"),
        "{document}"
    );
    let certificate = CertificateDer::from(crate::harness::spid_certificate());
    Crypto::verify_signed_xml(&document, &certificate, Some("ID")).expect("signed by us, says xmlsec");
    assert_eq!(
        page.field("RelayState").as_deref(),
        Some("https://idp.example.org/?state=1&x=%")
    );
    assert!(!mario.is_in(&app).await);
}

#[tokio::test]
async fn a_session_that_is_gone_or_never_was_is_answered_with_success_all_the_same() {
    let app = TestApp::start().await;
    let mut mario = visitor(&app, &PROVALDI).await;
    for (id, request) in [
        ("_end-1", "_nobody"),
        ("_end-2", &mario.request),
        ("_end-3", &mario.request),
    ] {
        let there = redirected(&app, &app.idp.ends(id, request, app.now())).await;
        let heard = app.idp.hear(&there.url, "SAMLResponse");
        assert_eq!(
            heard.attribute("Value").as_deref(),
            Some("urn:oasis:names:tc:SAML:2.0:status:Success")
        );
    }
    assert!(!mario.is_in(&app).await);
    assert_eq!(app.count(EventKind::SessionEnded).await, 1);
}

#[tokio::test]
async fn what_was_proved_and_no_browser_came_for_yet_ends_too() {
    let app = TestApp::start().await;
    let (mut mario, portal) = (Citizen::new(), library());
    let asked = app.to_idp(&mut mario, &portal).await;
    // The answer arrives; the browser that began is slow to follow.
    let mut elsewhere = Citizen::new();
    app.come_back(&mut elsewhere, &asked, &PROVALDI).await;
    let address = elsewhere.last_at("/login/continue").unwrap().to_string();
    // Somebody else's session, and another one of the same citizen's, are not meant.
    for (id, request) in [("_end-1", "_nobody"), ("_end-2", "_another")] {
        let mut said = app.idp.ends(id, request, app.now());
        if request == "_another" {
            said.document = said
                .document
                .replace("_transient_another", &format!("_transient{}", asked.id));
        }
        redirected(&app, &said).await;
    }
    assert_eq!(app.count(EventKind::SessionEnded).await, 0);
    redirected(&app, &app.idp.ends("_end-3", &asked.id, app.now())).await;
    let events = app.events().await;
    let ended: Vec<_> = events.iter().filter(|e| e.kind == EventKind::SessionEnded).collect();
    assert_eq!(ended.len(), 1);
    assert_eq!(ended[0].detail, Some(format!("by-provider {}", asked.id)));
    let page = mario.open(&app, &address).await;
    assert!(app.is_ours(&page.url), "no code for the portal: {}", page.url);
    assert!(mario.cookie("varco_session").is_none(), "nobody is signed in");
    // And the citizen can begin again.
    let mut again = visitor(&app, &PROVALDI).await;
    assert!(again.is_in(&app).await);
}

#[tokio::test]
async fn what_was_proved_at_a_node_with_a_newer_key_is_found_by_every_other() {
    let app = TestApp::start().await;
    let node = app.another_node().await;
    assert!(rotate_data_key(&app.deps, true).await.unwrap());
    let mut mario = Citizen::new();
    let asked = app.to_idp(&mut mario, &library()).await;
    let mut elsewhere = Citizen::new();
    app.come_back(&mut elsewhere, &asked, &PROVALDI).await;
    redirected(&node, &app.idp.ends("_end-1", &asked.id, app.now())).await;
    assert_eq!(app.count(EventKind::SessionEnded).await, 1);
    node.deps.store.close().await;
}

#[tokio::test]
async fn forged_unsigned_changed_or_stale_it_ends_nothing_and_leads_nowhere_20() {
    let app = TestApp::start().await;
    let mut mario = visitor(&app, &PROVALDI).await;
    let good = app.idp.ends("_end-1", &mario.request, app.now());
    let with = |change: &dyn Fn(&mut Said)| {
        let mut said = good.clone();
        change(&mut said);
        said
    };
    let unsigned = with(&|said| said.signed = false);
    let foreign = with(&|said| said.document = said.document.replace("org</saml:Issuer>", "evil</saml:Issuer>"));
    let stale = with(&|said| said.document = said.document.replace("T09:00:00", "T08:53:59"));
    let early = with(&|said| said.document = said.document.replace("T09:00:00", "T09:01:01"));
    let elsewhere = with(&|said| said.document = said.document.replace("/saml/spid/slo", "/saml/spid/acs"));
    for said in [&unsigned, &foreign, &stale, &early, &elsewhere] {
        for page in [redirected(&app, said).await, posted(&app, said).await] {
            assert_eq!(page.status, StatusCode::FORBIDDEN, "{}", said.document);
            assert!(
                app.is_ours(&page.url) && page.body.contains("Riferimento"),
                "a page with a reference"
            );
            assert!(!page.body.contains("_transient"), "nothing is echoed");
        }
    }
    // A stranger's key, and a signature that belongs to something else.
    let forged = Citizen::new().open(&app, &app.stranger.by_redirect(&good)).await;
    assert_eq!(forged.status, StatusCode::FORBIDDEN);
    let address = app.idp.by_redirect(&good);
    let swapped = address.replace("RelayState=https", "RelayState=http");
    assert_eq!(Citizen::new().open(&app, &swapped).await.status, StatusCode::FORBIDDEN);
    assert!(mario.is_in(&app).await);
    assert_eq!(app.count(EventKind::SessionEnded).await, 0);
    // The true one still works: a forgery burns nothing.
    redirected(&app, &good).await;
    assert!(!mario.is_in(&app).await);
}

#[tokio::test]
async fn a_request_is_obeyed_once_on_whichever_node_20() {
    let app = TestApp::start().await;
    let mario = visitor(&app, &PROVALDI).await;
    let said = app.idp.ends("_end-1", &mario.request, app.now());
    redirected(&app, &said).await;
    let node = app.another_node().await;
    for page in [redirected(&node, &said).await, posted(&node, &said).await] {
        assert_eq!(page.status, StatusCode::FORBIDDEN);
        assert!(node.is_ours(&page.url));
    }
    node.deps.store.close().await;
    let app = app.restart().await;
    assert_eq!(redirected(&app, &said).await.status, StatusCode::FORBIDDEN);
    // By the time the row may go, the dates refuse it.
    app.clock.advance(TimeDelta::minutes(7));
    let mut tx = app.deps.store.begin().await.unwrap();
    assert_eq!(tx.sweep_logouts(app.now()).await.unwrap(), 1);
    tx.commit().await.unwrap();
    assert_eq!(redirected(&app, &said).await.status, StatusCode::FORBIDDEN);
}

#[tokio::test]
async fn what_is_no_logout_message_is_400_in_bounded_time_9() {
    let app = TestApp::start().await;
    let mut citizen = Citizen::new();
    for rubbish in [
        "",
        "?SAMLRequest=",
        "?SAMLRequest=%25",
        "?SAMLResponse=PHg%2B",
        "?SAMLRequest=a&SAMLResponse=a",
    ] {
        let page = citizen.open(&app, &format!("/saml/spid/slo{rubbish}")).await;
        assert_eq!(page.status, StatusCode::BAD_REQUEST, "{rubbish}");
        assert!(page.body.contains("<html lang=\"it\""), "a page: {}", page.body);
    }
    let doctype = STANDARD.encode("<!DOCTYPE x [<!ENTITY e \"x\">]><a/>");
    for fields in [&[][..], &[("SAMLRequest", "%%%")], &[("SAMLRequest", doctype.as_str())]] {
        let page = citizen.submit_from_elsewhere(&app, "/saml/spid/slo", fields).await;
        assert_eq!(page.status, StatusCode::BAD_REQUEST);
    }
    let huge = "A".repeat(600 * 1024);
    let page = citizen
        .submit_from_elsewhere(&app, "/saml/spid/slo", &[("SAMLRequest", &huge)])
        .await;
    assert_eq!(page.status, StatusCode::BAD_REQUEST);
}

#[tokio::test]
async fn without_an_index_every_session_of_that_name_ends_and_another_index_ends_none() {
    let app = TestApp::start().await;
    let mut mario = visitor(&app, &PROVALDI).await;
    let mut said = app.idp.ends("_end-1", &mario.request, app.now());
    said.document = said.document.replace("<samlp:SessionIndex>", "<samlp:SessionIndex>x");
    redirected(&app, &said).await;
    assert!(mario.is_in(&app).await, "another session of the same name");
    let mut said = app.idp.ends("_end-2", &mario.request, app.now());
    let index = format!("<samlp:SessionIndex>_session{}</samlp:SessionIndex>", mario.request);
    said.document = said.document.replace(&index, "");
    redirected(&app, &said).await;
    assert!(!mario.is_in(&app).await);
}

#[tokio::test]
async fn it_reaches_the_session_that_took_the_place_of_the_one_it_opened() {
    let app = TestApp::start().await;
    let mut mario = visitor(&app, &PROVALDI).await;
    let higher = Portal::new("anagrafe");
    let back = app.sign_in(&mut mario.citizen, &higher, &PROVALDI).await;
    let tokens = higher.exchange(&app, &higher.code(&back)).await;
    redirected(&app, &app.idp.ends("_end-1", &mario.request, app.now())).await;
    assert!(!mario.is_in(&app).await);
    assert_eq!(
        higher.userinfo(&app, &tokens.access_token).await.0,
        StatusCode::UNAUTHORIZED
    );
}

#[tokio::test]
async fn a_session_of_level_2_is_none_that_it_could_end() {
    let app = TestApp::start().await;
    let (mut citizen, portal) = (Citizen::new(), Portal::new("anagrafe"));
    let asked = app.to_idp(&mut citizen, &portal).await;
    let back = app.come_back(&mut citizen, &asked, &PROVALDI).await;
    let tokens = portal.exchange(&app, &portal.code(&back)).await;
    let there = redirected(&app, &app.idp.ends("_end-1", &asked.id, app.now())).await;
    app.idp.hear(&there.url, "SAMLResponse");
    assert_eq!(portal.userinfo(&app, &tokens.access_token).await.0, StatusCode::OK);
}

#[tokio::test]
async fn grants_end_even_when_the_browser_session_went_idle_before() {
    let app = TestApp::start().await;
    let mario = visitor(&app, &PROVALDI).await;
    app.clock.advance(TimeDelta::minutes(45));
    let grant = async || app.deps.store.grant_by_code(&mario.code).await.unwrap().unwrap();
    assert_eq!(grant().await.ended_at, None);
    redirected(&app, &app.idp.ends("_end-1", &mario.request, app.now())).await;
    assert_eq!(grant().await.ended_at, Some(app.now()));
    let events = app.events().await;
    let ended = events
        .iter()
        .find(|event| event.kind == EventKind::SessionEnded)
        .unwrap();
    assert_eq!(ended.detail.as_deref(), Some("by-provider"));
}

#[tokio::test]
async fn a_page_that_was_open_does_not_bring_the_session_back() {
    let app = TestApp::start().await;
    let mut mario = visitor(&app, &PROVALDI).await;
    app.clock.advance(TimeDelta::minutes(2));
    let browser = Browser {
        id: None,
        session: Some(crate::harness::hash(mario.citizen.cookie("varco_session").unwrap())),
    };
    // One request has read the session, a logout comes between, and the first one notes that it was used.
    let read = session::current(&app.deps, browser, app.now()).await.unwrap().unwrap();
    redirected(&app, &app.idp.ends("_end-1", &mario.request, app.now())).await;
    session::touch(&app.deps, &read, app.now()).await.unwrap();
    assert!(session::live(&app.deps, browser, app.now()).await.unwrap().is_none());
    assert!(!mario.is_in(&app).await);
}

#[tokio::test]
async fn each_record_hears_its_own_identity_providers_at_its_own_address_17() {
    let app = TestApp::start().await;
    let (mut mario, portal) = (Citizen::new(), library());
    let login = mario.open(&app, &portal.authorize(&[])).await;
    let asked = app.pick_cie(&mut mario, &login).await;
    let back = app.come_back_from(&app.cie_idp, &mut mario, &asked, &PROVALDI).await;
    let tokens = portal.exchange(&app, &portal.code(&back)).await;
    let said = app.cie_idp.ends("_end-1", &asked.id, app.now());
    // At SPID's door the Ministry is nobody.
    let there = app
        .cie_idp
        .by_redirect(&said)
        .replace("/saml/cie/slo", "/saml/spid/slo");
    assert_eq!(Citizen::new().open(&app, &there).await.status, StatusCode::FORBIDDEN);
    // Nor is a SPID identity provider at the Ministry's.
    let spids = app.idp.by_redirect(&app.idp.ends("_end-2", &asked.id, app.now()));
    let spids = Citizen::new()
        .open(&app, &spids.replace("/saml/spid/slo", "/saml/cie/slo"))
        .await;
    assert_eq!(spids.status, StatusCode::FORBIDDEN);
    assert_eq!(portal.userinfo(&app, &tokens.access_token).await.0, StatusCode::OK);
    let answered = Citizen::new().open(&app, &app.cie_idp.by_redirect(&said)).await;
    assert!(
        answered
            .url
            .as_str()
            .starts_with("https://cie.example.org/slo/answer?SAMLResponse=")
    );
    let heard = app.cie_idp.hear(&answered.url, "SAMLResponse");
    assert_eq!(
        heard.text("saml:Issuer").as_deref(),
        Some(crate::harness::CIE_ENTITY_ID)
    );
    assert_eq!(
        portal.userinfo(&app, &tokens.access_token).await.0,
        StatusCode::UNAUTHORIZED
    );
}
