//! Tells portals of logouts.

use super::Job;
use crate::flow::Deps;
use crate::flow::provider::backchannel_logout::tell_portals;
use std::time::Duration;

/// Every two seconds: the citizen who signed out is gone everywhere soon. When nothing ended, that is one look at an
/// empty table. Of several nodes one tells each portal.
pub(super) fn job(deps: &Deps) -> Job {
    let deps = deps.clone();
    Job::every(Duration::from_secs(2), "backchannel-logout", move || {
        let deps = deps.clone();
        async move { Ok(tell_portals(&deps).await?) }
    })
    .at_start()
}
