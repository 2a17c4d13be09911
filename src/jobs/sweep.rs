//! Removes what has expired, so that what is kept stays as small as what is in flight.

use super::Job;
use crate::flow::Deps;
use std::time::Duration;

/// Once a minute. Nodes that sweep at one time find nothing left to sweep.
pub(super) fn job(deps: &Deps) -> Job {
    let (store, clock) = (deps.store.clone(), deps.clock.clone());
    Job::every(Duration::from_secs(60), "sweep", move || {
        let (store, clock) = (store.clone(), clock.clone());
        async move {
            let now = clock.now();
            store.brief.sweep(now).await?;
            let mut tx = store.begin().await?;
            tx.sweep_upstream_sessions(now).await?;
            tx.sweep_logouts(now).await?;
            tx.commit().await?;
            Ok(())
        }
    })
    .at_start()
}
