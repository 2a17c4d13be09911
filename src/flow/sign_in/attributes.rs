//! Which attributes a login asks for: of a SPID identity provider the smallest set that gives its client's
//! claims; CIE has one set, and so has the eIDAS node as far as the configuration says which.

use crate::flow::Settings;
use crate::login::Login;
use protocol::oidc::claims;
use protocol::oidc::client::Client;
use protocol::saml::{Profile, ServiceProvider, Wanted};

/// What is asked, under which index of whose metadata.
#[derive(Debug, Clone, Copy)]
pub(super) struct Asked<'s> {
    /// The record that asks.
    pub service_provider: &'s ServiceProvider,
    /// AttributeConsumingServiceIndex.
    pub index: u16,
    /// Attribute names.
    pub attributes: &'s [String],
}

/// What `login` needs for `client`; for the account page what makes a person, and the birth date to show.
fn wanted(login: &Login, client: Option<&Client>) -> Wanted {
    Wanted {
        needed: claims::needed_attributes(client.and_then(|client| client.min_age)),
        wished: login.request().map_or_else(
            || vec!["dateOfBirth"],
            |request| claims::wished_attributes(&request.scopes, &request.asked.claims),
        ),
    }
}

impl Settings {
    /// What would be asked for `login` now; `None` when this installation has no such record.
    pub(super) fn asked(&self, profile: Profile, login: &Login, client: Option<&Client>) -> Option<Asked<'_>> {
        let service_provider = self.service_provider(profile.record())?;
        let (index, attributes) = match profile {
            Profile::Spid => service_provider.smallest_set(&wanted(login, client)),
            Profile::Cie => (0, service_provider.attributes.as_slice()),
            Profile::Eidas => {
                let index = self.eidas_attributes;
                (index, service_provider.attributes_of(index)?)
            }
        };
        Some(Asked {
            service_provider,
            index,
            attributes,
        })
    }
}
