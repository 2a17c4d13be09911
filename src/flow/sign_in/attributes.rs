//! Which attributes a login asks of a SPID identity provider: the smallest set that gives its client's claims.

use crate::flow::Settings;
use crate::login::Login;
use protocol::oidc::claims;
use protocol::oidc::client::Client;
use protocol::saml::{ServiceProvider, Wanted};

/// What `login` needs for `client`; for the account page what makes a person, and the birth date to show.
pub fn wanted(login: &Login, client: Option<&Client>) -> Wanted {
    Wanted {
        needed: claims::needed_attributes(client.and_then(|client| client.min_age)),
        wished: login.request().map_or_else(
            || vec!["dateOfBirth"],
            |request| claims::wished_attributes(&request.scopes),
        ),
    }
}

/// The index and the attributes of the set that `login` asks for.
pub fn asked<'s>(service_provider: &'s ServiceProvider, login: &Login, client: Option<&Client>) -> (u16, &'s [String]) {
    service_provider.smallest_set(&wanted(login, client))
}

impl Settings {
    /// What a SPID identity provider would be asked for `login` now.
    pub(super) fn spid_attributes(&self, login: &Login, client: Option<&Client>) -> &[String] {
        asked(&self.spid, login, client).1
    }
}
