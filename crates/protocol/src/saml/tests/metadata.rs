//! What we publish, and what we believe of others.

use super::super::metadata::{MetadataError, WritingError, identity_providers, service_provider as write_metadata};
use super::*;
use crate::saml::metadata::unsigned;
use crate::x509::Validity;
use crate::xml::signature::{Bergshamra, verify};
use crate::xml::{Bounds, Tree};

#[test]
fn our_metadata_are_what_spid_prescribes_for_a_public_body() {
    let xml = unsigned(&service_provider(), &IDP_KEY, "_metadata").unwrap();
    let xml = xml.replace(&STANDARD.encode(&IDP_KEY.certificate), "CERTIFICATE");
    insta::assert_snapshot!(xml.replace("><", ">\n<"));
}

#[test]
fn our_metadata_are_signed_and_the_signature_is_the_first_child() {
    let xml = write_metadata(&service_provider(), &IDP_KEY, "_metadata").unwrap();
    let tree = Tree::parse(&xml, Bounds::METADATA).unwrap();
    let root = tree.root();
    assert_eq!(root.children()[0].local_name(), "Signature");
    let keys = [PublicKey::from_certificate(&IDP_KEY.certificate).unwrap()];
    let verified = verify(&Bergshamra, &tree, &[root], &keys).unwrap();
    assert_eq!(verified[0].unwrap().element(), root);
    let keys = [PublicKey::from_certificate(&OTHER_KEY.certificate).unwrap()];
    assert!(verify(&Bergshamra, &tree, &[root], &keys).is_err());
}

#[test]
fn metadata_that_spid_would_refuse_are_not_written() {
    let english_first = ServiceProvider {
        organisation: service_provider().organisation.into_iter().rev().collect(),
        ..service_provider()
    };
    let asks_nothing = ServiceProvider {
        attributes: Vec::new(),
        ..service_provider()
    };
    for record in [english_first, asks_nothing] {
        assert_eq!(write_metadata(&record, &IDP_KEY, "_m"), Err(WritingError::Incomplete));
    }
    let long = ServiceProvider {
        entity_id: format!("https://{}", "a".repeat(1024)),
        ..service_provider()
    };
    assert_eq!(write_metadata(&long, &IDP_KEY, "_m"), Err(WritingError::EntityId));
    // Letters count, not octets (SAML metadata §2.2.1).
    let longest = ServiceProvider {
        entity_id: format!("https://{}", "è".repeat(1024 - 8)),
        ..service_provider()
    };
    assert!(write_metadata(&longest, &IDP_KEY, "_m").is_ok());
}

pub(super) fn key_descriptor(usage: &str, certificate: &[u8]) -> String {
    let certificate = STANDARD.encode(certificate);
    format!(
        r#"<md:KeyDescriptor{usage}><ds:KeyInfo xmlns:ds="http://www.w3.org/2000/09/xmldsig#"><ds:X509Data><ds:X509Certificate>
        {certificate}
        </ds:X509Certificate></ds:X509Data></ds:KeyInfo></md:KeyDescriptor>"#
    )
}

pub(super) fn entity(id: &str, keys: &str) -> String {
    format!(
        r#"<md:EntityDescriptor xmlns:md="urn:oasis:names:tc:SAML:2.0:metadata" entityID="{id}"><md:IDPSSODescriptor protocolSupportEnumeration="urn:oasis:names:tc:SAML:2.0:protocol">{keys}<md:SingleLogoutService Binding="urn:oasis:names:tc:SAML:2.0:bindings:HTTP-Redirect" Location="https://idp.example.it/slo" ResponseLocation="https://idp.example.it/slo/answer"/><md:SingleSignOnService Binding="urn:oasis:names:tc:SAML:2.0:bindings:HTTP-POST" Location="https://idp.example.it/sso/post"/><md:SingleSignOnService Binding="urn:oasis:names:tc:SAML:2.0:bindings:HTTP-Redirect" Location="https://idp.example.it/sso"/></md:IDPSSODescriptor><md:Organization><md:OrganizationName xml:lang="it">Prova S.p.A.</md:OrganizationName><md:OrganizationDisplayName xml:lang="en">Test</md:OrganizationDisplayName><md:OrganizationDisplayName xml:lang="it">Prova ID</md:OrganizationDisplayName></md:Organization></md:EntityDescriptor>"#
    )
}

pub(super) fn signing() -> String {
    key_descriptor(r#" use="signing""#, &IDP_KEY.certificate)
}

#[test]
fn a_provider_is_read_with_its_addresses_its_italian_name_and_all_its_keys() {
    let both = signing() + &key_descriptor(r#" use="signing""#, &OTHER_KEY.certificate);
    let encryption = key_descriptor(r#" use="encryption""#, &saml_key().certificate);
    let providers = identity_providers(&entity(IDP, &(both + &encryption))).unwrap();
    let expected = IdentityProvider {
        entity_id: IDP.into(),
        name: "Prova ID".into(),
        sso_redirect: Some("https://idp.example.it/sso".into()),
        sso_post: Some("https://idp.example.it/sso/post".into()),
        slo_redirect: Some("https://idp.example.it/slo".into()),
        slo_redirect_response: Some("https://idp.example.it/slo/answer".into()),
        slo_post: None,
        slo_post_response: None,
        signing_keys: vec![
            PublicKey::from_certificate(&IDP_KEY.certificate).unwrap(),
            PublicKey::from_certificate(&OTHER_KEY.certificate).unwrap(),
        ],
        certificates: vec![
            Validity::of_certificate(&IDP_KEY.certificate).unwrap(),
            Validity::of_certificate(&OTHER_KEY.certificate).unwrap(),
        ],
        valid_until: None,
    };
    assert_eq!(providers, [expected]);
}

#[test]
fn an_answer_signed_with_the_second_of_two_keys_is_accepted() {
    let both = signing() + &key_descriptor(r#" use="signing""#, &OTHER_KEY.certificate);
    let provider = identity_providers(&entity(IDP, &both)).unwrap().remove(0);
    for key in [&*IDP_KEY, &*OTHER_KEY] {
        let received = Received::decode(&STANDARD.encode(answer().keys(Some(key), Some(key)).xml())).unwrap();
        assert!(
            received
                .verify(&pending(), &provider, &service_provider(), skew(), now())
                .is_ok()
        );
    }
}

#[test]
fn an_aggregate_gives_every_provider_and_passes_over_the_others() {
    let service = r#"<md:EntityDescriptor xmlns:md="urn:oasis:names:tc:SAML:2.0:metadata" entityID="https://sp"><md:SPSSODescriptor/></md:EntityDescriptor>"#;
    let aggregate = |inside: &str| {
        format!(
            r#"<md:EntitiesDescriptor xmlns:md="urn:oasis:names:tc:SAML:2.0:metadata">{inside}</md:EntitiesDescriptor>"#
        )
    };
    let two = aggregate(&format!(
        "{}{service}{}",
        entity("https://a", &signing()),
        aggregate(&entity("https://b", &signing()))
    ));
    let names: Vec<String> = identity_providers(&two)
        .unwrap()
        .into_iter()
        .map(|p| p.entity_id)
        .collect();
    assert_eq!(names, ["https://a", "https://b"]);
    assert_eq!(identity_providers(&aggregate(service)), Err(MetadataError::Empty));
    let twice = aggregate(&entity("https://a", &signing()).repeat(2));
    assert_eq!(identity_providers(&twice), Err(MetadataError::Descriptor));
}

#[test]
fn attack_6_a_provider_without_a_usable_signing_key_is_refused() {
    let encryption_only = key_descriptor(r#" use="encryption""#, &IDP_KEY.certificate);
    assert_eq!(identity_providers(&entity(IDP, "")), Err(MetadataError::NoSigningKey));
    assert_eq!(
        identity_providers(&entity(IDP, &encryption_only)),
        Err(MetadataError::NoSigningKey)
    );
    let empty = r#"<md:KeyDescriptor use="signing"/>"#;
    assert_eq!(
        identity_providers(&entity(IDP, empty)),
        Err(MetadataError::NoSigningKey)
    );
    let unknown_use = signing() + &key_descriptor("", &OTHER_KEY.certificate);
    assert_eq!(
        identity_providers(&entity(IDP, &unknown_use)),
        Err(MetadataError::KeyUse)
    );
    let rubbish = key_descriptor(r#" use="signing""#, b"rubbish");
    assert_eq!(
        identity_providers(&entity(IDP, &rubbish)),
        Err(MetadataError::UnusableKey)
    );
}

#[test]
fn attack_7_a_provider_with_an_rsa_key_below_2048_bits_is_refused() {
    let weak = STANDARD
        .decode(WEAK_CERTIFICATE.replace(char::is_whitespace, ""))
        .unwrap();
    let keys = signing() + &key_descriptor(r#" use="signing""#, &weak);
    assert_eq!(identity_providers(&entity(IDP, &keys)), Err(MetadataError::UnusableKey));
}

#[test]
fn a_provider_that_takes_messages_by_one_binding_only_is_read() {
    let whole = entity(IDP, &signing());
    let service = |binding: &str, path: &str| {
        format!(
            r#"<md:SingleSignOnService Binding="urn:oasis:names:tc:SAML:2.0:bindings:{binding}" Location="https://idp.example.it/{path}"/>"#
        )
    };
    for (left_out, redirect, post) in [
        (
            service("HTTP-POST", "sso/post"),
            Some("https://idp.example.it/sso"),
            None,
        ),
        (
            service("HTTP-Redirect", "sso"),
            None,
            Some("https://idp.example.it/sso/post"),
        ),
    ] {
        let one = replaced(&whole, &left_out, "");
        let read = &identity_providers(&one).unwrap()[0];
        assert_eq!(
            (read.sso_redirect.as_deref(), read.sso_post.as_deref()),
            (redirect, post)
        );
    }
}

#[test]
fn metadata_without_sign_on_address_without_name_or_that_are_no_metadata() {
    let without = entity(IDP, &signing()).replace("SingleSignOnService", "ArtifactResolutionService");
    assert_eq!(identity_providers(&without), Err(MetadataError::NoSingleSignOn));
    let script = entity(IDP, &signing()).replace("https://idp.example.it/sso", "javascript:alert(1)//");
    assert_eq!(identity_providers(&script), Err(MetadataError::NoSingleSignOn));
    assert_eq!(
        identity_providers(&entity(" ", &signing())),
        Err(MetadataError::Descriptor)
    );
    assert_eq!(identity_providers("<x/>"), Err(MetadataError::NotMetadata));
    assert!(matches!(
        identity_providers("<!DOCTYPE x><x/>"),
        Err(MetadataError::Xml(_))
    ));
}

/// `openssl req -x509 -newkey rsa:1024 -subj /CN=weak`
pub(super) const WEAK_CERTIFICATE: &str = "
MIIB+jCCAWOgAwIBAgIUfOmfC4jzhQpF78cenISLw38i3aQwDQYJKoZIhvcNAQELBQAwDzENMAsGA1UEAwwEd2VhazAeFw0yNjEx
MjIwMDQyMzFaFw0zNjExMTkwMDQyMzFaMA8xDTALBgNVBAMMBHdlYWswgZ8wDQYJKoZIhvcNAQEBBQADgY0AMIGJAoGBANmEHWc4
G0kH3PXER5U+aoqpMIPZFs1ex/qQSlBNv3aTj1mMFot5eTkdK5TVPbundH+DBDu5fl4KZtm6SiUEzluMN0aVzVCTcBryhNfiJ1lw
SCiTNAOi/oW/591no+n2lvKuUnukpkAku48sFg6VmeToqke6oNTmQXU10JEjL6FnAgMBAAGjUzBRMB0GA1UdDgQWBBQrkYpqKw7f
NzSt2789UWn/otpjRzAfBgNVHSMEGDAWgBQrkYpqKw7fNzSt2789UWn/otpjRzAPBgNVHRMBAf8EBTADAQH/MA0GCSqGSIb3DQEB
CwUAA4GBAFynogEW27RCgBMlJ42gKQqN9orVgcMMozl0z+Fv+K+20GtIaaYPE+0V6j7O1LUUiJ9dvXx8Jz9c5/86Le9SrC84w6ep
NtsLjfFkJKK7qKcIhQtdRl/RHnN9Ev8c8GD069zjEzHokXR5UQnQi6Ig6OQSiwKA8Y3JPv8z7+aCCGHl
";
