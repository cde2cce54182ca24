//! What a service behind a proxy decides, and what it says to whom.

use crate::gateway::{self, HOSTS, Host};
use crate::service::{Served, exchange, head_for, status_of, with_content};
use crate::support::*;
use axum::Router;
use bytes::Bytes;
use http::{Request, Response, Uri};
use std::net::SocketAddr;
use wimse_creds::pop::MemoryReplayGuard;
use wimse_httpsig::message::Component;
use wimse_httpsig::{ExpectedPeer, PendingExchange, RequestOptions, ResponseSigning, ResponseVerifier};
use wimse_tower::{AuthenticateLayer, ExternalBase, Peer};

const FORGED: [&str; 4] = ["api.example.com", "evil.example", "orders.internal", "localhost"];
const NAMES: [&str; 5] =
    ["x-forwarded-host", "x-forwarded-proto", "x-forwarded-prefix", "x-original-url", "x-rewrite-url"];
const UNAUTHORIZED: &str = r#"{"type":"about:blank","title":"Unauthorized","status":401}"#;

async fn hello(Peer(caller): Peer, uri: Uri, content: String) -> String {
    format!("hello {} {uri} {content}", caller.identifier())
}

async fn service(world: &World, base: ExternalBase) -> Served {
    let authenticator = world.authenticator().external_base(base);
    let authenticator = authenticator.sign_responses(ResponseSigning::WhenRequired, world.orders.clone());
    let layer = AuthenticateLayer::new(authenticator, either()).unwrap();
    Served::start_app(Router::new().fallback(hello).layer(layer)).await
}

/// The service as the proxies show it.
fn shown() -> ExternalBase {
    base().path_prefix("/", "/shop").unwrap().path_prefix("/v2", "/").unwrap()
}

/// What a caller sends besides the proof.
#[derive(Debug, Clone, Copy)]
struct Says {
    host: &'static str,
    /// In `X-Forwarded-Host` and the like.
    forwarded: Option<&'static str>,
    /// The target names the host too.
    absolute: bool,
}

const HONEST: Says = Says { host: "api.example.com", forwarded: None, absolute: false };

fn everything_that_can_be_said() -> impl Iterator<Item = Says> {
    FORGED.into_iter().flat_map(|host| {
        [None, Some("api.example.com"), Some("evil.example")]
            .into_iter()
            .flat_map(move |forwarded| [false, true].map(|absolute| Says { host, forwarded, absolute }))
    })
}

async fn send(address: SocketAddr, request: &Request<Bytes>, says: Says) -> String {
    let path = request.uri().path_and_query().unwrap();
    let target = if says.absolute { format!("http://{}{path}", says.host) } else { path.to_string() };
    let mut head = head_for(request, &target, says.host);
    if let Some(forged) = says.forwarded {
        NAMES.iter().for_each(|name| head.push_str(&format!("{name}: {forged}\r\n")));
        head.push_str(&format!("forwarded: host={forged};proto=https\r\n"));
    }
    exchange(address, &with_content(head, request)).await
}

/// Requests that are proven each in its way.
fn proven(world: &World, request: &Request<Bytes>) -> [(Request<Bytes>, u16, &'static str); 3] {
    let (mut token, mut signed, mut covering) = (request.clone(), request.clone(), request.clone());
    world.prove(&mut token);
    let _ = world.sign(&mut signed);
    let names = [Component::AUTHORITY, Component::SCHEME];
    let _ = sign(&world.billing, &mut covering, RequestOptions::default().covering(names));
    [
        (token, 401, "wpt.audience_mismatch"),
        (signed, 400, "httpsig.audience_mismatch"),
        (covering, 400, "httpsig.audience_mismatch"),
    ]
}

fn elsewhere(path: &str) -> Request<Bytes> {
    let mut request = post(path, "two cones");
    *request.uri_mut() = format!("https://evil.example{path}").parse().unwrap();
    request
}

#[tokio::test(flavor = "multi_thread")]
async fn behind_nginx() {
    behind("nginx").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn behind_haproxy() {
    behind("haproxy").await;
}

async fn behind(name: &str) {
    let world = World::new();
    for host in HOSTS {
        let served = service(&world, shown()).await;
        let Some(gateway) = gateway::start(name, served.address, host) else { return };
        genuine(&world, gateway.address).await;
        let decodes = name == "nginx" && matches!(host, Host::Rewritten);
        encoded(&world, gateway.address, decodes).await;
        forged(&world, gateway.address).await;
        signed_response(&world, gateway.address).await;
        served.stop().await;
        unmapped(&world, name, host).await;
    }
}

/// What was dialled beneath the external base is accepted, and arrives as the proxy has rewritten it.
async fn genuine(world: &World, address: SocketAddr) {
    let cases = [
        (get("/shop/orders/7?page=2"), "/orders/7?page=2"),
        (post("/shop/orders", "two cones"), "/orders"),
        (post("/shop/a%20b?c=%20+d", "x"), "/a%20b?c=%20+d"),
        (get("/orders?all"), "/v2/orders?all"),
        (get("/"), "/v2/"),
    ];
    for (request, received) in cases {
        let content = String::from_utf8(request.body().to_vec()).unwrap();
        for (proven, ..) in proven(world, &request) {
            let answer = send(address, &proven, HONEST).await;
            let hello = format!("hello {BILLING} {received} {content}");
            assert!(answer.ends_with(&hello), "{request:?}: {answer}");
            assert_eq!(world.code(), None);
        }
    }
}

/// A proxy that decodes paths makes another of some, which is refused.
async fn encoded(world: &World, address: SocketAddr, decodes: bool) {
    for (proven, status, code) in proven(world, &get("/shop/a%2Fb")) {
        let answer = send(address, &proven, HONEST).await;
        let decided = world.decided();
        if decodes {
            assert_eq!((status_of(&answer), decided.code), (status, Some(code)));
            let explained = format!("expected \"{BASE}/shop/a/b\", received \"{BASE}/shop/a%2Fb\"");
            assert!(decided.line.ends_with(&explained), "{}", decided.line);
        } else {
            assert!(answer.ends_with(&format!("hello {BILLING} /a%2Fb ")), "{answer}");
        }
    }
}

/// Whatever is said of the host: what is meant for this service is accepted, and what is meant for another is not.
async fn forged(world: &World, address: SocketAddr) {
    for says in everything_that_can_be_said() {
        for (path, received) in [("/shop/orders", "/orders"), ("/orders", "/v2/orders")] {
            for (request, ..) in proven(world, &post(path, "two cones")) {
                assert_eq!(status_of(&send(address, &request, says).await), 200, "{says:?} {path}");
                assert_eq!(world.code(), None);
            }
            for (request, status, code) in proven(world, &elsewhere(path)) {
                let answer = send(address, &request, says).await;
                assert_eq!(status_of(&answer), status, "{says:?} {path}");
                let line = format!(
                    "\"POST\" \"{received}\": refused with {status}, {code}, claims to be {BILLING}, \
                     expected \"{BASE}{path}\", received \"https://evil.example{path}\""
                );
                let decided = world.decided();
                assert_eq!((decided.code, decided.line), (Some(code), line));
                unexplained(&answer, status);
            }
        }
    }
}

/// Nothing in an answer says what was expected.
fn unexplained(answer: &str, status: u16) {
    for secret in ["audience", "mismatch", "shop", "v2", "example", "internal"] {
        assert!(!answer.contains(secret), "{secret}: {answer}");
    }
    assert!(status != 401 || answer.ends_with(UNAUTHORIZED), "{answer}");
}

/// The caller verifies the answer of the service, not of the proxy.
async fn signed_response(world: &World, address: SocketAddr) {
    let mut request = post("/shop/orders", "two cones");
    let options = RequestOptions::default().require_signed_response();
    let pending: PendingExchange = sign(&world.billing, &mut request, options);
    let answer = send(address, &request, HONEST).await;
    assert_eq!((status_of(&answer), world.code()), (200, None));
    let (head, content) = answer.split_once("\r\n\r\n").unwrap();
    let mut response = Response::builder().status(200);
    for line in head.lines().skip(1) {
        let (name, value) = line.split_once(": ").unwrap();
        response = response.header(name, value);
    }
    let response = response.body(()).unwrap();
    let verifier = ResponseVerifier::new(world.wits.clone());
    let guard = MemoryReplayGuard::new(10);
    let expected = ExpectedPeer::Workload(ORDERS.parse().unwrap());
    let by =
        pending.verify_response(&response, content.as_bytes(), &verifier, &expected, &guard, NOW).unwrap();
    assert_eq!(by.peer().unwrap().identifier().as_str(), ORDERS);
}

/// A service that does not know what the proxy does refuses, and the log says why.
async fn unmapped(world: &World, name: &str, host: Host) {
    let served = service(world, base()).await;
    let gateway = gateway::start(name, served.address, host).unwrap();
    for (request, status, code) in proven(world, &get("/shop/orders?page=2")) {
        let answer = send(gateway.address, &request, HONEST).await;
        assert_eq!(status_of(&answer), status);
        let decided = world.decided();
        assert_eq!(decided.code, Some(code));
        let explained = format!("expected \"{BASE}/orders\", received \"{BASE}/shop/orders\"");
        assert!(decided.line.ends_with(&explained), "{}", decided.line);
        unexplained(&answer, status);
    }
    served.stop().await;
}
