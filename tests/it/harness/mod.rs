//! What tests stand on: the whole service with a fixed clock and seeded randomness ([`TestApp`]), a
//! browser ([`Citizen`]), an identity provider that says what the test wants ([`FakeIdp`]), a relying
//! party that checks what it gets ([`Portal`]).

pub mod cards;
pub mod citizen;
pub mod fake_idp;
pub mod inbox;
pub mod machine;
pub mod portal;
pub mod publisher;
pub mod registrant;
pub mod registry;
pub mod stores;

pub use citizen::{Citizen, Page};
pub use fake_idp::{Answer, BEISPIEL, CAMPIONELLI, DESEMPIO, FakeIdp, PROVALDI, Person};
pub use portal::Portal;

use chrono::{DateTime, Months, TimeDelta, TimeZone as _, Utc};
use domain::audit::{EventKind, SecurityEvent};
use protocol::keyring::{FileKeys, KeyKind, Keyring, MasterKey, Rotation, RsaKey, SamlKey, SigningKey};
use protocol::saml::profile::CIE_ATTRIBUTES;
use protocol::saml::{
    self, AttributeSet, CieBody, CieContact, CieContacts, Contact, IdentityProvider, OrganisationName, Profile, Role,
    ServiceProvider, SpidContact, bindings,
};
use protocol::{oidc, x509};
use std::collections::BTreeSet;
use std::sync::{Arc, OnceLock};
use stores::Stores;
use url::Url;
use varco::app::{Parts, assemble};
use varco::clock::Clock;
use varco::flow::administration::apply::{apply_clients, apply_manifest};
use varco::flow::provider::Mtls;
use varco::flow::sign_in::cns::{Cns, Unreachable};
use varco::flow::{Deps, IdentityProviders, RegisterSettings, Settings};
use varco::login::SessionLimits;
use varco::manifest::Manifest;
use varco::outbound::HttpClient;
use varco::outbound::http::OutboundSettings;
use varco::pages::{Branding, Links, Pages, ProviderLogo};
use varco::random::Random;
use varco::store::Store;
use varco::web;

pub const ISSUER: &str = "https://login.ente.example.it";
pub const SP_ENTITY_ID: &str = "https://login.ente.example.it/spid";
pub const CIE_ENTITY_ID: &str = "https://login.ente.example.it/cie";

/// RSA keys are slow to make: one set for all tests.
struct Keys {
    oidc: Vec<SigningKey>,
    spid: SamlKey,
    idp: SamlKey,
    cie_idp: SamlKey,
    eidas_node: SamlKey,
    stranger: SamlKey,
}

fn keys() -> &'static Keys {
    static KEYS: OnceLock<Keys> = OnceLock::new();
    KEYS.get_or_init(|| Keys {
        oidc: KeyKind::ALL.map(|kind| SigningKey::generate(kind).unwrap()).to_vec(),
        spid: certified(SP_ENTITY_ID),
        idp: certified(fake_idp::ENTITY_ID),
        cie_idp: certified(fake_idp::CIE_IDP),
        eidas_node: certified(fake_idp::EIDAS_NODE),
        stranger: certified("https://stranger.example.org"),
    })
}

/// These stores, unlocked as a start of the service unlocks them.
pub async fn opened(database: &str, brief: &str) -> Store {
    let store = Store::open(database, brief).await.unwrap();
    let master = MasterKey::new([42; 32]).unwrap();
    store.unlock(&master, &Random::System, start()).await.unwrap();
    store
}

fn certified(entity_id: &str) -> SamlKey {
    let key = RsaKey::generate(2048).unwrap();
    let subject = x509::Subject {
        organization: "Ente di prova".into(),
        common_name: "Ente".into(),
        entity_id: entity_id.into(),
        ipa_code: "c_x000".into(),
        locality: "Borgo".into(),
    };
    let certificate = x509::spid_certificate(&key, &subject, start(), start() + TimeDelta::days(365), [7; 16]).unwrap();
    SamlKey { key, certificate }
}

/// When every test begins.
pub fn start() -> DateTime<Utc> {
    Utc.with_ymd_and_hms(2026, 11, 21, 9, 0, 0).unwrap()
}

/// The whole service, as a test sees it.
pub struct TestApp {
    pub deps: Arc<Deps>,
    pub clock: Clock,
    pub idp: FakeIdp,
    /// The Ministry's.
    pub cie_idp: FakeIdp,
    /// The eIDAS node.
    pub eidas_node: FakeIdp,
    /// An identity provider with a key that nobody registered.
    pub stranger: FakeIdp,
    state: web::State,
    stores: Option<(Stores, String, String)>,
    seed: u64,
}

fn branding() -> Branding {
    Branding {
        name: "Ente di prova".into(),
        tagline: None,
        parent: None,
        address: None,
        links: Links::default(),
    }
}

impl TestApp {
    /// A service that knows the people, organisations and portals of `manifest.toml` beside this file.
    pub async fn start() -> TestApp {
        TestApp::start_with(settings()).await
    }

    /// The same, where the operator decided something else.
    pub async fn start_with(settings: Settings) -> TestApp {
        let (stores, database, brief) = stores::fresh().await;
        let clock = Clock::fixed(start());
        let store = opened(&database, &brief).await;
        let app = TestApp::build(store, clock, 1, settings, Some((stores, database, brief)));
        let manifest: Manifest = toml::from_str(include_str!("manifest.toml")).unwrap();
        let clients: Vec<_> = manifest
            .client
            .iter()
            .map(|client| client.to_client(None).unwrap())
            .collect();
        apply_clients(&app.deps, &clients).await.unwrap();
        apply_manifest(&app.deps, &manifest).await.unwrap().unwrap();
        app
    }

    fn build(
        store: Store,
        clock: Clock,
        seed: u64,
        settings: Settings,
        stores: Option<(Stores, String, String)>,
    ) -> TestApp {
        let keys = keys();
        let idp = |profile, key: &SamlKey| FakeIdp::new(profile, &key.key, &key.certificate);
        let (spid_idp, stranger) = (idp(Profile::Spid, &keys.idp), idp(Profile::Spid, &keys.stranger));
        let (cie_idp, eidas_node) = (idp(Profile::Cie, &keys.cie_idp), idp(Profile::Eidas, &keys.eidas_node));
        let read = |idp: &FakeIdp| saml::metadata::identity_providers(&idp.metadata()).unwrap();
        let state = assemble(Parts {
            store,
            clock: clock.clone(),
            random: Random::seeded(seed),
            http: HttpClient::new(OutboundSettings::default()).unwrap(),
            keyring: Keyring {
                oidc: FileKeys {
                    active: keys.oidc.clone(),
                    retiring: Vec::new(),
                },
                spid: keys.spid.clone(),
                // One pair may serve both records.
                cie: Some(keys.spid.clone()),
            },
            settings,
            identity_providers: IdentityProviders::new(read(&spid_idp), BTreeSet::new(), None),
            cns: None,
            mtls: None,
            cie_identity_providers: read(&cie_idp),
            eidas_node: read(&eidas_node).pop(),
            logos: Vec::new(),
            branding: branding(),
        })
        .unwrap();
        TestApp {
            deps: state.deps.clone(),
            clock,
            idp: spid_idp,
            cie_idp,
            eidas_node,
            stranger,
            state,
            stores,
            seed,
        }
    }

    /// The process ends and another one starts over the same stores; nothing else is kept.
    pub async fn restart(mut self) -> TestApp {
        let stores = self.stores.take().unwrap();
        self.deps.store.close().await;
        let store = opened(&stores.1, &stores.2).await;
        // Another process draws other numbers.
        let settings = (*self.deps.settings).clone();
        TestApp::build(store, self.clock.clone(), self.seed + 1, settings, Some(stores))
    }

    /// Where its stores are: the durable one, the brief one.
    pub fn store_addresses(&self) -> (String, String) {
        let (_, database, brief) = self.stores.as_ref().unwrap();
        (database.clone(), brief.clone())
    }

    /// The operator prefers HTTP-POST, and the identity provider takes it or not.
    pub fn posts(&mut self, provider_takes_it: bool) {
        let mut settings = Settings::clone(&self.deps.settings);
        settings.spid.binding = bindings::Binding::Post;
        let known = self.deps.identity_providers.all();
        let mut providers: Vec<IdentityProvider> = known.iter().map(|idp| IdentityProvider::clone(idp)).collect();
        if provider_takes_it {
            for provider in &mut providers {
                provider.sso_post = Some(fake_idp::SSO_POST.to_owned());
            }
        }
        let deps = Arc::make_mut(&mut self.deps);
        deps.settings = Arc::new(settings);
        deps.identity_providers = IdentityProviders::new(providers, BTreeSet::new(), None);
        self.state.deps = self.deps.clone();
    }

    /// Another node over the same stores.
    pub async fn another_node(&self) -> TestApp {
        let (_, database, brief) = self.stores.as_ref().unwrap();
        let store = opened(database, brief).await;
        let settings = (*self.deps.settings).clone();
        TestApp::build(store, self.clock.clone(), self.seed + 100, settings, None)
    }

    /// The same with sign-in by card: the authorities of the invented PKI, and nobody who answers about revocation.
    pub async fn start_with_cards(unreachable: Unreachable) -> TestApp {
        let mut app = TestApp::start().await;
        let settings = cards::settings(unreachable);
        Arc::make_mut(&mut app.state.deps).cns = Some(Arc::new(Cns::new(settings)));
        app.deps = app.state.deps.clone();
        app
    }

    /// The same with a listener where clients show certificates, issued by `authorities` (DER).
    pub async fn start_with_certificates(authorities: Vec<Vec<u8>>) -> TestApp {
        let mut app = TestApp::start().await;
        Arc::make_mut(&mut app.state.deps).mtls = Some(Arc::new(Mtls {
            url: machine::MTLS.to_owned(),
            authorities: x509::Authorities::new(authorities),
            proxy: None,
        }));
        app.deps = app.state.deps.clone();
        app
    }

    /// What the listener for clients with certificates serves.
    pub fn machine_router(&self) -> axum::Router {
        web::machine_router(self.state.clone())
    }

    /// What the card listener serves.
    pub fn card_router(&self) -> axum::Router {
        web::card_router(self.state.clone())
    }

    pub fn router(&self) -> axum::Router {
        web::router(self.state.clone())
    }

    pub fn now(&self) -> DateTime<Utc> {
        self.clock.now()
    }

    pub fn is_ours(&self, url: &Url) -> bool {
        url.as_str().starts_with(ISSUER)
    }

    /// An address of ours, or any other as it is.
    pub fn absolute(&self, address: &str) -> Url {
        Url::parse(ISSUER).unwrap().join(address).unwrap()
    }

    /// Where the durable store is.
    pub fn database(&self) -> &str {
        &self.stores.as_ref().unwrap().1
    }

    /// Every security event so far.
    pub async fn events(&self) -> Vec<SecurityEvent> {
        self.deps.store.events(None, 1000).await.unwrap()
    }

    /// How many events of a kind there are.
    pub async fn count(&self, kind: EventKind) -> usize {
        self.events().await.iter().filter(|event| event.kind == kind).count()
    }

    /// An administrator disables a portal.
    pub async fn disable(&self, portal: &Portal) {
        self.change_client(portal, |client| client.disabled = true).await;
    }

    /// An administrator disables the identity provider: it is not among those we know any more.
    pub fn disable_idp(&mut self) {
        Arc::make_mut(&mut self.state.deps).identity_providers =
            IdentityProviders::new(Vec::new(), BTreeSet::new(), None);
        self.deps = self.state.deps.clone();
    }

    /// An administrator changes a portal's registration.
    pub async fn change_client(&self, portal: &Portal, change: impl FnOnce(&mut oidc::client::Client)) {
        let mut client = self.deps.store.client(portal.client_id).await.unwrap().unwrap();
        change(&mut client);
        let mut tx = self.deps.store.begin().await.unwrap();
        tx.upsert_client(&client).await.unwrap();
        tx.commit().await.unwrap();
    }

    /// An official blocks a person.
    pub async fn block(&self, person: &Person) {
        let number = domain::italy::FiscalNumber::parse(person.fiscal_number).unwrap();
        let mut person = self.deps.store.person_by_fiscal_number(&number).await.unwrap().unwrap();
        person.blocked = true;
        let mut tx = self.deps.store.begin().await.unwrap();
        tx.upsert_person(&person).await.unwrap();
        tx.commit().await.unwrap();
    }

    /// An official changes the mandate under which the code was given.
    pub async fn change_mandate(&self, code: &str, change: impl FnOnce(&mut domain::mandate::Mandate)) {
        let store = &self.deps.store;
        let grant = store.grant_by_code(&hash(code)).await.unwrap().unwrap();
        let oidc::grant::ActingContext::Mandate(id) = grant.acting else {
            panic!("acting for an organisation")
        };
        let mut mandate = store.holding(id).await.unwrap().unwrap().mandate;
        change(&mut mandate);
        let mut tx = store.begin().await.unwrap();
        tx.upsert_mandate(&mandate).await.unwrap();
        tx.commit().await.unwrap();
    }

    /// The citizen goes to a portal, chooses SPID and stands before the identity provider.
    pub async fn to_idp(&self, citizen: &mut Citizen, portal: &Portal) -> fake_idp::Asked {
        let login = citizen.open(self, &portal.authorize(&[])).await;
        self.pick_idp(citizen, &login).await
    }

    /// From the login page to the identity provider.
    pub async fn pick_idp(&self, citizen: &mut Citizen, login: &Page) -> fake_idp::Asked {
        let link = login
            .link("idp=")
            .unwrap_or_else(|| panic!("no identity provider on {}\n{}", login.url, login.body));
        let at_idp = citizen.open(self, &link).await;
        assert!(at_idp.elsewhere(self), "{}", at_idp.url);
        self.idp.read(&at_idp.url)
    }

    /// From the login page to the Ministry's identity provider.
    pub async fn pick_cie(&self, citizen: &mut Citizen, login: &Page) -> fake_idp::Asked {
        self.follow(citizen, login, "Entra con CIE", &self.cie_idp).await
    }

    /// From the login page to the eIDAS node.
    pub async fn pick_eidas(&self, citizen: &mut Citizen, login: &Page) -> fake_idp::Asked {
        self.follow(citizen, login, "Login with eIDAS", &self.eidas_node).await
    }

    async fn follow(&self, citizen: &mut Citizen, login: &Page, text: &str, idp: &FakeIdp) -> fake_idp::Asked {
        let link = login
            .link(text)
            .unwrap_or_else(|| panic!("no {text} on {}\n{}", login.url, login.body));
        let at_idp = citizen.open(self, &link).await;
        assert!(at_idp.url.as_str().starts_with(&idp.entity_id), "{}", at_idp.url);
        idp.read(&at_idp.url)
    }

    /// `idp` sends the citizen back with a good answer about `person`.
    pub async fn come_back_from(
        &self,
        idp: &FakeIdp,
        citizen: &mut Citizen,
        asked: &fake_idp::Asked,
        person: &Person,
    ) -> Page {
        let answer = idp.answer(asked, person, self.now());
        self.post_answer(citizen, asked, &idp.sign(&answer)).await
    }

    /// The operator brings the logo of the identity provider.
    pub fn brings_logo(&mut self, drawing: &str) {
        let logo = ProviderLogo {
            entity_id: self.idp.entity_id.clone(),
            drawing: drawing.to_owned(),
        };
        self.state.pages = Arc::new(Pages::new(branding(), vec![logo]).unwrap());
    }

    /// The operator changes what the service is made of.
    pub fn change_deps(&mut self, change: impl FnOnce(&mut Deps)) {
        change(Arc::make_mut(&mut self.state.deps));
        self.deps = self.state.deps.clone();
    }

    /// The operator takes CIE and the eIDAS node out of the configuration.
    pub fn without_cie_and_eidas(&mut self) {
        let deps = Arc::make_mut(&mut self.state.deps);
        deps.cie_identity_providers = Arc::new(Vec::new());
        deps.eidas_node = None;
        self.deps = Arc::clone(&self.state.deps);
    }

    /// The identity provider sends the citizen back with a good answer about `person`.
    pub async fn come_back(&self, citizen: &mut Citizen, asked: &fake_idp::Asked, person: &Person) -> Page {
        let answer = self.answer(asked, person);
        self.post_answer(citizen, asked, &self.idp.sign(&answer)).await
    }

    /// A good answer about `person`, to be changed by the test.
    pub fn answer(&self, asked: &fake_idp::Asked, person: &Person) -> Answer {
        self.idp.answer(asked, person, self.now())
    }

    /// The browser posts what the identity provider gave it.
    pub async fn post_answer(&self, citizen: &mut Citizen, asked: &fake_idp::Asked, saml_response: &str) -> Page {
        let fields = [
            ("SAMLResponse", saml_response),
            ("RelayState", asked.relay_state.as_str()),
        ];
        let address = asked.acs_url.trim_start_matches(ISSUER);
        citizen.submit_from_elsewhere(self, address, &fields).await
    }

    /// The whole way to `portal` as `person`, up to the chooser or the portal.
    pub async fn sign_in(&self, citizen: &mut Citizen, portal: &Portal, person: &Person) -> Page {
        let asked = self.to_idp(citizen, portal).await;
        self.come_back(citizen, &asked, person).await
    }

    /// Picks the option of the chooser whose radio button stands before `text`.
    pub async fn choose(&self, citizen: &mut Citizen, chooser: &Page, text: &str) -> Page {
        let value = chooser
            .option_before(text)
            .unwrap_or_else(|| panic!("no option {text} on {}\n{}", chooser.url, chooser.body));
        let login = chooser.field("login").unwrap();
        citizen
            .submit(self, "/login/choose", &[("login", &login), ("acting", &value)])
            .await
    }
}

/// What is asked of whoever comes for a company.
pub const COMPANY_SET: [&str; 8] = [
    "spidCode",
    "name",
    "familyName",
    "fiscalNumber",
    "dateOfBirth",
    "companyName",
    "companyFiscalNumber",
    "ivaCode",
];

/// What the operator decided.
pub fn settings() -> Settings {
    Settings {
        issuer: ISSUER.to_owned(),
        spid: ServiceProvider {
            entity_id: SP_ENTITY_ID.to_owned(),
            acs_url: format!("{ISSUER}/saml/spid/acs"),
            binding: bindings::Binding::Redirect,
            slo_url: format!("{ISSUER}/saml/spid/slo"),
            attributes: [
                "spidCode",
                "name",
                "familyName",
                "fiscalNumber",
                "dateOfBirth",
                "gender",
                "placeOfBirth",
                "email",
            ]
            .map(str::to_owned)
            .to_vec(),
            service_names: vec![
                ("it".into(), "Servizi online".into()),
                ("en".into(), "Online services".into()),
            ],
            attribute_sets: [AttributeSet {
                index: 2,
                names: vec![("it".into(), "Servizi per le imprese".into())],
                attributes: COMPANY_SET.map(str::to_owned).to_vec(),
            }]
            .into_iter()
            .chain(saml::profile::eidas::attribute_sets())
            .collect(),
            second_certificate: None,
            organisation: organisation(),
            contact: Contact::Spid(Box::new(SpidContact {
                role: Role::Public,
                ipa_code: "c_x000".into(),
                email: "protocollo@ente.example.it".into(),
                telephone: None,
                vat_number: None,
                fiscal_code: None,
            })),
        },
        registration: None,
        refresh_token_lifetime: TimeDelta::days(30),
        cie: Some(cie()),
        eidas_attributes: saml::profile::eidas::MINIMUM,
        clock_skew: TimeDelta::seconds(60),
        session: SessionLimits {
            idle: TimeDelta::minutes(30),
            absolute: TimeDelta::hours(8),
        },
        login_lifetime: TimeDelta::minutes(30),
        code_lifetime: TimeDelta::seconds(60),
        access_token_lifetime: TimeDelta::minutes(10),
        trusted_proxies: vec![([127, 0, 0, 0].into(), 8)],
        key_rotation: Rotation {
            every: TimeDelta::days(90),
            ahead: TimeDelta::days(2),
            after: TimeDelta::hours(9),
        },
        register: RegisterSettings {
            keep: Months::new(24),
            heads_file: None,
        },
    }
}

fn organisation() -> Vec<OrganisationName> {
    vec![OrganisationName {
        language: "it".into(),
        name: "Ente di prova".into(),
        display_name: "Ente".into(),
        url: "https://www.ente.example.it".into(),
    }]
}

/// The CIE record, of the same administration.
fn cie() -> ServiceProvider {
    ServiceProvider {
        entity_id: CIE_ENTITY_ID.to_owned(),
        acs_url: format!("{ISSUER}/saml/cie/acs"),
        binding: bindings::Binding::Redirect,
        slo_url: format!("{ISSUER}/saml/cie/slo"),
        attributes: CIE_ATTRIBUTES.map(str::to_owned).to_vec(),
        attribute_sets: Vec::new(),
        service_names: vec![("it".into(), "Servizi online".into())],
        organisation: organisation(),
        second_certificate: None,
        contact: Contact::Cie(Box::new(CieContacts {
            administrative: CieContact {
                body: CieBody::Public {
                    ipa_code: "c_x000".into(),
                    ipa_category: None,
                },
                company: None,
                vat_number: None,
                fiscal_code: None,
                nace2_codes: Vec::new(),
                municipality: "H501".into(),
                province: Some("RM".into()),
                country: None,
                email: "protocollo@ente.example.it".into(),
                telephone: None,
            },
            technical: None,
        })),
    }
}

/// SHA-256 of a secret, as stores know it.
pub fn hash(secret: &str) -> oidc::SecretHash {
    oidc::hash_secret(secret)
}

/// Our certificate of the SPID record, DER, as identity providers have it.
pub fn spid_certificate() -> Vec<u8> {
    keys().spid.certificate.clone()
}
