//! A store that replicas share.

use crate::redis::Redis;
use crate::service::*;

/// Signatures say when they were made: that counts against the birth of a store. Everything here happens now.
#[test]
fn a_captured_request_is_good_for_one_replica() {
    let shop = shop();
    let Some(redis) = Redis::start(&shop, &["--port", "0", "--unixsocket", "redis.sock"]) else { return };
    ["billing", "orders"].iter().for_each(|name| shop.renew(name));
    let url = format!("redis+unix://{}", shop.path("redis.sock").display());
    let shared = format!(
        "{{ shared = {{ url = \"{url}\", prefix = \"orders\", on-error = \"deny\", max-clock-skew = 1 }} }}"
    );
    let config = CONFIG.replace("\"local\"", &shared);
    // A verifier that allows for no difference of clocks, so that the fence of the new store is short.
    let config = format!("{config}[httpsig]\nleeway = 0\n");
    let replicas = [(); 2].map(|()| Service::start_with(&shop, &config, &["--listen", "127.0.0.1:0"]));
    let identity =
        ["call", "--wit", "billing.wit", "--key", "billing.jwk.json", "--allow-plain-http", "--httpsig"];
    let print = || {
        let printed = [&identity[..], &["--print-request", "http://api.example.com/orders"]].concat();
        shop.make(&printed).into_bytes()
    };
    // The store is new: what could have been used before is refused, until it cannot have been.
    let start = std::time::Instant::now();
    let request = loop {
        let request = print();
        match replicas[0].send(&request).0 {
            200 => break request,
            503 => assert!(start.elapsed() < PATIENCE, "the fence does not end"),
            other => panic!("{other}: {}", replicas[0].line()),
        }
        std::thread::sleep(std::time::Duration::from_millis(250));
    };
    assert_eq!(replicas[1].send(&request).0, 400);
    replicas[1].line_with(".replayed");
    assert_eq!(replicas[1].send(&print()).0, 200);
    // Without the store nothing is admitted.
    drop(redis);
    assert_eq!(replicas[1].send(&print()).0, 503);
    replicas[1].line_with(".unavailable");
    // Nor does a service start without it.
    let ended = shop.wimse(&["serve", "--config", "service-under-test.toml", "--listen", "127.0.0.1:0"]);
    assert!(ended.code == 3 && ended.stderr.contains("replay_store.unreachable"), "{}", ended.stderr);
}
