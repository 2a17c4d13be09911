//! Signed out here. Where the identity provider's own session goes on, the citizen is offered to end that
//! one as well (an individual logout and a single one: regole tecniche SPID); either way leads back to the
//! portal.

use super::Party;
use crate::flow::{Deps, FlowError};
use crate::login::{PendingLogout, Session};
use chrono::{DateTime, TimeDelta, Utc};
use protocol::oidc::client::Client;

/// How long the way back to the portal is kept: nobody waits longer for an identity provider.
const PATIENCE: TimeDelta = TimeDelta::minutes(30);

/// What the page offers.
#[derive(Debug)]
pub struct Offer {
    /// Names this logout in our addresses.
    pub handle: String,
    /// entityID of the identity provider whose session may go on.
    pub identity_provider: String,
    /// The portal that the citizen comes from.
    pub client: Option<Client>,
    /// Its registered address, with `state`.
    pub redirect: Option<String>,
    /// The identity provider sends people back when it is done.
    pub answers: bool,
}

/// Prepares the offer for a session that just ended; its handle. `None` where there is nothing to end: only
/// level 1 opens a session at the identity provider. A store that fails costs the offer, not the logout.
pub async fn prepare(
    deps: &Deps,
    ended: &Session,
    client: Option<&Client>,
    redirect: Option<&str>,
    now: DateTime<Utc>,
) -> Option<String> {
    let upstream = ended.upstream.clone()?;
    let party = Party::of(deps, upstream.profile.record())?;
    let provider = party.identity_provider(&upstream.identity_provider, now)?;
    if provider.slo_redirect.is_none() && provider.slo_post.is_none() {
        return None;
    }
    let pending = PendingLogout {
        handle: deps.random.name(),
        upstream,
        client: client.map(|client| client.id.clone()),
        redirect: redirect.map(str::to_owned),
        sent: None,
        expires_at: now.checked_add_signed(PATIENCE)?,
    };
    match deps.store.brief.put_logout(&pending, now).await {
        Ok(()) => Some(pending.handle),
        Err(error) => {
            tracing::warn!(%error, "single logout could not be offered");
            None
        }
    }
}

/// What the page of this logout offers; `None` once it was answered or is forgotten.
///
/// # Errors
/// [`FlowError`] when a store fails.
pub async fn show(deps: &Deps, handle: &str) -> Result<Option<Offer>, FlowError> {
    let now = deps.clock.now();
    let Some(pending) = deps.store.brief.logout(handle, now).await? else {
        return Ok(None);
    };
    let client = client_of(deps, &pending).await?;
    Ok(Some(Offer {
        handle: pending.handle,
        answers: pending.upstream.profile.rules().answers_logout,
        identity_provider: pending.upstream.identity_provider,
        // An address is the client's only as long as the client is.
        redirect: pending.redirect.filter(|_| client.is_some()),
        client,
    }))
}

/// The relying party of a logout, unless it was disabled meanwhile (attack 47).
pub(super) async fn client_of(deps: &Deps, pending: &PendingLogout) -> Result<Option<Client>, FlowError> {
    let client = match &pending.client {
        Some(id) => deps.store.client(id).await?,
        None => None,
    };
    Ok(client.filter(|client| !client.disabled))
}
