//! What Linux says about a process.

use anyhow::Context as _;
use serde::{Deserialize, Serialize};
use std::time::Duration;

/// `USER_HZ`: the unit of times in `/proc`, the same on every Linux that Rust runs on.
const TICK: Duration = Duration::from_millis(10);

/// Memory of a process, in MiB.
#[derive(Debug, Clone, Copy, Default, Serialize, Deserialize)]
pub struct Memory {
    /// Resident now.
    pub resident_mib: f64,
    /// Resident at most.
    pub peak_mib: f64,
}

/// User and system time of `/proc/…/stat`.
///
/// # Errors
/// When it cannot be read.
pub fn processor_time(path: &str) -> anyhow::Result<Duration> {
    let text = std::fs::read_to_string(path)?;
    // The second field is a name in parentheses, and may hold anything.
    let (_, rest) = text.rsplit_once(')').context("no name in stat")?;
    let mut fields = rest.split_ascii_whitespace();
    let user: u32 = fields.nth(11).context("no utime")?.parse()?;
    let system: u32 = fields.next().context("no stime")?.parse()?;
    Ok(TICK.saturating_mul(user.saturating_add(system)))
}

/// `VmRSS` and `VmHWM` of `/proc/…/status`.
///
/// # Errors
/// When it cannot be read.
pub fn memory(path: &str) -> anyhow::Result<Memory> {
    let text = std::fs::read_to_string(path)?;
    let mib = |name: &str| -> anyhow::Result<f64> {
        let line = text.lines().find(|line| line.starts_with(name)).context("no memory")?;
        let kib: f64 = line.split_ascii_whitespace().nth(1).context("no number")?.parse()?;
        Ok(kib / 1024.0)
    };
    Ok(Memory {
        resident_mib: mib("VmRSS:")?,
        peak_mib: mib("VmHWM:")?,
    })
}
