//! Which of our service provider records speaks, with which key, and with whom.

use super::{Deps, Settings};
use chrono::{DateTime, Utc};
use domain::person::Method;
use protocol::keyring::SamlKey;
use protocol::saml::{IdentityProvider, Profile, Record, ServiceProvider};
use std::sync::Arc;

impl Settings {
    /// One of our records; `None` when this installation does not have it.
    pub fn service_provider(&self, record: Record) -> Option<&ServiceProvider> {
        match record {
            Record::Spid => Some(&self.spid),
            Record::Cie => self.cie.as_ref(),
        }
    }

    /// The record that people who come by `method` prove themselves to.
    pub fn service_provider_of(&self, method: Method) -> Option<&ServiceProvider> {
        self.service_provider(Profile::of(method)?.record())
    }
}

impl Deps {
    /// The key of one of our records.
    pub fn saml_key(&self, record: Record) -> Option<&SamlKey> {
        self.keyring.saml(record)
    }

    /// The identity provider `entity_id` among those of `profile`, as it may be used at `now`: SPID's registry,
    /// the Ministry and the eIDAS node never stand in for each other.
    pub fn identity_provider(
        &self,
        profile: Profile,
        entity_id: &str,
        now: DateTime<Utc>,
    ) -> Option<Arc<IdentityProvider>> {
        match profile {
            Profile::Spid => self.identity_providers.get(entity_id, now),
            Profile::Cie | Profile::Eidas => {
                let mut known = self.configured(profile);
                known
                    .find(|idp| idp.entity_id == entity_id && idp.is_valid_at(now))
                    .cloned()
            }
        }
    }

    /// The one identity provider of a profile that leaves no choice: the Ministry, the eIDAS node. `None`
    /// for SPID, where the citizen chooses.
    pub fn only_identity_provider(&self, profile: Profile, now: DateTime<Utc>) -> Option<Arc<IdentityProvider>> {
        self.configured(profile)
            .next()
            .filter(|idp| idp.is_valid_at(now))
            .cloned()
    }

    /// What citizens call an identity provider; its entityID when it is known no more.
    pub fn issuer_name(&self, entity_id: &str) -> String {
        let registered = self.identity_providers.all();
        let elsewhere = [Profile::Cie, Profile::Eidas].into_iter();
        let mut known = registered
            .iter()
            .chain(elsewhere.flat_map(|profile| self.configured(profile)));
        known
            .find(|idp| idp.entity_id == entity_id)
            .map_or_else(|| entity_id.to_owned(), |idp| idp.name.clone())
    }

    /// Those of a profile whose metadata are in the configuration only.
    fn configured(&self, profile: Profile) -> impl Iterator<Item = &Arc<IdentityProvider>> {
        let (cie, node) = match profile {
            Profile::Spid => (None, None),
            Profile::Cie => (Some(&self.cie_identity_providers), None),
            Profile::Eidas => (None, self.eidas_node.as_ref()),
        };
        cie.into_iter().flat_map(|cie| cie.iter()).chain(node)
    }
}
