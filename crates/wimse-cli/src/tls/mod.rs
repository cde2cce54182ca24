//! `wimse tls`: mutual TLS between two workloads, to be tried out.

mod clock;
mod connect;
mod dialogue;
mod expected;
mod identity;
mod serve;
mod timed;

pub(crate) use clock::environment;
pub(crate) use dialogue::Dialogue;
pub(crate) use timed::Timed;

use crate::exit::{Exit, Failure};
use crate::output::Output;

/// Mutual TLS, to be tried out: a server and a client that say who is at the other end
#[derive(Debug, clap::Subcommand)]
pub(crate) enum Tls {
    Serve(serve::Serve),
    Connect(connect::Connect),
}

impl Tls {
    pub(crate) fn run(&self, output: &Output) -> Result<Exit, Failure> {
        match self {
            Self::Serve(serve) => serve.run(output),
            Self::Connect(connect) => connect.run(output),
        }
    }
}
