//! `wimse tls serve` and `wimse tls connect`: the transcripts of their page, and what two commands do together.
#![allow(clippy::unwrap_used, reason = "outside #[test] functions too, a test fails by a panic")]

#[path = "transcripts/fixture.rs"]
mod fixture;
#[allow(dead_code, reason = "the other tests take the rest")]
#[path = "transcripts/page.rs"]
mod page;
#[path = "workshop/pair.rs"]
mod pair;
mod workshop;

use page::Transcript;
use serde_json::Value;
use std::fs;
use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::path::Path;
use workshop::{Ended, Workshop};

fn shop() -> Workshop {
    let shop = Workshop::new();
    fixture::copy_to(&shop.path(""));
    shop
}

/// Each block of the page has a server and its client.
#[test]
fn the_page_shows_what_both_print() {
    let page = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/command/mutual-tls.md");
    let page = fs::read_to_string(page).unwrap();
    let transcripts = page::transcripts(&page);
    assert!(transcripts.len() >= 10, "{}", transcripts.len());
    for pair in transcripts.chunks(2) {
        let [server, client] = pair else { panic!("a server without a client: {pair:?}") };
        assert!(
            server.command.starts_with("wimse tls serve ")
                && client.command.starts_with("wimse tls connect ")
        );
        let ended = pair::call(&shop(), &words(server), &words(client));
        compare(server, &ended.server);
        compare(client, &ended.client);
    }
}

fn words(transcript: &Transcript) -> Vec<String> {
    transcript.command.split_whitespace().skip(1).map(str::to_owned).collect()
}

fn compare(transcript: &Transcript, ended: &Ended) {
    let printed: Vec<&str> = ended.stdout.lines().chain(ended.stderr.lines()).map(without_port).collect();
    let shown: Vec<&str> = transcript.output.trim_end().lines().map(without_port).collect();
    let command = &transcript.command;
    assert_eq!(printed, shown, "{command} printed\n{}{}", ended.stdout, ended.stderr);
    assert_eq!(ended.code, transcript.exit, "{command}");
}

/// Nobody chooses the port of a client.
fn without_port(line: &str) -> &str {
    if line.starts_with("from 127.0.0.1:") { "from 127.0.0.1:" } else { line }
}

fn document(ended: &Ended) -> Value {
    serde_json::from_str(&ended.stdout).unwrap()
}

/// Whom the client is refused as, and whom it refuses. Each differs from the first in one thing.
#[test]
fn each_side_refuses_for_its_reason() {
    for (client, expected, server_code, client_code) in [
        ("billing", vec!["--expect-dns", "orders.example.com"], None, None),
        ("reports", vec![], Some("mtls.not_expected"), Some("mtls.refused_by_peer")),
        ("forged", vec![], Some("wic.signature"), Some("mtls.refused_by_peer")),
        ("stranger", vec![], Some("wic.trust_domain_unknown"), Some("mtls.refused_by_peer")),
        (
            "billing",
            vec!["--expect-dns", "billing.example.com"],
            Some("mtls.refused_by_peer"),
            Some("mtls.name_mismatch"),
        ),
    ] {
        let ended = pair::call(
            &shop(),
            &pair::serve(&["--json"]),
            &pair::connect(client, &[&["--json"], &expected[..]].concat()),
        );
        let (server, answer) = (document(&ended.server), document(&ended.client));
        assert_eq!(server["connections"][0]["refusal"]["code"].as_str(), server_code, "{client}");
        assert_eq!(answer["refusal"]["code"].as_str(), client_code, "{client}");
        assert_eq!(ended.server.code, i32::from(server_code.is_some()), "{client}");
        assert_eq!(ended.client.code, i32::from(client_code.is_some()), "{client}");
        if server_code.is_none() {
            let peer = &server["connections"][0]["peer"];
            assert_eq!(peer["identifier"], "wimse://example.com/billing");
            assert_eq!((&server["connections"][0]["lines"], &answer["answer"]), (&1.into(), &"hello".into()));
            assert_eq!(answer["workload"]["identifier"], "wimse://example.com/orders");
        }
    }
}

/// A server that is another workload than the one that is meant.
#[test]
fn a_client_means_somebody() {
    let shop = shop();
    let mut connect = pair::connect("billing", &["--json"]);
    let place = connect.iter().position(|word| word == "wimse://example.com/orders").unwrap();
    connect[place] = "wimse://example.com/reports".to_owned();
    let ended = pair::call(&shop, &pair::serve(&[]), &connect);
    assert_eq!(document(&ended.client)["refusal"]["code"], "mtls.not_expected");
    assert_eq!(document(&ended.client)["refusal"]["requirement"], "MTLS-3.2.1-4");
    assert_eq!((ended.server.code, ended.client.code), (1, 1));
}

/// What is expected by DNS name alone is believed by anchors of its own, and is no workload.
#[test]
fn a_dns_name_is_no_workload() {
    let shop = shop();
    let connect = "tls connect 127.0.0.1:8443 --wic billing.crt --key billing.key --now 1800000000 --json";
    let by_name = |ca: &str| -> Vec<String> {
        let words = format!("{connect} --expect-dns orders.example.com --dns-ca {ca}");
        words.split(' ').map(str::to_owned).collect()
    };
    let ended = pair::call(&shop, &pair::serve(&[]), &by_name("ca.pem"));
    let answer = document(&ended.client);
    assert_eq!((&answer["dns"], &answer["workload"]), (&"orders.example.com".into(), &Value::Null));
    shop.make(&[
        "ca",
        "init",
        "--trust-domain",
        "wimse://dns.example",
        "--out",
        "other.pem",
        "--key-out",
        "other.key",
    ]);
    let ended = pair::call(&shop, &pair::serve(&[]), &by_name("other.pem"));
    assert_eq!(document(&ended.client)["refusal"]["code"], "chain.unknown_issuer");
    let without: Vec<&str> = connect.split(' ').chain(["--expect-dns", "orders.example.com"]).collect();
    assert_eq!(shop.wimse(&without).code, 2);
}

/// The clock of the handshake is that of `--now`.
#[test]
fn an_expired_certificate_is_not_even_shown() {
    let shop = shop();
    let late: Vec<String> = pair::connect("billing", &["--json"])
        .into_iter()
        .map(|word| word.replace("1800000000", "1800003600"))
        .collect();
    let late: Vec<&str> = late.iter().map(String::as_str).collect();
    let ended = shop.wimse(&late);
    let answer = document(&ended);
    assert_eq!((ended.code, &answer["refusal"]["code"]), (1, &"credential.expired".into()));
    assert_eq!(answer["refusal"]["requirement"], "WIT-9.5-3");
}

/// What is no TLS, what says nothing, and who just goes: each is a refusal, and the next is served.
#[test]
fn strangers_do_not_stop_a_server() {
    let shop = shop();
    let mut serve = pair::serve(&["--patience", "1s"]);
    let once = serve.iter().position(|word| word == "--once").unwrap();
    serve.splice(once..=once, ["--connections".to_owned(), "4".to_owned()]);
    let started = pair::start(&shop, &serve);
    let mut noise = TcpStream::connect(&started.address).unwrap();
    noise.write_all(b"GET / HTTP/1.1\r\nHost: orders\r\n\r\n").unwrap();
    let mut answer = Vec::new();
    let _ = noise.read_to_end(&mut answer);
    drop(TcpStream::connect(&started.address).unwrap());
    let silent = TcpStream::connect(&started.address).unwrap();
    let client: Vec<String> = pair::connect("billing", &[])
        .into_iter()
        .map(|word| word.replace(pair::ADDRESS, &started.address))
        .collect();
    let client: Vec<&str> = client.iter().map(String::as_str).collect();
    shop.make(&client);
    drop(silent);
    let ended = started.end();
    assert_eq!(ended.code, 1);
    for code in ["mtls.tls", "tls.closed", "tls.timeout"] {
        assert!(ended.stdout.contains(&format!("refused: {code}\n")), "{code}: {}", ended.stdout);
    }
    assert!(ended.stdout.contains("accepted: wimse://example.com/billing"), "{}", ended.stdout);
}
