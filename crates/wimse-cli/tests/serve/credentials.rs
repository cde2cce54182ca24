//! Credentials in a folder, as `wimse wit request` and agents leave them there.
#![cfg(unix)]

use crate::service::*;
use crate::workshop::{Ended, NOW, Workshop};
use serde_json::{Value, json};
use std::fs::{self, Permissions};
use std::os::unix::fs::{PermissionsExt as _, symlink};

const URL: &str = "http://api.example.com/orders";
const FILES: [(&str, &str); 4] = [
    ("billing.wit", "wit.jwt"),
    ("billing.jwk.json", "wit.jwk.json"),
    ("billing.crt", "wic.crt"),
    ("billing.key", "wic.key"),
];

/// The credentials of billing, under the names of `wimse wit request`.
fn fill(shop: &Workshop, folder: &str) {
    fs::create_dir(shop.path(folder)).unwrap();
    for (from, to) in FILES {
        fs::copy(shop.path(from), shop.path(folder).join(to)).unwrap();
    }
    for key in ["wit.jwk.json", "wic.key"] {
        chmod(shop, &format!("{folder}/{key}"), 0o600);
    }
}

fn chmod(shop: &Workshop, name: &str, mode: u32) {
    fs::set_permissions(shop.path(name), Permissions::from_mode(mode)).unwrap();
}

fn arguments<'a>(service: &'a Service, folder: &'a str, more: &[&'a str]) -> Vec<&'a str> {
    let to = ["--allow-plain-http", "--connect", service.address(), "--now", NOW, URL];
    [&["call", "--credentials", folder][..], &to, more].concat()
}

fn call(shop: &Workshop, service: &Service, folder: &str, more: &[&str]) -> (i32, Value) {
    shop.document(&arguments(service, folder, more))
}

/// Standard error and the exit code, where the call is not made at all.
fn unmade(shop: &Workshop, service: &Service, folder: &str, more: &[&str]) -> (i32, String) {
    let Ended { code, stderr, .. } = shop.wimse(&arguments(service, folder, more));
    (code, stderr)
}

#[test]
fn a_folder_says_who_calls() {
    let shop = shop();
    let service = Service::start(&shop, CONFIG);
    fill(&shop, "billing");
    for (proof, binding) in [("--wpt", "wpt"), ("--httpsig", "httpsig")] {
        let (code, document) = call(&shop, &service, "billing", &[proof]);
        assert_eq!((code, &document["status"]), (0, &json!(200)), "{document}");
        let echo = echoed(&document);
        assert_eq!(
            (&echo["caller"]["identifier"], &echo["caller"]["binding"]),
            (&json!(BILLING), &json!(binding))
        );
    }
    // No certificate is looked for where none is shown.
    fs::remove_file(shop.path("billing/wic.crt")).unwrap();
    assert_eq!(call(&shop, &service, "billing", &[]).0, 0);
}

/// Kubernetes turns a link over, so that all files change at once.
#[test]
fn a_projected_volume_is_a_folder() {
    let shop = shop();
    let service = Service::start(&shop, CONFIG);
    fs::create_dir(shop.path("volume")).unwrap();
    fill(&shop, "volume/..2027_01_15_08_00_00.1");
    symlink("..2027_01_15_08_00_00.1", shop.path("volume/..data")).unwrap();
    for (_, name) in FILES {
        symlink(format!("..data/{name}"), shop.path("volume").join(name)).unwrap();
    }
    let (code, document) = call(&shop, &service, "volume", &[]);
    assert_eq!((code, &echoed(&document)["caller"]["identifier"]), (0, &json!(BILLING)), "{document}");

    // The next version is of another workload, which is not permitted.
    fill(&shop, "volume/..2027_01_15_09_00_00.2");
    for (from, to) in [("orders.wit", "wit.jwt"), ("orders.jwk.json", "wit.jwk.json")] {
        fs::copy(shop.path(from), shop.path("volume/..2027_01_15_09_00_00.2").join(to)).unwrap();
    }
    chmod(&shop, "volume/..2027_01_15_09_00_00.2/wit.jwk.json", 0o600);
    symlink("..2027_01_15_09_00_00.2", shop.path("volume/..next")).unwrap();
    fs::rename(shop.path("volume/..next"), shop.path("volume/..data")).unwrap();
    assert_eq!(call(&shop, &service, "volume", &[]).1["status"], 403);
    service.line_with("claims to be wimse://example.com/orders");

    // What others can read is refused behind the links, too.
    chmod(&shop, "volume/..data/wit.jwk.json", 0o644);
    let (code, stderr) = unmade(&shop, &service, "volume", &[]);
    assert!(code == 3 && stderr.contains("(mode 0644)"), "{stderr}");
}

#[test]
fn a_key_that_others_can_read_is_not_used() {
    let shop = shop();
    let service = Service::start(&shop, CONFIG);
    fill(&shop, "billing");
    assert_eq!(call(&shop, &service, "billing", &[]).0, 0);
    for mode in [0o640, 0o604, 0o660] {
        chmod(&shop, "billing/wit.jwk.json", mode);
        let (code, stderr) = unmade(&shop, &service, "billing", &[]);
        assert_eq!(code, 3, "{stderr}");
        let said = format!(
            "wimse: billing/wit.jwk.json holds a private key, and others than its owner have rights to it (mode {mode:04o})\n"
        );
        assert!(stderr.starts_with(&said), "{stderr}");
        assert_eq!(call(&shop, &service, "billing", &["--allow-readable-key"]).0, 0);
    }
}

/// Each differs from what was accepted in one thing.
#[test]
fn what_is_not_whole_is_not_used() {
    let shop = shop();
    let service = Service::start(&shop, CONFIG);
    fill(&shop, "billing");
    assert_eq!(call(&shop, &service, "billing", &[]).0, 0);

    fs::copy(shop.path("orders.jwk.json"), shop.path("billing/wit.jwk.json")).unwrap();
    chmod(&shop, "billing/wit.jwk.json", 0o600);
    let (code, stderr) = unmade(&shop, &service, "billing", &[]);
    assert!(
        code == 3 && stderr.contains("there is no credential of billing (credential.key_mismatch)"),
        "{stderr}"
    );

    fs::copy(shop.path("billing.jwk.json"), shop.path("billing/wit.jwk.json")).unwrap();
    let year = ["call", "--credentials", "billing", "--now", "1831536000", URL];
    let ended = shop.wimse(&year);
    assert!(ended.code == 3 && ended.stderr.contains("(renewal.expired)"), "{}", ended.stderr);

    fs::remove_file(shop.path("billing/wit.jwt")).unwrap();
    let (code, stderr) = unmade(&shop, &service, "billing", &[]);
    assert!(code == 3 && stderr.contains("billing/wit.jwt"), "{stderr}");
    let (code, stderr) = unmade(&shop, &service, "nowhere", &[]);
    assert!(code == 3 && stderr.contains("nowhere/wit.jwk.json cannot be read"), "{stderr}");

    // Who calls is said once.
    for more in [["--wit", "billing.wit", "--key", "billing.jwk.json"], ["--wic", "a", "--wic-key", "b"]] {
        assert_eq!(unmade(&shop, &service, "billing", &more).0, 2, "{more:?}");
    }
}

/// The certificate is used where it is asked for, and its key is judged then.
#[test]
fn a_folder_has_a_certificate_too() {
    let shop = shop();
    let config = r#"[[domains]]
origin = "wimse://example.com"
ca-certificates = ["ca.pem"]
[credentials]
wic = "orders.crt"
wic-key = "orders.key"
[serve]
accept = ["mtls"]
permit = ["wimse://example.com/billing"]
replay = "local"
"#;
    let service = Service::start(&shop, config);
    fill(&shop, "billing");
    let mutual = || {
        let identity = ["call", "--credentials", "billing", "--mtls", "--expect", ORDERS];
        let to = ["--connect", service.address(), "--now", NOW, "https://orders.example.com/orders"];
        shop.wimse(&[&identity[..], &["--config", "service-under-test.toml", "--json"], &to].concat())
    };
    let ended = mutual();
    let document: Value = serde_json::from_str(&ended.stdout).unwrap();
    assert_eq!((ended.code, &document["connection"]), (0, &json!(ORDERS)), "{document}");
    assert_eq!(echoed(&document)["caller"]["identifier"], BILLING);
    // The key of the WIT is not used, that of the certificate is.
    chmod(&shop, "billing/wit.jwk.json", 0o644);
    assert_eq!(mutual().code, 0);
    chmod(&shop, "billing/wic.key", 0o644);
    let ended = mutual();
    assert!(
        ended.code == 3 && ended.stdout.contains("billing/wic.key holds a private key"),
        "{}",
        ended.stdout
    );
}
