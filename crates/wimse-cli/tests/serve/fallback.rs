//! A shared store that is down, and a service that goes on without it because its configuration says so.

use crate::redis::Redis;
use crate::service::*;
use crate::workshop::Workshop;
use std::thread;
use std::time::{Duration, Instant};

/// A new request of billing, by each kind of proof.
fn requests(shop: &Workshop) -> [Vec<u8>; 2] {
    ["--wpt", "--httpsig"].map(|proof| {
        let identity = ["call", "--wit", "billing.wit", "--key", "billing.jwk.json", "--allow-plain-http"];
        let request = [proof, "--print-request", "http://api.example.com/orders"];
        shop.make(&[&identity[..], &request].concat()).into_bytes()
    })
}

/// How many proofs it has admitted alone.
fn fallbacks(metrics: &str) -> f64 {
    let text = scraped(metrics);
    let number = text.lines().find_map(|line| line.strip_prefix("wimse_replay_fallbacks_total "));
    number.map_or(0.0, |number| number.parse().unwrap())
}

/// New requests, until both kinds are accepted by the store.
fn past_the_fence(service: &Service, shop: &Workshop, metrics: &str) {
    let start = Instant::now();
    loop {
        let alone = fallbacks(metrics);
        if requests(shop).map(|request| service.send(&request).0) == [200; 2] && fallbacks(metrics) == alone {
            return;
        }
        assert!(start.elapsed() < PATIENCE, "the fence does not end");
        thread::sleep(Duration::from_millis(100));
    }
}

#[test]
fn each_replica_goes_on_alone_and_says_so() {
    let shop = shop_of_today();
    let Some(mut redis) = Redis::start(&shop, &[]) else { return };
    let replay = redis.replay("on-error = \"allow\", timeout-milliseconds = 4000");
    let config = CONFIG.replace("\"local\"", &replay);
    // Verifiers that allow for no difference of clocks, so that the fence of the store is short.
    let config = format!("{config}[wpt]\nleeway = 0\nmax-lifetime = 60\n[httpsig]\nleeway = 0\n");
    let options = ["--listen", "127.0.0.1:0", "--metrics", "127.0.0.1:0"];
    let [one, other] = [(); 2].map(|()| Service::start_with(&shop, &config, &options));
    let [at_one, at_other] = [&one, &other].map(Service::metrics);
    past_the_fence(&one, &shop, &at_one);

    let before = requests(&shop);
    for (request, replayed) in before.iter().zip([401, 400]) {
        assert_eq!(
            (one.send(request).0, other.send(request).0),
            (200, replayed),
            "the store tells the other"
        );
    }
    assert_eq!([fallbacks(&at_one), fallbacks(&at_other)], [0.0, 0.0]);

    redis.kill();
    let meanwhile = requests(&shop);
    for (number, (request, replayed)) in meanwhile.iter().zip([401, 400]).enumerate() {
        assert_eq!(one.send(request).0, 200);
        let line = one.line_with("the replay store does not answer");
        assert!(line.ends_with(": 1 proof admitted by this process alone"), "{line}");
        assert!(one.line().ends_with("let through, wimse://example.com/billing"));
        assert_eq!(one.send(request).0, replayed, "the same replica remembers it");
        assert!(one.line().contains(".replayed, "));
        assert_eq!(fallbacks(&at_one), 1.0 + number as f64);
    }
    // What it has admitted by the store, too. The other replica knows nothing of either: that is the price.
    for (request, replayed) in before.iter().zip([401, 400]) {
        assert_eq!(one.send(request).0, replayed);
    }
    assert_eq!(meanwhile.map(|request| other.send(&request).0), [200; 2]);
    assert_eq!([fallbacks(&at_one), fallbacks(&at_other)], [2.0, 2.0]);

    // The store is back, and empty: its fence stands for both, and then it is asked again.
    redis.start_empty();
    past_the_fence(&one, &shop, &at_one);
    past_the_fence(&other, &shop, &at_other);
    let [alone, other_alone] = [fallbacks(&at_one), fallbacks(&at_other)];
    for (request, replayed) in requests(&shop).iter().zip([401, 400]) {
        assert_eq!((one.send(request).0, other.send(request).0), (200, replayed));
    }
    assert_eq!([fallbacks(&at_one), fallbacks(&at_other)], [alone, other_alone]);
}
