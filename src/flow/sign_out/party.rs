//! Which of our service provider records talks, and with whom.

use crate::flow::sign_in::spid_send::Departure;
use crate::flow::{Deps, FlowError};
use chrono::{DateTime, Utc};
use protocol::keyring::SamlKey;
use protocol::saml::bindings::{self, Binding, BindingError, Message};
use protocol::saml::logout::Expected;
use protocol::saml::{IdentityProvider, ServiceProvider};

/// One record: its entityID and address, its key, the identity providers it knows.
#[derive(Debug, Clone, Copy)]
pub struct Party<'d> {
    deps: &'d Deps,
    service_provider: &'d ServiceProvider,
    key: &'d SamlKey,
}

impl<'d> Party<'d> {
    /// The SPID record.
    pub fn spid(deps: &'d Deps) -> Party<'d> {
        Party {
            deps,
            service_provider: &deps.settings.spid,
            key: &deps.keyring.spid,
        }
    }

    /// The record with this entityID.
    pub fn named(deps: &'d Deps, entity_id: &str) -> Option<Party<'d>> {
        Some(Party::spid(deps)).filter(|party| party.service_provider.entity_id == entity_id)
    }

    pub(super) fn service_provider(&self) -> &'d ServiceProvider {
        self.service_provider
    }

    /// An identity provider that this record knows now.
    pub(super) fn identity_provider(&self, entity_id: &str) -> Option<&'d IdentityProvider> {
        self.deps.identity_providers.get(entity_id)
    }

    /// What a message of `identity_provider` is held against.
    pub(super) fn expected(&self, identity_provider: &'d IdentityProvider, now: DateTime<Utc>) -> Expected<'d> {
        Expected {
            identity_provider,
            service_provider: self.service_provider,
            clock_skew: self.deps.settings.clock_skew,
            now,
        }
    }

    /// Signs a message and puts it on its way.
    pub(super) fn depart(
        &self,
        message: Message,
        (binding, destination): (Binding, &str),
        document: &str,
        relay_state: Option<&str>,
    ) -> Result<Departure, FlowError> {
        let failed = |error: BindingError| FlowError::Message(error.to_string());
        match binding {
            Binding::Redirect => bindings::redirect(message, document, destination, relay_state, &self.key.key)
                .map(Departure::Redirect)
                .map_err(failed),
            Binding::Post => bindings::post(message, document, destination, relay_state, self.key)
                .map(|form| Departure::Post(Box::new(form)))
                .map_err(failed),
        }
    }
}
