//! `wimse dev-server` and who asks it: the transcripts of their pages, and what is between two processes only.
#![cfg(unix)]
#![allow(clippy::unwrap_used, reason = "outside #[test] functions too, a test fails by a panic")]

mod accounts;
#[path = "../transcripts/fixture.rs"]
mod fixture;
mod https;
#[path = "../workshop/issuer.rs"]
mod issuer;
#[path = "../workshop/openssl.rs"]
mod openssl;
#[allow(dead_code, reason = "the other tests take the rest")]
#[path = "../transcripts/page.rs"]
mod page;
mod stage;
#[path = "../workshop/web.rs"]
mod web;
#[path = "../workshop/mod.rs"]
mod workshop;

use hyper_util::rt::{TokioExecutor, TokioIo};
use issuer::{Running, dev_server};
use serde_json::Value;
use std::fs;
use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::os::unix::fs::PermissionsExt as _;
use workshop::{Ended, Workshop};

fn shop() -> Workshop {
    let shop = Workshop::new();
    fixture::copy_to(&shop.path(""));
    shop
}

#[test]
fn the_page_shows_what_is_printed() {
    stage::play("docs/command/dev-server.md");
}

#[test]
fn five_commands_lead_from_nothing_to_a_call() {
    stage::play("docs/command/first-call.md");
}

/// Asks for credentials.
fn request(shop: &Workshop, server: &Running, more: &str) -> Ended {
    let url = server.url("/credentials");
    let words = ["wit", "request", "--server", &url].into_iter().chain(more.split(' '));
    shop.wimse(&words.collect::<Vec<_>>())
}

#[test]
fn keys_and_tokens_are_for_their_owner_only() {
    let shop = shop();
    let server = dev_server(&shop, &[]);
    let ended = request(&shop, &server, "--token-file billing.token --out new --wic");
    assert_eq!(ended.code, 0, "{}{}", ended.stdout, ended.stderr);
    let mode = |name: &str| fs::metadata(shop.path(name)).unwrap().permissions().mode() & 0o777;
    for (name, expected) in
        [("new", 0o700), ("new/wit.jwk.json", 0o600), ("new/wic.key", 0o600), ("billing.token", 0o600)]
    {
        assert_eq!(mode(name), expected, "{name}");
    }
    // Nobody printed a token or a key.
    let (token, ended) = (shop.read("billing.token"), server.end());
    assert_eq!(ended.code, 0);
    for printed in [ended.stdout, ended.stderr] {
        assert!(!printed.contains(token.trim()) && !printed.contains("eyJ"), "{printed}");
    }
}

/// Who has got what, by what, and what was refused, as spans.
#[test]
fn requests_are_spans() {
    let shop = shop();
    let server = dev_server(&shop, &["--trace", "info"]);
    assert_eq!(request(&shop, &server, "--token-file billing.token --out new").code, 0);
    assert_eq!(request(&shop, &server, "--token-file billing.token --out other").code, 1);
    let ended = server.end();
    let spans = ended.stderr.lines().filter_map(|line| line.split_once(" INFO wimse.issue{"));
    let spans: Vec<&str> = spans.filter_map(|(_, rest)| Some(rest.split_once("}: ")?.0)).collect();
    let issued = "outcome=\"issued\" what=\"a WIT\" subject=wimse://example.com/billing by=\"join token\"";
    assert_eq!(spans, [issued, "outcome=\"refused\" code=\"join_token.used\""], "{}", ended.stderr);
}

/// A folder is used again: the key stays with a token, and is another one after a renewal.
#[test]
fn a_key_is_made_once_and_replaced_by_a_renewal() {
    let shop = shop();
    let server = dev_server(&shop, &[]);
    assert_eq!(request(&shop, &server, "--token-file ca.pem --out new").code, 1);
    let key = shop.read("new/wit.jwk.json");
    assert!(!shop.path("new/wit.jwt").exists(), "nothing was issued");
    let document = |ended: &Ended| serde_json::from_str::<Value>(&ended.stdout).unwrap();
    let issued = document(&request(&shop, &server, "--token-file billing.token --out new --json"));
    assert_eq!(
        (&issued["key_made"], &issued["identifier"]),
        (&false.into(), &"wimse://example.com/billing".into())
    );
    assert_eq!(shop.read("new/wit.jwk.json"), key);
    let wit = shop.read("new/wit.jwt");
    // Refused: the folder is as it was, and nothing lies about.
    let refused =
        request(&shop, &server, "--renew --wic --out new --expect wimse://example.com/orders --json");
    assert_eq!((refused.code, &document(&refused)["refusal"]["code"]), (1, &"http.status".into()));
    let files = || {
        let entries = shop.path("new").read_dir().unwrap();
        let mut files: Vec<_> =
            entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
        files.sort();
        files
    };
    assert_eq!(files(), ["wit.jwk.json", "wit.jwt"]);
    assert_eq!((shop.read("new/wit.jwk.json"), shop.read("new/wit.jwt")), (key.clone(), wit.clone()));
    let renewed = document(&request(&shop, &server, "--renew --wic --out new --json"));
    assert_eq!(
        (&renewed["key_made"], &renewed["wic"]["dns_names"][0]),
        (&true.into(), &"billing.example.com".into())
    );
    assert!(shop.read("new/wit.jwk.json") != key && shop.read("new/wit.jwt") != wit);
    assert_eq!(files(), ["wic.crt", "wic.key", "wit.jwk.json", "wit.jwt"]);
    // The two belong together.
    shop.make(&[
        "wpt",
        "create",
        "--wit",
        "new/wit.jwt",
        "--key",
        "new/wit.jwk.json",
        "--request",
        "order.http",
    ]);
}

/// What is not a token is not written over.
#[test]
fn a_join_token_file_that_is_something_else_is_left_alone() {
    let shop = shop();
    shop.write("billing.token", "not a token\n");
    let ended = shop.wimse(&["dev-server", "--listen", "127.0.0.1:0"]);
    assert_eq!(ended.code, 3, "{}{}", ended.stdout, ended.stderr);
    assert!(ended.stderr.contains("billing.token is there, and is no join token"), "{}", ended.stderr);
    assert_eq!(shop.read("billing.token"), "not a token\n");
    fs::remove_file(shop.path("billing.token")).unwrap();
    let first = dev_server(&shop, &[]);
    let token = shop.read("billing.token");
    drop(first);
    let second = dev_server(&shop, &[]);
    assert_ne!(shop.read("billing.token"), token);
    drop(second);
}

#[test]
fn other_machines_have_to_be_allowed() {
    let shop = shop();
    for (arguments, says) in [
        (&["--listen", "0.0.0.0:0"][..], "can be reached by other machines"),
        (&["--listen", "[::]:0"], "can be reached by other machines"),
        (&["--listen", "192.0.2.1:0"], "can be reached by other machines"),
        (&["--listen", "0.0.0.0:0", "--allow-remote"], "is no name by which others reach this server"),
    ] {
        let ended = shop.wimse(&[&["dev-server"], arguments].concat());
        assert_eq!(ended.code, 2, "{arguments:?}");
        assert!(ended.stderr.contains(says), "{arguments:?}: {}", ended.stderr);
        assert!(!shop.path("billing.token").exists(), "nothing was done");
    }
    let allowed = ["dev-server", "--listen", "127.0.0.1:0", "--url", "https://id.example.com", "--json"];
    let server = issuer::start(&shop, &allowed);
    let ready: Value = serde_json::from_str(&server.ready).unwrap();
    assert_eq!(ready["credentials"], "https://id.example.com/credentials");
    assert!(
        exchange(&server, "GET /jwks.json HTTP/1.1\r\nHost: id.example.com\r\n\r\n")
            .starts_with("HTTP/1.1 200 ")
    );
}

/// Sends bytes of which it is the last request, and reads until the server closes.
fn exchange(server: &Running, request: &str) -> String {
    let mut stream = TcpStream::connect(&server.address).unwrap();
    let last = request.replacen("\r\n", "\r\nConnection: close\r\n", 1);
    stream.write_all(last.as_bytes()).unwrap();
    let mut answer = String::new();
    let _ = stream.read_to_string(&mut answer);
    answer
}

/// What a browser would send for a page whose name leads here, and other noise; the server goes on.
#[test]
fn strangers_get_nowhere() {
    let shop = shop();
    let server = dev_server(&shop, &[]);
    let host = &server.address;
    for (request, expected) in [
        (format!("GET /jwks.json HTTP/1.1\r\nHost: {host}\r\n\r\n"), "HTTP/1.1 200 "),
        ("GET /jwks.json HTTP/1.1\r\nHost: rebound.example\r\n\r\n".to_owned(), "HTTP/1.1 421 "),
        ("GET /jwks.json HTTP/1.1\r\n\r\n".to_owned(), "HTTP/1.1 421 "),
        ("GET /jwks.json HTTP/1.0\r\n\r\n".to_owned(), "HTTP/1.0 421 "),
        (format!("GET http://rebound.example/jwks.json HTTP/1.1\r\nHost: {host}\r\n\r\n"), "HTTP/1.1 421 "),
        (format!("OPTIONS /credentials HTTP/1.1\r\nHost: {host}\r\n\r\n"), "HTTP/1.1 405 "),
        ("nonsense\r\n\r\n".to_owned(), "HTTP/1.1 400 "),
        (format!("GET / HTTP/1.1\r\nHost: {host}\r\nX: {}\r\n\r\n", "x".repeat(1_000_000)), "HTTP/1.1 431 "),
    ] {
        let answer = exchange(&server, &request);
        let is_closed = answer.is_empty() && request.len() > 90_000;
        assert!(answer.starts_with(expected) || is_closed, "{:.60}: {answer:.100}", request);
        assert!(!answer.to_ascii_lowercase().contains("access-control-allow"), "{answer}");
    }
    let silent = TcpStream::connect(host).unwrap();
    assert_eq!(request(&shop, &server, "--token-file billing.token --out new").code, 0);
    drop(silent);
}

/// Over HTTP/2 the host is in `:authority`.
#[test]
fn hosts_over_http_2() {
    let shop = shop();
    let server = dev_server(&shop, &[]);
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        let socket = tokio::net::TcpStream::connect(&server.address).await.unwrap();
        let connecting = hyper::client::conn::http2::handshake(TokioExecutor::new(), TokioIo::new(socket));
        let (mut sender, connection) = connecting.await.unwrap();
        let driving = tokio::spawn(connection);
        for (host, expected) in [(server.address.as_str(), 200), ("rebound.example", 421)] {
            let request = http::Request::get(format!("http://{host}/jwks.json"));
            let request = request.body(http_body_util::Empty::<bytes::Bytes>::new()).unwrap();
            assert_eq!(sender.send_request(request).await.unwrap().status(), expected, "{host}");
        }
        driving.abort();
    });
}

/// A service whose WITs live for seconds: it comes once with its join token, then with the WIT that it has.
#[test]
fn a_service_renews_after_its_join_token() {
    let shop = shop();
    let registry = shop.read("dev-server.toml") + "\n[lifetimes]\nwit = 6\n";
    shop.write("dev-server.toml", registry);
    let server = dev_server(&shop, &[]);
    let service = |once: &str| {
        let (start, serve) = "[recipient]\naudience-bases = [\"http://127.0.0.1:1\"]\n[[domains]]\n\
             origin = \"wimse://example.com\"\njwks-urls = [\"URL/jwks.json\"]\n[sources]\nallow-loopback-http = true\n\
             |[serve]\naccept = [\"httpsig\"]\nreplay = \"local\"\npermit = [\"wimse://example.com/billing\"]\n"
            .split_once('|')
            .unwrap();
        let url = server.url("");
        let credentials = format!(
            "[credentials.server]\nurl = \"{url}/credentials\"\ntoken-file = \"orders.token\"\ntoken-once = {once}\n"
        );
        format!("{}{credentials}{serve}", start.replace("URL", &url))
    };
    shop.write("once.toml", service("true"));
    let running = issuer::start(&shop, &["serve", "--config", "once.toml", "--listen", "127.0.0.1:0"]);
    assert!(running.ready.contains("as wimse://example.com/orders"), "{}", running.ready);
    let renewed = running.wait_for("credentials: renewed");
    assert!(renewed.is_some(), "it has not renewed");
    let (service, server) = (running.end(), server.end());
    assert!(server.stderr.contains("known by its join token"), "{}", server.stderr);
    assert!(server.stderr.contains("known by its WIT"), "{}", server.stderr);
    assert!(!service.stderr.contains("not renewed"), "{}", service.stderr);
}
