//! What happens on a timer.

mod sweep;

use crate::clock::Clock;
use crate::store::Store;

/// Starts every job; they end with the runtime.
pub fn start(store: &Store, clock: &Clock) {
    tokio::spawn(sweep::run(store.clone(), clock.clone()));
}
