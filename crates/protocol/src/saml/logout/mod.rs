//! Single logout (SAML profiles §4.4; regole tecniche SPID, "Single Logout"), in both directions and both
//! front-channel bindings.
//!
//! * We ask: [`LogoutRequest`], and the identity provider's answer is held against what we [`Sent`].
//! * We are asked: [`Received::asked`], and [`LogoutResponse`] answers.
//!
//! A message from outside is read once ([`Received::by_redirect`], [`Received::by_post`]) and nothing in it is
//! trusted before its signature was verified with a stored key of the identity provider that its Issuer names:
//! over the query's octets as they came, or over the document, through the same narrow profile as Responses.
//! What can be wrong with it is listed in [`checks`]. Not SOAP: our metadata do not announce it.

mod arrival;
pub mod checks;
mod message;
mod parse;
mod reason;

pub use message::{LogoutRequest, LogoutResponse};
pub use reason::{Malformed, Rejection};

use super::bindings::{Binding, Message};
use super::{IdentityProvider, ServiceProvider, instant};
use arrival::Arrival;
use chrono::{DateTime, TimeDelta, Utc};
use std::fmt;

/// How old a message may be: the term that SPID gives to assertions.
pub const FRESH: TimeDelta = TimeDelta::minutes(5);

/// What a message is held against.
#[derive(Debug, Clone, Copy)]
pub struct Expected<'a> {
    /// Who must have written it, and whose keys count.
    pub identity_provider: &'a IdentityProvider,
    /// For whom it must be.
    pub service_provider: &'a ServiceProvider,
    /// How far clocks may be apart.
    pub clock_skew: TimeDelta,
    /// When it came.
    pub now: DateTime<Utc>,
}

/// A request of ours that waits for its answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sent {
    /// `ID` of the LogoutRequest.
    pub request_id: String,
    /// Its IssueInstant.
    pub issue_instant: DateTime<Utc>,
}

/// A good LogoutRequest: whose session ends.
#[derive(Clone, PartialEq, Eq)]
pub struct Asked {
    /// `ID`, for InResponseTo and against replay.
    pub id: String,
    /// How long the id must be remembered: after it the dates refuse the message.
    pub replay_until: DateTime<Utc>,
    /// NameID, as the assertion had it.
    pub name_id: String,
    /// Its NameQualifier.
    pub name_qualifier: String,
    /// Which sessions; none means all of that name (SAML core §3.7.1).
    pub session_indexes: Vec<String>,
}

impl fmt::Debug for Asked {
    /// The id only: NameID and SessionIndex stand for a person.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Asked").field("id", &self.id).finish_non_exhaustive()
    }
}

/// What became of a single logout, as the identity provider tells it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// Every session it knew of ended.
    Complete,
    /// Somewhere a session may go on, or the global session had lapsed before (`PartialLogout`).
    Partial,
    /// It did not work.
    Failed,
}

/// A message that could be read. Nothing in it is trusted yet.
#[derive(Clone)]
pub struct Received(Arrival);

impl fmt::Debug for Received {
    /// A SAML body is personal data.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Received({:?} by {:?})", self.kind(), self.binding())
    }
}

impl Received {
    /// Reads a query string as it came, without the `?` (HTTP-Redirect).
    ///
    /// # Errors
    /// [`Malformed`]: nothing in it is worth looking at.
    pub fn by_redirect(query: &str) -> Result<Received, Malformed> {
        Arrival::by_redirect(query).map(Received)
    }

    /// Reads a form body (HTTP-POST).
    ///
    /// # Errors
    /// [`Malformed`]: nothing in it is worth looking at.
    pub fn by_post(body: &str) -> Result<Received, Malformed> {
        Arrival::by_post(body).map(Received)
    }

    /// A request, or the answer to one of ours.
    pub fn kind(&self) -> Message {
        self.0.kind
    }

    /// How it came.
    pub fn binding(&self) -> Binding {
        self.0.binding()
    }

    /// `RelayState`: of a request it goes back as it came; of an answer it means nothing.
    pub fn relay_state(&self) -> Option<&str> {
        self.0.relay_state.as_deref()
    }

    /// Who claims to have written it; only good for looking up whose keys to try.
    pub fn issuer(&self) -> Option<String> {
        self.0.issuer()
    }

    /// Which request an answer claims to answer; only good for looking it up.
    pub fn in_response_to(&self) -> Option<&str> {
        self.0.in_response_to()
    }

    /// Decides about a LogoutRequest.
    ///
    /// # Errors
    /// [`Rejection`].
    pub fn asked(&self, expected: &Expected<'_>) -> Result<Asked, Rejection> {
        let request = parse::request(self.0.verified(&expected.identity_provider.signing_keys)?)?;
        checks::check_request(&request, expected)?;
        let gathered = (|| {
            let name_id = request.name_id.as_ref()?;
            let issued = instant::read(request.head.issue_instant?.trim())?;
            Some(Asked {
                id: request.head.id?.trim().to_owned(),
                replay_until: issued.checked_add_signed(FRESH.checked_add(&expected.clock_skew)?)?,
                name_id: name_id.value.clone(),
                name_qualifier: name_id.name_qualifier?.trim().to_owned(),
                session_indexes: request.session_indexes.clone(),
            })
        })();
        // Checked above part by part; a gap refuses all the same.
        gathered.ok_or_else(|| reason::missing("LogoutRequest").into())
    }

    /// Decides about a LogoutResponse.
    ///
    /// # Errors
    /// [`Rejection`].
    pub fn answered(&self, sent: &Sent, expected: &Expected<'_>) -> Result<Outcome, Rejection> {
        let response = parse::response(self.0.verified(&expected.identity_provider.signing_keys)?)?;
        checks::check_response(&response, sent, expected)?;
        Ok(checks::outcome(&response)?)
    }
}
