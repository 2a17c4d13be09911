//! Phase 1: may anything be sent back to the one who asks? Until this succeeds, an error is a page.

use super::request_object;
use super::response::{self, Answer, Outcome, ResponseMode};
use crate::oidc::client::Client;
use crate::oidc::error::{Coded, ErrorCode};
use crate::oidc::parameters::Parameters;
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use url::Url;

/// Longest `state` that is carried, bytes.
const MAX_STATE: usize = 2048;

/// A redirect URI that was found registered: only this can carry a redirect.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Destination {
    redirect_uri: String,
    state: Option<String>,
    #[serde(default)]
    mode: ResponseMode,
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
    /// A `request_uri` of ours that is unknown, over, used, or of another client (RFC 9126 §4).
    #[error("unknown pushed request")]
    PushedRequestUnknown,
    /// A request object that is not to be believed, without a registered address beside it.
    #[error("request object: {0}")]
    RequestObject(request_object::Reason),
}

impl Coded for Untrusted {
    /// Where there is no page to show: at `/par`.
    fn code(&self) -> ErrorCode {
        ErrorCode::InvalidRequest
    }
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
    if !client.is_redirected_to(redirect_uri) {
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
        // One that the client may not have is refused by phase 2, and the refusal travels in the default mode.
        mode: parameters
            .get("response_mode")
            .and_then(|name| ResponseMode::registered(name, client))
            .filter(|mode| mode.reaches(redirect_uri))
            .unwrap_or_default(),
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

    /// Whose address it is, for people: its host, or the scheme of an application.
    pub fn place(&self) -> String {
        let url = Url::parse(&self.redirect_uri).ok();
        let host = url.as_ref().and_then(|url| Some(url.host_str()?.to_owned()));
        host.or(url.map(|url| url.scheme().to_owned())).unwrap_or_default()
    }

    /// The request's `state`.
    pub fn state(&self) -> Option<&str> {
        self.state.as_deref()
    }

    /// How the answer travels.
    pub fn mode(&self) -> ResponseMode {
        self.mode
    }

    /// The answer, where it is not signed.
    pub fn answer(&self, issuer: &str, outcome: Outcome<'_>) -> Answer {
        self.carry(response::parameters(outcome, self.state(), issuer))
    }

    /// What a signed answer to `client_id` says.
    pub fn claims(&self, issuer: &str, client_id: &str, outcome: Outcome<'_>, now: DateTime<Utc>) -> Value {
        response::claims(response::parameters(outcome, self.state(), issuer), client_id, now)
    }

    /// The answer, where it is the `token` that says [`Destination::claims`].
    pub fn signed_answer(&self, token: String) -> Answer {
        self.carry(vec![("response", token)])
    }

    fn carry(&self, parameters: Vec<(&'static str, String)>) -> Answer {
        response::carry(self.mode, &self.redirect_uri, parameters)
    }

    /// Whether `client` still has the address.
    pub fn is_registered_by(&self, client: &Client) -> bool {
        client.is_redirected_to(&self.redirect_uri)
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
