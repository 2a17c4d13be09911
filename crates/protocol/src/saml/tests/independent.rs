//! Cross-checks with code that is not ours: samael on libxmlsec1.

use super::super::metadata::service_provider as write_metadata;
use super::request::request;
use super::*;
use crate::saml::bindings::{Message, redirect};
use crate::xml::DSIG;
use samael::crypto::{CertificateDer, Crypto, CryptoProvider as _, UrlVerifier};

fn certificate(key: &SamlKey) -> CertificateDer {
    CertificateDer::from(key.certificate.clone())
}

pub(super) fn template(id: &str, method: &str, digest: &str) -> String {
    format!(
        r##"<ds:Signature xmlns:ds="{DSIG}"><ds:SignedInfo><ds:CanonicalizationMethod Algorithm="http://www.w3.org/2001/10/xml-exc-c14n#"/><ds:SignatureMethod Algorithm="{method}"/><ds:Reference URI="#{id}"><ds:Transforms><ds:Transform Algorithm="http://www.w3.org/2000/09/xmldsig#enveloped-signature"/><ds:Transform Algorithm="http://www.w3.org/2001/10/xml-exc-c14n#"><ec:InclusiveNamespaces xmlns:ec="http://www.w3.org/2001/10/xml-exc-c14n#" PrefixList="xs"/></ds:Transform></ds:Transforms><ds:DigestMethod Algorithm="{digest}"/><ds:DigestValue></ds:DigestValue></ds:Reference></ds:SignedInfo><ds:SignatureValue></ds:SignatureValue></ds:Signature>"##
    )
}

/// The answer, signed by libxmlsec1: Assertion, then Response. `None` when it finds nothing to sign.
pub(super) fn signed_elsewhere(draft: Draft, template: impl Fn(&str) -> String) -> Option<String> {
    let key = IDP_KEY.key.to_pkcs8().unwrap();
    let sign = |xml: &str, id: &str| {
        let signature = template(id);
        let xml = xml.replacen("</saml:Issuer>", &format!("</saml:Issuer>{signature}"), 1);
        let signed = Crypto::sign_xml(xml, &key).ok()?;
        // Without the XML declaration: it goes into another document.
        let (_, content) = signed.split_once("<saml")?;
        Some(format!("<saml{}", content.trim_end()))
    };
    let assertion = sign(&draft.assertion, "_assertion")?;
    sign(&draft.response.replace("ASSERTION", &assertion), "_response")
}

#[test]
fn what_libxmlsec1_signs_with_sha_2_we_accept() {
    for (method, digest) in [
        (
            "http://www.w3.org/2001/04/xmldsig-more#rsa-sha256",
            "http://www.w3.org/2001/04/xmlenc#sha256",
        ),
        (
            "http://www.w3.org/2001/04/xmldsig-more#rsa-sha384",
            "http://www.w3.org/2001/04/xmldsig-more#sha384",
        ),
        (
            "http://www.w3.org/2001/04/xmldsig-more#rsa-sha512",
            "http://www.w3.org/2001/04/xmlenc#sha512",
        ),
    ] {
        let xml = signed_elsewhere(answer(), |id| template(id, method, digest)).unwrap();
        let accepted = receive(&xml).unwrap();
        assert_eq!(accepted.identity.given_name, "Mario");
        assert!(receive(&xml.replace(">Mario<", ">Maria<")).is_err());
    }
}

#[test]
fn an_indented_signature_with_its_own_id_and_an_empty_certificate_is_accepted() {
    // As AgID's validator (empty certificate) and pysaml2 (Id on the Signature) write it.
    let indented = |id: &str| {
        let plain = template(
            id,
            "http://www.w3.org/2001/04/xmldsig-more#rsa-sha256",
            "http://www.w3.org/2001/04/xmlenc#sha256",
        );
        plain
            .replace("<ds:Signature ", &format!(r#"<ds:Signature Id="Signature{id}" "#))
            .replace(
                "</ds:SignatureValue>",
                "</ds:SignatureValue><ds:KeyInfo><ds:X509Data><ds:X509Certificate/></ds:X509Data></ds:KeyInfo>",
            )
            .replace("><", ">\n    <")
            .replace("<ds:DigestValue>\n    </ds:DigestValue>", "<ds:DigestValue/>")
            .replace("<ds:SignatureValue>\n    </ds:SignatureValue>", "<ds:SignatureValue/>")
    };
    let xml = signed_elsewhere(answer(), indented).unwrap();
    assert!(xml.contains("    <ds:Reference"));
    receive(&xml).unwrap();
}

#[test]
fn attack_7_what_libxmlsec1_signs_with_sha_1_we_refuse() {
    let sha1 = "http://www.w3.org/2000/09/xmldsig#sha1";
    let xml = signed_elsewhere(answer(), |id| {
        template(id, "http://www.w3.org/2000/09/xmldsig#rsa-sha1", sha1)
    });
    let xml = xml.unwrap();
    assert!(
        Crypto::verify_signed_xml(&xml, &certificate(&IDP_KEY), Some("ID")).is_ok(),
        "a valid signature"
    );
    let Err(Rejection::Refused(refused)) = receive(&xml) else {
        panic!("SHA-1 must be refused");
    };
    assert_eq!(
        refused.reason.name(),
        "Response/Signature signature outside the profile: algorithm not allowed"
    );
}

#[test]
fn our_metadata_verify_with_libxmlsec1() {
    let xml = write_metadata(&service_provider(), &IDP_KEY, "_metadata").unwrap();
    Crypto::verify_signed_xml(&xml, &certificate(&IDP_KEY), Some("ID")).unwrap();
    assert!(Crypto::verify_signed_xml(&xml, &certificate(&OTHER_KEY), Some("ID")).is_err());
    let changed = xml.replace("/saml/spid/acs", "/saml/spid/evil");
    assert!(Crypto::verify_signed_xml(&changed, &certificate(&IDP_KEY), Some("ID")).is_err());
}

#[test]
fn the_messages_our_tests_sign_verify_with_libxmlsec1() {
    let xml = answer().keys(Some(&IDP_KEY), Some(&IDP_KEY)).xml();
    Crypto::verify_signed_xml(&xml, &certificate(&IDP_KEY), Some("ID")).unwrap();
}

#[test]
fn our_redirect_verifies_with_openssl() {
    let xml = request().to_xml(&service_provider());
    let url = redirect(
        Message::Request,
        &xml,
        "https://idp.example.it/sso",
        Some("abc_-.123"),
        &IDP_KEY.key,
    )
    .unwrap();
    let verifies = |url: &str, key: &SamlKey| {
        let verifier = UrlVerifier::from_x509(&certificate(key)).unwrap();
        verifier.verify_signed_request_url(&url.parse().unwrap()).unwrap()
    };
    assert!(verifies(&url, &IDP_KEY));
    assert!(!verifies(&url, &OTHER_KEY));
    assert!(!verifies(&url.replace("abc_", "abd_"), &IDP_KEY));
}
