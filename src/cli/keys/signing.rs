//! `varco keys list`, `rotate` and `withdraw`: the keys that tokens are signed with.

use crate::app::App;
use crate::app::runtime::runtime;
use crate::cli::serve::tell;
use crate::clock::Clock;
use crate::config;
use crate::flow::administration::signing_keys::{self, KeyPart, Withdrawn};
use crate::random::Random;
use anyhow::bail;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

/// What is typed after `keys list` and `keys rotate`.
#[derive(Debug, clap::Args)]
pub struct Arguments {
    /// The configuration file.
    #[arg(long, value_name = "FILE", default_value = "varco.toml")]
    config: PathBuf,
}

/// What is typed after `keys withdraw`.
#[derive(Debug, clap::Args)]
pub struct WithdrawArguments {
    /// The key's name, as `varco keys list` shows it.
    kid: String,
    /// The configuration file.
    #[arg(long, value_name = "FILE", default_value = "varco.toml")]
    config: PathBuf,
}

/// What is done before the keys are shown.
#[derive(Debug, Clone, Copy)]
enum First<'a> {
    Nothing,
    Rotate,
    Withdraw(&'a str),
}

/// Shows the keys.
///
/// # Errors
/// When the configuration or a store cannot be used.
pub(super) fn list(arguments: &Arguments, out: &mut impl Write) -> anyhow::Result<ExitCode> {
    run(&arguments.config, First::Nothing, out)
}

/// Makes the next key of each kind, and shows them all.
///
/// # Errors
/// When the configuration or a store cannot be used.
pub(super) fn rotate(arguments: &Arguments, out: &mut impl Write) -> anyhow::Result<ExitCode> {
    run(&arguments.config, First::Rotate, out)
}

/// Destroys one key, and shows the others.
///
/// # Errors
/// When the configuration or a store cannot be used, or the key is none that can be withdrawn.
pub(super) fn withdraw(arguments: &WithdrawArguments, out: &mut impl Write) -> anyhow::Result<ExitCode> {
    run(&arguments.config, First::Withdraw(&arguments.kid), out)
}

fn run(config: &Path, first: First<'_>, out: &mut impl Write) -> anyhow::Result<ExitCode> {
    let config = match config::load(config, true) {
        Ok(config) => config,
        Err(mistakes) => return tell(&mistakes, out),
    };
    runtime()?.block_on(async {
        let app = App::attach(config, Clock::System, Random::System).await?;
        let deps = &app.state.deps;
        match first {
            First::Nothing => {}
            First::Rotate => signing_keys::rotate(deps, true).await?,
            First::Withdraw(kid) => match signing_keys::withdraw(deps, kid).await? {
                Withdrawn::Done => writeln!(out, "withdrawn; every process follows within a minute")?,
                Withdrawn::InFile => bail!("this key stands in a file: take it out of [keys], and restart"),
                Withdrawn::Unknown => bail!("there is no key of this name"),
            },
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
