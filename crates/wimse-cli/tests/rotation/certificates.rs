//! WICs of an issuer whose CAs the service has by the URL of a SPIFFE bundle, over mutual TLS: a handshake for each call.

use crate::authority::{Authority, HOST};
use crate::calls::{Calls, Outcome};
use crate::retired::{Stolen, Summary};
use crate::service::{ORDERS, Service};
use crate::source::{Source, refreshes};
use crate::wire::{BoxError, PATIENCE, exchange, whole};
use crate::workshop::Workshop;
use bytes::Bytes;
use http::Request;
use http_body_util::Full;
use std::collections::BTreeSet;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::{Duration, Instant, SystemTime};
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;
use wimse::creds::key::Algorithm;
use wimse::mtls::{ExpectedServer, MtlsClient, TlsEnvironment, WicSource};
use wimse_trust::{Enrolment, LiveAnchors, LiveDomain};

const SERVICE: &str = r#"[recipient]
audience-bases = ["https://orders.example.com"]
[[domains]]
origin = "wimse://example.com"
spiffe-bundle-urls = ["ISSUER/bundle.json"]
[credentials.server]
url = "ISSUER/credentials"
token-file = "orders.token"
wic-algorithm = "ES256"
[serve]
accept = ["mtls"]
replay = "local"
permit-domains = ["wimse://example.com"]
[sources]
allow-loopback-http = true
interval = 1
"#;

const OPTIONS: [&str; 4] = ["--listen", "127.0.0.1:0", "--metrics", "127.0.0.1:0"];
/// Between refreshes of the service, and time for the exchange.
const REFRESHED_BY: Duration = Duration::from_secs(1 + 10);
/// Removed CAs that have to be tried.
const REMOVED: usize = 2;

/// Gives a report, if all is as it should be.
pub(crate) fn play(load: Duration) -> String {
    let (shop, authority) = (Workshop::new(), Arc::new(Authority::start()));
    shop.write("orders.token", "orders");
    let service = Service::start_with(&shop, &SERVICE.replace("ISSUER", &authority.url()), &OPTIONS);
    let (metrics, calls) = (service.metrics(), Arc::new(Calls::default()));
    let address = service.address().parse().unwrap();
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
    let (stolen, attempts) = runtime.block_on(async {
        let rotating = tokio::spawn(authority.rotate());
        let source = Source::new(&authority.url(), &calls);
        let anchors = source.anchors("/bundle.json", LiveDomain::spiffe_bundle).await;
        let mut callers = Vec::new();
        for name in ["billing", "reports"] {
            let ask =
                |server: wimse_trust::IdentityServer| server.wic(Algorithm::Es256, &TlsEnvironment::aws_lc());
            let wics = source.credentials(Enrolment::join_token(name), ask).await.wic().unwrap();
            let (caller, calls) = (Caller::new(Arc::clone(&wics), &anchors, address), Arc::clone(&calls));
            let authority = Arc::clone(&authority);
            callers.push(tokio::spawn(async move {
                let mut number = 0;
                while calls.go_on().await {
                    let ca = authority.issuer_of(wics.current().wic());
                    calls.count(&ca, &caller.call(&format!("/{name}/{number}")).await.1);
                    number += 1;
                }
            }));
        }
        let mut probe = Probe {
            authority: &authority,
            metrics,
            anchors,
            address,
            calls: &calls,
            stolen: Vec::new(),
            refused: BTreeSet::new(),
        };
        let start = Instant::now();
        while !calls.has_failed() && (start.elapsed() < load || probe.done() < REMOVED) {
            assert!(start.elapsed() < load + PATIENCE * 3, "no CA is removed");
            probe.once().await;
        }
        calls.stop();
        for caller in callers {
            caller.await.unwrap();
        }
        rotating.abort();
        (probe.stolen, probe.refused)
    });
    calls.judge(&authority.retired());
    let summary = Summary::of(&stolen);
    assert!(summary.last_acceptance < REFRESHED_BY, "{summary}");
    judge_log(&service.stop("TERM").1, &attempts, summary.refused);
    format!("{calls}; {summary}")
}

/// By the log of the service: whatever was refused was so for its CA, in the handshake, or at the request if the removal came in
/// between.
fn judge_log(log: &[String], refused: &BTreeSet<String>, count: u64) {
    let refusals =
        log.iter().filter(|line| !line.contains(": let through, ") && !line.starts_with("trust in "));
    let refusals: Vec<_> = refusals.filter(|line| !line.starts_with("credentials: renewed")).collect();
    for line in &refusals {
        let is_stolen = refused.iter().any(|words| line.contains(words));
        assert!(is_stolen && line.contains(", wic.signature"), "refused for another reason: {line}");
    }
    assert_eq!(refusals.len() as u64, count);
}

/// Tries certificates by all CAs, again and again.
struct Probe<'a> {
    authority: &'a Authority,
    metrics: String,
    anchors: LiveAnchors,
    address: SocketAddr,
    calls: &'a Calls,
    stolen: Vec<Stolen<Caller>>,
    /// By address and by path, as they stand in the log.
    refused: BTreeSet<String>,
}

impl Probe<'_> {
    /// How many were accepted, removed, and refused after that.
    fn done(&self) -> usize {
        let known = refreshes(&self.metrics);
        self.stolen.iter().filter(|one| one.is_done(known)).count()
    }

    /// Each of them once.
    async fn once(&mut self) {
        for (name, identity) in self.authority.stolen_after(self.stolen.len()) {
            let caller = Caller::new(Arc::new(identity), &self.anchors, self.address);
            self.stolen.push(Stolen::new(name, caller));
        }
        let gone = self.stolen.iter().map(|one| !self.authority.is_published(&one.generation));
        let gone: Vec<bool> = gone.collect();
        let known = refreshes(&self.metrics);
        let (mut is_refused, mut newest) = (false, None);
        for (number, (one, is_gone)) in self.stolen.iter_mut().zip(gone).enumerate() {
            if is_gone {
                one.remove(known);
            }
            let path = format!("/stolen/{number}");
            let begun = Instant::now();
            let (from, outcome) = one.credential.call(&path).await;
            // The removal may have come in between.
            let is_published = self.authority.is_published(&one.generation);
            if let Err(what) = one.judge(known, begun, &outcome, is_published) {
                self.calls.fail(what);
            }
            if outcome != Ok(200) {
                is_refused = true;
                self.refused.extend([format!("{from}: no connection"), format!("\"{path}\"")]);
            }
            newest = Some(outcome);
        }
        // The twin, which differs in the CA alone.
        if is_refused && newest != Some(Ok(200)) {
            self.calls.fail(format!("by the newest CA: {newest:?}"));
        }
        // The pace; nothing waits for it.
        tokio::time::sleep(Duration::from_millis(250)).await;
    }
}

/// A client that means orders.
struct Caller {
    client: MtlsClient,
    address: SocketAddr,
}

impl Caller {
    fn new(wics: Arc<dyn WicSource>, anchors: &LiveAnchors, address: SocketAddr) -> Self {
        let expected = ExpectedServer::Workload(ORDERS.parse().unwrap());
        let client = MtlsClient::new(&TlsEnvironment::aws_lc(), wics, anchors.clone(), expected).unwrap();
        Self { client, address }
    }

    /// A call over a connection of its own. Also gives where that came from.
    async fn call(&self, path: &str) -> (String, Outcome) {
        let socket = match TcpStream::connect(self.address).await {
            Ok(socket) => socket,
            Err(error) => return (String::new(), Err(whole(&error))),
        };
        let from = socket.local_addr().unwrap().to_string();
        let called = tokio::time::timeout(PATIENCE, self.call_over(socket, path)).await;
        (
            from,
            called.map_or_else(
                |_| Err("it took too long".to_owned()),
                |called| called.map_err(|error| whole(&*error)),
            ),
        )
    }

    async fn call_over(&self, socket: TcpStream, path: &str) -> Result<u16, BoxError> {
        let name = HOST.try_into()?;
        let stream = TlsConnector::from(self.client.config()).connect(name, socket).await?;
        self.client.peer(stream.get_ref().1, &HOST.try_into()?, SystemTime::now().into())?;
        let request = Request::get(format!("https://{HOST}{path}")).body(Full::<Bytes>::default())?;
        Ok(exchange(stream, request).await?.status().as_u16())
    }
}
