//! The composition root: from a configuration to a running service. The only file that knows
//! everything.

mod cards;
mod certificate_listener;
pub mod listener;
mod mtls;
pub mod runtime;
mod settings;

use self::certificate_listener::CertificateListener;
use self::listener::Patience;
use crate::clock::Clock;
use crate::config::Config;
use crate::flow::administration::apply::{apply_clients, apply_officials};
use crate::flow::administration::{registry, signing_keys};
use crate::flow::provider::Mtls;
use crate::flow::provider::client_keys::FetchedKeys;
use crate::flow::provider::origins::Origins;
use crate::flow::sign_in::cns::{Cns, CnsSettings, trust};
use crate::flow::{Deps, FlowError, IdentityProviders, Settings, SigningKeys};
use crate::jobs;
use crate::outbound::{HttpClient, OutboundError};
use crate::pages::{Branding, Pages, ProviderLogo};
use crate::random::Random;
use crate::store::{Store, StoreError};
use crate::web::{self, Documents, State};
use protocol::keyring::{KeyError, Keyring, MasterKey};
use protocol::oidc::discovery::Offered;
use protocol::saml::IdentityProvider;
use protocol::{oidc, saml};
use std::net::SocketAddr;
use std::sync::Arc;
use tokio::net::TcpListener;
use tokio::sync::watch;

/// Why the service did not start.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// A store did not open.
    #[error("the store did not open: {0}")]
    Store(#[from] StoreError),
    /// A key cannot be used.
    #[error("a key cannot be used: {0}")]
    Key(#[from] KeyError),
    /// A document of ours could not be written.
    #[error("{0} could not be written: {1}")]
    Document(&'static str, String),
    /// The address is taken or not ours.
    #[error("cannot listen on {0}: {1}")]
    Listen(SocketAddr, std::io::Error),
    /// The HTTP client cannot be set up.
    #[error("[outbound]: {0}")]
    Outbound(#[from] OutboundError),
    /// What is held of the registry of identity providers could not be read.
    #[error("the registry of identity providers could not be read from the store: {0}")]
    Registry(FlowError),
    /// The card listener's certificate or key cannot be used.
    #[error("cns.certificate and cns.key cannot be used: {0}")]
    CardCertificate(String),
    /// The certificate or key of the listener for clients with certificates cannot be used.
    #[error("mtls.certificate and mtls.key cannot be used: {0}")]
    MtlsCertificate(String),
    /// The trusted list could not be read from the store.
    #[error("the trusted list could not be read: {0}")]
    Cards(FlowError),
    /// The provider's signing keys could not be made or read.
    #[error("the signing keys could not be made or read: {0}")]
    SigningKeys(FlowError),
    /// Configured clients could not be stored.
    #[error("configured clients could not be stored: {0}")]
    Clients(FlowError),
    /// Configured officials could not be stored.
    #[error("configured officials could not be stored: {0}")]
    Officials(FlowError),
}

/// What the service is made of; a test brings its own clock and randomness.
#[derive(Debug)]
pub struct Parts {
    /// Both stores.
    pub store: Store,
    /// The time.
    pub clock: Clock,
    /// Ids, codes, tokens.
    pub random: Random,
    /// The way out.
    pub http: HttpClient,
    /// Private keys.
    pub keyring: Keyring,
    /// What the operator decided.
    pub settings: Settings,
    /// SPID identity providers.
    pub identity_providers: IdentityProviders,
    /// Sign-in by card, when it is configured.
    pub cns: Option<CnsSettings>,
    /// Where clients show certificates, when it is configured.
    pub mtls: Option<Mtls>,
    /// The CIE identity provider.
    pub cie_identity_providers: Vec<IdentityProvider>,
    /// The Italian eIDAS node.
    pub eidas_node: Option<IdentityProvider>,
    /// How pages look.
    pub branding: Branding,
    /// Logos of identity providers that the operator brings.
    pub logos: Vec<ProviderLogo>,
}

/// Puts the parts together.
///
/// # Errors
/// [`StartError`] when metadata or pages cannot be made.
pub fn assemble(parts: Parts) -> Result<State, StartError> {
    let metadata_id = format!("_{}", parts.random.name());
    let spid_metadata = saml::metadata::service_provider(&parts.settings.spid, &parts.keyring.spid, &metadata_id)
        .map_err(|error| StartError::Document("SPID metadata", error.to_string()))?;
    let cie_metadata = match (&parts.settings.cie, &parts.keyring.cie) {
        (Some(record), Some(key)) => Some(
            saml::metadata::service_provider(record, key, &metadata_id)
                .map_err(|error| StartError::Document("CIE metadata", error.to_string()))?,
        ),
        _ => None,
    };
    let offered = Offered {
        certificates: parts.mtls.as_ref().map(Mtls::offered),
        cards: parts.cns.is_some(),
        registration: parts.settings.registration.is_some(),
    };
    let documents = Documents {
        discovery: oidc::discovery::metadata(&parts.settings.issuer, offered).to_string(),
        spid_metadata,
        cie_metadata,
    };
    let pages =
        Pages::new(parts.branding, parts.logos).map_err(|error| StartError::Document("pages", error.to_string()))?;
    Ok(State {
        deps: Arc::new(Deps {
            store: parts.store,
            clock: parts.clock,
            random: parts.random,
            http: parts.http,
            keyring: Arc::new(parts.keyring),
            signing_keys: SigningKeys::default(),
            fetched_keys: FetchedKeys::default(),
            origins: Origins::default(),
            settings: Arc::new(parts.settings),
            identity_providers: parts.identity_providers,
            cns: parts.cns.map(|settings| Arc::new(Cns::new(settings))),
            mtls: parts.mtls.map(Arc::new),
            cie_identity_providers: Arc::new(parts.cie_identity_providers.into_iter().map(Arc::new).collect()),
            eidas_node: parts.eidas_node.map(Arc::new),
        }),
        pages: Arc::new(pages),
        documents: Arc::new(documents),
    })
}

/// A service that is ready to listen.
#[derive(Debug)]
pub struct App {
    /// What every endpoint may use.
    pub state: State,
    address: SocketAddr,
    cards: Option<CertificateListener>,
    machines: Option<CertificateListener>,
}

impl App {
    /// Opens the stores, reads what the configuration names, stores its clients and officials.
    ///
    /// # Errors
    /// [`StartError`], a sentence that says what to do.
    pub async fn open(config: Config, clock: Clock, random: Random) -> Result<App, StartError> {
        let (clients, officials) = (config.clients.clone(), config.officials.clone());
        let app = App::attach(config, clock, random).await?;
        let deps = &app.state.deps;
        apply_clients(deps, &clients).await.map_err(StartError::Clients)?;
        apply_officials(deps, &officials).await.map_err(StartError::Officials)?;
        registry::begin(deps, &deps.identity_providers)
            .await
            .map_err(StartError::Registry)?;
        trust::load(deps).await.map_err(StartError::Cards)?;
        signing_keys::rotate(deps, false)
            .await
            .map_err(StartError::SigningKeys)?;
        Ok(app)
    }

    /// As [`App::open`], for a command that looks at an installation: nothing of the configuration is stored.
    ///
    /// # Errors
    /// [`StartError`].
    pub async fn attach(config: Config, clock: Clock, random: Random) -> Result<App, StartError> {
        let store = Store::open(config.store.database(), config.store.brief()).await?;
        store.unlock(&config.master_key, &random, clock.now()).await?;
        // A client's assertion is good once: from here on what was used is known.
        store.brief.remembers_since(clock.now()).await?;
        let identity_providers = settings::identity_providers(&config);
        let settings = settings::settings(&config);
        let state = assemble(Parts {
            store,
            clock,
            random,
            http: HttpClient::new(settings::outbound(&config))?,
            keyring: config.keyring,
            settings,
            identity_providers,
            cns: config.cns.on().then(|| cards::settings(&config.cns)),
            mtls: mtls::settings(&config.mtls),
            cie_identity_providers: config.cie_identity_providers,
            eidas_node: config.eidas_node,
            logos: settings::logos(&config.spid),
            branding: settings::branding(config.branding),
        })?;
        let cards = cards::listener(&config.cns)?;
        Ok(App {
            state,
            cards,
            machines: mtls::listener(&config.mtls)?,
            address: config.listen.address,
        })
    }

    /// Wraps the keys in the database with another master key, and says how many. A process that runs meanwhile goes
    /// on; the next start needs the new one.
    ///
    /// # Errors
    /// [`StartError`].
    pub async fn rewrap_keys(
        config: &Config,
        from: &MasterKey,
        to: &MasterKey,
        random: &Random,
    ) -> Result<usize, StartError> {
        let store = Store::open(config.store.database(), config.store.brief()).await?;
        let changed = store.rewrap_keys(from, to, random).await?;
        store.close().await;
        Ok(changed)
    }

    /// Listens and serves until `stop` is done; then finishes what is in flight.
    ///
    /// # Errors
    /// [`StartError::Listen`].
    pub async fn serve(self, stop: impl Future<Output = ()> + Send + 'static) -> Result<(), StartError> {
        let listener = listen(self.address).await?;
        tracing::info!(address = %self.address, issuer = %self.state.deps.settings.issuer, "ready");
        let jobs = jobs::start(jobs::all(&self.state.deps), &self.state.deps.random);
        let store = self.state.deps.store.clone();
        let (ends, ended) = watch::channel(());
        let mut beside = Vec::new();
        let routers = [
            web::card_router(self.state.clone()),
            web::machine_router(self.state.clone()),
        ];
        for (other, router) in [self.cards, self.machines].into_iter().zip(routers) {
            if let Some(other) = other {
                beside.push(tokio::spawn(other.serve(router, ended.clone()).await?));
            }
        }
        drop(ended);
        listener::serve(listener, web::router(self.state), Patience::default(), stop).await;
        drop(ends);
        for other in beside {
            let _ = other.await;
        }
        jobs.stop().await;
        store.close().await;
        Ok(())
    }
}

/// Serves a router beside the service, until `stop` is done.
///
/// # Errors
/// [`StartError::Listen`] when the address is taken or not ours.
pub async fn serve_beside(
    address: SocketAddr,
    router: axum::Router,
    stop: impl Future<Output = ()> + Send + 'static,
) -> Result<(), StartError> {
    let listener = listen(address).await?;
    tokio::spawn(listener::serve(listener, router, Patience::default(), stop));
    Ok(())
}

/// Takes an address.
async fn listen(address: SocketAddr) -> Result<TcpListener, StartError> {
    TcpListener::bind(address)
        .await
        .map_err(|error| StartError::Listen(address, error))
}
