//! Fetches the trusted list of who may issue cards.

use super::Job;
use crate::flow::Deps;
use crate::flow::sign_in::cns::trust;
use std::time::Duration;

/// As often as configured, and at start; `None` where no list is used. Several nodes may fetch at one time: the higher
/// sequence number stays.
pub(super) fn job(deps: &Deps) -> Option<Job> {
    let every = deps.cns.as_ref().map(|cns| trust::period(&cns.settings))?;
    let deps = deps.clone();
    let job = Job::every(every, "trust_list", move || {
        let deps = deps.clone();
        async move { Ok(trust::refresh(&deps).await?) }
    });
    Some(job.at_start().within(Duration::from_secs(120)))
}
