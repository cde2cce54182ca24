//! `wimse dev-server` itself.

use super::announce::{Ready, announce};
use super::http::Outcome;
use super::listen;
use super::names::{BaseUrl, Names};
use super::server::IdentityServer;
use super::state::State;
use super::token::PREFIX;
use crate::config::{RegisteredWorkload, Registry};
use crate::exit::{Exit, Failure};
use crate::moment;
use crate::output::Output;
use crate::refusal::Refusal;
use crate::serve::log::Log;
use crate::trace::Trace;
use crate::{input, secret};
use std::io;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use tokio::net::TcpListener;
use wimse::creds::{Clock as _, UnixTime};
use wimse_trust::SteadySystemClock;

/// Where it listens, and who may come.
#[derive(Debug, clap::Args)]
pub(super) struct Run {
    /// The registry of workloads
    #[arg(long, value_name = "FILE", default_value = "dev-server.toml")]
    registry: PathBuf,
    /// Address and port; port 0 takes a free one
    #[arg(long, value_name = "ADDRESS", default_value = "127.0.0.1:8400")]
    listen: SocketAddr,
    /// Listen on an address that other machines can reach
    #[arg(long)]
    allow_remote: bool,
    /// The URL by which others reach it, such as that of a proxy with TLS; may be repeated
    #[arg(long = "url", value_name = "URL")]
    urls: Vec<BaseUrl>,
    /// Keep signing keys and used tokens in this folder
    #[arg(long, value_name = "DIR")]
    state: Option<PathBuf>,
    #[command(flatten)]
    trace: Trace,
}

impl Run {
    pub(super) fn run(&self, output: &Output) -> Result<Exit, Failure> {
        self.check()?;
        let registry = Registry::load(self.registry.clone())?;
        let state = self.state.as_deref().map(open).transpose()?;
        let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build();
        let runtime = runtime.map_err(Failure::environment("the runtime cannot be started"))?;
        let log = Log::start().map_err(Failure::environment("the log cannot be started"))?;
        self.trace.start(output, &log)?;
        let served = runtime.block_on(self.serve(output, registry, state, &log));
        runtime.shutdown_background();
        log.end();
        served.map(|()| Exit::Accepted)
    }

    fn check(&self) -> Result<(), Failure> {
        if !self.listen.ip().is_loopback() && !self.allow_remote {
            let doing = format!(
                "{} can be reached by other machines, and this server is for development",
                self.listen
            );
            let next = "listen on 127.0.0.1, or add --allow-remote; put a proxy with TLS before it then";
            return Err(Failure::usage(doing).next(next));
        }
        if self.listen.ip().is_unspecified() && self.urls.is_empty() {
            let doing = format!("{} is no name by which others reach this server", self.listen);
            return Err(Failure::usage(doing).next("say how they do: --url https://id.dev.example.com"));
        }
        Ok(())
    }

    async fn serve(
        &self,
        output: &Output,
        registry: Registry,
        state: Option<Arc<State>>,
        log: &Log,
    ) -> Result<(), Failure> {
        // Before anybody is told that it runs.
        let stop = crate::serve::stop().map_err(Failure::environment("signals cannot be waited for"))?;
        let listener = TcpListener::bind(self.listen)
            .await
            .map_err(Failure::environment(format!("{} cannot be listened on", self.listen)))
            .map_err(|failure| failure.next("choose another port, or 0 for a free one: --listen"))?;
        let address = listener.local_addr().map_err(Failure::environment("there is no local address"))?;
        let names = if self.urls.is_empty() { Names::of(address) } else { Names::given(&self.urls, address) };
        let clock = Arc::new(SteadySystemClock::new());
        let (origin, workloads) = (registry.origin.clone(), registry.workloads.clone());
        let expires = clock.now().plus(registry.lifetimes.join_token);
        let server = Arc::new(IdentityServer::start(registry, names, state, clock)?);
        for workload in &workloads {
            write_token(&server, workload, expires)?;
        }
        announce(output, &Ready::new(&server, address, &origin, &workloads, expires))?;
        let lines = log.lines();
        listen::serve(listener, server, move |outcome| lines.say(Some(said(outcome))), stop).await;
        Ok(())
    }
}

fn open(folder: &Path) -> Result<Arc<State>, Failure> {
    let state =
        State::open(folder).map_err(Failure::environment(format!("{} cannot be used", folder.display())));
    Ok(Arc::new(state.map_err(|failure| failure.next("name a folder for this server alone: --state"))?))
}

/// Makes a join token, and writes it over one of an earlier start and over nothing else.
fn write_token(
    server: &IdentityServer,
    workload: &RegisteredWorkload,
    expires: UnixTime,
) -> Result<(), Failure> {
    let Some(path) = &workload.join_token_file else { return Ok(()) };
    match input::read_file(path, PREFIX.len()) {
        Ok(content) if content.starts_with(PREFIX.as_bytes()) => {}
        Err(error) if error.kind() == io::ErrorKind::NotFound => {}
        _ => {
            let doing = format!("{} is there, and is no join token", path.display());
            return Err(Failure::forbidden(doing).next("name another join-token-file, or move the file away"));
        }
    }
    let token = server.invite(&workload.identifier, expires);
    let token = token.map_err(Failure::step("no join token could be made"))?;
    secret::write(path, token.as_bytes(), true)
}

/// A line for each decision. The names are those of this server, and no token is in it.
fn said(outcome: Outcome<'_>) -> String {
    let now = moment::show(std::time::SystemTime::now().into());
    match outcome {
        Ok(issued) => {
            format!("{now} issued {} to {}, known by its {}", issued.what, issued.identifier, issued.by)
        }
        Err(refused) => {
            let refusal = Refusal::of(refused.code(), refused);
            format!(
                "{now} refused with {}: {}: {}",
                refused.status().as_u16(),
                refused.code(),
                refusal.message()
            )
        }
    }
}
