//! Seals the transaction register and the security events.

use super::Job;
use crate::flow::Deps;
use crate::flow::administration::seal::seal;
use std::time::Duration;

/// Once a minute. Of nodes that seal at one time one wins each segment, and the others find less to seal.
pub(super) fn job(deps: &Deps) -> Job {
    let deps = deps.clone();
    Job::every(Duration::from_secs(60), "seal", move || {
        let deps = deps.clone();
        async move {
            seal(&deps).await?;
            Ok(())
        }
    })
    .at_start()
}
