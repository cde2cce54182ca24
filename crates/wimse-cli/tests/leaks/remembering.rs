//! `wimse serve` with a replay store that wants a password, and is gone in the end.

use crate::asked::PATIENCE;
use crate::made::Made;
use crate::redis::Redis;
use crate::seen::{Seen, metrics};
use crate::serving::CONFIG;
use crate::{issuer, shop};
use std::time::{Duration, Instant};

/// Everything here happens now: signatures say when they were made, and that counts against the birth of the store.
pub(crate) fn proofs(made: &mut Made, seen: &mut Seen) {
    let shop = shop();
    let password = "b7c1e5d0a94f4c63b2fe0d8c7a5196d3e20f8b41";
    made.text(password);
    let Some(redis) = Redis::start(&shop, &["--requirepass", password]) else { return };
    ["billing", "orders"].iter().for_each(|name| shop.renew(name));
    made.files(&shop);
    shop.write("redis.password", password);
    shop.write("other.password", password.replace('b', "c"));
    made.text(&password.replace('b', "c"));
    for (file, is_good) in [("other", false), ("redis", true)] {
        let shared = redis.replay(&format!("password-file = \"{file}.password\", on-error = \"deny\""));
        let config = CONFIG.replace("\"local\"", &shared);
        shop.write(&format!("{file}.toml"), format!("{config}[httpsig]\nleeway = 0\n"));
        if !is_good {
            let ended = shop.wimse(&[
                "serve",
                "--config",
                "other.toml",
                "--listen",
                "127.0.0.1:0",
                "--trace",
                "trace",
            ]);
            assert!(ended.code == 3 && ended.stderr.contains("replay_store."), "{}", ended.stderr);
            seen.ended("serve with a wrong password", ended);
        }
    }
    let observed = ["--audit", "audit.jsonl", "--metrics", "127.0.0.1:0", "--trace", "trace"];
    let start = ["serve", "--config", "redis.toml", "--listen", "127.0.0.1:0"];
    let service = issuer::start(&shop, &[&start[..], &observed].concat());
    let shown = metrics(&service);
    let mut send = |request: Option<&str>| {
        let identity =
            ["call", "--wit", "billing.wit", "--key", "billing.jwk.json", "--allow-plain-http", "--httpsig"];
        let request = request.map_or_else(
            || {
                let print = ["--print-request", "http://api.example.com/orders"];
                shop.make(&[&identity[..], &print].concat()).replacen("\r\n", "\r\nconnection: close\r\n", 1)
            },
            str::to_owned,
        );
        made.message(request.as_bytes());
        (seen.answer(&service.address, request.as_bytes()), request)
    };
    // The store is new: what could have been used before is refused, until it cannot have been.
    let begun = Instant::now();
    let request = loop {
        let (status, request) = send(None);
        if status == 200 {
            break request;
        }
        assert!(status == 503 && begun.elapsed() < PATIENCE, "{status}: the fence does not end");
        std::thread::sleep(Duration::from_millis(250));
    };
    assert_eq!(send(Some(&request)).0, 400);
    drop(redis);
    assert_eq!(send(None).0, 503);
    service.wait_for("replay.unavailable").unwrap();
    seen.service("serve with a shared replay store", &shop, service, Some(&shown));
    assert!(seen.all("stderr").contains("wimse.admit{outcome=\"admitted\"}"));
}
