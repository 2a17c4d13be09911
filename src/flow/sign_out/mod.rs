//! Single logout with identity providers (regole tecniche SPID, "Single Logout"), in both directions and
//! without cookies. By then the session here is over ([`crate::flow::sign_in::session::end`]); nothing that
//! an identity provider does or leaves undone keeps a citizen from going back to the portal.
//!
//! | step | story |
//! |---|---|
//! | signed out here; the identity provider's session may go on: the citizen is offered to end it too | [`offer`] |
//! | yes: a signed LogoutRequest goes out | [`depart`] |
//! | its answer comes back, or does not | [`answered`] |
//! | the identity provider ends a session by itself | [`asked`] |

pub mod answered;
pub mod asked;
pub mod depart;
pub mod offer;
mod party;

pub use party::Party;

use crate::flow::Deps;
use protocol::saml::logout::{Malformed, Received};

/// A logout message that nothing was done about; no redirect follows from it.
#[derive(Debug)]
pub struct RefusedLogout {
    /// What the citizen can read out to the help desk.
    pub reference: String,
    /// It could not even be read (400, not 403).
    pub malformed: bool,
    /// The citizen's own logout that the message was about, when there is one: its page leads on.
    pub handle: Option<String>,
}

/// Logs the reason under a reference, and tells nothing else: a stranger who posts rubbish at the door must
/// not fill the audit log.
fn refuse(deps: &Deps, reason: &dyn std::fmt::Display, malformed: bool) -> RefusedLogout {
    let reference = deps.random.reference();
    tracing::warn!(%reason, %reference, "logout message refused");
    RefusedLogout {
        reference,
        malformed,
        handle: None,
    }
}

/// Reads what came to a single logout address: a query, or a form.
///
/// # Errors
/// [`RefusedLogout`] for what is no logout message.
pub fn read(deps: &Deps, message: Result<Received, Malformed>) -> Result<Received, RefusedLogout> {
    message.map_err(|malformed| refuse(deps, &malformed, true))
}
