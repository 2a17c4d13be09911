//! The stories, one file per step, by audience. They load, ask the rules, save, and return a typed
//! outcome; they know no HTTP.
//!
//! `provider/` is what portals see (authorize, token, userinfo, logout), `sign_in/` what citizens
//! walk through between `/authorize` and the code, `sign_out/` how a session ends at the identity provider too,
//! `office/` what officials do.

pub mod account;
pub mod administration;
mod certificate_proxy;
pub mod form_token;
mod identity_providers;
pub mod office;
pub mod provider;
mod service_provider;
pub mod sign_in;
pub mod sign_out;
mod signing_keys;
mod throttle;

pub use certificate_proxy::CertificateProxy;
pub use identity_providers::{IdentityProviders, RegistrySource};
pub use signing_keys::SigningKeys;

use self::provider::Mtls;
use self::provider::client_keys::FetchedKeys;
use self::provider::origins::Origins;
use self::provider::registration::RegistrationSettings;
use self::sign_in::cns::Cns;
use crate::clock::Clock;
use crate::login::{LoginId, SessionLimits};
use crate::outbound::HttpClient;
use crate::random::Random;
use crate::store::{Store, StoreError};
use chrono::{DateTime, Months, TimeDelta, Utc};
use domain::audit::{EventKind, SecurityEvent};
use protocol::keyring::{KeyError, Keyring, OidcKeys, Rotation, SubjectKey};
use protocol::oidc::SecretHash;
use protocol::oidc::authorize::Answer;
use protocol::oidc::client::Client;
use protocol::oidc::subject::Provider;
use protocol::saml::{IdentityProvider, ServiceProvider};
use std::fmt;
use std::net::IpAddr;
use std::path::PathBuf;
use std::sync::Arc;

/// What every story may use. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Deps {
    /// Durable and brief data.
    pub store: Store,
    /// The time, asked once per story.
    pub clock: Clock,
    /// Ids, codes, tokens.
    pub random: Random,
    /// The way out to other services.
    pub http: HttpClient,
    /// Our private keys from files.
    pub keyring: Arc<Keyring>,
    /// The provider's signing keys, those that Varco made for itself among them.
    pub signing_keys: SigningKeys,
    /// What the operator decided.
    pub settings: Arc<Settings>,
    /// Clients' keys that were fetched lately.
    pub fetched_keys: FetchedKeys,
    /// Whose pages may call us, as of a minute ago.
    pub origins: Origins,
    /// SPID identity providers.
    pub identity_providers: IdentityProviders,
    /// Sign-in by card, when it is configured.
    pub cns: Option<Arc<Cns>>,
    /// Where clients show certificates, when it is configured.
    pub mtls: Option<Arc<Mtls>>,
    /// The CIE identity provider; the login page offers the first, others are for tests.
    pub cie_identity_providers: Arc<Vec<Arc<IdentityProvider>>>,
    /// The Italian eIDAS node, when it is configured.
    pub eidas_node: Option<Arc<IdentityProvider>>,
}

impl Deps {
    /// The provider's signing keys as they are now.
    pub fn oidc_keys(&self) -> Arc<OidcKeys> {
        let rotation = self.settings.key_rotation;
        Arc::new(self.signing_keys.at(&self.keyring.oidc, rotation, self.clock.now()))
    }

    /// We, as tokens name us; `subjects` comes from the store.
    fn provider<'a>(&'a self, subjects: &'a SubjectKey) -> Provider<'a> {
        Provider {
            issuer: &self.settings.issuer,
            subjects,
        }
    }

    /// A security event of `now` under a new id, to be filled in.
    fn event(&self, kind: EventKind, now: DateTime<Utc>) -> SecurityEvent {
        SecurityEvent::new(kind, self.random.uuid(now), now)
    }
}

/// What the operator decided, as far as stories need it.
#[derive(Debug, Clone)]
pub struct Settings {
    /// Issuer identifier, no trailing slash.
    pub issuer: String,
    /// Our SPID record.
    pub spid: ServiceProvider,
    /// Our CIE record, when there is one.
    pub cie: Option<ServiceProvider>,
    /// Which of the two sets of attributes is asked of the eIDAS node.
    pub eidas_attributes: u16,
    /// Tolerated difference between an identity provider's clock and ours.
    pub clock_skew: TimeDelta,
    /// Browser sessions.
    pub session: SessionLimits,
    /// How long a login may take.
    pub login_lifetime: TimeDelta,
    /// How long a code may wait.
    pub code_lifetime: TimeDelta,
    /// How long an access token lives at most.
    pub access_token_lifetime: TimeDelta,
    /// How long a family of refresh tokens lives with `offline_access`; without it, as long as a session.
    pub refresh_token_lifetime: TimeDelta,
    /// Reverse proxies that are believed: address and length of the prefix.
    pub trusted_proxies: Vec<(IpAddr, u8)>,
    /// How the provider's signing keys take over from each other.
    pub key_rotation: Rotation,
    /// The transaction register and the security events.
    pub register: RegisterSettings,
    /// Clients that register themselves, when they may.
    pub registration: Option<RegistrationSettings>,
}

/// How the transaction register and the security events are kept.
#[derive(Debug, Clone)]
pub struct RegisterSettings {
    /// How long.
    pub keep: Months,
    /// Where the signed heads go, besides the log.
    pub heads_file: Option<PathBuf>,
}

/// What a browser brought along: hashes of its cookies.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Browser {
    /// The cookie that binds logins to this browser.
    pub id: Option<SecretHash>,
    /// The session cookie.
    pub session: Option<SecretHash>,
}

/// A story could not be told to its end; nobody's fault but ours.
#[derive(Debug, thiserror::Error)]
pub enum FlowError {
    /// A store does not answer, or holds something impossible.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// A key does not sign.
    #[error(transparent)]
    Key(#[from] KeyError),
    /// A message of ours could not be written.
    #[error("message could not be written: {0}")]
    Message(String),
}

impl FlowError {
    /// Whether trying again later may help.
    pub fn may_pass(&self) -> bool {
        matches!(self, FlowError::Store(StoreError::Unavailable(_)))
    }
}

/// Where a citizen goes after a step.
#[derive(Clone, PartialEq, Eq)]
pub enum Next {
    /// To the login page.
    ChooseMethod(LoginId),
    /// To the chooser.
    ChooseActing(LoginId),
    /// To the question what the portal may know.
    Consent(LoginId),
    /// Back to the portal, with a code or an error.
    Portal {
        /// How, and what it carries.
        answer: Answer,
        /// The portal, for the page in between.
        client: Box<Client>,
    },
    /// To the account page.
    Account,
    /// To the question whether a device is the citizen's.
    ConfirmDevice(LoginId),
    /// Back to the device, which has its answer.
    Device {
        /// Whose device it is.
        client: Box<Client>,
        /// It gets its tokens; otherwise it gets nothing.
        connected: bool,
    },
    /// Nowhere: the portal has its answer and used it.
    Finished {
        /// The portal, to start again from.
        client: Box<Client>,
    },
}

impl fmt::Debug for Next {
    /// Where to, without the address: it carries the code.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Next::ChooseMethod(login) => f.debug_tuple("ChooseMethod").field(login).finish(),
            Next::ChooseActing(login) => f.debug_tuple("ChooseActing").field(login).finish(),
            Next::Consent(login) => f.debug_tuple("Consent").field(login).finish(),
            Next::Portal { client, .. } => f
                .debug_struct("Portal")
                .field("client", &client.id)
                .finish_non_exhaustive(),
            Next::ConfirmDevice(login) => f.debug_tuple("ConfirmDevice").field(login).finish(),
            Next::Device { connected, .. } => f
                .debug_struct("Device")
                .field("connected", connected)
                .finish_non_exhaustive(),
            Next::Account => f.write_str("Account"),
            Next::Finished { .. } => f.write_str("Finished"),
        }
    }
}
