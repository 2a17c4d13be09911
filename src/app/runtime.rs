//! The threads.

use crate::store::COMMITTING;
use anyhow::Context as _;
use std::num::NonZero;
use std::thread::available_parallelism;
use tokio::runtime::{Builder, Runtime};

/// Everything runs on it. A thread that waits for a disk does nothing else, so there are as many more as may.
///
/// # Errors
/// When the system gives no threads.
pub fn runtime() -> anyhow::Result<Runtime> {
    let processors = available_parallelism().map_or(1, NonZero::get);
    Builder::new_multi_thread()
        .worker_threads(processors.saturating_add(COMMITTING))
        .enable_all()
        .build()
        .context("cannot start the runtime")
}
