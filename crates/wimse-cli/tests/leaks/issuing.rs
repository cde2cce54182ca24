//! `wimse dev-server`, who asks it, and a service that has all it needs from there.

use crate::issuer::{self, Running};
use crate::made::Made;
use crate::seen::{Seen, metrics};
use crate::shop;
use crate::tap::Tap;
use crate::workshop::Workshop;
use std::net::TcpListener;

const BILLING: &str = "wimse://example.com/billing";

/// A configuration for who has a trust domain and credentials from there; the tap is in between.
fn from_there(url: &str, who: &str) -> String {
    format!(
        "[recipient]\naudience-bases = [\"http://127.0.0.1:1\"]\n[[domains]]\norigin = \"wimse://example.com\"\n\
         jwks-urls = [\"{url}/jwks.json\"]\n[sources]\nallow-loopback-http = true\n\
         [credentials.server]\nurl = \"{url}/credentials\"\ntoken-file = \"{who}.token\"\ntoken-once = true\n"
    )
}

pub(crate) fn credentials(made: &mut Made, seen: &mut Seen) {
    let shop = shop();
    let tap = Tap::new();
    let url = format!("http://{}", tap.address);
    // It says as first where others reach it, and that is the tap.
    let free = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().to_string();
    let listen = ["dev-server", "--listen", &free, "--url", &url];
    let mut server = issuer::start(&shop, &[&listen[..], &["--state", "state", "--trace", "trace"]].concat());
    tap.lead_to(&free);
    server.address = free;
    made.files(&shop);
    requests(&shop, &url, made, seen);
    strangers(&shop, &server, seen);
    service(&shop, &url, made, seen);
    made.files(&shop);
    let taken = tap.taken();
    assert!(taken.len() > 10, "{}", taken.len());
    taken.iter().for_each(|bytes| made.message(bytes));
    seen.service("dev-server", &shop, server, None);
}

/// `wimse wit request`: with a token that is good, was used, is none; by the WIT that is there.
fn requests(shop: &Workshop, url: &str, made: &mut Made, seen: &mut Seen) {
    let endpoint = format!("{url}/credentials");
    // What is no join token looks like one.
    shop.write("wrong.token", "wimse-join-0123456789abcdef0123456789abcdef0123456789abcdef");
    for (options, code) in [
        ("--token-file billing.token --wic --out new", 0),
        ("--token-file billing.token --out other", 1),
        ("--token-file wrong.token --out other", 1),
        ("--token-file billing.wit --out other", 1),
        ("--renew --wic --out new --json", 0),
        ("--renew --out new --expect wimse://example.com/orders", 1),
    ] {
        let words = ["wit", "request", "--server", &endpoint];
        let ended = shop.wimse(&words.into_iter().chain(options.split(' ')).collect::<Vec<_>>());
        assert_eq!(ended.code, code, "{options} {}{}", ended.stdout, ended.stderr);
        seen.ended("wit request", ended);
        // Those of before are replaced by the next.
        made.files(shop);
    }
}

/// What is no request of a workload, with secrets in it.
fn strangers(shop: &Workshop, server: &Running, seen: &mut Seen) {
    let (host, token) = (&server.address, shop.read("orders.token"));
    let token = token.trim();
    for (request, status) in [
        (format!("GET /credentials?token={token} HTTP/1.1\r\nhost: {host}\r\n\r\n"), 405),
        (format!("GET /{token} HTTP/1.1\r\nhost: {host}\r\n\r\n"), 404),
        (
            format!("POST /credentials HTTP/1.1\r\nhost: {token}\r\nauthorization: Bearer {token}\r\n\r\n"),
            421,
        ),
        (format!("POST /credentials HTTP/1.1\r\nhost: {host}\r\nauthorization: Bearer {token}\r\n\r\n"), 415),
        (
            format!(
                "POST /credentials HTTP/1.1\r\nhost: {host}\r\nauthorization: Bearer {token}\r\n\
                 content-type: application/json\r\ncontent-length: {}\r\n\r\n\"{token}\"",
                token.len() + 2
            ),
            400,
        ),
        (format!("{token} {token}\r\n\r\n"), 400),
    ] {
        assert_eq!(seen.answer(host, request.as_bytes()), status, "{request}");
    }
}

/// A service and a caller with credentials and anchors of the server.
fn service(shop: &Workshop, url: &str, made: &mut Made, seen: &mut Seen) {
    let serve = "[serve]\naccept = [\"httpsig\", \"wpt\"]\nreplay = \"local\"\npermit = [\"wimse://example.com/billing\"]\n";
    shop.write("serve.toml", format!("{}{serve}", from_there(url, "orders")));
    let _ = std::fs::remove_file(shop.path("audit.jsonl"));
    let observed = ["--audit", "audit.jsonl", "--metrics", "127.0.0.1:0", "--trace", "trace"];
    let start = ["serve", "--config", "serve.toml", "--listen", "127.0.0.1:0"];
    let running = issuer::start(shop, &[&start[..], &observed].concat());
    assert!(running.ready.contains("as wimse://example.com/orders"), "{}", running.ready);
    let shown = metrics(&running);
    let tap = Tap::to(&running.address);
    let calls = ["call", "--config", "serve.toml", "--trace", "trace", "--connect", &tap.address];
    let identity = ["--wit", "new/wit.jwt", "--key", "new/wit.jwk.json"];
    for (options, code) in [
        ("--replay http://127.0.0.1:1/orders", 1),
        (
            "--httpsig --require-signed-response --expect wimse://example.com/orders http://127.0.0.1:1/orders",
            0,
        ),
        ("http://127.0.0.1:2/orders", 1),
    ] {
        let options: Vec<&str> = options.split(' ').collect();
        let ended = shop.wimse(&[&calls[..], &identity, &options].concat());
        assert_eq!(ended.code, code, "{options:?} {}{}", ended.stdout, ended.stderr);
        seen.ended("call", ended);
    }
    // By a configuration alone: the token that was used lets nobody in, in spite of its name.
    shop.write("caller.toml", from_there(url, "billing"));
    let ended =
        shop.wimse(&["call", "--config", "caller.toml", "--trace", "trace", "http://127.0.0.1:1/orders"]);
    assert_eq!(ended.code, 3, "{}{}", ended.stdout, ended.stderr);
    assert!(ended.stderr.contains("wimse.renew"), "{}", ended.stderr);
    seen.ended("call", ended);
    tap.taken().iter().for_each(|bytes| made.message(bytes));
    let text = shop.read("audit.jsonl");
    assert!(text.contains(BILLING), "{text}");
    seen.service("serve with credentials of a server", shop, running, Some(&shown));
}
