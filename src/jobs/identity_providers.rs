//! Keeps the identity providers of the registry current.

use super::Job;
use crate::flow::Deps;
use crate::flow::administration::registry::{fetch_in_turn, follow, look_at_dates};
use std::time::Duration;

/// Once a minute a node looks whether another one took a new edition; in its turn it asks the registry.
pub(super) fn job(deps: &Deps) -> Job {
    let deps = deps.clone();
    Job::every(Duration::from_secs(60), "identity-providers", move || {
        let deps = deps.clone();
        async move {
            let providers = &deps.identity_providers;
            follow(&deps, providers).await?;
            fetch_in_turn(&deps, providers).await?;
            look_at_dates(&deps, providers).await?;
            Ok(())
        }
    })
    .at_start()
    .within(Duration::from_secs(180))
}
