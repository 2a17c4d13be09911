//! What we ask, and how it travels.

use super::super::authn_request::AuthnRequest;
use super::super::bindings::{BindingError, Message, post, redirect};
use super::*;
use crate::saml::names;
use crate::xml::signature::{Bergshamra, verify};
use crate::xml::{Bounds, Element, Tree};
use domain::person::Purpose;
use flate2::read::DeflateDecoder;
use std::io::Read as _;

pub(super) fn request() -> AuthnRequest {
    AuthnRequest {
        id: REQUEST.into(),
        issue_instant: pending().issue_instant,
        destination: "https://idp.example.it/sso".into(),
        level: Level::L2,
        force_authn: false,
        profile: Profile::Spid,
        attribute_set: 0,
        purpose: None,
    }
}

#[test]
fn the_authn_request_is_what_spid_prescribes() {
    insta::assert_snapshot!(request().to_xml(&service_provider()).replace("><", ">\n<"));
}

#[test]
fn force_authn_is_there_from_level_2_and_at_level_1_when_wanted() {
    for (level, force, expected) in [
        (Level::L1, false, false),
        (Level::L1, true, true),
        (Level::L2, false, true),
        (Level::L3, false, true),
    ] {
        let request = AuthnRequest {
            level,
            force_authn: force,
            ..request()
        };
        let xml = request.to_xml(&service_provider());
        assert_eq!(xml.contains(r#"ForceAuthn="true""#), expected, "{level:?} {force}");
        assert!(xml.contains(level.spid_uri()));
    }
}

#[test]
fn values_are_escaped() {
    let request = AuthnRequest {
        destination: r#"https://idp.example.it/?a=1&b="<"#.into(),
        ..request()
    };
    let xml = request.to_xml(&service_provider());
    let document = uppsala::parse(&xml).unwrap();
    let root = document.document_element().unwrap();
    assert_eq!(
        document.get_attribute(root, "Destination"),
        Some(request.destination.as_str())
    );
}

#[test]
fn the_redirect_carries_the_request_compressed_and_the_signature_covers_what_is_sent() {
    let xml = request().to_xml(&service_provider());
    let url = redirect(
        Message::Request,
        &xml,
        "https://idp.example.it/sso?x=1",
        Some("abc-DEF_1.2~3"),
        &IDP_KEY.key,
    )
    .unwrap();
    let (base, query) = url.split_once("&SAMLRequest=").unwrap();
    assert_eq!(base, "https://idp.example.it/sso?x=1");
    assert!(
        query
            .bytes()
            .all(|b| b.is_ascii_alphanumeric() || b"_.-~%&=".contains(&b)),
        "{query}"
    );
    let parsed = url::Url::parse(&url).unwrap();
    let pairs: Vec<(String, String)> = parsed.query_pairs().into_owned().collect();
    let names: Vec<&str> = pairs.iter().map(|(name, _)| name.as_str()).collect();
    assert_eq!(names, ["x", "SAMLRequest", "RelayState", "SigAlg", "Signature"]);
    let mut inflated = String::new();
    let compressed = STANDARD.decode(&pairs[1].1).unwrap();
    DeflateDecoder::new(compressed.as_slice())
        .read_to_string(&mut inflated)
        .unwrap();
    assert_eq!(inflated, xml);
    assert_eq!(pairs[2].1, "abc-DEF_1.2~3");
    assert_eq!(pairs[3].1, "http://www.w3.org/2001/04/xmldsig-more#rsa-sha256");
    let signed = url.split_once("?x=1&").unwrap().1.split_once("&Signature=").unwrap().0;
    let signature = STANDARD.decode(&pairs[4].1).unwrap();
    assert_eq!(signature, IDP_KEY.key.sign_sha256(signed.as_bytes()).unwrap());
}

#[test]
fn a_relay_state_that_says_something_or_a_strange_destination_is_refused() {
    let too_long = "a".repeat(81);
    let sso = "https://idp.example.it/sso";
    for relay_state in ["", "https://resource", "a b", "a&b", too_long.as_str()] {
        let outcome = redirect(Message::Request, "<x/>", sso, Some(relay_state), &IDP_KEY.key);
        assert_eq!(outcome, Err(BindingError::RelayState), "{relay_state}");
        let outcome = post(Message::Request, "<x/>", sso, Some(relay_state), &IDP_KEY);
        assert_eq!(outcome, Err(BindingError::RelayState), "{relay_state}");
    }
    for destination in ["https://idp.example.it/#x", "javascript:alert(1)", ""] {
        let outcome = redirect(Message::Request, "<x/>", destination, Some("abc"), &IDP_KEY.key);
        assert_eq!(outcome, Err(BindingError::Destination), "{destination}");
        let outcome = post(Message::Request, "<x/>", destination, Some("abc"), &IDP_KEY);
        assert_eq!(outcome, Err(BindingError::Destination), "{destination}");
    }
}

#[test]
fn a_response_takes_back_the_relay_state_as_it_came() {
    let url = redirect(
        Message::Response,
        "<x/>",
        "https://idp.example.it/slo",
        Some("a&b=ò"),
        &IDP_KEY.key,
    )
    .unwrap();
    let parsed = url::Url::parse(&url).unwrap();
    let pairs: Vec<(String, String)> = parsed.query_pairs().into_owned().collect();
    let names: Vec<&str> = pairs.iter().map(|(name, _)| name.as_str()).collect();
    assert_eq!(names, ["SAMLResponse", "RelayState", "SigAlg", "Signature"]);
    assert_eq!(pairs[1].1, "a&b=ò");
    let url = redirect(
        Message::Response,
        "<x/>",
        "https://idp.example.it/slo",
        None,
        &IDP_KEY.key,
    )
    .unwrap();
    assert!(!url.contains("RelayState"));
}

#[test]
fn by_post_the_document_is_signed_right_after_the_issuer() {
    let sso = "https://idp.example.it:8443/sso?x=1";
    let xml = request().to_xml(&service_provider());
    let form = post(Message::Request, &xml, sso, Some("abc"), &IDP_KEY).unwrap();
    assert_eq!(form.action, sso);
    assert_eq!(form.message.parameter(), "SAMLRequest");
    assert_eq!(form.relay_state.as_deref(), Some("abc"));
    assert_eq!(STANDARD.decode(form.value()).unwrap(), form.document.as_bytes());
    let tree = Tree::parse(&form.document, Bounds::METADATA).unwrap();
    let root = tree.root();
    let children: Vec<&str> = root.children().iter().map(|child| child.local_name()).collect();
    assert_eq!(
        children,
        ["Issuer", "Signature", "NameIDPolicy", "RequestedAuthnContext"]
    );
    let ours = [PublicKey::from_certificate(&IDP_KEY.certificate).unwrap()];
    let verified = verify(&Bergshamra, &tree, &[root], &ours).unwrap();
    assert_eq!(verified[0].unwrap().element(), root);
    let theirs = [PublicKey::from_certificate(&OTHER_KEY.certificate).unwrap()];
    assert!(verify(&Bergshamra, &tree, &[root], &theirs).is_err());
}

/// Reads a request as an identity provider would.
fn read<T>(xml: &str, look: impl FnOnce(Element<'_>) -> T) -> T {
    let tree = Tree::parse(xml, Bounds::METADATA).unwrap();
    look(tree.root())
}

#[test]
fn section_3_every_item_of_the_table_is_as_spid_wants_it() {
    for level in [Level::L1, Level::L2, Level::L3] {
        let request = AuthnRequest {
            level,
            attribute_set: 2,
            ..request()
        };
        read(&request.to_xml(&service_provider()), |root| {
            assert!(root.is(names::SAMLP, "AuthnRequest"));
            let mut attributes = root.attribute_names();
            attributes.sort_unstable();
            let mut wanted = vec![
                "AssertionConsumerServiceIndex",
                "AttributeConsumingServiceIndex",
                "Destination",
                "ForceAuthn",
                "ID",
                "IssueInstant",
                "Version",
            ];
            if level == Level::L1 {
                wanted.retain(|name| *name != "ForceAuthn");
            } else {
                assert_eq!(root.attribute("ForceAuthn"), Some("true"));
            }
            // IsPassive, ProtocolBinding and AssertionConsumerServiceURL are not among them.
            assert_eq!(attributes, wanted);
            assert!(root.attribute("ID").unwrap().starts_with('_'));
            assert_eq!(root.attribute("Version"), Some("2.0"));
            assert!(root.attribute("IssueInstant").unwrap().ends_with('Z'));
            assert_eq!(root.attribute("Destination"), Some("https://idp.example.it/sso"));
            assert_eq!(root.attribute("AssertionConsumerServiceIndex"), Some("0"));
            assert_eq!(root.attribute("AttributeConsumingServiceIndex"), Some("2"));
            let children: Vec<&str> = root.children().iter().map(Element::local_name).collect();
            assert_eq!(children, ["Issuer", "NameIDPolicy", "RequestedAuthnContext"]);
            let issuer = root.child(names::SAML, "Issuer").unwrap().unwrap();
            assert_eq!(issuer.text(), SP);
            assert_eq!(issuer.attribute("Format"), Some(names::ENTITY));
            assert_eq!(issuer.attribute("NameQualifier"), Some(SP));
            let policy = root.child(names::SAMLP, "NameIDPolicy").unwrap().unwrap();
            assert_eq!(policy.attribute_names(), ["Format"], "no AllowCreate (Avviso 5)");
            assert_eq!(policy.attribute("Format"), Some(names::TRANSIENT));
            let context = root.child(names::SAMLP, "RequestedAuthnContext").unwrap().unwrap();
            assert_eq!(context.attribute("Comparison"), Some("minimum"), "never `better`");
            let classes = context.children_named(names::SAML, "AuthnContextClassRef");
            assert_eq!(classes.len(), 1);
            assert_eq!(classes[0].text(), level.spid_uri());
        });
    }
}

#[test]
fn a_purpose_is_the_only_extension_right_after_the_issuer_and_its_signature() {
    let plain = request().to_xml(&service_provider());
    assert!(!plain.contains("Extensions"));
    for purpose in Purpose::ALL {
        let request = AuthnRequest {
            purpose: Some(purpose),
            ..request()
        };
        let xml = request.to_xml(&service_provider());
        let look = |root: Element<'_>| -> Vec<String> {
            let extensions = root.child(names::SAMLP, "Extensions").unwrap().unwrap();
            let inside = extensions.children();
            assert_eq!(inside.len(), 1);
            assert!(inside[0].is(names::SPID, "Purpose"));
            assert_eq!(inside[0].text(), purpose.code());
            root.children()
                .iter()
                .map(|child| child.local_name().to_owned())
                .collect()
        };
        let rest = ["NameIDPolicy", "RequestedAuthnContext"];
        assert_eq!(read(&xml, look), [&["Issuer", "Extensions"][..], &rest].concat());
        let form = post(
            Message::Request,
            &xml,
            "https://idp.example.it/sso",
            Some("abc"),
            &IDP_KEY,
        )
        .unwrap();
        let signed = read(&form.document, look);
        assert_eq!(signed, [&["Issuer", "Signature", "Extensions"][..], &rest].concat());
    }
}
