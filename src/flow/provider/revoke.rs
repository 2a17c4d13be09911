//! `/revoke` (RFC 7009): a client gives back what it has.

use super::refresh;
use super::standing::{event, of_client};
use super::{Call, Refused, client};
use crate::flow::{Deps, FlowError};
use domain::audit::EventKind;
use protocol::oidc::grant::Reason;
use protocol::oidc::hash_secret;
use protocol::oidc::parameters::Parameters;

/// Ends the token of a request. One that is unknown, or of another client, changes nothing and is no error: the
/// answer tells nobody which tokens exist (attack 45). A refresh token takes its family and the access tokens along.
///
/// # Errors
/// [`FlowError`] when a store fails.
pub async fn revoke(deps: &Deps, call: &Call<'_>) -> Result<Result<(), Refused>, FlowError> {
    let now = deps.clock.now();
    let parameters = match Parameters::parse(call.form) {
        Ok(parameters) => parameters,
        Err(error) => return Ok(Err(Refused::because(&error))),
    };
    let client = match client::authenticate(deps, call, &parameters, now).await? {
        Ok(client) => client,
        Err(refused) => return Ok(Err(refused)),
    };
    // `token_type_hint` only says where to look first; both places are looked at.
    if let Some(name) = parameters.repeated(&["token", "token_type_hint"]) {
        return Ok(Err(Refused::because(&Reason::RepeatedParameter(name))));
    }
    let Some(token) = parameters.get("token") else {
        return Ok(Err(Refused::because(&Reason::TokenMissing)));
    };
    let hash = hash_secret(token);
    if let Some((_, grant)) = refresh::find(deps, token).await? {
        if grant.client_id == client.id {
            let mut tx = deps.store.begin().await?;
            if tx.end_grant(grant.id, now).await? {
                tx.record(&event(deps, EventKind::TokenRevoked, &grant, now)).await?;
                tx.commit().await?;
            }
        }
        return Ok(Ok(()));
    }
    let access_token = deps.store.brief.access_token(&hash, now).await?;
    if access_token.is_some_and(|token| token.client_id == client.id) {
        deps.store.brief.remove_access_token(&hash).await?;
        let mut tx = deps.store.begin().await?;
        tx.record(&of_client(deps, EventKind::TokenRevoked, &client.id, now))
            .await?;
        tx.commit().await?;
    }
    Ok(Ok(()))
}
