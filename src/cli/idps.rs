//! `varco idps`: the identity providers of the registry, by hand.

use super::serve::tell;
use crate::app::App;
use crate::app::runtime::runtime;
use crate::clock::Clock;
use crate::config;
use crate::flow::administration::registry::{self, Fetched, Taken, Way, fetch, take};
use crate::flow::{Deps, RegistrySource};
use crate::random::Random;
use anyhow::Context as _;
use std::io::Write;
use std::path::PathBuf;
use std::process::ExitCode;

/// What is typed after `idps`.
#[derive(Debug, clap::Args)]
pub struct Arguments {
    /// The configuration file.
    #[arg(long, value_name = "FILE", default_value = "varco.toml", global = true)]
    config: PathBuf,
    #[command(subcommand)]
    what: What,
}

#[derive(Debug, clap::Subcommand)]
enum What {
    /// Who is known, until when their certificates last, and what is wrong with the registry.
    Show,
    /// Ask the registry now.
    Fetch,
    /// Take a copy of the registry from a file, whatever its age. Its signature counts all the same.
    Accept {
        /// The signed document.
        #[arg(value_name = "FILE")]
        file: PathBuf,
    },
}

/// Shows, fetches or accepts.
///
/// # Errors
/// When the configuration or a store cannot be used, or the file cannot be read.
pub(super) fn run(arguments: &Arguments, out: &mut impl Write) -> anyhow::Result<ExitCode> {
    let config = match config::load(&arguments.config, false) {
        Ok(config) => config,
        Err(mistakes) => return tell(&mistakes, out),
    };
    runtime()?.block_on(async {
        // Not `open`: whoever tries a draft of a configuration must not switch off the portals that it does not name.
        let app = App::attach(config, Clock::System, Random::System).await?;
        let deps = &app.state.deps;
        registry::begin(deps, &deps.identity_providers).await?;
        let source = deps.identity_providers.source();
        let registry = || source.context("spid.registry.signers: no registry is configured");
        let good = match &arguments.what {
            What::Show => {
                show(deps, source, out).await?;
                true
            }
            What::Fetch => tell_fetched(&fetch(deps, &deps.identity_providers, registry()?).await?, out)?,
            What::Accept { file } => {
                let document =
                    std::fs::read_to_string(file).with_context(|| format!("cannot read {}", file.display()))?;
                tell_taken(
                    take(deps, &deps.identity_providers, registry()?, &document, Way::ByHand).await?,
                    out,
                )?
            }
        };
        Ok(if good { ExitCode::SUCCESS } else { ExitCode::FAILURE })
    })
}

async fn show(deps: &Deps, source: Option<&RegistrySource>, out: &mut impl Write) -> anyhow::Result<()> {
    if let Some(source) = source {
        let held = deps.store.idp_registry(source.name).await?;
        writeln!(out, "registry  {}", source.url)?;
        match &held.copy {
            Some(copy) => writeln!(out, "  held since    {}", copy.accepted_at)?,
            None => writeln!(out, "  no copy is held")?,
        }
        if let Some(at) = held.checked_at {
            writeln!(out, "  last good     {at}")?;
        }
        if let Some((reason, since)) = &held.problem {
            writeln!(out, "  refused       {reason}, since {since}")?;
        }
    }
    let now = deps.clock.now();
    for provider in deps.identity_providers.all() {
        let usable = deps.identity_providers.get(&provider.entity_id, now).is_some();
        let ends = provider.certificates.iter().map(|dates| dates.ends).max();
        writeln!(
            out,
            "{} {}  {} keys, certificate until {}  {}",
            if usable { " " } else { "-" },
            provider.entity_id,
            provider.signing_keys.len(),
            ends.map_or_else(|| "?".to_owned(), |end| end.format("%Y-%m-%d").to_string()),
            provider.name,
        )?;
    }
    Ok(())
}

fn tell_fetched(fetched: &Fetched, out: &mut impl Write) -> std::io::Result<bool> {
    match fetched {
        Fetched::Answered(taken) => tell_taken(*taken, out),
        Fetched::Silent(error) => {
            writeln!(out, "the registry did not answer: {error}")?;
            Ok(false)
        }
        Fetched::NotNow => Ok(true),
    }
}

fn tell_taken(taken: Taken, out: &mut impl Write) -> std::io::Result<bool> {
    match taken {
        Taken::Unchanged => writeln!(out, "unchanged")?,
        Taken::Renewed(count) => writeln!(out, "renewed: {count} identity providers")?,
        Taken::Refused(reason) => writeln!(out, "refused: {reason}; the copy held stays in use")?,
    }
    Ok(!matches!(taken, Taken::Refused(_)))
}
