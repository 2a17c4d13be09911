//! `/introspect` (RFC 7662): what a token is good for, as things stand now.

use super::refresh;
use super::standing::{InForce, Standing, in_force, standing};
use super::{Call, Refused, client};
use crate::flow::{Deps, FlowError};
use chrono::{DateTime, Utc};
use protocol::oidc::claims::{self, Behind, Issued};
use protocol::oidc::client::{Client, ClientAuthMethod};
use protocol::oidc::grant::Reason;
use protocol::oidc::hash_secret;
use protocol::oidc::parameters::Parameters;
use serde_json::{Value, json};

/// What the answer is, or why there is none. A token that is unknown, over, or neither the asking client's own nor for
/// the resource that it is, is `{"active": false}` and nothing else (attack 45).
///
/// # Errors
/// [`FlowError`] when a store fails.
pub async fn introspect(deps: &Deps, call: &Call<'_>) -> Result<Result<Value, Refused>, FlowError> {
    let now = deps.clock.now();
    let parameters = match Parameters::parse(call.form) {
        Ok(parameters) => parameters,
        Err(error) => return Ok(Err(Refused::because(&error))),
    };
    let client = match client::authenticate(deps, call, &parameters, now).await? {
        Ok(client) => client,
        Err(refused) => return Ok(Err(refused)),
    };
    // RFC 7662 §2.1: who asks has to be somebody, or tokens could be guessed here.
    if client.auth_method == ClientAuthMethod::None {
        return Ok(Err(Refused::because(&Reason::PublicClient)));
    }
    if let Some(name) = parameters.repeated(&["token", "token_type_hint"]) {
        return Ok(Err(Refused::because(&Reason::RepeatedParameter(name))));
    }
    let Some(token) = parameters.get("token") else {
        return Ok(Err(Refused::because(&Reason::TokenMissing)));
    };
    let found = active(deps, &client, token, now).await?;
    Ok(Ok(found.unwrap_or_else(|| json!({ "active": false }))))
}

async fn active(deps: &Deps, client: &Client, token: &str, now: DateTime<Utc>) -> Result<Option<Value>, FlowError> {
    let issuer = &deps.settings.issuer;
    if let Some(found) = in_force(deps, &hash_secret(token), now).await? {
        if !may_ask(client, &found) {
            return Ok(None);
        }
        let issued = Issued::of(&found.token);
        return Ok(claims::introspection(issuer, client, found.behind(), issued).ok());
    }
    let Some((token, grant)) = refresh::find(deps, token).await? else {
        return Ok(None);
    };
    let over = token.used_at.is_some() || now > token.expires_at || grant.ended_at.is_some();
    if over || grant.client_id != client.id {
        return Ok(None);
    }
    let Some(Standing { holding, .. }) = standing(deps, &grant, now).await? else {
        return Ok(None);
    };
    let behind = Behind {
        grant: &grant,
        holding: holding.as_ref(),
    };
    let issued = Issued::of_refresh(&token, &grant);
    Ok(claims::introspection(issuer, client, Some(behind), issued).ok())
}

/// Whom it was given to, and whom it is for: to everybody else it is worth nothing (attack 45).
fn may_ask(client: &Client, found: &InForce) -> bool {
    let its_own = |resource: &String| found.token.audience.contains(resource);
    found.token.client_id == client.id || client.metadata.resource.as_ref().is_some_and(its_own)
}
