use super::access_token::{Behind, Issued, access_token, introspection};
use super::*;
use crate::oidc::access_token::{AccessToken, Actor};
use crate::oidc::authorization_details::ActingAs;
use crate::oidc::confirmation::Confirmation;
use crate::oidc::grant::refresh_token::RefreshToken;
use crate::oidc::samples;
use chrono::TimeDelta;
use std::collections::BTreeSet;

fn issued(holding: Option<&Holding>, client: &Client, grant: &Grant) -> Value {
    let (person, attributes) = (samples::person(), samples::attributes());
    let subject = Subject {
        person: &person,
        attributes: &attributes,
    };
    id_token(
        samples::provider(),
        subject,
        holding,
        client,
        grant,
        "access",
        samples::now(),
    )
    .unwrap()
}

fn told(holding: Option<&Holding>, grant: &Grant) -> Value {
    let (person, attributes) = (samples::person(), samples::attributes());
    let subject = Subject {
        person: &person,
        attributes: &attributes,
    };
    userinfo(samples::provider(), subject, holding, &[], &samples::client(), grant).unwrap()
}

#[test]
fn id_token_of_a_person_for_himself() {
    insta::assert_json_snapshot!(issued(None, &samples::client(), &samples::grant()));
}

#[test]
fn id_token_for_an_organisation() {
    let holding = samples::holding();
    insta::assert_json_snapshot!(issued(
        Some(&holding),
        &samples::client(),
        &samples::grant_for(&holding)
    ));
}

#[test]
fn id_token_for_one_unit() {
    let holding = samples::holding_of_unit();
    insta::assert_json_snapshot!(issued(
        Some(&holding),
        &samples::client(),
        &samples::grant_for(&holding)
    ));
}

#[test]
fn userinfo_for_an_organisation() {
    let holding = samples::holding();
    insta::assert_json_snapshot!(told(Some(&holding), &samples::grant_for(&holding)));
}

#[test]
fn for_oneself_the_three_claims_are_absent() {
    for claims in [
        issued(None, &samples::client(), &samples::grant()),
        told(None, &samples::grant()),
    ] {
        for name in ["organization", "org_id", "roles"] {
            assert!(claims.get(name).is_none(), "{name}");
        }
    }
}

#[test]
fn attack_62_roles_of_other_clients_and_roles_nobody_registered_stay_inside() {
    let holding = samples::holding();
    let claims = told(Some(&holding), &samples::grant_for(&holding));
    assert_eq!(claims["roles"], json!(["invoice-submitter"]));
    assert_eq!(
        claims["organization"]["acme-srl"]["roles"],
        json!(["invoice-submitter"])
    );
    assert_eq!(claims["organization"].as_object().unwrap().len(), 1);
}

#[test]
fn attack_58_a_mandate_that_is_not_the_grants_says_nothing() {
    let (person, attributes) = (samples::person(), samples::attributes());
    let judge = |holding: Option<&Holding>, grant: &Grant, client: &Client| {
        let subject = Subject {
            person: &person,
            attributes: &attributes,
        };
        userinfo(samples::provider(), subject, holding, &[], client, grant)
    };
    let holding = samples::holding();
    let (client, grant) = (samples::client(), samples::grant_for(&holding));
    assert!(judge(Some(&holding), &grant, &client).is_ok());
    // Missing: it must not look like "for myself".
    assert_eq!(judge(None, &grant, &client), Err(NotOfThisGrant));
    assert_eq!(judge(Some(&holding), &samples::grant(), &client), Err(NotOfThisGrant));
    let mut other = samples::holding();
    other.mandate.id.0 = uuid::Uuid::from_u128(99);
    assert_eq!(judge(Some(&other), &grant, &client), Err(NotOfThisGrant));
    let mut of_another_person = samples::holding();
    of_another_person.mandate.person.0 = uuid::Uuid::from_u128(99);
    assert_eq!(judge(Some(&of_another_person), &grant, &client), Err(NotOfThisGrant));
    let mut another_person = samples::grant_for(&holding);
    another_person.person.0 = uuid::Uuid::from_u128(99);
    assert_eq!(judge(Some(&holding), &another_person, &client), Err(NotOfThisGrant));
    let another_client = Client {
        id: "other".to_owned(),
        ..samples::client()
    };
    assert_eq!(judge(Some(&holding), &grant, &another_client), Err(NotOfThisGrant));
}

#[test]
fn attack_57_an_id_token_never_outlives_the_mandate() {
    let (person, attributes) = (samples::person(), samples::attributes());
    let holding = samples::holding();
    let end = holding.valid_until();
    let exp = |now| {
        let subject = Subject {
            person: &person,
            attributes: &attributes,
        };
        let grant = samples::grant_for(&holding);
        let claims = id_token(
            samples::provider(),
            subject,
            Some(&holding),
            &samples::client(),
            &grant,
            "access",
            now,
        )
        .unwrap();
        claims["exp"].as_i64().unwrap()
    };
    assert_eq!(exp(samples::now()), samples::now().timestamp() + 600);
    assert_eq!(exp(end - TimeDelta::seconds(5)), end.timestamp());
}

#[test]
fn personal_claims_stay_out_of_id_tokens_unless_the_client_registered_otherwise() {
    let text = issued(None, &samples::client(), &samples::grant()).to_string();
    for private in ["Mario", "TINIT", "mario@", "+39333", "H501"] {
        assert!(!text.contains(private), "{private}");
    }
    let client = Client {
        claims_in_id_token: true,
        ..samples::client()
    };
    let claims = issued(None, &client, &samples::grant());
    assert_eq!(claims["given_name"], "Mario");
    assert_eq!(claims[FISCAL_NUMBER], "TINIT-PRVMRA80A15H501A");
}

#[test]
fn single_claims_go_where_they_were_asked_for_and_only_as_asked() {
    let mut grant = samples::grant();
    grant.scopes = ["openid".to_owned()].into();
    grant.asked.claims = ClaimsRequest::read(
        r#"{"id_token":{"given_name":{"essential":true}},
            "userinfo":{"email":{"value":"mario@example.it"},"phone_number":{"value":"+391"},"nickname":null}}"#,
    )
    .unwrap();
    let (id_token, userinfo) = (issued(None, &samples::client(), &grant), told(None, &grant));
    assert_eq!(id_token["given_name"], "Mario");
    assert!(id_token.get("email").is_none() && userinfo.get("given_name").is_none());
    assert_eq!(userinfo["email"], "mario@example.it");
    assert!(
        userinfo.get("phone_number").is_none(),
        "another value than the one that was asked for"
    );
    let wished = wished_attributes(&grant.scopes, &grant.asked.claims);
    assert_eq!(wished, ["email", "mobilePhone"]);
    let kept = released_attributes(&samples::attributes(), &grant.scopes, &grant.asked.claims);
    assert_eq!(kept.into_keys().collect::<Vec<_>>(), ["email", "mobilePhone"]);
}

#[test]
fn each_scope_releases_its_own_claims_and_no_others() {
    let table: &[(&str, &[&str])] = &[
        ("openid", &[]),
        ("profile", &["name", "given_name", "family_name", "birthdate", "gender"]),
        ("email", &["email"]),
        ("phone", &["phone_number"]),
        ("fiscal_number", &["https://attributes.eid.gov.it/fiscal_number"]),
        (
            "spid",
            &[
                "https://attributes.eid.gov.it/spid_code",
                "https://attributes.eid.gov.it/place_of_birth",
                "https://attributes.eid.gov.it/county_of_birth",
            ],
        ),
    ];
    let with = |scope: &str| {
        let mut grant = samples::grant();
        grant.scopes = [scope.to_owned()].into();
        told(None, &grant).as_object().unwrap().clone()
    };
    let always: Vec<String> = with("openid").keys().cloned().collect();
    for (scope, expected) in table {
        let released: Vec<String> = with(scope)
            .keys()
            .filter(|name| !always.contains(*name))
            .cloned()
            .collect();
        assert_eq!(released, *expected, "{scope}");
    }
}

#[test]
fn gender_is_told_in_the_words_of_openid_and_what_is_unknown_is_absent() {
    let grant = samples::grant();
    let gender = |said: Option<&str>| {
        let mut attributes = samples::attributes();
        attributes.remove("gender");
        attributes.extend(said.map(|said| ("gender".to_owned(), said.to_owned())));
        let person = samples::person();
        let subject = Subject {
            person: &person,
            attributes: &attributes,
        };
        let claims = userinfo(samples::provider(), subject, None, &[], &samples::client(), &grant).unwrap();
        claims.get("gender").cloned()
    };
    assert_eq!(gender(Some("M")), Some(json!("male")));
    assert_eq!(gender(Some("F")), Some(json!("female")));
    assert_eq!(gender(Some("X")), None);
    assert_eq!(gender(None), None);
    let mut unproved = samples::person();
    unproved.fiscal_number = None;
    unproved.date_of_birth = None;
    let subject = Subject {
        person: &unproved,
        attributes: &BTreeMap::new(),
    };
    let claims = userinfo(samples::provider(), subject, None, &[], &samples::client(), &grant).unwrap();
    for name in [FISCAL_NUMBER, "birthdate", "email", "phone_number"] {
        assert!(claims.get(name).is_none(), "{name}");
    }
}

#[test]
fn every_claim_we_send_is_named_in_discovery() {
    let holding = samples::holding_of_unit();
    let grant = samples::grant_for(&holding);
    let supported = crate::oidc::discovery::metadata(samples::ISSUER, Default::default())["claims_supported"].clone();
    let supported = supported.as_array().unwrap();
    for claims in [
        issued(Some(&holding), &samples::client(), &grant),
        told(Some(&holding), &grant),
    ] {
        for name in claims.as_object().unwrap().keys() {
            assert!(supported.contains(&json!(name)), "{name}");
        }
    }
}

fn company() -> BTreeMap<String, String> {
    let mut attributes = samples::attributes();
    for (name, value) in [
        ("companyName", "ACME SRL"),
        ("companyFiscalNumber", "TINIT-01234560587"),
        ("ivaCode", "VATIT-01234560587"),
    ] {
        attributes.insert(name.to_owned(), value.to_owned());
    }
    attributes
}

#[test]
fn attack_61_a_companys_attributes_reach_the_client_that_asks_and_are_no_role() {
    let (person, attributes) = (samples::person(), company());
    let subject = Subject {
        person: &person,
        attributes: &attributes,
    };
    let told = |scopes: &str| {
        let grant = Grant {
            scopes: scopes.split(' ').map(str::to_owned).collect(),
            ..samples::grant()
        };
        userinfo(samples::provider(), subject, None, &[], &samples::client(), &grant).unwrap()
    };
    let claims = told("openid profile company organization");
    assert_eq!(claims["https://attributes.eid.gov.it/company_name"], "ACME SRL");
    assert_eq!(
        claims["https://attributes.eid.gov.it/company_fiscal_number"],
        "TINIT-01234560587"
    );
    assert_eq!(claims["https://attributes.eid.gov.it/vat_number"], "VATIT-01234560587");
    assert!(claims.get("https://attributes.eid.gov.it/registered_office").is_none());
    // Same company as an organisation here; still nobody's role.
    for name in ["organization", "org_id", "roles"] {
        assert!(claims.get(name).is_none(), "{name}");
    }
    let unasked = told("openid profile spid").to_string();
    assert!(!unasked.contains("ACME SRL") && !unasked.contains("01234560587"));
}

#[test]
fn a_grant_keeps_only_what_its_scopes_pass_on() {
    let scopes = |text: &str| -> BTreeSet<String> { text.split(' ').map(str::to_owned).collect() };
    let kept = |text: &str| -> Vec<String> {
        released_attributes(&company(), &scopes(text), &ClaimsRequest::default())
            .into_keys()
            .collect()
    };
    assert_eq!(kept("openid fiscal_number organization"), Vec::<String>::new());
    assert_eq!(kept("openid profile"), ["gender"]);
    assert_eq!(kept("openid email phone"), ["email", "mobilePhone"]);
    assert_eq!(
        kept("openid company"),
        ["companyFiscalNumber", "companyName", "ivaCode"]
    );
}

#[test]
fn a_minimum_age_needs_the_birth_date_and_profile_only_wishes_it() {
    assert_eq!(needed_attributes(None), ["fiscalNumber", "name", "familyName"]);
    assert!(needed_attributes(Some(18)).contains(&"dateOfBirth"));
    let profile = BTreeSet::from(["profile".to_owned()]);
    assert_eq!(
        wished_attributes(&profile, &ClaimsRequest::default()),
        ["dateOfBirth"],
        "gender is not asked for its sake"
    );
}

#[test]
fn scopes_are_written_with_one_blank_between_them() {
    assert_eq!(scope(&BTreeSet::new()), "");
    let two = ["profile", "openid"].map(str::to_owned);
    assert_eq!(scope(&BTreeSet::from(two)), "openid profile");
}

#[test]
fn all_organisations_are_those_of_the_grants_person_and_told_only_where_granted() {
    let (person, attributes) = (samples::person(), samples::attributes());
    let subject = Subject {
        person: &person,
        attributes: &attributes,
    };
    let (mine, mut anothers) = (samples::holding(), samples::holding_of_unit());
    anothers.mandate.person.0 = uuid::Uuid::from_u128(99);
    anothers.organisation.alias = "of-another".to_owned();
    let all = [mine, anothers];
    let organizations = |scopes: &str| {
        let grant = Grant {
            scopes: scopes.split(' ').map(str::to_owned).collect(),
            ..samples::grant()
        };
        let claims = userinfo(samples::provider(), subject, None, &all, &samples::client(), &grant).unwrap();
        claims.get("organizations").cloned()
    };
    assert_eq!(organizations("openid organization"), None);
    let told = organizations(&format!("openid {ALL_ORGANISATIONS}")).unwrap();
    assert_eq!(
        told.as_array().unwrap().len(),
        1,
        "another person's is not told: {told}"
    );
    assert_eq!(told[0]["alias"], "acme-srl");
    assert_eq!(told[0]["name"], "ACME SRL");
    assert_eq!(told[0]["roles"], json!(["invoice-submitter"]));
}

#[test]
fn roles_are_narrowed_to_those_asked_for_at_the_grants_own_client_only() {
    let holding = samples::holding();
    let mut grant = samples::grant_for(&holding);
    let both = BTreeSet::from(["invoice-reader", "invoice-submitter"].map(str::to_owned));
    let mut wide = holding.clone();
    wide.mandate.roles = ["suap", "registry"]
        .map(|client| (client.to_owned(), both.clone()))
        .into();
    let client = samples::client();
    assert_eq!(roles(&wide, &client, &grant), both);
    let asked = r#"[{"type":"urn:varco:acting-as","roles":["invoice-reader"]}]"#;
    let asked = ActingAs::read(asked, &client.roles).unwrap();
    grant.asked.authorization_details = Some(asked);
    assert_eq!(
        roles(&wide, &client, &grant),
        BTreeSet::from(["invoice-reader".to_owned()])
    );
    // A resource server has role names of its own: the portal's wish says nothing about them.
    let resource = Client {
        id: "registry".to_owned(),
        ..samples::client()
    };
    assert_eq!(roles(&wide, &resource, &grant), both);
}

#[test]
fn the_ground_is_told_where_it_was_asked_for_and_for_a_mandate_only() {
    let holding = samples::holding();
    let mut grant = samples::grant_for(&holding);
    assert!(told(Some(&holding), &grant).get(VERIFIED_CLAIMS).is_none());
    let wish =
        r#"{"userinfo":{"verified_claims":{"verification":{"trust_framework":null},"claims":{"authority":null}}}}"#;
    grant.asked.claims = ClaimsRequest::read(wish).unwrap();
    assert!(
        grant.asked.claims.authority_in_userinfo.is_some(),
        "the wish is understood"
    );
    assert!(told(Some(&holding), &grant)[VERIFIED_CLAIMS].is_object());
    assert!(
        issued(Some(&holding), &samples::client(), &grant)
            .get(VERIFIED_CLAIMS)
            .is_none()
    );
    let mut oneself = samples::grant();
    oneself.asked.claims = grant.asked.claims.clone();
    assert!(told(None, &oneself).get(VERIFIED_CLAIMS).is_none());
}

fn access() -> AccessToken {
    AccessToken {
        client_id: "suap".to_owned(),
        grant: Some(samples::grant().id),
        scopes: ["openid", "email"].map(str::to_owned).into(),
        audience: BTreeSet::new(),
        actor: None,
        confirmation: None,
        issued_at: samples::now(),
        expires_at: samples::after(600),
    }
}

fn resource(id: &str) -> Client {
    Client {
        id: id.to_owned(),
        roles: ["reader", "writer"].map(str::to_owned).into(),
        ..samples::client()
    }
}

/// The sample's mandate, with roles at two resources.
fn holding_at_resources() -> Holding {
    let mut holding = samples::holding();
    let roles = |words: &[&str]| words.iter().map(|word| (*word).to_owned()).collect::<BTreeSet<_>>();
    holding
        .mandate
        .roles
        .insert("registry".to_owned(), roles(&["reader", "writer"]));
    holding.mandate.roles.insert("archive".to_owned(), roles(&["reader"]));
    holding
}

#[test]
fn rfc_9068_an_access_token_says_whose_it_is_what_for_and_in_which_roles() {
    let holding = holding_at_resources();
    let grant = samples::grant_for(&holding);
    let behind = Some(Behind {
        grant: &grant,
        holding: Some(&holding),
    });
    let mut token = access();
    token.audience = ["https://archive.example.it".to_owned()].into();
    let said =
        |token: &AccessToken, resources: &[Client]| access_token(samples::provider(), token, "jti", behind, resources);
    let claims = said(&token, &[resource("archive")]).unwrap();
    assert_eq!(
        claims,
        json!({
            "iss": samples::ISSUER, "jti": "jti", "client_id": "suap", "sub": claims["sub"], "aud": "https://archive.example.it",
            "iat": samples::now().timestamp(), "exp": samples::after(600).timestamp(), "scope": "email openid",
            "acr": claims["acr"], "amr": ["mfa"], "auth_time": samples::after(-120).timestamp(),
            "org_id": claims["org_id"], "organization": claims["organization"], "roles": ["reader"],
        })
    );
    assert_eq!(claims["sub"], samples::person().id.0.to_string());
    // Of several resources none can tell which is meant: what the person may do at each.
    let everywhere = said(&token, &[resource("registry"), resource("archive")]).unwrap();
    assert_eq!(everywhere["roles"], json!(["reader"]));
    assert_eq!(
        said(&token, &[resource("registry")]).unwrap()["roles"],
        json!(["reader", "writer"])
    );
    assert_eq!(said(&token, &[]), Err(NotOfThisGrant));
    // RFC 7519 §4.1.3: one audience is a text, several are a list; without any it is the client's own.
    token.audience.insert("https://registry.example.it".to_owned());
    let aud = |token: &AccessToken| said(token, &[resource("archive")]).unwrap()["aud"].clone();
    assert_eq!(
        aud(&token),
        json!(["https://archive.example.it", "https://registry.example.it"])
    );
    assert_eq!(aud(&access()), json!("suap"));
}

#[test]
fn rfc_9068_a_client_alone_is_its_own_subject_and_nothing_is_said_of_a_person() {
    let token = AccessToken {
        grant: None,
        scopes: BTreeSet::new(),
        ..access()
    };
    let claims = access_token(samples::provider(), &token, "jti", None, &[resource("archive")]).unwrap();
    assert_eq!(claims["sub"], "suap");
    for absent in ["scope", "acr", "auth_time", "roles", "org_id", "cnf", "act"] {
        assert!(claims.get(absent).is_none(), "{absent}");
    }
}

#[test]
fn rfc_9449_6_and_rfc_8693_4_1_a_token_says_what_it_is_bound_to_and_who_acts() {
    let grant = samples::grant();
    let behind = Some(Behind {
        grant: &grant,
        holding: None,
    });
    let token = AccessToken {
        confirmation: Some(Confirmation::Jkt("thumb".to_owned())),
        actor: Some(Actor {
            sub: "archive".to_owned(),
            act: None,
        }),
        ..access()
    };
    let claims = access_token(samples::provider(), &token, "jti", behind, &[resource("archive")]).unwrap();
    assert_eq!(claims["cnf"], json!({"jkt": "thumb"}));
    assert_eq!(claims["act"], json!({"sub": "archive"}));
}

#[test]
fn rfc_9396_9_what_was_granted_of_the_details_is_said_where_details_were_asked_for() {
    let holding = samples::holding();
    let mut grant = samples::grant_for(&holding);
    let details = |grant: &Grant| {
        let behind = Some(Behind {
            grant,
            holding: Some(&holding),
        });
        let token = access_token(samples::provider(), &access(), "j", behind, &[samples::client()]).unwrap();
        let answer = introspection(samples::provider(), &samples::client(), behind, Issued::of(&access())).unwrap();
        [token, answer].map(|claims| claims.get("authorization_details").cloned())
    };
    assert_eq!(details(&grant), [None, None]);
    let asked = r#"[{"type":"urn:varco:acting-as"}]"#;
    grant.asked.authorization_details = Some(ActingAs::read(asked, &samples::client().roles).unwrap());
    for told in details(&grant) {
        let told = told.unwrap();
        assert_eq!(told[0]["type"], "urn:varco:acting-as");
        assert_eq!(told[0]["roles"], json!(["invoice-submitter"]));
    }
}

#[test]
fn rfc_7662_2_2_introspection_calls_the_person_as_who_asks_knows_them() {
    let grant = samples::grant();
    let behind = Some(Behind {
        grant: &grant,
        holding: None,
    });
    let said = |asking: &Client, token: Issued<'_>| introspection(samples::provider(), asking, behind, token).unwrap();
    let claims = said(&samples::client(), Issued::of(&access()));
    assert_eq!(
        (&claims["active"], &claims["token_type"]),
        (&json!(true), &json!("Bearer"))
    );
    assert_eq!((&claims["client_id"], &claims["aud"]), (&json!("suap"), &json!("suap")));
    assert_eq!(claims["scope"], "email openid");
    // The session is the portal's own: nobody else learns it.
    assert_eq!(claims["sid"], grant.id.to_string());
    assert!(said(&resource("archive"), Issued::of(&access())).get("sid").is_none());
    for personal in ["email", "given_name", "fiscal_number"] {
        assert!(claims.get(personal).is_none(), "{personal}");
    }
    let refresh = RefreshToken {
        hash: crate::oidc::hash_secret("r"),
        grant: grant.id,
        created_at: samples::now(),
        expires_at: samples::after(3600),
        used_at: None,
        confirmation: None,
    };
    let claims = said(&samples::client(), Issued::of_refresh(&refresh, &grant));
    assert!(claims.get("token_type").is_none(), "a refresh token is of no type");
    assert_eq!(claims["exp"], samples::after(3600).timestamp());
    // Nobody behind it: the client is.
    let alone = introspection(samples::provider(), &resource("archive"), None, Issued::of(&access())).unwrap();
    assert_eq!(alone["sub"], "suap");
    let holding = samples::holding();
    let anothers = Some(Behind {
        grant: &grant,
        holding: Some(&holding),
    });
    let refused = introspection(samples::provider(), &samples::client(), anothers, Issued::of(&access()));
    assert_eq!(refused, Err(NotOfThisGrant), "attack 58");
}
