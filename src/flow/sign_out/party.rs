//! Which of our service provider records talks, and with whom.

use crate::flow::sign_in::saml_send::Departure;
use crate::flow::{Deps, FlowError};
use chrono::{DateTime, Utc};
use protocol::keyring::SamlKey;
use protocol::saml::bindings::{self, Binding, BindingError, Message};
use protocol::saml::logout::Expected;
use protocol::saml::{IdentityProvider, Profile, Record, ServiceProvider};
use std::sync::Arc;

/// One record: its entityID and address, its key, the identity providers it knows.
#[derive(Debug, Clone, Copy)]
pub struct Party<'d> {
    deps: &'d Deps,
    record: Record,
    pub(super) service_provider: &'d ServiceProvider,
    key: &'d SamlKey,
}

impl<'d> Party<'d> {
    /// One of our records; `None` when this installation does not have it.
    pub fn of(deps: &'d Deps, record: Record) -> Option<Party<'d>> {
        Some(Party {
            deps,
            record,
            service_provider: deps.settings.service_provider(record)?,
            key: deps.saml_key(record)?,
        })
    }

    /// Whether what was opened by the rules of `profile` was opened with this record.
    pub(super) fn speaks_for(&self, profile: Profile) -> bool {
        profile.record() == self.record
    }

    /// An identity provider that this record knows at `now`, whatever its rules.
    pub(super) fn identity_provider(&self, entity_id: &str, now: DateTime<Utc>) -> Option<Arc<IdentityProvider>> {
        let mut profiles = Profile::ALL.into_iter().filter(|profile| self.speaks_for(*profile));
        profiles.find_map(|profile| self.deps.identity_provider(profile, entity_id, now))
    }

    /// What a message of `identity_provider` is held against.
    pub(super) fn expected<'a>(&self, identity_provider: &'a IdentityProvider, now: DateTime<Utc>) -> Expected<'a>
    where
        'd: 'a,
    {
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
        let departure = match binding {
            Binding::Redirect => {
                bindings::redirect(message, document, destination, relay_state, &self.key.key).map(Departure::Redirect)
            }
            Binding::Post => bindings::post(message, document, destination, relay_state, self.key)
                .map(|form| Departure::Post(Box::new(form))),
        };
        departure.map_err(|error: BindingError| FlowError::Message(error.to_string()))
    }
}
