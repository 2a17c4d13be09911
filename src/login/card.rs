//! A card that a login waits for.

use super::LoginId;
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

/// A browser was sent to the card listener. Found again by the hash of its one-time handle.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CardAttempt {
    /// The login it belongs to.
    pub login: LoginId,
    /// When it is forgotten.
    pub expires_at: DateTime<Utc>,
}

/// A card that was refused. Found again by the hash of the handle that the browser was sent back with.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RefusedCard {
    /// The login it was shown for.
    pub login: LoginId,
    /// What the citizen is told.
    pub problem: CardProblem,
    /// What the citizen can read out to the help desk.
    pub reference: String,
    /// When it was shown.
    pub at: DateTime<Utc>,
    /// When it is forgotten.
    pub expires_at: DateTime<Utc>,
}

/// What a citizen is told of a card that signed nobody in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum CardProblem {
    /// No certificate came: no card, no PIN, or another choice that the browser remembers.
    NoCertificate,
    /// Out of date.
    Expired,
    /// Not valid yet.
    NotYetValid,
    /// Revoked.
    Revoked,
    /// A certificate, but not of a card that opens this door.
    NotCns,
    /// Issued by nobody that we trust.
    UnknownIssuer,
    /// Signed in a way that nobody accepts any more.
    TooOld,
    /// Whether it is still good could not be found out.
    NotCheckable,
    /// The page was used before, or waited too long.
    Used,
}
