//! What a portal asks for beyond scopes: single claims, a level, an organisation by authorization_details.

use crate::harness::{CAMPIONELLI, Citizen, PROVALDI, Page, Portal, TestApp};
use domain::person::Level;
use http::StatusCode;
use serde_json::{Value, json};
use varco::flow::sign_in::cns::Unreachable;

const L2: &str = "https://www.spid.gov.it/SpidL2";
const L3: &str = "https://www.spid.gov.it/SpidL3";
const CNS: &str = "urn:varco:acr:cns";

fn essential(acr: &[&str]) -> String {
    json!({ "id_token": { "acr": { "essential": true, "values": acr } } }).to_string()
}

async fn come(app: &TestApp, citizen: &mut Citizen, portal: &Portal, changes: &[(&str, &str)]) -> Page {
    let login = citizen.open(app, &portal.authorize(changes)).await;
    let asked = app.pick_idp(citizen, &login).await;
    app.come_back(citizen, &asked, &PROVALDI).await
}

#[tokio::test]
async fn claims_essential_are_released_one_by_one_where_they_were_asked() {
    let app = TestApp::start().await;
    let portal = Portal::new("anagrafe");
    let claims = json!({
        "userinfo": { "email": { "essential": true }, "https://attributes.eid.gov.it/address": null },
        "id_token": { "given_name": { "essential": true }, "auth_time": { "essential": true } },
    })
    .to_string();
    let changes = [("scope", "openid"), ("claims", claims.as_str())];
    let back = come(&app, &mut Citizen::new(), &portal, &changes).await;
    let tokens = portal.exchange(&app, &portal.code(&back)).await;
    assert_eq!(tokens.claims["given_name"], "Mario");
    assert!(tokens.claims["auth_time"].is_i64() && tokens.claims.get("family_name").is_none());
    let (_, userinfo) = portal.userinfo(&app, &tokens.access_token).await;
    assert!(userinfo["email"].is_string(), "{userinfo}");
    for unasked in ["given_name", "https://attributes.eid.gov.it/address"] {
        assert!(
            userinfo.get(unasked).is_none(),
            "{unasked}: not asked here, or not the portal's"
        );
    }
}

#[tokio::test]
async fn a_demanded_level_is_a_new_login_and_never_a_higher_acr_than_was_proved_44() {
    let app = TestApp::start().await;
    let (mut citizen, portal) = (Citizen::new(), Portal::new("anagrafe"));
    portal.code(&come(&app, &mut citizen, &portal, &[]).await);
    let claims = essential(&[L3]);
    // Silently there is only what the session proved.
    let silent = [("claims", claims.as_str()), ("prompt", "none")];
    let back = citizen.open(&app, &portal.authorize(&silent)).await;
    assert_eq!(portal.error(&back), "login_required");
    let login = citizen.open(&app, &portal.authorize(&[("claims", &claims)])).await;
    let asked = app.pick_idp(&mut citizen, &login).await;
    assert_eq!(asked.level, L3);
    let mut answer = app.answer(&asked, &PROVALDI);
    answer.level = L3.to_owned();
    let back = app.post_answer(&mut citizen, &asked, &app.idp.sign(&answer)).await;
    let tokens = portal.exchange(&app, &portal.code(&back)).await;
    assert_eq!(tokens.claims["acr"], L3);
    // By the client's policy alone it is the same.
    app.change_client(&portal, |client| client.min_level = Level::L3).await;
    let back = citizen.open(&app, &portal.authorize(&[("prompt", "none")])).await;
    assert_eq!(portal.error(&back), "login_required");
}

#[tokio::test]
async fn who_proves_more_than_is_demanded_is_told_what_was_demanded() {
    let app = TestApp::start().await;
    let portal = Portal::new("anagrafe");
    let claims = essential(&[L2]);
    let mut citizen = Citizen::new();
    let login = citizen.open(&app, &portal.authorize(&[("claims", &claims)])).await;
    let asked = app.pick_idp(&mut citizen, &login).await;
    let mut answer = app.answer(&asked, &PROVALDI);
    answer.level = L3.to_owned();
    let back = app.post_answer(&mut citizen, &asked, &app.idp.sign(&answer)).await;
    assert_eq!(portal.exchange(&app, &portal.code(&back)).await.claims["acr"], L2);
}

#[tokio::test]
async fn a_demand_for_cards_offers_cards_only_or_is_refused_44() {
    let app = TestApp::start().await;
    let portal = Portal::new("anagrafe");
    let claims = essential(&[CNS]);
    let ask = portal.authorize(&[("claims", &claims)]);
    let back = Citizen::new().open(&app, &ask).await;
    assert_eq!(
        portal.error(&back),
        "unmet_authentication_requirements",
        "no cards here"
    );
    let app = TestApp::start_with_cards(Unreachable::Refuse).await;
    let mut citizen = Citizen::new();
    let page = citizen.open(&app, &ask).await;
    assert!(
        page.link("/login/cns").is_some() && page.link("idp=").is_none(),
        "{}",
        page.body
    );
    // Neither does an address that is typed.
    let login = page.parameter("login").unwrap();
    let idp: String = url::form_urlencoded::byte_serialize(app.idp.entity_id.as_bytes()).collect();
    let typed = format!("/login/spid?idp={idp}&login={login}");
    assert!(app.is_ours(&citizen.open(&app, &typed).await.url));
    // What no way in gives is told at once, and so is a value below the policy.
    for unknown in [essential(&["urn:x"]), essential(&["https://www.spid.gov.it/SpidL1"])] {
        let back = Citizen::new()
            .open(&app, &portal.authorize(&[("claims", &unknown)]))
            .await;
        assert_eq!(portal.error(&back), "unmet_authentication_requirements");
    }
}

#[tokio::test]
async fn prompt_create_shows_the_ways_in_to_whoever_is_signed_in() {
    let app = TestApp::start().await;
    let (mut citizen, portal) = (Citizen::new(), Portal::new("anagrafe"));
    portal.code(&come(&app, &mut citizen, &portal, &[]).await);
    let page = citizen.open(&app, &portal.authorize(&[("prompt", "create")])).await;
    assert!(page.link("idp=").is_some(), "{}", page.url);
    let back = citizen
        .open(&app, &portal.authorize(&[("prompt", "create none")]))
        .await;
    assert_eq!(portal.error(&back), "invalid_request");
}

#[tokio::test]
async fn a_hint_and_a_sub_among_the_claims_name_the_person() {
    let app = TestApp::start().await;
    let (mut citizen, portal) = (Citizen::new(), Portal::new("anagrafe"));
    let back = come(&app, &mut citizen, &portal, &[]).await;
    let tokens = portal.exchange(&app, &portal.code(&back)).await;
    let sub = |value: &Value| json!({ "id_token": { "sub": { "value": value } } }).to_string();
    let own = sub(&tokens.claims["sub"]);
    let silent = [
        ("prompt", "none"),
        ("claims", own.as_str()),
        ("id_token_hint", &tokens.id_token),
    ];
    portal.code(&citizen.open(&app, &portal.authorize(&silent)).await);
    let other = sub(&json!("somebody-else"));
    let silent = [("prompt", "none"), ("claims", other.as_str())];
    let back = citizen.open(&app, &portal.authorize(&silent)).await;
    assert_eq!(portal.error(&back), "login_required");
}

#[tokio::test]
async fn rfc_9396_acting_as_pins_an_organisation_and_roles_and_is_answered() {
    let app = TestApp::start().await;
    let portal = Portal::new("fatture");
    let details = json!([{
        "type": "urn:varco:acting-as",
        "organization": { "scheme": "0210", "value": "01234560587" },
        "roles": ["invoice-viewer"],
    }])
    .to_string();
    let changes = [("authorization_details", details.as_str())];
    // One mandate fits: nobody is asked.
    let back = come(&app, &mut Citizen::new(), &portal, &changes).await;
    let (status, body) = portal.token(&app, &portal.code(&back), &[]).await;
    assert_eq!(status, StatusCode::OK, "{body}");
    let granted = &body["authorization_details"][0];
    assert_eq!(granted["type"], "urn:varco:acting-as");
    assert_eq!(granted["organization"]["name"], "ACME SRL");
    assert_eq!(granted["roles"], json!(["invoice-viewer"]), "no more than was asked");
    let token = body["access_token"].as_str().unwrap();
    let (_, userinfo) = portal.userinfo(&app, token).await;
    assert_eq!(userinfo["roles"], json!(["invoice-viewer"]));
    let (_, told) = portal.post(&app, "/introspect", &[("token", token)]).await;
    assert_eq!(told["authorization_details"], body["authorization_details"]);
    // Without a request for it nothing is answered.
    let (mut citizen, plain) = (Citizen::new(), Portal::new("anagrafe"));
    let back = come(&app, &mut citizen, &plain, &[]).await;
    let (_, body) = plain.token(&app, &plain.code(&back), &[]).await;
    assert!(body.get("authorization_details").is_none());
}

#[tokio::test]
async fn rfc_9396_an_organisation_that_is_not_mine_is_denied_like_an_unknown_one_56() {
    let app = TestApp::start().await;
    let portal = Portal::new("fatture");
    for organization in ["acme-srl", "no-such-organisation"] {
        let details = json!([{ "type": "urn:varco:acting-as", "organization": organization }]).to_string();
        let mut citizen = Citizen::new();
        let login = citizen
            .open(&app, &portal.authorize(&[("authorization_details", &details)]))
            .await;
        let asked = app.pick_idp(&mut citizen, &login).await;
        let back = app.come_back(&mut citizen, &asked, &CAMPIONELLI).await;
        assert_eq!(portal.error(&back), "access_denied", "{organization}");
    }
    for (details, error) in [
        (r#"[{"type":"payment_initiation"}]"#, "invalid_authorization_details"),
        ("no json", "invalid_authorization_details"),
    ] {
        let back = Citizen::new()
            .open(&app, &portal.authorize(&[("authorization_details", details)]))
            .await;
        assert_eq!(portal.error(&back), error);
    }
}
