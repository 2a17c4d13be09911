//! `varco keys list` and `varco keys rotate`: the keys that tokens are signed with.

use crate::app::App;
use crate::app::runtime::runtime;
use crate::cli::serve::tell;
use crate::clock::Clock;
use crate::config;
use crate::flow::administration::signing_keys::{self, KeyPart};
use crate::random::Random;
use std::io::Write;
use std::path::PathBuf;
use std::process::ExitCode;

/// What is typed after `keys list` and `keys rotate`.
#[derive(Debug, clap::Args)]
pub struct Arguments {
    /// The configuration file.
    #[arg(long, value_name = "FILE", default_value = "varco.toml")]
    config: PathBuf,
}

/// Shows the keys; with `rotate`, makes the next of each kind first.
///
/// # Errors
/// When the configuration or a store cannot be used.
pub(super) fn run(arguments: &Arguments, rotate: bool, out: &mut impl Write) -> anyhow::Result<ExitCode> {
    let config = match config::load(&arguments.config, true) {
        Ok(config) => config,
        Err(mistakes) => return tell(&mistakes, out),
    };
    runtime()?.block_on(async {
        let app = App::attach(config, Clock::System, Random::System).await?;
        let deps = &app.state.deps;
        if rotate {
            signing_keys::rotate(deps, true).await?;
        }
        for listed in signing_keys::list(deps).await? {
            let part = match listed.part {
                KeyPart::File => "signs, from a file".to_owned(),
                KeyPart::FileBeside => "published, from a file".to_owned(),
                KeyPart::Waits(from) => format!("published, signs from {}", from.format("%Y-%m-%d %H:%M UTC")),
                KeyPart::Signs => "signs".to_owned(),
                KeyPart::Leaves(until) => format!("signed, published until {}", until.format("%Y-%m-%d %H:%M UTC")),
            };
            writeln!(out, "{:<8} {}  {part}", listed.kind.word(), listed.kid)?;
        }
        Ok(ExitCode::SUCCESS)
    })
}
