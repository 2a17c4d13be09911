//! Off to the identity provider with a LogoutRequest, signed when the citizen asks for it: an older one would
//! be refused there.

use super::Party;
use crate::flow::sign_in::saml_send::Departure;
use crate::flow::{Deps, FlowError};
use crate::login::SentLogout;
use protocol::saml::bindings::Message;
use protocol::saml::logout::LogoutRequest;

/// The way to the identity provider's logout, with its entityID; `None` once this logout is forgotten, or the
/// identity provider is.
///
/// # Errors
/// [`FlowError`] when a store fails or the request cannot be written.
pub async fn depart(deps: &Deps, handle: &str) -> Result<Option<(Departure, String)>, FlowError> {
    let now = deps.clock.now();
    let Some(mut pending) = deps.store.brief.logout(handle, now).await? else {
        return Ok(None);
    };
    let Some(party) = Party::of(deps, pending.upstream.profile.record()) else {
        return Ok(None);
    };
    let Some(provider) = party.identity_provider(&pending.upstream.identity_provider, now) else {
        return Ok(None);
    };
    let binding = party.service_provider.binding;
    let Some(way) = binding.choose(provider.slo_redirect.as_deref(), provider.slo_post.as_deref()) else {
        return Ok(None);
    };
    let request = LogoutRequest {
        id: pending.request_id(&deps.random.name()),
        issue_instant: now,
        destination: way.1.to_owned(),
        name_id: pending.upstream.name_id.clone(),
        name_qualifier: pending.upstream.name_qualifier.clone(),
        session_index: pending.upstream.session_index.clone(),
    };
    let document = request.to_xml(party.service_provider);
    let departure = party.depart(Message::Request, way, &document, Some(&pending.handle))?;
    pending.sent = Some(SentLogout {
        request_id: request.id,
        issue_instant: now,
    });
    deps.store.brief.put_logout(&pending, now).await?;
    tracing::info!(identity_provider = %provider.entity_id, "single logout asked");
    Ok(Some((departure, provider.entity_id.clone())))
}
