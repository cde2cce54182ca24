//! Trust that changes while the service runs.

use crate::server::Server;
use crate::service::*;
use crate::workshop::{NOW, Workshop};
use std::net::TcpListener;

const URL: &str = "http://api.example.com/orders";

/// The WIT of billing, by another issuer key.
fn issue_by(shop: &Workshop, issuer: &str) {
    let subject = ["--sub", BILLING, "--key", "billing.pub.jwk.json", "--now", NOW];
    let _ = std::fs::remove_file(shop.path("billing.wit"));
    shop.make(&[&["wit", "issue"], &subject[..], &["--issuer-key", issuer, "--out", "billing.wit"]].concat());
}

fn new_issuer(shop: &Workshop) -> String {
    shop.make(&["key", "generate", "--alg", "ES256", "--kid", "new", "--out", "new.jwk.json"]);
    shop.make(&["key", "public", "new.jwk.json", "--format", "jwks"])
}

#[test]
fn a_file_of_keys_is_read_again() {
    let shop = shop();
    let service = Service::start(&shop, &format!("{CONFIG}[sources]\nfile-interval = 1\n"));
    assert_eq!(service.call(&shop, &[URL]).0, 0);
    let old = shop.read("billing.wit");
    let keys = new_issuer(&shop);
    issue_by(&shop, "new.jwk.json");
    assert_eq!(service.call(&shop, &[URL]).1["status"], 401);
    service.line_with("wit.kid_unknown");
    shop.write("issuer.jwks.json", keys);
    let line = service.line_with("new anchors");
    assert!(line.contains("wimse://example.com") && line.contains("issuer.jwks.json"), "{line}");
    assert_eq!(service.call(&shop, &[URL]).0, 0);
    // What the removed key has signed counts no more, though it was verified before.
    shop.write("billing.wit", old);
    assert_eq!(service.call(&shop, &[URL]).1["status"], 401);
    // A file that cannot be used changes nothing.
    issue_by(&shop, "new.jwk.json");
    shop.write("issuer.jwks.json", "{}");
    service.line_with("gives nothing");
    assert_eq!(service.call(&shop, &[URL]).0, 0);
}

#[test]
fn keys_come_from_a_url() {
    let shop = shop();
    let source = Server::plain();
    source.json(&shop.read("issuer.jwks.json"), "");
    let url = source.url("/jwks.json");
    let by_url = CONFIG.replace("jwks = [\"issuer.jwks.json\"]", &format!("jwks-urls = [\"{url}\"]"));
    let by_url = format!("{by_url}[sources]\nallow-loopback-http = true\ncooldown = 1\n");
    let service = Service::start(&shop, &by_url);
    assert_eq!(service.call(&shop, &[URL]).0, 0);
    // A `kid` that is not known has it asked again.
    source.json(&new_issuer(&shop), "");
    issue_by(&shop, "new.jwk.json");
    assert_eq!(service.call(&shop, &[URL]).1["status"], 401);
    let line = service.line_with("new anchors");
    assert!(line.contains(&url), "{line}");
    assert_eq!(service.call(&shop, &[URL]).0, 0);
    // The client that verifies responses asks it, too; orders has its WIT by the key before.
    let verifying = ["--httpsig", "--config", "service-under-test.toml", "--expect", ORDERS];
    let refused = service.call(&shop, &[&verifying[..], &["--require-signed-response", URL]].concat());
    assert_eq!(refusal(&refused), (1, "wit.kid_unknown"));
}

/// A source that is down at the start: the service runs, trusts nobody, and says why.
#[test]
fn a_source_that_is_down_is_told() {
    let shop = shop();
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}/", listener.local_addr().unwrap());
    drop(listener);
    let by_url = CONFIG.replace("jwks = [\"issuer.jwks.json\"]", &format!("jwks-urls = [\"{url}\"]"));
    let service = Service::start(&shop, &format!("{by_url}[sources]\nallow-loopback-http = true\n"));
    assert!(service.line().contains(&format!("trust in wimse://example.com: {url} gives nothing")));
    assert_eq!(service.call(&shop, &[URL]).1["status"], 401);
    service.line_with("wit.trust_domain_unknown");
}
