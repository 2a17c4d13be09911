//! OpenID Connect Back-Channel Logout 1.0: portals that asked for it learn that what they were given ended. The notices
//! are written together with the end ([`crate::store::Tx::end_grants_of_session`] and its like) and told afterwards by a
//! job, so that no portal keeps the citizen waiting.

use super::protect::signed;
use crate::flow::{Deps, FlowError};
use crate::outbound::{Call, OutboundError};
use crate::store::LogoutNotice;
use chrono::TimeDelta;
use futures_util::stream::{FuturesUnordered, StreamExt as _};
use http::StatusCode;
use protocol::oidc::client::Client;
use protocol::oidc::grant::Grant;
use protocol::oidc::logout::{LOGOUT_JWT, logout_token};
use std::collections::BTreeMap;
use std::time::Duration;
use url::form_urlencoded::Serializer;

/// How many calls are under way at one time.
const AT_ONCE: usize = 16;
/// Of these, to one portal: whoever does not answer keeps no other waiting.
const AT_ONE_PORTAL: usize = 4;
/// How many due notices are looked at for those that may be told now: portals times [`AT_ONE_PORTAL`].
const LOOKED_AT: usize = 256;
/// Longest call.
const WITHIN: Duration = Duration::from_secs(5);
/// How long after each try in vain the next one comes; after the last one none does. Each is far longer than a call, so
/// nobody else tries meanwhile.
const PAUSES: [TimeDelta; 4] = [
    TimeDelta::minutes(1),
    TimeDelta::minutes(4),
    TimeDelta::minutes(15),
    TimeDelta::minutes(40),
];

/// Tells portals until no notice is due. A portal that does not take it is told again later; of several nodes one tries.
///
/// # Errors
/// [`FlowError`] when a store fails or a key does not sign; what was not told yet is tried again in its time.
pub async fn tell_portals(deps: &Deps) -> Result<(), FlowError> {
    let mut calls = FuturesUnordered::new();
    let mut busy: BTreeMap<String, usize> = BTreeMap::new();
    loop {
        // Not for each one that ends: a look at what is due for many.
        if calls.len() <= AT_ONCE / 2 {
            for notice in claim(deps, &mut busy, AT_ONCE.saturating_sub(calls.len())).await? {
                calls.push(async move { (notice.client.clone(), tell(deps, notice).await) });
            }
        }
        let Some((portal, told)) = calls.next().await else {
            return Ok(());
        };
        told?;
        busy.entry(portal).and_modify(|calls| *calls = calls.saturating_sub(1));
    }
}

/// Due notices, at most `at_most`, whose next try is ours; `busy` counts what is under way by portal.
async fn claim(
    deps: &Deps,
    busy: &mut BTreeMap<String, usize>,
    at_most: usize,
) -> Result<Vec<LogoutNotice>, FlowError> {
    let now = deps.clock.now();
    let due = deps.store.due_logout_notices(now, LOOKED_AT, AT_ONE_PORTAL).await?;
    let mut claimed = Vec::new();
    if due.is_empty() {
        return Ok(claimed);
    }
    let mut tx = deps.store.begin().await?;
    for notice in due {
        let under_way = busy.entry(notice.client.clone()).or_default();
        if claimed.len() >= at_most || *under_way >= AT_ONE_PORTAL {
            continue;
        }
        let again = pause(&notice).and_then(|pause| now.checked_add_signed(pause));
        if tx.claim_logout_notice(&notice, again).await? {
            *under_way = under_way.saturating_add(1);
            claimed.push(notice);
        }
    }
    tx.commit().await?;
    Ok(claimed)
}

/// How long after its next try another one comes; `None`: that try is the last.
fn pause(notice: &LogoutNotice) -> Option<TimeDelta> {
    let before = usize::try_from(notice.tries).ok()?;
    PAUSES.get(before).copied()
}

async fn tell(deps: &Deps, notice: LogoutNotice) -> Result<(), FlowError> {
    let Some((grant, client, address)) = addressee(deps, &notice).await? else {
        return forget(deps, &notice).await;
    };
    match call(deps, &grant, &client, &address).await? {
        Ok(()) => forget(deps, &notice).await,
        Err(error) => {
            let (tries, given_up) = (notice.tries.saturating_add(1), pause(&notice).is_none());
            tracing::warn!(client = %client.id, grant = %grant.id, tries, given_up, %error, "portal not told of a logout");
            Ok(())
        }
    }
}

/// Whom to tell and where. `None`: the portal never got tokens, was disabled (attack 47), or does not want it any more. One
/// that removed its own registration did not fall from grace, and is told.
async fn addressee(deps: &Deps, notice: &LogoutNotice) -> Result<Option<(Grant, Client, String)>, FlowError> {
    let grant = deps.store.grant(notice.grant).await?;
    let Some(grant) = grant.filter(|grant| grant.code.redeemed_at.is_some()) else {
        return Ok(None);
    };
    let client = deps.store.client(&grant.client_id).await?;
    let disabled = client.as_ref().is_some_and(|client| client.disabled);
    if disabled && !removed_itself(deps, &grant.client_id).await? {
        return Ok(None);
    }
    Ok(client.and_then(|client| {
        let address = client.metadata.backchannel_logout_uri.clone()?;
        Some((grant, client, address))
    }))
}

async fn removed_itself(deps: &Deps, client: &str) -> Result<bool, FlowError> {
    let registration = deps.store.client_registration(client).await?;
    Ok(registration.is_some_and(|registration| registration.removed_at.is_some()))
}

/// A form (§2.5), answered with 200 or 204 (§2.8). No redirect is followed.
async fn call(
    deps: &Deps,
    grant: &Grant,
    client: &Client,
    address: &str,
) -> Result<Result<(), OutboundError>, FlowError> {
    let subjects = deps.store.subject_key()?;
    let (us, jti) = (deps.provider(&subjects), deps.random.name());
    let claims = logout_token(us, client, grant, &jti, deps.clock.now());
    // §2.4: protected as ID tokens are.
    let token = signed(deps, client, client.metadata.id_token, Some(LOGOUT_JWT), &claims).await?;
    let form = Serializer::new(String::new())
        .append_pair("logout_token", &token)
        .finish();
    let call = Call::post(address, "application/x-www-form-urlencoded", form.into_bytes()).within(WITHIN);
    Ok(match deps.http.call(call).await {
        Ok(answer) if matches!(answer.status, StatusCode::OK | StatusCode::NO_CONTENT) => Ok(()),
        Ok(answer) => Err(OutboundError::Status(answer.status.as_u16())),
        Err(error) => Err(error),
    })
}

async fn forget(deps: &Deps, notice: &LogoutNotice) -> Result<(), FlowError> {
    let mut tx = deps.store.begin().await?;
    tx.remove_logout_notice(notice.grant).await?;
    tx.commit().await?;
    Ok(())
}
