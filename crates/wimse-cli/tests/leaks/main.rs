//! No token, proof, signature or key is in anything that the command shows while it serves and calls.
//!
//! `wimse serve`, `wimse gateway`, `wimse dev-server` and `wimse call` run with `--trace trace`, and `wimse wit request`; they are used
//! and misused, and all that they write is kept: standard output and error, audit events, metrics, what refused callers are told. All
//! secrets that were made are looked for in that, and pieces of them, in every form: with the search of the test of `wimse-tower`.
#![cfg(unix)]
#![allow(clippy::unwrap_used, reason = "outside #[test] functions too, a test fails by a panic")]

#[path = "../gateway/asked.rs"]
#[allow(dead_code, reason = "the other tests take the rest")]
mod asked;
mod asking;
#[path = "../transcripts/fixture.rs"]
mod fixture;
mod http2;
#[path = "../workshop/issuer.rs"]
mod issuer;
mod issuing;
mod made;
#[path = "../../../wimse-mtls/tests/peers/program.rs"]
#[allow(dead_code, reason = "shared with the tests of mutual TLS")]
mod program;
#[path = "../workshop/redis.rs"]
#[allow(dead_code, reason = "the other tests take the rest")]
mod redis;
mod remembering;
#[path = "../../../wimse-tower/tests/leaks/search.rs"]
mod search;
mod seen;
mod serving;
mod tap;
#[path = "../workshop/mod.rs"]
mod workshop;

use made::Made;
use search::Search;
use seen::Seen;
use workshop::Workshop;

/// A folder with the files of the transcripts.
fn shop() -> Workshop {
    let shop = Workshop::new();
    fixture::copy_to(&shop.path(""));
    shop
}

/// Everything runs once, by one after the other.
fn run_all() -> (Made, Seen) {
    let (mut made, mut seen) = (Made::default(), Seen::default());
    serving::messages(&mut made, &mut seen);
    serving::connections(&mut made, &mut seen);
    asking::questions(&mut made, &mut seen);
    issuing::credentials(&mut made, &mut seen);
    remembering::proofs(&mut made, &mut seen);
    (made, seen)
}

#[test]
fn nothing_that_is_written_has_a_secret_in_it() {
    let (made, seen) = run_all();
    // It has seen something, of every kind.
    for (kind, words) in [
        (
            "stderr",
            &[
                "wimse.authenticate",
                "wimse.sign_response",
                "wimse.refresh",
                "wimse.renew",
                "wimse.issue",
                "TRACE",
                "h2::",
            ][..],
        ),
        (
            "stderr",
            &[
                "\"level\":\"TRACE\"",
                "wpt.replayed",
                "gateway.uri_missing",
                "mtls.not_expected",
                "join_token.",
            ],
        ),
        ("stdout", &["serving http", "answering", "wimse-gateway/1", "\"caller\"", "refused"]),
        (
            "audit",
            &["\"accepted\"", "\"arrival\"", "\"handshake\"", "wpt.signature", "httpsig.digest_mismatch"],
        ),
        ("metrics", &["wimse_decisions_total{", "wimse_connections_total{", "wimse_trust_refreshes_total{"]),
        ("answers", &["400", "401", "403", "about:blank", "signature-invalid"]),
    ] {
        let text = seen.all(kind);
        for word in words {
            assert!(text.contains(word), "{word} is not in {kind}: {}", &text[..text.len().min(2000)]);
        }
    }
    assert!(!seen.all("stderr").contains("lines were left out"), "not all was seen");
    let search = made.search();
    assert!(search.len() > 150, "{}", search.len());
    for (name, text) in seen.each() {
        let found = search.find(text.as_bytes());
        assert!(found.is_empty(), "{name}: {found:#?}");
    }

    // The twin: what a caller says of its secret where everybody can see it, in the path, is found where it is shown.
    for (form, canary) in made::canaries() {
        let mut search = Search::default();
        search.add_binary("canary", &canary);
        for kind in ["stderr", "audit"] {
            let found = search.find(seen.all(kind).as_bytes());
            assert!(found.iter().any(|found| found.contains(form)), "{form} in {kind}: {found:#?}");
        }
        for kind in ["metrics", "answers"] {
            assert!(search.find(seen.all(kind).as_bytes()).is_empty(), "{form} in {kind}");
        }
    }
}

/// The twin of the secrets: each kind that is made is found where somebody has written it.
#[test]
fn every_kind_of_secret_is_known() {
    let shop = shop();
    let mut made = Made::default();
    made.files(&shop);
    let request = shop.make(&[
        "call",
        "--wit",
        "billing.wit",
        "--key",
        "billing.jwk.json",
        "--now",
        workshop::NOW,
        "--httpsig",
        "--allow-plain-http",
        "--print-request",
        "http://api.example.com/orders",
    ]);
    let search = made.search();
    // The signature is new, all else is in files.
    let signature = request.lines().find_map(|line| line.strip_prefix("signature: ")).unwrap();
    assert!(search.find(signature.as_bytes()).is_empty());
    made.message(request.as_bytes());
    let search = made.search();
    let key: serde_json::Value = serde_json::from_str(&shop.read("billing.jwk.json")).unwrap();
    let pem = shop.read("billing.key");
    let wit = shop.read("billing.wit");
    for text in [signature, key["d"].as_str().unwrap(), pem.as_str(), &wit[40..120], &request] {
        assert!(!search.find(format!("a line: {text}\n").as_bytes()).is_empty(), "{text}");
    }
    // What is public is no leak: the key that everybody has, and who it is.
    for text in [key["x"].as_str().unwrap(), "wimse://example.com/billing", &shop.read("issuer.jwks.json")] {
        assert!(search.find(text.as_bytes()).is_empty(), "{text}");
    }
}
