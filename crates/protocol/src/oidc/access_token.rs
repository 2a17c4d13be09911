//! What an access token stands for, whether it is opaque or a JWT.

use super::confirmation::Confirmation;
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;
use uuid::Uuid;

/// What a valid access token stands for. It is found by the hash of the token; nothing of it can be read off the token
/// itself, unless that is a JWT.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AccessToken {
    /// Whom it was given to.
    #[serde(default)]
    pub client_id: String,
    /// The grant it was issued under; `None`: the client alone, with nobody behind it (RFC 6749 §4.4).
    pub grant: Option<Uuid>,
    /// What it is good for: at most what the grant is.
    #[serde(default)]
    pub scopes: BTreeSet<String>,
    /// The resources it is for (RFC 8707); none: our own userinfo.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub audience: BTreeSet<String>,
    /// The key or certificate that whoever brings it has to have.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub confirmation: Option<Confirmation>,
    /// When it was issued.
    #[serde(default)]
    pub issued_at: DateTime<Utc>,
    /// First instant at which it is no longer valid.
    pub expires_at: DateTime<Utc>,
}
