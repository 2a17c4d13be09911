//! `varco check-config`: would this configuration start, and what would it be?

use crate::clock::Clock;
use crate::config::{self, Config};
use std::io::Write;
use std::path::PathBuf;
use std::process::ExitCode;

/// What is typed after `check-config`.
#[derive(Debug, clap::Args)]
pub struct Arguments {
    /// The configuration file.
    #[arg(long, value_name = "FILE", default_value = "varco.toml")]
    config: PathBuf,
}

/// Prints every mistake as `file:line: setting: message`; without any, `ok`, a summary and warnings.
///
/// # Errors
/// When nothing can be printed.
pub(super) fn run(arguments: &Arguments, out: &mut impl Write) -> anyhow::Result<ExitCode> {
    match config::load(&arguments.config, false) {
        Ok(config) => {
            summarise(&config, out)?;
            Ok(ExitCode::SUCCESS)
        }
        Err(mistakes) => {
            for mistake in &mistakes {
                writeln!(out, "{mistake}")?;
            }
            let noun = if mistakes.len() == 1 { "mistake" } else { "mistakes" };
            writeln!(out, "{} {noun}", mistakes.len())?;
            Ok(ExitCode::FAILURE)
        }
    }
}

fn summarise(config: &Config, out: &mut impl Write) -> std::io::Result<()> {
    let scheme = |url: &str| url.split(':').next().unwrap_or_default().to_owned();
    writeln!(out, "ok")?;
    writeln!(out, "  issuer   {}", config.issuer)?;
    writeln!(out, "  listen   {}", config.listen.address)?;
    // Not the URLs: they may hold passwords.
    writeln!(
        out,
        "  stores   {}, {}",
        scheme(config.store.database()),
        scheme(config.store.brief())
    )?;
    for key in config.keyring.oidc.active.iter().chain(&config.keyring.oidc.retiring) {
        writeln!(out, "  key      {}", key.kid())?;
    }
    writeln!(out, "  master   {}", config.master_key.id())?;
    writeln!(out, "  spid     {}", config.spid.entity_id)?;
    if let Some(cie) = &config.cie {
        writeln!(out, "  cie      {}", cie.entity_id)?;
    }
    if let Some(node) = &config.eidas_node {
        writeln!(out, "  eidas    {}", node.entity_id)?;
    }
    for provider in &config.identity_providers {
        let ends = provider.certificates.iter().map(|dates| dates.ends).max();
        let ends = ends.map_or_else(String::new, |end| {
            format!(" (certificate until {})", end.format("%Y-%m-%d"))
        });
        writeln!(out, "  idp      {}{ends}", provider.entity_id)?;
    }
    for client in &config.clients {
        writeln!(out, "  client   {} ({})", client.id, client.name)?;
    }
    for warning in config.warnings().into_iter().chain(config.endings(Clock::System.now())) {
        writeln!(out, "warning: {warning}")?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(config: &str) -> (ExitCode, String) {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("varco.toml");
        std::fs::write(&path, config).unwrap();
        let mut out = Vec::new();
        let code = run(&Arguments { config: path.clone() }, &mut out).unwrap();
        let told = String::from_utf8(out).unwrap();
        (code, told.replace(&path.display().to_string(), "varco.toml"))
    }

    #[test]
    fn every_mistake_is_printed_with_file_line_and_setting_and_the_command_fails() {
        let (code, told) = check("issuer = \"https://login.ente.example.it\"\n[session]\nidle_minute = 3\n");
        assert_eq!(code, ExitCode::FAILURE);
        assert!(
            told.contains("varco.toml:3: session.idle_minute: unknown setting; did you mean `idle_minutes`?\n"),
            "{told}"
        );
        assert!(told.contains("varco.toml:1: spid.key: must be set\n"), "{told}");
        assert!(told.ends_with(" mistakes\n"), "{told}");
    }
}
