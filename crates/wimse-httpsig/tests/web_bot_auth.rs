//! Signatures of another profile of RFC 9421: those of web-bot-auth verify, and what is changed in them does not.
#![allow(clippy::unwrap_used, reason = "outside #[test] functions too, a test fails by a panic")]

mod support;

use std::time::Duration;
use wimse_creds::UnixTime;
use wimse_creds::key::{Algorithm, PublicKey};
use wimse_httpsig::message::{Fields, RequestMessage, Signatures, TargetContext};

/// RSA cases: the base only.
#[test]
fn architecture_v1() {
    let Some(folder) = support::vectors() else { return };
    let set = support::json(&folder.join("web-bot-auth/test_data/web_bot_auth_architecture_v1.json"));
    let (mut bases, mut verified) = (0, 0);
    for case in set.as_array().unwrap() {
        let text = |member: &str| case[member].as_str().unwrap_or_default();
        let mut lines = vec![
            ("signature-input", text("signature_input").as_bytes()),
            ("signature", text("signature").as_bytes()),
        ];
        if case["signature_agent"].is_string() {
            lines.push(("signature-agent", text("signature_agent").as_bytes()));
        }
        let fields = Fields::raw(&lines);
        let signatures = Signatures::parse(fields).unwrap();
        let received = signatures.tagged("web-bot-auth").unwrap();
        let input = received.input();
        assert_eq!(input.label(), text("label"));
        assert_eq!(input.nonce().unwrap().as_deref(), Some(text("nonce")));
        let seconds = |member: &str| UnixTime::from_secs(case[member].as_u64().unwrap() / 1000);
        assert_eq!(input.created(), Ok(Some(seconds("created_ms"))));
        assert_eq!(input.expires(), Ok(Some(seconds("expires_ms"))));
        input.check_validity(seconds("created_ms"), Duration::ZERO).unwrap();
        let late = input.check_validity(seconds("expires_ms"), Duration::ZERO);
        assert_eq!(late.unwrap_err().code(), "httpsig.expired");

        let message = |url| RequestMessage::new("GET", TargetContext::new(url), fields);
        let base = input.base(&message(text("target_url"))).unwrap();
        assert!(base.as_str().starts_with("\"@authority\": example.com\n"));
        bases += 1;
        if case["key"]["kty"] != "OKP" {
            continue;
        }
        let jwk = format!(r#"{{"kty":"OKP","crv":"Ed25519","x":{}}}"#, case["key"]["x"]);
        let key = PublicKey::from_jwk_as(Algorithm::Ed25519, &jwk).unwrap();
        assert_eq!(input.key_id().unwrap().unwrap(), key.thumbprint().to_string());
        received.verify(&message(text("target_url")), &key).unwrap();
        let elsewhere = received.verify(&message("https://example.net/path/to/resource"), &key);
        assert_eq!(elsewhere.unwrap_err().code(), "httpsig.signature");
        verified += 1;
    }
    assert!(bases >= 4 && verified >= 2, "{bases} {verified}");
}
