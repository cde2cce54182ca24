//! `wimse httpsig`: HTTP Message Signatures, by the WIMSE profile.

mod advice;
mod base;
mod component;
mod expected;
mod sign;
mod signed;
mod verify;

pub(crate) use expected::{Expected, read_sent};

use crate::exit::{Exit, Failure};
use crate::output::Output;

/// Signed requests and responses: who has sent them, and that nothing was changed
#[derive(Debug, clap::Subcommand)]
pub(crate) enum Httpsig {
    Sign(sign::Sign),
    Verify(verify::Verify),
    Base(base::Base),
}

impl Httpsig {
    pub(crate) fn run(&self, output: &Output) -> Result<Exit, Failure> {
        match self {
            Self::Sign(sign) => sign.run(output),
            Self::Verify(verify) => verify.run(output),
            Self::Base(base) => base.run(output),
        }
    }
}
