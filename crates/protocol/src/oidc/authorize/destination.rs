//! Phase 1: may anything be sent back to the one who asks? Until this succeeds, an error is a page.

use crate::oidc::client::Client;
use crate::oidc::error::ErrorCode;
use crate::oidc::parameters::Parameters;
use serde::{Deserialize, Serialize};
use url::Url;
use url::form_urlencoded::Serializer;

/// Longest `state` that is carried, bytes.
const MAX_STATE: usize = 2048;

/// A redirect URI that was found registered: only this can carry a redirect.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Destination {
    redirect_uri: String,
    state: Option<String>,
}

/// Why an authorisation request gets a page and never a redirect (RFC 6749 §4.1.2.1, RFC 9700 §4.11).
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Untrusted {
    /// `client_id` or `redirect_uri` came twice: which one was checked would be a matter of luck.
    #[error("repeated parameter: {0}")]
    RepeatedParameter(&'static str),
    /// No `client_id`.
    #[error("client_id missing")]
    ClientIdMissing,
    /// Nobody registered under this `client_id`.
    #[error("unknown client")]
    UnknownClient,
    /// The client was switched off.
    #[error("disabled client")]
    DisabledClient,
    /// No `redirect_uri`; required even where only one is registered (OpenID Connect Core §3.1.2.1).
    #[error("redirect_uri missing")]
    RedirectUriMissing,
    /// Not one of the client's, to the letter (RFC 9700 §2.1).
    #[error("redirect_uri not registered")]
    RedirectUriNotRegistered,
    /// Registered, but nothing a browser may be sent to: no absolute URI, a fragment (RFC 6749 §3.1.2),
    /// user information, or a scheme like `javascript:`.
    #[error("redirect_uri unusable")]
    RedirectUriUnusable,
}

/// Phase 1. `client` is the one registered under the request's `client_id`, if any.
///
/// # Errors
/// The first reason against, in the order of [`Untrusted`].
pub fn destination(parameters: &Parameters, client: Option<&Client>) -> Result<Destination, Untrusted> {
    if let Some(name) = parameters.repeated(&["client_id", "redirect_uri"]) {
        return Err(Untrusted::RepeatedParameter(name));
    }
    let client_id = parameters.get("client_id").ok_or(Untrusted::ClientIdMissing)?;
    let client = client
        .filter(|client| client.id == client_id)
        .ok_or(Untrusted::UnknownClient)?;
    if client.disabled {
        return Err(Untrusted::DisabledClient);
    }
    let redirect_uri = parameters.get("redirect_uri").ok_or(Untrusted::RedirectUriMissing)?;
    if !client.redirect_uris.contains(redirect_uri) {
        return Err(Untrusted::RedirectUriNotRegistered);
    }
    if !usable(redirect_uri) {
        return Err(Untrusted::RedirectUriUnusable);
    }
    Ok(Destination {
        redirect_uri: redirect_uri.to_owned(),
        state: parameters
            .get("state")
            .filter(|state| carriable(state))
            .map(str::to_owned),
    })
}

/// Whether a `state` can be carried: bounded, no control characters. Checked again in phase 2, which
/// tells the client; here an unusable one is left out.
pub(super) fn carriable(state: &str) -> bool {
    state.len() <= MAX_STATE && !state.chars().any(char::is_control)
}

/// Registration should have refused these; a browser must not depend on that.
fn usable(redirect_uri: &str) -> bool {
    let Ok(url) = Url::parse(redirect_uri) else {
        return false;
    };
    // A private-use scheme of a native app is a reversed domain name (RFC 8252 §7.1).
    let scheme = matches!(url.scheme(), "https" | "http") || url.scheme().contains('.');
    let plain = redirect_uri
        .bytes()
        .all(|byte| byte.is_ascii_graphic() && byte != b'\\');
    scheme && plain && url.fragment().is_none() && url.username().is_empty() && url.password().is_none()
}

impl Destination {
    /// The registered redirect URI, as the token request must repeat it.
    pub fn redirect_uri(&self) -> &str {
        &self.redirect_uri
    }

    /// The request's `state`.
    pub fn state(&self) -> Option<&str> {
        self.state.as_deref()
    }

    /// The URL that carries a code back (RFC 6749 §4.1.2), with `iss` (RFC 9207).
    pub fn with_code(&self, issuer: &str, code: &str) -> String {
        self.with("code", code, issuer)
    }

    /// The URL that carries an error back (RFC 6749 §4.1.2.1), with `iss` (RFC 9207). No description:
    /// the reason stays inside.
    pub fn with_error(&self, issuer: &str, code: ErrorCode) -> String {
        self.with("error", code.as_str(), issuer)
    }

    /// Adds to the query that the URI may have (RFC 6749 §3.1.2), form-encoded; the rest of the URI
    /// stays to the letter.
    fn with(&self, name: &str, value: &str, issuer: &str) -> String {
        let mut query = Serializer::new(String::new());
        query.append_pair(name, value);
        if let Some(state) = &self.state {
            query.append_pair("state", state);
        }
        query.append_pair("iss", issuer);
        append_query(&self.redirect_uri, &query.finish())
    }
}

/// `uri` with `query` added to whatever query it has.
pub(crate) fn append_query(uri: &str, query: &str) -> String {
    let separator = match uri.contains('?') {
        false => "?",
        true if uri.ends_with(['?', '&']) => "",
        true => "&",
    };
    format!("{uri}{separator}{query}")
}
