//! Metadata in every role, and what a client is asked for.

use super::*;
use crate::saml::metadata::{registered_digest, unsigned};
use crate::saml::{AttributeSet, Billing, Party, Seat, Wanted};

fn party(name: &str) -> Party {
    Party {
        name: name.into(),
        ipa_code: None,
        vat_number: Some("IT01234560587".into()),
        fiscal_code: None,
        email: Some("spid@other.example.it".into()),
        telephone: None,
    }
}

fn billing() -> Box<Billing> {
    Box::new(Billing {
        vat_number: Some(("IT".into(), "01234560587".into())),
        fiscal_code: None,
        name: "Esempio S.p.A.".into(),
        seat: Seat {
            street: "Via dell'Esempio".into(),
            number: Some("1".into()),
            post_code: "00100".into(),
            town: "Roma".into(),
            province: Some("RM".into()),
            country: "IT".into(),
        },
        email: "fatture@example.it".into(),
        telephone: None,
        intermediary: None,
    })
}

fn contacts(role: Role) -> String {
    let private = role.is_private();
    let provider = ServiceProvider {
        contact: Contact::Spid(Box::new(SpidContact {
            role,
            ipa_code: if private { String::new() } else { "c_h501".into() },
            ..contact()
        })),
        ..service_provider()
    };
    let xml = unsigned(&provider, &IDP_KEY, "_m").unwrap();
    let (_, contacts) = xml.split_once("</md:Organization>").unwrap();
    let contacts = contacts.replace(&STANDARD.encode(b"validation"), "VALIDATION");
    contacts
        .strip_suffix("</md:EntityDescriptor>")
        .unwrap()
        .replace("><", ">\n<")
}

#[test]
fn each_role_has_its_contacts_with_their_marks() {
    let aggregator = || Box::new(party("Aggregatore S.p.A."));
    let light = || Some(b"validation".to_vec());
    let roles = [
        ("private", Role::Private(billing())),
        (
            "public_aggregator_light",
            Role::PublicAggregator {
                aggregator: aggregator(),
                validation: light(),
            },
        ),
        (
            "private_aggregator_full",
            Role::PrivateAggregator {
                aggregator: aggregator(),
                validation: None,
                billing: billing(),
            },
        ),
        ("public_operator", Role::PublicOperator),
        (
            "public_operator_light",
            Role::PublicOperatorLight {
                aggregated: Box::new(party("Comune di Borgo Basso")),
                validation: b"validation".to_vec(),
            },
        ),
    ];
    for (name, role) in roles {
        insta::assert_snapshot!(name, contacts(role));
    }
}

#[test]
fn the_activity_code_follows_the_role() {
    let aggregator = || Box::new(party("A"));
    let codes = [
        (Role::Public, None),
        (Role::Private(billing()), None),
        (Role::PublicOperator, Some("pub-op-full")),
        (
            Role::PublicAggregator {
                aggregator: aggregator(),
                validation: None,
            },
            Some("pub-ag-full"),
        ),
        (
            Role::PrivateAggregator {
                aggregator: aggregator(),
                validation: Some(vec![1]),
                billing: billing(),
            },
            Some("pri-ag-lite"),
        ),
    ];
    for (role, code) in codes {
        assert_eq!(role.activity_code(), code);
    }
}

fn with_sets() -> ServiceProvider {
    let set = |index: u16, more: &[&str]| AttributeSet {
        index,
        names: vec![("it".into(), format!("Servizi {index}"))],
        attributes: asked()
            .into_iter()
            .chain(more.iter().map(|name| (*name).to_owned()))
            .collect(),
    };
    ServiceProvider {
        attribute_sets: vec![
            set(1, &["email", "mobilePhone", "gender"]),
            set(2, &["companyName", "ivaCode"]),
            set(7, &["email"]),
        ],
        ..service_provider()
    }
}

#[test]
fn every_set_is_published_under_its_own_index() {
    let xml = unsigned(&with_sets(), &IDP_KEY, "_m").unwrap();
    for index in [0, 1, 2, 7] {
        let start = format!(r#"<md:AttributeConsumingService index="{index}"><md:ServiceName xml:lang="it">"#);
        assert_eq!(xml.matches(&start).count(), 1, "{index}");
    }
    assert_eq!(xml.matches(r#"Name="companyName""#).count(), 1);
}

#[test]
fn a_client_is_asked_the_smallest_set_that_gives_its_claims() {
    let provider = with_sets();
    let index = |wished: &[&'static str]| {
        let wanted = Wanted {
            needed: vec!["fiscalNumber", "name", "familyName"],
            wished: wished.to_vec(),
        };
        provider.smallest_set(&wanted).0
    };
    assert_eq!(index(&[]), 0);
    assert_eq!(index(&["dateOfBirth"]), 0);
    assert_eq!(index(&["dateOfBirth", "email"]), 7, "and not the larger 1");
    assert_eq!(index(&["email", "mobilePhone"]), 1);
    assert_eq!(index(&["companyName"]), 2);
    // Nobody can be asked for an identity card here: the smallest of those that miss only that.
    assert_eq!(index(&["idCard"]), 0);
    assert_eq!(index(&["idCard", "email"]), 7);
    // Not even where the set for the eIDAS node has one.
    let mut with_node = with_sets();
    with_node.attribute_sets.push(AttributeSet {
        index: 99,
        names: Vec::new(),
        attributes: asked().into_iter().chain(["idCard".to_owned()]).collect(),
    });
    let wanted = Wanted {
        needed: Vec::new(),
        wished: vec!["idCard"],
    };
    assert_eq!(with_node.smallest_set(&wanted).0, 0);
    assert_eq!(provider.attributes_of(2).unwrap().len(), 7);
    assert_eq!(provider.attributes_of(3), None);
}

#[test]
fn what_is_needed_counts_more_than_any_number_of_wishes() {
    let mut provider = with_sets();
    provider.attributes = vec!["fiscalNumber".into(), "name".into(), "familyName".into()];
    provider.attribute_sets = vec![
        AttributeSet {
            index: 1,
            names: Vec::new(),
            attributes: vec![
                "fiscalNumber".into(),
                "name".into(),
                "familyName".into(),
                "dateOfBirth".into(),
            ],
        },
        AttributeSet {
            index: 2,
            names: Vec::new(),
            attributes: ["fiscalNumber", "name", "familyName", "email", "mobilePhone"]
                .map(String::from)
                .to_vec(),
        },
    ];
    let wanted = Wanted {
        needed: vec!["dateOfBirth"],
        wished: vec!["email", "mobilePhone"],
    };
    assert_eq!(provider.smallest_set(&wanted).0, 1);
}

#[test]
fn both_certificates_are_published_and_swapping_them_registers_nothing_new() {
    let digest = |first: &SamlKey, second: Option<&SamlKey>, provider: ServiceProvider| {
        let provider = ServiceProvider {
            second_certificate: second.map(|key| key.certificate.clone()),
            ..provider
        };
        registered_digest(&provider, first).unwrap()
    };
    let both = digest(&IDP_KEY, Some(&OTHER_KEY), service_provider());
    assert_eq!(
        both,
        digest(&OTHER_KEY, Some(&IDP_KEY), service_provider()),
        "activation"
    );
    let alone = digest(&IDP_KEY, None, service_provider());
    assert_ne!(both, alone, "publishing the next one");
    assert_eq!(alone, digest(&IDP_KEY, None, service_provider()));
    let other_contact = ServiceProvider {
        contact: Contact::Spid(Box::new(SpidContact {
            email: "other@example.it".into(),
            ..contact()
        })),
        ..service_provider()
    };
    assert_ne!(alone, digest(&IDP_KEY, None, other_contact));
    assert_ne!(alone, digest(&IDP_KEY, None, with_sets()));
    let provider = ServiceProvider {
        second_certificate: Some(OTHER_KEY.certificate.clone()),
        ..service_provider()
    };
    let xml = unsigned(&provider, &IDP_KEY, "_m").unwrap();
    let place = |key: &SamlKey| xml.find(&STANDARD.encode(&key.certificate)).unwrap();
    assert!(place(&IDP_KEY) < place(&OTHER_KEY), "the one that signs comes first");
    assert_eq!(xml.matches(r#"<md:KeyDescriptor use="signing">"#).count(), 2);
}

#[test]
fn a_companys_attributes_may_be_missing_and_a_persons_may_not() {
    let receive = |asked: &[&str]| {
        let pending = Pending {
            attributes: asked.iter().map(|name| (*name).to_owned()).collect(),
            ..pending()
        };
        let xml = STANDARD.encode(answer().xml());
        Received::decode(&xml)
            .unwrap()
            .verify(&pending, &identity_provider(), &service_provider(), skew(), now())
    };
    let company = [
        "fiscalNumber",
        "companyName",
        "companyFiscalNumber",
        "ivaCode",
        "registeredOffice",
    ];
    assert!(receive(&company).is_ok());
    assert!(receive(&["fiscalNumber", "mobilePhone"]).is_err(), "103");
    // Only what was asked is kept: not the e-mail address that came along.
    let kept = receive(&["fiscalNumber", "name"]).unwrap().identity.attributes;
    assert_eq!(kept.len(), 2);
}
