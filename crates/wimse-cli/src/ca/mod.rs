//! `wimse ca`: a small CA of one trust domain.

mod init;
mod issue;

use crate::exit::{Exit, Failure};
use crate::output::Output;

/// A small CA for development and tests: make one, and have it issue certificates to workloads
#[derive(Debug, clap::Subcommand)]
pub(crate) enum Ca {
    Init(init::Init),
    Issue(issue::Issue),
}

impl Ca {
    pub(crate) fn run(&self, output: &Output) -> Result<Exit, Failure> {
        match self {
            Self::Init(init) => init.run(output),
            Self::Issue(issue) => issue.run(output),
        }
    }
}
