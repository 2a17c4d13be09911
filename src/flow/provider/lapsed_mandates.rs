//! A mandate that is no longer in force takes along what was given under it. `/token`, `/userinfo` and `/introspect` see
//! that at once, each by itself; here the grants end for good, so that portals learn of it
//! ([`super::backchannel_logout`]).

use crate::flow::{Deps, FlowError};
use crate::store::Watched;
use chrono::{DateTime, Utc};
use domain::audit::{EventKind, SecurityEvent};
use domain::mandate::{Holding, MandateId, NotInForce};

/// How many mandates are read at one time.
const AT_ONCE: i64 = 500;

/// Looks at every mandate. Whatever took its force away – its end, a suspension, its organisation, its unit – it is judged by the rule
/// that judges it everywhere else, and once: of several nodes one ends the grants.
///
/// # Errors
/// [`FlowError`] when a store fails; the rest is looked at next time.
pub async fn end_grants_of_lapsed_mandates(deps: &Deps) -> Result<(), FlowError> {
    let now = deps.clock.now();
    let mut after: Option<MandateId> = None;
    loop {
        let watched = deps.store.watched_holdings(after, AT_ONCE).await?;
        let Some(last) = watched.last() else {
            return Ok(());
        };
        after = Some(last.holding.mandate.id);
        for Watched { holding, lapsed } in watched {
            match (holding.in_force(now), lapsed) {
                (Err(reason), false) => end_grants(deps, &holding, reason, now).await?,
                (Ok(()), true) => resume(deps, holding.mandate.id).await?,
                _ => {}
            }
        }
    }
}

async fn end_grants(deps: &Deps, holding: &Holding, reason: NotInForce, now: DateTime<Utc>) -> Result<(), FlowError> {
    let mandate = &holding.mandate;
    let mut tx = deps.store.begin().await?;
    if !tx.set_lapsed(mandate.id, true).await? {
        return Ok(());
    }
    let ended = tx.end_grants_under(mandate, now).await?;
    if ended > 0 {
        tx.record(&SecurityEvent {
            person: Some(mandate.person),
            organisation: Some(mandate.organisation),
            mandate: Some(mandate.id),
            detail: Some(format!("{ended} of a mandate: {reason}")),
            ..deps.event(EventKind::GrantsEnded, now)
        })
        .await?;
    }
    tx.commit().await?;
    Ok(())
}

/// What is given from now on ends with the next lapse.
async fn resume(deps: &Deps, mandate: MandateId) -> Result<(), FlowError> {
    let mut tx = deps.store.begin().await?;
    tx.set_lapsed(mandate, false).await?;
    tx.commit().await?;
    Ok(())
}
