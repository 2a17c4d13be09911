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
use protocol::oidc::introspection;
use protocol::oidc::parameters::Parameters;
use serde_json::{Value, json};

/// What is said about a token.
#[derive(Debug)]
pub enum Answer {
    /// RFC 7662.
    Plain(Value),
    /// RFC 9701: the same in a token of ours.
    Signed(String),
}

/// What the answer is (`signed`, when that was asked for), or why there is none. A token that is unknown, over, or neither the asking client's own nor for
/// the resource that it is, is `{"active": false}` and nothing else (attack 45).
///
/// # Errors
/// [`FlowError`] when a store fails or a key does not sign.
pub async fn introspect(deps: &Deps, call: &Call<'_>, signed: bool) -> Result<Result<Answer, Refused>, FlowError> {
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
    let answer = found.unwrap_or_else(|| json!({ "active": false }));
    if !signed {
        return Ok(Ok(Answer::Plain(answer)));
    }
    let metadata = &client.metadata;
    let algorithm = metadata.signing_algorithm(metadata.introspection_signed_response_alg);
    let claims = introspection::claims(&deps.settings.issuer, &client, answer, now);
    let token = deps.oidc_keys().sign(algorithm, Some(introspection::TYP), &claims)?;
    Ok(Ok(Answer::Signed(token)))
}

async fn active(deps: &Deps, client: &Client, token: &str, now: DateTime<Utc>) -> Result<Option<Value>, FlowError> {
    let subjects = deps.store.subject_key()?;
    let us = deps.provider(&subjects);
    if let Some(found) = in_force(deps, &hash_secret(token), now).await? {
        if !may_ask(client, &found) {
            return Ok(None);
        }
        let issued = Issued::of(&found.token);
        return Ok(claims::introspection(us, client, found.behind(), issued).ok());
    }
    let Some((token, grant)) = refresh::find(deps, token).await? else {
        return Ok(None);
    };
    let over = token.used_at.is_some() || now > token.expires_at || grant.ended_at.is_some();
    if over || grant.client_id != client.id {
        return Ok(None);
    }
    let Some(Standing { holding, .. }) = standing(deps, client, &grant, now).await? else {
        return Ok(None);
    };
    let behind = Behind {
        grant: &grant,
        holding: holding.as_ref(),
    };
    let issued = Issued::of_refresh(&token, &grant);
    Ok(claims::introspection(us, client, Some(behind), issued).ok())
}

/// Whom it was given to, and whom it is for: to everybody else it is worth nothing (attack 45).
fn may_ask(client: &Client, found: &InForce) -> bool {
    let its_own = |resource: &String| found.token.audience.contains(resource);
    found.token.client_id == client.id || client.metadata.resource.as_ref().is_some_and(its_own)
}
