//! Asking the registry.

use super::{Taken, Way, take};
use crate::flow::{Deps, FlowError, IdentityProviders, RegistrySource};
use crate::outbound::{Call, OutboundError};
use chrono::TimeDelta;
use http::header::{ACCEPT, HeaderValue};
use std::time::Duration;

/// Longest document: the SPID registry is about 200 kB.
const AT_MOST: usize = 8 * 1024 * 1024;
/// Longest exchange.
const WITHIN: Duration = Duration::from_secs(60);
/// Most redirects, each to an address that may be called.
const REDIRECTS: u8 = 2;
/// After a failure the next try comes this soon.
const RETRY: TimeDelta = TimeDelta::minutes(10);

/// What came of asking.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Fetched {
    /// Another node has the turn, or it is not time yet, or there is no registry.
    NotNow,
    /// Something came.
    Answered(Taken),
    /// Nothing came.
    Silent(OutboundError),
}

/// Asks the registry, if it is time and no other node does: of all nodes one asks, once in each period.
///
/// # Errors
/// [`FlowError`] when a store fails.
pub async fn fetch_in_turn(deps: &Deps, providers: &IdentityProviders) -> Result<Fetched, FlowError> {
    let Some(source) = providers.source() else {
        return Ok(Fetched::NotNow);
    };
    let now = deps.clock.now();
    let turn = format!("idp-registry {}", source.name);
    let mut tx = deps.store.begin().await?;
    let until = now.checked_add_signed(source.every).unwrap_or(now);
    if !tx.take_turn(&turn, now, until).await? {
        return Ok(Fetched::NotNow);
    }
    tx.commit().await?;
    let fetched = fetch(deps, providers, source).await?;
    let good = matches!(fetched, Fetched::Answered(Taken::Unchanged | Taken::Renewed(_)));
    if !good && RETRY < source.every {
        let mut tx = deps.store.begin().await?;
        tx.move_turn(&turn, now.checked_add_signed(RETRY).unwrap_or(until))
            .await?;
        tx.commit().await?;
    }
    Ok(fetched)
}

/// Asks the registry now.
///
/// # Errors
/// [`FlowError`] when a store fails.
pub async fn fetch(deps: &Deps, providers: &IdentityProviders, source: &RegistrySource) -> Result<Fetched, FlowError> {
    let call = Call::get(&source.url)
        .header(
            ACCEPT,
            HeaderValue::from_static("application/samlmetadata+xml, application/xml"),
        )
        .at_most(AT_MOST)
        .within(WITHIN)
        .following(REDIRECTS);
    let answer = match deps.http.call(call).await.and_then(|answer| answer.success()) {
        Ok(body) => body,
        Err(error) => {
            tracing::warn!(registry = source.name, %error, "registry did not answer; the copy held stays in use");
            return Ok(Fetched::Silent(error));
        }
    };
    // What is no text is no XML: it is refused as such, with everything that goes with it.
    let document = String::from_utf8(answer).unwrap_or_default();
    take(deps, providers, source, &document, Way::Fetched)
        .await
        .map(Fetched::Answered)
}
