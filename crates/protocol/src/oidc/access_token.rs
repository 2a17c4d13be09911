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
    /// Who acts with it on the person's behalf, when it came out of an exchange (RFC 8693).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub actor: Option<Actor>,
    /// The key or certificate that whoever brings it has to have.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub confirmation: Option<Confirmation>,
    /// When it was issued.
    #[serde(default)]
    pub issued_at: DateTime<Utc>,
    /// First instant at which it is no longer valid.
    pub expires_at: DateTime<Utc>,
}

/// Who acts on somebody's behalf (RFC 8693 §4.1), and who acted before them: the outermost acts now.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Actor {
    /// The client that acts.
    pub sub: String,
    /// Whom it took over from.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub act: Option<Box<Actor>>,
}

impl Actor {
    /// Who acts, then whom that one took over from, and so on.
    pub fn chain(&self) -> impl Iterator<Item = &Actor> {
        std::iter::successors(Some(self), |actor| actor.act.as_deref())
    }
}
