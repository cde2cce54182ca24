//! `wimse demo`: two workloads that authenticate each other, and a thief between them.

mod attacks;
mod caller;
mod calls;
mod client;
mod forge;
mod identity;
mod limits;
mod log;
mod mtls;
mod proxy;
mod report;
mod requirement;
mod server;
mod service;
mod terminal;
mod trial;
mod workload;
mod world;

use crate::exit::{Exit, Failure};
use crate::output::Output;
use report::Report;
use trial::Trial;
use world::World;

/// Run two workloads that prove to each other who they are, and attack them
///
/// Starts an identity server, two workloads and a hostile proxy on free ports of this machine,
/// makes calls that must be accepted, with proof tokens, with signatures and over mutual TLS, and
/// tries attacks that must be refused.
/// Everything stops at the end; nothing is written to disk.
#[derive(Debug, clap::Args)]
#[command(verbatim_doc_comment, after_long_help = HELP)]
pub(crate) struct Demo {}

const HELP: &str = "\
Examples:
  wimse demo
  wimse demo --json | jq '.rows[] | {tried, code}'

JSON document (schema \"wimse-demo/1\"; members may be added, none is renamed or removed):
  schema    \"wimse-demo/1\"
  result    \"accepted\" if all is as it should be, else \"refused\"
  servers   name, url, role of each server
  rows      kind (\"call\", \"attack\" or \"limit\"), group, id, tried; expected {status, code, refused_by};
            status, code, refused_by (\"callee\" or \"caller\"), requirement, answered_by, detail,
            genuine_status; ok
  checks    id, says, ok: what holds across all rows
  summary   calls, attacks, limits, checks, wrong; ok
Over mutual TLS alone there is no HTTP: the status of these rows is null.
A code is the reason in the log of who refused, never sent to the other side; null means accepted.
Its JSON Schema, in the folder schema of the crate, describes each member.";

impl Demo {
    pub(crate) fn run(&self, output: &Output) -> Result<Exit, Failure> {
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(2)
            .enable_all()
            .build()
            .map_err(Failure::environment("the runtime cannot be started"))?;
        let report = runtime.block_on(act())?;
        let text =
            if output.is_json() { report.to_json()? } else { terminal::render(&report, output.style()) };
        output.write(text.as_bytes())?;
        Ok(report.verdict().exit())
    }
}

async fn act() -> Result<Report, Failure> {
    let world = World::start().await?;
    let mut trial = Trial::new(&world);
    let stage = mtls::Stage::set(&world).await?;
    calls::play(&world, &mut trial).await?;
    mtls::play_calls(&stage, &mut trial).await?;
    attacks::play(&world, &mut trial).await?;
    mtls::play_attacks(&stage, &mut trial).await?;
    limits::play(&world, &mut trial).await?;
    let report = trial.finish();
    world.stop().await;
    Ok(report)
}
