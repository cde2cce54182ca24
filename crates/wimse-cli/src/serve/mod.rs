//! `wimse serve`: a service that is protected, and says who calls.

mod echo;
mod fallbacks;
pub(crate) mod kept;
pub(crate) mod log;
pub(crate) mod observe;
pub(crate) mod protect;
pub(crate) mod signal;

pub(crate) use signal::stop;

use crate::config::{ConfigFile, Loaded, Proof, ServeSettings};
use crate::exit::{Exit, Failure};
use crate::live::{self, Live, Own};
use crate::moment::Present;
use crate::output::Output;
use log::Log;
use observe::Observe;
use serde::Serialize;
use std::net::SocketAddr;
use std::sync::Arc;
use tokio::net::TcpListener;
use wimse::creds::pop::PeerPolicy;
use wimse::mtls::{MtlsServer, TlsOptions};
use wimse_tower::HttpServer;

/// Serve: answer each request with who has made it, and how that was proven
///
/// What is accepted, from whom and how replays are refused stands in [serve] of the configuration.
/// Anchors and credentials are kept up to date while it runs. Each decision is a line on standard error,
/// with the reason of a refusal; who is refused is told no reason. It ends on SIGINT and SIGTERM.
#[derive(Debug, clap::Args)]
#[command(verbatim_doc_comment, after_help = EXAMPLES)]
pub(crate) struct Serve {
    /// Address and port, instead of that of the configuration; port 0 takes a free one
    #[arg(long, value_name = "ADDRESS")]
    listen: Option<SocketAddr>,
    #[command(flatten)]
    observe: Observe,
    #[command(flatten)]
    config: ConfigFile,
    #[command(flatten)]
    present: Present,
}

const EXAMPLES: &str = "\
Examples:
  wimse serve
  wimse serve --config deploy/wimse.toml --listen 127.0.0.1:0
  wimse serve --json 2> decisions.log

\"wimse config check --help\" has a whole wimse.toml. With --json the document, in one line, is printed
when the service is ready.";

const SCHEMA: &str = "wimse-serve/1";

/// What is told when it is ready.
#[derive(Serialize)]
struct Ready<'a> {
    schema: &'static str,
    result: &'static str,
    address: String,
    url: String,
    accept: &'a [&'static str],
    /// Who we are, where the service has credentials.
    identifier: Option<String>,
}

impl Serve {
    pub(crate) fn run(&self, output: &Output) -> Result<Exit, Failure> {
        let loaded = self.config.load()?;
        let Some(settings) = loaded.serve() else {
            let failure = Failure::usage(format!("{} has no section [serve]", loaded.path().display()));
            return Err(failure
                .next("say what is accepted, and from whom: \"wimse config check --help\" has an example"));
        };
        let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build();
        let runtime = runtime.map_err(Failure::environment("the runtime cannot be started"))?;
        let log = Log::start().map_err(Failure::environment("the log cannot be started"))?;
        let served = runtime.block_on(self.serve(output, &loaded, settings, &log));
        // Tasks that hold the log end before it.
        drop(runtime);
        log.end();
        served.map(|()| Exit::Accepted)
    }

    async fn serve(
        &self,
        output: &Output,
        loaded: &Loaded,
        settings: &ServeSettings,
        log: &Log,
    ) -> Result<(), Failure> {
        let observed = self.observe.start(output, log).await?;
        // Before anybody is told that it runs.
        let stop = stop().map_err(Failure::environment("signals cannot be waited for"))?;
        let live = Live::new(loaded, self.present.given())?;
        let _refreshing = kept::trust(&live, log).await;
        let own = live::own(loaded, &live).await?;
        let _renewing = own.as_ref().map(|own| kept::credentials(own, log));
        let app = protect::app(loaded, settings, &live, own.as_ref(), log, &observed).await?;
        let mut server = HttpServer::new().limits(settings.limits.server());
        if settings.accepts(Proof::Mtls) {
            server = server.mutual_tls(mutual_tls(loaded, settings.at_the_door(), &live, own.as_ref())?);
            server = observed.watch_connections(server, &live);
            server = server.on_refused_connection(kept::refused_connection(log));
        }
        let address = self.listen.unwrap_or(settings.listen);
        let listener = TcpListener::bind(address)
            .await
            .map_err(Failure::environment(format!("{address} cannot be listened on")))
            .map_err(|failure| failure.next("choose another port, or 0 for a free one: --listen"))?;
        let address = listener.local_addr().map_err(Failure::environment("there is no local address"))?;
        announce(output, address, settings, own.as_ref())?;
        server.serve(listener, app, stop).await;
        Ok(())
    }
}

/// Mutual TLS with our certificate, for these peers alone.
pub(crate) fn mutual_tls(
    loaded: &Loaded,
    permitted: PeerPolicy,
    live: &Live,
    own: Option<&Own>,
) -> Result<MtlsServer, Failure> {
    let own = own.filter(|own| own.has_wic);
    let own = own.ok_or_else(|| Failure::usage("there is no certificate to serve mutual TLS with"))?;
    let options = TlsOptions::new().alpn(["h2", "http/1.1"]);
    let verifier = Arc::new(live.wic_verifier(loaded));
    let server = MtlsServer::with_verifier(&live.environment, own.wic()?, verifier, permitted, &options);
    server.map_err(Failure::step("TLS cannot be set up"))
}

/// Says that it is ready, in one line.
fn announce(
    output: &Output,
    address: SocketAddr,
    settings: &ServeSettings,
    own: Option<&Own>,
) -> Result<(), Failure> {
    let proofs = [Proof::Wpt, Proof::Httpsig, Proof::Mtls];
    let accept: Vec<&str> =
        proofs.into_iter().filter(|proof| settings.accepts(*proof)).map(Proof::name).collect();
    let scheme = if settings.accepts(Proof::Mtls) { "https" } else { "http" };
    let url = format!("{scheme}://{address}");
    let identifier = own.and_then(|own| own.source.status().identifier).map(|own| own.to_string());
    let line = if output.is_json() {
        let ready = Ready {
            schema: SCHEMA,
            result: "done",
            address: address.to_string(),
            url,
            accept: &accept,
            identifier,
        };
        serde_json::to_string(&ready).map_err(Failure::step("the result cannot be written as JSON"))?
    } else {
        let who = identifier.map_or(String::new(), |identifier| format!(" as {identifier}"));
        format!("serving {url}{who}, accepting {}", accept.join(", "))
    };
    output.write(format!("{line}\n").as_bytes())
}
