//! `wimse.toml`: whom to trust, who we are and what is accepted, in one file for all commands.

mod algorithms;
mod authority;
mod check;
mod domain;
mod file;
mod loaded;
mod locate;
mod problem;
mod schema;
mod settings;
mod shape;
mod signatures;
mod source;
#[cfg(test)]
mod tests;
mod warnings;

use crate::exit::{Exit, Failure};
use crate::output::Output;
pub(crate) use loaded::Loaded;
pub(crate) use locate::ConfigFile;

/// Check the trust configuration, wimse.toml
#[derive(Debug, clap::Subcommand)]
pub(crate) enum Config {
    Check(check::Check),
}

impl Config {
    pub(crate) fn run(&self, output: &Output) -> Result<Exit, Failure> {
        match self {
            Self::Check(check) => check.run(output),
        }
    }
}
