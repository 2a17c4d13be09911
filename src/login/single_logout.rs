//! What a single logout needs to know (regole tecniche SPID, "Single Logout"): only level 1 opens a session
//! at the identity provider, and only that one can be ended there.

use chrono::{DateTime, Utc};
use protocol::saml::Profile;
use protocol::saml::logout::Sent;
use serde::{Deserialize, Serialize};
use std::fmt;

/// A session at an identity provider, by the names its assertion gave.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct UpstreamSession {
    /// By whose rules it was opened, and so with which of our records.
    pub profile: Profile,
    /// entityID.
    pub identity_provider: String,
    /// NameID: the transient name of the subject.
    pub name_id: String,
    /// Its NameQualifier.
    pub name_qualifier: String,
    /// SessionIndex.
    pub session_index: String,
}

impl fmt::Debug for UpstreamSession {
    /// Where, not whose.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("UpstreamSession")
            .field("identity_provider", &self.identity_provider)
            .finish_non_exhaustive()
    }
}

/// A LogoutRequest that went out.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SentLogout {
    /// `ID`.
    pub request_id: String,
    /// IssueInstant.
    pub issue_instant: DateTime<Utc>,
}

/// Somebody who signed out here and may go on to sign out at the identity provider. Found again by its
/// handle, which is in the address of our pages and begins the `ID` of each request: no cookie is needed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PendingLogout {
    /// 128 random bits.
    pub handle: String,
    /// What is to be ended.
    pub upstream: UpstreamSession,
    /// The relying party that the citizen comes from.
    pub client: Option<String>,
    /// Its registered address, with `state`.
    pub redirect: Option<String>,
    /// The last request that was sent; a second click sends another.
    pub sent: Option<SentLogout>,
    /// When it is forgotten.
    pub expires_at: DateTime<Utc>,
}

impl PendingLogout {
    /// The `ID` of a new request: `nonce` makes it another one each time.
    pub fn request_id(&self, nonce: &str) -> String {
        format!("_{}.{nonce}", self.handle)
    }

    /// The handle in an `ID` that came back.
    pub fn handle_of(request_id: &str) -> Option<&str> {
        let (handle, _) = request_id.strip_prefix('_')?.split_once('.')?;
        Some(handle)
    }

    /// What the answer is held against.
    pub fn awaited(&self) -> Option<Sent> {
        self.sent.as_ref().map(|sent| Sent {
            request_id: sent.request_id.clone(),
            issue_instant: sent.issue_instant,
        })
    }
}
