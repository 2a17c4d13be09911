//! CIE: what we publish for the Ministry, what we ask it, and what of its answers differs.

use super::super::authn_request::AuthnRequest;
use super::super::names;
use super::*;
use crate::saml::metadata::unsigned;
use crate::saml::profile::CIE_ATTRIBUTES;
use crate::saml::response::Refused;
use crate::saml::{CieBody, CieContact, CieContacts};

fn contact_of(body: CieBody) -> CieContact {
    CieContact {
        body,
        company: None,
        vat_number: None,
        fiscal_code: None,
        nace2_codes: Vec::new(),
        municipality: "H501".into(),
        province: Some("RM".into()),
        country: None,
        email: "cie@example.it".into(),
        telephone: Some("+390612345678".into()),
    }
}

fn private(company: Option<&str>) -> CieContact {
    CieContact {
        company: company.map(str::to_owned),
        vat_number: Some("IT01234560587".into()),
        fiscal_code: Some("01234560587".into()),
        nace2_codes: vec!["J.62.01".into(), "J.62.02".into()],
        province: None,
        telephone: None,
        ..contact_of(CieBody::Private)
    }
}

fn record(administrative: CieContact, technical: Option<CieContact>) -> ServiceProvider {
    ServiceProvider {
        entity_id: format!("{SP}/cie"),
        acs_url: "https://login.example.it/saml/cie/acs".into(),
        slo_url: "https://login.example.it/saml/cie/slo".into(),
        attributes: CIE_ATTRIBUTES.map(str::to_owned).to_vec(),
        contact: Contact::Cie(Box::new(CieContacts {
            administrative,
            technical,
        })),
        ..service_provider()
    }
}

fn public() -> ServiceProvider {
    let body = CieBody::Public {
        ipa_code: "c_h501".into(),
        ipa_category: Some("L6".into()),
    };
    record(contact_of(body), Some(private(Some("Partner di Esempio S.r.l."))))
}

fn metadata(record: &ServiceProvider) -> String {
    let xml = unsigned(record, &IDP_KEY, "_metadata").unwrap();
    let xml = xml.replace(&STANDARD.encode(&IDP_KEY.certificate), "CERTIFICATE");
    xml.replace("><", ">\n<")
}

#[test]
fn the_metadata_of_a_public_body_with_a_technology_partner() {
    insta::assert_snapshot!(metadata(&public()));
}

#[test]
fn a_private_body_is_marked_as_such_and_says_its_numbers() {
    let xml = metadata(&record(private(None), None));
    let (_, contacts) = xml.split_once("</md:Organization>").unwrap();
    insta::assert_snapshot!(contacts);
}

#[test]
fn a_service_may_be_named_by_a_uuid_which_is_in_no_language() {
    let uuid = "urn:uuid:7bd60bfb-ae70-4a1a-b1a8-2b3ad8f9f3d7";
    let record = ServiceProvider {
        service_names: vec![(String::new(), uuid.to_owned())],
        ..public()
    };
    let xml = metadata(&record);
    assert!(xml.contains(&format!("<md:ServiceName xml:lang=\"\">{uuid}</md:ServiceName>")));
}

#[test]
fn nothing_of_spid_is_in_the_metadata_for_the_ministry() {
    let xml = metadata(&public());
    for foreign in [
        "spid:",
        "spid.gov.it",
        "contactType=\"other\"",
        "contactType=\"billing\"",
    ] {
        assert!(!xml.contains(foreign), "{foreign}");
    }
    assert_eq!(xml.matches("<md:NameIDFormat>").count(), 1);
    assert!(xml.contains(names::REDIRECT), "one logout address is by redirect");
}

#[test]
fn every_request_asks_to_authenticate_anew_and_for_a_minimum() {
    for level in [Level::L1, Level::L2, Level::L3] {
        let request = AuthnRequest {
            level,
            profile: Profile::Cie,
            ..request::request()
        };
        let xml = request.to_xml(&public());
        assert!(xml.contains(r#"ForceAuthn="true""#), "{level:?}");
        assert!(xml.contains(r#"Comparison="minimum""#));
        assert!(xml.contains(r#"Destination="https://idp.example.it/sso""#));
        assert!(!xml.contains("Extensions") && !xml.contains("Scoping") && !xml.contains("<saml:Subject"));
    }
}

/// What we make of an answer to a request that went out by the rules of `profile`.
fn received(draft: &Draft, profile: Profile) -> Result<Accepted, Rejection> {
    let pending = Pending {
        profile,
        attributes: CIE_ATTRIBUTES.map(str::to_owned).to_vec(),
        ..pending()
    };
    Received::decode(&STANDARD.encode(draft.xml()))?.verify(
        &pending,
        &identity_provider(),
        &service_provider(),
        skew(),
        now(),
    )
}

const FORMAT: &str = r#" Format="urn:oasis:names:tc:SAML:2.0:nameid-format:entity""#;

#[test]
fn case_71_an_assertion_issuer_without_format_is_good_from_the_ministry_alone() {
    let draft = answer().assertion(FORMAT, "").response(FORMAT, "");
    let accepted = received(&draft, Profile::Cie).unwrap();
    assert_eq!(accepted.identity.method, domain::person::Method::Cie);
    for profile in [Profile::Spid, Profile::Eidas] {
        let Err(Rejection::Refused(Refused { case, .. })) = received(&draft, profile) else {
            panic!("{profile:?} accepts it");
        };
        assert_eq!(case, "71");
    }
}

#[test]
fn case_70_and_72_an_empty_or_another_format_is_good_from_nobody() {
    for (written, expected) in [(r#" Format="""#, "70"), (r#" Format="urn:x""#, "72")] {
        let draft = answer().assertion(FORMAT, written);
        let Err(Rejection::Refused(Refused { case, .. })) = received(&draft, Profile::Cie) else {
            panic!("{written} is accepted");
        };
        assert_eq!(case, expected);
    }
}
