//! What was authorised for a client, and one file per grant type.

use super::SecretHash;
use chrono::{DateTime, Utc};
use domain::mandate::MandateId;
use domain::person::PersonId;
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;
use uuid::Uuid;

/// The outcome of the choice: for oneself, or under one mandate.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ActingContext {
    /// The person for himself.
    Myself,
    /// For the organisation (or unit) that the mandate names.
    Mandate(MandateId),
}

/// The authorisation code of a grant; only its hash is known.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Code {
    /// SHA-256 of the code.
    pub hash: SecretHash,
    /// Last instant at which it may be exchanged.
    pub expires_at: DateTime<Utc>,
    /// Set by the one caller that won.
    pub redeemed_at: Option<DateTime<Utc>>,
    /// As in the authorisation request; the token request repeats it to the letter.
    pub redirect_uri: String,
    /// PKCE S256 challenge.
    pub challenge: Option<String>,
}

/// What was authorised: person, acting context, scopes, level. Frozen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Grant {
    /// Immutable id; also the `sid` of its ID tokens.
    pub id: Uuid,
    /// The client.
    pub client_id: String,
    /// The person.
    pub person: PersonId,
    /// The credential that proved the person, whose attributes userinfo may release.
    pub credential: Uuid,
    /// For whom.
    pub acting: ActingContext,
    /// Granted scopes.
    pub scopes: BTreeSet<String>,
    /// Proved level, as `acr`.
    pub acr: String,
    /// RFC 8176.
    pub amr: Vec<String>,
    /// When the person authenticated.
    pub auth_time: DateTime<Utc>,
    /// `nonce` of the request.
    pub nonce: Option<String>,
    /// When it was given.
    pub created_at: DateTime<Utc>,
    /// Set when a code was reused, the citizen signed out, a mandate ended.
    pub ended_at: Option<DateTime<Utc>>,
    /// Its code.
    pub code: Code,
}
