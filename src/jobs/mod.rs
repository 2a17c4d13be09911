//! What happens on a timer. [`all`] is the list; one file for each job.
//!
//! Several nodes over one database each run every job: a job is written so that this does no harm.
//! On a node no job runs twice at one time, and none keeps another waiting.

mod backchannel_logout;
mod identity_providers;
mod lapsed_mandates;
mod logos;
mod purge;
mod runner;
mod seal;
mod signing_keys;
mod sweep;
#[cfg(test)]
mod tests;
mod trust_list;

pub use runner::{Counts, Job, JobError, Running, start};

use crate::flow::Deps;

/// Every job of this service.
pub fn all(deps: &Deps) -> Vec<Job> {
    [
        sweep::job(deps),
        identity_providers::job(deps),
        seal::job(deps),
        purge::job(deps),
        signing_keys::job(deps),
        lapsed_mandates::job(deps),
        backchannel_logout::job(deps),
        logos::job(deps),
    ]
    .into_iter()
    .chain(trust_list::job(deps))
    .collect()
}
