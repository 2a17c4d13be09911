//! Signing out at the identity provider as well (regole tecniche SPID, "Single Logout"; SAML profiles §4.4):
//! asked for here, carried out there.

use crate::harness::fake_idp::logout::Heard;
use crate::harness::portal::Tokens;
use crate::harness::{Citizen, PROVALDI, Page, Portal, TestApp, settings};
use domain::audit::EventKind;
use http::StatusCode;
use protocol::saml::bindings::Binding;

const SUCCESS: &str = r#"<samlp:StatusCode Value="urn:oasis:names:tc:SAML:2.0:status:Success"/>"#;
const PARTIAL: &str = r#"<samlp:StatusCode Value="urn:oasis:names:tc:SAML:2.0:status:Requester"><samlp:StatusCode Value="urn:oasis:names:tc:SAML:2.0:status:PartialLogout"/></samlp:StatusCode>"#;

struct SignedIn {
    app: TestApp,
    citizen: Citizen,
    portal: Portal,
    tokens: Tokens,
    /// `ID` of the AuthnRequest.
    request: String,
}

/// At level 1, where the identity provider keeps a session of its own.
async fn signed_in_at_level_1(app: TestApp) -> SignedIn {
    let (mut citizen, portal) = (Citizen::new(), Portal::new("biblioteca"));
    let asked = app.to_idp(&mut citizen, &portal).await;
    assert!(asked.level.ends_with("SpidL1"));
    let back = app.come_back(&mut citizen, &asked, &PROVALDI).await;
    let tokens = portal.exchange(&app, &portal.code(&back)).await;
    SignedIn {
        app,
        citizen,
        portal,
        tokens,
        request: asked.id,
    }
}

impl SignedIn {
    /// The portal sends its citizen to sign out.
    async fn logout(&mut self) -> Page {
        let address = crate::harness::citizen::encode(&[
            ("id_token_hint", &self.tokens.id_token),
            ("post_logout_redirect_uri", "https://biblioteca.example.com/bye"),
            ("state", "s p"),
        ]);
        self.citizen.open(&self.app, &format!("/logout?{address}")).await
    }

    /// From the offer to the identity provider.
    async fn go_on(&mut self, offer: &Page) -> Heard {
        let link = offer.link("/logout/upstream").expect("the offer");
        let there = self.citizen.open(&self.app, &link).await;
        assert!(
            there
                .url
                .as_str()
                .starts_with("https://idp.example.org/slo?SAMLRequest="),
            "{}",
            there.url
        );
        self.app.idp.hear(&there.url, "SAMLRequest")
    }

    async fn tokens_are_dead(&self) {
        let (status, _) = self.portal.userinfo(&self.app, &self.tokens.access_token).await;
        assert_eq!(status, StatusCode::UNAUTHORIZED);
    }
}

#[tokio::test]
async fn the_session_here_ends_first_and_the_choice_is_the_citizens() {
    let mut world = signed_in_at_level_1(TestApp::start().await).await;
    let offer = world.logout().await;
    assert_eq!((offer.url.path(), offer.status), ("/logout/offer", StatusCode::OK));
    // Over, before anything is asked of the identity provider.
    world.tokens_are_dead().await;
    assert!(world.citizen.cookie("varco_session").is_none());
    assert_eq!(world.app.count(EventKind::SessionEnded).await, 1);
    assert!(offer.body.contains("Esci anche da Gestore di prova"));
    // Local only: straight back to the portal's registered address.
    let link = offer.link("Torna a Biblioteca").unwrap();
    assert_eq!(link, "https://biblioteca.example.com/bye?state=s+p");
    // The page has an address of its own: whoever comes back to it finds the way again.
    let again = world.citizen.open(&world.app, offer.url.as_str()).await;
    assert_eq!(again.link("Torna a Biblioteca").unwrap(), link);
}

#[tokio::test]
async fn single_logout_asks_the_identity_provider_by_the_names_it_gave_and_comes_back_to_the_portal() {
    let mut world = signed_in_at_level_1(TestApp::start().await).await;
    let offer = world.logout().await;
    let heard = world.go_on(&offer).await;
    assert!(heard.document.starts_with("<samlp:LogoutRequest"));
    assert_eq!(
        heard.attribute("Destination").as_deref(),
        Some("https://idp.example.org/slo")
    );
    assert_eq!(heard.text("saml:Issuer").as_deref(), Some(crate::harness::SP_ENTITY_ID));
    assert_eq!(heard.text("saml:NameID"), Some(format!("_transient{}", world.request)));
    assert_eq!(
        heard.text("samlp:SessionIndex"),
        Some(format!("_session{}", world.request))
    );
    let said = world.app.idp.answers(&heard, SUCCESS, world.app.now());
    // In any browser, without a cookie: a stranger to the session of before.
    let mut cookieless = Citizen::new();
    let back = cookieless.open(&world.app, &world.app.idp.by_redirect(&said)).await;
    assert_eq!(back.url.as_str(), "https://biblioteca.example.com/bye?state=s+p");
}

#[tokio::test]
async fn the_answer_may_come_by_post() {
    let mut world = signed_in_at_level_1(TestApp::start().await).await;
    let offer = world.logout().await;
    let heard = world.go_on(&offer).await;
    let fields = world
        .app
        .idp
        .by_post(&world.app.idp.answers(&heard, SUCCESS, world.app.now()));
    let fields: Vec<(&str, &str)> = fields.iter().map(|(name, value)| (*name, value.as_str())).collect();
    let back = world
        .citizen
        .submit_from_elsewhere(&world.app, "/saml/spid/slo", &fields)
        .await;
    assert_eq!(back.url.as_str(), "https://biblioteca.example.com/bye?state=s+p");
}

#[tokio::test]
async fn the_request_can_travel_by_post() {
    let mut settings = settings();
    settings.spid.binding = Binding::Post;
    let app = TestApp::start_with(settings).await;
    let (mut citizen, portal) = (Citizen::new(), Portal::new("biblioteca"));
    // This identity provider takes requests to sign in by redirect only.
    let asked = app.to_idp(&mut citizen, &portal).await;
    let back = app.come_back(&mut citizen, &asked, &PROVALDI).await;
    let tokens = portal.exchange(&app, &portal.code(&back)).await;
    let mut world = SignedIn {
        app,
        citizen,
        portal,
        tokens,
        request: asked.id,
    };
    let offer = world.logout().await;
    let page = world
        .citizen
        .open(&world.app, &offer.link("/logout/upstream").unwrap())
        .await;
    assert_eq!(page.status, StatusCode::OK);
    assert!(
        page.body.contains(r#"action="https://idp.example.org/slo/post""#),
        "{}",
        page.body
    );
    let policy = page.headers["content-security-policy"].to_str().unwrap();
    assert!(!policy.contains("form-action"), "{policy}");
    use base64::Engine as _;
    let document = base64::engine::general_purpose::STANDARD
        .decode(page.field("SAMLRequest").unwrap())
        .unwrap();
    let document = String::from_utf8(document).unwrap();
    let certificate = samael::crypto::CertificateDer::from(crate::harness::spid_certificate());
    use samael::crypto::CryptoProvider as _;
    samael::crypto::Crypto::verify_signed_xml(&document, &certificate, Some("ID")).expect("signed by us, says xmlsec");
    let heard = Heard {
        document,
        relay_state: page.field("RelayState"),
    };
    let said = world.app.idp.answers(&heard, SUCCESS, world.app.now());
    let back = world.citizen.open(&world.app, &world.app.idp.by_redirect(&said)).await;
    assert_eq!(back.url.as_str(), "https://biblioteca.example.com/bye?state=s+p");
}

#[tokio::test]
async fn a_partial_logout_is_told_with_the_way_back_beside_it() {
    for status in [
        PARTIAL,
        r#"<samlp:StatusCode Value="urn:oasis:names:tc:SAML:2.0:status:Responder"/>"#,
    ] {
        let mut world = signed_in_at_level_1(TestApp::start().await).await;
        let offer = world.logout().await;
        let heard = world.go_on(&offer).await;
        let said = world.app.idp.answers(&heard, status, world.app.now());
        let page = world.citizen.open(&world.app, &world.app.idp.by_redirect(&said)).await;
        assert_eq!(page.status, StatusCode::OK);
        assert!(
            page.body.contains("non ha potuto chiudere tutti gli accessi"),
            "{}",
            page.body
        );
        let link = page.link("Torna a Biblioteca").unwrap();
        assert_eq!(link, "https://biblioteca.example.com/bye?state=s+p");
        world.tokens_are_dead().await;
    }
}

#[tokio::test]
async fn an_identity_provider_that_never_answers_keeps_nobody() {
    let mut world = signed_in_at_level_1(TestApp::start().await).await;
    let offer = world.logout().await;
    world.go_on(&offer).await;
    // Back button: the page still leads to the portal, and the request can be sent again.
    let page = world.citizen.open(&world.app, offer.url.as_str()).await;
    assert_eq!(
        page.link("Torna a Biblioteca").unwrap(),
        "https://biblioteca.example.com/bye?state=s+p"
    );
    let second = world.go_on(&page).await;
    // The answer to the latest one counts.
    let said = world.app.idp.answers(&second, SUCCESS, world.app.now());
    let back = world.citizen.open(&world.app, &world.app.idp.by_redirect(&said)).await;
    assert_eq!(back.url.host_str(), Some("biblioteca.example.com"));
    // Much later it is a plain page, not an error.
    let mut late = signed_in_at_level_1(TestApp::start().await).await;
    let offer = late.logout().await;
    late.app.clock.advance(chrono::TimeDelta::minutes(31));
    let page = late.citizen.open(&late.app, offer.url.as_str()).await;
    assert_eq!(page.status, StatusCode::OK);
    assert!(page.link("/logout/upstream").is_none());
    let page = late
        .citizen
        .open(&late.app, &offer.link("/logout/upstream").unwrap())
        .await;
    assert_eq!((page.url.path(), page.status), ("/logout/offer", StatusCode::OK));
}

#[tokio::test]
async fn an_answer_that_is_not_theirs_leads_nowhere_and_the_way_back_stays_20() {
    type Spoil = fn(&mut crate::harness::fake_idp::logout::Said);
    let spoilt: [Spoil; 5] = [
        |said| said.signed = false,
        |said| {
            said.document = said
                .document
                .replace("https://idp.example.org<", "https://evil.example<")
        },
        |said| said.document = said.document.replace("InResponseTo=\"_", "InResponseTo=\"_x"),
        |said| said.document = said.document.replace("/saml/spid/slo", "/saml/cie/slo"),
        |said| said.document = said.document.replace("2026-", "2025-"),
    ];
    for (number, spoil) in spoilt.iter().enumerate() {
        let mut world = signed_in_at_level_1(TestApp::start().await).await;
        let offer = world.logout().await;
        let heard = world.go_on(&offer).await;
        let mut said = world.app.idp.answers(&heard, SUCCESS, world.app.now());
        spoil(&mut said);
        said.relay_state = Some("https://evil.example/".to_owned());
        let page = world.citizen.open(&world.app, &world.app.idp.by_redirect(&said)).await;
        assert_eq!(page.status, StatusCode::FORBIDDEN, "{number}");
        assert!(app_page_without_evil(&world, &page), "{number}: {}", page.url);
        // The good one still works.
        let said = world.app.idp.answers(&heard, SUCCESS, world.app.now());
        let back = world.citizen.open(&world.app, &world.app.idp.by_redirect(&said)).await;
        assert_eq!(back.url.host_str(), Some("biblioteca.example.com"), "{number}");
    }
}

fn app_page_without_evil(world: &SignedIn, page: &Page) -> bool {
    world.app.is_ours(&page.url) && !page.body.contains("evil.example")
}

#[tokio::test]
async fn a_relay_state_to_a_foreign_site_is_not_looked_at_and_a_second_copy_leads_nowhere_20() {
    let mut world = signed_in_at_level_1(TestApp::start().await).await;
    let offer = world.logout().await;
    let heard = world.go_on(&offer).await;
    let mut said = world.app.idp.answers(&heard, SUCCESS, world.app.now());
    said.relay_state = Some("https://evil.example/".to_owned());
    let answer = world.app.idp.by_redirect(&said);
    let back = world.citizen.open(&world.app, &answer).await;
    assert_eq!(back.url.as_str(), "https://biblioteca.example.com/bye?state=s+p");
    let copy = world.citizen.open(&world.app, &answer).await;
    assert_eq!(copy.status, StatusCode::FORBIDDEN);
    assert!(app_page_without_evil(&world, &copy));
}

#[tokio::test]
async fn a_stranger_signs_no_answer_20() {
    let mut world = signed_in_at_level_1(TestApp::start().await).await;
    let offer = world.logout().await;
    let heard = world.go_on(&offer).await;
    let said = world.app.stranger.answers(&heard, SUCCESS, world.app.now());
    let page = world
        .citizen
        .open(&world.app, &world.app.stranger.by_redirect(&said))
        .await;
    assert_eq!(page.status, StatusCode::FORBIDDEN);
    // Whoever was signing out goes on from the page of that.
    let on = world.citizen.open(&world.app, &page.link("Continua").unwrap()).await;
    assert_eq!(
        on.link("Torna a Biblioteca").unwrap(),
        "https://biblioteca.example.com/bye?state=s+p"
    );
}

#[tokio::test]
async fn from_level_2_there_is_nothing_to_end_upstream() {
    let app = TestApp::start().await;
    let (mut citizen, portal) = (Citizen::new(), Portal::new("anagrafe"));
    let back = app.sign_in(&mut citizen, &portal, &PROVALDI).await;
    // The answer had a SessionIndex all the same: with a higher level it means nothing.
    let tokens = portal.exchange(&app, &portal.code(&back)).await;
    let address = crate::harness::citizen::encode(&[
        ("id_token_hint", &tokens.id_token),
        ("post_logout_redirect_uri", "https://anagrafe.example.com/bye"),
    ]);
    let back = citizen.open(&app, &format!("/logout?{address}")).await;
    assert_eq!(back.url.as_str(), "https://anagrafe.example.com/bye");
}

#[tokio::test]
async fn a_session_of_level_1_is_still_ended_upstream_after_the_same_person_went_on_at_level_2() {
    let mut world = signed_in_at_level_1(TestApp::start().await).await;
    let higher = Portal::new("anagrafe");
    let back = world.app.sign_in(&mut world.citizen, &higher, &PROVALDI).await;
    higher.code(&back);
    let offer = world.logout().await;
    let heard = world.go_on(&offer).await;
    assert_eq!(heard.text("saml:NameID"), Some(format!("_transient{}", world.request)));
}

#[tokio::test]
async fn who_leaves_varco_itself_is_offered_the_same() {
    let mut world = signed_in_at_level_1(TestApp::start().await).await;
    let question = world.citizen.open(&world.app, "/logout").await;
    let request = question.field("request").unwrap();
    let offer = world
        .citizen
        .submit(&world.app, "/logout/confirm", &[("request", &request)])
        .await;
    assert_eq!(offer.url.path(), "/logout/offer");
    let heard = world.go_on(&offer).await;
    let said = world.app.idp.answers(&heard, SUCCESS, world.app.now());
    let page = world.citizen.open(&world.app, &world.app.idp.by_redirect(&said)).await;
    assert_eq!(page.status, StatusCode::OK);
    assert!(
        page.body
            .contains("È terminato anche l’accesso presso Gestore di prova"),
        "{}",
        page.body
    );
}

#[tokio::test]
async fn a_portal_that_was_disabled_meanwhile_gets_nobody_back_47() {
    let mut world = signed_in_at_level_1(TestApp::start().await).await;
    let offer = world.logout().await;
    let heard = world.go_on(&offer).await;
    world.app.disable(&world.portal).await;
    let page = world.citizen.open(&world.app, offer.url.as_str()).await;
    assert!(!page.body.contains("biblioteca.example.com"));
    let said = world.app.idp.answers(&heard, SUCCESS, world.app.now());
    let page = world.citizen.open(&world.app, &world.app.idp.by_redirect(&said)).await;
    assert!(world.app.is_ours(&page.url), "{}", page.url);
    assert!(!page.body.contains("biblioteca.example.com"));
}

#[tokio::test]
async fn a_logout_that_began_on_one_node_ends_on_another_after_a_restart() {
    let mut world = signed_in_at_level_1(TestApp::start().await).await;
    let offer = world.logout().await;
    let heard = world.go_on(&offer).await;
    let said = world
        .app
        .idp
        .by_redirect(&world.app.idp.answers(&heard, SUCCESS, world.app.now()));
    let app = world.app.restart().await;
    let back = world.citizen.open(&app, &said).await;
    assert_eq!(back.url.as_str(), "https://biblioteca.example.com/bye?state=s+p");
}

#[tokio::test]
async fn the_ministry_answers_nothing_so_its_page_is_opened_beside_ours() {
    let app = TestApp::start().await;
    let (mut citizen, portal) = (Citizen::new(), Portal::new("biblioteca"));
    let login = citizen.open(&app, &portal.authorize(&[])).await;
    let asked = app.pick_cie(&mut citizen, &login).await;
    let back = app.come_back_from(&app.cie_idp, &mut citizen, &asked, &PROVALDI).await;
    let tokens = portal.exchange(&app, &portal.code(&back)).await;
    let address = crate::harness::citizen::encode(&[("id_token_hint", &tokens.id_token)]);
    let offer = citizen.open(&app, &format!("/logout?{address}")).await;
    assert!(offer.body.contains(r#"target="_blank""#), "{}", offer.body);
    assert!(offer.link("Torna a Biblioteca").is_some(), "and the way back stays");
    let there = citizen.open(&app, &offer.link("/logout/upstream").unwrap()).await;
    assert!(
        there
            .url
            .as_str()
            .starts_with("https://cie.example.org/slo?SAMLRequest="),
        "{}",
        there.url
    );
    let heard = app.cie_idp.hear(&there.url, "SAMLRequest");
    assert_eq!(
        heard.text("saml:Issuer").as_deref(),
        Some(crate::harness::CIE_ENTITY_ID)
    );
}
