//! The registry of identity providers: what is taken for it, and what takes its place.

use super::metadata::{WEAK_CERTIFICATE, entity, key_descriptor, signing};
use super::*;
use crate::saml::instant;
use crate::saml::metadata::{MetadataError, NotNewer, Registry, RegistryError};
use crate::x509::{Subject, spid_certificate};
use crate::xml::DSIG;
use crate::xml::signature::{Placement, ProfileError, SignatureError, sign};
use samael::crypto::{Crypto, CryptoProvider as _};
use std::sync::LazyLock;

/// Whoever signs the registry.
static SIGNER: LazyLock<SamlKey> = LazyLock::new(saml_key);

fn aggregate(attributes: &str, entities: &str) -> String {
    format!(
        r#"<md:EntitiesDescriptor xmlns:md="urn:oasis:names:tc:SAML:2.0:metadata" ID="_registry" Name="https://idps.example.it"{attributes}>{entities}</md:EntitiesDescriptor>"#
    )
}

fn signed(xml: &str, key: &SamlKey) -> String {
    sign(xml, Placement::First, key).unwrap()
}

fn read(xml: &str) -> Result<Registry, RegistryError> {
    let signer = PublicKey::from_certificate(&SIGNER.certificate).unwrap();
    Registry::read(xml, &[signer], now())
}

fn names(registry: &Registry) -> Vec<&str> {
    registry.providers.iter().map(|p| p.entity_id.as_str()).collect()
}

/// The first Signature of a document, as it stands.
fn first_signature(xml: &str) -> &str {
    let (before, from) = xml.split_at(xml.find("<ds:Signature").unwrap());
    let (inside, _) = from.split_once("</ds:Signature>").unwrap();
    let length = inside.len().saturating_add("</ds:Signature>".len());
    xml.split_at(before.len()).1.split_at(length).0
}

fn two() -> String {
    entity("https://a", &signing()) + &entity("https://b", &signing())
}

/// As AgID writes it: a reference to the whole document, comments around each entity, entities that are
/// signed by themselves with keys of their own, and a key in KeyInfo. Signed by libxmlsec1.
fn as_agid_signs(key: &SamlKey) -> String {
    let own = signed(
        &entity("https://a", &signing()).replacen("entityID", r#"ID="_a" entityID"#, 1),
        &IDP_KEY,
    );
    let own = own.split_once("<md:").map(|(_, rest)| format!("<md:{rest}")).unwrap();
    let template = format!(
        r##"<ds:Signature xmlns:ds="{DSIG}"><ds:SignedInfo><ds:CanonicalizationMethod Algorithm="http://www.w3.org/2001/10/xml-exc-c14n#"/><ds:SignatureMethod Algorithm="http://www.w3.org/2001/04/xmldsig-more#rsa-sha256"/><ds:Reference URI=""><ds:Transforms><ds:Transform Algorithm="http://www.w3.org/2000/09/xmldsig#enveloped-signature"/><ds:Transform Algorithm="http://www.w3.org/2001/10/xml-exc-c14n#"/></ds:Transforms><ds:DigestMethod Algorithm="http://www.w3.org/2001/04/xmlenc#sha256"/><ds:DigestValue></ds:DigestValue></ds:Reference></ds:SignedInfo><ds:SignatureValue></ds:SignatureValue><ds:KeyInfo><ds:KeyValue/><ds:X509Data><ds:X509Certificate>{}</ds:X509Certificate></ds:X509Data></ds:KeyInfo></ds:Signature>"##,
        STANDARD.encode(&key.certificate)
    );
    let inside = format!(
        "{template}\n    <!-- A *start* -->\n    {own}\n    <!-- A *end* -->\n    <!-- B *start* -->{}<!-- B *end* -->\n",
        entity("https://b", &signing())
    );
    Crypto::sign_xml(aggregate("", &inside), &key.key.to_pkcs8().unwrap()).unwrap()
}

#[test]
fn a_registry_signed_by_its_signer_gives_its_identity_providers() {
    let registry = read(&signed(&aggregate("", &two()), &SIGNER)).unwrap();
    assert_eq!(names(&registry), ["https://a", "https://b"]);
    assert_eq!(registry.valid_until, None);
}

#[test]
fn a_registry_signed_the_way_agid_signs_it_is_read() {
    let xml = as_agid_signs(&SIGNER);
    assert!(xml.contains("<!-- A *start* -->") && xml.contains(r#"URI="""#));
    assert_eq!(names(&read(&xml).unwrap()), ["https://a", "https://b"]);
}

#[test]
fn attack_22_a_registry_that_was_changed_after_it_was_signed() {
    for xml in [as_agid_signs(&SIGNER), signed(&aggregate("", &two()), &SIGNER)] {
        let invalid = Err(RegistryError::Signature(SignatureError::Invalid));
        assert_eq!(read(&xml.replace("https://b", "https://e")), invalid);
        let more = xml.replace(
            "</md:EntitiesDescriptor>",
            &(entity("https://evil", &signing()) + "</md:EntitiesDescriptor>"),
        );
        assert_eq!(read(&more), invalid);
        let fewer = xml.replace(&entity("https://b", &signing()), "");
        assert_ne!(fewer, xml);
        assert_eq!(read(&fewer), invalid);
    }
}

#[test]
fn attack_5_a_registry_signed_by_somebody_else_who_brings_their_own_certificate() {
    let invalid = Err(RegistryError::Signature(SignatureError::Invalid));
    assert_eq!(read(&signed(&aggregate("", &two()), &OTHER_KEY)), invalid);
    assert_eq!(read(&as_agid_signs(&OTHER_KEY)), invalid);
    assert!(matches!(
        Registry::read(&as_agid_signs(&SIGNER), &[], now()),
        Err(RegistryError::Signature(_))
    ));
}

#[test]
fn attack_22_a_registry_without_a_signature_even_when_its_entities_have_one() {
    assert_eq!(read(&aggregate("", &two())), Err(RegistryError::Unsigned));
    let xml = as_agid_signs(&SIGNER);
    let without = xml.replacen(first_signature(&xml), "", 1);
    assert!(without.contains("Signature>"));
    assert_eq!(read(&without), Err(RegistryError::Unsigned));
}

#[test]
fn a_true_registry_wrapped_in_a_false_one() {
    // The signature moves along with what it signed; the document element is somebody else's.
    let genuine = signed(&aggregate("", &two()), &SIGNER);
    let genuine = genuine
        .split_once("<md:")
        .map(|(_, rest)| format!("<md:{rest}"))
        .unwrap();
    let evil = entity("https://evil", &signing());
    let wrapped = aggregate("", &(evil.clone() + &genuine)).replacen("_registry", "_wrapping", 1);
    assert_eq!(read(&wrapped), Err(RegistryError::Unsigned));
    // The signature alone moves up and still names what it signed.
    let signature = first_signature(&genuine);
    let moved =
        aggregate("", &format!("{signature}{evil}{}", genuine.replace(signature, ""))).replacen("_registry", "_up", 1);
    let reference = RegistryError::Signature(SignatureError::Profile(ProfileError::Reference));
    assert_eq!(read(&moved), Err(reference));
    // Second place is no place.
    let late = genuine.replace(signature, "").replace(
        "</md:EntitiesDescriptor>",
        &format!("{signature}</md:EntitiesDescriptor>"),
    );
    let place = RegistryError::Signature(SignatureError::Profile(ProfileError::Place));
    assert_eq!(read(&late), Err(place));
}

#[test]
fn a_message_may_not_use_the_reference_to_the_whole_document() {
    let xml = as_agid_signs(&SIGNER);
    let tree = crate::xml::Tree::parse(&xml, crate::xml::Bounds::METADATA).unwrap();
    let told = crate::xml::signature::profile::check(&tree, &[tree.root()]);
    assert!(told.is_err());
}

#[test]
fn attack_6_one_provider_without_a_usable_key_refuses_the_registry() {
    let weak = STANDARD
        .decode(WEAK_CERTIFICATE.replace(char::is_whitespace, ""))
        .unwrap();
    for (keys, why) in [
        (String::new(), MetadataError::NoSigningKey),
        (key_descriptor("", &IDP_KEY.certificate), MetadataError::KeyUse),
        (key_descriptor(r#" use="signing""#, &weak), MetadataError::UnusableKey),
    ] {
        let xml = signed(
            &aggregate("", &(entity("https://a", &signing()) + &entity("https://b", &keys))),
            &SIGNER,
        );
        assert_eq!(read(&xml), Err(RegistryError::Metadata(why)));
    }
}

#[test]
fn attack_22_an_emptied_registry_and_one_that_is_over() {
    assert_eq!(
        read(&signed(&aggregate("", "<md:Extensions/>"), &SIGNER)),
        Err(RegistryError::Metadata(MetadataError::Empty))
    );
    let over = format!(r#" validUntil="{}""#, instant::write(now()));
    assert_eq!(
        read(&signed(&aggregate(&over, &two()), &SIGNER)),
        Err(RegistryError::Expired)
    );
    let ahead = now() + TimeDelta::days(3);
    let still = format!(r#" validUntil="{}""#, instant::write(ahead));
    let registry = read(&signed(&aggregate(&still, &two()), &SIGNER)).unwrap();
    assert_eq!(registry.valid_until, Some(instant::as_sent(ahead)));
    let rubbish = signed(&aggregate(r#" validUntil="soon""#, &two()), &SIGNER);
    assert_eq!(read(&rubbish), Err(RegistryError::Metadata(MetadataError::Validity)));
}

#[test]
fn a_provider_whose_own_validity_is_over_is_not_valid_beside_others_that_are() {
    let over = entity("https://b", &signing()).replacen(
        "entityID",
        &format!(
            r#"validUntil="{}" entityID"#,
            instant::write(now() - TimeDelta::seconds(1))
        ),
        1,
    );
    let registry = read(&signed(
        &aggregate("", &(entity("https://a", &signing()) + &over)),
        &SIGNER,
    ))
    .unwrap();
    let valid: Vec<bool> = registry.providers.iter().map(|p| p.is_valid_at(now())).collect();
    assert_eq!(valid, [true, false]);
}

#[test]
fn a_registry_of_one_provider_is_its_own_descriptor() {
    let one = entity("https://a", &signing()).replacen("entityID", r#"ID="_a" entityID"#, 1);
    assert_eq!(names(&read(&signed(&one, &SIGNER)).unwrap()), ["https://a"]);
    assert_eq!(
        read(&signed(r#"<a ID="_a"><b/></a>"#, &SIGNER)),
        Err(RegistryError::Metadata(MetadataError::NotMetadata))
    );
}

#[test]
fn an_edition_is_known_by_its_digest() {
    let digest = |entities: &str| read(&signed(&aggregate("", entities), &SIGNER)).unwrap().digest;
    let one = entity("https://a", &signing());
    assert_eq!(digest(&one), digest(&one));
    assert_ne!(digest(&one), digest(&two()));
}

#[test]
fn each_reason_has_its_own_word_for_the_log() {
    use MetadataError::{Empty, KeyUse, NoSigningKey, NotMetadata, UnusableKey};
    let invalid = RegistryError::Signature(SignatureError::Invalid);
    let words = [Empty, NoSigningKey, KeyUse, UnusableKey, NotMetadata]
        .map(RegistryError::Metadata)
        .into_iter()
        .chain([RegistryError::Unsigned, invalid, RegistryError::Expired])
        .map(RegistryError::name);
    assert_eq!(
        words.collect::<Vec<_>>(),
        [
            "empty",
            "key_missing",
            "key_missing",
            "key_unusable",
            "malformed",
            "unsigned",
            "signature",
            "expired"
        ]
    );
    assert_eq!(
        [NotNewer::ShorterValidity, NotNewer::OlderCertificates, NotNewer::Shrunk].map(NotNewer::name),
        ["shorter_validity", "older_certificates", "shrunk"]
    );
}

fn days(from: DateTime<Utc>, days: i64) -> DateTime<Utc> {
    from.checked_add_signed(TimeDelta::days(days)).unwrap()
}

/// A certificate for the key of the identity provider that begins on a day.
fn certificate_of(begins: DateTime<Utc>) -> Vec<u8> {
    let subject = Subject {
        organization: "Prova".into(),
        common_name: "Prova".into(),
        entity_id: IDP.into(),
        ipa_code: "c_x000".into(),
        locality: "Borgo".into(),
    };
    spid_certificate(&IDP_KEY.key, &subject, begins, days(begins, 900), [7; 16]).unwrap()
}

fn with_certificates(begin: &[i64]) -> Registry {
    let keys: String = begin
        .iter()
        .map(|day| key_descriptor(r#" use="signing""#, &certificate_of(days(now(), *day))))
        .collect();
    read(&signed(
        &aggregate("", &(entity("https://a", &keys) + &entity("https://b", &signing()))),
        &SIGNER,
    ))
    .unwrap()
}

#[test]
fn attack_22_an_older_registry_does_not_come_back() {
    let (before, both, after) = (
        with_certificates(&[-800]),
        with_certificates(&[-800, -10]),
        with_certificates(&[-10]),
    );
    // A key is announced, then the old one goes.
    assert_eq!(both.supersedes(&before), Ok(()));
    assert_eq!(after.supersedes(&both), Ok(()));
    // The same again.
    assert_eq!(after.supersedes(&after), Ok(()));
    // And back to the key that may have been lost.
    assert_eq!(before.supersedes(&both), Err(NotNewer::OlderCertificates));
    assert_eq!(before.supersedes(&after), Err(NotNewer::OlderCertificates));
}

#[test]
fn attack_22_a_registry_that_ends_earlier_than_the_one_held() {
    let until = |days: i64| {
        let end = instant::write(now() + TimeDelta::days(days));
        read(&signed(&aggregate(&format!(r#" validUntil="{end}""#), &two()), &SIGNER)).unwrap()
    };
    let without = read(&signed(&aggregate("", &two()), &SIGNER)).unwrap();
    assert_eq!(until(6).supersedes(&until(5)), Ok(()));
    assert_eq!(until(5).supersedes(&until(5)), Ok(()), "the same again");
    assert_eq!(until(5).supersedes(&until(6)), Err(NotNewer::ShorterValidity));
    assert_eq!(without.supersedes(&until(6)), Err(NotNewer::ShorterValidity));
    assert_eq!(until(5).supersedes(&without), Ok(()));
}

#[test]
fn attack_22_a_registry_from_which_most_have_gone() {
    let of = |names: &[&str]| {
        let entities: String = names.iter().map(|name| entity(name, &signing())).collect();
        read(&signed(&aggregate("", &entities), &SIGNER)).unwrap()
    };
    let four = of(&["https://a", "https://b", "https://c", "https://d"]);
    assert_eq!(of(&["https://a", "https://b"]).supersedes(&four), Ok(()));
    assert_eq!(
        of(&["https://a", "https://e", "https://f"]).supersedes(&four),
        Err(NotNewer::Shrunk)
    );
}
