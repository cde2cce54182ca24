//! What others see of the service: its decisions on record, and its metrics.

use super::log::Log;
use crate::exit::Failure;
use crate::live::Live;
use crate::output::Output;
use crate::trace::Trace;
use axum::Router;
use axum::routing::get;
use metrics_exporter_prometheus::{PrometheusBuilder, PrometheusHandle};
use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;
use tokio::net::TcpListener;
use tokio::task::JoinSet;
use wimse::identifier::Origin;
use wimse_tower::audit::{Audit, AuditLog, OnAuditFailure};
use wimse_tower::{Authenticator, HttpServer};

#[derive(Debug, clap::Args)]
pub(crate) struct Observe {
    /// Put each decision on record in this file, as JSON; what cannot be is refused
    #[arg(long, value_name = "FILE")]
    audit: Option<PathBuf>,
    /// Show metrics to Prometheus at this loopback address, under /metrics
    #[arg(long, value_name = "ADDRESS")]
    metrics: Option<SocketAddr>,
    #[command(flatten)]
    trace: Trace,
}

/// Ends with this.
pub(crate) struct Observed {
    audit: Option<Audit>,
    tasks: JoinSet<()>,
}

impl Observe {
    /// Before anything happens that is counted.
    pub(crate) async fn start(&self, output: &Output, log: &Log) -> Result<Observed, Failure> {
        self.trace.start(output, log)?;
        let opened = self.audit.as_ref().map(|file| {
            let failed = format!("{} cannot be written to", file.display());
            AuditLog::append(file).map_err(Failure::environment(failed))
        });
        let mut tasks = JoinSet::new();
        if let Some(address) = self.metrics {
            show(address, log, &mut tasks).await?;
        }
        let audit = opened.transpose()?.map(|log| Audit::new(log, OnAuditFailure::Refuse));
        Ok(Observed { audit, tasks })
    }
}

impl Observed {
    /// Puts the decisions on record, and names the domains of the configuration in metrics.
    pub(crate) fn watch(
        &self,
        mut authenticator: Authenticator,
        origins: impl IntoIterator<Item = Origin>,
    ) -> Authenticator {
        if let Some(audit) = &self.audit {
            authenticator = authenticator.audit(audit.clone());
        }
        if self.tasks.is_empty() { authenticator } else { authenticator.label_trust_domains(origins) }
    }

    /// Puts the connections on record that are refused.
    pub(crate) fn watch_connections(&self, server: HttpServer, live: &Live) -> HttpServer {
        match &self.audit {
            Some(audit) => server.audit(audit.clone(), Arc::clone(&live.clock) as _),
            None => server,
        }
    }
}

async fn show(address: SocketAddr, log: &Log, tasks: &mut JoinSet<()>) -> Result<(), Failure> {
    if !address.ip().is_loopback() {
        let failure = Failure::usage(format!("--metrics {address}: that is no loopback address"));
        return Err(failure.next("nobody is asked who they are there: let a proxy on this host do that"));
    }
    let listener = TcpListener::bind(address)
        .await
        .map_err(Failure::environment(format!("{address} cannot be listened on")))?;
    let address = listener.local_addr().map_err(Failure::environment("there is no local address"))?;
    let builder = PrometheusBuilder::new().set_buckets(&BUCKETS);
    let handle = builder.and_then(PrometheusBuilder::install_recorder);
    let handle = handle.map_err(Failure::step("metrics cannot be counted"))?;
    wimse_tower::telemetry::describe_metrics();
    wimse_trust::telemetry::describe_metrics();
    wimse_replay::telemetry::describe_metrics();
    let tidied = handle.clone();
    tasks.spawn(async move {
        loop {
            tokio::time::sleep(UPKEEP).await;
            tidied.run_upkeep();
        }
    });
    let app = Router::new().route("/metrics", get(move || std::future::ready(rendered(&handle))));
    log.say(Some(format!("metrics: http://{address}/metrics")));
    // With the task, what it serves ends.
    tasks.spawn(HttpServer::new().serve(listener, app, std::future::pending()));
    Ok(())
}

fn rendered(handle: &PrometheusHandle) -> ([(&'static str, &'static str); 1], String) {
    ([("content-type", "text/plain; version=0.0.4")], handle.render())
}

/// In seconds, from what a proof costs to the longest wait for content.
const BUCKETS: [f64; 12] = [0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.05, 0.1, 0.5, 1.0, 10.0];
/// How often what was measured is put into buckets, if nobody looks.
const UPKEEP: Duration = Duration::from_secs(5);
