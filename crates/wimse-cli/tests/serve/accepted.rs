//! Calls that are accepted, and what comes back.

use crate::service::*;
use serde_json::json;

#[test]
fn a_proof_token_says_who_calls() {
    let shop = shop();
    let service = Service::start(&shop, CONFIG);
    let (code, document) = service.call(&shop, &[&format!("{BASE}/orders/7?full=1")]);
    assert_eq!((code, &document["status"], &document["signed"]), (0, &json!(200), &json!(false)));
    let echo = echoed(&document);
    assert_eq!(echo["caller"]["identifier"], BILLING);
    assert_eq!(echo["caller"]["binding"], "wpt");
    assert_eq!(
        (&echo["method"], &echo["path"], &echo["query"]),
        (&json!("GET"), &json!("/orders/7"), &json!("full=1"))
    );
    let line = service.line();
    assert!(line.ends_with("\"GET\" \"/orders/7\": let through, wimse://example.com/billing"), "{line}");
}

/// Context that the configuration names is covered, and said to be.
#[test]
fn context_fields_are_covered() {
    let shop = shop();
    let config = CONFIG.replace("[[domains]]", "context-fields = [\"x-user-context\"]\n[[domains]]");
    let service = Service::start(&shop, &config);
    let url = format!("{BASE}/orders");
    let signed = service.call(&shop, &["--httpsig", "-H", "x-user-context: u", &url]).1;
    assert_eq!(signed["status"], 200);
    // A WPT that does not cover it is refused: the field alone makes the difference.
    let uncovered = service.call(&shop, &["-H", "x-user-context: u", &url]);
    assert_eq!((uncovered.0, &uncovered.1["status"]), (1, &json!(401)));
    assert_eq!(service.call(&shop, &[&url]).0, 0);
    service.line_with("wpt.oth_missing");
}

#[test]
fn a_signed_request_gets_a_signed_response() {
    let shop = shop();
    let service = Service::start(&shop, CONFIG);
    shop.write("order.json", "{\"item\":\"book\"}");
    let url = format!("{BASE}/orders");
    let options = ["--httpsig", "-d", "@order.json", "-H", "content-type: application/json", "--config"];
    let demanding =
        [&options[..], &["service-under-test.toml", "--require-signed-response", "--expect"]].concat();
    let (code, document) = service.call(&shop, &[&demanding[..], &[ORDERS, &url]].concat());
    assert_eq!(
        (code, &document["status"], &document["signed"]),
        (0, &json!(200), &json!(true)),
        "{document}"
    );
    assert_eq!(document["answered_by"], ORDERS);
    let echo = echoed(&document);
    assert_eq!((&echo["caller"]["binding"], &echo["content_bytes"]), (&json!("httpsig"), &json!(15)));
    let covered = echo["caller"]["covered"].as_array().unwrap();
    for component in ["@method", "@path", "content-digest", "content-type"] {
        assert!(covered.contains(&json!(component)), "{component}: {covered:?}");
    }
    // Another workload is meant: nothing of the answer may be used.
    let refused = service.call(&shop, &[&demanding[..], &[BILLING, &url]].concat());
    assert_eq!(refusal(&refused), (1, "httpsig.peer_unexpected"));
    assert_eq!((&refused.1["status"], &refused.1["body"]), (&json!(null), &json!(null)));
    // Nobody demands a signature, and none is there.
    let plain = [&options[..], &["service-under-test.toml", "--expect", ORDERS, &url]].concat();
    let (code, document) = service.call(&shop, &plain);
    assert_eq!((code, &document["signed"]), (0, &json!(false)));
}

/// A service without a WIT signs nothing, and says so to who demands it.
#[test]
fn a_demand_that_cannot_be_met_is_refused() {
    let shop = shop();
    let config = CONFIG.replace("[credentials]\nwit = \"orders.wit\"\nkey = \"orders.jwk.json\"\n", "");
    let service = Service::start(&shop, &config);
    let url = format!("{BASE}/orders");
    let options = ["--httpsig", "--config", "service-under-test.toml", "--expect", ORDERS];
    let (code, document) =
        service.call(&shop, &[&options[..], &["--require-signed-response", &url]].concat());
    assert_eq!((code, &document["refusal"]["code"]), (1, &json!("httpsig.response_unsigned")));
    service.line_with("httpsig.signed_response_unsupported");
    assert_eq!(service.call(&shop, &[&options[..], &[&url]].concat()).0, 0);
}

/// By the policy of a route, every answer to a signature is signed, whether it was demanded or not.
#[test]
fn routes_have_policies_of_their_own() {
    let shop = shop();
    let config = format!(
        "{CONFIG}[[serve.routes]]\npath = \"/signed\"\naccept = [\"httpsig\"]\nsigned-responses = true\n\
         [[serve.routes]]\npath = \"/health\"\nexact = true\nanonymous = true\n\
         [[serve.routes]]\npath = \"/reports\"\npermit = [\"wimse://example.com/orders\"]\n"
    );
    let service = Service::start(&shop, &config);
    let at = |path: &str| format!("{BASE}{path}");
    let options = ["--httpsig", "--config", "service-under-test.toml", "--expect", ORDERS];
    let (code, document) = service.call(&shop, &[&options[..], &[&at("/signed/a")]].concat());
    assert_eq!((code, &document["answered_by"]), (0, &json!(ORDERS)));
    assert_eq!(service.call(&shop, &[&at("/signed/a")]).1["status"], 401);

    let anonymous = |path: &str| service.send(format!("GET {path} HTTP/1.1\r\nhost: a\r\n\r\n").as_bytes());
    let (status, answer) = anonymous("/health");
    assert!(status == 200 && answer.contains("\"caller\":null"), "{answer}");
    assert_eq!(anonymous("/health/x").0, 401);

    assert_eq!(service.call(&shop, &[&at("/reports")]).1["status"], 403);
    assert_eq!(service.call_as(&shop, "orders", &[&at("/reports")]).1["status"], 200);
    assert_eq!(service.call_as(&shop, "orders", &[&at("/orders")]).1["status"], 403);
}

/// Behind a proxy: callers dial another path than the one that arrives.
#[test]
fn the_external_base_and_prefixes_come_from_the_configuration() {
    let shop = shop();
    let prefixed = CONFIG.replace("[serve]\n", "[serve]\npath-prefixes = { \"/\" = \"/shop\" }\n");
    let service = Service::start(&shop, &prefixed);
    let rewritten = |options: &[&str]| {
        let request = String::from_utf8(service.print(&shop, options)).unwrap();
        service
            .send(request.replacen(" /shop/", " /", 1).replacen("api.example.com", "10.0.0.7", 1).as_bytes())
    };
    let url = format!("{BASE}/shop/orders");
    assert_eq!(rewritten(&[&url]).0, 200);
    assert_eq!(rewritten(&["--httpsig", &url]).0, 200);
    // As it is dialled, it is not what arrives.
    let (status, answer) = service.send(&service.print(&shop, &[&url]));
    assert!(status == 401 && !answer.contains("shop"), "{answer}");
    let line = service.line_with("wpt.audience_mismatch");
    assert!(line.contains("/shop/shop/orders"), "{line}");
}
