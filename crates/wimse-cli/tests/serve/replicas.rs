//! A store that replicas share.

use crate::service::*;
use crate::workshop::Workshop;
use std::io::{BufRead as _, BufReader, Write as _};
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};

/// A Redis server of the test's own, on a socket in the folder of the test.
struct Redis(Child);

impl Redis {
    /// `None` if there is none and none is required.
    fn start(shop: &Workshop) -> Option<Self> {
        let path = std::env::var_os("PATH").unwrap_or_default();
        let folders = std::env::split_paths(&path).chain(["/usr/sbin", "/usr/local/sbin"].map(PathBuf::from));
        let Some(program) = folders.map(|folder| folder.join("redis-server")).find(|file| file.is_file())
        else {
            let required = std::env::var("WIMSE_REQUIRE").unwrap_or_default();
            assert!(
                !required.split(',').any(|word| word == "peers"),
                "redis-server is required and not there"
            );
            let _ = writeln!(std::io::stderr(), "skipped: redis-server");
            return None;
        };
        let mut command = Command::new(program);
        command.args(["--port", "0", "--unixsocket", "redis.sock", "--save", "", "--daemonize", "no"]);
        command.current_dir(shop.path("")).stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::null());
        let mut child = command.spawn().unwrap();
        let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
        let redis = Self(child);
        lines.find(|line| line.as_ref().unwrap().contains("eady to accept connections")).unwrap().unwrap();
        // What it says later must not fill the pipe.
        std::thread::spawn(move || lines.for_each(drop));
        Some(redis)
    }
}

impl Drop for Redis {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// Signatures say when they were made: that counts against the birth of a store. Everything here happens now.
#[test]
fn a_captured_request_is_good_for_one_replica() {
    let shop = shop();
    let Some(redis) = Redis::start(&shop) else { return };
    for (who, file) in [(BILLING, "billing"), (ORDERS, "orders")] {
        let key = format!("{file}.jwk.json");
        let public = shop.make(&["key", "public", &key]);
        shop.write("public.jwk.json", public);
        let wit = shop.make(&[
            "wit",
            "issue",
            "--sub",
            who,
            "--key",
            "public.jwk.json",
            "--issuer-key",
            "issuer.jwk.json",
        ]);
        shop.write(&format!("{file}.wit"), wit);
    }
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
