//! Many operations at once, and what they cost.

use crate::operation::Portal;
use crate::server::Server;
use anyhow::{Context as _, anyhow};
use serde::{Deserialize, Serialize};
use std::time::{Duration, Instant};

/// One portal at one concurrency.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Series {
    /// Of the portal.
    pub name: String,
    /// Connections, each with one operation under way.
    pub concurrency: usize,
    /// Whole operations.
    pub operations: u32,
    /// Of them in a second.
    pub per_second: f64,
    /// Half of them took at most this long, in milliseconds.
    pub p50_ms: f64,
    /// 99 of 100 took at most this long, in milliseconds.
    pub p99_ms: f64,
    /// Processor time of the server for each, in microseconds.
    pub processor_us: f64,
}

/// Drives `portal` for `time`.
///
/// # Errors
/// The first operation that fails ends it.
pub fn drive(
    server: &Server,
    portal: &Portal,
    citizen: &str,
    concurrency: usize,
    time: Duration,
) -> anyhow::Result<Series> {
    let before = server.processor_time()?;
    let started = Instant::now();
    let latencies = std::thread::scope(|scope| {
        let drivers: Vec<_> = (0..concurrency)
            .map(|_| scope.spawn(move || one_after_another(server, portal, citizen, started, time)))
            .collect();
        let mut all = Vec::new();
        for driver in drivers {
            all.extend(driver.join().map_err(|_| anyhow!("a driver panicked"))??);
        }
        Ok::<_, anyhow::Error>(all)
    })?;
    let elapsed = started.elapsed();
    let spent = server.processor_time()?.saturating_sub(before);
    summarised(portal.name, concurrency, latencies, elapsed, spent)
}

/// What many operations come to: their latencies, how long all of them took, what the server spent on them.
///
/// # Errors
/// When there was none.
pub fn summarised(
    name: &str,
    concurrency: usize,
    mut latencies: Vec<Duration>,
    elapsed: Duration,
    spent: Duration,
) -> anyhow::Result<Series> {
    latencies.sort_unstable();
    let operations = u32::try_from(latencies.len())?;
    Ok(Series {
        name: name.to_owned(),
        concurrency,
        operations,
        per_second: f64::from(operations) / elapsed.as_secs_f64(),
        p50_ms: percentile(&latencies, 50)?,
        p99_ms: percentile(&latencies, 99)?,
        processor_us: spent.as_secs_f64() * 1e6 / f64::from(operations),
    })
}

fn one_after_another(
    server: &Server,
    portal: &Portal,
    citizen: &str,
    started: Instant,
    time: Duration,
) -> anyhow::Result<Vec<Duration>> {
    let mut connection = server.connect()?;
    let mut latencies = Vec::new();
    let mut last = None;
    while started.elapsed() < time {
        let begun = Instant::now();
        last = Some(portal.sign_in(&mut connection, citizen)?);
        latencies.push(begun.elapsed());
    }
    portal.check(&last.context("no operation was done in time")?)?;
    Ok(latencies)
}

/// In milliseconds, of sorted latencies.
fn percentile(sorted: &[Duration], percent: usize) -> anyhow::Result<f64> {
    let rank = sorted.len().saturating_mul(percent).div_ceil(100).saturating_sub(1);
    let latency = sorted.get(rank).context("no operation was done in time")?;
    Ok(latency.as_secs_f64() * 1e3)
}
