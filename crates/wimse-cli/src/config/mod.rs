//! `wimse.toml`: whom to trust, who we are and what is accepted, in one file for all commands.

mod algorithms;
mod authority;
mod check;
mod credentials;
mod domain;
mod file;
mod gateway;
mod loaded;
mod locate;
mod problem;
mod registry;
mod schema;
mod service;
mod settings;
mod shape;
mod signatures;
mod source;
mod sources;
#[cfg(test)]
mod tests;
mod warnings;

use crate::exit::{Exit, Failure};
use crate::output::Output;
pub(crate) use credentials::Files;
pub(crate) use gateway::{Content, GatewayHeaders, GatewaySettings, Place, Proxy};
pub(crate) use loaded::Loaded;
pub(crate) use locate::ConfigFile;
pub(crate) use registry::{Cluster, Lifetimes, RegisteredWorkload, Registry, TokenHash};
pub(crate) use schema::ResponseSigning;
pub(crate) use service::{OnError, Proof, ReplayChoice, ServeSettings};
pub(crate) use sources::parse_roots;

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
