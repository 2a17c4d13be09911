//! The identity provider's answer to our LogoutRequest. It decides nothing but what the citizen reads and
//! whether the browser goes straight back to the portal: to its registered address, or nowhere.

use super::offer::client_of;
use super::{Party, RefusedLogout, refuse};
use crate::flow::{Deps, FlowError};
use crate::login::PendingLogout;
use protocol::oidc::client::Client;
use protocol::saml::logout::{Outcome, Received, Rejection};

/// What became of it.
#[derive(Debug)]
pub enum Answered {
    /// An answer to a request of ours.
    Over {
        /// How the single logout went.
        outcome: Outcome,
        /// entityID of the identity provider.
        identity_provider: String,
        /// The portal.
        client: Option<Box<Client>>,
        /// Its registered address, with `state`.
        redirect: Option<String>,
    },
    /// Not believed; where it names a logout of ours, that goes on without it.
    Refused(RefusedLogout),
}

/// Takes a LogoutResponse.
///
/// # Errors
/// [`FlowError`] when a store fails.
pub async fn answered(deps: &Deps, party: Party<'_>, received: &Received) -> Result<Answered, FlowError> {
    let now = deps.clock.now();
    let pending = match received.in_response_to().and_then(PendingLogout::handle_of) {
        Some(handle) => deps.store.brief.logout(handle, now).await?,
        None => None,
    };
    let Some(pending) = pending.filter(|pending| party.speaks_for(pending.upstream.profile)) else {
        return Ok(Answered::Refused(refuse(deps, &"unknown_request", false)));
    };
    let refused = |reason: &dyn std::fmt::Display, malformed| {
        let mut refused = refuse(deps, reason, malformed);
        refused.handle = Some(pending.handle.clone());
        Ok(Answered::Refused(refused))
    };
    let Some(provider) = party.identity_provider(&pending.upstream.identity_provider, now) else {
        return refused(&"provider_disabled", false);
    };
    let Some(sent) = pending.awaited() else {
        return refused(&"nothing_was_asked", false);
    };
    let outcome = match received.answered(&sent, &party.expected(&provider, now)) {
        Ok(outcome) => outcome,
        Err(rejection) => return refused(&rejection, matches!(rejection, Rejection::Malformed(_))),
    };
    // RelayState is not looked at: the way back is the one that was stored (attack 20).
    deps.store.brief.remove_logout(&pending.handle).await?;
    tracing::info!(identity_provider = %provider.entity_id, ?outcome, "single logout answered");
    let client = client_of(deps, &pending).await?;
    Ok(Answered::Over {
        outcome,
        identity_provider: provider.entity_id.clone(),
        redirect: pending.redirect.filter(|_| client.is_some()),
        client: client.map(Box::new),
    })
}
