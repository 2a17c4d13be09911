//! Attacks on the Response, with namespaces intact.

use super::super::response::{Fault, Malformed, Refused};
use super::*;
use crate::xml::XmlError;
use crate::xml::signature::{ProfileError, SignatureError};
use proptest::prelude::*;
use std::time::{Duration, Instant};

/// An Assertion that the provider never wrote.
fn evil(id: &str) -> String {
    answer()
        .assertion("_assertion", id)
        .assertion("PRVMRA80A15H501A", "CMPGLI92M71F205F")
        .assertion
}

fn malformed(xml: &str) -> Malformed {
    match receive(xml) {
        Err(Rejection::Malformed(malformed)) => malformed,
        other => panic!("must be malformed, was {other:?}"),
    }
}

fn fault(xml: &str) -> Fault {
    match receive(xml) {
        Err(Rejection::Refused(Refused { reason, .. })) => reason.fault,
        other => panic!("must be refused, was {other:?}"),
    }
}

fn profile(xml: &str) -> ProfileError {
    match fault(xml) {
        Fault::Signature(SignatureError::Profile(error)) => error,
        other => panic!("must be outside the profile, was {other:?}"),
    }
}

/// A message with both signatures, to which one thing is done afterwards.
fn both() -> String {
    answer().keys(Some(&IDP_KEY), Some(&IDP_KEY)).xml()
}

/// From `start` to `end`, both included.
fn stretch(xml: &str, start: &str, end: &str) -> String {
    let (_, rest) = xml.split_once(start).unwrap();
    let (inside, _) = rest.split_once(end).unwrap();
    format!("{start}{inside}{end}")
}

fn signature_of(xml: &str) -> String {
    stretch(xml, "<ds:Signature ", "</ds:Signature>")
}

#[test]
fn attack_3_xsw_1_and_2_a_second_response_around_or_beside_the_signed_one() {
    let good = both();
    let signature = signature_of(&good);
    let original = good.replacen(&signature, "", 1);
    let forged = answer()
        .response("_response", "_forged")
        .response("ASSERTION", &evil("_evil"))
        .response;
    let holding = signature.replace(
        "</ds:Signature>",
        &format!("<ds:Object>{original}</ds:Object></ds:Signature>"),
    );
    let xsw1 = forged.replace("<samlp:Status>", &format!("{holding}<samlp:Status>"));
    assert_eq!(malformed(&xsw1), Malformed::Assertions);
    let xsw2 = forged.replace("<samlp:Status>", &format!("{original}{signature}<samlp:Status>"));
    assert_eq!(malformed(&xsw2), Malformed::Assertions);
}

#[test]
fn attack_3_xsw_3_to_6_a_second_assertion_beside_above_or_below_the_signed_one() {
    let signed = answer().signed_assertion();
    let shell = answer().response;
    for id in ["_evil", "_assertion"] {
        let evil = evil(id);
        let inside_evil = evil.replace(
            "</saml:Issuer>",
            &format!("</saml:Issuer><saml:Advice>{signed}</saml:Advice>"),
        );
        let inside_signed = signed.replace(
            "</ds:Signature>",
            &format!("<ds:Object>{evil}</ds:Object></ds:Signature>"),
        );
        for assertions in [
            format!("{evil}{signed}"),
            format!("{signed}{evil}"),
            inside_evil,
            inside_signed,
        ] {
            let outcome = receive(&shell.replace("ASSERTION", &assertions));
            assert!(
                matches!(
                    outcome,
                    Err(Rejection::Malformed(
                        Malformed::Assertions | Malformed::Xml(XmlError::AmbiguousId)
                    ))
                ),
                "{outcome:?}"
            );
        }
    }
}

#[test]
fn attack_3_xsw_7_and_8_the_signed_assertion_hidden_in_extensions_or_object() {
    let signed = answer().signed_assertion();
    let extensions = format!("<samlp:Extensions>{signed}</samlp:Extensions>{}", evil("_evil"));
    assert_eq!(
        malformed(&answer().response.replace("ASSERTION", &extensions)),
        Malformed::Assertions
    );
    let signature = signature_of(&signed);
    let bare = signed.replacen(&signature, "", 1);
    let holding = signature.replace(
        "</ds:Signature>",
        &format!("<ds:Object>{bare}</ds:Object></ds:Signature>"),
    );
    let evil = evil("_evil").replace("</saml:Issuer>", &format!("</saml:Issuer>{holding}"));
    assert_eq!(
        malformed(&answer().response.replace("ASSERTION", &evil)),
        Malformed::Assertions
    );
}

#[test]
fn attack_3_the_signed_assertion_disguised_under_another_namespace_is_no_assertion() {
    let signed = answer().signed_assertion();
    // The provider's signature moved into ours: it names an element that is not its parent.
    let moved = evil("_evil").replace("</saml:Issuer>", &format!("</saml:Issuer>{}", signature_of(&signed)));
    assert_eq!(
        profile(&answer().response.replace("ASSERTION", &moved)),
        ProfileError::Reference
    );
    // And with the name it wants, its digest is another's.
    let named = moved.replace("_evil", "_assertion");
    assert_eq!(
        fault(&answer().response.replace("ASSERTION", &named)),
        Fault::Signature(SignatureError::Invalid)
    );
    let other = signed
        .replace("<saml:Assertion ", "<evil:Assertion xmlns:evil=\"urn:evil\" ")
        .replace("</saml:Assertion>", "</evil:Assertion>");
    assert_eq!(
        malformed(&answer().response.replace("ASSERTION", &other)),
        Malformed::Unexpected
    );
}

#[test]
fn attack_4_references_to_the_document_elsewhere_or_over_the_network() {
    let good = answer().xml();
    for uri in [
        "",
        "#_response",
        "#other",
        "http://127.0.0.1:9/ref",
        "file:///dev/zero",
        "#xpointer(id('_assertion'))",
        "cid:x",
    ] {
        let xml = good.replace(r##"URI="#_assertion""##, &format!(r#"URI="{uri}""#));
        assert_eq!(profile(&xml), ProfileError::Reference, "{uri}");
    }
    let missing = good.replace(r##" URI="#_assertion""##, "");
    assert_eq!(profile(&missing), ProfileError::Reference);
    let reference = &stretch(&good, "<ds:Reference", "</ds:Reference>");
    assert_eq!(
        profile(&good.replace(reference, &reference.repeat(2))),
        ProfileError::Structure
    );
    assert_eq!(profile(&good.replace(reference, "")), ProfileError::Structure);
}

#[test]
fn attack_4_two_signatures_or_two_signed_infos() {
    let good = answer().xml();
    let signature = signature_of(&good);
    assert_eq!(
        profile(&good.replace(&signature, &signature.repeat(2))),
        ProfileError::Place
    );
    let info = &stretch(&signature, "<ds:SignedInfo>", "</ds:SignedInfo>");
    assert_eq!(profile(&good.replace(info, &info.repeat(2))), ProfileError::Structure);
    let elsewhere = good.replace("</samlp:Status>", &format!("{signature}</samlp:Status>"));
    assert_eq!(profile(&elsewhere), ProfileError::Place);
}

#[test]
fn attack_5_a_foreign_key_that_vouches_for_itself() {
    let xml = answer().keys(Some(&OTHER_KEY), Some(&OTHER_KEY)).xml();
    assert!(xml.contains(&STANDARD.encode(&OTHER_KEY.certificate)));
    assert_eq!(fault(&xml), Fault::Signature(SignatureError::Invalid));
}

#[test]
fn attack_5_the_key_info_is_not_read_an_empty_or_foreign_one_changes_nothing() {
    let good = answer().xml();
    let certificate = STANDARD.encode(&IDP_KEY.certificate);
    assert!(receive(&good.replace(&certificate, "")).is_ok());
    assert!(receive(&good.replace(&certificate, &STANDARD.encode(&OTHER_KEY.certificate))).is_ok());
    assert!(receive(&cut(&good, "<ds:KeyInfo>", "</ds:KeyInfo>", "")).is_ok());
    let elsewhere = r#"<ds:KeyInfo><ds:RetrievalMethod URI="http://127.0.0.1:9/key"/></ds:KeyInfo>"#;
    assert_eq!(
        profile(&cut(&good, "<ds:KeyInfo>", "</ds:KeyInfo>", elsewhere)),
        ProfileError::Structure
    );
}

#[test]
fn attack_6_without_keys_nothing_verifies() {
    let provider = IdentityProvider {
        signing_keys: Vec::new(),
        ..identity_provider()
    };
    let received = Received::decode(&STANDARD.encode(both())).unwrap();
    let outcome = received.verify(&pending(), &provider, &service_provider(), skew(), now());
    assert!(matches!(outcome, Err(Rejection::Refused(refused)) if refused.case.contains('4')));
}

#[test]
fn attack_7_weak_algorithms_and_dangerous_transforms() {
    let good = answer().xml();
    let method = "http://www.w3.org/2001/04/xmldsig-more#rsa-sha256";
    for weak in [
        "http://www.w3.org/2000/09/xmldsig#rsa-sha1",
        "http://www.w3.org/2000/09/xmldsig#hmac-sha1",
        "http://www.w3.org/2001/04/xmldsig-more#hmac-sha256",
        "http://www.w3.org/2001/04/xmldsig-more#rsa-md5",
        "",
    ] {
        assert_eq!(profile(&good.replace(method, weak)), ProfileError::Algorithm, "{weak}");
    }
    let digest = good.replace(
        "http://www.w3.org/2001/04/xmlenc#sha256",
        "http://www.w3.org/2000/09/xmldsig#sha1",
    );
    assert_eq!(profile(&digest), ProfileError::Algorithm);
    let shortened = good.replace(
        &format!(r#"<ds:SignatureMethod Algorithm="{method}"/>"#),
        &format!(r#"<ds:SignatureMethod Algorithm="{method}"><ds:HMACOutputLength>8</ds:HMACOutputLength></ds:SignatureMethod>"#),
    );
    assert_eq!(profile(&shortened), ProfileError::Algorithm);
    let c14n = r#"<ds:CanonicalizationMethod Algorithm="http://www.w3.org/2001/10/xml-exc-c14n#"/>"#;
    for other in [
        "http://www.w3.org/TR/2001/REC-xml-c14n-20010315",
        "http://www.w3.org/2001/10/xml-exc-c14n#WithComments",
        "urn:x",
    ] {
        let xml = good.replace(c14n, &format!(r#"<ds:CanonicalizationMethod Algorithm="{other}"/>"#));
        assert_eq!(profile(&xml), ProfileError::Canonicalisation, "{other}");
    }
    let transform = r#"<ds:Transform Algorithm="http://www.w3.org/2001/10/xml-exc-c14n#"/>"#;
    for (case, other) in [
        (
            "xslt",
            r#"<ds:Transform Algorithm="http://www.w3.org/TR/1999/REC-xslt-19991116"><x:stylesheet xmlns:x="http://www.w3.org/1999/XSL/Transform"/></ds:Transform>"#,
        ),
        (
            "xpath",
            r#"<ds:Transform Algorithm="http://www.w3.org/TR/1999/REC-xpath-19991116"><ds:XPath>1</ds:XPath></ds:Transform>"#,
        ),
        (
            "third",
            r#"<ds:Transform Algorithm="http://www.w3.org/2001/10/xml-exc-c14n#"/><ds:Transform Algorithm="http://www.w3.org/2001/10/xml-exc-c14n#"/>"#,
        ),
        ("none", ""),
    ] {
        assert_eq!(
            profile(&good.replace(transform, other)),
            ProfileError::Transforms,
            "{case}"
        );
    }
}

#[test]
fn attack_7_every_part_of_a_signature_has_its_own_name() {
    let good = answer().xml();
    let renamed = |name: &str| {
        let other = good.replacen(&format!("<ds:{name}"), &format!("<ds:x{name}"), 1);
        assert_ne!(other, good);
        other.replacen(&format!("</ds:{name}>"), &format!("</ds:x{name}>"), 1)
    };
    for (name, error) in [
        ("SignedInfo", ProfileError::Structure),
        ("SignatureValue", ProfileError::Structure),
        ("KeyInfo", ProfileError::Structure),
        ("CanonicalizationMethod", ProfileError::Structure),
        ("SignatureMethod", ProfileError::Structure),
        ("Reference", ProfileError::Structure),
        ("Transforms", ProfileError::Structure),
        ("DigestMethod", ProfileError::Structure),
        ("DigestValue", ProfileError::Structure),
        ("Transform ", ProfileError::Transforms),
    ] {
        assert_eq!(profile(&renamed(name)), error, "{name}");
    }
    let second = r#"<ds:Transform Algorithm="http://www.w3.org/2001/10/xml-exc-c14n#"/>"#;
    let xml = good.replacen(second, &second.replace("ds:Transform", "ds:Other"), 1);
    assert_eq!(profile(&xml), ProfileError::Transforms);
    // Text where only elements belong.
    for name in ["SignedInfo", "Reference", "Transforms", "Signature"] {
        let xml = good.replacen(&format!("</ds:{name}>"), &format!("x</ds:{name}>"), 1);
        assert_eq!(profile(&xml), ProfileError::Structure, "{name}");
    }
}

#[test]
fn a_bad_signature_is_told_apart_by_whose_it_is_4_5_100() {
    let case = |draft: Draft| match draft.received() {
        Err(Rejection::Refused(refused)) => (refused.case, refused.reason.at),
        other => panic!("must be refused, was {other:?}"),
    };
    let good = answer();
    assert_eq!(
        case(good.clone().keys(Some(&IDP_KEY), Some(&OTHER_KEY))),
        ("4, 5", "Response/Signature")
    );
    assert_eq!(
        case(good.keys(Some(&OTHER_KEY), Some(&IDP_KEY))),
        ("4, 5, 100, 113", "Response/Assertion/Signature")
    );
}

#[test]
fn attack_7_an_attribute_of_another_namespace_is_not_the_algorithm_nor_the_reference() {
    let good = answer().xml();
    let hide = |element: &str, attribute: &str, value: &str| {
        let hidden = format!(r#"<ds:{element} xmlns:x="urn:x" x:{attribute}="{value}" "#);
        good.replacen(&format!("<ds:{element} "), &hidden, 1)
    };
    let xslt = "http://www.w3.org/TR/1999/REC-xslt-19991116";
    let sha1 = "http://www.w3.org/2000/09/xmldsig#rsa-sha1";
    for (xml, expected) in [
        (
            hide("Reference", "URI", "http://127.0.0.1:9/ref"),
            ProfileError::Reference,
        ),
        (hide("Transform", "Algorithm", xslt), ProfileError::Transforms),
        (hide("SignatureMethod", "Algorithm", sha1), ProfileError::Algorithm),
        (hide("DigestMethod", "Algorithm", sha1), ProfileError::Algorithm),
        (
            hide("CanonicalizationMethod", "Algorithm", xslt),
            ProfileError::Canonicalisation,
        ),
    ] {
        assert_eq!(profile(&xml), expected);
    }
}

#[test]
fn attack_8_comments_and_instructions_never_cut_a_value() {
    for cut in ["<!-- x -->", "<?x y?>"] {
        let name = answer().assertion("_transient-name", &format!("_transient{cut}-name"));
        assert_eq!(malformed(&name.xml()), Malformed::Xml(XmlError::CommentOrInstruction));
        let code = answer().assertion("PRVMRA80A15H501A", &format!("PRVMRA80A15H501A{cut}X"));
        assert_eq!(malformed(&code.xml()), Malformed::Xml(XmlError::CommentOrInstruction));
    }
    // A CDATA section is text: the whole of it counts.
    let accepted = answer()
        .assertion("_transient-name", "_transient<![CDATA[-na]]>me")
        .received()
        .unwrap();
    assert_eq!(accepted.name_id, "_transient-name");
    let element = answer().assertion("_transient-name", "_transient<x xmlns=\"urn:x\"/>-name");
    assert_eq!(fault(&element.xml()), Fault::Empty);
}

#[test]
fn attack_8_one_id_for_two_or_two_for_one() {
    let twice = answer().response("_response", "_assertion").xml();
    assert_eq!(malformed(&twice), Malformed::Xml(XmlError::AmbiguousId));
    for other in [
        r#"Id="_other""#,
        r#"id="_other""#,
        r#"xml:id="_other""#,
        r#"AssertionID="_other""#,
        r#"x:ID="_other" xmlns:x="urn:x""#,
    ] {
        let polluted = answer()
            .response(r#"ID="_response""#, &format!(r#"{other} ID="_response""#))
            .xml();
        assert_eq!(malformed(&polluted), Malformed::Xml(XmlError::AmbiguousId), "{other}");
        let alone = answer().response(r#"ID="_response""#, other).xml();
        assert!(receive(&alone).is_err(), "{other}");
    }
    let elsewhere = answer()
        .response("<samlp:Status>", r#"<samlp:Status Id="_assertion">"#)
        .xml();
    assert_eq!(malformed(&elsewhere), Malformed::Xml(XmlError::AmbiguousId));
}

#[test]
fn attack_8_relative_namespaces_and_elements_of_other_namespaces() {
    let relative = answer()
        .response("<samlp:Status>", r#"<samlp:Status xmlns:x="relative">"#)
        .xml();
    assert_eq!(malformed(&relative), Malformed::Xml(XmlError::RelativeNamespace));
    let foreign = answer()
        .assertion("<saml:NameID ", r#"<e:NameID xmlns:e="urn:evil" "#)
        .assertion("</saml:NameID>", "</e:NameID>");
    assert_eq!(fault(&foreign.xml()), Fault::Missing);
    let foreign = answer()
        .response("<samlp:Status>", r#"<e:Status xmlns:e="urn:evil">"#)
        .response("</samlp:Status>", "</e:Status>");
    assert_eq!(malformed(&foreign.xml()), Malformed::Unexpected);
}

#[test]
fn attack_9_document_type_definitions_are_refused() {
    let good = answer().xml();
    let laughs: String = (0..10)
        .map(|i| format!(r#"<!ENTITY e{} "{}">"#, i + 1, format!("&e{i};").repeat(10)))
        .collect();
    for dtd in [
        "<!DOCTYPE x>".to_owned(),
        r#"<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]>"#.to_owned(),
        r#"<!DOCTYPE x SYSTEM "http://127.0.0.1:9/x.dtd">"#.to_owned(),
        format!(r#"<!DOCTYPE x [<!ENTITY e0 "aaaaaaaaaa">{laughs}]>"#),
    ] {
        let xml = format!("{dtd}{}", good.replace("_transient-name", "&e10;"));
        assert_eq!(malformed(&xml), Malformed::Xml(XmlError::NotWellFormed));
        assert_eq!(
            malformed(&format!("{dtd}{good}")),
            Malformed::Xml(XmlError::NotWellFormed)
        );
    }
}

#[test]
fn attack_9_depth_size_and_many_attributes_end_quickly() {
    let good = answer();
    let started = Instant::now();
    let deep = good.response.replace(
        "ASSERTION",
        &format!("{}{}", "<a>".repeat(10_000), "</a>".repeat(10_000)),
    );
    assert!(matches!(
        malformed(&deep),
        Malformed::Xml(XmlError::TooLarge | XmlError::NotWellFormed)
    ));
    let deep = good
        .response
        .replace("ASSERTION", &format!("{}{}", "<a>".repeat(200), "</a>".repeat(200)));
    assert_eq!(malformed(&deep), Malformed::Xml(XmlError::NotWellFormed));
    let large = good.response.replace("ASSERTION", &"x".repeat(10 * 1024 * 1024));
    assert_eq!(malformed(&large), Malformed::TooLarge);
    let just_too_large = good.response.replace("ASSERTION", &"x".repeat(256 * 1024));
    assert_eq!(malformed(&just_too_large), Malformed::Xml(XmlError::TooLarge));
    // Of the longest form field that is decoded at all, the document is looked at; one more octet, and it is not.
    let longest = "A".repeat(384 * 1024);
    let reason = |field: &str| match Received::decode(field) {
        Err(Rejection::Malformed(reason)) => reason,
        other => panic!("{other:?}"),
    };
    assert_eq!(reason(&longest), Malformed::Xml(XmlError::TooLarge));
    assert_eq!(reason(&format!("{longest}A")), Malformed::TooLarge);
    for attribute in ["a", "xmlns:a"] {
        for count in [101, 20_000] {
            let many: String = (0..count).map(|i| format!(" {attribute}{i}='urn:x'")).collect();
            let wide = good.response.replace(
                "<samlp:Status>",
                &format!("<samlp:Status{}>", many.get(..200_000).unwrap_or(&many)),
            );
            assert_eq!(
                malformed(&wide),
                Malformed::Xml(XmlError::TooLarge),
                "{count} {attribute}"
            );
        }
    }
    let many = "<a x='' y='' xmlns:z='urn:x'/>".repeat(4_000);
    let crowd = good.response.replace("ASSERTION", &many);
    assert_eq!(malformed(&crowd), Malformed::Xml(XmlError::TooLarge));
    assert!(started.elapsed() < Duration::from_secs(10), "{:?}", started.elapsed());
}

#[test]
fn a_provider_that_breaks_the_lines_of_the_form_field_is_read_as_one_that_does_not() {
    let field = STANDARD.encode(answer().xml());
    let whole = Received::decode(&field).unwrap();
    let lines: Vec<&str> = field
        .as_bytes()
        .chunks(76)
        .map(|line| str::from_utf8(line).unwrap())
        .collect();
    for broken in [lines.join("\r\n"), format!(" {}\n", lines.join("\n\t"))] {
        assert_eq!(Received::decode(&broken).unwrap().document(), whole.document());
    }
    assert!(Received::decode(&lines.join("-")).is_err());
}

#[test]
fn attack_9_rubbish_is_malformed_and_never_panics() {
    for (value, expected) in [
        ("", Malformed::Xml(XmlError::NotWellFormed)),
        ("%%%", Malformed::NotBase64),
        ("AAA", Malformed::NotBase64),
        ("/w==", Malformed::NotUtf8),
        ("PHg+", Malformed::Xml(XmlError::NotWellFormed)),
        ("PHgvPg==", Malformed::NotAResponse),
    ] {
        assert_eq!(
            Received::decode(value).unwrap_err(),
            Rejection::Malformed(expected),
            "{value}"
        );
    }
    let good = answer().xml();
    assert_eq!(
        malformed(&format!("{good}<junk")),
        Malformed::Xml(XmlError::NotWellFormed)
    );
    assert_eq!(
        malformed(&format!("junk{good}")),
        Malformed::Xml(XmlError::NotWellFormed)
    );
    let loose = answer().response("<samlp:Status>", "loose<samlp:Status>").xml();
    assert_eq!(malformed(&loose), Malformed::Unexpected);
}

#[test]
fn attack_9_every_truncation_is_refused() {
    let good = both();
    for end in (0..good.len()).step_by(97) {
        assert!(receive(good.get(..end).unwrap()).is_err());
    }
}

#[test]
fn attack_10_an_encrypted_assertion_beside_or_instead() {
    let data = r#"<xenc:EncryptedData xmlns:xenc="http://www.w3.org/2001/04/xmlenc#"/>"#;
    let encrypted = &format!("<saml:EncryptedAssertion>{data}</saml:EncryptedAssertion>");
    let signed = answer().signed_assertion();
    for assertions in [
        encrypted.clone(),
        format!("{encrypted}{signed}"),
        format!("{signed}{encrypted}"),
    ] {
        assert_eq!(
            malformed(&answer().response.replace("ASSERTION", &assertions)),
            Malformed::Encrypted
        );
    }
    // Wherever it hides, and under the name of what it encrypts.
    let extensions = format!("<samlp:Extensions>{encrypted}</samlp:Extensions>{signed}");
    assert_eq!(
        malformed(&answer().response.replace("ASSERTION", &extensions)),
        Malformed::Encrypted
    );
    let bare = format!("{data}{signed}");
    assert_eq!(
        malformed(&answer().response.replace("ASSERTION", &bare)),
        Malformed::Unexpected
    );
}

#[test]
fn attack_11_a_changed_octet_breaks_the_assertion_or_changes_nothing_in_it() {
    let good = both();
    let start = good.find("<saml:Subject>").unwrap();
    let end = good.find("</saml:AttributeStatement>").unwrap();
    let mut broken = 0;
    for position in (start..end).step_by(61) {
        let mut bytes = good.clone().into_bytes();
        bytes[position] = if bytes[position] == b'7' { b'8' } else { b'7' };
        let changed = String::from_utf8(bytes).unwrap();
        // Exclusive canonicalisation leaves out namespaces that nobody uses (`xmlns:xs`): harmless.
        let outcome = receive(&changed);
        assert!(outcome.is_err() || outcome == receive(&good), "octet {position}");
        broken += usize::from(outcome.is_err());
    }
    assert!(broken > 30, "{broken}");
}

#[test]
fn attack_15_an_answer_to_nothing_says_so() {
    let reply = format!(r#" InResponseTo="{REQUEST}""#);
    let unsolicited = answer().response(&reply, "").xml();
    assert_eq!(
        Received::decode(&STANDARD.encode(unsolicited))
            .unwrap()
            .in_response_to(),
        None
    );
    let solicited = Received::decode(&STANDARD.encode(answer().xml())).unwrap();
    assert_eq!(solicited.in_response_to(), Some(REQUEST));
    assert_eq!(solicited.document(), answer().xml());
}

#[test]
fn attack_17_another_provider_answers_with_its_own_key() {
    let other = "https://other.example.it/metadata";
    let xml = answer()
        .response(IDP, other)
        .assertion(IDP, other)
        .keys(Some(&OTHER_KEY), None)
        .xml();
    let received = Received::decode(&STANDARD.encode(xml)).unwrap();
    let provider = IdentityProvider {
        entity_id: other.into(),
        signing_keys: vec![PublicKey::from_certificate(&OTHER_KEY.certificate).unwrap()],
        ..identity_provider()
    };
    // Even when the application looks the wrong provider up.
    for provider in [provider, identity_provider()] {
        let outcome = received.verify(&pending(), &provider, &service_provider(), skew(), now());
        assert!(matches!(outcome, Err(Rejection::Refused(refused)) if refused.case == "29"));
    }
}

#[test]
fn attack_21_fiscal_numbers_that_are_not_one_italian_person() {
    for value in [
        "PRVMRA80A15H501A",
        "tinit-PRVMRA80A15H501A",
        "TINDE-PRVMRA80A15H501A",
        "TINIT-",
        "TINIT-RUBBISH",
    ] {
        let draft = answer().assertion("TINIT-PRVMRA80A15H501A", value);
        assert_eq!(fault(&draft.xml()), Fault::Format, "{value}");
    }
    let lower = answer()
        .assertion("TINIT-PRVMRA80A15H501A", " TINIT-prvmra80a15h501a ")
        .received()
        .unwrap();
    assert_eq!(lower.identity.fiscal_number.unwrap().as_str(), "PRVMRA80A15H501A");
}

#[test]
fn two_values_or_two_attributes_of_one_name_are_refused() {
    let value = "<saml:AttributeValue>TINIT-CMPGLI92M71F205F</saml:AttributeValue>";
    let twice = answer().assertion(
        "</saml:Attribute><saml:Attribute Name=\"dateOfBirth\"",
        &format!("{value}</saml:Attribute><saml:Attribute Name=\"dateOfBirth\""),
    );
    assert_eq!(fault(&twice.xml()), Fault::Repeated);
    let again = answer().assertion("Name=\"email\"", "Name=\"fiscalNumber\"");
    assert_eq!(fault(&again.xml()), Fault::Repeated);
    for part in [
        "Subject",
        "Conditions",
        "AuthnStatement",
        "AttributeStatement",
        "Issuer",
    ] {
        let draft = answer().assertion(&format!("</saml:{part}>"), &format!("</saml:{part}><saml:{part}/>"));
        assert_eq!(malformed(&draft.xml()), Malformed::Repeated, "{part}");
    }
}

#[test]
fn impossible_birth_dates_are_refused() {
    for date in ["1980-02-30", "15/01/1980", "1980-1-15", "+1980-01-1"] {
        assert_eq!(
            fault(&answer().assertion("1980-01-15", date).xml()),
            Fault::Format,
            "{date}"
        );
    }
}

#[test]
fn a_rejection_tells_the_log_where_and_never_what() {
    let rejection = answer()
        .assertion("format:transient", "format:secret")
        .received()
        .unwrap_err();
    assert_eq!(rejection.name(), "case 47: Assertion/Subject/NameID/@Format mismatch");
    let received = Received::decode(&STANDARD.encode(answer().xml())).unwrap();
    assert!(!format!("{received:?}").contains("Mario"));
}

#[test]
fn attack_9_namespaces_piled_up_to_make_canonicalisation_slow_end_quickly() {
    let open: String = (0..20)
        .map(|level| {
            let names: String = (0..90).map(|i| format!(" xmlns:p{level}x{i}='urn:{i}'")).collect();
            format!("<saml:Advice{names}>")
        })
        .collect();
    let leaves = "<p0x0:a p1x1:b='' p2x2:c=''/>".repeat(700);
    let advice = format!("{open}{leaves}{}", "</saml:Advice>".repeat(20));
    let draft = answer().assertion("<saml:Subject>", &format!("{advice}<saml:Subject>"));
    let xml = draft.xml();
    let started = Instant::now();
    assert!(receive(&xml).is_ok());
    assert!(started.elapsed() < Duration::from_secs(5), "{:?}", started.elapsed());
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, failure_persistence: None, ..ProptestConfig::default() })]

    /// Whatever is done to a good message outside its signed part: no panic, and never another person.
    #[test]
    fn a_damaged_message_never_becomes_another_person(at in 0_usize..8_000, length in 0_usize..40, filling in ".{0,20}") {
        static GOOD: LazyLock<String> = LazyLock::new(both);
        let start = at.min(GOOD.len());
        let end = start.saturating_add(length).min(GOOD.len());
        let damaged = format!("{}{filling}{}", GOOD.get(..start).unwrap(), GOOD.get(end..).unwrap());
        if let Ok(accepted) = receive(&damaged) {
            prop_assert_eq!(accepted.identity, receive(&GOOD).unwrap().identity);
        }
    }
}
