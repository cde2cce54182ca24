//! `wimse wit`: the Workload Identity Token.

mod advice;
mod claim_option;
mod credential;
mod decoded;
mod inspect;
mod issue;
mod request;
mod shown;
mod steps;
mod verify;

pub(crate) use claim_option::{ClaimOption, refused_claim};
pub(crate) use credential::read_credential;
pub(crate) use shown::{Key, duration_until, escaped};

use crate::exit::{Exit, Failure};
use crate::output::Output;

/// Workload Identity Tokens: what an issuer says of a workload and its key
#[derive(Debug, clap::Subcommand)]
pub(crate) enum Wit {
    Issue(issue::Issue),
    Request(request::Request),
    Verify(verify::Verify),
    Inspect(inspect::Inspect),
}

impl Wit {
    pub(crate) fn run(&self, output: &Output) -> Result<Exit, Failure> {
        match self {
            Self::Issue(issue) => issue.run(output),
            Self::Request(request) => request.run(output),
            Self::Verify(verify) => verify.run(output),
            Self::Inspect(inspect) => inspect.run(output),
        }
    }
}
