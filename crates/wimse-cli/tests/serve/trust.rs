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

/// As in Kubernetes, where keys and credentials are links into `..data`, a link that is turned over.
#[cfg(unix)]
#[test]
fn a_projected_volume_is_turned_over() {
    use std::os::unix::fs::symlink;
    let shop = shop();
    let turn_over = |version: &str| {
        std::fs::create_dir_all(shop.path(version)).unwrap();
        for name in ["issuer.jwks.json", "orders.wit", "orders.jwk.json"] {
            shop.write_private(&format!("{version}/{name}"), shop.read(name));
        }
        symlink(version.rsplit('/').next().unwrap(), shop.path("volume/..data_tmp")).unwrap();
        std::fs::rename(shop.path("volume/..data_tmp"), shop.path("volume/..data")).unwrap();
    };
    turn_over("volume/..1");
    for name in ["issuer.jwks.json", "orders.wit", "orders.jwk.json"] {
        symlink(format!("..data/{name}"), shop.path(&format!("volume/{name}"))).unwrap();
    }
    let config = CONFIG.replace("issuer.jwks.json", "volume/issuer.jwks.json");
    let config = config.replace("\"orders.", "\"volume/orders.");
    let service = Service::start(&shop, &format!("{config}[sources]\nfile-interval = 1\n"));
    let verified = ["--httpsig", "--config", "service-under-test.toml", "--expect", ORDERS];
    let verified = [&verified[..], &["--require-signed-response", URL]].concat();
    let (code, document) = service.call(&shop, &verified);
    assert_eq!((code, &document["answered_by"]), (0, &ORDERS.into()), "{document}");

    let keys = new_issuer(&shop);
    shop.write("issuer.jwks.json", keys);
    issue_by(&shop, "new.jwk.json");
    std::fs::remove_file(shop.path("orders.wit")).unwrap();
    let subject = ["wit", "issue", "--sub", ORDERS, "--key", "orders.jwk.json", "--now", NOW];
    shop.make(&[&subject[..], &["--issuer-key", "new.jwk.json", "--out", "orders.wit"]].concat());
    turn_over("volume/..2");
    service.lines_with(vec!["new anchors".to_owned(), "credentials: renewed".to_owned()]);
    // Keys and credentials are new: the caller, and the answer that it verifies.
    let (code, document) = service.call(&shop, &verified);
    assert_eq!((code, &document["answered_by"]), (0, &ORDERS.into()), "{document}");
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
