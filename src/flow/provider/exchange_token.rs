//! `/token`, token exchange (RFC 8693): a token that a service was called with becomes one to call the next with.

use super::Refused;
use super::access_token::{Access, give};
use super::issue::Tokens;
use super::standing::{InForce, event, in_force};
use super::target::called;
use super::token::Caller;
use crate::flow::{Deps, FlowError};
use chrono::{DateTime, Utc};
use domain::audit::{EventKind, SecurityEvent};
use protocol::oidc::claims;
use protocol::oidc::confirmation::Confirmation;
use protocol::oidc::grant::token_exchange::{self, Asked, Exchanged, Reason, Shown};
use protocol::oidc::parameters::Parameters;
use protocol::oidc::{hash_secret, resource};
use std::collections::BTreeSet;

/// Exchanges a token. The new one rests on the same grant: it ends with it, and nothing refreshes it.
///
/// # Errors
/// [`FlowError`] when a store fails or a key does not sign.
pub(super) async fn exchange_token(
    deps: &Deps,
    caller: &Caller<'_>,
    parameters: &Parameters,
    now: DateTime<Utc>,
) -> Result<Result<Tokens, Refused>, FlowError> {
    let asked = match token_exchange::read(parameters, caller.client) {
        Ok(asked) => asked,
        Err(reason) => return Ok(Err(Refused::because(&reason))),
    };
    let (subject, exchanged) = match judge(deps, caller, &asked, parameters, now).await? {
        Ok(judged) => judged,
        Err(reason) => return Ok(Err(Refused::because(&reason))),
    };
    let resources = match called(deps, &exchanged.resources).await? {
        Ok(resources) => resources,
        Err(refused) => return Ok(Err(refused)),
    };
    let Some(behind) = subject.behind() else {
        return Ok(Err(Refused::because(&Reason::SubjectToken)));
    };
    if let Err(reason) = resource::check(&resources, behind.grant, behind.holding, &deps.store.subject_key()?) {
        return Ok(Err(Refused::because(&reason)));
    }
    record(deps, caller, &subject, now).await?;
    let scope = claims::scope(&exchanged.scopes);
    let access = Access {
        client: caller.client,
        behind: Some(behind),
        scopes: exchanged.scopes,
        resources: &resources,
        actor: Some(exchanged.actor),
        confirmation: caller.confirmation.as_ref(),
        until: Some(subject.token.expires_at),
    };
    let given = give(deps, access, now).await?;
    Ok(Ok(Tokens {
        access_token: given.token,
        token_type: Confirmation::token_type(caller.confirmation.as_ref()),
        issued_token_type: Some(asked.requested.as_str()),
        expires_in: given.expires_at.signed_duration_since(now),
        id_token: None,
        refresh_token: None,
        scope,
        authorization_details: None,
    }))
}

async fn judge(
    deps: &Deps,
    caller: &Caller<'_>,
    asked: &Asked<'_>,
    parameters: &Parameters,
    now: DateTime<Utc>,
) -> Result<Result<(InForce, Exchanged), Reason>, FlowError> {
    let Some(subject) = in_force(deps, &hash_secret(asked.subject_token), now).await? else {
        return Ok(Err(Reason::SubjectToken));
    };
    let actor = match asked.actor_token {
        None => None,
        Some(token) => match in_force(deps, &hash_secret(token), now).await? {
            None => return Ok(Err(Reason::ActorToken)),
            found => found,
        },
    };
    let own = subject
        .behind
        .as_ref()
        .filter(|(grant, _)| grant.client_id == caller.client.id);
    let granted = own.map(|(grant, _)| grant.asked.resources.clone()).unwrap_or_default();
    let shown = Shown {
        granted: &granted,
        subject: &subject.token,
        owner: &subject.client,
        actor: actor.as_ref().map(|actor| &actor.token),
    };
    let named = named(deps, parameters).await?;
    let issuer = &deps.settings.issuer;
    let judged = token_exchange::check(shown, caller.client, asked, named, parameters, issuer);
    Ok(judged.map(|exchanged| (subject, exchanged)))
}

/// Resources by identifier (`resource`), or by the `client_id` of who answers there (`audience`, RFC 8693 §2.1).
async fn named(deps: &Deps, parameters: &Parameters) -> Result<BTreeSet<String>, FlowError> {
    let mut named = resource::named(parameters);
    let audiences = parameters.all("audience").iter().filter(|name| !name.is_empty());
    // One more than a token may have: it is refused without looking further.
    for audience in audiences.take(resource::MAX_RESOURCES.saturating_add(1)) {
        let client = deps.store.client(audience).await?;
        let identifier = client.and_then(|client| client.metadata.resource);
        named.insert(identifier.unwrap_or_else(|| audience.clone()));
    }
    Ok(named)
}

async fn record(deps: &Deps, caller: &Caller<'_>, subject: &InForce, now: DateTime<Utc>) -> Result<(), FlowError> {
    let Some((grant, _)) = &subject.behind else {
        return Ok(());
    };
    let mut tx = deps.store.begin().await?;
    tx.record(&SecurityEvent {
        detail: Some(caller.client.id.clone()),
        ..event(deps, EventKind::TokenExchanged, grant, now)
    })
    .await?;
    tx.commit().await?;
    Ok(())
}
