//! OpenSSL, which makes and uses keys independently of us.
#![allow(dead_code, reason = "each test file uses its own part")]

use crate::workshop::Workshop;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Value, json};
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// The program `openssl`, if it is there.
pub(crate) fn openssl() -> Option<PathBuf> {
    let program = PathBuf::from("openssl");
    let there = Command::new(&program)
        .arg("version")
        .stdout(Stdio::null())
        .status()
        .is_ok_and(|status| status.success());
    if !there {
        skipped("openssl");
    }
    there.then_some(program)
}

/// Says that something is not there; fails where `WIMSE_REQUIRE` has "peers".
pub(crate) fn skipped(name: &str) {
    let required = std::env::var("WIMSE_REQUIRE").unwrap_or_default();
    assert!(!required.split(',').any(|word| word == "peers"), "{name} is required and not there");
    let _ = writeln!(std::io::stderr(), "skipped: {name}");
}

/// A public RSA key of OpenSSL as a JWK, which the command would refuse to make if it is weak.
pub(crate) fn rsa_jwk(shop: &Workshop, openssl: &Path, pem: &str, alg: &str) -> Value {
    let text = shop.run(openssl, &["rsa", "-in", pem, "-noout", "-modulus"]);
    let hex = text.trim().strip_prefix("Modulus=").unwrap();
    let digits =
        (0..hex.len()).step_by(2).map(|place| u8::from_str_radix(&hex[place..place + 2], 16).unwrap());
    let n = digits.collect::<Vec<u8>>();
    let text = shop.run(openssl, &["rsa", "-in", pem, "-noout", "-text"]);
    let e: &[u8] = if text.contains("publicExponent: 3 ") { &[3] } else { &[1, 0, 1] };
    json!({ "kty": "RSA", "alg": alg, "n": URL_SAFE_NO_PAD.encode(n), "e": URL_SAFE_NO_PAD.encode(e) })
}
