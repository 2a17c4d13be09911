//! `/introspect` (RFC 7662): what a token is good for, as things stand now.

use super::issue::{Standing, grant_of, standing};
use super::refresh;
use super::{Call, Refused, client};
use crate::flow::{Deps, FlowError};
use chrono::{DateTime, Utc};
use protocol::oidc::claims::{self, Issued};
use protocol::oidc::client::{Client, ClientAuthMethod};
use protocol::oidc::confirmation::Confirmation;
use protocol::oidc::grant::{Grant, Reason};
use protocol::oidc::hash_secret;
use protocol::oidc::parameters::Parameters;
use serde_json::{Value, json};

/// What the answer is, or why there is none. A token that is unknown, over, or not the asking client's own is
/// `{"active": false}` and nothing else (attack 45).
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
    if let Some(access_token) = deps.store.brief.access_token(&hash_secret(token), now).await? {
        let Some(mut grant) = grant_of(deps, &access_token).await? else {
            return Ok(None);
        };
        grant.scopes = access_token.scopes;
        let confirmation = access_token.confirmation.as_ref();
        let issued = Issued {
            token_type: Some(Confirmation::token_type(confirmation)),
            confirmation,
            at: access_token.issued_at,
            until: access_token.expires_at,
        };
        return described(deps, client, &grant, issued, now).await;
    }
    let Some((refresh_token, grant)) = refresh::find(deps, token).await? else {
        return Ok(None);
    };
    if refresh_token.used_at.is_some() || now > refresh_token.expires_at {
        return Ok(None);
    }
    let issued = Issued {
        token_type: None,
        confirmation: None,
        at: refresh_token.created_at,
        until: refresh_token.expires_at,
    };
    described(deps, client, &grant, issued, now).await
}

async fn described(
    deps: &Deps,
    client: &Client,
    grant: &Grant,
    issued: Issued<'_>,
    now: DateTime<Utc>,
) -> Result<Option<Value>, FlowError> {
    if grant.client_id != client.id || grant.ended_at.is_some() {
        return Ok(None);
    }
    let Some(Standing { holding, .. }) = standing(deps, grant, now).await? else {
        return Ok(None);
    };
    Ok(claims::introspection(&deps.settings.issuer, holding.as_ref(), client, grant, issued).ok())
}
