//! The examples, run as their README says.
#![allow(clippy::unwrap_used, reason = "a test may")]

use std::fs::{self, File};
use std::io::{Read as _, Write as _};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};
use tonic::Code;
use tonic::transport::Channel;
use tower::Layer as _;
use wimse_examples::Order;
use wimse_examples::orders_client::OrdersClient;
use wimse_tower::{AuthenticateLayer, HttpServer};

const README: &str = include_str!("../README.md");
const SOURCES: [&str; 4] = [
    include_str!("../src/orders.rs"),
    include_str!("../src/client.rs"),
    include_str!("../src/grpc_orders.rs"),
    include_str!("../src/grpc_client.rs"),
];

/// A folder with keys, removed at the end.
struct Keys(PathBuf);

impl Keys {
    fn new(name: &str) -> Self {
        let path = std::env::temp_dir().join(format!("wimse-examples-{}-{name}", std::process::id()));
        let _ = fs::remove_dir_all(&path);
        let keys = Self(path);
        run(env!("CARGO_BIN_EXE_keys"), &[keys.path()]);
        keys
    }

    fn path(&self) -> &str {
        self.0.to_str().unwrap()
    }
}

impl Drop for Keys {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

/// What a program prints, which has to succeed.
fn run(program: &str, arguments: &[&str]) -> String {
    let output = Command::new(program).args(arguments).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}

/// A service on a free port.
struct Service {
    child: Child,
    address: SocketAddr,
    log: PathBuf,
}

impl Service {
    fn start(program: &str, keys: &Keys) -> Self {
        // Between the look at a port and its use, another program may take it.
        for _ in 0..5 {
            let address = TcpListener::bind(("127.0.0.1", 0)).unwrap().local_addr().unwrap();
            let log = Path::new(keys.path()).join("log");
            let arguments =
                [keys.path(), &address.to_string(), &format!("http://{address}")].map(str::to_owned);
            let mut command = Command::new(program);
            command.args(arguments).stdin(Stdio::null()).stderr(File::create(&log).unwrap());
            let mut service = Self { child: command.spawn().unwrap(), address, log };
            if service.is_ready() {
                return service;
            }
        }
        panic!("the service does not start");
    }

    fn is_ready(&mut self) -> bool {
        let start = Instant::now();
        while start.elapsed() < Duration::from_secs(20) && self.child.try_wait().unwrap().is_none() {
            if TcpStream::connect(self.address).is_ok() {
                return true;
            }
            std::thread::sleep(Duration::from_millis(5));
        }
        false
    }

    fn base(&self) -> String {
        format!("http://{}", self.address)
    }

    /// The line of the log that says this.
    fn has_said(&self, what: &str) -> bool {
        fs::read_to_string(&self.log).unwrap().lines().any(|line| line.contains(what))
    }

    /// The answer to a request without a proof.
    fn get(&self, path: &str) -> String {
        let mut socket = TcpStream::connect(self.address).unwrap();
        write!(socket, "GET {path} HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n").unwrap();
        let mut answer = String::new();
        socket.read_to_string(&mut answer).unwrap();
        answer
    }
}

impl Drop for Service {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

#[test]
fn a_service_and_its_client() {
    let keys = Keys::new("http");
    let service = Service::start(env!("CARGO_BIN_EXE_orders"), &keys);
    let said = run(env!("CARGO_BIN_EXE_client"), &[keys.path(), &service.base()]);
    assert_eq!(said, "order 7 of wimse://example.com/web\ntwo cones for wimse://example.com/web\n");
    assert!(README.contains(&said), "{said}");
    assert!(service.has_said("\"GET\" \"/orders/7\": let through, wimse://example.com/web"));

    assert!(service.get("/health").ends_with("\r\n\r\nwell\n"));
    let refused = service.get("/orders/7");
    assert!(refused.starts_with("HTTP/1.1 401 "), "{refused}");
    let line = "\"GET\" \"/orders/7\": refused with 401, tower.nothing_presented";
    assert!(service.has_said(line) && README.contains(line));

    // Another workload of the same issuer is known, and not permitted.
    for ending in ["wit", "jwk.json"] {
        let file = |name| Path::new(keys.path()).join(format!("{name}.{ending}"));
        fs::copy(file("orders"), file("web")).unwrap();
    }
    let other =
        Command::new(env!("CARGO_BIN_EXE_client")).args([keys.path(), &service.base()]).output().unwrap();
    assert!(!other.status.success() && String::from_utf8_lossy(&other.stderr).contains("403"));
    assert!(service.has_said("refused with 403, layers.application_not_permitted"));
}

#[tokio::test]
async fn a_grpc_service_and_its_client() {
    let keys = Keys::new("grpc");
    let service = Service::start(env!("CARGO_BIN_EXE_grpc-orders"), &keys);
    let said = run(env!("CARGO_BIN_EXE_grpc-client"), &[keys.path(), &service.base()]);
    let news = ["baked", "filled", "on its way"];
    let news = news.map(|news| format!("two cones of wimse://example.com/web: {news}\n")).concat();
    assert_eq!(said, format!("two cones for wimse://example.com/web\n{news}"));
    assert!(README.contains(&said), "{said}");

    let channel = Channel::from_shared(service.base()).unwrap().connect().await.unwrap();
    let mut without_proof = OrdersClient::new(channel);
    let order = || Order { what: "two cones".to_owned() };
    for status in
        [without_proof.place(order()).await.unwrap_err(), without_proof.watch(order()).await.unwrap_err()]
    {
        assert_eq!((status.code(), status.message()), (Code::Unauthenticated, "unauthenticated"));
    }
    assert!(service.has_said("\"POST\" \"/shop.Orders/Watch\": refused in gRPC, tower.nothing_presented"));
}

/// The other way to serve gRPC: with the limits of `HttpServer`. That it compiles is what is shown.
async fn with_limits(
    listener: tokio::net::TcpListener,
    routes: tonic::service::Routes,
    layer: AuthenticateLayer,
) {
    HttpServer::new().serve(listener, layer.layer(routes), std::future::pending()).await;
}

#[test]
fn tonic_can_be_served_with_limits() {
    let _ = with_limits;
}

#[test]
fn each_is_short_enough_to_read() {
    for source in SOURCES {
        assert!(source.lines().count() < 80, "{source}");
    }
}
