//! Attack 8 and the rest of the narrow profile: whatever two readers of one message could read differently is
//! refused, or made the same before anybody reads.

use super::super::response::{Fault, Malformed, Refused};
use super::*;
use crate::xml::XmlError;
use crate::xml::signature::{ProfileError, SignatureError};
use std::time::{Duration, Instant};

fn malformed(xml: &str) -> XmlError {
    match receive(xml) {
        Err(Rejection::Malformed(Malformed::Xml(error))) => error,
        other => panic!("must be malformed, was {other:?}"),
    }
}

fn profile(xml: &str) -> ProfileError {
    match receive(xml) {
        Err(Rejection::Refused(Refused { reason, .. })) => match reason.fault {
            Fault::Signature(SignatureError::Profile(error)) => error,
            other => panic!("must be outside the profile, was {other:?}"),
        },
        other => panic!("must be refused, was {other:?}"),
    }
}

fn changed(xml: &str, from: &str, to: &str) -> String {
    assert!(xml.contains(from), "nothing to change: {from}");
    xml.replacen(from, to, 1)
}

#[test]
fn attack_8_a_line_break_in_an_attribute_is_a_space_for_everybody() {
    // Signed as a reference, which means a line break; sent as a line break, which means a space.
    let qualifier = format!("NameQualifier=\"{IDP}");
    let signed = answer()
        .assertion(&qualifier, &format!("NameQualifier=\"&#xA;{IDP}"))
        .xml();
    assert!(receive(&signed).is_ok());
    let sent = changed(&signed, "NameQualifier=\"&#xA;", "NameQualifier=\"\n");
    assert!(receive(&sent).is_err(), "another text than the signed one");
    // Signed as a space.
    let signed = answer().assertion(&qualifier, &format!("NameQualifier=\" {IDP}")).xml();
    for blank in ["\n", "\t", "\r", "\r\n"] {
        let sent = changed(&signed, "NameQualifier=\" ", &format!("NameQualifier=\"{blank}"));
        assert_eq!(receive(&sent), receive(&signed), "{blank:?}");
    }
}

#[test]
fn attack_8_a_carriage_return_in_a_cdata_section_is_a_line_feed_for_everybody() {
    let signed = answer().assertion(">Mario<", "><![CDATA[Mario\nMaria]]><").xml();
    assert_eq!(receive(&signed).unwrap().identity.given_name, "Mario\nMaria");
    let plain = changed(&signed, "Mario\nMaria", "Mario\r\nMaria");
    assert_eq!(receive(&plain), receive(&signed));
}

#[test]
fn attack_8_a_text_that_is_declared_as_something_else_is_not_read() {
    let good = answer().xml();
    for accepted in [
        "<?xml version=\"1.0\"?>",
        "<?xml version='1.0' encoding='utf-8' standalone='yes'?>\n",
    ] {
        assert!(receive(&format!("{accepted}{good}")).is_ok(), "{accepted}");
    }
    for declaration in [
        "<?xml version=\"1.1\"?>",
        "<?xml version=\"1.0\" encoding=\"ISO-8859-1\"?>",
        "<?xml version=\"1.0\" encoding=\"UTF-16\"?>",
        "<?xml version=\"1.0\" encoding=\"UTF-7\"?>",
    ] {
        assert_eq!(
            malformed(&format!("{declaration}{good}")),
            XmlError::Declaration,
            "{declaration}"
        );
    }
}

#[test]
fn attack_8_names_with_two_colons_and_prefixes_bound_to_nothing_are_refused() {
    let status = "<samlp:Status>";
    for (start, end) in [
        ("<samlp:Status:x>", "</samlp:Status:x>"),
        ("<:Status>", "</:Status>"),
        ("<samlp:Status samlp:a:b=''>", "</samlp:Status>"),
        ("<samlp:Status a:=''>", "</samlp:Status>"),
    ] {
        let xml = answer()
            .response(status, start)
            .response("</samlp:Status>", end)
            .xml_as_sent();
        assert_eq!(malformed(&xml), XmlError::NotWellFormed, "{start}");
    }
    for name in [
        "",
        "relative",
        "urn:a b",
        "urn:a%zz",
        "http://x:y/",
        "http://",
        "1:x",
        "urn:",
        "urn:a#b#c",
        "//x",
    ] {
        let xml = answer()
            .response(status, &format!("<samlp:Status xmlns:q=\"{name}\">"))
            .xml_as_sent();
        assert_eq!(malformed(&xml), XmlError::RelativeNamespace, "{name}");
    }
}

#[test]
fn attack_8_an_identifier_that_is_no_plain_name_is_refused_wherever_it_stands() {
    for odd in ["", "a b", "é", "urn:x", "1", "#_assertion", "element(/1)"] {
        let xml = answer()
            .response("<samlp:Status>", &format!("<samlp:Status Id=\"{odd}\">"))
            .xml();
        assert_eq!(profile(&xml), ProfileError::Reference, "{odd}");
    }
    let quiet = answer()
        .response("<samlp:Status>", "<samlp:Status Id=\"_status\">")
        .xml();
    assert!(receive(&quiet).is_ok());
}

#[test]
fn attack_8_a_no_break_space_is_no_blank() {
    let audience = format!(">{SP}</saml:Audience>");
    let outcome = answer()
        .assertion(&audience, &format!(">{SP}\u{a0}</saml:Audience>"))
        .received();
    assert!(matches!(outcome, Err(Rejection::Refused(refused)) if refused.case == "87"));
    let destination = format!("Destination=\"{ACS}\"");
    let outcome = answer()
        .response(&destination, &format!("Destination=\"\u{2003}{ACS}\""))
        .received();
    assert!(matches!(outcome, Err(Rejection::Refused(refused)) if refused.case == "21"));
}

#[test]
fn digest_and_signature_are_plain_base64_of_the_right_length() {
    let good = answer().xml();
    let text = |name: &str| {
        let (_, rest) = good.split_once(&format!("<ds:{name}>")).unwrap();
        rest.split_once('<').unwrap().0.to_owned()
    };
    for name in ["DigestValue", "SignatureValue"] {
        let value = text(name);
        let (start, end) = value.split_at(20);
        let broken = receive(&changed(&good, &value, &format!("{start}\r\n {end}\n")));
        match name {
            "SignatureValue" => assert!(broken.is_ok(), "lines may be broken"),
            // The digest is itself under the signature, blanks and all.
            _ => assert!(
                matches!(broken, Err(Rejection::Refused(refused)) if refused.reason.fault == Fault::Signature(SignatureError::Invalid))
            ),
        }
        for wrong in [
            format!("{start}<![CDATA[{end}]]>"),
            format!("<![CDATA[{value}]]>"),
            format!("{value}<![CDATA[]]>"),
            format!("{start}\u{a0}{end}"),
            format!("{value}AAAA"),
            format!("{value}="),
            value.trim_end_matches('=').to_owned(),
            start.to_owned(),
            format!("{start}*{end}"),
            String::new(),
        ] {
            assert_eq!(
                profile(&changed(&good, &value, &wrong)),
                ProfileError::Value,
                "{name}: {wrong}"
            );
        }
        let named = changed(&good, &format!("<ds:{name}>"), &format!("<ds:{name} Encoding=\"x\">"));
        let expected = [ProfileError::Value, ProfileError::Structure];
        assert!(expected.contains(&profile(&named)), "{name}");
    }
}

#[test]
fn a_signature_has_no_loose_text_and_no_attributes_of_its_own() {
    let good = answer().xml();
    for (from, to) in [
        ("<ds:Transforms>", "<ds:Transforms>x"),
        ("<ds:Transforms>", "<ds:Transforms Id=\"_t\">"),
        ("<ds:DigestValue>", "x<ds:DigestValue>"),
        ("<ds:SignedInfo>", "<ds:SignedInfo>x"),
        ("<ds:SignedInfo>", "<ds:SignedInfo Type=\"x\">"),
        ("<ds:SignatureValue>", "x<ds:SignatureValue>"),
        ("<ds:Signature ", "<ds:Signature Type=\"x\" "),
    ] {
        assert_eq!(profile(&changed(&good, from, to)), ProfileError::Structure, "{to}");
    }
    let method = "<ds:DigestMethod Algorithm=\"http://www.w3.org/2001/04/xmlenc#sha256\"";
    let filled = changed(&good, &format!("{method}/>"), &format!("{method}>x</ds:DigestMethod>"));
    assert_eq!(profile(&filled), ProfileError::Algorithm);
}

#[test]
fn attack_9_a_long_list_of_prefixes_is_refused_before_anybody_looks_them_up() {
    let transform = "<ds:Transform Algorithm=\"http://www.w3.org/2001/10/xml-exc-c14n#\"/>";
    let with = |list: &str| {
        let inside = format!(
            "<ec:InclusiveNamespaces xmlns:ec=\"http://www.w3.org/2001/10/xml-exc-c14n#\" PrefixList=\"{list}\"/>"
        );
        let open = transform.replace("/>", &format!(">{inside}</ds:Transform>"));
        changed(&answer().xml(), transform, &open)
    };
    let long: String = (0..40_000).map(|number| format!("p{number} ")).collect();
    let started = Instant::now();
    for list in [
        &long[..200_000],
        &"x".repeat(65),
        "xml",
        "xmlns",
        "XML",
        "a:b",
        "é",
        "a\u{a0}b",
        "1",
    ] {
        assert_eq!(
            profile(&with(list)),
            ProfileError::Transforms,
            "{}",
            list.get(..9).unwrap_or(list)
        );
    }
    assert!(started.elapsed() < Duration::from_secs(5), "{:?}", started.elapsed());
    // A list that signers write is looked at, and found not to be the signed one.
    for list in ["xs", "#default xs", ""] {
        let outcome = receive(&with(list));
        assert!(
            matches!(outcome, Err(Rejection::Refused(refused)) if refused.reason.fault == Fault::Signature(SignatureError::Invalid)),
            "{list}: {outcome:?}"
        );
    }
}

#[test]
fn attack_21_a_fiscal_number_with_a_blank_inside_is_none() {
    for value in [
        "TINIT- PRVMRA80A15H501A",
        "TINIT-\u{85}PRVMRA80A15H501A",
        "TINIT-PRVMRA80A15H501A\u{a0}",
    ] {
        let outcome = answer().assertion("TINIT-PRVMRA80A15H501A", value).received();
        assert!(
            matches!(outcome, Err(Rejection::Refused(refused)) if refused.reason.fault == Fault::Format),
            "{value:?}"
        );
    }
}
