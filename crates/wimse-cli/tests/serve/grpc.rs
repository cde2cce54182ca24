//! gRPC over HTTP/2: what may be signed, by `unary-methods`.

use crate::service::*;
use crate::workshop::{NOW, Workshop};
use bytes::Bytes;
use http::{HeaderMap, Request, StatusCode};
use http_body_util::{BodyExt as _, Full};
use hyper::client::conn::http2;
use hyper_util::rt::{TokioExecutor, TokioIo};
use serde_json::{Value, json};
use tokio::net::TcpStream;
use wimse::creds::key::SigningKey;
use wimse::creds::pop::{Nonce, WitCredential};
use wimse::creds::{UnixTime, WorkloadIdentityToken};
use wimse::httpsig::{RequestOptions, Signer};
use wimse::wpt::{ProofOptions, Prover};

const PLACE: &str = "/shop.Orders/Place";
const WATCH: &str = "/shop.Orders/Watch";
/// A flag, the length, and three bytes.
const MESSAGE: &[u8] = b"\0\0\0\0\x03abc";

#[derive(Debug, Clone, Copy)]
enum Proof {
    Token,
    Signature,
}

fn credential(shop: &Workshop) -> WitCredential {
    let wit = WorkloadIdentityToken::parse(shop.read("billing.wit").trim()).unwrap();
    WitCredential::new(wit, SigningKey::from_jwk(&shop.read("billing.jwk.json")).unwrap()).unwrap()
}

/// As a client of gRPC sends it. `wimse call` itself signs no gRPC: it does not know which methods are unary.
fn request(shop: &Workshop, proof: Proof, method: &str, content: &'static [u8]) -> Request<Full<Bytes>> {
    let mut request = Request::post(format!("{BASE}{method}"));
    for (name, value) in [("content-type", "application/grpc"), ("te", "trailers")] {
        request = request.header(name, value);
    }
    let mut request = request.body(()).unwrap();
    let (credential, nonce) = (credential(shop), Nonce::random().unwrap());
    let now = UnixTime::from_secs(NOW.parse().unwrap());
    match proof {
        Proof::Token => {
            let options = ProofOptions::default().channel_is_secure();
            Prover::with_options(&credential, options).attach(&mut request, now, nonce).unwrap();
        }
        Proof::Signature => {
            let options = RequestOptions::default().channel_is_secure();
            let signer = Signer::with_options(&credential, options);
            let _ = signer.sign(&mut request, content, now, nonce).unwrap();
        }
    }
    request.map(|()| Full::from(content))
}

async fn call(service: &Service, request: Request<Full<Bytes>>) -> (StatusCode, HeaderMap, Bytes) {
    let stream = TcpStream::connect(service.address()).await.unwrap();
    let (mut sender, connection) =
        http2::handshake(TokioExecutor::new(), TokioIo::new(stream)).await.unwrap();
    tokio::spawn(connection);
    let answered = tokio::time::timeout(PATIENCE, sender.send_request(request)).await.unwrap();
    let (parts, body) = answered.unwrap().into_parts();
    (parts.status, parts.headers, body.collect().await.unwrap().to_bytes())
}

/// What the service says of the caller.
async fn accepted(service: &Service, request: Request<Full<Bytes>>) -> Value {
    let (status, _, content) = call(service, request).await;
    assert_eq!(status, 200);
    let echo: Value = serde_json::from_slice(&content).unwrap();
    assert_eq!(echo["caller"]["identifier"], BILLING);
    echo
}

/// Trailers only, with the status of gRPC.
async fn refused(service: &Service, request: Request<Full<Bytes>>) -> String {
    let (status, headers, content) = call(service, request).await;
    assert_eq!((status.as_u16(), content.len()), (200, 0), "{headers:?}");
    assert_eq!(headers["content-type"], "application/grpc");
    headers["grpc-status"].to_str().unwrap().to_owned()
}

#[tokio::test]
async fn a_signature_is_for_methods_that_are_said_to_be_unary() {
    let shop = shop();
    let config = CONFIG.replace("[serve]\n", &format!("[serve]\nunary-methods = [\"{PLACE}\"]\n"));
    let service = Service::start(&shop, &config);
    let signed = |method, content| request(&shop, Proof::Signature, method, content);
    let echo = accepted(&service, signed(PLACE, MESSAGE)).await;
    assert_eq!((&echo["caller"]["binding"], &echo["content_bytes"]), (&json!("httpsig"), &json!(8)));

    // The same of a method that may be a stream, and of one that has more or less than one message.
    for (method, content) in [
        (WATCH, MESSAGE),
        ("/shop.orders/Place", MESSAGE),
        (PLACE, b"\0\0\0\0\x03abc\0\0\0\0\x01d"),
        (PLACE, b"\0\0\0\0\x03ab"),
        (PLACE, b""),
    ] {
        assert_eq!(refused(&service, signed(method, content)).await, "16", "{method} {content:?}");
        let line = service.line_with("tower.grpc_streaming");
        assert!(line.contains(method), "{line}");
    }
    // A proof token covers no content, and is for streams, too.
    for method in [PLACE, WATCH] {
        let echo = accepted(&service, request(&shop, Proof::Token, method, MESSAGE)).await;
        assert_eq!(echo["caller"]["binding"], "wpt");
    }
}

/// Nothing is unary that was not said to be.
#[tokio::test]
async fn without_the_setting_no_method_may_be_signed() {
    let shop = shop();
    let service = Service::start(&shop, CONFIG);
    assert_eq!(refused(&service, request(&shop, Proof::Signature, PLACE, MESSAGE)).await, "16");
    service.line_with("tower.grpc_streaming");
    accepted(&service, request(&shop, Proof::Token, PLACE, MESSAGE)).await;
}

/// The client does not sign what may be a stream.
#[test]
fn the_command_signs_no_grpc() {
    let shop = shop();
    let config = CONFIG.replace("[serve]\n", &format!("[serve]\nunary-methods = [\"{PLACE}\"]\n"));
    let service = Service::start(&shop, &config);
    let url = format!("{BASE}{PLACE}");
    let grpc = ["-H", "content-type: application/grpc", "-d", "a", &url];
    let signed = service.call(&shop, &[&["--httpsig"], &grpc[..]].concat());
    assert_eq!(refusal(&signed), (1, "client.streaming"));
    assert_eq!(service.call(&shop, &grpc).0, 0);
}
