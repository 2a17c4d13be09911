//! Fetches the logos of portals.

use super::Job;
use crate::flow::Deps;
use crate::flow::provider::logo::renew;
use std::time::Duration;

/// Once an hour, of which most look at nothing: a logo is kept for a week.
pub(super) fn job(deps: &Deps) -> Job {
    let deps = deps.clone();
    Job::every(Duration::from_secs(3600), "logos", move || {
        let deps = deps.clone();
        async move { Ok(renew(&deps).await?) }
    })
    .at_start()
}
