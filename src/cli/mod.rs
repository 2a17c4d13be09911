//! The commands, one file each. They print for people, and end with 0 or, after saying why, 1.

mod apply;
mod audit;
mod check_config;
#[cfg(feature = "demo")]
mod demo;
mod idps;
mod keys;
mod serve;

use clap::{Parser, Subcommand};
use std::io::{Write, stderr, stdout};
use std::process::ExitCode;

/// Identity broker and OpenID provider for Italian public administrations.
#[derive(Debug, Parser)]
#[command(name = "varco", version, about)]
pub struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Name file, line and setting of every mistake in a configuration.
    CheckConfig(check_config::Arguments),
    /// Serve.
    Serve(serve::Arguments),
    /// Serve with a generated configuration, and a small world around it to try it in.
    #[cfg(feature = "demo")]
    Demo(demo::Arguments),
    /// Store organisations, people, mandates and officials from a file.
    Apply(apply::Arguments),
    /// Show, fetch or accept the identity providers of the SPID registry.
    Idps(idps::Arguments),
    /// Look into the transaction register; find out whether anybody changed it.
    #[command(subcommand)]
    Audit(audit::Command),
    /// Make the keys that a configuration names, and change those that the database holds.
    #[command(subcommand)]
    Keys(keys::Command),
}

/// Runs the command that was typed.
pub fn run(cli: &Cli) -> ExitCode {
    let outcome = match &cli.command {
        Command::Serve(arguments) => serve::run(arguments, &mut stdout()),
        #[cfg(feature = "demo")]
        Command::Demo(arguments) => demo::run(arguments, &mut stdout()),
        Command::Apply(arguments) => apply::run(arguments, &mut stdout()),
        Command::Idps(arguments) => idps::run(arguments, &mut stdout().lock()),
        Command::Audit(command) => audit::run(command, &mut stdout()),
        Command::CheckConfig(arguments) => check_config::run(arguments, &mut stdout().lock()),
        Command::Keys(command) => keys::run(command, &mut stdout()),
    };
    match outcome {
        Ok(code) => code,
        Err(error) => {
            // Nobody is left to tell when this fails too.
            let _ = writeln!(stderr(), "varco: {error:#}");
            ExitCode::FAILURE
        }
    }
}
