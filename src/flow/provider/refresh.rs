//! `/token`, refresh token: the same person, organisation and level once more, if all still holds.

use super::Refused;
use super::issue::{Basis, Tokens, issue, new_refresh_token};
use super::standing::{Standing, event, standing};
use super::target::target;
use super::token::Caller;
use crate::flow::{Deps, FlowError};
use chrono::{DateTime, Utc};
use domain::audit::EventKind;
use protocol::oidc::confirmation::check_refresh;
use protocol::oidc::grant::refresh_token::{self, RefreshToken};
use protocol::oidc::grant::{Grant, Reason};
use protocol::oidc::hash_secret;
use protocol::oidc::parameters::Parameters;

/// Exchanges a refresh token for new tokens, and for another refresh token.
///
/// # Errors
/// [`FlowError`] when a store fails or a key does not sign.
pub(super) async fn refresh(
    deps: &Deps,
    caller: &Caller<'_>,
    parameters: &Parameters,
    now: DateTime<Utc>,
) -> Result<Result<Tokens, Refused>, FlowError> {
    let given = match refresh_token::token(parameters) {
        Ok(given) => given,
        Err(refused) => return Ok(Err(Refused::because(&refused.reason))),
    };
    let Some((token, grant)) = find(deps, given).await? else {
        return Ok(Err(Refused::because(&Reason::UnknownRefreshToken)));
    };
    // Before anything is ended: a thief without the key is not one of the two who had the token.
    if let Err(reason) = check_refresh(token.confirmation.as_ref(), caller.held) {
        return Ok(Err(Refused::because(&reason)));
    }
    let client = caller.client;
    let asked = match refresh_token::check(&token, &grant, client, parameters, now) {
        Ok(asked) => asked,
        Err(refused) => {
            if refused.reason == Reason::RefreshTokenReused {
                end_family(deps, &grant, now).await?;
            }
            return Ok(Err(Refused::because(&refused.reason)));
        }
    };
    // Attack 57: what ended since then is not refreshed.
    let Some(Standing { person, holding }) = standing(deps, caller.client, &grant, now).await? else {
        return Ok(Err(Refused::because(&Reason::NotInForce)));
    };
    let basis = Basis {
        client,
        confirmation: caller.confirmation.as_ref(),
        grant: &grant,
        person: &person,
        holding: holding.as_ref(),
    };
    let resources = match target(deps, &basis, parameters).await? {
        Ok(resources) => resources,
        Err(refused) => return Ok(Err(refused)),
    };
    let next = if refresh_token::rotates(client) {
        let Some((next, row)) = new_refresh_token(deps, &basis, now) else {
            return Ok(Err(Refused::because(&Reason::GrantTypeNotRegistered)));
        };
        // The family ends when its first token would have.
        let row = RefreshToken {
            expires_at: row.expires_at.min(token.expires_at),
            confirmation: token.confirmation.clone(),
            ..row
        };
        if !rotate(deps, &token, &row, &grant, now).await? {
            return Ok(Err(Refused::because(&lost(deps, &token, &grant, now).await?)));
        }
        next
    } else if keep(deps, &grant, now).await? {
        given.to_owned()
    } else {
        return Ok(Err(Refused::because(&Reason::Ended)));
    };
    issue(deps, &basis, asked.scopes, &resources, Some(next), now)
        .await
        .map(Ok)
}

/// A refresh token with its grant.
pub(super) async fn find(deps: &Deps, given: &str) -> Result<Option<(RefreshToken, Grant)>, FlowError> {
    let Some(token) = deps.store.refresh_token(&hash_secret(given)).await? else {
        return Ok(None);
    };
    let grant = deps.store.grant(token.grant).await?;
    Ok(grant.map(|grant| (token, grant)))
}

/// One caller wins.
async fn rotate(
    deps: &Deps,
    old: &RefreshToken,
    new: &RefreshToken,
    grant: &Grant,
    now: DateTime<Utc>,
) -> Result<bool, FlowError> {
    let mut tx = deps.store.begin().await?;
    if !tx.use_refresh_token(&old.hash, now).await? {
        return Ok(false);
    }
    tx.insert_refresh_token(new).await?;
    tx.record(&event(deps, EventKind::TokenRefreshed, grant, now)).await?;
    tx.commit().await?;
    Ok(true)
}

/// What does not rotate leaves a trace all the same, and nothing under a grant that ended meanwhile.
async fn keep(deps: &Deps, grant: &Grant, now: DateTime<Utc>) -> Result<bool, FlowError> {
    let mut tx = deps.store.begin().await?;
    if !tx.hold_grant(grant.id).await? {
        return Ok(false);
    }
    tx.record(&event(deps, EventKind::TokenRefreshed, grant, now)).await?;
    tx.commit().await?;
    Ok(true)
}

/// Why somebody else was faster: the same token, or the end of the grant.
async fn lost(deps: &Deps, token: &RefreshToken, grant: &Grant, now: DateTime<Utc>) -> Result<Reason, FlowError> {
    let on_file = deps.store.refresh_token(&token.hash).await?;
    if on_file.is_some_and(|token| token.used_at.is_none()) {
        return Ok(Reason::Ended);
    }
    end_family(deps, grant, now).await?;
    Ok(Reason::RefreshTokenReused)
}

/// A token that was replaced comes again: one of the two who had it is a thief, and nobody can tell which.
async fn end_family(deps: &Deps, grant: &Grant, now: DateTime<Utc>) -> Result<(), FlowError> {
    tracing::warn!(client = %grant.client_id, "refresh token used twice");
    let mut tx = deps.store.begin().await?;
    tx.end_grant(grant.id, now).await?;
    tx.record(&event(deps, EventKind::RefreshTokenReused, grant, now))
        .await?;
    tx.commit().await?;
    Ok(())
}
