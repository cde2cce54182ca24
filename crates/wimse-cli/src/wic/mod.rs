//! `wimse wic`: the Workload Identity Certificate.

mod decoded;
mod inspect;
mod issue;
mod request;
mod verify;

use crate::exit::{Exit, Failure};
use crate::output::Output;

/// Workload Identity Certificates: ask for one, make one with its key, judge one, look into one
#[derive(Debug, clap::Subcommand)]
pub(crate) enum Wic {
    Request(request::Request),
    Issue(issue::Issue),
    Verify(verify::Verify),
    Inspect(inspect::Inspect),
}

impl Wic {
    pub(crate) fn run(&self, output: &Output) -> Result<Exit, Failure> {
        match self {
            Self::Request(request) => request.run(output),
            Self::Issue(issue) => issue.run(output),
            Self::Verify(verify) => verify.run(output),
            Self::Inspect(inspect) => inspect.run(output),
        }
    }
}
