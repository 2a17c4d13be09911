//! The commands, one file each. They print for people, and end with 0 or, after saying why, 1.

mod check_config;
mod keys;

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
    /// Make the keys that a configuration names.
    #[command(subcommand)]
    Keys(keys::Command),
}

/// Runs the command that was typed.
pub fn run(cli: &Cli) -> ExitCode {
    let outcome = match &cli.command {
        Command::CheckConfig(arguments) => check_config::run(arguments, &mut stdout().lock()),
        Command::Keys(command) => keys::run(command, &mut stdout().lock()),
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
