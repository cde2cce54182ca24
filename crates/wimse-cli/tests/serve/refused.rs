//! Calls that are refused: each beside one that is accepted and differs in one thing.

use crate::service::*;
use serde_json::json;

#[test]
fn who_has_another_key_is_nobody() {
    let shop = shop();
    let service = Service::start(&shop, CONFIG);
    let url = format!("{BASE}/orders");
    // The command does not even make such a proof.
    shop.make(&["key", "generate", "--alg", "Ed25519", "--out", "other.jwk.json"]);
    let identity = ["call", "--wit", "billing.wit", "--key", "other.jwk.json", "--now", crate::workshop::NOW];
    let refused = shop.document(&[&identity[..], &["--allow-plain-http", &url]].concat());
    assert_eq!(refusal(&refused), (1, "credential.key_mismatch"));
    // One of somebody else: another signature of the same length.
    let request = String::from_utf8(service.print(&shop, &[&url])).unwrap();
    let (start, token) = request.split_once("authorization: WPT ").unwrap();
    let (token, end) = token.split_once("\r\n").unwrap();
    let (signed, signature) = token.rsplit_once('.').unwrap();
    let first = if signature.starts_with('A') { "B" } else { "A" };
    let forged = format!("{first}{}", &signature[1..]);
    let forged = format!("{start}authorization: WPT {signed}.{forged}\r\n{end}");
    assert_eq!(service.send(forged.as_bytes()).0, 401);
    let line = service.line();
    assert!(
        line.contains("wpt.signature") && line.contains("claims to be wimse://example.com/billing"),
        "{line}"
    );
    assert_eq!(service.send(request.as_bytes()).0, 200);
}

#[test]
fn a_captured_request_is_good_once() {
    let shop = shop();
    let service = Service::start(&shop, CONFIG);
    let url = format!("{BASE}/orders");
    for (options, refused) in [(vec![url.as_str()], 401), (vec!["--httpsig", "-d", "a", &url], 400)] {
        let request = service.print(&shop, &options);
        assert_eq!(service.send(&request).0, 200, "{options:?}");
        assert_eq!(service.send(&request).0, refused, "{options:?}");
        service.line_with(".replayed");
        assert_eq!(service.call(&shop, &options).0, 0, "{options:?}");
    }
}

/// The choice is a choice.
#[test]
fn without_replay_protection_it_is_good_again() {
    let shop = shop();
    let service = Service::start(&shop, &CONFIG.replace("\"local\"", "\"off\""));
    let request = service.print(&shop, &[&format!("{BASE}/orders")]);
    assert_eq!((service.send(&request).0, service.send(&request).0), (200, 200));
}

/// After a start, a guard with a fence refuses what may have been admitted before.
#[test]
fn a_fence_refuses_what_may_have_been_used() {
    let shop = shop();
    let config = CONFIG.replace("replay = \"local\"", "replay = \"local\"\nfence-at-start = true");
    let service = Service::start(&shop, &config);
    let url = format!("{BASE}/orders");
    assert_eq!(service.call(&shop, &[&url]).1["status"], 503);
    service.line_with("replay.fenced");
    drop(service);
    let service = Service::start(&shop, CONFIG);
    assert_eq!(service.call(&shop, &[&url]).1["status"], 200);
}

#[test]
fn a_proof_is_for_one_recipient() {
    let shop = shop();
    let service = Service::start(&shop, CONFIG);
    let elsewhere = service.call(&shop, &["http://other.example.com/orders"]);
    assert_eq!((refusal(&elsewhere), &elsewhere.1["status"]), ((1, "call.status"), &json!(401)));
    let line = service.line();
    assert!(line.contains("wpt.audience_mismatch") && line.contains("other.example.com/orders"), "{line}");
    assert_eq!(service.call(&shop, &["http://api.example.com/orders"]).0, 0);
}

#[test]
fn who_is_known_may_still_not_call() {
    let shop = shop();
    let service = Service::start(&shop, CONFIG);
    let url = format!("{BASE}/orders");
    assert_eq!(service.call_as(&shop, "orders", &[&url]).1["status"], 403);
    service.line_with("layers.application_not_permitted");
    assert_eq!(service.call_as(&shop, "billing", &[&url]).1["status"], 200);
    drop(service);
    let domain = "permit-domains = [\"wimse://example.com\"]";
    let config = CONFIG.replace("permit = [\"wimse://example.com/billing\"]", domain);
    let service = Service::start(&shop, &config);
    assert_eq!(service.call_as(&shop, "orders", &[&url]).1["status"], 200);
}

#[test]
fn nothing_at_all_is_told_how_to_prove_it() {
    let shop = shop();
    let service = Service::start(&shop, CONFIG);
    let (status, answer) = service.send(b"GET /orders HTTP/1.1\r\nhost: a\r\n\r\n");
    assert_eq!(status, 401);
    assert!(answer.contains("www-authenticate: WPT") && answer.contains("accept-signature: "), "{answer}");
    service.line_with("tower.nothing_presented");
}

/// A WIT does not go over plain HTTP but to this machine, and nothing is sent.
#[test]
fn plain_http_is_for_this_machine() {
    let shop = shop();
    let service = Service::start(&shop, CONFIG);
    let url = format!("{BASE}/orders");
    let identity =
        ["call", "--wit", "billing.wit", "--key", "billing.jwk.json", "--now", crate::workshop::NOW];
    let to = ["--connect", service.address(), url.as_str()];
    let refused = shop.document(&[&identity[..], &to].concat());
    assert_eq!(refusal(&refused), (1, "client.plain_http"));
    assert_eq!(refused.1["status"], json!(null));
    assert_eq!(shop.document(&[&identity[..], &to, &["--allow-plain-http"]].concat()).0, 0);
    // The first line of the log is the second call.
    assert!(service.line().contains("let through"));
}

/// With a signature the content is judged before anybody sees it; without one, the application limits it.
#[test]
fn content_has_a_limit() {
    let shop = shop();
    let service = Service::start(&shop, &format!("{CONFIG}limits = {{ content-bytes = 100 }}\n"));
    let url = format!("{BASE}/orders");
    for (bytes, status) in [(100, 200), (101, 413)] {
        shop.write("content", "x".repeat(bytes));
        for proof in ["--wpt", "--httpsig"] {
            let (_, document) = service.call(&shop, &[proof, "-d", "@content", &url]);
            assert_eq!(document["status"], status, "{proof} {bytes}");
        }
    }
    service.line_with("tower.content_too_large");
}

#[test]
fn redirects_are_not_followed() {
    use std::io::{Read as _, Write as _};
    let shop = shop();
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}/a", listener.local_addr().unwrap());
    let server = std::thread::spawn(move || {
        let (mut stream, _) = listener.accept().unwrap();
        let mut head = vec![0; 64 * 1024];
        let read = stream.read(&mut head).unwrap();
        let answer = "HTTP/1.1 302 Found\r\nlocation: http://127.0.0.1:9/b\r\ncontent-length: 0\r\n\r\n";
        stream.write_all(answer.as_bytes()).unwrap();
        (String::from_utf8_lossy(&head[..read]).into_owned(), listener)
    });
    let identity =
        ["call", "--wit", "billing.wit", "--key", "billing.jwk.json", "--now", crate::workshop::NOW];
    let refused = shop.document(&[&identity[..], &[&url]].concat());
    assert_eq!((refusal(&refused), &refused.1["status"]), ((1, "call.redirect"), &json!(302)));
    let (head, listener) = server.join().unwrap();
    assert!(head.starts_with("GET /a HTTP/1.1\r\n"), "{head}");
    listener.set_nonblocking(true).unwrap();
    assert_eq!(listener.accept().unwrap_err().kind(), std::io::ErrorKind::WouldBlock);
}
