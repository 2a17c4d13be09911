//! `/userinfo`: the claims of the grant behind an access token, as things stand now.

use super::issue::{Standing, grant_of, standing};
use crate::flow::{Deps, FlowError};
use protocol::oidc::{claims, hash_secret};
use serde_json::Value;

/// The claims, or `None` when the token is worth nothing (unknown, expired, ended, the person
/// blocked, the client disabled, the mandate no longer in force): the caller cannot tell which.
///
/// # Errors
/// [`FlowError`] when a store fails.
pub async fn userinfo(deps: &Deps, access_token: &str) -> Result<Option<Value>, FlowError> {
    let now = deps.clock.now();
    let Some(token) = deps.store.brief.access_token(&hash_secret(access_token), now).await? else {
        return Ok(None);
    };
    let Some(mut grant) = grant_of(deps, &token).await?.filter(|grant| grant.ended_at.is_none()) else {
        return Ok(None);
    };
    grant.scopes = token.scopes;
    let Some(client) = deps
        .store
        .client(&grant.client_id)
        .await?
        .filter(|client| !client.disabled)
    else {
        return Ok(None);
    };
    let Some(Standing { person, holding }) = standing(deps, &grant, now).await? else {
        return Ok(None);
    };
    let attributes = deps.store.grant_attributes(grant.id).await?;
    let subject = claims::Subject {
        person: &person,
        attributes: &attributes,
    };
    // A grant whose mandate is somebody else's is a broken store: nothing is said.
    Ok(claims::userinfo(&deps.settings.issuer, subject, holding.as_ref(), &client, &grant).ok())
}
