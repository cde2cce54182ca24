//! Behind proxies that rewrite host and path: `external-base` and `path-prefixes`.
#![cfg(unix)]

use crate::configured;
use crate::folder::Folder;
use crate::program::{self, Program};
use crate::service::*;
use crate::workshop::{NOW, Workshop};
use serde_json::{Value, json};
use std::net::SocketAddr;

/// Two bases are ours; signatures over the authority are for the one that proxies show.
const BEHIND: &str = r#"[recipient]
audience-bases = ["http://api.example.com", "http://shop.example.com"]
[[domains]]
origin = "wimse://example.com"
jwks = ["issuer.jwks.json"]
[credentials]
wit = "orders.wit"
key = "orders.jwk.json"
[serve]
accept = ["wpt", "httpsig"]
permit = ["wimse://example.com/billing"]
replay = "local"
external-base = "http://shop.example.com"
path-prefixes = { "/" = "/shop", "/v2" = "/" }
"#;

/// What is dialled beneath `/shop` arrives without it, all else beneath `/v2`, and the service sees another host.
fn proxy(name: &str, service: &Service) -> Option<(Folder, Program, SocketAddr)> {
    let (program, folder) = (program::find(name)?, Folder::new());
    let behind = service.address();
    let (running, address) = Program::serve(folder.path(), |address| match name {
        "nginx" => configured::nginx(
            &program,
            &folder,
            &format!(
                "listen {address}; proxy_http_version 1.1; proxy_set_header Host orders.internal;
                 location /shop/ {{ proxy_pass http://{behind}/; }}
                 location / {{ proxy_pass http://{behind}/v2/; }}"
            ),
        ),
        _ => configured::haproxy(
            &program,
            &folder,
            &format!(
                "defaults
                    mode http
                 frontend gateway
                    bind {address}
                    http-request set-header Host orders.internal
                    use_backend shop if {{ path_beg /shop/ }}
                    default_backend plain
                 backend shop
                    http-request replace-path ^/shop(/.*)$ \\1
                    server orders {behind}
                 backend plain
                    http-request set-path /v2%[path]
                    server orders {behind}"
            ),
        ),
    });
    Some((folder, running, address))
}

fn call(shop: &Workshop, to: &str, options: &[&str]) -> (i32, Value) {
    let identity = ["call", "--wit", "billing.wit", "--key", "billing.jwk.json", "--now", NOW];
    shop.document(&[&identity[..], &["--allow-plain-http", "--connect", to], options].concat())
}

#[test]
fn behind_nginx() {
    behind("nginx");
}

#[test]
fn behind_haproxy() {
    behind("haproxy");
}

fn behind(name: &str) {
    let shop = shop();
    let service = Service::start(&shop, BEHIND);
    let Some((_folder, _running, proxy)) = proxy(name, &service) else { return };
    let proxy = proxy.to_string();
    for (dialled, received) in [("/shop/orders/7?page=2", "/orders/7"), ("/orders", "/v2/orders")] {
        let url = format!("http://shop.example.com{dialled}");
        for proof in ["--wpt", "--httpsig"] {
            let (code, document) = call(&shop, &proxy, &[proof, &url]);
            assert_eq!((code, &document["status"]), (0, &json!(200)), "{proof} {url}: {document}");
            assert_eq!(echoed(&document)["path"], received);
        }
        // A signed response comes back through the proxy, and is of this request.
        let signed = ["--httpsig", "--config", "service-under-test.toml", "--require-signed-response"];
        let (code, document) = call(&shop, &proxy, &[&signed[..], &["--expect", ORDERS, &url]].concat());
        assert_eq!((code, &document["answered_by"]), (0, &json!(ORDERS)), "{document}");
        // Another host is meant.
        let elsewhere = format!("http://other.example.com{dialled}");
        for (proof, status, code) in
            [("--wpt", 401, "wpt.audience_mismatch"), ("--httpsig", 400, "httpsig.audience_mismatch")]
        {
            assert_eq!(call(&shop, &proxy, &[proof, &elsewhere]).1["status"], status, "{proof} {url}");
            let line = service.line_with(code);
            // An audience has no query.
            let path = dialled.split('?').next().unwrap();
            assert!(line.contains(&format!("\"http://shop.example.com{path}\"")), "{line}");
            assert!(line.ends_with(&format!(", received \"http://other.example.com{path}\"")), "{line}");
        }
    }
    // A signature over the authority is judged by the base that is shown, whatever `Host` has become, and whatever else is ours.
    for (host, status) in [("shop.example.com", 200), ("api.example.com", 400)] {
        let message = format!("GET /shop/orders HTTP/1.1\r\nhost: {host}\r\n\r\n");
        shop.write("plain.http", message);
        let sign = ["httpsig", "sign", "--wit", "billing.wit", "--key", "billing.jwk.json", "--now", NOW];
        let covering = ["--cover", "@authority", "--scheme", "http", "--channel-is-secure", "plain.http"];
        let signed = shop.make(&[&sign[..], &covering].concat());
        let (answered, answer) = send(&proxy, signed.as_bytes());
        assert_eq!(answered, status, "{host}: {answer}");
    }
    service.line_with("httpsig.signature");
    // Who dials the service itself says what does not arrive there: without the proxy the path is another one.
    for (proof, status) in [("--wpt", 401), ("--httpsig", 400)] {
        let url = "http://shop.example.com/shop/orders";
        assert_eq!(call(&shop, service.address(), &[proof, url]).1["status"], status, "{proof}");
    }
}

/// The twin that does not say what the proxy does.
#[test]
fn what_is_not_said_is_not_guessed() {
    let shop = shop();
    let (start, _) = BEHIND.split_once("external-base").unwrap();
    let service = Service::start(&shop, start);
    let Some((_folder, _running, proxy)) = proxy("nginx", &service) else { return };
    for (proof, status, code) in
        [("--wpt", 401, "wpt.audience_mismatch"), ("--httpsig", 400, "httpsig.audience_mismatch")]
    {
        let refused = call(&shop, &proxy.to_string(), &[proof, "http://shop.example.com/shop/orders"]);
        assert_eq!(refused.1["status"], status, "{proof}");
        service.line_with(code);
    }
}
