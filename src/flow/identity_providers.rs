//! The identity providers that citizens may choose now: those of the configuration, and those of a registry,
//! which change while the service runs.

use arc_swap::ArcSwap;
use chrono::{DateTime, TimeDelta, Utc};
use protocol::saml::IdentityProvider;
use protocol::saml::metadata::Registry;
use protocol::x509::{PublicKey, Validity};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// A registry, as the operator describes it.
#[derive(Debug, Clone)]
pub struct RegistrySource {
    /// What the store and the log call it: `spid`.
    pub name: &'static str,
    /// Where it is.
    pub url: String,
    /// Whoever signed with one of these keys is the registry. Never empty.
    pub signers: Vec<PublicKey>,
    /// The dates of the certificates that hold those keys.
    pub signer_certificates: Vec<Validity>,
    /// How often it is fetched.
    pub every: TimeDelta,
    /// How long before the end of a certificate an alarm is raised.
    pub alarm_ahead: TimeDelta,
    /// A copy for the first start without network.
    pub bundled: Option<String>,
}

type ById = BTreeMap<String, Arc<IdentityProvider>>;

/// Who may be chosen, and believed. Readers take no lock: a new edition of the registry is swapped in whole.
/// Cheap to clone; clones share the edition.
#[derive(Debug, Clone)]
pub struct IdentityProviders(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    configured: ById,
    disabled: BTreeSet<String>,
    source: Option<RegistrySource>,
    registered: ArcSwap<Registered>,
}

#[derive(Debug, Default)]
struct Registered {
    edition: Option<[u8; 32]>,
    providers: ById,
}

impl IdentityProviders {
    /// Those of the configuration, and of a registry of which nothing is known yet. Whoever is `disabled` is
    /// not there, wherever they come from; whoever is configured is taken as configured.
    pub fn new(
        configured: Vec<IdentityProvider>,
        disabled: BTreeSet<String>,
        source: Option<RegistrySource>,
    ) -> IdentityProviders {
        IdentityProviders(Arc::new(Inner {
            configured: by_id(configured),
            disabled,
            source,
            registered: ArcSwap::default(),
        }))
    }

    /// The registry, when there is one.
    pub fn source(&self) -> Option<&RegistrySource> {
        self.0.source.as_ref()
    }

    /// The one of this name, if it may be used at `now`: it is not disabled (attack 18), and its metadata are
    /// not over (attack 22).
    pub fn get(&self, entity_id: &str, now: DateTime<Utc>) -> Option<Arc<IdentityProvider>> {
        let found = match self.0.configured.get(entity_id) {
            Some(configured) => Some(configured.clone()),
            None => self.0.registered.load().providers.get(entity_id).cloned(),
        };
        found.filter(|provider| self.is_usable(provider, now))
    }

    /// Everybody who may be used at `now`, by entityID.
    pub fn usable(&self, now: DateTime<Utc>) -> Vec<Arc<IdentityProvider>> {
        let mut all = self.all();
        all.retain(|provider| self.is_usable(provider, now));
        all
    }

    /// Everybody, usable or not, by entityID.
    pub fn all(&self) -> Vec<Arc<IdentityProvider>> {
        let mut all = self.0.registered.load().providers.clone();
        all.extend(self.0.configured.clone());
        all.into_values().collect()
    }

    /// The edition of the registry that is in use on this node.
    pub fn edition(&self) -> Option<[u8; 32]> {
        self.0.registered.load().edition
    }

    /// Takes an edition into use on this node.
    pub fn replace(&self, registry: Registry) {
        self.0.registered.store(Arc::new(Registered {
            edition: Some(registry.digest),
            providers: by_id(registry.providers),
        }));
    }

    fn is_usable(&self, provider: &IdentityProvider, now: DateTime<Utc>) -> bool {
        !self.0.disabled.contains(&provider.entity_id) && provider.is_valid_at(now)
    }
}

fn by_id(providers: Vec<IdentityProvider>) -> ById {
    providers
        .into_iter()
        .map(|provider| (provider.entity_id.clone(), Arc::new(provider)))
        .collect()
}
