//! Removes what has expired from the brief store, so that it stays as small as what is in flight.

use super::Job;
use crate::flow::Deps;
use std::time::Duration;

/// Once a minute. Nodes that sweep at one time find nothing left to sweep.
pub(super) fn job(deps: &Deps) -> Job {
    let (store, clock) = (deps.store.clone(), deps.clock.clone());
    Job::every(Duration::from_secs(60), "sweep", move || {
        let (store, clock) = (store.clone(), clock.clone());
        async move {
            store.brief.sweep(clock.now()).await?;
            Ok(())
        }
    })
    .at_start()
}
