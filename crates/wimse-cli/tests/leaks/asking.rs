//! `wimse gateway`, asked well and badly by who plays the proxy.

use crate::asked::CONFIG;
use crate::made::Made;
use crate::seen::{Seen, metrics};
use crate::serving::{print, with_field};
use crate::workshop::NOW;
use crate::{issuer, shop};

const URL: &str = "http://api.example.com/orders/7?a=b";
const METHOD: &str = "X-Original-Method: GET";
const TARGET: &str = "X-Original-URI: /orders/7?a=b";
const EMPTY: &str = "X-Original-Content: 0";

pub(crate) fn questions(made: &mut Made, seen: &mut Seen) {
    let shop = shop();
    shop.write("gateway.toml", format!("{CONFIG}proxy = \"nginx\"\n"));
    made.files(&shop);
    let wit = shop.read("billing.wit");
    let wit = wit.trim();
    for json in [&[][..], &["--json"]] {
        let _ = std::fs::remove_file(shop.path("audit.jsonl"));
        let start = ["gateway", "--config", "gateway.toml", "--listen", "127.0.0.1:0", "--now", NOW];
        let observed = ["--audit", "audit.jsonl", "--metrics", "127.0.0.1:0", "--trace", "trace"];
        let gateway = issuer::start(&shop, &[&start[..], &observed, json].concat());
        let shown = metrics(&gateway);
        let in_target = format!("X-Original-URI: /orders/{wit}?token={wit}");
        let in_method = format!("X-Original-Method: {wit}");
        for (proof, fields, told) in [
            ("--wpt", &[METHOD, TARGET, EMPTY][..], 200),
            ("--httpsig", &[METHOD, TARGET, EMPTY], 200),
            ("--wpt", &[METHOD, "X-Original-URI: /orders/8", EMPTY], 401),
            ("--httpsig", &["X-Original-Method: PUT", TARGET, EMPTY], 403),
            ("--wpt", &[TARGET, EMPTY], 403),
            ("--wpt", &[METHOD, METHOD, TARGET, EMPTY], 403),
            ("--wpt", &[&in_method, &in_target, EMPTY], 401),
            ("--wpt", &[&in_method, EMPTY], 403),
            ("--wpt", &[METHOD, &in_target, &in_target, EMPTY], 403),
            ("--wpt", &[METHOD, EMPTY], 403),
            ("--httpsig", &[METHOD, TARGET], 403),
            ("--httpsig", &[METHOD, TARGET, "X-Original-Content: 1"], 403),
        ] {
            let request = print(&shop, &[proof, URL]).replacen("GET /orders/7?a=b", "GET /auth", 1);
            let request = fields.iter().fold(request, |request, field| with_field(&request, field));
            made.message(request.as_bytes());
            let status = seen.answer(&gateway.address, request.as_bytes());
            assert_eq!(status, told, "{request}");
            // Again, as somebody who has seen it.
            let again = seen.answer(&gateway.address, request.as_bytes());
            assert!(again == 401 || again == 403, "{again} {request}");
        }
        // Something for the test of canaries is in no log of the gateway.
        seen.service("gateway", &shop, gateway, Some(&shown));
    }
}
