//! Which of our service provider records speaks, with which key, and with whom.

use super::{Deps, Settings};
use domain::person::Method;
use protocol::keyring::SamlKey;
use protocol::saml::{IdentityProvider, Profile, Record, ServiceProvider};

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

    /// The identity provider `entity_id` among those of `profile`, as it is known now: SPID's registry,
    /// the Ministry and the eIDAS node never stand in for each other.
    pub fn identity_provider(&self, profile: Profile, entity_id: &str) -> Option<&IdentityProvider> {
        match profile {
            Profile::Spid => self.identity_providers.get(entity_id),
            Profile::Cie => {
                let mut known = self.cie_identity_providers.iter();
                known.find(|idp| idp.entity_id == entity_id)
            }
            Profile::Eidas => self.eidas_node.as_deref().filter(|node| node.entity_id == entity_id),
        }
    }

    /// The one identity provider of a profile that leaves no choice: the Ministry, the eIDAS node. `None`
    /// for SPID, where the citizen chooses.
    pub fn only_identity_provider(&self, profile: Profile) -> Option<&IdentityProvider> {
        match profile {
            Profile::Spid => None,
            Profile::Cie => self.cie_identity_providers.first(),
            Profile::Eidas => self.eidas_node.as_deref(),
        }
    }

    /// What citizens call an identity provider; its entityID when it is known no more.
    pub fn issuer_name(&self, entity_id: &str) -> String {
        Profile::ALL
            .into_iter()
            .find_map(|profile| self.identity_provider(profile, entity_id))
            .map_or_else(|| entity_id.to_owned(), |idp| idp.name.clone())
    }
}
