//! One client, one person, one mandate, one grant: each test changes one thing.

use super::client::{ActingPolicy, Client, ClientAuthMethod};
use super::grant::{ActingContext, Asked, Code, Grant};
use super::subject::Provider;
use crate::keyring::{KeyBytes, SubjectKey};
use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use domain::italy::FiscalNumber;
use domain::mandate::{Evidence, Holding, Mandate, MandateId, MandateKind, MandateState};
use domain::organisation::{
    Identifier, Organisation, OrganisationId, OrganisationKind, OrganisationState, Unit, UnitId,
};
use domain::person::{Level, Person, PersonId};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::LazyLock;
use uuid::Uuid;

pub(crate) const ISSUER: &str = "https://login.ente.example.it";

/// The secret behind pairwise subjects.
pub(crate) fn subjects() -> &'static SubjectKey {
    static KEY: LazyLock<SubjectKey> = LazyLock::new(|| SubjectKey::new(&KeyBytes::new([7; 32])).unwrap());
    &KEY
}

/// We ourselves.
pub(crate) fn provider() -> Provider<'static> {
    Provider {
        issuer: ISSUER,
        subjects: subjects(),
    }
}

pub(crate) fn now() -> DateTime<Utc> {
    DateTime::from_timestamp(1_790_000_000, 0).unwrap()
}

/// `seconds` after [`now`], or before.
pub(crate) fn after(seconds: i64) -> DateTime<Utc> {
    now().checked_add_signed(TimeDelta::seconds(seconds)).unwrap()
}

fn set(words: &str) -> BTreeSet<String> {
    words.split_whitespace().map(str::to_owned).collect()
}

pub(crate) fn client() -> Client {
    Client {
        id: "suap".to_owned(),
        name: "Sportello unico".to_owned(),
        uri: None,
        names: BTreeMap::new(),
        redirect_uris: set("https://suap.example.it/cb https://suap.example.it/cb?tenant=1"),
        post_logout_redirect_uris: set("https://suap.example.it/bye https://suap.example.it/bye?lang=it"),
        auth_method: ClientAuthMethod::ClientSecretBasic,
        secret_hashes: vec![super::hash_secret("right")],
        shared_secrets: Vec::new(),
        require_pkce: true,
        scopes: set("openid profile email phone fiscal_number spid organization"),
        acting: ActingPolicy::Either,
        min_level: Level::L1,
        methods: BTreeSet::new(),
        roles: set("invoice-submitter invoice-reader"),
        min_evidence: Evidence::Import,
        min_age: None,
        spid_purposes: Vec::new(),
        claims_in_id_token: false,
        metadata: super::client::ClientMetadata::default(),
        disabled: false,
    }
}

pub(crate) fn person() -> Person {
    Person {
        id: PersonId(Uuid::from_u128(0x0198_f3c2_0000_7000_8000_0000_0000_0001)),
        fiscal_number: Some(FiscalNumber::parse("PRVMRA80A15H501A").unwrap()),
        given_name: "Mario".to_owned(),
        family_name: "Provaldi".to_owned(),
        date_of_birth: NaiveDate::from_ymd_opt(1980, 1, 15),
        created_at: now(),
        verified_at: now(),
        blocked: false,
    }
}

pub(crate) fn attributes() -> BTreeMap<String, String> {
    [
        ("spidCode", "TEST1234567890"),
        ("name", "Mario"),
        ("familyName", "Provaldi"),
        ("fiscalNumber", "TINIT-PRVMRA80A15H501A"),
        ("gender", "M"),
        ("email", "mario@example.it"),
        ("mobilePhone", "+393330000000"),
        ("placeOfBirth", "H501"),
        ("countyOfBirth", "RM"),
        ("address", ""),
    ]
    .into_iter()
    .map(|(name, value)| (name.to_owned(), value.to_owned()))
    .collect()
}

pub(crate) fn holding() -> Holding {
    let organisation = OrganisationId(Uuid::from_u128(0x0198_f3c2_0000_7000_8000_0000_0000_0002));
    let identifier = |scheme: &str| Identifier {
        scheme: scheme.to_owned(),
        value: "01234560587".to_owned(),
    };
    Holding {
        mandate: Mandate {
            id: MandateId(Uuid::from_u128(0x0198_f3c2_0000_7000_8000_0000_0000_0003)),
            person: person().id,
            organisation,
            unit: None,
            kind: MandateKind::Delegate,
            roles: BTreeMap::from([
                ("suap".to_owned(), set("invoice-submitter retired-role")),
                ("other".to_owned(), set("invoice-reader")),
            ]),
            evidence: Evidence::Official,
            state: MandateState::Approved,
            valid_from: after(-86_400),
            valid_until: DateTime::from_timestamp(1_798_671_600, 0).unwrap(),
        },
        organisation: Organisation {
            id: organisation,
            alias: "acme-srl".to_owned(),
            name: "ACME SRL".to_owned(),
            kind: OrganisationKind::Company,
            identifiers: vec![identifier("0210"), identifier("0211")],
            state: OrganisationState::Active,
        },
        unit: None,
    }
}

pub(crate) fn holding_of_unit() -> Holding {
    let mut holding = holding();
    let id = UnitId(Uuid::from_u128(0x0198_f3c2_0000_7000_8000_0000_0000_0004));
    holding.mandate.unit = Some(id);
    holding.unit = Some(Unit {
        id,
        organisation: holding.organisation.id,
        name: "Ufficio gare".to_owned(),
        valid_from: after(-86_400),
        valid_until: None,
    });
    holding
}

pub(crate) fn device_request() -> super::authorize::AuthorizationRequest {
    let form = super::parameters::Parameters::parse("scope=openid+profile").unwrap();
    super::authorize::check_device(&form, &client()).unwrap()
}

pub(crate) fn grant() -> Grant {
    Grant {
        id: Uuid::from_u128(0x0198_f3c2_0000_7000_8000_0000_0000_0005),
        client_id: "suap".to_owned(),
        person: person().id,
        credential: Uuid::from_u128(6),
        acting: ActingContext::Myself,
        scopes: set("openid profile email phone fiscal_number spid"),
        acr: Level::L2.spid_uri().to_owned(),
        amr: vec!["mfa".to_owned()],
        auth_time: after(-120),
        nonce: Some("n-0S6_WzA2Mj".to_owned()),
        asked: Asked::default(),
        created_at: now(),
        ended_at: None,
        code: Code {
            hash: super::hash_secret("c"),
            expires_at: after(60),
            redeemed_at: None,
            redirect_uri: "https://suap.example.it/cb".to_owned(),
            challenge: Some("E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM".to_owned()),
        },
    }
}

pub(crate) fn grant_for(holding: &Holding) -> Grant {
    Grant {
        acting: ActingContext::Mandate(holding.mandate.id),
        ..grant()
    }
}
