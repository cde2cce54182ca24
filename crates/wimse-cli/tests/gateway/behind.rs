//! What is the same behind every proxy: who passes, who does not, and what the service is told of them.

use crate::asked::{BILLING, exchange};
use crate::proxy::Kind;
use crate::stage::{Stage, with_field};
use serde_json::{Value, json};

const BASE: &str = "http://api.example.com";

#[test]
fn behind_nginx() {
    behind(Kind::Nginx);
}

#[test]
fn behind_caddy() {
    behind(Kind::Caddy);
}

#[test]
fn behind_traefik() {
    behind(Kind::Traefik);
}

#[test]
fn behind_envoy() {
    behind(Kind::Envoy);
}

fn behind(kind: Kind) {
    let Some(mut stage) = Stage::set(kind) else { return };
    genuine(&stage);
    unproven(&stage);
    elsewhere(&stage);
    replayed(&stage);
    smuggled(&stage);
    pretended(&stage);
    signed_response(&stage);
    streams(&stage);
    alone(&mut stage);
}

/// Both kinds of proof, and the target as it was sent.
fn genuine(stage: &Stage) {
    for proof in ["--wpt", "--httpsig"] {
        for (method, target, path, query) in [
            ("GET", "/orders/7?full=1&a=%20+b", "/orders/7", "full=1&a=%20+b"),
            ("DELETE", "/a%2Fb", "/a/b", ""),
            ("GET", "/%7Ea//b/../c?d?e", "/~a//b/../c", "d?e"),
            ("GET", "/find?who=a;admin=1", "/find", "who=a;admin=1"),
            ("GET", "/", "/", ""),
        ] {
            let request = stage.print(&[proof, "-X", method, &format!("{BASE}{target}")]);
            // Traefik decodes what need not be encoded, and so makes another target of it.
            if stage.kind == Kind::Traefik && target.contains("%7E") {
                stage.refuse(&request, if proof == "--wpt" { 401 } else { 400 }, ".audience_mismatch");
                continue;
            }
            // And it encodes semicolons of the query, which no WPT covers.
            let is_encoded = stage.kind == Kind::Traefik && query.contains(';');
            if is_encoded && proof == "--httpsig" {
                stage.refuse(&request, 400, "httpsig.signature");
                continue;
            }
            let encoded = query.replace(';', "%3B");
            let query = if is_encoded { &encoded } else { query };
            let told = stage.pass(&request);
            assert_eq!(
                told,
                json!({ "caller": BILLING, "method": method, "path": path, "query": query, "content": "" })
            );
        }
    }
}

fn unproven(stage: &Stage) {
    let request = "GET /orders HTTP/1.1\r\nhost: api.example.com\r\nconnection: close\r\n\r\n";
    let answer = stage.refuse(request, 401, "tower.nothing_presented");
    assert_eq!(answer.field("www-authenticate"), Some("WPT"));
    assert_eq!(answer.field("wimse-caller"), None);
    // Known, and not permitted.
    for proof in ["--wpt", "--httpsig"] {
        let request = stage.print_as("orders", &[proof, &format!("{BASE}/orders")]);
        stage.refuse(&request, 403, "layers.application_not_permitted");
    }
    // A signature of the same length that is another.
    let request = stage.print(&[&format!("{BASE}/orders")]);
    let (start, token) = request.split_once("authorization: WPT ").unwrap();
    let (token, end) = token.split_once("\r\n").unwrap();
    let (signed, signature) = token.rsplit_once('.').unwrap();
    let first = if signature.starts_with('A') { "B" } else { "A" };
    let forged = format!("{start}authorization: WPT {signed}.{first}{}\r\n{end}", &signature[1..]);
    stage.refuse(&forged, 401, "wpt.signature");
    stage.pass(&request);
    // A proof that is there twice: nginx does not even ask.
    let twice =
        with_field(&stage.print(&[&format!("{BASE}/orders")]), &format!("authorization: WPT {token}"));
    if stage.kind == Kind::Nginx {
        assert_eq!(stage.send(&twice).status, 400);
    } else {
        stage.refuse(&twice, 401, "wpt.");
    }
}

/// A proof is for one recipient and path, and a signature for one method and query, too. `Host` says nothing.
fn elsewhere(stage: &Stage) {
    for (proof, status, code) in
        [("--wpt", 401, "wpt.audience_mismatch"), ("--httpsig", 400, "httpsig.audience_mismatch")]
    {
        let request = stage.print(&[proof, &format!("{BASE}/orders/7?a=b")]);
        stage.refuse(&request.replacen("/orders/7", "/orders/8", 1), status, code);
        let other = stage.print(&[proof, "http://other.example.com/orders/7?a=b"]);
        stage.refuse(&other.replace("other.example.com\r\n", "api.example.com\r\n"), status, code);
        stage.pass(&request.replace("host: api.example.com", "host: other.example.com"));
    }
    let request = stage.print(&["--httpsig", &format!("{BASE}/orders/7?a=b")]);
    stage.refuse(&request.replacen("GET ", "DELETE ", 1), 400, "httpsig.");
    stage.refuse(&request.replacen("a=b", "a=c", 1), 400, "httpsig.");
    stage.pass(&request);
}

fn replayed(stage: &Stage) {
    for (proof, status, code) in [("--wpt", 401, "wpt.replayed"), ("--httpsig", 400, "httpsig.replayed")] {
        let request = stage.print(&[proof, &format!("{BASE}/orders")]);
        stage.pass(&request);
        stage.refuse(&request, status, code);
        stage.pass(&stage.print(&[proof, &format!("{BASE}/orders")]));
    }
}

/// Names that a service may take for that of the identity.
const SMUGGLED: [&str; 6] =
    ["wimse-caller", "Wimse-Caller", "WIMSE-CALLER", "wimse_caller", "Wimse_Caller", "WIMSE_CALLER"];

/// Who calls is said by the gateway alone. The service itself would believe anybody.
fn smuggled(stage: &Stage) {
    let root = "wimse://example.com/root";
    let open = "GET /open HTTP/1.1\r\nhost: api.example.com\r\nconnection: close\r\n\r\n";
    let billing = |fields: &str| with_field(&stage.print(&[&format!("{BASE}/orders")]), fields);
    for name in SMUGGLED {
        let field = format!("{name}: {root}");
        let bare = exchange(&stage.service.to_string(), with_field(open, &field).as_bytes());
        let told: Value = serde_json::from_str(&bare.content).unwrap();
        assert_eq!(told["caller"], root, "{name}: the service is not told, and the test shows nothing");
        for fields in [
            field.clone(),
            format!("{field}\r\n{field}"),
            format!("{field}\r\nwimse-caller: a\r\nwimse_caller: b"),
        ] {
            assert_eq!(stage.pass(&billing(&fields))["caller"], BILLING, "{fields}");
            assert_eq!(stage.pass(&with_field(open, &fields))["caller"], Value::Null, "{fields}");
        }
    }
    // Connection does not take from the service what the gateway says, nor from the gateway what the proxy says.
    for named in ["wimse-caller", "Wimse-Caller, X-Forwarded-Uri, X-Original-Uri, X-Original-Content"] {
        let fields = format!("wimse-caller: {root}\r\nconnection: {named}");
        assert_eq!(stage.pass(&billing(&fields))["caller"], BILLING, "{:?} {named}", stage.kind);
    }
    // The field of the caller is not a way for an answer to get something past the proxy either.
    let refused = with_field(&open.replace("/open", "/orders"), &format!("wimse-caller: {root}"));
    assert_eq!(stage.refuse(&refused, 401, "tower.nothing_presented").field("wimse-caller"), None);
}

/// What the proxy says of a request is said by the proxy alone.
fn pretended(stage: &Stage) {
    let request = "GET /orders HTTP/1.1\r\nhost: api.example.com\r\nconnection: close\r\n\r\n";
    for field in [
        "x-original-uri: /open",
        "x-original-uri: /open\r\nx-original-uri: /open",
        "X-Forwarded-Uri: /open",
        "X-Forwarded-Uri: /open\r\nX-Forwarded-Uri: /open",
        "x_original_uri: /open\r\nx_forwarded_uri: /open",
        "x-original-method: OPTIONS\r\nx-forwarded-method: OPTIONS",
        "x-rewrite-url: /open\r\nx-original-url: /open",
        "forwarded: host=other.example.com\r\nx-forwarded-host: other.example.com",
        "wimse-status: 200",
    ] {
        stage.refuse(&with_field(request, field), 401, "tower.nothing_presented");
        stage.pass(&with_field(&stage.print(&[&format!("{BASE}/orders")]), field));
    }
    stage.pass(&request.replace("/orders", "/open"));
}

/// The gateway does not see responses, and does not let a request pass that demands a signed one.
fn signed_response(stage: &Stage) {
    let demanding = [
        "--httpsig",
        "--config",
        "gateway-under-test.toml",
        "--expect",
        "wimse://example.com/orders",
        "--require-signed-response",
    ];
    // Envoy takes an answer of 5xx for none, and refuses by itself.
    let status = if stage.kind == Kind::Envoy { 503 } else { 501 };
    let url = format!("{BASE}/orders");
    let request = stage.print(&[&demanding[..], &[&url]].concat());
    stage.refuse(&request, status, "httpsig.signed_response_unsupported");
    stage.pass(&stage.print(&[&demanding[..5], &[&url]].concat()));
}

/// gRPC refuses with a status of success, which no proxy may take for one.
fn streams(stage: &Stage) {
    let request = "POST /orders.Orders/Get HTTP/1.1\r\nhost: api.example.com\r\nconnection: close\r\n\
                   content-type: application/grpc\r\ncontent-length: 0\r\n\r\n";
    let answer = stage.send(request);
    let line = stage.decision();
    assert!(line.contains("tower.nothing_presented"), "{line}");
    assert!(!answer.content.contains("\"caller\""), "{answer:?}");
    assert!(answer.status == 401 || answer.field("grpc-status") == Some("16"), "{:?} {answer:?}", stage.kind);
}

/// Without a gateway nobody passes.
fn alone(stage: &mut Stage) {
    let request = stage.print(&[&format!("{BASE}/orders")]);
    let gateway = stage.gateway.take().unwrap();
    assert_eq!(gateway.stop().code(), Some(0));
    let status = match stage.kind {
        Kind::Nginx | Kind::Traefik => 500,
        Kind::Caddy => 502,
        Kind::Envoy => 503,
    };
    for request in [request.as_str(), "GET /open HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n"] {
        let answer = stage.send(request);
        let is_silent = !answer.content.contains("\"caller\"");
        assert!(answer.status == status && is_silent, "{:?} {answer:?}", stage.kind);
    }
}

/// Without the lines that keep identities out, the service is told what the caller says: they are there for something.
#[test]
fn lines_that_matter() {
    let root = "wimse://example.com/root";
    for (kind, from, to, name) in [
        (Kind::Nginx, "proxy_set_header Wimse-Caller $wimse_caller;", "", "wimse-caller"),
        (Kind::Nginx, "underscores_in_headers off;", "underscores_in_headers on;", "wimse_caller"),
        (Kind::Envoy, "- remove_on_match: { key_matcher: { prefix: wimse } }", "", "wimse-caller"),
    ] {
        let change = |text: String| {
            assert!(text.contains(from), "{from}");
            text.replace(from, to)
        };
        let Some(stage) = Stage::set_with(kind, change) else { continue };
        let open = "GET /open HTTP/1.1\r\nhost: api.example.com\r\nconnection: close\r\n\r\n";
        let told = stage.pass(&with_field(open, &format!("{name}: {root}")));
        assert_eq!(told["caller"], root, "{kind:?}: {from}");
    }
}
