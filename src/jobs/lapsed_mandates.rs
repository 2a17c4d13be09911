//! Ends what was given under mandates that are no longer in force.

use super::Job;
use crate::flow::Deps;
use crate::flow::provider::lapsed_mandates::end_grants_of_lapsed_mandates;
use std::time::Duration;

/// Once a minute: tokens are worth nothing before that, this is for the portals that want to be told.
pub(super) fn job(deps: &Deps) -> Job {
    let deps = deps.clone();
    Job::every(Duration::from_secs(60), "lapsed-mandates", move || {
        let deps = deps.clone();
        async move { Ok(end_grants_of_lapsed_mandates(&deps).await?) }
    })
    .at_start()
}
