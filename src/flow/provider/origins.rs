//! Which pages may call our machine endpoints from a browser: those of registered portals.

use crate::flow::{Deps, FlowError};
use chrono::{DateTime, TimeDelta, Utc};
use std::collections::BTreeSet;
use std::sync::{Arc, PoisonError, RwLock};
use url::Url;

/// How long the list is kept: a portal that was added waits no longer, one that was disabled calls no longer. What it
/// may get there is judged anew at each call.
const KEPT: TimeDelta = TimeDelta::minutes(1);

/// The list of a minute ago at most. Cheap to clone; clones share it.
#[derive(Debug, Clone, Default)]
pub struct Origins(Arc<RwLock<Option<Read>>>);

#[derive(Debug, Clone)]
struct Read {
    at: DateTime<Utc>,
    origins: Arc<BTreeSet<String>>,
}

/// Whether a portal that is not disabled registered a redirect address of this origin (`https://host:port`).
///
/// # Errors
/// [`FlowError`] when the store fails.
pub async fn is_registered(deps: &Deps, origin: &str) -> Result<bool, FlowError> {
    let now = deps.clock.now();
    let kept = deps.origins.0.read().unwrap_or_else(PoisonError::into_inner).clone();
    let fresh = kept.filter(|read| (TimeDelta::zero()..KEPT).contains(&now.signed_duration_since(read.at)));
    if let Some(read) = fresh {
        return Ok(read.origins.contains(origin));
    }
    let addresses = deps.store.redirect_uris().await?;
    let origins: BTreeSet<String> = addresses
        .iter()
        .filter_map(|uri| Some(Url::parse(uri).ok()?.origin()))
        // An application's own scheme has no origin that a browser would send.
        .filter(url::Origin::is_tuple)
        .map(|origin| origin.ascii_serialization())
        .collect();
    let known = origins.contains(origin);
    let read = Read {
        at: now,
        origins: Arc::new(origins),
    };
    *deps.origins.0.write().unwrap_or_else(PoisonError::into_inner) = Some(read);
    Ok(known)
}
