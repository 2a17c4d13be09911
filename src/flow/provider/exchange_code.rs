//! `/token`, authorization code: checked grant, redeemed code, issued tokens.

use super::Refused;
use super::issue::{Basis, Tokens, issue, new_refresh_token};
use super::standing::{Standing, event, standing};
use super::target::target;
use super::token::Caller;
use crate::flow::{Deps, FlowError};
use chrono::{DateTime, Utc};
use domain::audit::EventKind;
use protocol::oidc::confirmation::check_code;
use protocol::oidc::grant::refresh_token::RefreshToken;
use protocol::oidc::grant::{self, Grant, Reason, authorization_code};
use protocol::oidc::hash_secret;
use protocol::oidc::parameters::Parameters;

/// Exchanges a code.
///
/// # Errors
/// [`FlowError`] when a store fails or a key does not sign.
pub(super) async fn exchange_code(
    deps: &Deps,
    caller: &Caller<'_>,
    parameters: &Parameters,
    now: DateTime<Utc>,
) -> Result<Result<Tokens, Refused>, FlowError> {
    let code = match authorization_code::code(parameters) {
        Ok(code) => code,
        Err(refused) => return Ok(Err(Refused::because(&refused.reason))),
    };
    let Some(grant) = deps.store.grant_by_code(&hash_secret(code)).await? else {
        return Ok(Err(Refused::because(&Reason::UnknownCode)));
    };
    let judged = authorization_code::check(&grant, caller.client, parameters, now);
    redeemed(deps, caller, grant, judged, parameters, now).await
}

/// What the code of `grant` gives, once the rules of its kind judged it.
pub(super) async fn redeemed(
    deps: &Deps,
    caller: &Caller<'_>,
    grant: Grant,
    judged: Result<(), grant::Refused>,
    parameters: &Parameters,
    now: DateTime<Utc>,
) -> Result<Result<Tokens, Refused>, FlowError> {
    if let Err(refused) = judged {
        if refused.reason == Reason::Reused {
            end_reused(deps, &grant, now).await?;
        }
        return Ok(Err(Refused::because(&refused.reason)));
    }
    if let Err(reason) = check_code(grant.asked.dpop_jkt.as_deref(), caller.held) {
        return Ok(Err(Refused::because(&reason)));
    }
    let Some(Standing { person, holding }) = standing(deps, caller.client, &grant, now).await? else {
        return Ok(Err(Refused::because(&Reason::NotInForce)));
    };
    let basis = Basis {
        client: caller.client,
        confirmation: caller.confirmation.as_ref(),
        grant: &grant,
        person: &person,
        holding: holding.as_ref(),
    };
    let resources = match target(deps, &basis, parameters).await? {
        Ok(resources) => resources,
        Err(refused) => return Ok(Err(refused)),
    };
    let (given, stored) = new_refresh_token(deps, &basis, now).unzip();
    if !redeem(deps, &grant, stored.as_ref(), now).await? {
        return Ok(Err(Refused::because(&lost(deps, &grant, now).await?)));
    }
    issue(deps, &basis, grant.scopes.clone(), &resources, given, now)
        .await
        .map(Ok)
}

/// One caller wins.
async fn redeem(
    deps: &Deps,
    grant: &Grant,
    refresh_token: Option<&RefreshToken>,
    now: DateTime<Utc>,
) -> Result<bool, FlowError> {
    let mut tx = deps.store.begin().await?;
    if !tx.redeem_code(&grant.code.hash, now).await? {
        return Ok(false);
    }
    if let Some(token) = refresh_token {
        tx.insert_refresh_token(token).await?;
    }
    tx.record(&event(deps, EventKind::CodeRedeemed, grant, now)).await?;
    tx.commit().await?;
    Ok(true)
}

/// Why somebody else was faster: the same code, another code in its place, or the end of the grant.
async fn lost(deps: &Deps, grant: &Grant, now: DateTime<Utc>) -> Result<Reason, FlowError> {
    let Some(now_on_file) = deps.store.grant_by_code(&grant.code.hash).await? else {
        return Ok(Reason::UnknownCode);
    };
    if now_on_file.code.redeemed_at.is_none() {
        return Ok(Reason::Ended);
    }
    end_reused(deps, grant, now).await?;
    Ok(Reason::Reused)
}

/// A code that comes a second time was stolen once: whatever the first use got is worth nothing now.
async fn end_reused(deps: &Deps, grant: &Grant, now: DateTime<Utc>) -> Result<(), FlowError> {
    tracing::warn!(client = %grant.client_id, "authorization code used twice");
    let mut tx = deps.store.begin().await?;
    tx.end_grant(grant.id, now).await?;
    tx.record(&event(deps, EventKind::CodeReused, grant, now)).await?;
    tx.commit().await?;
    Ok(())
}
