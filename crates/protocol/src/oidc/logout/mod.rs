//! OpenID Connect RP-Initiated Logout 1.0: may the citizen be signed out without being asked, and may
//! the browser be sent back? And Back-Channel Logout 1.0: what the other clients are told.

mod token;

pub use token::{LOGOUT_JWT, logout_token};

use super::authorize::append_query;
use super::client::Client;
use super::hint::Hint;
use super::parameters::Parameters;
use crate::keyring::OidcKeys;
use std::fmt;
use url::form_urlencoded::Serializer;
use uuid::Uuid;

/// Why the citizen is asked first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Doubt {
    /// A parameter came twice.
    #[error("repeated parameter: {0}")]
    RepeatedParameter(&'static str),
    /// A hint that is not an ID token of ours.
    #[error("id_token_hint is not ours")]
    HintNotOurs,
    /// `client_id` is not the one the hint was issued to.
    #[error("client_id is not the hint's")]
    ClientMismatch,
    /// The client is unknown or disabled.
    #[error("unknown client")]
    UnknownClient,
    /// The hint is about somebody else than who is signed in here.
    #[error("id_token_hint is about somebody else")]
    SomebodyElse,
    /// An address to return to that the client did not register, or no client to look it up at.
    #[error("post_logout_redirect_uri not registered")]
    RedirectUriNotRegistered,
    /// No hint: anybody can make a browser come here.
    #[error("no id_token_hint")]
    NoHint,
}

/// A logout request as it was read; nothing in it is trusted but the hint.
#[derive(Clone, PartialEq, Eq)]
pub struct LogoutRequest {
    hint: Result<Option<Hint>, Doubt>,
    client_id: Option<String>,
    post_logout_redirect_uri: Option<String>,
    state: Option<String>,
}

impl fmt::Debug for LogoutRequest {
    /// Not what a stranger wrote.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("LogoutRequest")
            .field("hint", &self.hint)
            .finish_non_exhaustive()
    }
}

impl LogoutRequest {
    /// Reads the request; the hint must be signed by one of `keys` and issued by `issuer`.
    pub fn read(parameters: &Parameters, keys: &OidcKeys, issuer: &str) -> LogoutRequest {
        const KNOWN: &[&str] = &["id_token_hint", "client_id", "post_logout_redirect_uri", "state"];
        let owned = |name| parameters.get(name).map(str::to_owned);
        let hint = match (parameters.repeated(KNOWN), parameters.get("id_token_hint")) {
            (Some(name), _) => Err(Doubt::RepeatedParameter(name)),
            (None, None) => Ok(None),
            (None, Some(token)) => Hint::read(token, keys, issuer).map(Some).ok_or(Doubt::HintNotOurs),
        };
        LogoutRequest {
            hint,
            client_id: owned("client_id"),
            post_logout_redirect_uri: owned("post_logout_redirect_uri"),
            state: owned("state"),
        }
    }

    /// The client to look up: the hint's, else the one that is named.
    pub fn client_id(&self) -> Option<&str> {
        match &self.hint {
            Ok(Some(hint)) => Some(&hint.client_id),
            _ => self.client_id.as_deref(),
        }
    }
}

/// What to do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    /// The one who is signed in really comes from this client: sign out, then go to `redirect` if one
    /// is given, else to our signed-out page.
    SignOut {
        /// Where the request comes from.
        client_id: String,
        /// The grant of the hint.
        sid: Uuid,
        /// The registered address with `state`.
        redirect: Option<String>,
    },
    /// Ask first. After a yes the same as above; `redirect` is `None` wherever the address is in doubt.
    AskConfirmation {
        /// Where the request seems to come from, if that client exists.
        client_id: Option<String>,
        /// The registered address with `state`.
        redirect: Option<String>,
        /// Why; for the log.
        doubt: Doubt,
    },
}

/// The rules. "The OP MUST ask the End-User this question if an id_token_hint was not provided or if the
/// supplied ID Token does not belong to the current OP session with the RP and/or currently logged in
/// End-User" (§2). `client` is the one registered under [`LogoutRequest::client_id`], `signed_in` the person of
/// this browser's session, as that client calls them.
pub fn check(request: &LogoutRequest, client: Option<&Client>, signed_in: Option<&str>) -> Outcome {
    let client = client.filter(|client| !client.disabled && Some(client.id.as_str()) == request.client_id());
    let redirect = redirect(request, client);
    match hint_in_order(request, client, signed_in).and_then(|hint| Ok((hint, redirect.clone()?))) {
        Ok((hint, redirect)) => Outcome::SignOut {
            client_id: hint.client_id,
            sid: hint.sid,
            redirect,
        },
        Err(doubt) => Outcome::AskConfirmation {
            client_id: client.map(|client| client.id.clone()),
            // A missing hint leaves no doubt about a registered address; every other doubt does (attack 42).
            redirect: redirect.ok().flatten().filter(|_| doubt == Doubt::NoHint),
            doubt,
        },
    }
}

fn hint_in_order(request: &LogoutRequest, client: Option<&Client>, signed_in: Option<&str>) -> Result<Hint, Doubt> {
    let hint = request.hint.clone()?.ok_or(Doubt::NoHint)?;
    // §2: "When both client_id and id_token_hint are present, the OP MUST verify that the Client
    // Identifier matches the one used when issuing the ID Token."
    if request.client_id.as_ref().is_some_and(|named| *named != hint.client_id) {
        return Err(Doubt::ClientMismatch);
    }
    if client.is_none() {
        return Err(Doubt::UnknownClient);
    }
    if signed_in.is_some_and(|subject| subject != hint.subject) {
        return Err(Doubt::SomebodyElse);
    }
    Ok(hint)
}

/// §2: "The value MUST have been previously registered with the OP", to the letter (§3).
fn redirect(request: &LogoutRequest, client: Option<&Client>) -> Result<Option<String>, Doubt> {
    let Some(uri) = &request.post_logout_redirect_uri else {
        return Ok(None);
    };
    if !client.is_some_and(|client| client.post_logout_redirect_uris.contains(uri)) {
        return Err(Doubt::RedirectUriNotRegistered);
    }
    let Some(state) = &request.state else {
        return Ok(Some(uri.clone()));
    };
    let query = Serializer::new(String::new()).append_pair("state", state).finish();
    Ok(Some(append_query(uri, &query)))
}

#[cfg(test)]
mod tests;
