//! `/userinfo`: the claims of the grant behind an access token, as things stand now.

use super::standing::{InForce, Standing, in_force};
use crate::flow::{Deps, FlowError};
use protocol::oidc::{claims, hash_secret};
use serde_json::Value;

/// The claims, or `None` when the token is worth nothing (unknown, expired, ended, the person
/// blocked, the client disabled, the mandate no longer in force) or not for userinfo: the caller cannot tell which.
///
/// # Errors
/// [`FlowError`] when a store fails.
pub async fn userinfo(deps: &Deps, access_token: &str) -> Result<Option<Value>, FlowError> {
    let now = deps.clock.now();
    let Some(InForce { token, client, behind }) = in_force(deps, &hash_secret(access_token), now).await? else {
        return Ok(None);
    };
    // Attack 45: a token for a resource is not for us, and one of a client alone tells of nobody.
    let Some((mut grant, Standing { person, holding })) = behind.filter(|_| token.audience.is_empty()) else {
        return Ok(None);
    };
    grant.scopes = token.scopes;
    let attributes = deps.store.grant_attributes(grant.id).await?;
    let subject = claims::Subject {
        person: &person,
        attributes: &attributes,
    };
    // A grant whose mandate is somebody else's is a broken store: nothing is said.
    Ok(claims::userinfo(&deps.settings.issuer, subject, holding.as_ref(), &client, &grant).ok())
}
