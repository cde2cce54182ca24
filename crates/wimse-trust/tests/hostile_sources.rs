//! Sources that are down, slow, or against us: the last good answer counts until its age limit, and then nothing does.
#![cfg(feature = "aws-lc")]
#![allow(clippy::unwrap_used, reason = "outside #[test] functions too, a test fails by a panic")]

mod support;

use std::sync::Arc;
use std::time::Duration;
use support::server::{Reply, Server, response};
use support::{DOMAIN, HOUR, ManualClock, SECOND, client, clock, jwk_set, key, loopback, wit};
use wimse_creds::trust::{DomainAnchors, TrustAnchorSource as _, TrustAnchors};
use wimse_creds::{Clock as _, WitPolicy, WitVerifier};
use wimse_trust::{HttpClient, LiveAnchors, LiveDomain, RefreshPolicy};

fn anchors(server: &Server, client: &HttpClient, clock: &Arc<ManualClock>) -> LiveAnchors {
    let domain = DomainAnchors::new(DOMAIN.parse().unwrap());
    let domain = LiveDomain::new(domain).jwk_set(client, loopback(&server.url("/jwks.json")));
    let policy = RefreshPolicy::default().with_max_age(HOUR);
    LiveAnchors::new(TrustAnchors::none(), [domain], policy, clock.clone()).unwrap()
}

async fn outcome(anchors: &LiveAnchors) -> Option<Result<wimse_mtls::Refreshed, &'static str>> {
    let attempt = anchors.refresh_due().await.pop()?;
    Some(attempt.outcome.map_err(|error| error.code()))
}

/// A good answer first, then this one until the age limit, and at last the good one again.
async fn go_through(what: &str, reply: Reply, expected: &str, client: &HttpClient) {
    let (server, clock, issuer) = (Server::plain(), clock(), key("1"));
    let good = jwk_set(&[&issuer]);
    server.json(&good, "");
    let anchors = anchors(&server, client, &clock);
    let (origin, workload) = (DOMAIN.parse().unwrap(), key("w"));
    let verifier = WitVerifier::new(anchors.clone(), WitPolicy::default());
    let token = |clock: &ManualClock| wit(&issuer, &workload, clock.now());
    let refusal = |token: &str| verifier.verify(token, clock.now()).err().map(|error| error.code());

    assert_eq!(anchors.state(&origin).code(), "anchors.not_loaded", "{what}");
    assert_eq!(outcome(&anchors).await, Some(Ok(wimse_mtls::Refreshed::Replaced)), "{what}");
    let before = anchors.anchors_for(&origin).unwrap();
    let token_before = token(&clock);
    assert_eq!(refusal(&token_before), None, "{what}");

    server.reply(reply);
    clock.advance(SECOND * 300);
    assert_eq!(outcome(&anchors).await, Some(Err(expected)), "{what}");
    assert!(Arc::ptr_eq(&before, &anchors.anchors_for(&origin).unwrap()), "{what}");
    assert_eq!(refusal(&token_before), None, "{what}");

    // A second before the age limit, and at it: what is cached is refused as well.
    clock.advance(HOUR - SECOND * 301);
    assert_eq!(refusal(&token_before), None, "{what}");
    assert_eq!(anchors.state(&origin).code(), "anchors.current", "{what}");
    clock.advance(SECOND);
    assert_eq!(anchors.state(&origin).code(), "anchors.too_old", "{what}");
    assert!(anchors.anchors_for(&origin).is_none(), "{what}");
    assert_eq!(refusal(&token_before), Some("wit.trust_domain_unknown"), "{what}");
    assert_eq!(refusal(&token(&clock)), Some("wit.trust_domain_unknown"), "{what}");
    let status = &anchors.status()[0].sources[0];
    assert_eq!((status.last_error, status.age), (Some(expected), Some(HOUR)), "{what}");

    server.json(&good, "");
    clock.advance(SECOND * 300);
    assert_eq!(outcome(&anchors).await, Some(Ok(wimse_mtls::Refreshed::Unchanged)), "{what}");
    assert_eq!(refusal(&token(&clock)), None, "{what}");
    assert_eq!(anchors.status()[0].sources[0].last_error, None, "{what}");
}

#[tokio::test]
async fn bad_answers_change_nothing_until_the_age_limit() {
    let json = "Content-Type: application/json\r\n";
    let bytes = |status, lines: &str, content: &str| Reply::Bytes(response(status, lines, content));
    let ok = |content: &str| bytes("200 OK", json, content);
    let (one, other) = (key("1"), key("1"));
    let other_good = jwk_set(&[&other]);
    let truncated = |shorter: usize| {
        let mut whole = response("200 OK", json, &other_good);
        whole.truncate(whole.len() - shorter);
        Reply::Bytes(whole)
    };
    let chunked = |chunks: &str| {
        Reply::Bytes(
            format!("HTTP/1.1 200 OK\r\n{json}Transfer-Encoding: chunked\r\n\r\n{chunks}").into_bytes(),
        )
    };
    let million = " ".repeat(1024 * 1024);
    let huge_length = format!("HTTP/1.1 200 OK\r\n{json}Content-Length: 99999999999\r\n\r\n");
    let endless = format!("10000\r\n{}\r\n", " ".repeat(0x10000)).repeat(17);
    let huge_head = format!("HTTP/1.1 200 OK\r\n{}", format!("x: {}\r\n", "y".repeat(8000)).repeat(20));
    for (what, reply, expected) in [
        ("500", bytes("500 Internal Server Error", json, &other_good), "http.status"),
        ("503", bytes("503 Service Unavailable", json, ""), "http.status"),
        ("404", bytes("404 Not Found", json, &other_good), "http.status"),
        ("204", Reply::Bytes(b"HTTP/1.1 204 No Content\r\n\r\n".to_vec()), "http.status"),
        ("206", bytes("206 Partial Content", json, &other_good), "http.status"),
        ("301", bytes("301 Moved Permanently", "Location: /other\r\n", ""), "http.redirect"),
        (
            "307",
            bytes("307 Temporary Redirect", "Location: http://127.0.0.1:1/\r\n", &other_good),
            "http.redirect",
        ),
        ("304", Reply::Bytes(b"HTTP/1.1 304 Not Modified\r\n\r\n".to_vec()), "http.redirect"),
        ("HTML", bytes("200 OK", "Content-Type: text/html\r\n", &other_good), "http.content_type"),
        (
            "almost JSON",
            bytes("200 OK", "Content-Type: application/jsonx\r\n", &other_good),
            "http.content_type",
        ),
        ("two types", bytes("200 OK", &format!("{json}{json}"), &other_good), "http.content_type"),
        (
            "gzip",
            bytes("200 OK", &format!("{json}Content-Encoding: gzip\r\n"), &other_good),
            "http.content_encoding",
        ),
        ("garbage", Reply::Bytes(b"garbage".to_vec()), "http.protocol"),
        ("nothing", Reply::Bytes(Vec::new()), "http.protocol"),
        ("half a head", Reply::Bytes(b"HTTP/1.1 200 OK\r\nContent-Ty".to_vec()), "http.protocol"),
        ("a huge head", Reply::Bytes(huge_head.into_bytes()), "http.protocol"),
        ("truncated", truncated(1), "http.protocol"),
        ("truncated by much", truncated(60), "http.protocol"),
        ("truncated in chunks", chunked("5\r\n{\"key"), "http.protocol"),
        ("no last chunk", chunked("5\r\n{\"key\r\n"), "http.protocol"),
        ("no chunk", chunked("x\r\n"), "http.protocol"),
        (
            "two lengths",
            bytes("200 OK", &format!("{json}Content-Length: 5\r\n"), &other_good),
            "http.protocol",
        ),
        ("huge", ok(&format!("{million} ")), "http.too_large"),
        ("huge by its length", Reply::Bytes(huge_length.into_bytes()), "http.too_large"),
        ("huge in chunks", chunked(&endless), "http.too_large"),
        ("empty", ok(""), "trust.json"),
        ("white space", ok(&million), "trust.json"),
        ("no JSON", ok("keys"), "trust.json"),
        ("half of the JSON", ok(&other_good[..other_good.len() / 2]), "trust.json"),
        ("no object", ok("[]"), "trust.json"),
        ("no keys", ok("{}"), "trust.keys"),
        ("an empty set", ok(r#"{"keys":[]}"#), "anchors.no_keys"),
        ("no usable key", ok(r#"{"keys":[{"kty":"oct","k":"AAAA"}]}"#), "anchors.no_keys"),
        (
            "a broken key",
            ok(r#"{"keys":[{"kty":"EC","crv":"P-256","x":"AA","y":"AA"}]}"#),
            "trust.key_member",
        ),
        ("a kid twice", ok(&jwk_set(&[&one, &other])), "trust.duplicate_kid"),
        ("a member twice", ok(r#"{"keys":[],"keys":[]}"#), "trust.duplicate_member"),
    ] {
        go_through(what, reply, expected, &client()).await;
    }
}

#[tokio::test]
async fn slow_answers_are_given_up() {
    let client = client().with_timeout(Duration::from_secs(3));
    let head = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 9000\r\n\r\n";
    tokio::join!(
        go_through("silence", Reply::Silence, "http.timeout", &client),
        go_through("a slow head", Reply::Drip(b"HTTP/1.1 200 OK\r\nX: ".to_vec()), "http.timeout", &client),
        go_through("a slow body", Reply::Drip([&head[..], &[b' '; 8000]].concat()), "http.timeout", &client),
    );
}

#[tokio::test]
async fn a_server_that_is_gone() {
    let (server, clock) = (Server::plain(), clock());
    let anchors = anchors(&server, &client(), &clock);
    drop(server);
    assert_eq!(outcome(&anchors).await, Some(Err("http.connect")));
}
