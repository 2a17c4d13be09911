//! `[cie]` and `[eidas]`: what a record takes over from `[spid]`, and its mistakes.

use super::installation::{Installation, certificate, key, metadata};
use crate::config::DEMO_METADATA_MARK;
use protocol::saml::{CieBody, Contact, ServiceProvider};
use protocol::x509::der_to_pem;

fn record(installation: &Installation) -> ServiceProvider {
    let config = installation.serve().unwrap();
    config.cie.unwrap().service_provider(&config.issuer, &config.spid)
}

#[test]
fn what_the_section_does_not_say_is_as_in_spid() {
    let installation = Installation::whole();
    let cie = record(&installation);
    assert_eq!(cie.entity_id, "https://login.ente.example.it/cie");
    assert_eq!(cie.acs_url, "https://login.ente.example.it/saml/cie/acs");
    assert_eq!(cie.organisation[0].name, "Comune di Borgo Alto");
    assert_eq!(cie.attributes, ["name", "familyName", "dateOfBirth", "fiscalNumber"]);
    let Contact::Cie(contacts) = &cie.contact else {
        panic!("contacts of another register")
    };
    let body = CieBody::Public {
        ipa_code: "c_a123".to_owned(),
        ipa_category: None,
    };
    assert_eq!(contacts.administrative.body, body);
    assert_eq!(contacts.administrative.email, "protocollo@ente.example.it");
    assert_eq!(contacts.technical.as_ref().unwrap().body, CieBody::Private);
    let config = installation.serve().unwrap();
    let spid = config.keyring.spid.certificate.clone();
    assert_eq!(config.keyring.cie.unwrap().certificate, spid);
    assert_eq!(config.cie_identity_providers[0].entity_id, "https://cie.example.it");
    assert_eq!(config.eidas_node.unwrap().entity_id, "https://eidas.example.it");
}

#[test]
fn a_record_may_have_a_key_of_its_own() {
    let own = Installation::whole()
        .change("#   key = \"keys/cie.pem\"", "key = \"keys/cie.pem\"")
        .change("#   certificate = \"keys/cie.crt\"", "certificate = \"keys/cie.crt\"")
        .file("keys/cie.pem", &key(0))
        .file("keys/cie.crt", &der_to_pem(&certificate(0)));
    let config = own.serve().unwrap();
    assert_eq!(config.keyring.cie.unwrap().certificate, certificate(0));
    let half = Installation::whole().change("#   key = \"keys/cie.pem\"", "key = \"keys/cie.pem\"");
    half.has_one_mistake("key = \"keys/cie.pem\"", "cie.key", "needs `cie.certificate` beside it");
    let strangers = Installation::whole()
        .change("#   key = \"keys/cie.pem\"", "key = \"keys/cie.pem\"")
        .change("#   certificate = \"keys/cie.crt\"", "certificate = \"keys/cie.crt\"")
        .file("keys/cie.pem", &key(0))
        .file("keys/cie.crt", &der_to_pem(&certificate(1)));
    strangers.has_one_mistake(
        "certificate = \"keys/cie.crt\"",
        "cie.certificate",
        "is not the certificate of `cie.key`",
    );
}

#[test]
fn without_the_sections_there_is_neither() {
    let config = Installation::new().serve().unwrap();
    assert!(config.cie.is_none() && config.keyring.cie.is_none() && config.eidas_node.is_none());
    assert_eq!(config.warnings(), Vec::<String>::new());
    let sets = config.spid.service_provider(&config.issuer).attribute_sets;
    assert!(sets.iter().all(|set| set.index < 99));
}

#[test]
fn the_node_brings_its_two_sets_into_the_spid_metadata() {
    let config = Installation::whole().serve().unwrap();
    let sets = config.spid.service_provider(&config.issuer).attribute_sets;
    let last: Vec<(u16, &str)> = sets
        .iter()
        .rev()
        .take(2)
        .map(|set| (set.index, set.names[0].1.as_str()))
        .collect();
    assert_eq!(
        last,
        [
            (100, "eIDAS Natural Person Full Attribute Set"),
            (99, "eIDAS Natural Person Minimum Attribute Set")
        ]
    );
    assert_eq!(config.eidas.unwrap().attribute_set(), 99);
}

#[test]
fn spid_and_cie_cannot_have_the_same_name() {
    let installation = Installation::whole().change(
        "entity_id = \"https://login.ente.example.it/cie\"",
        "entity_id = \"https://login.ente.example.it\" # the same",
    );
    installation.has_one_mistake(
        "# the same",
        "cie.entity_id",
        "is `spid.entity_id`: SPID and CIE cannot share metadata, so they need a name each",
    );
}

#[test]
fn a_private_body_says_its_numbers() {
    let installation = Installation::whole()
        .change(
            "municipality = \"H501\"",
            "body = \"private\" # now\nmunicipality = \"H501\"",
        )
        .change("fiscal_code = \"80012340560\"\n", "");
    let settings: Vec<String> = installation.mistakes();
    assert_eq!(
        settings
            .iter()
            .map(|told| told.split_once(": ").unwrap().1)
            .collect::<Vec<_>>(),
        [
            "cie.administrative.fiscal_code: must be set",
            "cie.administrative.nace2_codes: must be set",
            "cie.administrative.vat_number: must be set",
        ]
    );
}

#[test]
fn codes_that_are_none() {
    for (from, to, setting, message) in [
        (
            "municipality = \"H501\"",
            "municipality = \"Roma\"",
            "cie.administrative.municipality",
            "must be the Belfiore code of the municipality, like `H501`",
        ),
        (
            "province = \"RM\"",
            "province = \"Roma\"",
            "cie.administrative.province",
            "must be two capital letters",
        ),
        (
            "nace2_codes = [\"J.62.01\"]",
            "nace2_codes = [\"software\"]",
            "cie.technical.nace2_codes[0]",
            "must be a NACE rev. 2 code, like `J.62.01`",
        ),
        (
            "#   service_uuid = \"7bd60bfb-ae70-4a1a-b1a8-2b3ad8f9f3d7\"",
            "service_uuid = \"servizi\"",
            "cie.service_uuid",
            "must be a UUID, version 4",
        ),
        (
            "company = \"Partner di Esempio S.r.l.\"",
            "company = \"\"",
            "cie.technical.company",
            "must be set",
        ),
    ] {
        Installation::whole()
            .change(from, to)
            .has_one_mistake(to, setting, message);
    }
}

#[test]
fn serve_refuses_the_demos_identity_providers_here_too() {
    let demo = metadata("https://cie.example.it", &format!("<!-- {DEMO_METADATA_MARK} -->"));
    for (file, setting) in [
        ("cie-identity-provider.xml", "cie.idp_metadata[0]"),
        ("eidas-node.xml", "eidas.idp_metadata"),
    ] {
        let installation = Installation::whole().file(file, &demo);
        installation.has_one_mistake(
            file,
            setting,
            "is the identity provider of `varco demo`, which lets anybody be anybody",
        );
    }
}

#[test]
fn the_node_is_one() {
    let one = metadata("https://eidas.example.it", "");
    let two = metadata("https://another.example.it", "");
    let both =
        format!("<EntitiesDescriptor xmlns=\"urn:oasis:names:tc:SAML:2.0:metadata\">{one}{two}</EntitiesDescriptor>");
    let installation = Installation::whole().file("eidas-node.xml", &both);
    installation.has_one_mistake(
        "eidas-node.xml",
        "eidas.idp_metadata",
        "describes several identity providers: the node is one",
    );
}
