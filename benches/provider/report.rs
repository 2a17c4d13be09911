//! The numbers, for people and for the next run.

use crate::acs;
use crate::machine::{self, Machine};
use crate::process::Memory;
use crate::series::Series;
use crate::server::Stores;
use anyhow::Context as _;
use serde::{Deserialize, Serialize};
use std::io::Write;
use std::path::{Path, PathBuf};
use std::time::Duration;

/// Processor time of one operation, in signatures.
const AIM_SIGNATURES: f64 = 2.0;
const STRETCH_SIGNATURES: f64 = 1.5;
const AIM_MEMORY_MIB: f64 = 60.0;
const AIM_READY_MS: f64 = 300.0;

/// What was measured.
#[derive(Debug)]
pub struct Run {
    /// For people.
    stores: &'static str,
    first_ready: Duration,
    second_ready: Duration,
    /// Processor time of one signature, several times.
    pub signatures: Vec<Duration>,
    /// Each portal at each concurrency.
    pub series: Vec<Series>,
    /// Of the server, after all of them.
    pub memory: Memory,
}

impl Run {
    /// Nothing but the two starts yet.
    pub fn new(stores: &Stores, first_ready: Duration, second_ready: Duration) -> Run {
        Run {
            stores: stores.name(),
            first_ready,
            second_ready,
            signatures: Vec::new(),
            series: Vec::new(),
            memory: Memory::default(),
        }
    }
}

/// What is written.
#[derive(Debug, Serialize, Deserialize)]
pub struct Report {
    /// Of the source; `+` when it was changed since.
    revision: String,
    machine: Machine,
    stores: String,
    /// From the start of the process to the first 200 of `/readyz`, in milliseconds: keys and tables are made.
    first_ready_ms: f64,
    /// The same with keys and tables in place.
    second_ready_ms: f64,
    /// Raw RSA-2048 signatures in a second of one core (median of several looks).
    signatures_per_second: f64,
    series: Vec<Line>,
    memory: Memory,
    aims: Aims,
}

#[derive(Debug, Serialize, Deserialize)]
struct Line {
    #[serde(flatten)]
    series: Series,
    /// Processor time of the server for one operation, in signatures.
    signatures: f64,
}

#[derive(Debug, Serialize, Deserialize)]
struct Aims {
    signatures: f64,
    signatures_stretch: f64,
    resident_mib: f64,
    second_ready_ms: f64,
}

/// The file of these stores in `folder`, or beside the compiled code: each pair has its own, for one run measures
/// both.
pub fn path(folder: Option<&Path>, stores: &Stores) -> PathBuf {
    let name = match stores {
        Stores::Embedded => "provider.json",
        Stores::Servers { .. } => "provider-servers.json",
    };
    let binary = Path::new(env!("CARGO_BIN_EXE_varco"));
    let target = binary.ancestors().nth(2).unwrap_or(Path::new("target"));
    folder.unwrap_or(&target.join("bench")).join(name)
}

impl Report {
    /// Puts the numbers in relation.
    pub fn new(run: Run) -> Report {
        let signature_us = median(run.signatures).as_secs_f64() * 1e6;
        let lines = run.series.into_iter().map(|series| Line {
            signatures: series.processor_us / signature_us,
            series,
        });
        Report {
            revision: machine::revision(),
            machine: Machine::here(),
            stores: run.stores.to_owned(),
            first_ready_ms: run.first_ready.as_secs_f64() * 1e3,
            second_ready_ms: run.second_ready.as_secs_f64() * 1e3,
            signatures_per_second: 1e6 / signature_us,
            series: lines.collect(),
            memory: run.memory,
            aims: Aims {
                signatures: AIM_SIGNATURES,
                signatures_stretch: STRETCH_SIGNATURES,
                resident_mib: AIM_MEMORY_MIB,
                second_ready_ms: AIM_READY_MS,
            },
        }
    }

    /// An earlier one, if there is one that can be read.
    pub fn read(path: &Path) -> Option<Report> {
        serde_json::from_slice(&std::fs::read(path).ok()?).ok()
    }

    /// For the next run, and for whoever keeps numbers.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn write(&self, path: &Path) -> anyhow::Result<()> {
        if let Some(folder) = path.parent() {
            std::fs::create_dir_all(folder)?;
        }
        let text = serde_json::to_string_pretty(self)?;
        std::fs::write(path, text).with_context(|| format!("cannot write {}", path.display()))
    }

    /// For people, beside the aims and what an earlier run had.
    ///
    /// # Errors
    /// When nobody reads.
    pub fn print(&self, previous: Option<&Report>, out: &mut impl Write) -> std::io::Result<()> {
        let Machine {
            processor,
            cores,
            load,
            kernel,
            ..
        } = &self.machine;
        writeln!(
            out,
            "\n{}, {cores} cores, Linux {kernel}, load {load}, revision {}\nstores: {}\n",
            processor, self.revision, self.stores
        )?;
        writeln!(
            out,
            "{:<14}{:>5}{:>10}{:>10}{:>10}{:>12}{:>13}{:>20}",
            "portal", "at 1×", "ops/s", "p50 ms", "p99 ms", "CPU µs/op", "signatures", "before (ops/s, sig)"
        )?;
        for line in &self.series {
            let before = previous.and_then(|report| report.same(line));
            writeln!(out, "{}", line.row(before))?;
        }
        writeln!(
            out,
            "\n  raw RSA-2048 signatures, one core   {:>8.0} /s  ({:.0} µs of CPU each)",
            self.signatures_per_second,
            1e6 / self.signatures_per_second
        )?;
        // The aim is for the operation; what a Response costs at the ACS stands for itself.
        let operations = self.series.iter().filter(|line| line.series.name != acs::NAME);
        let worst = operations.map(|line| line.signatures).fold(0.0, f64::max);
        writeln!(
            out,
            "  CPU per operation, dearest series   {worst:>8.2} signatures   aim ≤ {AIM_SIGNATURES:.1}, stretch {STRETCH_SIGNATURES:.1}"
        )?;
        writeln!(
            out,
            "  resident memory after the bench     {:>8.1} MiB (peak {:.1})   aim ≤ {AIM_MEMORY_MIB:.0}",
            self.memory.resident_mib, self.memory.peak_mib
        )?;
        writeln!(
            out,
            "  ready at the second start           {:>8.0} ms (first {:.0})   aim ≤ {AIM_READY_MS:.0}\n",
            self.second_ready_ms, self.first_ready_ms
        )
    }

    fn same(&self, wanted: &Line) -> Option<&Line> {
        let key = |line: &Line| (line.series.name.clone(), line.series.concurrency);
        self.series.iter().find(|line| key(line) == key(wanted))
    }
}

impl Line {
    fn row(&self, before: Option<&Line>) -> String {
        let series = &self.series;
        let before = before.map_or_else(String::new, |line| {
            format!("{:.0}, {:.2}", line.series.per_second, line.signatures)
        });
        format!(
            "{:<14}{:>5}{:>10.0}{:>10.2}{:>10.2}{:>12.0}{:>13.2}{before:>20}",
            series.name,
            series.concurrency,
            series.per_second,
            series.p50_ms,
            series.p99_ms,
            series.processor_us,
            self.signatures
        )
    }
}

fn median(mut values: Vec<Duration>) -> Duration {
    values.sort_unstable();
    values.get(values.len() / 2).copied().unwrap_or(Duration::MAX)
}
