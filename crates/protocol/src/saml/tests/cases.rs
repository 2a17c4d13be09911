//! AgID's numbered cases (spid-saml-check, spid-sp-test).

use super::super::anomalies::CitizenError;
use super::super::response::{Malformed, Received, Rejection};
use super::*;

const ENTITY_FORMAT: &str = r#" Format="urn:oasis:names:tc:SAML:2.0:nameid-format:entity""#;
const TRANSIENT: &str = r#" Format="urn:oasis:names:tc:SAML:2.0:nameid-format:transient""#;
const SUCCESS: &str = r#"<samlp:StatusCode Value="urn:oasis:names:tc:SAML:2.0:status:Success"/>"#;
const DATA: &str = "<saml:SubjectConfirmationData";
const END: &str = r#" NotOnOrAfter="2026-11-22T10:04:50Z""#;
const CONDITIONS_END: &str = r#" NotOnOrAfter="2026-11-22T10:04:51Z""#;
const NOT_BEFORE: &str = r#" NotBefore="2026-11-22T09:59:49Z""#;
const CLASS: &str = "https://www.spid.gov.it/SpidL2";
const METHOD: &str = r#" Method="urn:oasis:names:tc:SAML:2.0:cm:bearer""#;

/// Refused, for the reason that AgID's number stands for.
fn refused(case: &str, draft: Draft) {
    match draft.received() {
        Err(Rejection::Refused(refused)) => assert!(
            refused.case.split(", ").any(|number| number == case),
            "case {case} was refused as {refused}"
        ),
        other => panic!("case {case} must be refused, was {other:?}"),
    }
}

#[test]
fn case_1_a_right_answer_signs_the_citizen_in() {
    let accepted = answer().keys(Some(&IDP_KEY), Some(&IDP_KEY)).received().unwrap();
    let identity = &accepted.identity;
    assert_eq!(identity.given_name, "Mario");
    assert_eq!(identity.family_name, "Provaldi");
    assert_eq!(identity.fiscal_number.as_ref().unwrap().as_str(), "PRVMRA80A15H501A");
    assert_eq!(identity.date_of_birth.unwrap().to_string(), "1980-01-15");
    assert_eq!(identity.subject.as_deref(), Some("AGID-001"));
    assert_eq!(identity.level, Level::L2);
    assert_eq!(identity.issuer, IDP);
    assert_eq!(identity.authenticated_at, now() - TimeDelta::seconds(12));
    let names: Vec<&str> = identity.attributes.keys().map(String::as_str).collect();
    assert_eq!(
        names,
        ["dateOfBirth", "familyName", "fiscalNumber", "name", "spidCode"],
        "e-mail was not asked for"
    );
    assert_eq!(accepted.response_id, "_response");
    assert_eq!(accepted.assertion_id, "_assertion");
    assert_eq!(accepted.name_id, "_transient-name");
    assert_eq!(accepted.name_qualifier, IDP);
    assert_eq!(accepted.session_index.as_deref(), Some("_session"));
    assert_eq!(accepted.replay_until, now() + TimeDelta::seconds(291 + 60));
}

#[test]
fn case_1_it_is_enough_that_the_assertion_is_signed() {
    assert!(answer().received().is_ok());
}

#[test]
fn case_1_ns_no_session_index_at_level_2() {
    let accepted = answer()
        .assertion(r#" SessionIndex="_session""#, "")
        .received()
        .unwrap();
    assert_eq!(accepted.session_index, None);
}

#[test]
fn cases_2_to_5_and_100_signatures() {
    refused("2", answer().keys(None, None));
    refused("3", answer().keys(None, Some(&IDP_KEY)));
    refused("4", answer().keys(Some(&OTHER_KEY), Some(&OTHER_KEY)));
    // Our signer embeds the certificate: case 5 as well.
    refused("5", answer().keys(Some(&OTHER_KEY), None));
    refused("4", answer().keys(Some(&IDP_KEY), Some(&OTHER_KEY)));
    refused("100", answer().keys(Some(&OTHER_KEY), Some(&IDP_KEY)));
}

#[test]
fn cases_8_to_15_identity_and_time_of_the_response() {
    refused("8", answer().response(r#"ID="_response""#, r#"ID="""#));
    refused("9", answer().response(r#"ID="_response""#, ""));
    refused("10", answer().response(r#"Version="2.0""#, r#"Version="1.0""#));
    let instant = r#"IssueInstant="2026-11-22T09:59:51Z""#;
    refused("11", answer().response(instant, r#"IssueInstant="""#));
    refused("12", answer().response(instant, ""));
    refused("13", answer().response(instant, r#"IssueInstant="2018-09-04""#));
    refused(
        "13",
        answer().response(instant, r#"IssueInstant="2026-11-22T09:59:51+01:00""#),
    );
    refused(
        "14",
        answer().response(instant, r#"IssueInstant="2018-01-01T00:00:00Z""#),
    );
    refused(
        "15",
        answer().response(instant, r#"IssueInstant="2099-01-01T00:00:00Z""#),
    );
}

#[test]
fn cases_16_to_21_for_our_request_and_our_address() {
    let reply = format!(r#" InResponseTo="{REQUEST}""#);
    refused("16", answer().response(&reply, r#" InResponseTo="""#));
    refused("17", answer().response(&reply, "").assertion(&reply, ""));
    refused("18", answer().response(REQUEST, "_another"));
    let destination = format!(r#"Destination="{ACS}""#);
    refused("19", answer().response(&destination, r#"Destination="""#));
    refused("20", answer().response(&destination, ""));
    refused("21", answer().response(ACS, "https://login.example.it/saml/spid/acs/"));
}

#[test]
fn cases_22_to_26_status() {
    refused("22", answer().response(SUCCESS, ""));
    refused("23", answer().response_cut("<samlp:Status>", "</samlp:Status>", ""));
    refused(
        "24",
        answer().response("urn:oasis:names:tc:SAML:2.0:status:Success", ""),
    );
    refused(
        "25",
        answer().response(SUCCESS, "<samlp:StatusMessage>?</samlp:StatusMessage>"),
    );
    let unknown = answer().response("status:Success", "status:Whatever").received();
    assert_eq!(
        unknown.unwrap_err(),
        Rejection::Anomaly(Anomaly { code: None }),
        "case 26"
    );
}

#[test]
fn cases_27_to_31_issuer_of_the_response() {
    let issuer = format!(">{IDP}<");
    refused("27", answer().response(&issuer, "><"));
    refused("28", answer().response_cut("<saml:Issuer", "</saml:Issuer>", ""));
    refused("29", answer().response(&issuer, ">https://another.example.it<"));
    refused("30", answer().response(ENTITY_FORMAT, r#" Format="urn:other""#));
    assert!(answer().response(ENTITY_FORMAT, "").received().is_ok(), "case 31");
}

#[test]
fn cases_32_to_40_the_assertion_its_identity_and_time() {
    refused("32", answer().response("ASSERTION", ""));
    refused(
        "33",
        answer().keys(None, None).assertion(r#"ID="_assertion""#, r#"ID="""#),
    );
    refused("34", answer().keys(None, None).assertion(r#"ID="_assertion""#, ""));
    refused("35", answer().assertion(r#"Version="2.0""#, r#"Version="1.0""#));
    let instant = r#"IssueInstant="2026-11-22T09:59:50Z""#;
    refused("36", answer().assertion(instant, r#"IssueInstant="""#));
    refused("37", answer().assertion(instant, ""));
    refused("38", answer().assertion(instant, r#"IssueInstant="2018-09-04""#));
    refused(
        "39",
        answer().assertion(instant, r#"IssueInstant="2000-01-01T00:00:00Z""#),
    );
    refused(
        "40",
        answer().assertion(instant, r#"IssueInstant="2099-01-01T00:00:00Z""#),
    );
}

#[test]
fn cases_41_to_49_subject_and_its_name() {
    refused(
        "41",
        answer().assertion_cut("<saml:Subject>", "</saml:Subject>", "<saml:Subject/>"),
    );
    refused("42", answer().assertion_cut("<saml:Subject>", "</saml:Subject>", ""));
    refused("43", answer().assertion("_transient-name", ""));
    refused("44", answer().assertion_cut("<saml:NameID", "</saml:NameID>", ""));
    refused("45", answer().assertion(TRANSIENT, r#" Format="""#));
    refused("46", answer().assertion(TRANSIENT, ""));
    refused("47", answer().assertion("format:transient", "format:persistent"));
    let qualifier = format!(r#" NameQualifier="{IDP}""#);
    refused("48", answer().assertion(&qualifier, r#" NameQualifier="""#));
    refused("49", answer().assertion(&qualifier, ""));
}

#[test]
fn cases_51_to_66_subject_confirmation() {
    let (start, end) = ("<saml:SubjectConfirmation ", "</saml:SubjectConfirmation>");
    refused("51", answer().assertion_cut(start, end, "<saml:SubjectConfirmation/>"));
    refused("52", answer().assertion_cut(start, end, ""));
    refused("53", answer().assertion(METHOD, r#" Method="""#));
    refused("54", answer().assertion(METHOD, ""));
    refused("55", answer().assertion("cm:bearer", "cm:holder-of-key"));
    refused("56", answer().assertion_cut(DATA, "/>", ""));
    let recipient = format!(r#" Recipient="{ACS}""#);
    refused("57", answer().assertion(&recipient, r#" Recipient="""#));
    refused("58", answer().assertion(&recipient, ""));
    refused("59", answer().assertion(ACS, "https://another.example.it/acs"));
    let reply = format!(r#" InResponseTo="{REQUEST}""#);
    refused("60", answer().assertion(&reply, r#" InResponseTo="""#));
    refused("61", answer().assertion(&reply, ""));
    refused("62", answer().assertion(REQUEST, "_another"));
    refused("63", answer().assertion(END, r#" NotOnOrAfter="""#));
    refused("64", answer().assertion(END, ""));
    refused("65", answer().assertion(END, r#" NotOnOrAfter="2026-11-22""#));
    refused("66", answer().assertion(END, r#" NotOnOrAfter="2018-01-01T00:00:00Z""#));
}

#[test]
fn cases_67_to_72_issuer_of_the_assertion() {
    let issuer = format!(">{IDP}<");
    refused("67", answer().assertion(&issuer, "><"));
    refused("68", answer().assertion_cut("<saml:Issuer", "</saml:Issuer>", ""));
    refused("69", answer().assertion(&issuer, ">https://another.example.it<"));
    refused("70", answer().assertion(ENTITY_FORMAT, r#" Format="""#));
    refused("71", answer().assertion(ENTITY_FORMAT, ""));
    refused("72", answer().assertion(ENTITY_FORMAT, r#" Format="urn:other""#));
}

#[test]
fn cases_73_to_87_conditions() {
    let restriction = ("<saml:AudienceRestriction>", "</saml:AudienceRestriction>");
    refused("73", answer().assertion_cut(restriction.0, restriction.1, ""));
    refused(
        "74",
        answer().assertion_cut("<saml:Conditions", "</saml:Conditions>", ""),
    );
    refused("75", answer().assertion(NOT_BEFORE, r#" NotBefore="""#));
    refused("76", answer().assertion(NOT_BEFORE, ""));
    refused("77", answer().assertion(NOT_BEFORE, r#" NotBefore="2026-11-22""#));
    refused(
        "78",
        answer().assertion(NOT_BEFORE, r#" NotBefore="2099-01-01T00:00:00Z""#),
    );
    refused("79", answer().assertion(CONDITIONS_END, r#" NotOnOrAfter="""#));
    refused("80", answer().assertion(CONDITIONS_END, ""));
    refused(
        "81",
        answer().assertion(CONDITIONS_END, r#" NotOnOrAfter="2026-11-22""#),
    );
    refused(
        "82",
        answer().assertion(CONDITIONS_END, r#" NotOnOrAfter="2018-01-01T00:00:00Z""#),
    );
    refused(
        "83",
        answer().assertion_cut(restriction.0, restriction.1, "<saml:AudienceRestriction/>"),
    );
    refused(
        "84",
        answer().assertion_cut(restriction.0, restriction.1, "<saml:OneTimeUse/>"),
    );
    // What is missing is named, be there other conditions or none.
    let at = |draft: Draft| match draft.received() {
        Err(Rejection::Refused(refused)) => refused.reason.at,
        other => panic!("must be refused, was {other:?}"),
    };
    assert_eq!(
        at(answer().assertion_cut(restriction.0, restriction.1, "<saml:OneTimeUse/>")),
        "Assertion/Conditions/AudienceRestriction"
    );
    assert_eq!(
        at(answer().assertion_cut(restriction.0, restriction.1, "")),
        "Assertion/Conditions"
    );
    let audience = format!("<saml:Audience>{SP}</saml:Audience>");
    refused("85", answer().assertion(&audience, "<saml:Audience> </saml:Audience>"));
    refused("86", answer().assertion(&audience, ""));
    refused(
        "87",
        answer().assertion(&audience, "<saml:Audience>https://another.example.it</saml:Audience>"),
    );
}

#[test]
fn cases_88_to_93_authentication_statement() {
    let context = ("<saml:AuthnContext>", "</saml:AuthnContext>");
    refused("88", answer().assertion_cut(context.0, context.1, ""));
    refused(
        "89",
        answer().assertion_cut("<saml:AuthnStatement", "</saml:AuthnStatement>", ""),
    );
    refused(
        "90",
        answer().assertion_cut(context.0, context.1, "<saml:AuthnContext/>"),
    );
    refused(
        "91",
        answer().assertion_cut(context.0, context.1, "<saml:SubjectLocality/>"),
    );
    refused("92", answer().assertion(CLASS, ""));
    let other = "<saml:AuthnContextDeclRef>x</saml:AuthnContextDeclRef>";
    refused(
        "93",
        answer().assertion_cut("<saml:AuthnContextClassRef>", "</saml:AuthnContextClassRef>", other),
    );
}

#[test]
fn cases_94_to_97_level_lower_refused_higher_accepted_unknown_refused() {
    let levels = [Level::L1, Level::L2, Level::L3];
    for asked in levels {
        for got in levels {
            let xml = answer().assertion(CLASS, got.spid_uri()).xml();
            let pending = Pending {
                level: asked,
                ..pending()
            };
            let outcome = Received::decode(&STANDARD.encode(xml)).unwrap().verify(
                &pending,
                &identity_provider(),
                &service_provider(),
                skew(),
                now(),
            );
            match outcome {
                Ok(accepted) => assert!(got >= asked && accepted.identity.level == got, "{asked:?} {got:?}"),
                Err(Rejection::Refused(refused)) => assert!(got < asked && refused.case.contains("94"), "{refused}"),
                Err(other) => panic!("{other:?}"),
            }
        }
    }
    refused(
        "97",
        answer().assertion(CLASS, "urn:oasis:names:tc:SAML:2.0:ac:classes:SpidL1"),
    );
}

#[test]
fn cases_98_99_103_attributes() {
    let statement = ("<saml:AttributeStatement>", "</saml:AttributeStatement>");
    refused(
        "98",
        answer().assertion_cut(statement.0, statement.1, "<saml:AttributeStatement/>"),
    );
    refused(
        "99",
        answer().assertion_cut("<saml:AttributeValue", "</saml:AttributeValue>", ""),
    );
    refused("99", answer().assertion(">Mario<", "><"));
    refused("103", answer().assertion_cut(statement.0, statement.1, ""));
    for (name, _) in &ATTRIBUTES[..5] {
        refused(
            "103",
            answer().assertion(&format!(r#"Name="{name}""#), r#"Name="gender""#),
        );
    }
}

#[test]
fn cases_104_to_108_and_111_the_provider_says_what_went_wrong() {
    for (case, code, error) in [
        (104, 19, CitizenError::TooManyAttempts),
        (105, 20, CitizenError::CredentialTooWeak),
        (106, 21, CitizenError::TimedOut),
        (107, 22, CitizenError::ConsentRefused),
        (108, 23, CitizenError::IdentitySuspended),
        (111, 25, CitizenError::Cancelled),
    ] {
        let status = format!(
            r#"<samlp:StatusCode Value="urn:oasis:names:tc:SAML:2.0:status:Responder"><samlp:StatusCode Value="urn:oasis:names:tc:SAML:2.0:status:AuthnFailed"/></samlp:StatusCode><samlp:StatusMessage>ErrorCode nr{code}</samlp:StatusMessage>"#
        );
        // Unsigned, as spid-sp-test sends them, and signed, as spid-saml-check does.
        for key in [None, Some(&*IDP_KEY)] {
            let draft = answer()
                .response(SUCCESS, &status)
                .response("ASSERTION", "")
                .keys(None, key);
            let Err(Rejection::Anomaly(anomaly)) = draft.received() else {
                panic!("case {case}");
            };
            assert_eq!(anomaly.code, Some(code), "case {case}");
            assert_eq!(anomaly.citizen_error(), Some(error), "case {case}");
        }
    }
}

#[test]
fn cases_109_and_110_real_variations_are_accepted() {
    let format = r#" NameFormat="urn:oasis:names:tc:SAML:2.0:attrname-format:basic""#;
    assert!(answer().assertion(format, "").received().is_ok(), "case 109");
    let declared = format!(r#"<?xml version="1.0" encoding="UTF-8"?>{}{}"#, "\n", answer().xml());
    assert!(receive(&declared).is_ok(), "case 109, declaration in front");
    let fraction = answer()
        .response("09:59:51Z", "09:59:51.123456Z")
        .assertion("09:59:50Z", "09:59:50.123Z");
    assert!(fraction.received().is_ok(), "case 110");
}

#[test]
fn cases_112_and_113_something_else_that_the_provider_signed_stands_first() {
    let foreign = format!(
        r#"<md:EntityDescriptor xmlns:md="urn:oasis:names:tc:SAML:2.0:metadata" ID="_metadata" entityID="{IDP}"><md:IDPSSODescriptor/></md:EntityDescriptor>"#
    );
    let foreign = sign(&foreign, Placement::First, &IDP_KEY).unwrap();
    for key in [None, Some(&*OTHER_KEY)] {
        let draft = answer().keys(key, None);
        let response = draft.response.replace("ASSERTION", &draft.signed_assertion());
        let first = response.replacen("<saml:Issuer", &format!("{foreign}<saml:Issuer"), 1);
        assert_eq!(receive(&first), Err(Rejection::Malformed(Malformed::Unexpected)));
        // Where something foreign may stand, it is not signed.
        let holder = format!("<samlp:Extensions>{foreign}</samlp:Extensions><samlp:Status>");
        let hidden = response.replacen("<samlp:Status>", &holder, 1);
        assert!(matches!(receive(&hidden), Err(Rejection::Refused(refused)) if refused.case == "xsw"));
    }
}
