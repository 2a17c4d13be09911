//! `varco serve`: the service, by its configuration.

use crate::app::App;
use crate::app::runtime::runtime;
use crate::clock::Clock;
use crate::config::{self, Config, LogFormat, Mistake};
use crate::random::Random;
use crate::telemetry;
use std::io::Write;
use std::path::PathBuf;
use std::process::ExitCode;

/// What is typed after `serve`.
#[derive(Debug, clap::Args)]
pub struct Arguments {
    /// The configuration file.
    #[arg(long, value_name = "FILE", default_value = "varco.toml")]
    config: PathBuf,
}

/// Serves until the process is told to stop.
///
/// # Errors
/// When the service cannot start.
pub(super) fn run(arguments: &Arguments, out: &mut impl Write) -> anyhow::Result<ExitCode> {
    let config = match config::load(&arguments.config, false) {
        Ok(config) => config,
        Err(mistakes) => return tell(&mistakes, out),
    };
    start_log(&config);
    runtime()?.block_on(async {
        let app = App::open(config, Clock::System, Random::System).await?;
        app.serve(stopped()).await?;
        Ok(ExitCode::SUCCESS)
    })
}

/// Every mistake, and failure.
pub(super) fn tell(mistakes: &[Mistake], out: &mut impl Write) -> anyhow::Result<ExitCode> {
    for mistake in mistakes {
        writeln!(out, "{mistake}")?;
    }
    Ok(ExitCode::FAILURE)
}

/// Starts logging as configured.
pub(super) fn start_log(config: &Config) {
    let format = match config.log.format {
        LogFormat::Text => telemetry::LogFormat::Text,
        LogFormat::Json => telemetry::LogFormat::Json,
    };
    // What libraries tell at their lower levels (SQL text among it) is nobody's business in production.
    telemetry::start(format, &format!("warn,varco={}", config.log.level.as_str()));
}

/// Done when the process is told to stop (SIGTERM, or Ctrl-C).
pub(super) async fn stopped() {
    use tokio::signal::unix::{SignalKind, signal};
    let terminated = async {
        match signal(SignalKind::terminate()) {
            Ok(mut signal) => drop(signal.recv().await),
            // Without the handler the signal ends the process all the same.
            Err(_) => std::future::pending().await,
        }
    };
    tokio::select! {
        () = terminated => {}
        _ = tokio::signal::ctrl_c() => {}
    }
    tracing::info!("stopping");
}
