//! `/token`, device code: nothing yet, nothing ever, or tokens (RFC 8628 §3.4, §3.5).

use super::Refused;
use super::exchange_code::redeemed;
use super::issue::Tokens;
use super::token::Caller;
use crate::flow::{Deps, FlowError};
use chrono::{DateTime, Utc};
use protocol::oidc::device::{LIFETIME, Patience};
use protocol::oidc::grant::device_code;
use protocol::oidc::parameters::Parameters;
use protocol::oidc::{SecretHash, hash_secret};

/// Answers a device that asks whether its citizen is done.
///
/// # Errors
/// [`FlowError`] when a store fails or a key does not sign.
pub(super) async fn redeem_device(
    deps: &Deps,
    caller: &Caller<'_>,
    parameters: &Parameters,
    now: DateTime<Utc>,
) -> Result<Result<Tokens, Refused>, FlowError> {
    let code = match device_code::code(parameters, caller.client) {
        Ok(code) => hash_secret(code),
        Err(refused) => return Ok(Err(Refused::because(&refused.reason))),
    };
    if let Some(grant) = deps.store.grant_by_code(&code).await? {
        let judged = device_code::check(&grant, caller.client, now);
        return redeemed(deps, caller, grant, judged, parameters, now).await;
    }
    let device = deps.store.brief.device(&code, now).await?;
    let soon = match &device {
        Some(device) if device.request.client_id == caller.client.id => asks_too_soon(deps, &code, now).await?,
        _ => false,
    };
    let reason = device_code::waits(device.as_ref(), caller.client, soon, now);
    Ok(Err(Refused::because(&reason)))
}

async fn asks_too_soon(deps: &Deps, code: &SecretHash, now: DateTime<Utc>) -> Result<bool, FlowError> {
    let brief = &deps.store.brief;
    let (soon, patience) = Patience::after(brief.patience(code, now).await?, now);
    let until = patience.until.checked_add_signed(LIFETIME).unwrap_or(patience.until);
    brief.put_patience(code, patience, until, now).await?;
    Ok(soon)
}
