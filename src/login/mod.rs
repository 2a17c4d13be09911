//! One login in flight, and the browser session that outlives it. Pure.
//!
//! ```text
//!   /authorize ──► ChooseMethod ──► (at the provider) ──► ChooseActing ──► Finish
//!        │               ▲                                     ▲              ▲
//!        └── session that answers ─────────────────────────────┴── one option ┘
//! ```
//! There is no step number: [`next_step`] looks at what is known and says what is missing.

mod acting;
mod card;
mod device;
mod session;
mod single_logout;
mod step;
#[cfg(test)]
#[expect(clippy::arithmetic_side_effects, reason = "the dates of a test do not overflow")]
mod tests;

pub use acting::{ActingChoice, ActingOption, ActingOptions, Unusable, is_usable, usable_at};
pub use card::{CardAttempt, CardProblem, RefusedCard};
pub use device::DeviceLogin;
pub use session::{Session, SessionLimits, SessionRules};
pub use single_logout::{PendingLogout, SentLogout, UpstreamSession};
pub use step::{Known, Refusal, Step, next_step};

use chrono::{DateTime, NaiveDate, Utc};
use domain::person::{self, Level, Method, PersonId};
use protocol::oidc::SecretHash;
use protocol::oidc::authorize::AuthorizationRequest;
use protocol::oidc::claims;
use protocol::oidc::client::Client;
use protocol::oidc::grant::ActingContext;
use protocol::saml::Profile;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use uuid::Uuid;

/// Name of a login, in the URLs of its pages. No secret: the browser's cookie must match as well.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct LoginId(pub String);

/// Who wants somebody to sign in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Purpose {
    /// A relying party, which gets a code.
    Portal(Box<AuthorizationRequest>),
    /// A device without a browser, which comes for the outcome (RFC 8628).
    Device(Box<DeviceLogin>),
    /// Nobody but the citizen, who ends on `/account`.
    Account {
        /// The level asked for.
        level: Level,
    },
}

/// Who somebody is and how they proved it, in this login or in the session it reuses.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Authenticated {
    /// The person.
    pub person: PersonId,
    /// The credential used.
    pub credential: Uuid,
    /// How.
    pub method: Method,
    /// The identity provider's entityID.
    pub issuer: String,
    /// What was proved.
    pub level: Level,
    /// When, upstream.
    pub auth_time: DateTime<Utc>,
    /// The register entry that shows it: the id of our AuthnRequest.
    pub register_entry: String,
    /// The session this person is signed in with in this browser.
    pub session: SecretHash,
    /// Since when that is known here: a page that was left open does not go on in a session that began later ([`Session::since`]).
    #[serde(default)]
    pub known_at: DateTime<Utc>,
    /// Taken from a session, not proved in this login.
    pub reused: bool,
    /// For the page's header.
    pub display_name: String,
    /// For a client with a minimum age.
    pub date_of_birth: Option<NaiveDate>,
    /// What the issuer said in this authentication, by its own names: what a portal may be told of it.
    #[serde(default)]
    pub attributes: BTreeMap<String, String>,
    /// The kind of SPID identity that was asked for: another one is another proof.
    #[serde(default)]
    pub spid_purpose: Option<person::Purpose>,
}

impl fmt::Debug for Authenticated {
    /// A log line that prints a struct must not tell who it was.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Authenticated")
            .field("person", &self.person)
            .field("method", &self.method)
            .field("level", &self.level)
            .finish_non_exhaustive()
    }
}

/// One authorisation in flight, from `/authorize` to the code.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Login {
    /// Its name.
    pub id: LoginId,
    /// SHA-256 of the cookie of the browser that began it; `None` until the first same-site request of
    /// a login that began with a cross-site POST, which carries no cookie.
    pub browser: Option<SecretHash>,
    /// What it is for.
    pub purpose: Purpose,
    /// When it began.
    pub created_at: DateTime<Utc>,
    /// When nobody may go on with it. The store keeps it a day longer, so that a late page can say
    /// where to start again.
    pub expires_at: DateTime<Utc>,
    /// The portal has its answer; what is left is a marker for the back button.
    pub finished: bool,
    /// Who, once known.
    pub authenticated: Option<Authenticated>,
    /// For whom, once chosen.
    pub acting: Option<ActingContext>,
    /// What the person answered when asked what the portal may know.
    #[serde(default)]
    pub consented: Option<bool>,
}

/// An AuthnRequest that waits for its answer, found again by `InResponseTo`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SamlRequest {
    /// `AuthnRequest/@ID`.
    pub id: String,
    /// The login it belongs to.
    pub login: LoginId,
    /// The relying party that the login is for, for the register; `None`: the account page.
    #[serde(default)]
    pub client_id: Option<String>,
    /// By whose rules it was asked.
    pub profile: Profile,
    /// entityID of the identity provider it was sent to.
    pub identity_provider: String,
    /// The level asked for.
    pub level: Level,
    /// The attributes asked for.
    pub attributes: Vec<String>,
    /// `AuthnRequest/@IssueInstant`, as sent.
    pub issue_instant: DateTime<Utc>,
    /// The `RelayState` that must come back.
    pub relay_state: String,
    /// The exact document that was sent, for the register.
    pub document: String,
    /// When it is forgotten.
    pub expires_at: DateTime<Utc>,
}

/// Why a browser may not go on with a login.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum NotYours {
    /// Too late.
    #[error("login expired")]
    Expired,
    /// The portal already has its answer (back button, second click).
    #[error("login already finished")]
    Finished,
    /// No cookie, or that of another browser.
    #[error("login belongs to another browser")]
    OtherBrowser,
}

impl Login {
    /// Whether the browser with this cookie may go on.
    ///
    /// # Errors
    /// The browser is compared first: what another browser's login is doing is nobody's business.
    pub fn admit(&self, browser: Option<SecretHash>, now: DateTime<Utc>) -> Result<(), NotYours> {
        match (self.browser, browser) {
            (Some(bound), Some(browser)) if protocol::oidc::secrets_match(&bound, &browser) => {}
            _ => return Err(NotYours::OtherBrowser),
        }
        if self.finished {
            return Err(NotYours::Finished);
        }
        if now >= self.expires_at {
            return Err(NotYours::Expired);
        }
        Ok(())
    }

    /// The device, when one waits.
    pub fn device(&self) -> Option<&DeviceLogin> {
        match &self.purpose {
            Purpose::Device(device) => Some(device),
            Purpose::Portal(_) | Purpose::Account { .. } => None,
        }
    }

    /// The authorisation request, when a portal or a device asked.
    pub fn request(&self) -> Option<&AuthorizationRequest> {
        match &self.purpose {
            Purpose::Portal(request) => Some(request),
            Purpose::Device(device) => Some(&device.request),
            Purpose::Account { .. } => None,
        }
    }

    /// The level this login has to reach.
    pub fn wanted_level(&self) -> Level {
        match &self.purpose {
            Purpose::Portal(request) => request.level,
            Purpose::Device(device) => device.request.level,
            Purpose::Account { level } => *level,
        }
    }

    /// Whether it is for a device of which nobody said yet that it is theirs (RFC 8628 §5.4).
    pub fn is_unconfirmed(&self) -> bool {
        self.device().is_some_and(|device| !device.confirmed)
    }

    /// Whether somebody who signs in by `method` can give what this login wants; `client` is its relying party.
    pub fn answered_by(&self, method: Method, client: Option<&Client>) -> bool {
        let demanded = self.request().map(|request| &request.acr);
        !self.is_unconfirmed()
            && client.is_none_or(|client| client.accepts(method))
            && demanded.is_none_or(|demanded| claims::can_answer(demanded, method))
    }

    /// The `acr` to be told of somebody who proved this; `None` when the request demands another.
    pub fn acr(&self, method: Method, level: Level) -> Option<&str> {
        static ANY: BTreeSet<String> = BTreeSet::new();
        claims::acr_among(self.request().map_or(&ANY, |request| &request.acr), method, level)
    }

    /// The kind of SPID identity this login wants; `None`: a natural person's.
    pub fn wanted_spid_purpose(&self) -> Option<person::Purpose> {
        self.request().and_then(|request| request.spid_purpose)
    }
}
