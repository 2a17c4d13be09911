//! A small world: Mario, ACME SRL, one unit, one client.

use crate::harness::stores::{Stores, fresh};
use chrono::{DateTime, TimeDelta, TimeZone as _, Utc};
use domain::audit::{EventKind, SecurityEvent};
use domain::italy::FiscalNumber;
use domain::mandate::{Evidence, Mandate, MandateId, MandateKind, MandateState};
use domain::organisation::{
    Identifier, Organisation, OrganisationId, OrganisationKind, OrganisationState, Unit, UnitId,
};
use domain::person::{self, Identity, Level, Method, Person, PersonId};
use protocol::keyring::MasterKey;
use protocol::oidc::client::{ActingPolicy, Client, ClientAuthMethod};
use protocol::oidc::grant::{ActingContext, Asked, Code, Grant};
use protocol::saml::Profile;
use uuid::Uuid;
use varco::login::{Authenticated, Login, LoginId, PendingLogout, Purpose, SamlRequest, Session, UpstreamSession};
use varco::random::Random;
use varco::store::{Content, Credential, RefusedAnswer, SamlAnswer, Store};

/// An opened, empty store, and what keeps it.
pub async fn empty() -> (Stores, Store) {
    let (stores, database, brief) = fresh().await;
    (stores, opened(&database, &brief).await)
}

/// These stores, unlocked.
pub async fn opened(database: &str, brief: &str) -> Store {
    let store = Store::open(database, brief).await.unwrap();
    store.unlock(&master_key(), &Random::System, now()).await.unwrap();
    store
}

/// The master key of every test.
pub fn master_key() -> MasterKey {
    MasterKey::new([42; 32]).unwrap()
}

/// A store in which Mario may act for ACME SRL at `suap`.
pub async fn with_mario() -> (Stores, Store) {
    let (stores, store) = empty().await;
    settle_mario(&store).await;
    (stores, store)
}

/// Mario, ACME SRL, the mandate and the client, written to `store`.
pub async fn settle_mario(store: &Store) {
    let mut tx = store.begin().await.unwrap();
    tx.upsert_client(&client("suap")).await.unwrap();
    tx.upsert_person(&mario()).await.unwrap();
    tx.upsert_credential(&spid_of(&mario())).await.unwrap();
    tx.upsert_organisation(&acme()).await.unwrap();
    tx.upsert_unit(&office_of_acme()).await.unwrap();
    tx.upsert_mandate(&mandate()).await.unwrap();
    tx.commit().await.unwrap();
}

pub fn now() -> DateTime<Utc> {
    Utc.timestamp_micros(1_790_000_000_123_456).unwrap()
}

pub fn id(number: u128) -> Uuid {
    Uuid::from_u128(0x0198_f3c2_0000_7000_8000_0000_0000_0000 | number)
}

pub fn mario() -> Person {
    Person {
        id: PersonId(id(1)),
        fiscal_number: Some(FiscalNumber::parse("PRVMRA80A15H501A").unwrap()),
        given_name: "Mario".into(),
        family_name: "Provaldi".into(),
        date_of_birth: chrono::NaiveDate::from_ymd_opt(1980, 1, 15),
        created_at: now(),
        verified_at: now(),
        blocked: false,
    }
}

pub fn giulia() -> Person {
    Person {
        id: PersonId(id(2)),
        fiscal_number: Some(FiscalNumber::parse("CMPGLI92M71F205F").unwrap()),
        given_name: "Giulia".into(),
        family_name: "Campionelli".into(),
        date_of_birth: None,
        ..mario()
    }
}

pub fn spid_of(person: &Person) -> Credential {
    Credential {
        id: id(10),
        person: person.id,
        method: Method::Spid,
        issuer: "https://idp.example.it".into(),
        subject: Some("SPID-002TEST".into()),
        attributes: [("mobilePhone".to_owned(), "+39 06 555 01 00".to_owned())].into(),
        level: Level::L2,
        first_used_at: now(),
        last_used_at: now(),
    }
}

pub fn acme() -> Organisation {
    Organisation {
        id: OrganisationId(id(20)),
        alias: "acme-srl".into(),
        name: "ACME SRL".into(),
        kind: OrganisationKind::Company,
        identifiers: vec![Identifier {
            scheme: "0211".into(),
            value: "01234560587".into(),
        }],
        state: OrganisationState::Active,
    }
}

pub fn office_of_acme() -> Unit {
    Unit {
        id: UnitId(id(30)),
        organisation: acme().id,
        name: "Ufficio gare".into(),
        valid_from: now() - TimeDelta::days(30),
        valid_until: None,
    }
}

pub fn mandate() -> Mandate {
    Mandate {
        id: MandateId(id(40)),
        person: mario().id,
        organisation: acme().id,
        unit: None,
        kind: MandateKind::LegalRepresentative,
        roles: [("suap".to_owned(), ["invoice-submitter".to_owned()].into())].into(),
        evidence: Evidence::LrOnline,
        state: MandateState::Approved,
        valid_from: now() - TimeDelta::days(1),
        valid_until: now() + TimeDelta::days(365),
    }
}

pub fn client(client_id: &str) -> Client {
    Client {
        id: client_id.into(),
        name: "Sportello unico".into(),
        uri: Some("https://portale.example.it/".into()),
        names: [("en".to_owned(), "One-stop shop".to_owned())].into(),
        redirect_uris: ["https://suap.example.it/cb?x=1".to_owned()].into(),
        post_logout_redirect_uris: ["https://suap.example.it/".to_owned()].into(),
        auth_method: ClientAuthMethod::ClientSecretBasic,
        secret_hashes: vec![[0xA5; 32], std::array::from_fn(|i| i as u8)],
        require_pkce: true,
        scopes: ["openid".to_owned(), "organization".to_owned()].into(),
        acting: ActingPolicy::Either,
        min_level: Level::L2,
        methods: [Method::Spid, Method::Cie].into(),
        roles: ["invoice-submitter".to_owned()].into(),
        min_evidence: Evidence::Import,
        min_age: Some(18),
        spid_purposes: vec![person::Purpose::PG, person::Purpose::PF],
        claims_in_id_token: false,
        shared_secrets: Vec::new(),
        metadata: Default::default(),
        disabled: false,
    }
}

/// A grant of Mario's at `suap` for ACME SRL, whose code is `code`.
pub fn grant(number: u128, code: u8) -> Grant {
    Grant {
        id: id(number),
        client_id: "suap".into(),
        person: mario().id,
        credential: id(10),
        acting: ActingContext::Mandate(mandate().id),
        scopes: ["openid".to_owned(), "organization".to_owned()].into(),
        acr: Level::L2.spid_uri().into(),
        amr: vec!["mfa".into()],
        auth_time: now(),
        nonce: Some("n-0S6".into()),
        asked: Asked {
            dpop_jkt: Some("0ZcOCORZNYy-DWpqq30jZyJGHTN0d2HglBV3uiguA4I".into()),
            ..Asked::default()
        },
        created_at: now(),
        ended_at: None,
        code: Code {
            hash: [code; 32],
            expires_at: now() + TimeDelta::seconds(60),
            redeemed_at: None,
            redirect_uri: "https://suap.example.it/cb?x=1".into(),
            challenge: Some("E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM".into()),
        },
    }
}

pub fn login(name: &str) -> LoginId {
    LoginId(name.into())
}

pub fn saml_answer(request: &str, assertion: &str) -> SamlAnswer {
    SamlAnswer {
        id: Random::System.uuid(now()),
        request_id: request.into(),
        login: login("l1"),
        client_id: Some("suap".into()),
        identity_provider: "https://idp.example.it".into(),
        assertion_id: assertion.into(),
        response_id: "_response".into(),
        request_issued_at: now() - TimeDelta::seconds(20),
        response_issued_at: now(),
        name_id: "_transient".into(),
        name_qualifier: "https://idp.example.it".into(),
        session_index: None,
        source_address: Some("203.0.113.7".into()),
        person: None,
        request_document: "<samlp:AuthnRequest/>".into(),
        response_document: "<samlp:Response/>".into(),
        identity: Some(Identity {
            method: Method::Spid,
            issuer: "https://idp.example.it".into(),
            subject: Some("SPID-002TEST".into()),
            fiscal_number: mario().fiscal_number,
            given_name: "Mario".into(),
            family_name: "Provaldi".into(),
            date_of_birth: mario().date_of_birth,
            attributes: [("spidCode".to_owned(), "SPID-002TEST".to_owned())].into(),
            level: Level::L2,
            authenticated_at: now(),
        }),
        received_at: now(),
        replay_until: now() + TimeDelta::minutes(10),
    }
}

/// The `number`th refused answer to a request.
pub fn refused_answer(request: &str, number: u8) -> RefusedAnswer {
    RefusedAnswer {
        id: Random::System.uuid(now()),
        request_id: request.into(),
        login: login("l1"),
        client_id: Some("suap".into()),
        identity_provider: "https://idp.example.it".into(),
        request_issued_at: now() - TimeDelta::seconds(20),
        outcome: "nr25".into(),
        reference: format!("7KQ2-M9X{number}"),
        content: Content {
            request_document: "<samlp:AuthnRequest/>".into(),
            response_document: Some("<samlp:Response/>".into()),
            left_out: None,
            name_id: None,
            session_index: None,
            source_address: None,
        },
        received_at: now(),
    }
}

pub fn event(number: u128, kind: EventKind) -> SecurityEvent {
    SecurityEvent {
        id: id(number),
        at: now(),
        kind,
        person: Some(mario().id),
        client: Some("suap".into()),
        organisation: Some(acme().id),
        mandate: Some(mandate().id),
        actor: None,
        detail: Some("detail".into()),
        reference: None,
    }
}

pub fn authenticated() -> Authenticated {
    Authenticated {
        person: mario().id,
        credential: id(10),
        method: Method::Spid,
        issuer: "https://idp.example.it".into(),
        level: Level::L2,
        auth_time: now(),
        register_entry: "_request".into(),
        session: [7; 32],
        reused: false,
        display_name: "Mario Provaldi".into(),
        date_of_birth: mario().date_of_birth,
        attributes: [("gender".to_owned(), "M".to_owned())].into(),
        spid_purpose: Some(person::Purpose::PF),
        known_at: now(),
    }
}

pub fn login_in_flight(name: &str) -> Login {
    Login {
        id: login(name),
        browser: Some([9; 32]),
        finished: false,
        purpose: Purpose::Account { level: Level::L2 },
        created_at: now(),
        expires_at: now() + TimeDelta::minutes(30),
        authenticated: None,
        acting: None,
        consented: None,
    }
}

pub fn session() -> Session {
    Session {
        id: [7; 32],
        authenticated: authenticated(),
        service_provider: "https://login.example.it/saml/spid".into(),
        released: ["fiscalNumber".to_owned()].into(),
        upstream: None,
        since: now(),
        created_at: now(),
        last_used_at: now(),
    }
}

pub fn saml_request(request: &str) -> SamlRequest {
    SamlRequest {
        profile: Profile::Spid,
        id: request.into(),
        login: login("l1"),
        client_id: None,
        identity_provider: "https://idp.example.it".into(),
        level: Level::L2,
        attributes: vec!["fiscalNumber".to_owned()],
        issue_instant: now(),
        relay_state: "opaque".into(),
        document: "<samlp:AuthnRequest/>".into(),
        expires_at: now() + TimeDelta::minutes(30),
    }
}

/// Mario's session of level 1 at an identity provider.
pub fn upstream(index: &str) -> UpstreamSession {
    UpstreamSession {
        profile: Profile::Spid,
        identity_provider: "https://idp.example.it".into(),
        name_id: "_transient".into(),
        name_qualifier: "https://idp.example.it".into(),
        session_index: index.into(),
    }
}

pub fn pending_logout(handle: &str) -> PendingLogout {
    PendingLogout {
        handle: handle.into(),
        upstream: upstream("_session"),
        client: Some("suap".into()),
        redirect: Some("https://suap.example.it/bye?state=1".into()),
        sent: None,
        expires_at: now() + TimeDelta::minutes(30),
    }
}

/// Runs `attempt` for 32 callers at once and says how many were told that they won.
pub async fn winners<F, Fut>(attempt: F) -> usize
where
    F: Fn(usize) -> Fut,
    Fut: Future<Output = bool> + Send + 'static,
{
    let callers: Vec<_> = (0..32).map(|number| tokio::spawn(attempt(number))).collect();
    let mut won = 0;
    for caller in callers {
        won += usize::from(caller.await.unwrap());
    }
    won
}
