//! Over mutual TLS.

use crate::service::*;
use crate::workshop::{NOW, Workshop};
use serde_json::{Value, json};

const MTLS: &str = r#"[[domains]]
origin = "wimse://example.com"
ca-certificates = ["ca.pem"]
jwks = ["issuer.jwks.json"]
[recipient]
audience-bases = ["https://orders.example.com"]
[credentials]
wic = "orders.crt"
wic-key = "orders.key"
[serve]
accept = ["mtls"]
permit = ["wimse://example.com/billing"]
replay = "local"
"#;

fn call(shop: &Workshop, service: &Service, who: &str, options: &[&str]) -> (i32, Value) {
    let (wic, key) = (format!("{who}.crt"), format!("{who}.key"));
    let identity =
        ["call", "--config", "service-under-test.toml", "--wic", &wic, "--wic-key", &key, "--now", NOW];
    let to = ["--connect", service.address(), "https://orders.example.com/orders"];
    shop.document(&[&identity[..], &to, options].concat())
}

/// The twin, who is accepted, has an event of the request alone.
#[test]
fn refused_handshakes_are_on_record() {
    let shop = shop();
    let options = ["--listen", "127.0.0.1:0", "--now", NOW, "--audit", "audit.jsonl"];
    let service = Service::start_with(&shop, MTLS, &options);
    assert_eq!(call(&shop, &service, "billing", &["--expect", ORDERS]).0, 0);
    assert_eq!(
        refusal(&call(&shop, &service, "reports", &["--expect", ORDERS])),
        (1, "mtls.refused_by_peer")
    );
    service.line_with("mtls.not_expected");
    let text = shop.read("audit.jsonl");
    let events: Vec<Value> = text.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!((events.len(), &events[0]["decision"]), (2, &json!("accepted")), "{text}");
    assert_eq!((&events[0]["transport"]["identifier"], &events[0]["from"]), (&json!(BILLING), &json!(null)));
    assert_eq!((&events[1]["decision"], &events[1]["stage"]), (&json!("refused"), &json!("handshake")));
    assert_eq!((&events[1]["code"], &events[1]["path"]), (&json!("mtls.not_expected"), &json!(null)));
    assert_eq!(events[1]["claimed_subject"], "wimse://example.com/reports");
    assert_eq!(events[1]["time"], "2027-01-15T08:00:00Z");
}

/// A handshake that cannot go on record is refused as ever, and so is what would have been accepted.
#[cfg(target_os = "linux")]
#[test]
fn a_record_that_is_full_lets_nobody_in() {
    let shop = shop();
    let options = ["--listen", "127.0.0.1:0", "--now", NOW, "--audit", "/dev/full"];
    let service = Service::start_with(&shop, MTLS, &options);
    assert_eq!(
        refusal(&call(&shop, &service, "reports", &["--expect", ORDERS])),
        (1, "mtls.refused_by_peer")
    );
    service.line_with("mtls.not_expected");
    assert_eq!(call(&shop, &service, "billing", &["--expect", ORDERS]).1["status"], 503);
    service.line_with("tower.audit_failed");
}

#[test]
fn a_certificate_says_who_calls() {
    let shop = shop();
    let service = Service::start(&shop, MTLS);
    let (code, document) = call(&shop, &service, "billing", &["--expect", ORDERS]);
    assert_eq!((code, &document["connection"]), (0, &json!(ORDERS)), "{document}");
    let echo = echoed(&document);
    assert_eq!(
        (&echo["caller"]["identifier"], &echo["caller"]["binding"]),
        (&json!(BILLING), &json!("mtls"))
    );
    // Known, and not permitted: the handshake refuses, and the reason stays here.
    let refused = call(&shop, &service, "reports", &["--expect", ORDERS]);
    assert_eq!(refusal(&refused), (1, "mtls.refused_by_peer"));
    service.line_with("mtls.not_expected");
    // Another server is meant.
    let refused = call(&shop, &service, "billing", &["--expect", "wimse://example.com/reports"]);
    assert_eq!(refusal(&refused), (1, "mtls.not_expected"));
}

/// All proofs are needed, and by the same workload.
#[test]
fn connection_and_message_belong_together() {
    let shop = shop();
    let both = MTLS.replace("[\"mtls\"]", "[\"wpt\", \"mtls\"]\nneed = \"all\"\nlayers = \"same\"");
    let both = both.replace("/billing\"]", "/billing\", \"wimse://example.com/reports\"]");
    let service = Service::start(&shop, &both);
    let proof = ["--expect", ORDERS, "--wit", "billing.wit", "--key", "billing.jwk.json"];
    let (code, document) = call(&shop, &service, "billing", &proof);
    assert_eq!((code, &echoed(&document)["presented"]), (0, &json!(["wpt", "mtls"])), "{document}");
    assert_eq!(echoed(&document)["connection"], BILLING);
    assert_eq!(call(&shop, &service, "reports", &proof).1["status"], 403);
    service.line_with("layers.different");
    assert_eq!(call(&shop, &service, "billing", &["--expect", ORDERS]).1["status"], 401);
    service.line_with("tower.proof_missing");
}

/// The certificate of the service is replaced while it runs.
#[test]
fn a_new_certificate_is_shown() {
    let shop = shop();
    let config = format!("{MTLS}[sources]\nfile-interval = 1\n");
    let service = Service::start(&shop, &config);
    let expect = |who| call(&shop, &service, "billing", &["--expect", who]);
    let reports = "wimse://example.com/reports";
    assert_eq!(expect(ORDERS).0, 0);
    // A certificate of another workload with the same name in DNS, so that the difference can be seen.
    let subject = ["wic", "issue", "--id", reports, "--dns", "orders.example.com", "--now", NOW, "--force"];
    let files = ["--ca", "ca.pem", "--ca-key", "ca.key", "--out", "orders.crt", "--key-out", "orders.key"];
    shop.make(&[&subject[..], &files].concat());
    service.line_with("credentials: renewed");
    assert_eq!(expect(reports).0, 0);
    assert_eq!(refusal(&expect(ORDERS)), (1, "mtls.not_expected"));
}
