//! The Response of an identity provider: from the form field to an identity, or to the reason why not.
//!
//! 1. [`Received::decode`]: base64, bounded XML, one Response, at most one Assertion. Nothing is trusted.
//! 2. The caller looks up the pending request by [`Received::in_response_to`]. It is **not** used up:
//!    a forgery burns nothing.
//! 3. [`Received::verify`]: the Response's own checks, its status, the signatures, then the Assertion's
//!    checks, read only from the node whose signature was verified. The lists are in [`checks`].
//! 4. The caller stores request id and assertion id in one conditional write (replay).

mod accept;
pub mod checks;
pub(in crate::saml) mod parse;
mod reason;
mod signatures;

pub use reason::{Fault, Malformed, Reason, Refused, Rejection};

use super::{IdentityProvider, Profile, ServiceProvider, names};
use crate::xml::{Bounds, Tree};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use chrono::{DateTime, TimeDelta, Utc};
use domain::person::{Identity, Level};
use std::fmt;

/// The request a Response must answer, as it was stored when it was sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pending {
    /// `ID` of the AuthnRequest.
    pub request_id: String,
    /// Its IssueInstant.
    pub issue_instant: DateTime<Utc>,
    /// entityID of the provider it was sent to.
    pub identity_provider: String,
    /// The weakest acceptable level.
    pub level: Level,
    /// By whose rules it was asked.
    pub profile: Profile,
    /// What was asked; an answer that lacks one of them is refused.
    pub attributes: Vec<String>,
}

/// What a good Response says, and what the register of SPID transactions wants to know about it.
#[derive(Clone, PartialEq, Eq)]
pub struct Accepted {
    /// Who it is.
    pub identity: Identity,
    /// `ID` of the Response.
    pub response_id: String,
    /// IssueInstant of the Response.
    pub response_issue_instant: DateTime<Utc>,
    /// `ID` of the Assertion: never accept the same one twice from this provider.
    pub assertion_id: String,
    /// IssueInstant of the Assertion.
    pub assertion_issue_instant: DateTime<Utc>,
    /// How long the assertion id must be remembered: after it the dates refuse the Assertion.
    pub replay_until: DateTime<Utc>,
    /// NameID, the transient name of the subject.
    pub name_id: String,
    /// Its NameQualifier.
    pub name_qualifier: String,
    /// For logout; providers give one at L1 only.
    pub session_index: Option<String>,
}

impl fmt::Debug for Accepted {
    /// The ids only: who it is, is personal data.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Accepted")
            .field("response_id", &self.response_id)
            .field("assertion_id", &self.assertion_id)
            .finish_non_exhaustive()
    }
}

/// A Response that could be read. Nothing in it is trusted yet.
#[derive(Clone)]
pub struct Received {
    document: String,
    tree: Tree,
}

impl fmt::Debug for Received {
    /// A SAML body is personal data.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Received({} bytes)", self.document.len())
    }
}

impl Received {
    /// Decodes the `SAMLResponse` form field (HTTP-POST binding: base64, no compression).
    ///
    /// # Errors
    /// [`Rejection::Malformed`]: nothing in the message is worth looking at.
    pub fn decode(form_value: &str) -> Result<Received, Rejection> {
        // Base64 with line breaks is at most a third and some blanks longer than what it carries.
        if form_value.len() > Bounds::MESSAGE.bytes.saturating_mul(3).div_euclid(2) {
            return Err(Malformed::TooLarge.into());
        }
        let bytes = decode_base64(form_value).map_err(|_| Malformed::NotBase64)?;
        let document = String::from_utf8(bytes).map_err(|_| Malformed::NotUtf8)?;
        let tree = Tree::parse(&document, Bounds::MESSAGE).map_err(Malformed::Xml)?;
        check_shape(&tree)?;
        Ok(Received { document, tree })
    }

    /// Whose answer it claims to be; only good for looking the pending request up.
    pub fn in_response_to(&self) -> Option<&str> {
        self.tree.root().attribute("InResponseTo").filter(|id| !id.is_empty())
    }

    /// The message as it came, for the register (personal data: never into a log).
    pub fn document(&self) -> &str {
        &self.document
    }

    /// Decides. `identity_provider` is the stored metadata of the provider the request was sent to;
    /// `clock_skew` widens every time window on both sides.
    ///
    /// # Errors
    /// [`Rejection::Refused`] with the AgID case and the reason, [`Rejection::Anomaly`] when the
    /// provider answers with an error, [`Rejection::Malformed`] for an element that stands twice.
    pub fn verify(
        &self,
        pending: &Pending,
        identity_provider: &IdentityProvider,
        service_provider: &ServiceProvider,
        clock_skew: TimeDelta,
        now: DateTime<Utc>,
    ) -> Result<Accepted, Rejection> {
        let expected = checks::Expected {
            pending,
            identity_provider,
            service_provider,
            clock_skew,
            now,
        };
        let response = parse::response(self.tree.root())?;
        checks::check_response(&response, &expected)?;
        checks::status(&response)?;
        let assertion = checks::assertion_present(&response)?;
        let verified = signatures::verify(&self.tree, assertion, &identity_provider.signing_keys)?;
        let assertion = parse::assertion(verified)?;
        checks::check_assertion(&assertion, &expected)?;
        Ok(accept::accept(&response, &assertion, &expected)?)
    }
}

/// Some providers break the lines of the form field; most do not.
fn decode_base64(form_value: &str) -> Result<Vec<u8>, base64::DecodeError> {
    match form_value.bytes().any(|byte| byte.is_ascii_whitespace()) {
        true => {
            let joined: Vec<u8> = form_value.bytes().filter(|byte| !byte.is_ascii_whitespace()).collect();
            STANDARD.decode(joined)
        }
        false => STANDARD.decode(form_value),
    }
}

/// Refuses, before anything is looked up, what no SPID Response contains.
fn check_shape(tree: &Tree) -> Result<(), Malformed> {
    let root = tree.root();
    if !root.is(names::SAMLP, "Response") {
        return Err(Malformed::NotAResponse);
    }
    if !root.descendants_named(names::SAML, "EncryptedAssertion").is_empty() {
        return Err(Malformed::Encrypted);
    }
    let assertions = root.descendants_named(names::SAML, "Assertion");
    let one = match assertions.as_slice() {
        [] => true,
        [only] => only.parent() == Some(root),
        _ => false,
    };
    match one {
        true => Ok(()),
        false => Err(Malformed::Assertions),
    }
}
