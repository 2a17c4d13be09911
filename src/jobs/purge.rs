//! Removes what was kept to the end of its term and what nothing needs any more, and changes the data key in time.

use super::Job;
use crate::flow::Deps;
use crate::flow::administration::forget::forget;
use crate::flow::administration::purge::{purge, rotate_data_key};
use std::time::Duration;

/// Every six hours. Of nodes that purge at one time one removes each segment.
pub(super) fn job(deps: &Deps) -> Job {
    let deps = deps.clone();
    Job::every(Duration::from_secs(6 * 3600), "purge", move || {
        let deps = deps.clone();
        async move {
            rotate_data_key(&deps, false).await?;
            purge(&deps).await?;
            forget(&deps).await?;
            Ok(())
        }
    })
    .at_start()
    .within(Duration::from_secs(3600))
}
