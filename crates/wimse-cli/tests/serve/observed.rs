//! What others see of a service: its decisions on record, and its metrics.

use crate::service::*;
use crate::workshop::NOW;
use serde_json::{Value, json};

#[test]
fn decisions_are_on_record_and_counted() {
    let shop = shop();
    let options =
        ["--listen", "127.0.0.1:0", "--now", NOW, "--audit", "audit.jsonl", "--metrics", "127.0.0.1:0"];
    let service = Service::start_with(&shop, CONFIG, &options);
    let metrics = service.metrics();
    let request = service.print(&shop, &[&format!("{BASE}/orders/7?full=1")]);
    assert_eq!(service.send(&request).0, 200);
    assert_eq!(service.send(&request).0, 401);

    let text = shop.read("audit.jsonl");
    let events: Vec<Value> = text.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(events.len(), 2);
    for (event, decision, code) in
        [(&events[0], "accepted", json!(null)), (&events[1], "refused", json!("wpt.replayed"))]
    {
        assert_eq!((&event["schema"], &event["decision"]), (&json!("wimse-audit/1"), &json!(decision)));
        assert_eq!((&event["code"], &event["path"]), (&code, &json!("/orders/7")));
    }
    assert_eq!(events[0]["caller"], BILLING);
    assert_eq!((&events[1]["caller"], &events[1]["claimed_subject"]), (&json!(null), &json!(BILLING)));

    let metrics = scraped(&metrics);
    let counted = |words: &[&str]| {
        let line = metrics.lines().find(|line| words.iter().all(|word| line.contains(word)));
        line.and_then(|line| line.rsplit(' ').next()?.parse::<f64>().ok())
    };
    let accepted =
        ["wimse_decisions_total{", "decision=\"accepted\"", "trust_domain=\"wimse://example.com\""];
    assert_eq!(counted(&accepted), Some(1.0), "{metrics}");
    let refused =
        ["wimse_decisions_total{", "code=\"wpt.replayed\"", "claimed_trust_domain=\"wimse://example.com\""];
    assert_eq!(counted(&refused), Some(1.0), "{metrics}");
    assert_eq!(counted(&["wimse_authentication_duration_seconds_count{", "decision=\"refused\""]), Some(1.0));
    assert_eq!(counted(&["wimse_audit_events_total{", "outcome=\"recorded\""]), Some(2.0));
    let token = shop.read("billing.wit");
    assert!(!metrics.contains(&token[..40]) && !text.contains(&token[..40]));
    assert_eq!(service.stop("TERM").0.code(), Some(0));
}

/// Nothing is done that is not on record; the twin above differs in the file alone.
#[cfg(target_os = "linux")]
#[test]
fn a_record_that_is_full_refuses() {
    let shop = shop();
    let options = ["--listen", "127.0.0.1:0", "--now", NOW, "--audit", "/dev/full"];
    let service = Service::start_with(&shop, CONFIG, &options);
    assert_eq!(service.send(&service.print(&shop, &[&format!("{BASE}/orders")])).0, 503);
    service.line_with("tower.audit_failed");
}

#[test]
fn what_it_does_not_start_with() {
    let shop = shop();
    shop.write("a.toml", CONFIG);
    let serve = |option: &str, value: &str| {
        let options = ["serve", "--config", "a.toml", "--listen", "127.0.0.1:0", "--now", NOW, option, value];
        let ended = shop.wimse(&options);
        (ended.code, ended.stderr)
    };
    let (code, stderr) = serve("--metrics", "0.0.0.0:0");
    assert!(code == 2 && stderr.contains("no loopback address"), "{stderr}");
    let (code, stderr) = serve("--audit", "no/such/folder/audit.jsonl");
    assert!(code == 3 && stderr.contains("cannot be written to"), "{stderr}");
}
