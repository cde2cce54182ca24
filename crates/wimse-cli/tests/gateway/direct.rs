//! What the gateway itself makes of a question.

use crate::asked::{Answer, BILLING, CONFIG, Gateway};
use crate::stage::{print, shop, with_field};
use crate::workshop::{NOW, Workshop};
use serde_json::Value;
use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::os::unix::net::UnixListener;

const URL: &str = "http://api.example.com/orders/7?a=b";
const ANYWHERE: [&str; 2] = ["--listen", "127.0.0.1:0"];

fn start(shop: &Workshop, proxy: &str) -> Gateway {
    Gateway::start(shop, &format!("{CONFIG}proxy = \"{proxy}\"\n"), &ANYWHERE)
}

/// What a proxy asks about a request of billing: on another path, by another method, with these fields.
fn question(shop: &Workshop, proof: &str, fields: &[&str]) -> String {
    let request = print(shop, "billing", &[proof, URL]);
    let asked = request.replacen("GET /orders/7?a=b", "GET /auth", 1);
    fields.iter().fold(asked, |asked, field| with_field(&asked, field))
}

const METHOD: &str = "X-Original-Method: GET";
const TARGET: &str = "X-Original-URI: /orders/7?a=b";
const EMPTY: &str = "X-Original-Content: 0";

fn refused(gateway: &Gateway, question: &str, told: (u16, &str), code: &str) -> Answer {
    let answer = gateway.ask(question);
    let line = gateway.line();
    assert!(line.ends_with(code) || line.contains(&format!(", {code}, ")), "{code}: {line}");
    assert_eq!((answer.status, answer.field("wimse-status")), (told.0, Some(told.1)), "{line}");
    assert_eq!(answer.field("wimse-caller"), None);
    answer
}

#[test]
fn method_and_target_are_there_once() {
    let shop = shop();
    let gateway = start(&shop, "nginx");
    for proof in ["--wpt", "--httpsig"] {
        let answer = gateway.ask(&question(&shop, proof, &[METHOD, TARGET, EMPTY]));
        assert_eq!((answer.status, answer.field("wimse-caller")), (200, Some(BILLING)));
        assert_eq!((answer.field("cache-control"), answer.content.as_str()), (Some("no-store"), ""));
        let line = gateway.line();
        assert!(line.ends_with("\"GET\" \"/orders/7\": let through, wimse://example.com/billing"), "{line}");
        for (fields, code) in [
            (&[TARGET, EMPTY][..], "gateway.method_missing"),
            (&[METHOD, METHOD, TARGET, EMPTY], "gateway.method_repeated"),
            (&["x-original-method: CONNECT", TARGET, EMPTY], "gateway.method_invalid"),
            (&[METHOD, EMPTY], "gateway.uri_missing"),
            (&[METHOD, TARGET, TARGET, EMPTY], "gateway.uri_repeated"),
            (&[METHOD, "x-original-uri: http://api.example.com/orders/7?a=b", EMPTY], "gateway.uri_invalid"),
            (&[METHOD, TARGET], "gateway.content_missing"),
            (&[METHOD, TARGET, EMPTY, EMPTY], "gateway.content_repeated"),
        ] {
            refused(&gateway, &question(&shop, proof, fields), (403, "400"), code);
        }
        // None of them has used up the proof: only the last thing that is judged does.
        let asked = question(&shop, proof, &[METHOD, EMPTY]);
        refused(&gateway, &asked, (403, "400"), "gateway.uri_missing");
        assert_eq!(gateway.ask(&with_field(&asked, TARGET)).status, 200);
        gateway.line();
    }
    let withheld = question(&shop, "--httpsig", &[METHOD, TARGET, "X-Original-Content: 1"]);
    refused(&gateway, &withheld, (403, "400"), "gateway.content_withheld");
    // Other proxies understand the status itself.
    let gateway = start(&shop, "caddy");
    let answer = gateway.ask(&question(&shop, "--wpt", &["x-forwarded-method: GET", EMPTY]));
    assert_eq!((answer.status, answer.field("wimse-status")), (400, None));
    assert!(gateway.line().ends_with("\"GET\" ?: refused with 400, gateway.uri_missing"));
}

/// The query stays out of the log, and what cannot be printed is escaped.
#[test]
fn the_log_is_one_line_without_secrets() {
    let shop = shop();
    let gateway = start(&shop, "nginx");
    let fields = ["X-Original-Method: A\u{9b}B", "X-Original-URI: /a\tb?token=hunter2", EMPTY];
    gateway.ask(&question(&shop, "--wpt", &fields));
    let line = gateway.line();
    assert!(line.ends_with("gateway.method_invalid") && !line.contains("hunter2"), "{line}");
    assert!(!line.contains(['\u{9b}', '\t']), "{line}");
}

/// The question on the line of the request, `Host` and `Forwarded` say nothing.
#[test]
fn nothing_else_of_the_question_counts() {
    let shop = shop();
    let gateway = start(&shop, "envoy");
    let forged = ["forwarded: host=api.example.com", "x-forwarded-host: api.example.com"];
    let asked = print(&shop, "billing", &["http://other.example.com/orders/7"]);
    let asked = [METHOD, "x-original-uri: /orders/7"]
        .iter()
        .chain(&forged)
        .fold(asked, |asked, field| with_field(&asked, field));
    assert_eq!(gateway.ask(&asked.replace("host: other.example.com", "host: api.example.com")).status, 401);
    assert!(gateway.line().contains("wpt.audience_mismatch"));
    let open = format!(
        "GET /open HTTP/1.1\r\nhost: a\r\nconnection: close\r\n{METHOD}\r\nx-original-uri: /orders\r\n\r\n"
    );
    assert_eq!(gateway.ask(&open).status, 401);
    assert_eq!(gateway.ask(&open.replace("/orders", "/open")).status, 200);
}

/// The socket is for owner and group, its file goes with the gateway, and what one has left is no obstacle.
#[test]
fn on_a_unix_socket() {
    let shop = shop();
    let config = format!("{CONFIG}proxy = \"nginx\"\nlisten = \"unix:gateway.sock\"\n");
    let path = shop.path("gateway.sock");
    drop(UnixListener::bind(&path).unwrap());
    assert!(path.exists());
    let gateway = Gateway::start(&shop, &config, &[]);
    assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o660);
    assert_eq!(
        gateway.ready,
        "answering nginx on unix:gateway.sock, accepting wpt, httpsig, callers in wimse-caller\n"
    );
    let place = format!("unix:{}", path.display());
    let asked = question(&shop, "--wpt", &[METHOD, TARGET, EMPTY]);
    assert_eq!(crate::asked::exchange(&place, asked.as_bytes()).field("wimse-caller"), Some(BILLING));
    // Somebody listens there, or it is no socket.
    for name in ["unix:gateway.sock", "unix:issuer.jwks.json"] {
        let config = ["gateway", "--config", "gateway-under-test.toml", "--now", NOW, "--listen", name];
        let ended = shop.wimse(&config);
        assert!(ended.code == 3 && ended.stderr.contains("cannot be listened on"), "{name} {}", ended.stderr);
    }
    assert!(shop.path("issuer.jwks.json").is_file());
    assert_eq!(gateway.stop().code(), Some(0));
    assert!(!path.exists());
}

#[test]
fn it_says_when_it_is_ready_and_does_not_start_without_its_choices() {
    let shop = shop();
    let config = format!("{CONFIG}proxy = \"caddy\"\n");
    let gateway = Gateway::start(&shop, &config, &[&ANYWHERE[..], &["--json"]].concat());
    let ready: Value = serde_json::from_str(&gateway.ready).unwrap();
    assert_eq!((&ready["schema"], &ready["proxy"]), (&"wimse-gateway/1".into(), &"caddy".into()));
    assert_eq!((&ready["mutual_tls"], &ready["identity_header"]), (&false.into(), &"wimse-caller".into()));
    let start = |config: &str, listen: &str| {
        shop.write("a.toml", config);
        shop.wimse(&["gateway", "--config", "a.toml", "--listen", listen, "--now", NOW])
    };
    let (without, _) = CONFIG.split_once("[gateway]").unwrap();
    let ended = start(without, "127.0.0.1:0");
    assert!(ended.code == 2 && ended.stderr.contains("has no section [gateway]"), "{}", ended.stderr);
    let ended = start(CONFIG, "127.0.0.1:0");
    assert!(ended.code == 2 && ended.stderr.contains("the key \"proxy\" is missing"), "{}", ended.stderr);
    let ended = start(&config, "0.0.0.0:0");
    assert!(ended.code == 2 && ended.stderr.contains("does not go together"), "{}", ended.stderr);
    let ended = start(&config, "9191");
    assert!(ended.code == 2 && ended.stderr.contains("expected an address and a port"), "{}", ended.stderr);
}
