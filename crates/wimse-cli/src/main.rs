//! The `wimse` command.
#![forbid(unsafe_code)]

mod demo;
mod exit;

use clap::{Parser, Subcommand};
use exit::Exit;
use std::process::ExitCode;

/// Workload identity by the IETF WIMSE drafts.
#[derive(Debug, Parser)]
#[command(name = "wimse", version, after_help = exit::HELP)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

/// One variant and one module for each subcommand.
#[derive(Debug, Subcommand)]
enum Command {
    Demo(demo::Demo),
}

fn main() -> ExitCode {
    // clap itself exits with 2 on wrong usage.
    let result = match Cli::parse().command {
        Command::Demo(demo) => demo.run(),
    };
    result.unwrap_or_else(|failure| failure.report()).into()
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(exit as u8)
    }
}
