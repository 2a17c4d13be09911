//! What a portal may know about the organisations behind a person (`scope=organization:*`, `authority`), and what it may
//! ask without anybody being asked.

use crate::harness::portal::Tokens;
use crate::harness::{Citizen, PROVALDI, Page, Portal, TestApp};
use domain::mandate::MandateState;
use serde_json::{Value, json};

const ACME: &str = "ACME SRL";
const COMUNE: &str = "Comune di Borgo Alto";

async fn chooser(app: &TestApp, citizen: &mut Citizen, portal: &Portal, changes: &[(&str, &str)]) -> Page {
    let login = citizen.open(app, &portal.authorize(changes)).await;
    let asked = app.pick_idp(citizen, &login).await;
    app.come_back(citizen, &asked, &PROVALDI).await
}

/// A new citizen signs in for an organisation; the code and what it gave.
async fn sign_in_for(app: &TestApp, portal: &Portal, changes: &[(&str, &str)], name: &str) -> (String, Tokens) {
    let mut citizen = Citizen::new();
    let chooser = chooser(app, &mut citizen, portal, changes).await;
    let back = app.choose(&mut citizen, &chooser, name).await;
    let code = portal.code(&back);
    let tokens = portal.exchange(app, &code).await;
    (code, tokens)
}

/// The operator lets the portal know every organisation.
async fn trust(app: &TestApp, portal: &Portal) {
    app.change_client(portal, |client| {
        client.scopes.insert("organization:*".to_owned());
    })
    .await;
}

fn aliases(userinfo: &Value) -> Vec<&str> {
    let all = userinfo["organizations"].as_array();
    let all = all.unwrap_or_else(|| panic!("no organizations in {userinfo}"));
    all.iter().filter_map(|one| one["alias"].as_str()).collect()
}

#[tokio::test]
async fn a_portal_that_may_reads_every_organisation_in_userinfo_and_the_person_still_acts_for_one() {
    let (app, portal) = (TestApp::start().await, Portal::new("fatture"));
    trust(&app, &portal).await;
    let changes = [("scope", "openid organization organization:*")];
    let (_, tokens) = sign_in_for(&app, &portal, &changes, ACME).await;
    assert!(tokens.claims.get("organizations").is_none(), "not in the ID token");
    let (_, userinfo) = portal.userinfo(&app, &tokens.access_token).await;
    assert_eq!(aliases(&userinfo), ["acme-srl", "comune-di-borgo-alto"]);
    assert_eq!(userinfo["organization"].as_object().unwrap().len(), 1);
    let mut member = userinfo["organization"]["acme-srl"].clone();
    member["alias"] = json!("acme-srl");
    assert_eq!(userinfo["organizations"][0], member);
}

#[tokio::test]
async fn every_organisation_means_those_of_this_moment_57() {
    let (app, portal) = (TestApp::start().await, Portal::new("fatture"));
    trust(&app, &portal).await;
    let changes = [("scope", "openid organization organization:*")];
    let (_, tokens) = sign_in_for(&app, &portal, &changes, ACME).await;
    let (code, _) = sign_in_for(&app, &portal, &[], COMUNE).await;
    app.change_mandate(&code, |mandate| mandate.state = MandateState::Revoked)
        .await;
    let (_, userinfo) = portal.userinfo(&app, &tokens.access_token).await;
    assert_eq!(aliases(&userinfo), ["acme-srl"]);
}

#[tokio::test]
async fn a_portal_that_may_not_know_them_is_refused_aloud_56() {
    let (app, portal) = (TestApp::start().await, Portal::new("fatture"));
    let address = portal.authorize(&[("scope", "openid organization:*")]);
    let back = Citizen::new().open(&app, &address).await;
    assert_eq!(portal.error(&back), "invalid_scope");
}

#[tokio::test]
async fn on_what_ground_somebody_acts_is_told_to_whom_asks_and_where() {
    let (app, portal) = (TestApp::start().await, Portal::new("fatture"));
    let claims = json!({ "userinfo": { "verified_claims": {
        "verification": { "trust_framework": { "value": "urn:varco:mandates" }, "evidence": [] },
        "claims": { "authority": null },
    } } })
    .to_string();
    let (_, tokens) = sign_in_for(&app, &portal, &[("claims", &claims)], ACME).await;
    assert!(tokens.claims.get("verified_claims").is_none(), "asked for userinfo");
    let (_, userinfo) = portal.userinfo(&app, &tokens.access_token).await;
    let told = &userinfo["verified_claims"];
    assert_eq!(told["verification"]["trust_framework"], "urn:varco:mandates");
    assert_eq!(
        told["verification"]["evidence"][0]["record"]["source"]["name"],
        "Registro Imprese"
    );
    let authority = &told["claims"]["authority"];
    assert_eq!(authority["applies_to"]["organization_name"], ACME);
    assert_eq!(authority["granted_by"]["method"], "appointed");
    let permission = authority["permission"].as_array().unwrap();
    let roles: Vec<&Value> = permission.iter().map(|one| &one["role"]).collect();
    assert_eq!(json!(roles), userinfo["roles"]);
    assert_eq!(
        permission[0]["validity"],
        json!({ "start": "2024-01-01", "end": "2028-12-31" })
    );
}

#[tokio::test]
async fn nobody_is_told_on_what_ground_who_did_not_ask_or_where_a_person_acts_for_himself() {
    let (app, portal) = (TestApp::start().await, Portal::new("fatture"));
    let (_, tokens) = sign_in_for(&app, &portal, &[], ACME).await;
    let (_, userinfo) = portal.userinfo(&app, &tokens.access_token).await;
    assert!(userinfo.get("verified_claims").is_none());
    let claims = json!({ "userinfo": { "verified_claims": {
        "verification": { "trust_framework": null }, "claims": { "authority": null },
    } } })
    .to_string();
    let either = Portal::new("edilizia");
    let changes = [("scope", "openid organization"), ("claims", claims.as_str())];
    let mut citizen = Citizen::new();
    let page = chooser(&app, &mut citizen, &either, &changes).await;
    let login = page.field("login").unwrap();
    let fields = [("login", login.as_str()), ("acting", "self")];
    let back = citizen.submit(&app, "/login/choose", &fields).await;
    let tokens = either.exchange(&app, &either.code(&back)).await;
    let (_, userinfo) = either.userinfo(&app, &tokens.access_token).await;
    assert!(userinfo.get("verified_claims").is_none() && userinfo.get("organization").is_none());
}

#[tokio::test]
async fn silently_the_organisation_of_the_hint_goes_on_43() {
    let (app, portal) = (TestApp::start().await, Portal::new("fatture"));
    let mut citizen = Citizen::new();
    let page = chooser(&app, &mut citizen, &portal, &[]).await;
    let back = app.choose(&mut citizen, &page, COMUNE).await;
    let code = portal.code(&back);
    let tokens = portal.exchange(&app, &code).await;
    let silent = [("prompt", "none")];
    let back = citizen.open(&app, &portal.authorize(&silent)).await;
    assert_eq!(portal.error(&back), "interaction_required", "there are two");
    let silent = [("prompt", "none"), ("id_token_hint", tokens.id_token.as_str())];
    let back = citizen.open(&app, &portal.authorize(&silent)).await;
    let again = portal.exchange(&app, &portal.code(&back)).await;
    assert_eq!(again.claims["org_id"], tokens.claims["org_id"]);
    // What was ended names nobody any more.
    let mandate = |mandate: &mut domain::mandate::Mandate| mandate.state = MandateState::Suspended;
    app.change_mandate(&code, mandate).await;
    let back = citizen.open(&app, &portal.authorize(&silent)).await;
    let other = portal.exchange(&app, &portal.code(&back)).await;
    assert_eq!(
        other.claims["organization"]["acme-srl"]["name"], ACME,
        "the only one left"
    );
}

#[tokio::test]
async fn rfc_9396_self_allowed_and_types_leave_the_choice_that_they_say() {
    let app = TestApp::start().await;
    let portal = Portal::new("edilizia");
    for (self_allowed, types, offered) in [
        (true, json!(["company"]), (true, true)),
        (true, json!(["other"]), (true, false)),
        (false, json!(["company"]), (false, true)),
    ] {
        let detail =
            json!([{ "type": "urn:varco:acting-as", "self_allowed": self_allowed, "organization_types": types }]);
        let detail = detail.to_string();
        let changes = [
            ("scope", "openid organization"),
            ("authorization_details", detail.as_str()),
            ("prompt", "select_account"),
        ];
        let page = chooser(&app, &mut Citizen::new(), &portal, &changes).await;
        let found = (page.body.contains("value=\"self\""), page.body.contains(ACME));
        assert_eq!(found, offered, "{detail}: {}", page.body);
    }
}
