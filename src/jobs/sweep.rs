//! Removes what has expired, so that the stores stay as small as what is in flight.

use super::{Job, JobError};
use crate::flow::Deps;
use crate::store::Store;
use chrono::{DateTime, Utc};
use std::time::Duration;

/// How many refresh tokens go in one transaction: the writer is not kept from others for long.
const AT_ONCE: i64 = 500;

/// Once a minute. Nodes that sweep at one time find nothing left to sweep.
pub(super) fn job(deps: &Deps) -> Job {
    let (store, clock) = (deps.store.clone(), deps.clock.clone());
    Job::every(Duration::from_secs(60), "sweep", move || {
        let (store, clock) = (store.clone(), clock.clone());
        async move {
            store.brief.sweep(clock.now()).await?;
            logouts(&store, clock.now()).await?;
            refresh_tokens(&store, clock.now()).await
        }
    })
    .at_start()
}

/// A family's tokens end together: once they have, none of them can be used, nor used again.
async fn refresh_tokens(store: &Store, now: DateTime<Utc>) -> Result<(), JobError> {
    if !store.has_expired_refresh_tokens(now).await? {
        return Ok(());
    }
    loop {
        let mut tx = store.begin().await?;
        let removed = tx.remove_expired_refresh_tokens(now, AT_ONCE).await?;
        tx.commit().await?;
        if removed == 0 {
            return Ok(());
        }
    }
}

/// What an identity provider could still end, and the requests by which it did: a session's lifetime of rows.
async fn logouts(store: &Store, now: DateTime<Utc>) -> Result<(), JobError> {
    let mut tx = store.begin().await?;
    tx.sweep_upstream_sessions(now).await?;
    tx.sweep_logouts(now).await?;
    Ok(tx.commit().await?)
}
