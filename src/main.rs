//! `varco`: see `varco --help`.

use clap::Parser as _;
use std::process::ExitCode;
use varco::cli::{Cli, run};

fn main() -> ExitCode {
    run(&Cli::parse())
}
