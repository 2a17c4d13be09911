//! `varco audit`: the transaction register and the security events, for officials and for whoever checks them. May be
//! run while the service runs.

use super::keys::write_private_bytes;
use super::serve::tell;
use crate::app::App;
use crate::app::runtime::runtime;
use crate::clock::Clock;
use crate::config;
use crate::flow::Deps;
use crate::flow::administration::verify::verify;
use crate::flow::office::admission::named;
use crate::flow::office::export::{Subject, export};
use crate::flow::office::question::{Reason, Typed, Who};
use crate::flow::office::register::{Asker, Via, search};
use crate::random::Random;
use anyhow::{Context as _, bail};
use domain::italy::FiscalNumber;
use domain::person::Duty;
use protocol::sealing::Head;
use std::io::Write;
use std::path::PathBuf;
use std::process::ExitCode;

/// What is typed after `audit`.
#[derive(Debug, clap::Subcommand)]
pub enum Command {
    /// Say which row is changed, missing or added since it was sealed; ends with 1 when one is.
    Verify(VerifyArguments),
    /// Look for entries of the register.
    Search(SearchArguments),
    /// Hand out the entries of one person or of one case, documents to the byte (ZIP).
    Export(ExportArguments),
}

/// What is typed after `audit verify`.
#[derive(Debug, clap::Args)]
pub struct VerifyArguments {
    /// The configuration file.
    #[arg(long, value_name = "FILE", default_value = "varco.toml")]
    config: PathBuf,
    /// Files in which signed heads stand: a heads file, or a log. Default: `register.heads_file`.
    #[arg(long, value_name = "FILE")]
    heads: Vec<PathBuf>,
}

/// In whose name, and why.
#[derive(Debug, clap::Args)]
pub struct Official {
    /// Fiscal number of the official, who must have the duty `auditor`.
    #[arg(long, value_name = "FISCAL NUMBER")]
    official: String,
    /// Why; kept with the look-up (10 to 300 characters).
    #[arg(long, value_name = "TEXT")]
    reason: String,
}

/// What is typed after `audit search`.
#[derive(Debug, clap::Args)]
pub struct SearchArguments {
    /// The configuration file.
    #[arg(long, value_name = "FILE", default_value = "varco.toml")]
    config: PathBuf,
    #[command(flatten)]
    official: Official,
    /// One person: fiscal number, or the `sub` that portals know.
    #[arg(long, value_name = "PERSON")]
    person: Option<String>,
    /// The reference that a citizen read on an error page.
    #[arg(long, value_name = "REFERENCE")]
    reference: Option<String>,
    /// The ID of our AuthnRequest.
    #[arg(long, value_name = "ID")]
    request_id: Option<String>,
    /// The NameID of an assertion.
    #[arg(long, value_name = "NAME")]
    name_id: Option<String>,
    /// First day, YYYY-MM-DD.
    #[arg(long, value_name = "DAY")]
    from: Option<String>,
    /// Last day.
    #[arg(long, value_name = "DAY")]
    to: Option<String>,
}

/// What is typed after `audit export`.
#[derive(Debug, clap::Args)]
pub struct ExportArguments {
    /// The configuration file.
    #[arg(long, value_name = "FILE", default_value = "varco.toml")]
    config: PathBuf,
    #[command(flatten)]
    official: Official,
    /// Everything about one person: fiscal number, or the `sub` that portals know.
    #[arg(
        long,
        value_name = "PERSON",
        conflicts_with = "case",
        required_unless_present = "case"
    )]
    person: Option<String>,
    /// One case: the ID of our AuthnRequest, or the reference of an error page.
    #[arg(long, value_name = "NAME")]
    case: Option<String>,
    /// The new file; only its owner may read it.
    #[arg(long, value_name = "FILE")]
    out: PathBuf,
}

/// Runs one of them.
///
/// # Errors
/// When the configuration or a store cannot be used, or what was typed makes no sense.
pub(super) fn run(command: &Command, out: &mut impl Write) -> anyhow::Result<ExitCode> {
    let path = match command {
        Command::Verify(arguments) => &arguments.config,
        Command::Search(arguments) => &arguments.config,
        Command::Export(arguments) => &arguments.config,
    };
    // Any installation may be looked at, the demo's too.
    let config = match config::load(path, true) {
        Ok(config) => config,
        Err(mistakes) => return tell(&mistakes, out),
    };
    runtime()?.block_on(async {
        let app = App::attach(config, Clock::System, Random::System).await?;
        let deps = &app.state.deps;
        match command {
            Command::Verify(arguments) => run_verify(deps, arguments, out).await,
            Command::Search(arguments) => run_search(deps, arguments, out).await,
            Command::Export(arguments) => run_export(deps, arguments, out).await,
        }
    })
}

async fn run_verify(deps: &Deps, arguments: &VerifyArguments, out: &mut impl Write) -> anyhow::Result<ExitCode> {
    let configured = deps.settings.register.heads_file.iter().filter(|file| file.exists());
    let files: Vec<&PathBuf> = match arguments.heads.is_empty() {
        true => configured.collect(),
        false => arguments.heads.iter().collect(),
    };
    let mut heads = Vec::new();
    for file in files {
        let text = std::fs::read_to_string(file).with_context(|| format!("cannot read {}", file.display()))?;
        for head in Head::all_in(&text) {
            heads.push(head.with_context(|| format!("{}: a head cannot be read", file.display()))?);
        }
    }
    let verified = verify(deps, &heads).await?;
    for finding in &verified.findings {
        writeln!(out, "{finding}")?;
    }
    writeln!(
        out,
        "{} rows in {} segments, {} exported heads: {}",
        verified.rows,
        verified.segments,
        verified.heads,
        match verified.findings.len() {
            0 => "ok".to_owned(),
            1 => "1 finding".to_owned(),
            findings => format!("{findings} findings"),
        }
    )?;
    Ok(match verified.findings.is_empty() {
        true => ExitCode::SUCCESS,
        false => ExitCode::FAILURE,
    })
}

async fn run_search(deps: &Deps, arguments: &SearchArguments, out: &mut impl Write) -> anyhow::Result<ExitCode> {
    let text = |field: &Option<String>| field.clone().unwrap_or_default();
    let question = Typed {
        person: text(&arguments.person),
        reference: text(&arguments.reference),
        request: text(&arguments.request_id),
        name_id: text(&arguments.name_id),
        from: text(&arguments.from),
        to: text(&arguments.to),
    }
    .read()?;
    let asker = asker(deps, &arguments.official).await?;
    let found = search(deps, &question, &asker).await?;
    for entry in &found.entries {
        writeln!(
            out,
            "{}  {}  {}  {}  {}  {}",
            entry.received_at.format("%Y-%m-%dT%H:%M:%SZ"),
            entry.request_id,
            entry.outcome,
            entry.client_id.as_deref().unwrap_or("-"),
            entry.identity_provider,
            entry
                .person
                .map_or_else(|| "-".to_owned(), |person| person.0.to_string()),
        )?;
    }
    for event in &found.events {
        writeln!(
            out,
            "{}  event {}  {}",
            event.at.format("%Y-%m-%dT%H:%M:%SZ"),
            event.kind.name(),
            event
                .person
                .map_or_else(|| "-".to_owned(), |person| person.0.to_string()),
        )?;
    }
    let more = if found.more { ", and more" } else { "" };
    writeln!(out, "{} entries{more}", found.entries.len())?;
    Ok(ExitCode::SUCCESS)
}

async fn run_export(deps: &Deps, arguments: &ExportArguments, out: &mut impl Write) -> anyhow::Result<ExitCode> {
    let subject = match (&arguments.person, &arguments.case) {
        (Some(person), _) => Subject::Person(Who::read(person).context("--person: neither a fiscal number nor an id")?),
        (None, Some(case)) => Subject::Case(case.trim().to_owned()),
        (None, None) => bail!("say --person or --case"),
    };
    let asker = asker(deps, &arguments.official).await?;
    match export(deps, &subject, &asker).await? {
        Some(archive) => {
            write_private_bytes(&arguments.out, &archive)?;
            writeln!(out, "{}: {} bytes", arguments.out.display(), archive.len())?;
            Ok(ExitCode::SUCCESS)
        }
        None => bail!("the register knows nothing of it"),
    }
}

async fn asker(deps: &Deps, official: &Official) -> anyhow::Result<Asker> {
    let reason = Reason::read(&official.reason).context("--reason: between 10 and 300 characters")?;
    let number = FiscalNumber::parse(official.official.trim())
        .ok()
        .context("--official: not a fiscal number")?;
    let person = named(deps, &number, Duty::Auditor)
        .await?
        .context("--official: not somebody with the duty `auditor`")?;
    Ok(Asker {
        official: person.id,
        reason,
        via: Via::Command,
    })
}
