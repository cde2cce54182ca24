//! The `wimse` command.
#![forbid(unsafe_code)]

mod ca;
mod call;
mod certificate;
mod config;
mod demo;
mod dev_server;
mod exit;
mod explain;
mod folder;
mod gateway;
mod http_file;
mod httpsig;
mod id;
mod input;
mod key;
mod live;
mod moment;
mod output;
mod peer;
mod refusal;
mod replay;
mod secret;
mod serve;
mod tls;
mod trace;
mod version;
mod wic;
mod wit;
mod wpt;

use clap::error::ErrorKind;
use clap::{Parser, Subcommand};
use exit::{Exit, Failure};
use output::Output;
use std::process::ExitCode;

/// Workload identity by the IETF WIMSE drafts: keys, tokens, certificates, proofs, and why a request was refused.
#[derive(Debug, Parser)]
#[command(name = "wimse", version, long_version = version::long(), after_help = exit::HELP, subcommand_required = true)]
struct Cli {
    /// Print one JSON document instead of text
    #[arg(long, global = true)]
    json: bool,
    #[command(subcommand)]
    command: Command,
}

/// One variant and one module for each subcommand.
#[derive(Debug, Subcommand)]
enum Command {
    #[command(subcommand)]
    Key(key::Key),
    #[command(subcommand)]
    Wit(wit::Wit),
    #[command(subcommand)]
    Wpt(wpt::Wpt),
    #[command(subcommand)]
    Httpsig(httpsig::Httpsig),
    #[command(subcommand)]
    Ca(ca::Ca),
    #[command(subcommand)]
    Wic(wic::Wic),
    #[command(subcommand)]
    Tls(tls::Tls),
    Serve(serve::Serve),
    Call(call::Call),
    Gateway(gateway::Gateway),
    #[command(subcommand)]
    Id(id::Id),
    Explain(explain::Explain),
    #[command(subcommand)]
    Config(config::Config),
    DevServer(dev_server::DevServer),
    Demo(demo::Demo),
}

fn main() -> ExitCode {
    let cli = match Cli::try_parse() {
        Ok(cli) => cli,
        Err(error) => return answer(&error),
    };
    let output = Output::new(cli.json);
    let result = match cli.command {
        Command::Key(key) => key.run(&output),
        Command::Wit(wit) => wit.run(&output),
        Command::Wpt(wpt) => wpt.run(&output),
        Command::Httpsig(httpsig) => httpsig.run(&output),
        Command::Ca(ca) => ca.run(&output),
        Command::Wic(wic) => wic.run(&output),
        Command::Tls(tls) => tls.run(&output),
        Command::Serve(serve) => serve.run(&output),
        Command::Call(call) => call.run(&output),
        Command::Gateway(gateway) => gateway.run(&output),
        Command::Id(id) => id.run(&output),
        Command::Explain(explain) => explain.run(&output),
        Command::Config(config) => config.run(&output),
        Command::DevServer(server) => server.run(&output),
        Command::Demo(demo) => demo.run(&output),
    };
    result.unwrap_or_else(|failure| failure.report(&output)).into()
}

/// Help, or what is wrong with the options. clap says it, and exits with 2 where it is wrong; with `--json` it is a
/// document like any other failure.
fn answer(error: &clap::Error) -> ExitCode {
    let is_json = std::env::args_os().skip(1).any(|argument| argument == "--json");
    if !is_json || !error.use_stderr() {
        error.exit();
    }
    let text = error.to_string();
    let message = match error.kind() {
        ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand => "a subcommand is missing",
        _ => text
            .split("\n\nUsage:")
            .next()
            .and_then(|text| text.split("\n\nFor more").next())
            .unwrap_or_default(),
    };
    let words: Vec<&str> = message.trim_start_matches("error: ").split_whitespace().collect();
    let failure =
        Failure::usage(words.join(" ")).next("add --help to the command: it shows options and examples");
    failure.report(&Output::new(true)).into()
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(exit as u8)
    }
}
