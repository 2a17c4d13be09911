//! Single logout: what we write is what SPID prescribes, and of what comes each test changes one thing.

use super::super::bindings::{Binding, Message};
use super::super::logout::{
    Asked, Expected, LogoutRequest, LogoutResponse, Malformed, Outcome, Received, Rejection, Sent,
};
use super::*;
use crate::saml::response::Fault;
use crate::xml::XmlError;
use crate::xml::signature::{ProfileError, SignatureError};
use flate2::Compression;
use flate2::write::DeflateEncoder;
use std::io::Write as _;
use url::form_urlencoded::Serializer;

const SLO: &str = "https://login.example.it/saml/spid/slo";
const RSA_SHA256: &str = "http://www.w3.org/2001/04/xmldsig-more#rsa-sha256";

fn request_xml() -> String {
    format!(
        r#"<samlp:LogoutRequest xmlns:samlp="urn:oasis:names:tc:SAML:2.0:protocol" xmlns:saml="urn:oasis:names:tc:SAML:2.0:assertion" ID="_logout" Version="2.0" IssueInstant="2026-11-22T09:59:50Z" Destination="{SLO}" NotOnOrAfter="2026-11-22T10:04:50Z"><saml:Issuer Format="urn:oasis:names:tc:SAML:2.0:nameid-format:entity" NameQualifier="{IDP}">{IDP}</saml:Issuer><saml:NameID Format="urn:oasis:names:tc:SAML:2.0:nameid-format:transient" NameQualifier="{IDP}">
            _transient-name
        </saml:NameID><samlp:SessionIndex>_session</samlp:SessionIndex></samlp:LogoutRequest>"#
    )
}

fn response_xml() -> String {
    format!(
        r#"<samlp:LogoutResponse xmlns:samlp="urn:oasis:names:tc:SAML:2.0:protocol" xmlns:saml="urn:oasis:names:tc:SAML:2.0:assertion" ID="_answer" Version="2.0" IssueInstant="2026-11-22T09:59:50Z" InResponseTo="{REQUEST}" Destination="{SLO}"><saml:Issuer Format="urn:oasis:names:tc:SAML:2.0:nameid-format:entity" NameQualifier="{IDP}">{IDP}</saml:Issuer><samlp:Status><samlp:StatusCode Value="urn:oasis:names:tc:SAML:2.0:status:Success"/></samlp:Status></samlp:LogoutResponse>"#
    )
}

fn deflated(xml: &str) -> String {
    let mut encoder = DeflateEncoder::new(Vec::new(), Compression::default());
    encoder.write_all(xml.as_bytes()).unwrap();
    STANDARD.encode(encoder.finish().unwrap())
}

fn encoded(pairs: &[(&str, &str)]) -> String {
    Serializer::new(String::new()).extend_pairs(pairs).finish()
}

/// `name=…&RelayState=…&SigAlg=…&Signature=…`
fn redirected(name: &str, xml: &str, key: &SamlKey) -> String {
    let signed = encoded(&[
        (name, &deflated(xml)),
        ("RelayState", "theirs /+&"),
        ("SigAlg", RSA_SHA256),
    ]);
    with_signature(&signed, key)
}

fn with_signature(signed: &str, key: &SamlKey) -> String {
    let signature = STANDARD.encode(key.key.sign_sha256(signed.as_bytes()).unwrap());
    format!("{signed}&{}", encoded(&[("Signature", &signature)]))
}

fn posted(name: &str, xml: &str, key: &SamlKey) -> String {
    let signed = sign(xml, Placement::AfterIssuer, key).unwrap();
    encoded(&[(name, &STANDARD.encode(signed)), ("RelayState", "theirs /+&")])
}

fn expecting<T>(decide: impl FnOnce(&Expected<'_>) -> T) -> T {
    let (idp, sp) = (identity_provider(), service_provider());
    decide(&Expected {
        identity_provider: &idp,
        service_provider: &sp,
        clock_skew: skew(),
        now: now(),
    })
}

fn asked(received: &Received) -> Result<Asked, Rejection> {
    expecting(|expected| received.asked(expected))
}

fn answered(received: &Received) -> Result<Outcome, Rejection> {
    let sent = Sent {
        request_id: REQUEST.into(),
        issue_instant: pending().issue_instant,
    };
    expecting(|expected| received.answered(&sent, expected))
}

/// Both bindings decide alike.
fn both(xml: &str, name: &str) -> [Received; 2] {
    [
        Received::by_redirect(&redirected(name, xml, &IDP_KEY)).unwrap(),
        Received::by_post(&posted(name, xml, &IDP_KEY)).unwrap(),
    ]
}

fn why(rejection: Rejection) -> (&'static str, Fault) {
    match rejection {
        Rejection::Refused(refused) => (refused.reason.at, refused.reason.fault),
        Rejection::Malformed(malformed) => panic!("{malformed}"),
    }
}

#[test]
fn our_logout_request_is_what_spid_prescribes() {
    let request = LogoutRequest {
        id: REQUEST.into(),
        issue_instant: pending().issue_instant,
        destination: "https://idp.example.it/slo".into(),
        name_id: "_transient&name".into(),
        name_qualifier: IDP.into(),
        session_index: "_session<1>".into(),
    };
    insta::assert_snapshot!(request.to_xml(&service_provider()).replace("><", ">\n<"));
    assert!(!format!("{request:?}").contains("transient"), "nobody's name in a log");
}

#[test]
fn our_logout_response_is_what_spid_prescribes() {
    let response = LogoutResponse {
        id: "_0f1e2d3c".into(),
        issue_instant: now(),
        destination: "https://idp.example.it/slo/answer".into(),
        in_response_to: "_logout".into(),
    };
    insta::assert_snapshot!(response.to_xml(&service_provider()).replace("><", ">\n<"));
}

#[test]
fn a_good_request_says_whose_session_ends_by_either_binding() {
    for (received, binding) in both(&request_xml(), "SAMLRequest")
        .into_iter()
        .zip([Binding::Redirect, Binding::Post])
    {
        assert_eq!((received.kind(), received.binding()), (Message::Request, binding));
        assert_eq!(received.issuer().as_deref(), Some(IDP));
        assert_eq!(received.relay_state(), Some("theirs /+&"));
        let asked = asked(&received).unwrap();
        assert_eq!(asked.id, "_logout");
        assert_eq!(asked.name_id, "_transient-name");
        assert_eq!(asked.name_qualifier, IDP);
        assert_eq!(asked.session_indexes, ["_session"]);
        // 09:59:50, five minutes, and the clocks' difference.
        assert_eq!(asked.replay_until, now() + TimeDelta::seconds(350));
        assert!(!format!("{asked:?} {received:?}").contains("transient"));
    }
}

#[test]
fn a_request_may_name_no_session_or_several() {
    let none = request_xml().replace("<samlp:SessionIndex>_session</samlp:SessionIndex>", "");
    let two = request_xml().replace(
        "<samlp:SessionIndex>",
        "<samlp:SessionIndex>_one</samlp:SessionIndex><samlp:SessionIndex>",
    );
    for (xml, indexes) in [(none, vec![]), (two, vec!["_one", "_session"])] {
        for received in both(&xml, "SAMLRequest") {
            assert_eq!(asked(&received).unwrap().session_indexes, indexes);
        }
    }
}

#[test]
fn what_shibboleth_and_pysaml2_leave_out_of_the_issuer_is_forgiven() {
    let xml = request_xml()
        .replace(&format!(r#" NameQualifier="{IDP}">{IDP}"#), &format!(">{IDP}"))
        .replacen(r#" Format="urn:oasis:names:tc:SAML:2.0:nameid-format:entity""#, "", 1)
        .replace(r#" NotOnOrAfter="2026-11-22T10:04:50Z""#, "");
    for received in both(&xml, "SAMLRequest") {
        asked(&received).unwrap();
    }
}

#[test]
fn a_request_whose_id_is_no_name_is_refused_before_anything_is_read_of_it_20() {
    let xml = replaced(&request_xml(), r#"ID="_logout""#, r#"ID="""#);
    let received = Received::by_redirect(&redirected("SAMLRequest", &xml, &IDP_KEY)).unwrap();
    assert_eq!(
        why(asked(&received).unwrap_err()),
        (
            "LogoutMessage/Signature",
            Fault::Signature(SignatureError::Profile(ProfileError::Reference))
        )
    );
}

#[test]
fn each_part_of_a_request_that_is_wrong_is_refused_20() {
    let cases: [(&str, &str, &str, Fault); 17] = [
        (r#"Version="2.0""#, r#"Version="1.1""#, "@Version", Fault::Mismatch),
        (&format!(r#" Destination="{SLO}""#), "", "@Destination", Fault::Missing),
        (
            SLO,
            "https://login.example.it/saml/cie/slo",
            "@Destination",
            Fault::Mismatch,
        ),
        (
            &format!(">{IDP}<"),
            ">https://other.example.it<",
            "Issuer",
            Fault::Mismatch,
        ),
        (
            "nameid-format:entity",
            "nameid-format:other",
            "Issuer/@Format",
            Fault::Mismatch,
        ),
        (
            &format!(r#"entity" NameQualifier="{IDP}""#),
            r#"entity" NameQualifier="https://other.example.it""#,
            "Issuer/@NameQualifier",
            Fault::Mismatch,
        ),
        (
            "T09:59:50Z",
            "T09:53:59Z",
            "LogoutRequest/@IssueInstant",
            Fault::TooLate,
        ),
        (
            "T09:59:50Z",
            "T10:01:01Z",
            "LogoutRequest/@IssueInstant",
            Fault::TooEarly,
        ),
        ("2026-11-22T09:59:50Z", "", "LogoutRequest/@IssueInstant", Fault::Empty),
        (
            "2026-11-22T09:59:50Z",
            "2026-11-22",
            "LogoutRequest/@IssueInstant",
            Fault::Format,
        ),
        (
            "2026-11-22T10:04:50Z",
            "2026-11-22T09:59:00Z",
            "LogoutRequest/@NotOnOrAfter",
            Fault::TooLate,
        ),
        (
            "2026-11-22T10:04:50Z",
            "tomorrow",
            "LogoutRequest/@NotOnOrAfter",
            Fault::Format,
        ),
        ("_transient-name", "", "LogoutRequest/NameID", Fault::Empty),
        (
            "nameid-format:transient",
            "nameid-format:persistent",
            "LogoutRequest/NameID/@Format",
            Fault::Mismatch,
        ),
        (
            &format!(r#"transient" NameQualifier="{IDP}""#),
            r#"transient""#,
            "LogoutRequest/NameID/@NameQualifier",
            Fault::Missing,
        ),
        ("_session<", "<", "LogoutRequest/SessionIndex", Fault::Empty),
        (
            r#"ID="_logout""#,
            &format!(r#"ID="_{}""#, "a".repeat(256)),
            "@ID",
            Fault::Format,
        ),
    ];
    for (from, to, at, fault) in cases {
        let xml = replaced(&request_xml(), from, to);
        for name in ["redirect", "post"] {
            let received = match name {
                "redirect" => Received::by_redirect(&redirected("SAMLRequest", &xml, &IDP_KEY)),
                _ => Received::by_post(&posted("SAMLRequest", &xml, &IDP_KEY)),
            };
            assert_eq!(
                why(asked(&received.unwrap()).unwrap_err()),
                (at, fault),
                "{name}: {from} → {to}"
            );
        }
    }
}

#[test]
fn the_signature_covers_the_octets_as_they_came_not_as_we_would_write_them() {
    // Lower-case hexadecimal, and a slash that nobody needed to escape.
    let message = encoded(&[("SAMLRequest", &deflated(&request_xml()))]);
    let strange = message.replace("%2F", "/").replace("%2B", "%2b").replace("%3D", "%3d");
    let signed = format!("{strange}&RelayState=a%2fb&SigAlg=http://www.w3.org/2001/04/xmldsig-more%23rsa-sha256");
    let query = with_signature(&signed, &IDP_KEY);
    asked(&Received::by_redirect(&query).unwrap()).unwrap();
    // The order in the address is the sender's; what is signed has one order.
    let (rest, signature) = query.split_once("&Signature=").unwrap();
    let mut parts: Vec<&str> = rest.split('&').collect();
    parts.reverse();
    let reordered = format!("Signature={signature}&utm=1&{}", parts.join("&"));
    asked(&Received::by_redirect(&reordered).unwrap()).unwrap();
    // Without RelayState it is not part of what is signed.
    let signed = encoded(&[("SAMLRequest", &deflated(&request_xml())), ("SigAlg", RSA_SHA256)]);
    asked(&Received::by_redirect(&with_signature(&signed, &IDP_KEY)).unwrap()).unwrap();
}

#[test]
fn unsigned_forged_or_changed_on_the_way_is_refused_20() {
    let invalid = Fault::Signature(SignatureError::Invalid);
    let good = redirected("SAMLRequest", &request_xml(), &IDP_KEY);
    let (signed, _) = good.split_once("&Signature=").unwrap();
    let other = request_xml().replace("_transient-name", "_somebody-else");
    let (_, genuine) = good.split_once("&Signature=").unwrap();
    let swapped = redirected("SAMLRequest", &other, &OTHER_KEY);
    let (swapped, _) = swapped.split_once("&Signature=").unwrap();
    for (query, at, fault) in [
        (signed.to_owned(), "Signature", Fault::Missing),
        (
            good.replace("RelayState=theirs", "RelayState=ours"),
            "Signature",
            invalid,
        ),
        (good.replace("&RelayState=theirs+%2F%2B%26", ""), "Signature", invalid),
        (
            redirected("SAMLRequest", &request_xml(), &OTHER_KEY),
            "Signature",
            invalid,
        ),
        (format!("{swapped}&Signature={genuine}"), "Signature", invalid),
        (format!("{signed}&Signature=%25"), "Signature", Fault::Format),
        (good.replace("rsa-sha256", "rsa-sha512"), "Signature", invalid),
        (
            good.replace("xmldsig-more%23rsa-sha256", "xmldsig%23rsa-sha1"),
            "SigAlg",
            Fault::Mismatch,
        ),
        (good.replace("&SigAlg=", "&NoAlg="), "SigAlg", Fault::Missing),
    ] {
        let received = Received::by_redirect(&query).unwrap();
        assert_eq!(why(asked(&received).unwrap_err()), (at, fault), "{query}");
    }
    let at = "LogoutMessage/Signature";
    let unsigned = encoded(&[("SAMLRequest", &STANDARD.encode(request_xml()))]);
    assert_eq!(
        why(asked(&Received::by_post(&unsigned).unwrap()).unwrap_err()),
        (at, Fault::Missing)
    );
    let strangers = posted("SAMLRequest", &request_xml(), &OTHER_KEY);
    assert_eq!(
        why(asked(&Received::by_post(&strangers).unwrap()).unwrap_err()),
        (at, invalid)
    );
    let signed = sign(&request_xml(), Placement::AfterIssuer, &IDP_KEY).unwrap();
    let changed = encoded(&[(
        "SAMLRequest",
        &STANDARD.encode(signed.replace("_transient-name", "_else")),
    )]);
    assert_eq!(
        why(asked(&Received::by_post(&changed).unwrap()).unwrap_err()),
        (at, invalid)
    );
}

#[test]
fn a_signature_in_the_query_does_not_lend_itself_to_one_inside_and_the_other_way_round_4_20() {
    let inside = sign(&request_xml(), Placement::AfterIssuer, &IDP_KEY).unwrap();
    let twice = Received::by_redirect(&redirected("SAMLRequest", &inside, &IDP_KEY)).unwrap();
    let (at, fault) = why(asked(&twice).unwrap_err());
    assert!(matches!((at, fault), ("LogoutMessage/Signature", Fault::Signature(_))));
    // A document that is signed, sent by redirect without signing the query.
    let bare = encoded(&[("SAMLRequest", &deflated(&inside))]);
    let (at, fault) = why(asked(&Received::by_redirect(&bare).unwrap()).unwrap_err());
    assert_eq!((at, fault), ("SigAlg", Fault::Missing));
    // A signed request that is wrapped in one of the attacker's.
    let wrapped = request_xml().replace("_logout", "_evil").replace(
        "</saml:Issuer>",
        &format!("</saml:Issuer><samlp:Extensions>{inside}</samlp:Extensions>"),
    );
    let wrapped = Received::by_post(&encoded(&[("SAMLRequest", &STANDARD.encode(wrapped))])).unwrap();
    let (at, fault) = why(asked(&wrapped).unwrap_err());
    assert!(matches!((at, fault), ("LogoutMessage/Signature", Fault::Signature(_))));
}

#[test]
fn the_answer_says_whether_all_is_over() {
    let status = |inner: &str| cut(&response_xml(), "<samlp:Status>", "</samlp:Status>", inner);
    let code = |value: &str, below: &str| {
        format!(r#"<samlp:StatusCode Value="urn:oasis:names:tc:SAML:2.0:status:{value}">{below}</samlp:StatusCode>"#)
    };
    let within = |codes: String| status(&format!("<samlp:Status>{codes}</samlp:Status>"));
    for (xml, outcome) in [
        (response_xml(), Outcome::Complete),
        (within(code("Requester", &code("PartialLogout", ""))), Outcome::Partial),
        (within(code("Success", &code("PartialLogout", ""))), Outcome::Partial),
        (within(code("Responder", "")), Outcome::Failed),
        (within(code("Requester", &code("RequestDenied", ""))), Outcome::Failed),
    ] {
        for received in both(&xml, "SAMLResponse") {
            assert_eq!(received.in_response_to(), Some(REQUEST));
            assert_eq!(answered(&received).unwrap(), outcome, "{xml}");
        }
    }
    for received in both(&status(""), "SAMLResponse") {
        assert_eq!(
            why(answered(&received).unwrap_err()),
            ("LogoutResponse/Status/StatusCode/@Value", Fault::Missing)
        );
    }
}

#[test]
fn an_answer_to_something_else_or_from_another_time_is_refused_20() {
    for (from, to, at, fault) in [
        (REQUEST, "_another", "LogoutResponse/@InResponseTo", Fault::Mismatch),
        (
            "T09:59:50Z",
            "T09:58:30Z",
            "LogoutResponse/@IssueInstant",
            Fault::TooLate,
        ),
        (
            "T09:59:50Z",
            "T10:01:01Z",
            "LogoutResponse/@IssueInstant",
            Fault::TooEarly,
        ),
        (SLO, "https://evil.example.it/", "@Destination", Fault::Mismatch),
        (
            &format!(">{IDP}<"),
            ">https://other.example.it<",
            "Issuer",
            Fault::Mismatch,
        ),
    ] {
        for received in both(&replaced(&response_xml(), from, to), "SAMLResponse") {
            assert_eq!(why(answered(&received).unwrap_err()), (at, fault), "{from} → {to}");
        }
    }
}

#[test]
fn what_cannot_be_read_is_malformed_in_bounded_time_9() {
    let request = deflated(&request_xml());
    let bomb = deflated(&format!("<a>{}</a>", " ".repeat(50 * 1024 * 1024)));
    let query = |pairs: &[(&str, &str)]| Received::by_redirect(&encoded(pairs)).unwrap_err();
    let twice = [("SAMLRequest", request.as_str()), ("SAMLRequest", request.as_str())];
    let either = [("SAMLRequest", request.as_str()), ("SAMLResponse", request.as_str())];
    let encoding = [("SAMLRequest", request.as_str()), ("SAMLEncoding", "urn:other")];
    let relay_state = "a".repeat(1025);
    let long = [("SAMLRequest", request.as_str()), ("RelayState", relay_state.as_str())];
    for ambiguous in [&[][..], &twice, &either, &encoding, &long] {
        assert_eq!(query(ambiguous), Malformed::Parameters);
    }
    assert_eq!(query(&[("SAMLRequest", &bomb)]), Malformed::TooLarge);
    assert_eq!(query(&[("SAMLRequest", &"A".repeat(300 * 1024))]), Malformed::TooLarge);
    // As much as may come is looked at, and one octet more is not.
    let longest = "A".repeat(256 * 1024 - "SAMLRequest=".len());
    assert_eq!(query(&[("SAMLRequest", &longest)]), Malformed::NotText);
    assert_eq!(query(&[("SAMLRequest", &format!("{longest}A"))]), Malformed::TooLarge);
    let unpacked = |bytes: usize| deflated(&format!("<a>{}</a>", "x".repeat(bytes - 7)));
    assert_eq!(
        query(&[("SAMLRequest", &unpacked(256 * 1024))]),
        Malformed::NotALogoutMessage
    );
    assert_eq!(
        query(&[("SAMLRequest", &unpacked(256 * 1024 + 1))]),
        Malformed::TooLarge
    );
    assert_eq!(query(&[("SAMLRequest", "%%%")]), Malformed::NotBase64);
    assert_eq!(
        query(&[("SAMLRequest", &STANDARD.encode("not deflate"))]),
        Malformed::NotText
    );
    assert_eq!(query(&[("SAMLResponse", &request)]), Malformed::NotALogoutMessage);
    assert_eq!(
        query(&[("SAMLRequest", &deflated("<a/>"))]),
        Malformed::NotALogoutMessage
    );
    let doctype = deflated(&format!("<!DOCTYPE x [<!ENTITY e \"x\">]>{}", request_xml()));
    assert_eq!(
        query(&[("SAMLRequest", &doctype)]),
        Malformed::Xml(XmlError::NotWellFormed)
    );
    // The same by POST, and with elements that have no place there.
    let body = |xml: &str| Received::by_post(&encoded(&[("SAMLRequest", &STANDARD.encode(xml))]));
    assert_eq!(body("<a/>").unwrap_err(), Malformed::NotALogoutMessage);
    assert_eq!(
        Received::by_post(&encoded(&[("SAMLRequest", &"A".repeat(400 * 1024))])).unwrap_err(),
        Malformed::TooLarge
    );
    let longest = "A".repeat(384 * 1024);
    let field = |value: &str| Received::by_post(&encoded(&[("SAMLRequest", value)])).unwrap_err();
    assert_eq!(field(&longest), Malformed::Xml(XmlError::TooLarge));
    assert_eq!(field(&format!("{longest}A")), Malformed::TooLarge);
    let relay_state = |length: usize| {
        let pairs = [("SAMLRequest", request.as_str()), ("RelayState", &"a".repeat(length))];
        Received::by_redirect(&encoded(&pairs)).is_ok()
    };
    assert!(relay_state(1024) && !relay_state(1025));
    let crowded = request_xml().replace(
        "<samlp:SessionIndex>",
        "<saml:NameID>x</saml:NameID><samlp:SessionIndex>",
    );
    let strange = request_xml().replace("<samlp:SessionIndex>", "<saml:EncryptedID/><samlp:SessionIndex>");
    for xml in [crowded, strange] {
        for received in both(&xml, "SAMLRequest") {
            assert!(matches!(
                asked(&received).unwrap_err(),
                Rejection::Malformed(Malformed::Shape(_))
            ));
        }
    }
}
