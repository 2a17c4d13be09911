//! Lets the provider's signing keys take over from each other.

use super::Job;
use crate::flow::Deps;
use crate::flow::administration::signing_keys::rotate;
use std::time::Duration;

/// Once a minute, so that a key which another node made is published here long before it signs.
pub(super) fn job(deps: &Deps) -> Job {
    let deps = deps.clone();
    Job::every(Duration::from_secs(60), "signing-keys", move || {
        let deps = deps.clone();
        async move { Ok(rotate(&deps, false).await?) }
    })
}
