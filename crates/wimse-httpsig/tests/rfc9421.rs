//! RFC 9421: every component line, signature base and signature that it prints.
//!
//! The values in this file are the RFC's; the whole set is read from the folder `WIMSE_VECTORS` and skipped without it.
#![allow(clippy::unwrap_used, reason = "outside #[test] functions too, a test fails by a panic")]

mod support;

use serde_json::Value;
use std::path::Path;
use support::received::{Received, pairs};
use wimse_creds::key::{Algorithm, PublicKey};
use wimse_httpsig::message::{
    Component, FieldType, FieldTypes, Fields, Message, RequestMessage, SignatureInput, Signatures,
    TargetContext,
};

/// RFC 9421 B.1.4 and B.1.3.
const ED25519: &str =
    r#"{"kty":"OKP","crv":"Ed25519","alg":"Ed25519","x":"JrQLj5P_89iXES9-vFgrIy29clF9CC_oPPsw3c5D0bs"}"#;

const B26: [(&str, &str); 6] = [
    ("Host", "example.com"),
    ("Date", "Tue, 20 Apr 2021 02:07:55 GMT"),
    ("Content-Type", "application/json"),
    ("Content-Length", "18"),
    (
        "Signature-Input",
        r#"sig-b26=("date" "@method" "@path" "@authority" "content-type" "content-length");created=1618884473;keyid="test-key-ed25519""#,
    ),
    (
        "Signature",
        "sig-b26=:wqcAqbmYJ2ji2glfAMaRy4gruYYnx2nEFN2HN6jrnDnQCK1u02Gb04v9EDgwUPiu4A0w6vuQv5lIp5WPpBKRCw==:",
    ),
];

const B26_BASE: &str = r#""date": Tue, 20 Apr 2021 02:07:55 GMT
"@method": POST
"@path": /foo
"@authority": example.com
"content-type": application/json
"content-length": 18
"@signature-params": ("date" "@method" "@path" "@authority" "content-type" "content-length");created=1618884473;keyid="test-key-ed25519""#;

#[test]
fn appendix_b_2_6() {
    let lines = B26.map(|(name, value)| (name, value.as_bytes()));
    let fields = Fields::raw(&lines);
    let target = || TargetContext::new("/foo?param=Value&Pet=dog").scheme("https").authority("example.com");
    let message = RequestMessage::new("POST", target(), fields);
    let signatures = Signatures::parse(fields).unwrap();
    let received = signatures.labelled("sig-b26").unwrap();
    assert_eq!(received.input().base(&message).unwrap().as_str(), B26_BASE);
    let key = PublicKey::from_jwk(ED25519).unwrap();
    received.verify(&message, &key).unwrap();

    let changed = RequestMessage::new("PUT", target(), fields);
    assert_eq!(received.verify(&changed, &key).unwrap_err().code(), "httpsig.signature");
}

/// RFC 9421 B.2.6 again, made here: Ed25519 signatures are the same each time.
#[test]
fn appendix_b_2_6_is_what_we_sign() {
    let private = ED25519.replace(r#"{"#, r#"{"d":"n4Ni-HpISpVObnQMW0wOhCKROaIKqKtW_2ZYb2p9KcU","#);
    let key = wimse_creds::key::SigningKey::from_jwk(&private).unwrap();
    let lines = B26.map(|(name, value)| (name, value.as_bytes()));
    let target = TargetContext::new("/foo").scheme("https").authority("example.com");
    let message = RequestMessage::new("POST", target, Fields::raw(&lines[..4]));
    let field = |name: &'static str| Component::field(name).unwrap();
    let input = SignatureInput::builder("sig-b26")
        .components([field("date"), Component::METHOD, Component::PATH, Component::AUTHORITY])
        .components([field("content-type"), field("content-length")])
        .created(wimse_creds::UnixTime::from_secs(1_618_884_473))
        .key_id("test-key-ed25519")
        .build()
        .unwrap();
    let signature = input.sign(&message, &key).unwrap();
    assert_eq!(input.to_value(), B26[4].1);
    assert_eq!(input.signature_value(&signature), B26[5].1);
}

#[test]
fn component_lines() {
    let Some(folder) = support::vectors() else { return };
    let set = set(&folder);
    let types = FieldTypes::default().with("example-dict", FieldType::Dictionary);
    let mut lines = 0;
    for case in set["component_cases"].as_array().unwrap() {
        let scheme = case["assume_scheme"].as_str().unwrap_or("https");
        let received = Received::read(&case["message"], scheme);
        for line in case["expected_lines"].as_array().unwrap() {
            let line = line.as_str().unwrap();
            let (identifier, value) = line.split_once(": ").unwrap();
            let input = format!("x=({identifier})");
            let raw = [("Signature-Input", input.as_bytes()), ("Signature", &b"x=:AA==:"[..])];
            let signatures = Signatures::parse(Fields::raw(&raw)).unwrap();
            let input = signatures.labelled("x").unwrap().input();
            let component = input.components().next().unwrap();
            assert_eq!(component.as_str(), identifier);
            let made = received.with_message(&types, |message| {
                let base = input.base(message).unwrap();
                assert!(base.as_str().starts_with(&format!("{line}\n")), "{}: {}", case["id"], base.as_str());
                component.understood().unwrap().value(message).unwrap()
            });
            assert_eq!(made, value, "{}", case["id"]);
            assert_eq!(component.understood().unwrap().to_string(), identifier);
            lines += 1;
        }
    }
    assert!(lines >= 36, "{lines}");
}

/// HMAC cases, and those of an algorithm that is not in this build: the base only. Those that must fail have a base too, and not the one that was signed.
#[test]
fn signatures() {
    let Some(folder) = support::vectors() else { return };
    let set = set(&folder);
    let (mut verified, mut refused, mut bases) = (0, 0, 0);
    for case in set["signature_cases"].as_array().unwrap() {
        let received = Received::read(&case["message"], "https");
        assert!(case.get("request_message").is_none(), "this test gives no request");
        let signatures = Signatures::parse(Fields::raw(&pairs(&received.fields))).unwrap();
        let signature = signatures.labelled(case["label"].as_str().unwrap()).unwrap();
        assert_eq!(signature.input().as_str(), case["signature_input_member"].as_str().unwrap());
        let key = key(&set, case);
        let verdict = received.with_message(FieldTypes::known(), |message: Message<'_>| {
            let base = signature.input().base(message).unwrap();
            assert_eq!(base.as_str(), case["signature_base"].as_str().unwrap(), "{}", case["id"]);
            key.map(|key| signature.verify(message, &key))
        });
        bases += 1;
        match (verdict, case["expect"].as_str().unwrap()) {
            (None, _) => {}
            // B.2.1 covers nothing, and would be good for every message (RFC 9421 7.2.1).
            (Some(Err(error)), "valid") if signature.input().components().len() == 0 => {
                assert_eq!(error.code(), "httpsig.nothing_covered");
            }
            (Some(Ok(())), "valid") => verified += 1,
            (Some(Err(error)), "invalid") => {
                assert_eq!(error.code(), "httpsig.signature");
                refused += 1;
            }
            (verdict, expected) => panic!("{}: {verdict:?}, expected {expected}", case["id"]),
        }
    }
    let of_rsa = if Algorithm::all().any(|algorithm| algorithm == Algorithm::Ps512) { 2 } else { 0 };
    assert!(bases >= 13 && verified >= 7 + of_rsa && refused >= 2, "{bases} {verified} {refused}");
}

/// Fields of which the RFC prints no message: they are read, and written again as they are.
#[test]
fn printed_fields() {
    let Some(folder) = support::vectors() else { return };
    for case in set(&folder)["illustrative_unverifiable"].as_array().unwrap() {
        let member = match (case["field"].as_str(), case["inner_list"].as_str()) {
            (Some(field), _) => field.split_once(": ").unwrap().1.to_owned(),
            (None, list) => format!("x={}", list.unwrap()),
        };
        let raw = [("Accept-Signature", member.as_bytes())];
        let read = wimse_httpsig::message::AcceptSignature::parse(Fields::raw(&raw)).unwrap().unwrap();
        assert_eq!(read.to_value(), member);
    }
}

fn set(folder: &Path) -> Value {
    support::json(&folder.join("rfc9421/rfc9421.json"))
}

/// The key of a case, if this build has its algorithm.
fn key(set: &Value, case: &Value) -> Option<PublicKey> {
    let algorithm = match case["algorithm"].as_str().unwrap() {
        "ecdsa-p256-sha256" => Algorithm::Es256,
        "ed25519" => Algorithm::Ed25519,
        "rsa-pss-sha512" => Algorithm::Ps512,
        _ => return None,
    };
    if !Algorithm::all().any(|of_this_build| of_this_build == algorithm) {
        return None;
    }
    let mut jwk = set["keys"][case["key"].as_str().unwrap()]["jwk"].clone();
    jwk.as_object_mut()
        .unwrap()
        .retain(|member, _| ["kty", "crv", "x", "y", "n", "e"].contains(&member.as_str()));
    Some(PublicKey::from_jwk_as(algorithm, &jwk.to_string()).unwrap())
}
