//! A service of three replicas behind `haproxy`, with nothing in common but one Redis.

use crate::captured::{BASE, Caller, LIFETIME};
use crate::program::{self, Folder, PATIENCE, Program};
use crate::proofs::now;
use axum::Router;
use axum::body::Body;
use axum::extract::{Request, State};
use axum::response::Response;
use std::path::Path;
use std::process::Command;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, UnixStream};
use wimse_creds::pop::{Audience, OnError, Replay, SharedReplay};
use wimse_httpsig::message::TargetContext;
use wimse_replay::{RedisReplayStore, RedisSettings};

/// What a request is answered with: the status, why, and by which replica. No real service says the last two.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) code: String,
    pub(crate) replica: String,
}

impl Answer {
    pub(crate) fn told(&self) -> (u16, &str) {
        (self.status, &self.code)
    }
}

pub(crate) const ACCEPTED: (u16, &str) = (200, "accepted");

pub(crate) struct Service {
    replicas: Vec<Arc<Replica>>,
    haproxy: Program,
    folder: Folder,
}

struct Replica {
    name: String,
    replay: Replay,
    tokens: wimse_wpt::Verifier,
    signatures: wimse_httpsig::Verifier,
    /// Calls that it has done what they asked for.
    done: AtomicU64,
}

impl Service {
    /// `None` if there is no `haproxy` and none is required. Verifiers and stores allow for clocks that are apart by this.
    pub(crate) async fn start(caller: &Caller, settings: &RedisSettings, skew: Duration) -> Option<Self> {
        let haproxy = program::find("haproxy")?;
        let mut replicas = Vec::new();
        let mut servers = String::new();
        for number in 0..3 {
            let store = RedisReplayStore::connect(settings.clone().max_clock_skew(skew)).await.unwrap();
            let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
            let address = listener.local_addr().unwrap();
            let replica = Arc::new(Replica {
                name: format!("r{number}"),
                replay: Replay::Shared(Arc::new(SharedReplay::new(Arc::new(store), OnError::Deny))),
                tokens: wimse_wpt::Verifier::new(Arc::clone(&caller.wits), Audience::base(BASE).unwrap())
                    .max_lifetime(LIFETIME)
                    .leeway(skew),
                signatures: wimse_httpsig::Verifier::new(
                    Arc::clone(&caller.wits),
                    Audience::base(BASE).unwrap(),
                )
                .max_lifetime(LIFETIME)
                .leeway(skew),
                done: AtomicU64::new(0),
            });
            let router = Router::new().fallback(serve).with_state(Arc::clone(&replica));
            tokio::spawn(async { axum::serve(listener, router).await });
            servers += &format!(" server {} {address} maxconn 256\n", replica.name);
            replicas.push(replica);
        }
        let folder = Folder::new();
        let haproxy = balance(&haproxy, folder.path(), &servers);
        let mut service = Self { replicas, haproxy, folder };
        service.wait().await;
        Some(service)
    }

    async fn wait(&mut self) {
        let start = Instant::now();
        while UnixStream::connect(self.folder.path().join("in.sock")).await.is_err() {
            assert!(!self.haproxy.has_ended() && start.elapsed() < PATIENCE, "haproxy has not started");
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    }

    /// How many calls the replicas have done what they asked for.
    pub(crate) fn done(&self) -> u64 {
        self.replicas.iter().map(|replica| replica.done.load(Ordering::Relaxed)).sum()
    }

    /// Sends requests over one connection, all of them before the first answer.
    pub(crate) async fn send(&self, requests: &[&[u8]]) -> Vec<Answer> {
        let connection = self.connect().await;
        exchange(connection, requests).await
    }

    pub(crate) async fn connect(&self) -> UnixStream {
        UnixStream::connect(self.folder.path().join("in.sock")).await.unwrap()
    }
}

/// Sends requests, all of them before the first answer, and reads as many answers. They have no body.
pub(crate) async fn exchange(mut connection: UnixStream, requests: &[&[u8]]) -> Vec<Answer> {
    let mut received = Vec::new();
    let talk = async {
        connection.write_all(&requests.concat()).await.unwrap();
        let ends = |received: &[u8]| received.windows(4).filter(|bytes| bytes == b"\r\n\r\n").count();
        while ends(&received) < requests.len() {
            assert_ne!(connection.read_buf(&mut received).await.unwrap(), 0, "the connection has ended");
        }
    };
    tokio::time::timeout(PATIENCE, talk).await.unwrap();
    let text = String::from_utf8(received).unwrap();
    text.split_terminator("\r\n\r\n").map(answer).collect()
}

fn answer(head: &str) -> Answer {
    let field = |name: &str| {
        let mut lines = head.lines().filter_map(|line| line.split_once(": "));
        let found = lines.find(|(field, _)| field.eq_ignore_ascii_case(name));
        found.unwrap_or_else(|| panic!("no {name}: {head}")).1.to_owned()
    };
    let status = head.split(' ').nth(1).unwrap().parse().unwrap();
    Answer { status, code: field("code"), replica: field("replica") }
}

/// The program in the foreground, on a socket, in turn to each of the servers.
fn balance(haproxy: &Path, folder: &Path, servers: &str) -> Program {
    let configuration = format!(
        "global\n maxconn 2000\n\
         defaults\n mode http\n retries 0\n timeout connect 60s\n timeout client 60s\n timeout server 60s\n \
         timeout queue 60s\n\
         listen service\n bind unix@{}/in.sock mode 600\n balance roundrobin\n{servers}",
        folder.display()
    );
    let file = folder.join("haproxy.cfg");
    std::fs::write(&file, configuration).unwrap();
    let mut command = Command::new(haproxy);
    command.args(["-db", "-f"]).arg(file);
    Program::spawn(command)
}

async fn serve(State(replica): State<Arc<Replica>>, request: Request) -> Response {
    let answer = replica.judge(request).await;
    let mut response = Response::new(Body::empty());
    let code = match answer {
        Ok(()) => {
            replica.done.fetch_add(1, Ordering::Relaxed);
            "accepted"
        }
        Err((status, code)) => {
            *response.status_mut() = status;
            code
        }
    };
    response.headers_mut().insert("code", code.parse().unwrap());
    response.headers_mut().insert("replica", replica.name.parse().unwrap());
    response
}

impl Replica {
    /// As a service does it: everything else first, then the store.
    async fn judge(&self, request: Request) -> Result<(), (http::StatusCode, &'static str)> {
        let (parts, body) = request.into_parts();
        let body = axum::body::to_bytes(body, 64 * 1024).await.unwrap();
        if parts.headers.contains_key("signature") {
            let target = TargetContext::of_uri(&parts.uri);
            let head = self.signatures.check_head(&parts, &target, now());
            let checked = head.and_then(|head| head.body(&body));
            let admitted = match checked {
                Ok(checked) => checked.admit_async(&self.replay, now()).await,
                Err(error) => Err(error),
            };
            admitted.map(|_| ()).map_err(|error| (error.response().status(), error.code()))
        } else {
            let admitted = match self.tokens.check(&http::Request::from_parts(parts, ()), now()) {
                Ok(checked) => {
                    checked.admit_async(&self.replay, now()).await.map_err(wimse_wpt::WptError::Admit)
                }
                Err(error) => Err(error),
            };
            admitted.map(|_| ()).map_err(|error| (error.response().status(), error.code()))
        }
    }
}
