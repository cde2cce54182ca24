//! `wimse serve`, called well and badly.

use crate::made::{Made, canaries, given_away};
use crate::seen::{Seen, metrics};
use crate::tap::Tap;
use crate::workshop::{NOW, Workshop};
use crate::{http2, issuer, shop};

/// Accepts WPTs and signatures of billing, and signs where that is demanded.
pub(crate) const CONFIG: &str = include_str!("../workshop/served.toml");

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
accept = ["wpt", "mtls"]
permit = ["wimse://example.com/billing"]
replay = "local"
"#;

const URL: &str = "http://api.example.com/orders/7?full=1";
const ORDERS: &str = "wimse://example.com/orders";
const OBSERVED: [&str; 10] = [
    "--listen",
    "127.0.0.1:0",
    "--now",
    NOW,
    "--audit",
    "audit.jsonl",
    "--metrics",
    "127.0.0.1:0",
    "--trace",
    "trace",
];

/// A request of billing as bytes, on a connection of its own.
pub(crate) fn print(shop: &Workshop, options: &[&str]) -> String {
    let identity =
        ["call", "--wit", "billing.wit", "--key", "billing.jwk.json", "--now", NOW, "--allow-plain-http"];
    let printed = shop.make(&[&identity[..], &["--print-request"], options].concat());
    printed.replacen("\r\n", "\r\nconnection: close\r\n", 1)
}

pub(crate) fn with_field(request: &str, field: &str) -> String {
    request.replacen("\r\n", &format!("\r\n{field}\r\n"), 1)
}

/// With another character in the middle of what follows this, twelve before its end: in a signature.
fn broken(request: &str, field: &str) -> String {
    let start = request.find(&format!("\r\n{field}: ")).unwrap() + 2;
    let end = start + request[start..].find("\r\n").unwrap() - 12;
    let other = if &request[end..=end] == "A" { "B" } else { "A" };
    format!("{}{other}{}", &request[..end], &request[end + 1..])
}

/// Without this field.
fn without(request: &str, field: &str) -> String {
    let start = request.find(&format!("\r\n{field}: ")).unwrap();
    let end = start + 2 + request[start + 2..].find("\r\n").unwrap();
    format!("{}{}", &request[..start], &request[end..])
}

/// Requests, and whether each is accepted.
fn requests(shop: &Workshop) -> Vec<(String, bool)> {
    let wpt = || print(shop, &[URL]);
    let signed = || print(shop, &["--httpsig", "-d", "one book", "http://api.example.com/orders"]);
    let wit = shop.read("billing.wit");
    let wit = wit.trim();
    let (once, signed_once) = (wpt(), signed());
    let mut requests = vec![
        (once.clone(), true),
        (once, false),
        (signed_once.clone(), true),
        (signed_once, false),
        // For somebody else, for another path, by somebody else.
        (print(shop, &["http://other.example.com/orders/7"]), false),
        (wpt().replacen("/orders/7", "/orders/8", 1), false),
        (wpt().replace(wit, shop.read("orders.wit").trim()), false),
        (wpt().replace(wit, shop.read("forged.wit").trim()), false),
        (wpt().replace(wit, shop.read("garbage.wit").trim()), false),
        // Signatures and content that somebody has changed.
        (broken(&wpt(), "authorization"), false),
        (broken(&wpt(), "workload-identity-token"), false),
        (broken(&signed(), "signature"), false),
        (signed().replace("one book", "two book"), false),
        // Too much, too little, and at the wrong place.
        (with_field(&wpt(), &format!("authorization: WPT {wit}")), false),
        (with_field(&wpt(), &format!("workload-identity-token: {wit}")), false),
        (without(&wpt(), "workload-identity-token"), false),
        (without(&wpt(), "authorization"), false),
        (wpt().replace("authorization: WPT ", "authorization: Bearer "), false),
        (wpt().replace("authorization: WPT ", "authorization: WPT eyJhbGciOiJub25lIn0.e30.AAAA"), false),
        (wpt().replace("/orders/7?", &format!("/orders/{wit}?")), false),
        (wpt().replace("full=1", &format!("token={wit}")), true),
        (with_field(&wpt(), &format!("cookie: session={wit}")), true),
        (with_field(&wpt(), &format!("x-{}: {wit}", "long-".repeat(20))), true),
        (wpt().replace("GET /", &format!("{} /", "GET".repeat(20))), true),
        // No HTTP at all.
        (format!("{wit} {wit} {wit}\r\n\r\n"), false),
        (format!("GET /{wit} HTTP/1.1\r\nhost: a\r\n{wit}\r\n\r\n"), false),
        (with_field(&wpt(), &format!("x: {}", "long".repeat(20_000))), false),
    ];
    // The canaries are in no proof: somebody says them, and is refused.
    for (form, canary) in canaries() {
        let path = given_away(form, &canary);
        requests.push((format!("GET /{path} HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n"), false));
    }
    requests
}

/// Over HTTP/1.1 and HTTP/2, in the clear.
pub(crate) fn messages(made: &mut Made, seen: &mut Seen) {
    let shop = shop();
    shop.write("serve.toml", CONFIG);
    made.files(&shop);
    for json in [&[][..], &["--json"]] {
        let _ = std::fs::remove_file(shop.path("audit.jsonl"));
        let start = [&["serve", "--config", "serve.toml"], &OBSERVED[..], json].concat();
        let service = issuer::start(&shop, &start);
        let shown = metrics(&service);
        for (request, is_accepted) in requests(&shop) {
            let is_canary = !request.contains(": ey") && !request.contains("ey");
            if !is_canary {
                made.message(request.as_bytes());
            }
            let status = seen.answer(&service.address, request.as_bytes());
            assert_eq!(status == 200, is_accepted, "{status} to {request}");
        }
        let again = print(&shop, &[URL]);
        made.message(again.as_bytes());
        http2::send(
            seen,
            &service.address,
            &[&again, &again, &broken(&print(&shop, &[URL]), "authorization")],
        );
        calls(&shop, &service.address, made, seen);
        seen.service("serve", &shop, service, Some(&shown));
    }
}

/// `wimse call`, through somebody who keeps what passes: with signed answers, and one that is not the expected.
fn calls(shop: &Workshop, address: &str, made: &mut Made, seen: &mut Seen) {
    let tap = Tap::to(address);
    let identity =
        ["call", "--wit", "billing.wit", "--key", "billing.jwk.json", "--now", NOW, "--allow-plain-http"];
    let common = ["--config", "serve.toml", "--trace", "trace", "--connect", &tap.address];
    let signed = ["--httpsig", "--require-signed-response", "-d", "one book", "--expect"];
    for (options, code) in [
        (&["--replay", URL][..], 1),
        (&["--include", URL], 0),
        (&[&signed[..], &[ORDERS, URL]].concat(), 0),
        (&[&signed[..], &["wimse://example.com/billing", URL]].concat(), 1),
        (&["http://other.example.com/orders"], 1),
        (&["--json", URL], 0),
    ] {
        let ended = shop.wimse(&[&identity[..], &common, options].concat());
        assert_eq!(ended.code, code, "{options:?} {}{}", ended.stdout, ended.stderr);
        seen.ended("call", ended);
    }
    let taken = tap.taken();
    assert!(taken.len() > 10, "{}", taken.len());
    taken.iter().for_each(|bytes| made.message(bytes));
}

/// Over mutual TLS: certificates that are good and not, and what is no handshake.
pub(crate) fn connections(made: &mut Made, seen: &mut Seen) {
    let shop = shop();
    shop.write("mtls.toml", MTLS);
    made.files(&shop);
    let service = issuer::start(&shop, &[&["serve", "--config", "mtls.toml"], &OBSERVED[..]].concat());
    let shown = metrics(&service);
    let call = |who: &str, options: &[&str]| {
        let (wic, key) = (format!("{who}.crt"), format!("{who}.key"));
        let identity = ["call", "--config", "mtls.toml", "--wic", &wic, "--wic-key", &key, "--now", NOW];
        let to = [
            "--expect",
            ORDERS,
            "--trace",
            "trace",
            "--connect",
            &service.address,
            "https://orders.example.com/a",
        ];
        shop.wimse(&[&identity[..], options, &to].concat())
    };
    let proof = ["--wit", "billing.wit", "--key", "billing.jwk.json"];
    for (who, options, code) in [
        ("billing", &[][..], 0),
        ("billing", &proof, 0),
        ("billing", &[&proof[..], &["--replay"]].concat(), 1),
        ("billing", &["--wit", "orders.wit", "--key", "orders.jwk.json"], 1),
        ("reports", &[], 1),
        ("reports", &proof, 1),
    ] {
        let ended = call(who, options);
        assert_eq!(ended.code, code, "{who} {options:?} {}{}", ended.stdout, ended.stderr);
        seen.ended("call", ended);
    }
    // In the clear, with proofs: somebody has taken the port for another.
    let request = print(&shop, &[URL]);
    made.message(request.as_bytes());
    let mut stream = std::net::TcpStream::connect(&service.address).unwrap();
    stream.set_read_timeout(Some(crate::asked::PATIENCE)).unwrap();
    std::io::Write::write_all(&mut stream, request.as_bytes()).unwrap();
    let _ = std::io::Read::read_to_end(&mut stream, &mut Vec::new());
    service.wait_for("mtls.tls").unwrap();
    seen.service("serve over mutual TLS", &shop, service, Some(&shown));
}
