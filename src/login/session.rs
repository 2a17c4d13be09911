//! The browser session: somebody who signed in a while ago in this browser.

use super::{Authenticated, UpstreamSession};
use chrono::{DateTime, TimeDelta, Utc};
use domain::person::Level;
use protocol::oidc::SecretHash;
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

/// How long a session lasts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SessionLimits {
    /// Without being used (default 30 minutes).
    pub idle: TimeDelta,
    /// In any case (default 8 hours).
    pub absolute: TimeDelta,
}

/// When a session answers for a login.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SessionRules<'s> {
    /// How long it lasts.
    pub limits: SessionLimits,
    /// entityID of the service provider record that a new authentication by the same method would be made
    /// to; empty for a method without one.
    pub service_provider: &'s str,
    /// What that record asks for now.
    pub attributes: &'s [String],
}

/// A browser session. Stored under the hash of its cookie.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Session {
    /// SHA-256 of the cookie.
    pub id: SecretHash,
    /// Who, and how they proved it.
    pub authenticated: Authenticated,
    /// entityID of the service provider record that was used: another record is another service (SPID §7).
    /// Empty for a method without one.
    pub service_provider: String,
    /// The attributes that the person agreed to release then.
    #[serde(default)]
    pub released: BTreeSet<String>,
    /// The session at the identity provider that this one hangs on, which a single logout ends.
    #[serde(default)]
    pub upstream: Option<UpstreamSession>,
    /// Since when its person is signed in in this browser without a break: a session that took the place of another one of
    /// theirs goes on from there, one that began after a logout does not.
    #[serde(default)]
    pub since: DateTime<Utc>,
    /// When it began.
    pub created_at: DateTime<Utc>,
    /// When it was last used (kept to the minute: a write at each request would cost more than it tells).
    pub last_used_at: DateTime<Utc>,
}

impl Session {
    /// The instant at which this session ends if nobody uses it again.
    pub fn expires_at(&self, limits: SessionLimits) -> DateTime<Utc> {
        let idle = self
            .last_used_at
            .checked_add_signed(limits.idle)
            .unwrap_or(self.last_used_at);
        let absolute = self
            .created_at
            .checked_add_signed(limits.absolute)
            .unwrap_or(self.created_at);
        idle.min(absolute)
    }

    /// Whether somebody is still signed in.
    pub fn alive(&self, limits: SessionLimits, now: DateTime<Utc>) -> bool {
        now < self.expires_at(limits)
    }

    /// Whether it may be used for a new authorisation at all, under the service provider record of now.
    /// Level 3 never is: each use of a card or certificate is its own proof. Level 2 is only for the
    /// record it was proved to (`DESIGN` §3). And neither level 2 nor level 1 answers for attributes that were
    /// not released then: the portal would be told less than its scopes promise.
    pub fn reusable(&self, rules: SessionRules<'_>) -> bool {
        let released = || rules.attributes.iter().all(|name| self.released.contains(name));
        match self.authenticated.level {
            Level::L1 => released(),
            Level::L2 => self.service_provider == rules.service_provider && released(),
            Level::L3 => false,
        }
    }
}
