//! What a registration says of other places, and only they can confirm: the sector, the logo.

use super::{Unregistered, fault, wrong};
use crate::flow::provider::logo::{self, Drawn};
use crate::flow::throttle::may_make_us_call;
use crate::flow::{Deps, FlowError};
use crate::outbound::Call;
use chrono::{DateTime, Utc};
use protocol::oidc::client::Client;
use std::collections::BTreeSet;
use std::net::IpAddr;
use std::time::Duration;

/// Longest call, and longest document.
const WITHIN: Duration = Duration::from_secs(5);
const AT_MOST: usize = 64 * 1024;

/// Looks there; the logo, when it has one. `from`: who makes us call.
///
/// # Errors
/// [`FlowError`] when a store fails; inside, what was not confirmed.
pub(super) async fn confirm(
    deps: &Deps,
    client: &Client,
    from: Option<IpAddr>,
    now: DateTime<Utc>,
) -> Result<Result<Option<Drawn>, Unregistered>, FlowError> {
    let metadata = &client.metadata;
    if metadata.sector_identifier_uri.is_none() && metadata.logo_uri.is_none() {
        return Ok(Ok(None));
    }
    if !may_make_us_call(deps, from, now).await? {
        return Ok(Err(Unregistered::TooOften));
    }
    if let Some(address) = &metadata.sector_identifier_uri
        && let Err(message) = confirm_sector(deps, client, address).await
    {
        return Ok(Err(wrong(&[fault("sector_identifier_uri", message)])));
    }
    let Some(address) = &metadata.logo_uri else {
        return Ok(Ok(None));
    };
    Ok(match logo::draw(deps, address, now).await {
        Ok(drawn) => Ok(Some(drawn)),
        Err(error) => {
            tracing::info!(client = %client.id, %error, "logo refused");
            let message = "must be a PNG or JPEG at a public address, 512 KiB and 2048 pixels at most";
            Err(wrong(&[fault("logo_uri", message)]))
        }
    })
}

/// OpenID Connect Registration §5: the document lists every redirect address, else somebody could join the sector of
/// another and learn how it knows people.
async fn confirm_sector(deps: &Deps, client: &Client, address: &str) -> Result<(), &'static str> {
    let unreachable = "must be a JSON array of addresses at a public address";
    let call = Call::get(address).within(WITHIN).at_most(AT_MOST);
    let answer = deps.http.call(call).await.and_then(|answer| answer.success());
    let document = answer.map_err(|error| {
        tracing::info!(client = %client.id, %error, "sector cannot be fetched");
        unreachable
    })?;
    let listed: BTreeSet<String> = serde_json::from_slice(&document).map_err(|_| unreachable)?;
    match client.redirect_uris.is_subset(&listed) {
        true => Ok(()),
        false => Err("does not list every one of `redirect_uris`"),
    }
}
