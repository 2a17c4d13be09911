//! What is typed after `cargo bench --bench provider --`.

use anyhow::{Context as _, bail};
use std::path::PathBuf;
use std::time::Duration;

/// How to measure.
#[derive(Debug)]
pub struct Options {
    /// How long each series lasts.
    pub time: Duration,
    /// The folder where the numbers go, a file for each pair of stores; `None`: beside the compiled code.
    pub report: Option<PathBuf>,
}

impl Options {
    /// `--seconds N` (3) and `--report DIR` (`$VARCO_BENCH_REPORT`). What cargo adds (`--bench`) is passed over.
    ///
    /// # Errors
    /// For anything else.
    pub fn read(mut arguments: impl Iterator<Item = String>) -> anyhow::Result<Options> {
        let mut options = Options {
            time: Duration::from_secs(3),
            report: std::env::var_os("VARCO_BENCH_REPORT").map(PathBuf::from),
        };
        while let Some(argument) = arguments.next() {
            match argument.as_str() {
                "--bench" => {}
                "--seconds" => {
                    let seconds = arguments.next().context("--seconds needs a number")?;
                    options.time = Duration::try_from_secs_f64(seconds.parse()?)?;
                }
                "--report" => options.report = Some(arguments.next().context("--report needs a folder")?.into()),
                other => bail!("unknown argument {other}; there are --seconds N and --report DIR"),
            }
        }
        Ok(options)
    }
}
