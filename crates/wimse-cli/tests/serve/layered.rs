//! A message of one workload through the connection of another: `layers = "both"`.

use crate::service::*;
use crate::workshop::{NOW, Workshop};
use serde_json::{Value, json};

const REPORTS: &str = "wimse://example.com/reports";
const URL: &str = "https://orders.example.com";

/// Messages of billing, through connections of billing itself or of reports, which stands for a proxy. The routes are
/// narrower than the door.
const BOTH: &str = r#"[[domains]]
origin = "wimse://example.com"
ca-certificates = ["ca.pem"]
jwks = ["issuer.jwks.json"]
[recipient]
audience-bases = ["https://orders.example.com"]
[credentials]
wic = "orders.crt"
wic-key = "orders.key"
[serve]
accept = ["wpt", "httpsig", "mtls"]
layers = "both"
permit = ["wimse://example.com/billing"]
connection-permit = ["wimse://example.com/billing", "wimse://example.com/reports"]
replay = "local"
[[serve.routes]]
path = "/by-proxy"
connection-permit = ["wimse://example.com/reports"]
[[serve.routes]]
path = "/by-itself"
layers = "same"
"#;

/// The message by one workload, the connection by another.
fn call(
    shop: &Workshop,
    service: &Service,
    [message, connection]: [&str; 2],
    path: &str,
    more: &[&str],
) -> (i32, Value) {
    let (wit, key) = (format!("{message}.wit"), format!("{message}.jwk.json"));
    let (wic, wic_key) = (format!("{connection}.crt"), format!("{connection}.key"));
    let message = ["call", "--wit", &wit, "--key", &key, "--config", "service-under-test.toml", "--now", NOW];
    let connection =
        ["--wic", &wic, "--wic-key", &wic_key, "--expect", ORDERS, "--connect", service.address()];
    let url = format!("{URL}{path}");
    shop.document(&[&message[..], &connection, more, &[&url]].concat())
}

#[test]
fn both_have_to_be_permitted_each_in_its_place() {
    let shop = shop();
    let service = Service::start(&shop, BOTH);
    // A connection of one's own, and that of a proxy.
    for (connection, identifier) in [("billing", BILLING), ("reports", REPORTS)] {
        for (proof, binding) in [("--wpt", "wpt"), ("--httpsig", "httpsig")] {
            let (code, document) = call(&shop, &service, ["billing", connection], "/orders", &[proof]);
            assert_eq!((code, &document["status"]), (0, &json!(200)), "{document}");
            let echo = echoed(&document);
            assert_eq!(
                (&echo["caller"]["identifier"], &echo["caller"]["binding"], &echo["connection"]),
                (&json!(BILLING), &json!(binding), &json!(identifier))
            );
        }
    }
    // The message is not of one who may send it: who may connect may not therefore call.
    for (message, connection) in [("orders", "reports"), ("orders", "billing")] {
        let refused = call(&shop, &service, [message, connection], "/orders", &["--wpt"]);
        assert_eq!(refused.1["status"], 403, "{refused:?}");
        let line = service.line_with("layers.application_not_permitted");
        assert!(line.contains("wimse://example.com/orders"), "{line}");
    }
    // The connection is not of one who may connect.
    let refused = call(&shop, &service, ["billing", "orders"], "/orders", &["--wpt"]);
    assert_eq!(refusal(&refused), (1, "mtls.refused_by_peer"));
    service.line_with("mtls.not_expected");
}

/// Who may connect for one route may not for another.
#[test]
fn a_route_has_connections_of_its_own() {
    let shop = shop();
    let service = Service::start(&shop, BOTH);
    let status = |connection: &str, path: &str| {
        call(&shop, &service, ["billing", connection], path, &["--wpt"]).1["status"].clone()
    };
    assert_eq!(status("reports", "/by-proxy/a"), 200);
    assert_eq!(status("billing", "/by-proxy/a"), 403);
    service.line_with("layers.transport_not_permitted");
    // The same workload in both layers, or nobody.
    assert_eq!(status("billing", "/by-itself/a"), 200);
    assert_eq!(status("reports", "/by-itself/a"), 403);
    service.line_with("layers.different");
}

/// A layer that is not there is not passed over.
#[test]
fn neither_layer_is_enough_alone() {
    let shop = shop();
    let service = Service::start(&shop, BOTH);
    let (wic, to) = (["--wic", "billing.crt", "--wic-key", "billing.key"], ["--connect", service.address()]);
    let expected = ["call", "--config", "service-under-test.toml", "--expect", ORDERS, "--now", NOW];
    let url = format!("{URL}/orders");
    let refused = shop.document(&[&expected[..], &wic, &to, &[&url]].concat());
    assert_eq!(refused.1["status"], 401, "{refused:?}");
    service.line_with("tower.proof_missing");
    assert_eq!(call(&shop, &service, ["billing", "billing"], "/orders", &["--wpt"]).0, 0);
}
