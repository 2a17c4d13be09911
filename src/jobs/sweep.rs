//! Removes what has expired from the brief store, so that it stays as small as what is in flight.

use crate::clock::Clock;
use crate::store::Store;
use std::time::Duration;

const EVERY: Duration = Duration::from_secs(60);

/// Sweeps once a minute, for ever.
pub(super) async fn run(store: Store, clock: Clock) {
    let mut timer = tokio::time::interval(EVERY);
    loop {
        timer.tick().await;
        if let Err(error) = store.brief.sweep(clock.now()).await {
            tracing::warn!(%error, "sweep failed");
        }
    }
}
