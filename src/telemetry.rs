//! Log lines. What may stand in them is listed in `docs/LOGGING.md`.

use tracing_subscriber::EnvFilter;

/// How log lines look.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LogFormat {
    /// For people.
    Text,
    /// For collectors: one JSON object a line.
    Json,
}

/// Starts logging to standard error. `filter` is a `tracing` filter such as `info,sqlx=warn`; the
/// environment variable `VARCO_LOG` wins over it.
pub fn start(format: LogFormat, filter: &str) {
    let filter = EnvFilter::try_from_env("VARCO_LOG")
        .or_else(|_| EnvFilter::try_new(filter))
        .unwrap_or_default();
    let builder = tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(std::io::stderr)
        .with_target(true);
    // A second start (tests in one process) keeps the first.
    let _ = match format {
        LogFormat::Text => builder.with_ansi(false).try_init(),
        LogFormat::Json => builder.json().flatten_event(true).try_init(),
    };
}
