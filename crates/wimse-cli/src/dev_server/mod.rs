//! `wimse dev-server`: an identity server for development.

mod account;
mod announce;
mod bindings;
mod generation;
mod http;
mod invite;
mod keys;
mod listen;
mod names;
mod pace;
mod private;
mod published;
mod refused;
mod run;
mod server;
mod state;
#[cfg(test)]
mod tests;
mod token;
mod traced;

pub(crate) use generation::Generation;
pub(crate) use http::{CA_CERTIFICATES, JWK_SET};
pub(crate) use names::{ENDPOINT, Names};
pub(crate) use server::IdentityServer;

use crate::exit::{Exit, Failure};
use crate::output::Output;

/// Serve: issue WITs and WICs to the workloads of a registry, for development
///
/// It lets a workload in by a join token, which is good once, by the token of a Kubernetes service account,
/// or by the WIT that it has; issues for new keys only, whose possession is proven; and publishes its keys as
/// a JWK Set and as a SPIFFE bundle. Signing keys are replaced in time. Without --state everything is in
/// memory, and gone at the end. It is not for production: its keys lie on this machine, and it speaks HTTP.
#[derive(Debug, clap::Args)]
#[command(verbatim_doc_comment, after_long_help = HELP, after_help = "See --help for a whole registry.")]
#[command(args_conflicts_with_subcommands = true, subcommand_negates_reqs = true)]
pub(crate) struct DevServer {
    #[command(subcommand)]
    command: Option<Command>,
    #[command(flatten)]
    run: run::Run,
}

#[derive(Debug, clap::Subcommand)]
enum Command {
    Token(invite::Token),
}

pub(crate) const HELP: &str = "\
Examples:
  wimse dev-server
  wimse dev-server --registry dev/registry.toml --listen 127.0.0.1:0
  wimse dev-server --state dev/state
  wimse dev-server --listen 0.0.0.0:8400 --allow-remote --url https://id.dev.example.com

A whole registry; only trust-domain and [[workloads]] are needed:

  trust-domain = \"wimse://example.com\"
  issuer = \"https://id.example.com\"            # \"iss\" of WITs; without it the URL of the server
  algorithm = \"ES256\"                          # of its signing keys; or \"Ed25519\"

  [lifetimes]                                  # in seconds; the values are the defaults
  wit = 3600
  wic = 3600
  key = 86400                                  # a key signs this long, then the next one does
  refresh = 300                                # how long others may keep the published keys
  join-token = 3600                            # of tokens that are made at the start

  [kubernetes]                                 # the cluster whose service accounts are let in
  issuer = \"https://kubernetes.default.svc.cluster.local\"
  audience = \"https://id.example.com\"          # what their tokens have to be for
  jwks = \"cluster.jwks.json\"                   # kubectl get --raw /openid/v1/jwks

  [[workloads]]                                # once for each
  id = \"wimse://example.com/billing\"
  dns-names = [\"billing.example.com\"]          # for its WICs
  join-token-file = \"billing.token\"            # made at each start, for its owner only
  join-tokens = []                             # as \"wimse dev-server token\" prints them
  service-accounts = [\"system:serviceaccount:shop:billing\"]

With --json the document, in one line, is printed when the server is ready. What is issued and what is
refused, and why, stands on standard error; no token does. It ends on SIGINT and SIGTERM.";

impl DevServer {
    pub(crate) fn run(&self, output: &Output) -> Result<Exit, Failure> {
        match &self.command {
            Some(Command::Token(token)) => token.run(output),
            None => self.run.run(output),
        }
    }
}
