//! The composition root: from a configuration to a running service. The only file that knows
//! everything.

use crate::clock::Clock;
use crate::config::Config;
use crate::flow::administration::apply::apply_clients;
use crate::flow::{Deps, FlowError, Settings};
use crate::jobs;
use crate::login::SessionLimits;
use crate::pages::{Branding, Pages};
use crate::random::Random;
use crate::store::{Store, StoreError};
use crate::web::{self, Documents, State};
use chrono::TimeDelta;
use protocol::keyring::{KeyError, Keyring};
use protocol::saml::IdentityProvider;
use protocol::{jose, oidc, saml};
use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::sync::Arc;
use tokio::net::TcpListener;

/// How long a code may wait for its exchange.
const CODE_LIFETIME: TimeDelta = TimeDelta::seconds(60);
/// How long an access token lives at most.
const ACCESS_TOKEN_LIFETIME: TimeDelta = TimeDelta::minutes(10);

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
    /// Configured clients could not be stored.
    #[error("configured clients could not be stored: {0}")]
    Clients(FlowError),
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
    /// Private keys.
    pub keyring: Keyring,
    /// What the operator decided.
    pub settings: Settings,
    /// SPID identity providers.
    pub identity_providers: Vec<IdentityProvider>,
    /// How pages look.
    pub branding: Branding,
}

/// Puts the parts together.
///
/// # Errors
/// [`StartError`] when metadata or pages cannot be made.
pub fn assemble(parts: Parts) -> Result<State, StartError> {
    let metadata_id = format!("_{}", parts.random.name());
    let spid_metadata = saml::metadata::service_provider(&parts.settings.spid, &parts.keyring.spid, &metadata_id)
        .map_err(|error| StartError::Document("SPID metadata", error.to_string()))?;
    let documents = Documents {
        discovery: oidc::discovery::metadata(&parts.settings.issuer).to_string(),
        jwks: jose::key_set(&parts.keyring.oidc).to_string(),
        spid_metadata,
    };
    let pages = Pages::new(parts.branding).map_err(|error| StartError::Document("pages", error.to_string()))?;
    let identity_providers: BTreeMap<String, IdentityProvider> =
        parts.identity_providers.into_iter().map(|idp| (idp.entity_id.clone(), idp)).collect();
    Ok(State {
        deps: Deps {
            store: parts.store,
            clock: parts.clock,
            random: parts.random,
            keyring: Arc::new(parts.keyring),
            settings: Arc::new(parts.settings),
            identity_providers: Arc::new(identity_providers),
        },
        pages: Arc::new(pages),
        documents: Arc::new(documents),
    })
}
