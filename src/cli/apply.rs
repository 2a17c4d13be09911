//! `varco apply`: organisations, people, mandates and officials from a file.

use super::serve::tell;
use crate::app::App;
use crate::app::runtime::runtime;
use crate::clock::Clock;
use crate::config::{self, ManifestFile, Mistake};
use crate::flow::administration::apply::apply_manifest;
use crate::random::Random;
use std::io::Write;
use std::path::PathBuf;
use std::process::ExitCode;

/// What is typed after `apply`.
#[derive(Debug, clap::Args)]
pub struct Arguments {
    /// The configuration file.
    #[arg(long, value_name = "FILE", default_value = "varco.toml")]
    config: PathBuf,
    /// What to store: `[[organisation]]`, `[[person]]`, `[[mandate]]`, `[[official]]`.
    #[arg(value_name = "FILE")]
    manifest: PathBuf,
}

/// Stores all of it, or says what is wrong and stores nothing.
///
/// # Errors
/// When the configuration or a store cannot be used.
pub(super) fn run(arguments: &Arguments, out: &mut impl Write) -> anyhow::Result<ExitCode> {
    let config = match config::load(&arguments.config, false) {
        Ok(config) => config,
        Err(mistakes) => return tell(&mistakes, out),
    };
    let file = match ManifestFile::load(&arguments.manifest) {
        Ok(file) => file,
        Err(mistakes) => return tell(&mistakes, out),
    };
    runtime()?.block_on(async {
        let app = App::open(config, Clock::System, Random::System).await?;
        match apply_manifest(&app.state.deps, &file.manifest).await? {
            Ok(applied) => {
                writeln!(
                    out,
                    "{} organisations, {} people, {} mandates, {} officials",
                    applied.organisations, applied.people, applied.mandates, applied.officials
                )?;
                Ok(ExitCode::SUCCESS)
            }
            Err(wrong) => {
                let mistakes: Vec<Mistake> = wrong
                    .iter()
                    .flat_map(|part| file.mistakes(&part.part, &part.faults))
                    .collect();
                tell(&mistakes, out)
            }
        }
    })
}
