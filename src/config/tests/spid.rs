//! `[spid]` beyond the public body for itself: roles, sets of attributes, the next key, a brought certificate.

use super::installation::{Installation, certificate, key};
use protocol::keyring::RsaKey;
use protocol::saml::Contact;
use protocol::x509::{PrivateBody, Subject, der_to_pem, private_spid_certificate};

const IPA: &str = "ipa_code = \"c_a123\"";
const FISCAL: &str = "fiscal_code = \"80012340560\"";
const ENTITY: &str = "entity_id = \"https://login.ente.example.it\"";
const VAT: &str = "# vat_number = \"IT01234560587\"";
const BILLING: &str = "\n[spid.billing]\nname = \"Esempio S.p.A.\"\nvat_number = \"IT01234560587\"\n\
    street = \"Via Roma\"\npost_code = \"00100\"\ntown = \"Roma\"\nemail = \"fatture@ente.example.it\"\n";
const AGGREGATOR: &str =
    "\n[spid.aggregator]\nname = \"Aggregatore S.p.A.\"\nemail = \"spid@aggregatore.example.it\"\n";

fn in_role(role: &str) -> Installation {
    Installation::new().change(IPA, &format!("{IPA}\nrole = \"{role}\""))
}

fn settings(installation: &Installation) -> Vec<String> {
    let mistakes = installation.serve().unwrap_err();
    mistakes.into_iter().map(|mistake| mistake.setting).collect()
}

#[test]
fn a_private_body_has_no_ipa_code_and_pays() {
    let told = settings(&in_role("private"));
    assert_eq!(told, ["spid.billing", "spid.ipa_code"]);
    let whole = in_role("private").change(IPA, "").append(BILLING).serve().unwrap();
    let provider = whole.spid.service_provider(&whole.issuer);
    assert!(matches!(provider.contact, Contact::Spid(contact) if contact.role.is_private()));
}

#[test]
fn a_private_body_without_any_number() {
    let installation = in_role("private").change(IPA, "").change(FISCAL, "").append(BILLING);
    assert_eq!(settings(&installation), ["spid.vat_number"]);
}

#[test]
fn what_belongs_to_another_role_is_told() {
    let installation = Installation::new().append(AGGREGATOR).append(BILLING);
    let mut told = settings(&installation);
    told.sort();
    assert_eq!(told, ["spid.aggregator", "spid.billing"]);
}

#[test]
fn an_aggregated_body_needs_its_aggregator_and_the_activity_code_in_the_entity_id() {
    let mut told = settings(&in_role("public-aggregator-full"));
    told.sort();
    assert_eq!(told, ["spid.aggregator", "spid.entity_id"]);
    let installation = in_role("public-aggregator-full")
        .change(ENTITY, "entity_id = \"https://login.ente.example.it/pub-ag-full\"")
        .append(AGGREGATOR);
    assert!(installation.serve().is_ok());
    let with_query = in_role("public-aggregator-full")
        .change(ENTITY, "entity_id = \"https://login.ente.example.it/?x=pub-ag-full\"")
        .append(AGGREGATOR);
    with_query.has_one_mistake(
        "entity_id",
        "spid.entity_id",
        "must contain `pub-ag-full` and no query: the role wants it (Avviso SPID 19)",
    );
}

#[test]
fn a_light_role_has_a_validation_certificate_and_the_others_have_none() {
    let light = |more: &str| {
        in_role("public-aggregator-light")
            .change(
                ENTITY,
                &format!("entity_id = \"https://login.ente.example.it/pub-ag-lite\"{more}"),
            )
            .file("validation.crt", &der_to_pem(&certificate(0)))
            .append(AGGREGATOR)
    };
    assert_eq!(settings(&light("")), ["spid.validation_certificate"]);
    assert!(light("\nvalidation_certificate = \"validation.crt\"").serve().is_ok());
    let full = Installation::new()
        .change(
            ENTITY,
            &format!("{ENTITY}\nvalidation_certificate = \"validation.crt\""),
        )
        .file("validation.crt", &der_to_pem(&certificate(0)));
    assert_eq!(settings(&full), ["spid.validation_certificate"]);
}

#[test]
fn a_manager_of_public_services_has_both_numbers() {
    let operator =
        || in_role("public-operator-full").change(ENTITY, "entity_id = \"https://login.ente.example.it/pub-op-full\"");
    assert_eq!(settings(&operator()), ["spid.vat_number"]);
    assert!(operator().change(VAT, "vat_number = \"IT01234560587\"").serve().is_ok());
}

#[test]
fn bills_go_to_an_address_that_the_invoice_schema_takes() {
    for (from, to, setting) in [
        ("post_code = \"00100\"", "post_code = \"100\"", "spid.billing.post_code"),
        ("street = \"Via Roma\"", "street = \"Вия\"", "spid.billing.street"),
        (
            "town = \"Roma\"",
            "town = \"Roma\"\nprovince = \"Rm\"",
            "spid.billing.province",
        ),
        (
            "vat_number = \"IT01234560587\"",
            "vat_number = \"IT01234560588\"",
            "spid.billing.vat_number",
        ),
        (
            "email = \"fatture@ente.example.it\"",
            "email = \"fatture\"",
            "spid.billing.email",
        ),
    ] {
        assert!(BILLING.contains(from), "{from}");
        let installation = in_role("private").change(IPA, "").append(&BILLING.replace(from, to));
        assert_eq!(settings(&installation), [setting]);
    }
}

fn with_sets(sets: &str) -> Installation {
    Installation::new()
        .without_sets()
        .change("\n[branding]\n", &format!("\n{sets}\n[branding]\n"))
}

fn set(index: u16, more: &str) -> String {
    format!(
        "[[spid.attribute_set]]\nindex = {index}\nattributes = [\"name\", \"familyName\", \"fiscalNumber\"{more}]\n"
    )
}

#[test]
fn further_sets_have_an_index_of_their_own_and_attributes_that_exist() {
    let config = with_sets(&(set(2, ", \"companyName\"") + &set(1, ", \"email\"")))
        .serve()
        .unwrap();
    let provider = config.spid.service_provider(&config.issuer);
    let indices: Vec<u16> = provider.attribute_sets.iter().map(|set| set.index).collect();
    assert_eq!(indices, [1, 2]);
    assert_eq!(provider.attribute_sets[0].names, provider.service_names);
    for (sets, wrong) in [
        (set(0, ""), "spid.attribute_set[0].index"),
        (set(99, ""), "spid.attribute_set[0].index"),
        (set(1, "") + &set(1, ""), "spid.attribute_set[1].index"),
        (set(1, ", \"shoeSize\""), "spid.attribute_set[0].attributes[3]"),
        (set(1, ", \"name\""), "spid.attribute_set[0].attributes[3]"),
        (
            "[[spid.attribute_set]]\nindex = 1\nattributes = [\"email\"]\n".to_owned(),
            "spid.attribute_set[0].attributes",
        ),
    ] {
        let told = settings(&with_sets(&sets));
        assert!(
            told.iter().all(|setting| setting == wrong) && !told.is_empty(),
            "{told:?}"
        );
    }
}

#[test]
fn a_client_whose_scopes_promise_what_no_set_gives_is_told() {
    let asks = |sets: &str| {
        with_sets(sets)
            .change(
                "# scope = \"openid profile organization\"",
                "scope = \"openid profile phone organization\"",
            )
            .serve()
            .unwrap()
            .warnings()
    };
    assert_eq!(
        asks(""),
        ["client `suap`: its scopes promise `mobilePhone`, which the attributes it is given (index 0) lack"]
    );
    assert_eq!(
        asks(&set(3, ", \"mobilePhone\", \"dateOfBirth\"")),
        Vec::<String>::new()
    );
}

fn staged(more: &str) -> Installation {
    let settings = format!(
        "{ENTITY}\nstaged_key = \"keys/next.pem\"\nstaged_certificate = \"keys/next.crt\"\n\
         registration = \"registered.toml\"\n{more}"
    );
    Installation::new()
        .change(ENTITY, &settings)
        .file("keys/next.pem", &key(2))
        .file("keys/next.crt", &der_to_pem(&certificate(2)))
}

/// What `varco keys accepted` would write for this installation.
fn accepted(installation: &Installation) -> String {
    let config = installation.serve().unwrap();
    let provider = config.spid.service_provider(&config.issuer);
    let published = [
        Some(config.keyring.spid.certificate.clone()),
        provider.second_certificate,
    ];
    let certificates: Vec<String> = published
        .into_iter()
        .flatten()
        .map(|der| format!("\"{}\"", protocol::x509::fingerprint(&der)))
        .collect();
    format!(
        "[[accepted]]\nat = \"2026-11-22T10:00:00Z\"\nmetadata = \"{}\"\ncertificates = [{}]\n",
        config.spid_metadata_digest().unwrap(),
        certificates.join(", ")
    )
}

#[test]
fn the_next_key_is_published_at_once_and_signs_only_after_its_acceptance_is_recorded() {
    let config = staged("").serve().unwrap();
    let provider = config.spid.service_provider(&config.issuer);
    assert_eq!(config.keyring.spid.certificate, certificate(1));
    assert_eq!(provider.second_certificate, Some(certificate(2)));
    // Nothing is on record yet: nothing to compare with.
    assert_eq!(config.warnings(), Vec::<String>::new());
    assert_eq!(settings(&staged("sign_with = \"staged\"")), ["spid.sign_with"]);
    let record = accepted(&staged(""));
    let activated = staged("sign_with = \"staged\"")
        .file("registered.toml", &record)
        .serve()
        .unwrap();
    assert_eq!(activated.keyring.spid.certificate, certificate(2));
    let provider = activated.spid.service_provider(&activated.issuer);
    assert_eq!(provider.second_certificate, Some(certificate(1)));
    assert_eq!(
        activated.warnings(),
        Vec::<String>::new(),
        "activation registers nothing new"
    );
}

#[test]
fn metadata_that_are_no_longer_those_on_record_are_a_warning() {
    let record = accepted(&Installation::new());
    let registered = |installation: Installation| {
        installation
            .file("registered.toml", &record)
            .serve()
            .unwrap()
            .warnings()
    };
    let same = Installation::new().change(ENTITY, &format!("{ENTITY}\nregistration = \"registered.toml\""));
    assert_eq!(registered(same), Vec::<String>::new());
    let staged_since = registered(staged(""));
    assert_eq!(staged_since.len(), 1);
    assert!(
        staged_since[0].starts_with("spid: these are not the metadata that AgID accepted on 2026-11-22"),
        "{staged_since:?}"
    );
    let other_contact = Installation::new()
        .change(ENTITY, &format!("{ENTITY}\nregistration = \"registered.toml\""))
        .change("telephone = \"+390600000000\"", "telephone = \"+390600000001\"");
    assert_eq!(registered(other_contact).len(), 1);
    // Another key without any acceptance: nobody at the identity providers would believe it.
    let swapped = Installation::new()
        .change(ENTITY, &format!("{ENTITY}\nregistration = \"registered.toml\""))
        .file("keys/spid.pem", &key(2))
        .file("keys/spid.crt", &der_to_pem(&certificate(2)));
    let told = registered(swapped);
    assert!(
        told[1].starts_with("spid.certificate: AgID has not accepted it"),
        "{told:?}"
    );
}

#[test]
fn half_a_pair_a_pair_twice_and_a_record_that_is_none_are_mistakes() {
    let half = Installation::new()
        .change(ENTITY, &format!("{ENTITY}\nstaged_key = \"keys/next.pem\""))
        .file("keys/next.pem", &key(2));
    assert_eq!(settings(&half), ["spid.staged_certificate"]);
    let twice = staged("")
        .file("keys/next.pem", &key(1))
        .file("keys/next.crt", &der_to_pem(&certificate(1)));
    assert_eq!(settings(&twice), ["spid.staged_certificate"]);
    let rubbish = staged("").file("registered.toml", "accepted = true");
    assert_eq!(settings(&rubbish), ["spid.registration"]);
    let alone = Installation::new().change(ENTITY, &format!("{ENTITY}\nsign_with = \"staged\""));
    assert_eq!(settings(&alone), ["spid.sign_with"]);
}

#[test]
fn a_brought_certificate_is_told_every_rule_it_breaks_and_works() {
    let subject = Subject {
        organization: "Comune di Borgo Alto".into(),
        common_name: "Borgo Alto".into(),
        entity_id: "https://elsewhere.example.it".into(),
        ipa_code: String::new(),
        locality: "Borgo Alto".into(),
    };
    let (from, until) = (
        "2026-01-01T00:00:00Z".parse().unwrap(),
        "2036-01-01T00:00:00Z".parse().unwrap(),
    );
    let pair = RsaKey::from_pem(&key(1)).unwrap();
    let body = PrivateBody::VatNumber("01234560587");
    let brought = private_spid_certificate(&pair, &subject, body, from, until, [7; 16]).unwrap();
    let warnings = Installation::new()
        .file("keys/spid.crt", &der_to_pem(&brought))
        .serve()
        .unwrap()
        .warnings();
    assert_eq!(
        warnings,
        [
            "spid.certificate: AgID's rules: uri (2.5.4.83) in the subject must be `https://login.ente.example.it`",
            "spid.certificate: AgID's rules: organizationIdentifier (2.5.4.97) in the subject must be `PA:IT-` and the \
             IPA code",
            "spid.certificate: AgID's rules: certificatePolicies must contain 1.3.76.16.4.2.1",
        ]
    );
}

const POSTE: &str = "\n[[spid.logo]]\nidentity_provider = \"https://posteid.poste.it\"\nfile = \"poste.svg\"\n";

#[test]
fn the_logos_that_an_installation_brings_are_read_beside_the_file_that_names_them() {
    let drawing = "<svg xmlns=\"http://www.w3.org/2000/svg\"/>";
    let installation = Installation::new().file("poste.svg", drawing).append(POSTE);
    let logos = installation.serve().unwrap().spid.logo;
    assert_eq!(logos[0].identity_provider, "https://posteid.poste.it");
    assert_eq!(logos[0].drawing, drawing);
}

#[test]
fn a_logo_that_is_missing_that_runs_something_or_comes_twice_stops_the_start() {
    let twice = format!("{POSTE}{POSTE}");
    for (file, written, told) in [
        ("other.svg", POSTE, "spid.logo[0].file"),
        ("poste.svg", twice.as_str(), "spid.logo[1].identity_provider"),
    ] {
        let installation = Installation::new().file(file, "<svg/>").append(written);
        assert_eq!(settings(&installation), [told]);
    }
    let runs = Installation::new()
        .file("poste.svg", "<svg><script/></svg>")
        .append(POSTE);
    assert_eq!(settings(&runs), ["spid.logo[0].file"]);
}
