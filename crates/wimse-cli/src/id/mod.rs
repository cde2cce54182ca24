//! `wimse id`: Workload Identifiers.

mod check;

use crate::exit::{Exit, Failure};
use crate::output::Output;

/// Check Workload Identifiers
#[derive(Debug, clap::Subcommand)]
pub(crate) enum Id {
    Check(check::Check),
}

impl Id {
    pub(crate) fn run(&self, output: &Output) -> Result<Exit, Failure> {
        match self {
            Self::Check(check) => check.run(output),
        }
    }
}
