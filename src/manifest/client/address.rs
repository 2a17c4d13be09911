//! The addresses of a client.

use super::{ApplicationType, Client, Faults, GrantType};
use url::{Host, Url};

/// Most redirect addresses, request addresses or resources of one client.
const MAX_ADDRESSES: usize = 100;
/// Longest address.
const MAX_ADDRESS: usize = 2000;

const NOT_ABSOLUTE: &str = "must be an absolute URL, like `https://portale.example.it/callback`";

impl Client {
    pub(super) fn check_addresses(&self, faults: &mut Faults) {
        let comes_back = self.grant_types.contains(&GrantType::AuthorizationCode);
        match (self.redirect_uris.is_empty(), comes_back) {
            (true, true) => faults.add("redirect_uris", "must be set"),
            (false, false) => faults.add("redirect_uris", "are of use only with the grant `authorization_code`"),
            _ => {}
        }
        let check_redirect = |uri: &str| match self.application_type {
            ApplicationType::Native if is_own_scheme(uri) => parse(uri).map(|_| ()),
            ApplicationType::Native | ApplicationType::Web => check_address(uri),
        };
        for_each("redirect_uris", &self.redirect_uris, check_redirect, faults);
        let returns = &self.post_logout_redirect_uris;
        for_each("post_logout_redirect_uris", returns, check_address, faults);
        // A fragment may tell of its content (OpenID Connect Registration §2).
        let check_request = |uri: &str| check_address(uri.split('#').next().unwrap_or_default());
        for_each("request_uris", &self.request_uris, check_request, faults);
        for_each("resources", &self.resources, check_resource, faults);
        if let Some(reason) = self.resource.as_deref().and_then(|uri| check_resource(uri).err()) {
            faults.add("resource", reason);
        }
        for (setting, uri) in [
            ("client_uri", &self.client_uri),
            ("jwks_uri", &self.jwks_uri),
            ("backchannel_logout_uri", &self.backchannel_logout_uri),
            ("logo_uri", &self.logo_uri),
            ("policy_uri", &self.policy_uri),
            ("tos_uri", &self.tos_uri),
        ] {
            if let Some(reason) = uri.as_deref().and_then(|uri| check_address(uri).err()) {
                faults.add(setting, reason);
            }
        }
        for (setting, uri) in [
            // OpenID Connect Registration §2: "MUST use the https scheme".
            ("initiate_login_uri", &self.initiate_login_uri),
            // OpenID Connect Core §8.1.
            ("sector_identifier_uri", &self.sector_identifier_uri),
        ] {
            if let Some(reason) = uri.as_deref().and_then(|uri| check_https(uri).err()) {
                faults.add(setting, reason);
            }
        }
    }
}

fn for_each(list: &str, uris: &[String], check: impl Fn(&str) -> Result<(), &'static str>, faults: &mut Faults) {
    if uris.len() > MAX_ADDRESSES {
        faults.add(list, "can be 100 at most");
    }
    for (index, uri) in uris.iter().enumerate().take(MAX_ADDRESSES) {
        if let Err(reason) = check(uri) {
            faults.add(format!("{list}[{index}]"), reason);
        }
    }
}

/// An address to redirect to: absolute, without fragment (RFC 6749 §3.1.2), https unless it never
/// leaves the machine.
pub(super) fn check_address(address: &str) -> Result<(), &'static str> {
    let url = parse(address)?;
    let loopback = match url.host() {
        Some(Host::Domain(name)) => name == "localhost",
        Some(Host::Ipv4(ip)) => ip.is_loopback(),
        Some(Host::Ipv6(ip)) => ip.is_loopback(),
        None => return Err(NOT_ABSOLUTE),
    };
    if address.contains('*') {
        return Err("must be complete: it is compared to the letter, there are no wildcards");
    }
    match url.scheme() {
        "https" => Ok(()),
        "http" if loopback => Ok(()),
        _ => Err("must be https (http only to `localhost` or 127.0.0.0/8)"),
    }
}

/// Whether it has the scheme of an application, which is a name of its maker's domain turned round (RFC 8252 §7.1).
fn is_own_scheme(address: &str) -> bool {
    address.split_once(':').is_some_and(|(scheme, _)| scheme.contains('.'))
}

/// An address that has to be https, even on the machine itself.
fn check_https(address: &str) -> Result<(), &'static str> {
    match parse(address)?.scheme() {
        "https" => Ok(()),
        _ => Err("must be https"),
    }
}

/// RFC 8707 §2: an absolute URI without fragment; a name is as good as an address.
fn check_resource(resource: &str) -> Result<(), &'static str> {
    parse(resource).map(|_| ())
}

fn parse(address: &str) -> Result<Url, &'static str> {
    if address.len() > MAX_ADDRESS {
        return Err("is longer than 2000 characters");
    }
    let url = Url::parse(address).map_err(|_| NOT_ABSOLUTE)?;
    // Whatever a reader of addresses would forgive: this one is kept and compared as it is.
    if !address.bytes().all(|byte| byte.is_ascii_graphic() && byte != b'\\') {
        return Err("must be visible ASCII characters without blanks and backslashes");
    }
    if url.fragment().is_some() {
        return Err("must not have a fragment (`#…`)");
    }
    if !url.username().is_empty() || url.password().is_some() {
        return Err("must not have a user name or password");
    }
    Ok(url)
}
