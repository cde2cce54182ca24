//! WITs of `wimse dev-server`, whose keys the service has by the URL of its JWK Set.
//!
//! A key signs for eight seconds. It is published six seconds before, and until a minute after the last WIT by it has expired.

use crate::calls::{Calls, Outcome};
use crate::issuer::dev_server;
use crate::retired::Summary;
use crate::service::{ORDERS, Service};
use crate::source::{Source, refreshes};
use crate::thief::Thief;
use crate::wire::{PATIENCE, Wire, exchange, whole};
use crate::workshop::Workshop;
use bytes::Bytes;
use http::{Request, Response};
use http_body_util::{BodyExt as _, Full};
use serde_json::Value;
use std::error::Error;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant, SystemTime};
use tokio::net::TcpStream;
use tower_layer::Layer as _;
use wimse::creds::key::Algorithm;
use wimse::creds::pop::{MemoryReplayGuard, WitCredential, WitSource};
use wimse::creds::{UnixTime, WitPolicy, WitVerifier};
use wimse::identifier::{ExternalHandle, IdentityMap};
use wimse_tower::client::{ClientBody, Responses, SignLayer};
use wimse_trust::{CredentialSource, Enrolment, LiveDomain};

const REGISTRY: &str = r#"trust-domain = "wimse://example.com"
[lifetimes]
wit = 12
wic = 12
key = 8
refresh = 3
[[workloads]]
id = "wimse://example.com/orders"
join-token-file = "orders.token"
[[workloads]]
id = "wimse://example.com/billing"
join-token-file = "billing.token"
[[workloads]]
id = "wimse://example.com/reports"
join-token-file = "reports.token"
[[workloads]]
id = "wimse://example.com/stock"
join-token-file = "stock.token"
"#;

const SERVICE: &str = r#"[recipient]
audience-bases = ["http://orders.example.com"]
[[domains]]
origin = "wimse://example.com"
jwks-urls = ["ISSUER/jwks.json"]
[credentials.server]
url = "ISSUER/credentials"
token-file = "orders.token"
token-once = true
[serve]
accept = ["wpt", "httpsig"]
replay = "local"
permit-domains = ["wimse://example.com"]
[sources]
allow-loopback-http = true
interval = 3
"#;

const BASE: &str = "http://orders.example.com";
const OPTIONS: [&str; 6] = ["--listen", "127.0.0.1:0", "--audit", "audit.jsonl", "--metrics", "127.0.0.1:0"];
/// Between refreshes of the service, and time for the exchange.
const REFRESHED_BY: Duration = Duration::from_secs(3 + 10);
/// Removed keys that have to be tried.
const REMOVED: usize = 2;

/// Gives a report, if all is as it should be.
pub(crate) fn play(load: Duration) -> String {
    let shop = Workshop::new();
    shop.write("dev-server.toml", REGISTRY);
    let issuer = dev_server(&shop, &["--state", "state"]);
    let service = Service::start_with(&shop, &SERVICE.replace("ISSUER", &issuer.url("")), &OPTIONS);
    let metrics = service.metrics();
    let calls = Arc::new(Calls::default());
    let wire = Wire(service.address().parse().unwrap());
    let mut probe = Probe {
        shop: &shop,
        issuer: &issuer.address,
        metrics,
        wire,
        calls: &calls,
        thief: Thief::default(),
        attempts: 0,
    };
    let begun = now();
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
    runtime.block_on(async {
        let source = Source::new(&issuer.url(""), &calls);
        let mut callers = Vec::new();
        for (name, is_signed) in [("billing", false), ("reports", false), ("stock", true)] {
            let token = Enrolment::join_token(shop.read(&format!("{name}.token")).trim());
            let wits = source.credentials(token, |server| server.wit(Algorithm::Es256)).await;
            let responses = if is_signed { Some(responses(&source).await) } else { None };
            let caller = Caller::new(name, wits, responses);
            callers.push(tokio::spawn(caller.call_until_stopped(probe.wire.clone(), Arc::clone(&calls))));
        }
        let start = Instant::now();
        while !calls.has_failed() && (start.elapsed() < load || probe.done() < REMOVED) {
            assert!(start.elapsed() < load + PATIENCE * 3, "no key is removed");
            probe.once().await;
        }
        calls.stop();
        for caller in callers {
            caller.await.unwrap();
        }
    });
    calls.judge(&probe.thief.between(begun, now()));
    let summary = Summary::of(&probe.thief.stolen);
    assert!(summary.last_acceptance < REFRESHED_BY, "{summary}");
    judge_record(&shop.read("audit.jsonl"), calls.accepted(), probe.attempts, summary.refused);
    format!("{calls}; {summary}")
}

/// By what the service has put on record: whatever was refused was so for its key.
fn judge_record(record: &str, calls: u64, attempts: u64, refused: u64) {
    let (mut valid, mut stolen, mut unknown) = (0, 0, 0);
    for line in record.lines() {
        let event: Value = serde_json::from_str(line).unwrap();
        let is_stolen = event["path"].as_str().unwrap().starts_with("/stolen/");
        match (is_stolen, event["code"].as_str()) {
            (false, None) => valid += 1,
            (true, None) => stolen += 1,
            (true, Some("wit.kid_unknown")) => unknown += 1,
            _ => panic!("refused for another reason: {event}"),
        }
    }
    assert_eq!((valid, stolen, unknown), (calls, attempts - refused, refused));
}

/// Tries keys that were stolen, again and again.
struct Probe<'a> {
    shop: &'a Workshop,
    issuer: &'a str,
    metrics: String,
    wire: Wire,
    calls: &'a Calls,
    thief: Thief,
    attempts: u64,
}

impl Probe<'_> {
    /// How many were accepted, removed, and refused after that.
    fn done(&self) -> usize {
        let known = refreshes(&self.metrics);
        self.thief.stolen.iter().filter(|one| one.is_done(known)).count()
    }

    /// Each of them once.
    async fn once(&mut self) {
        self.thief.look(self.shop);
        let published = published(self.issuer).await;
        let known = refreshes(&self.metrics);
        let (mut is_refused, mut newest) = (false, None);
        for one in self.thief.in_use() {
            if !published.contains(&one.generation) {
                one.remove(known);
            }
            let layer = SignLayer::proof_token(Arc::clone(&one.credential)).allow_plain_http();
            let path = format!("/stolen/{}/{}", one.generation, self.attempts);
            let begun = Instant::now();
            let outcome = send(&mut layer.layer(self.wire.clone()), &path).await;
            // The removal may have come in between.
            let is_published =
                outcome == Ok(200) || self::published(self.issuer).await.contains(&one.generation);
            if let Err(what) = one.judge(known, begun, &outcome, is_published) {
                self.calls.fail(what);
            }
            self.attempts += 1;
            is_refused |= outcome != Ok(200);
            newest = Some(outcome);
        }
        // The twin, which differs in the key alone.
        if is_refused && newest != Some(Ok(200)) {
            self.calls.fail(format!("by the newest key: {newest:?}"));
        }
        // The pace; nothing waits for it.
        tokio::time::sleep(Duration::from_millis(250)).await;
    }
}

/// The ids of the keys that are published.
async fn published(issuer: &str) -> Vec<String> {
    let request = Request::get(format!("http://{issuer}/jwks.json")).body(Full::<Bytes>::default()).unwrap();
    let response = exchange(TcpStream::connect(issuer).await.unwrap(), request).await.unwrap();
    let content = response.into_body().collect().await.unwrap().to_bytes();
    let set: Value = serde_json::from_slice(&content).unwrap();
    set["keys"].as_array().unwrap().iter().map(|key| key["kid"].as_str().unwrap().to_owned()).collect()
}

/// Sends one request, through whatever proves it.
async fn send<S>(service: &mut S, path: &str) -> Outcome
where
    S: tower_service::Service<Request<Full<Bytes>>, Response = Response<ClientBody>, Error: Error>,
{
    let request = Request::get(format!("{BASE}{path}")).body(Full::default()).unwrap();
    let answer = service.call(request).await;
    answer.map(|response| response.status().as_u16()).map_err(|error| whole(&error))
}

/// What takes responses of orders only, by keys that roll as well.
async fn responses(source: &Source) -> Responses {
    let anchors = source.anchors("/jwks.json", LiveDomain::jwk_set).await;
    let mut map = IdentityMap::new();
    map.insert(ExternalHandle::url(&format!("{BASE}/")).unwrap(), ORDERS.parse().unwrap()).unwrap();
    let wits = Arc::new(WitVerifier::new(anchors, WitPolicy::default()));
    Responses::signed(wits, map, Arc::new(MemoryReplayGuard::new(100_000)))
}

/// A client, with the layer that clients have.
struct Caller {
    name: &'static str,
    layer: SignLayer,
    /// Which has signed the WIT of the last call.
    key: Arc<Mutex<String>>,
}

/// Remembers which key it was.
struct Tracked {
    source: CredentialSource,
    key: Arc<Mutex<String>>,
}

impl WitSource for Tracked {
    fn current(&self) -> Option<Arc<WitCredential>> {
        let credential = self.source.current()?;
        *self.key.lock().unwrap() = credential.wit().claimed_key_id()?.to_owned();
        Some(credential)
    }
}

impl Caller {
    fn new(name: &'static str, source: CredentialSource, responses: Option<Responses>) -> Self {
        let key = Arc::default();
        let wits = Tracked { source, key: Arc::clone(&key) };
        let layer = match responses {
            Some(responses) => SignLayer::http_signature(wits).verify_responses(responses),
            None => SignLayer::proof_token(wits),
        };
        Self { name, layer: layer.allow_plain_http(), key }
    }

    async fn call_until_stopped(self, wire: Wire, calls: Arc<Calls>) {
        let (mut service, mut number) = (self.layer.layer(wire), 0);
        while calls.go_on().await {
            let outcome = send(&mut service, &format!("/{}/{number}", self.name)).await;
            let key = self.key.lock().unwrap().clone();
            calls.count(&key, &outcome);
            number += 1;
        }
    }
}

fn now() -> u64 {
    UnixTime::from(SystemTime::now()).as_secs().unsigned_abs()
}
