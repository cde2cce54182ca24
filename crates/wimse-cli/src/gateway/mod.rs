//! `wimse gateway`: answers a proxy that asks whether a request may pass, and who has made it.

mod answer;
mod judge;
mod original;
mod place;
mod unfit;

use crate::config::{ConfigFile, GatewaySettings, Loaded, Place, Proof, ServeSettings};
use crate::exit::{Exit, Failure};
use crate::live::{self, Live};
use crate::moment::Present;
use crate::output::Output;
use crate::serve::log::Log;
use crate::serve::observe::Observe;
use crate::serve::{kept, mutual_tls, protect, signal};

use judge::Judge;
use serde::Serialize;
use std::path::Path;
use wimse_tower::HttpServer;

/// Answer a proxy that asks whether a request may pass (nginx, Caddy, Traefik, Envoy)
///
/// For services that are not protected themselves: the proxy before them asks for each request, and tells
/// the service who calls. What is accepted, from whom and how replays are refused stands in [serve] of the
/// configuration, how the proxy asks in [gateway]. Each decision is a line on standard error. It ends on
/// SIGINT and SIGTERM.
#[derive(Debug, clap::Args)]
#[command(verbatim_doc_comment, after_help = EXAMPLES)]
pub(crate) struct Gateway {
    /// Address and port, or "unix:" and a path, instead of that of the configuration
    #[arg(long, value_name = "PLACE", value_parser = place)]
    listen: Option<Place>,
    #[command(flatten)]
    observe: Observe,
    #[command(flatten)]
    config: ConfigFile,
    #[command(flatten)]
    present: Present,
}

const EXAMPLES: &str = "\
Examples:
  wimse gateway
  wimse gateway --config deploy/wimse.toml --listen unix:/run/wimse/gateway.sock
  wimse gateway --json 2> decisions.log

Configurations of the proxies are in docs/gateway; \"wimse config check --help\" has a whole wimse.toml.
With --json the document, in one line, is printed when the gateway is ready.";

const SCHEMA: &str = "wimse-gateway/1";

/// What is told when it is ready.
#[derive(Serialize)]
struct Ready<'a> {
    schema: &'static str,
    result: &'static str,
    listen: String,
    /// Whether the proxy has to show a certificate.
    mutual_tls: bool,
    proxy: &'static str,
    accept: &'a [&'static str],
    identity_header: &'a str,
}

fn place(text: &str) -> Result<Place, String> {
    let expected = "expected an address and a port, or unix: and a path";
    Place::parse(text, Path::new("")).ok_or_else(|| expected.to_owned())
}

impl Gateway {
    pub(crate) fn run(&self, output: &Output) -> Result<Exit, Failure> {
        let loaded = self.config.load()?;
        let (Some(gateway), Some(settings)) = (loaded.gateway(), loaded.serve()) else {
            let failure = Failure::usage(format!("{} has no section [gateway]", loaded.path().display()));
            return Err(failure.next("say how the proxy asks: \"wimse config check --help\" has an example"));
        };
        let place = self.listen.as_ref().unwrap_or(&gateway.listen);
        if gateway.has_tls() && matches!(place, Place::Socket(_)) || !gateway.has_tls() && !place.is_local() {
            let failure = Failure::usage(format!("{place} does not go together with proxies of [gateway]"));
            return Err(failure.next(
                "without them take an address of this machine or a Unix socket, with them an address",
            ));
        }
        let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build();
        let runtime = runtime.map_err(Failure::environment("the runtime cannot be started"))?;
        let log = Log::start().map_err(Failure::environment("the log cannot be started"))?;
        let served = runtime.block_on(self.answer(output, &loaded, (gateway, settings), place, &log));
        // Tasks that hold the log end before it.
        drop(runtime);
        log.end();
        served.map(|()| Exit::Accepted)
    }

    async fn answer(
        &self,
        output: &Output,
        loaded: &Loaded,
        (gateway, settings): (&GatewaySettings, &ServeSettings),
        place: &Place,
        log: &Log,
    ) -> Result<(), Failure> {
        let observed = self.observe.start(output, log).await?;
        // Before anybody is told that it runs.
        let stop = signal::stop().map_err(Failure::environment("signals cannot be waited for"))?;
        let live = Live::new(loaded, self.present.given())?;
        let _refreshing = kept::trust(&live, log).await;
        let layer = protect::layer(loaded, settings, &live, None, log, &observed).await?;
        let judge = Judge::new(loaded, gateway, settings, layer, &live, log)?;
        let mut server = HttpServer::new().limits(settings.limits.server());
        let mut _renewing = None;
        if gateway.has_tls() {
            let own = live::own(loaded, &live).await?;
            _renewing = own.as_ref().map(|own| kept::credentials(own, log));
            server = server.mutual_tls(mutual_tls(loaded, gateway.at_the_door(), &live, own.as_ref())?);
            server = observed.watch_connections(server, &live);
            server = server.on_refused_connection(kept::refused_connection(log));
        }
        let listening = place::Listening::bind(place).await?;
        announce(output, &listening, gateway, settings)?;
        listening.serve(server, judge.router(), stop).await;
        Ok(())
    }
}

/// Says that it is ready, in one line.
fn announce(
    output: &Output,
    listening: &place::Listening,
    gateway: &GatewaySettings,
    settings: &ServeSettings,
) -> Result<(), Failure> {
    let proofs = [Proof::Wpt, Proof::Httpsig].into_iter().filter(|proof| settings.accepts(*proof));
    let accept: Vec<&str> = proofs.map(Proof::name).collect();
    let (listen, proxy) = (listening.place().to_string(), gateway.proxy.name());
    let identity_header = gateway.headers.identity.as_str();
    let line = if output.is_json() {
        let mutual_tls = gateway.has_tls();
        let ready = Ready {
            schema: SCHEMA,
            result: "done",
            listen,
            mutual_tls,
            proxy,
            accept: &accept,
            identity_header,
        };
        serde_json::to_string(&ready).map_err(Failure::step("the result cannot be written as JSON"))?
    } else {
        let over = if gateway.has_tls() { " over mutual TLS" } else { "" };
        let accept = accept.join(", ");
        format!("answering {proxy} on {listen}{over}, accepting {accept}, callers in {identity_header}")
    };
    output.write(format!("{line}\n").as_bytes())
}
