//! OpenID Connect Back-Channel Logout 1.0: portals that asked for it learn that what they were given ended. The notices
//! are written together with the end ([`crate::store::Tx::end_grants_of_session`] and its like) and told afterwards by a
//! job, so that no portal keeps the citizen waiting.

use super::protect::signed;
use crate::flow::{Deps, FlowError};
use crate::outbound::{Call, OutboundError};
use crate::store::LogoutNotice;
use chrono::{DateTime, TimeDelta, Utc};
use futures_util::future::join_all;
use http::StatusCode;
use protocol::oidc::client::Client;
use protocol::oidc::grant::Grant;
use protocol::oidc::logout::{LOGOUT_JWT, logout_token};
use std::time::Duration;
use url::form_urlencoded::Serializer;

/// How many portals are told at one time.
const AT_ONCE: i64 = 16;
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
/// [`FlowError`] when a store fails or a key does not sign; whoever could be told was told.
pub async fn tell_portals(deps: &Deps) -> Result<(), FlowError> {
    loop {
        let claimed = claim(deps, deps.clock.now()).await?;
        if claimed.is_empty() {
            return Ok(());
        }
        let told = join_all(claimed.into_iter().map(|notice| tell(deps, notice))).await;
        told.into_iter().collect::<Result<(), FlowError>>()?;
    }
}

/// The due notices whose next try is ours.
async fn claim(deps: &Deps, now: DateTime<Utc>) -> Result<Vec<LogoutNotice>, FlowError> {
    let due = deps.store.due_logout_notices(now, AT_ONCE).await?;
    let mut claimed = Vec::new();
    if due.is_empty() {
        return Ok(claimed);
    }
    let mut tx = deps.store.begin().await?;
    for notice in due {
        let again = pause(&notice).and_then(|pause| now.checked_add_signed(pause));
        if tx.claim_logout_notice(&notice, again).await? {
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
