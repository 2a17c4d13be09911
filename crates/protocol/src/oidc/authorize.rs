//! The authorisation request, in two phases: before the redirect URI is trusted, and after.

use domain::person::Level;
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

/// A redirect URI that was found registered: only this can carry a redirect.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Destination {
    pub(crate) redirect_uri: String,
    pub(crate) state: Option<String>,
}

/// `prompt` (OpenID Connect Core §3.1.2.1).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[expect(missing_docs, reason = "the names are the specification's")]
pub enum Prompt {
    None,
    Login,
    Consent,
    SelectAccount,
}

/// The organisation a request pins by `scope=organization:<id or alias>`, as written.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Pin(pub String);

/// A request that passed every check.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AuthorizationRequest {
    /// Who asks.
    pub client_id: String,
    /// Where the answer goes.
    pub destination: Destination,
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
    /// Wanted languages, best first (`ui_locales`).
    pub ui_locales: Vec<String>,
}
