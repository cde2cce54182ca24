//! `wimse wpt`: the Workload Proof Token.

mod advice;
mod context_option;
mod create;
mod proof;
mod verify;

use crate::exit::{Exit, Failure};
use crate::output::Output;

/// Workload Proof Tokens: proof, request by request, that the caller holds the key of its WIT
#[derive(Debug, clap::Subcommand)]
pub(crate) enum Wpt {
    Create(create::Create),
    Verify(verify::Verify),
}

impl Wpt {
    pub(crate) fn run(&self, output: &Output) -> Result<Exit, Failure> {
        match self {
            Self::Create(create) => create.run(output),
            Self::Verify(verify) => verify.run(output),
        }
    }
}
