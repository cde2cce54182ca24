//! What others see of a gateway: every decision on record and counted, its own refusals among them.

use crate::asked::{BILLING, CONFIG, Gateway, exchange};
use crate::stage::{print, shop, with_field};
use crate::workshop::{NOW, Workshop};
use serde_json::{Value, json};
use std::fs;

const URL: &str = "http://api.example.com/orders/7?a=b";
const METHOD: &str = "X-Original-Method: GET";
const TARGET: &str = "X-Original-URI: /orders/7?a=b";
const EMPTY: &str = "X-Original-Content: 0";
const CONTENT: &str = "X-Original-Content: 1";

fn question(shop: &Workshop, proof: &str, fields: &[&str]) -> String {
    let request = print(shop, "billing", &[proof, URL]);
    let asked = request.replacen("GET /orders/7?a=b", "GET /auth", 1);
    fields.iter().fold(asked, |asked, field| with_field(&asked, field))
}

fn start(shop: &Workshop, options: &[&str]) -> Gateway {
    let config = format!("{CONFIG}proxy = \"nginx\"\n");
    Gateway::start(shop, &config, &[&["--listen", "127.0.0.1:0"], options].concat())
}

/// The events so far, each as the schema says.
fn events(shop: &Workshop) -> Vec<Value> {
    let schema = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/audit/event.schema.json");
    let schema: Value = serde_json::from_str(&fs::read_to_string(schema).unwrap()).unwrap();
    let validator = jsonschema::validator_for(&schema).unwrap();
    let text = shop.read("audit.jsonl");
    let events = text.lines().map(|line| serde_json::from_str(line).unwrap());
    events
        .inspect(|event| {
            let errors: Vec<String> = validator.iter_errors(event).map(|error| error.to_string()).collect();
            assert!(errors.is_empty(), "{errors:?} in {event}");
        })
        .collect()
}

/// A proof, what the proxy says, the code of the refusal, and what the event has of method and path.
type Asked =
    (&'static str, &'static [&'static str], &'static str, Option<&'static str>, Option<&'static str>);

const UNFIT: [Asked; 10] = [
    ("--wpt", &[TARGET, EMPTY], "gateway.method_missing", None, Some("/orders/7")),
    // One of two may be the caller's: neither is what the proxy has said.
    ("--wpt", &[METHOD, METHOD, TARGET, EMPTY], "gateway.method_repeated", None, Some("/orders/7")),
    (
        "--wpt",
        &["X-Original-Method: G T", TARGET, EMPTY],
        "gateway.method_invalid",
        Some("G T"),
        Some("/orders/7"),
    ),
    ("--wpt", &[METHOD, EMPTY], "gateway.uri_missing", Some("GET"), None),
    ("--wpt", &[METHOD, TARGET, "X-Original-URI: /open", EMPTY], "gateway.uri_repeated", Some("GET"), None),
    ("--wpt", &[METHOD, "X-Original-URI: a?b", EMPTY], "gateway.uri_invalid", Some("GET"), Some("a")),
    ("--httpsig", &[METHOD, TARGET], "gateway.content_missing", Some("GET"), Some("/orders/7")),
    (
        "--httpsig",
        &[METHOD, TARGET, EMPTY, EMPTY],
        "gateway.content_repeated",
        Some("GET"),
        Some("/orders/7"),
    ),
    ("--httpsig", &[METHOD, TARGET, CONTENT], "gateway.content_withheld", Some("GET"), Some("/orders/7")),
    // Its twin is not refused: it is good.
    ("--httpsig", &[METHOD, TARGET, EMPTY], "", Some("GET"), Some("/orders/7")),
];

#[test]
fn its_own_refusals_are_on_record_and_counted() {
    let shop = shop();
    let gateway = start(&shop, &["--audit", "audit.jsonl", "--metrics", "127.0.0.1:0", "--trace", "info"]);
    let line = std::iter::repeat_with(|| gateway.line()).find(|line| line.starts_with("metrics: ")).unwrap();
    let (_, metrics) = line.split_once("http://").unwrap();
    for (proof, fields, code, ..) in UNFIT {
        let answer = gateway.ask(&question(&shop, proof, fields));
        assert_eq!(answer.status, if code.is_empty() { 200 } else { 403 }, "{code}: {answer:?}");
    }
    // One of the layer, for comparison.
    let nobody = format!(
        "GET /auth HTTP/1.1\r\nhost: a\r\nconnection: close\r\n{METHOD}\r\n{TARGET}\r\n{EMPTY}\r\n\r\n"
    );
    assert_eq!(gateway.ask(&nobody).status, 401);

    let events = events(&shop);
    assert_eq!(events.len(), UNFIT.len() + 1);
    for (event, (proof, _, code, method, path)) in events.iter().zip(UNFIT) {
        assert_eq!((&event["method"], &event["path"]), (&json!(method), &json!(path)), "{event}");
        assert_eq!(event["presented"], json!([proof.trim_start_matches("--")]), "{event}");
        if code.is_empty() {
            assert_eq!((&event["decision"], &event["stage"]), (&json!("accepted"), &json!("authorization")));
            continue;
        }
        assert_eq!((&event["decision"], &event["stage"]), (&json!("refused"), &json!("arrival")));
        assert_eq!((&event["code"], &event["status"]), (&json!(code), &json!(400)));
        assert_eq!((&event["caller"], &event["claimed_subject"]), (&json!(null), &json!(BILLING)));
    }
    assert_eq!(events[UNFIT.len()]["code"], "tower.nothing_presented");

    let address = metrics.strip_suffix("/metrics").unwrap();
    let scraped =
        exchange(address, b"GET /metrics HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n").content;
    for (_, _, code, ..) in UNFIT.iter().filter(|(_, _, code, ..)| !code.is_empty()) {
        let label = format!("code=\"{code}\"");
        let series = [
            "wimse_decisions_total{",
            "decision=\"refused\"",
            "stage=\"arrival\"",
            &label,
            "trust_domain=\"unknown\"",
            "claimed_trust_domain=\"wimse://example.com\"",
        ];
        let line = scraped.lines().find(|line| series.iter().all(|word| line.contains(word)));
        assert!(line.is_some_and(|line| line.ends_with(" 1")), "{code}: {scraped}");
    }
    let recorded = format!("wimse_audit_events_total{{outcome=\"recorded\",code=\"none\"}} {}", events.len());
    assert!(scraped.contains(&recorded), "{scraped}");

    // With the span that requests have in the layer.
    let span = "wimse.authenticate{stage=\"arrival\" binding=wpt decision=\"refused\" code=\"gateway.method_missing\" \
                claimed_subject=\"wimse://example.com/billing\"}: wimse_tower: ? \"/orders/7\": refused with 400, \
                gateway.method_missing";
    let line = std::iter::repeat_with(|| gateway.line()).find(|line| line.contains("gateway.method_missing"));
    assert!(line.as_ref().is_some_and(|line| line.contains(span)), "{line:?}");
}

/// Envoy says whether content is there whole.
#[test]
fn content_in_part_is_on_record() {
    let shop = shop();
    let config = format!("{CONFIG}proxy = \"envoy\"\n");
    let gateway = Gateway::start(&shop, &config, &["--listen", "127.0.0.1:0", "--audit", "audit.jsonl"]);
    for (is_partial, status) in [(true, 400), (false, 200)] {
        let partial = format!("x-envoy-auth-partial-body: {is_partial}");
        let answer = gateway.ask(&question(&shop, "--httpsig", &[METHOD, TARGET, &partial]));
        assert_eq!(answer.status, status, "{answer:?}");
    }
    let on_record: Vec<_> =
        events(&shop).iter().map(|event| (event["decision"].clone(), event["code"].clone())).collect();
    assert_eq!(
        on_record,
        [(json!("refused"), json!("gateway.content_partial")), (json!("accepted"), json!(null))]
    );
}

/// Nothing passes that is not on record, and what is refused is refused as ever. The twin above differs in the file alone.
#[cfg(target_os = "linux")]
#[test]
fn a_record_that_is_full_refuses() {
    let shop = shop();
    let gateway = start(&shop, &["--audit", "/dev/full", "--metrics", "127.0.0.1:0"]);
    let line = gateway.line();
    let (_, metrics) = line.split_once("http://").unwrap();
    let answer = gateway.ask(&question(&shop, "--wpt", &[METHOD, TARGET, EMPTY]));
    assert_eq!((answer.status, answer.field("wimse-status")), (403, Some("503")));
    assert_eq!(answer.field("wimse-caller"), None);
    assert!(gateway.line().contains("tower.audit_failed"));
    let answer = gateway.ask(&question(&shop, "--wpt", &[METHOD, EMPTY]));
    assert_eq!((answer.status, answer.field("wimse-status")), (403, Some("400")));
    assert!(gateway.line().ends_with("gateway.uri_missing"));
    let address = metrics.strip_suffix("/metrics").unwrap();
    let scraped =
        exchange(address, b"GET /metrics HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n").content;
    // As accepted, as refused for that, and as refused by the gateway.
    assert!(
        scraped.contains("wimse_audit_events_total{outcome=\"failed\",code=\"audit.write\"} 3"),
        "{scraped}"
    );
}

/// A proxy that is not the one, and none at all, over mutual TLS.
#[test]
fn refused_connections_are_on_record() {
    let shop = shop();
    let config = CONFIG.replace(
        "[serve]",
        "ca-certificates = [\"ca.pem\"]\n[credentials]\nwic = \"orders.crt\"\nwic-key = \"orders.key\"\n[serve]",
    );
    let config = format!("{config}proxy = \"nginx\"\nproxies = [\"{BILLING}\"]\n");
    let gateway = Gateway::start(&shop, &config, &["--listen", "127.0.0.1:0", "--audit", "audit.jsonl"]);
    let ask = |who: &str| {
        let (wic, key) = (format!("{who}.crt"), format!("{who}.key"));
        let identity =
            ["call", "--config", "gateway-under-test.toml", "--wic", &wic, "--wic-key", &key, "--now", NOW];
        let to = [
            "--expect",
            "wimse://example.com/orders",
            "--connect",
            gateway.place(),
            "https://orders.example.com/auth",
        ];
        shop.document(&[&identity[..], &to].concat())
    };
    // The proxy asks wrongly, and is one: that is a question, refused before the layer.
    assert_eq!(ask("billing").1["status"], 403);
    assert!(gateway.line().contains("gateway.method_missing"));
    assert_eq!(ask("reports").1["refusal"]["code"], "mtls.refused_by_peer");
    assert!(gateway.line().contains("mtls.not_expected"));
    let events = events(&shop);
    let shown: Vec<_> =
        events.iter().map(|event| (&event["stage"], &event["code"], &event["claimed_subject"])).collect();
    assert_eq!(
        shown,
        [
            (&json!("arrival"), &json!("gateway.method_missing"), &json!(null)),
            (&json!("handshake"), &json!("mtls.not_expected"), &json!("wimse://example.com/reports")),
        ]
    );
    assert!(events[1]["from"].as_str().unwrap().starts_with("127.0.0.1:"), "{events:?}");
    assert_eq!((&events[1]["method"], &events[1]["status"]), (&json!(null), &json!(null)));
}
