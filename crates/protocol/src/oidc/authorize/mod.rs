//! The authorisation request, in two phases: before the redirect URI is trusted, and after.

mod acr;
mod asked;
mod checks;
mod destination;
mod pin;
mod reason;
pub mod request_object;
mod response;
mod scope;

pub(crate) use destination::append_query;
pub use destination::{Destination, Untrusted, destination};
pub use pin::Pin;
pub use reason::Reason;
pub use response::{Answer, AnswerForm, Outcome, ResponseMode};
pub use scope::{ALL_ORGANISATIONS, OFFLINE_ACCESS, SCOPES};

use super::SecretHash;
use super::client::Client;
use super::error;
use super::grant::{ActingContext, Asked};
use super::parameters::Parameters;
use domain::person::{Level, Purpose};
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

/// Why a request gets a redirect with an error.
pub type Refused = error::Refused<Reason>;

/// `prompt` (OpenID Connect Core §3.1.2.1).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[expect(missing_docs, reason = "the names are the specification's")]
pub enum Prompt {
    None,
    Login,
    Consent,
    SelectAccount,
    /// Initiating User Registration 1.0: here a digital identity makes the person at its first login, so that the login
    /// page is the registration page.
    Create,
}

/// How a request came.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Arrival {
    /// By `/par`, from the authenticated client (RFC 9126).
    pub pushed: bool,
    /// In a request object that the client signed (RFC 9101).
    pub signed: bool,
}

/// A request that passed every check.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AuthorizationRequest {
    /// Who asks.
    pub client_id: String,
    /// Where the answer goes; `None`: to a device, which comes for it (RFC 8628).
    pub destination: Option<Destination>,
    /// Granted scopes: asked, known and allowed for the client. Without `organization:<pin>`.
    pub scopes: BTreeSet<String>,
    /// A pinned organisation.
    pub pin: Option<Pin>,
    /// Goes into the ID token.
    pub nonce: Option<String>,
    /// PKCE S256 challenge (43 characters).
    pub code_challenge: Option<String>,
    /// `prompt` values.
    pub prompt: BTreeSet<Prompt>,
    /// `max_age`, seconds.
    pub max_age: Option<u32>,
    /// The weakest level that answers both the client's policy and `acr_values`/the claims parameter.
    pub level: Level,
    /// The `acr` values of which one is demanded; empty: any that reaches the level.
    #[serde(default)]
    pub acr: BTreeSet<String>,
    /// The kind of SPID identity to ask for, of those that the client registered.
    #[serde(default)]
    pub spid_purpose: Option<Purpose>,
    /// What goes with the grant.
    #[serde(default)]
    pub asked: Asked,
    /// Wanted languages, best first (`ui_locales`).
    pub ui_locales: Vec<String>,
    /// Whom the request is about, by the `sub` that this client knows: by an `id_token_hint` of ours (filled by whoever
    /// holds the keys) or a `sub` in `claims`. Nobody else may answer (OpenID Connect Core §3.1.2.2, §5.5.1).
    #[serde(default)]
    pub hinted: BTreeSet<String>,
    /// For whom the person acted under the grant of the `id_token_hint`, while it lasts.
    #[serde(default)]
    pub acted: Option<ActingContext>,
    /// The name under which it was pushed, to be used up when the answer is given.
    #[serde(default)]
    pub pushed: Option<SecretHash>,
}

/// Phase 2: the redirect URI is trusted, the client learns what is wrong. The list is the order; the
/// first check that fails is the answer. Parameters that no line names are ignored (RFC 6749 §3.1).
///
/// # Errors
/// [`Refused`], to be sent with [`Destination::answer`], or at `/par` as JSON.
pub fn check(
    parameters: &Parameters,
    client: &Client,
    destination: &Destination,
    arrival: Arrival,
) -> Result<AuthorizationRequest, Refused> {
    checks::once_each(parameters)?; //                              RFC 6749 §3.1
    checks::state(parameters)?; //                                  RFC 6749 §4.1.1
    checks::nothing_inside(parameters)?; //                         RFC 9101 §4, OpenID Connect Core §7.2.1
    checks::arrival(arrival, client)?; //                           RFC 9126 §5, RFC 9101 §10.5
    checks::response_type(parameters)?; //                          RFC 6749 §3.1.1
    checks::response_mode(parameters, client, destination.redirect_uri())?; // OAuth 2.0 Multiple Response Types §2.1
    let scopes = scope::read(parameters, client)?; //               OpenID Connect Core §3.1.2.1, RFC 6749 §3.3
    let code_challenge = checks::pkce(parameters, client)?; //      RFC 7636 §4.3, §4.4.1; RFC 9700 §2.1.1
    let nonce = checks::nonce(parameters)?; //                      OpenID Connect Core §3.1.2.1
    let prompt = checks::prompt(parameters)?; //                    OpenID Connect Core §3.1.2.1
    let max_age = checks::max_age(parameters, client)?; //          OpenID Connect Core §3.1.2.1
    let needed = acr::needed(parameters, client)?; //               OpenID Connect Core §3.1.2.1, §5.5.1.1
    let spid_purpose = checks::spid_purpose(parameters, client)?; // Avviso SPID 18
    let hinted = acr::subject(parameters)?; //                      OpenID Connect Core §5.5.1
    let asked = asked::read(parameters, client)?; //                OpenID Connect Core §5.5; RFC 8707, 9396, 9449 §10
    Ok(AuthorizationRequest {
        client_id: client.id.clone(),
        destination: Some(destination.clone()),
        scopes: scopes.scopes,
        pin: scopes.pin,
        nonce,
        code_challenge,
        prompt,
        max_age,
        level: needed.level,
        acr: needed.acr,
        spid_purpose,
        asked,
        ui_locales: checks::ui_locales(parameters),
        hinted,
        acted: None,
        pushed: None,
    })
}

/// What a device asks for, by the same rules where they mean something there (RFC 8628 §3.1): it has no browser, so
/// neither a redirect URI nor what protects one. The client was authenticated, as at `/par`.
///
/// # Errors
/// [`Refused`], to be sent as JSON.
pub fn check_device(parameters: &Parameters, client: &Client) -> Result<AuthorizationRequest, Refused> {
    checks::once_each(parameters)?; //                              RFC 6749 §3.1
    checks::nothing_inside(parameters)?; //                         RFC 8628 knows no request objects
    let arrival = Arrival {
        pushed: true,
        signed: false,
    };
    checks::arrival(arrival, client)?; //                           RFC 9101 §10.5
    let scopes = scope::read(parameters, client)?; //               OpenID Connect Core §3.1.2.1, RFC 6749 §3.3
    let needed = acr::needed(parameters, client)?; //               OpenID Connect Core §3.1.2.1, §5.5.1.1
    let spid_purpose = checks::spid_purpose(parameters, client)?; // Avviso SPID 18
    let hinted = acr::subject(parameters)?; //                      OpenID Connect Core §5.5.1
    let asked = asked::read(parameters, client)?; //                OpenID Connect Core §5.5; RFC 8707, 9396
    Ok(AuthorizationRequest {
        client_id: client.id.clone(),
        destination: None,
        scopes: scopes.scopes,
        pin: scopes.pin,
        nonce: None,
        code_challenge: None,
        prompt: BTreeSet::new(),
        max_age: checks::max_age(parameters, client)?,
        level: needed.level,
        acr: needed.acr,
        spid_purpose,
        asked,
        ui_locales: checks::ui_locales(parameters),
        hinted,
        acted: None,
        pushed: None,
    })
}

#[cfg(test)]
mod tests;
