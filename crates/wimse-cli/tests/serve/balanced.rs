//! Three processes of `wimse serve` behind `haproxy`, with nothing in common but one Redis.

use crate::program::{self, Program};
use crate::redis::Redis;
use crate::service::{self, *};
use crate::workshop::Workshop;
use serde_json::Value;
use std::fs;
use std::net::SocketAddr;
use std::path::Path;
use std::process::Command;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;
use std::time::{Duration, Instant};

/// How a caller proves who it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Proof {
    WorkloadProofToken,
    Signature,
}

impl Proof {
    pub(crate) const ALL: [Self; 2] = [Self::WorkloadProofToken, Self::Signature];

    /// What a second use is answered with, and why.
    pub(crate) fn replayed(self) -> (u16, &'static str) {
        match self {
            Self::WorkloadProofToken => (401, "wpt.replayed"),
            Self::Signature => (400, "httpsig.replayed"),
        }
    }
}

/// Answered with 503: the store does not answer.
pub(crate) const UNAVAILABLE: &str = "replay.unavailable";
/// Answered with 503: the store does not remember as far back as that.
pub(crate) const FENCED: &str = "replay.fenced";

/// What came back, and after what time.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) took: Duration,
}

pub(crate) struct Balanced {
    /// They end before their folder does.
    _replicas: Vec<Service>,
    _haproxy: Program,
    proxy: SocketAddr,
    pub(crate) redis: Redis,
    shop: Workshop,
}

impl Balanced {
    /// `None` if a program is missing, and none is required.
    pub(crate) fn start(timeout: Duration) -> Option<Self> {
        let (haproxy, shop) = (program::find("haproxy")?, shop_of_today());
        let redis = Redis::start(&shop, &[])?;
        let replay = redis.replay(&format!("timeout-milliseconds = {}", timeout.as_millis()));
        let config = CONFIG.replace("\"local\"", &replay);
        // Proofs live for long, and the fence of a new store is short: verifiers allow for no difference of clocks.
        let config = format!("{config}[wpt]\nleeway = 0\nmax-lifetime = 300\n[httpsig]\nleeway = 0\n");
        let start = |name: &&str| {
            let record = record(name);
            Service::start_with(&shop, &config, &["--listen", "127.0.0.1:0", "--audit", &record])
        };
        let replicas: Vec<Service> = REPLICAS.iter().map(start).collect();
        let servers: Vec<&str> = replicas.iter().map(Service::address).collect();
        let (haproxy, proxy) = balance(&shop, &haproxy, &servers);
        shop.write("order.http", ORDER);
        let balanced = Self { _replicas: replicas, _haproxy: haproxy, proxy, redis, shop };
        balanced.past_the_fence();
        Some(balanced)
    }

    /// A new request of billing, whose proof lives longer than a test.
    pub(crate) fn request(&self, proof: Proof) -> Vec<u8> {
        let command = match proof {
            Proof::WorkloadProofToken => &["wpt", "create", "--output", "request", "--request"][..],
            Proof::Signature => &["httpsig", "sign"],
        };
        let identity = ["order.http", "--wit", "billing.wit", "--key", "billing.jwk.json"];
        let how = ["--scheme", "http", "--channel-is-secure", "--lifetime", "300s"];
        self.shop.make(&[command, &identity, &how].concat()).into_bytes()
    }

    pub(crate) fn requests(&self) -> Vec<Vec<u8>> {
        Proof::ALL.map(|proof| self.request(proof)).into()
    }

    /// Sends requests to the proxy, so many at once, each over a connection of its own; answers in any order.
    pub(crate) fn send_all(&self, requests: &[&[u8]], at_once: usize) -> Vec<Answer> {
        let next = AtomicUsize::new(0);
        let proxy = self.proxy;
        let send = || {
            let numbers = std::iter::repeat_with(|| next.fetch_add(1, Ordering::Relaxed));
            let requests = numbers.map_while(|number| requests.get(number));
            requests.map(|request| send(proxy, request)).collect::<Vec<_>>()
        };
        thread::scope(|scope| {
            let senders: Vec<_> = (0..at_once).map(|_| scope.spawn(send)).collect();
            senders.into_iter().flat_map(|sender| sender.join().unwrap()).collect()
        })
    }

    pub(crate) fn send(&self, request: &[u8]) -> Answer {
        send(self.proxy, request)
    }

    /// What each replica has decided since the start: the code of its refusal, or `accepted`.
    pub(crate) fn decisions(&self) -> [Vec<String>; 3] {
        REPLICAS.map(|name| {
            let text = self.shop.read(&record(name));
            let events = text.lines().map(|line| serde_json::from_str::<Value>(line).unwrap());
            events.map(|event| event["code"].as_str().unwrap_or("accepted").to_owned()).collect()
        })
    }

    /// What each replica has decided while this was done.
    pub(crate) fn decided<T>(&self, what: impl FnOnce() -> T) -> (T, [Vec<String>; 3]) {
        let before = self.decisions().map(|decisions| decisions.len());
        let done = what();
        let mut decisions = self.decisions();
        for (decisions, before) in decisions.iter_mut().zip(before) {
            decisions.drain(..before);
        }
        (done, decisions)
    }

    /// New calls, until each replica has accepted both kinds; until then they are refused for want of a memory.
    pub(crate) fn past_the_fence(&self) {
        let start = Instant::now();
        for proof in Proof::ALL {
            let mut accepting = [false; 3];
            while accepting != [true; 3] {
                let request = self.request(proof);
                let (answer, decisions) = self.decided(|| self.send(&request));
                for (accepting, decided) in accepting.iter_mut().zip(&decisions) {
                    match decided.first().map(String::as_str) {
                        None => {}
                        Some("accepted") => *accepting = true,
                        Some(code) => assert!([UNAVAILABLE, FENCED].contains(&code), "{code}"),
                    }
                }
                let passes = answer.status == 200;
                assert!(passes || answer.status == 503, "{answer:?}");
                assert!(start.elapsed() < PATIENCE, "nothing is accepted: {answer:?}, {decisions:?}");
                if !passes {
                    thread::sleep(Duration::from_millis(50));
                }
            }
        }
    }
}

fn send(proxy: SocketAddr, request: &[u8]) -> Answer {
    let start = Instant::now();
    let (status, _) = service::send(&proxy.to_string(), request);
    Answer { status, took: start.elapsed() }
}

const REPLICAS: [&str; 3] = ["one", "two", "three"];
const ORDER: &str = "POST /orders HTTP/1.1\r\nhost: api.example.com\r\ncontent-type: application/json\r\n\
    content-length: 11\r\n\r\n{\"cones\":2}";

/// Where a replica puts its decisions on record.
fn record(name: &str) -> String {
    format!("{name}.jsonl")
}

/// The proxy in the foreground, in turn to each of the servers. What was not answered it does not send again.
fn balance(shop: &Workshop, haproxy: &Path, servers: &[&str]) -> (Program, SocketAddr) {
    let folder = shop.path("proxy");
    fs::create_dir(&folder).unwrap();
    let servers = servers.iter().zip(REPLICAS).map(|(server, name)| format!(" server {name} {server}\n"));
    let servers: String = servers.collect();
    Program::serve(&folder, |address| {
        // Without `noreuseport` two processes could share a port, and neither would notice.
        let configuration = format!(
            "global\n noreuseport\n maxconn 500\n\
             defaults\n mode http\n retries 0\n timeout connect 60s\n timeout client 60s\n timeout server 60s\n \
             timeout queue 60s\n\
             listen service\n bind {address}\n balance roundrobin\n{servers}"
        );
        let file = folder.join("haproxy.cfg");
        fs::write(&file, configuration).unwrap();
        let mut command = Command::new(haproxy);
        command.args(["-db", "-f"]).arg(file);
        command
    })
}
