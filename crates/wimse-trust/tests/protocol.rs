//! The messages between workload and identity server.
#![cfg(feature = "aws-lc")]
#![allow(clippy::unwrap_used, reason = "outside #[test] functions too, a test fails by a panic")]

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::Value;
use std::time::Duration;
use wimse_creds::UnixTime;
use wimse_creds::key::{Algorithm, SigningKey};
use wimse_creds::pop::Nonce;
use wimse_creds::wic::CertificateRequest;
use wimse_trust::protocol::{CredentialRequest, CredentialResponse};

const ENDPOINT: &str = "https://id.example.com/credentials";
const NOW: UnixTime = UnixTime::from_secs(1_800_000_000);

fn key(algorithm: Algorithm) -> SigningKey {
    SigningKey::generate(algorithm).unwrap()
}

fn jws(key: &SigningKey, header: &str, claims: &str) -> String {
    let input = format!("{}.{}", URL_SAFE_NO_PAD.encode(header), URL_SAFE_NO_PAD.encode(claims));
    format!("{input}.{}", URL_SAFE_NO_PAD.encode(key.sign(input.as_bytes()).unwrap()))
}

fn with_proof(key: &SigningKey, proof: &str) -> String {
    let jwk = key.public_key().to_jwk();
    format!(r#"{{"schema":"wimse-credential-request/1","wit":{{"jwk":{jwk},"proof":"{proof}"}}}}"#)
}

fn outcome(json: &str) -> Result<(), &'static str> {
    CredentialRequest::from_json(json.as_bytes(), ENDPOINT, NOW).map(drop).map_err(|error| error.code())
}

fn is_valid(schema: &str, json: &str) -> bool {
    let schema: Value = serde_json::from_str(schema).unwrap();
    jsonschema::is_valid(&schema, &serde_json::from_str(json).unwrap())
}

#[test]
fn what_is_written_is_read_and_fits_the_schema() {
    let schema = include_str!("../../../docs/identity-server/request.schema.json");
    for algorithm in
        [Algorithm::Es256, Algorithm::Ed25519, Algorithm::EdDsa, Algorithm::Es384, Algorithm::Rs256]
    {
        let (wit, wic) = (key(algorithm), key(algorithm));
        let request = CertificateRequest::new(&wic, None).unwrap();
        let nonce = || Nonce::random().unwrap();
        let of_wit = || CredentialRequest::default().with_wit_key(&wit, ENDPOINT, NOW, nonce()).unwrap();
        let with_wic = |message: CredentialRequest| {
            message.with_certificate_request(request.clone(), &wic, ENDPOINT, NOW, nonce()).unwrap()
        };
        for (message, has_wit, has_wic) in [
            (of_wit(), true, false),
            (with_wic(of_wit()), true, true),
            (with_wic(CredentialRequest::default()), false, true),
        ] {
            let json = message.to_json();
            assert!(is_valid(schema, &json), "{json}");
            let read = CredentialRequest::from_json(json.as_bytes(), ENDPOINT, NOW).unwrap();
            assert_eq!(read.wit_key(), has_wit.then_some(wit.public_key()));
            let asked = read.certificate_request().map(CertificateRequest::as_der);
            assert_eq!(asked, has_wic.then(|| request.as_der()));
        }
    }
    assert!(!is_valid(schema, &CredentialRequest::default().to_json()));
    let schema = include_str!("../../../docs/identity-server/response.schema.json");
    assert!(is_valid(schema, r#"{"schema":"wimse-credential-response/1","wit":"a.b.c"}"#));
    assert!(!is_valid(schema, &CredentialResponse::default().to_json()));
}

#[test]
fn a_proof_is_for_one_server_and_a_minute() {
    let (owner, thief) = (key(Algorithm::Es256), key(Algorithm::Es256));
    let header = r#"{"alg":"ES256","typ":"wimse-key-proof+jwt"}"#;
    let claims = |exp: i64| format!(r#"{{"aud":"{ENDPOINT}","exp":{},"jti":"a"}}"#, NOW.as_secs() + exp);
    let proof = |claims: &str| with_proof(&owner, &jws(&owner, header, claims));
    for exp in [-29, 0, 60, 330] {
        assert_eq!(outcome(&proof(&claims(exp))), Ok(()), "{exp}");
    }
    let good = claims(60);
    for (what, json, expected) in [
        ("expired", proof(&claims(-30)), "credential_message.proof_expired"),
        ("for too long", proof(&claims(331)), "credential_message.proof_lifetime"),
        ("another server", proof(&good.replace("id.", "evil.")), "credential_message.proof_audience"),
        ("another path", proof(&good.replace("credentials", "other")), "credential_message.proof_audience"),
        ("no aud", proof(&good.replace("aud", "a")), "credential_message.proof_claim"),
        ("no exp", proof(&good.replace("exp", "e")), "credential_message.proof_claim"),
        ("no jti", proof(&good.replace("jti", "j")), "credential_message.proof_claim"),
        ("an empty jti", proof(&good.replace(r#""a""#, r#""""#)), "credential_message.proof_claim"),
        ("a claim twice", proof(&good.replace('}', r#","jti":"b"}"#)), "credential_message.proof"),
        ("by another key", with_proof(&owner, &jws(&thief, header, &good)), "credential_message.proof"),
        ("with another key", with_proof(&thief, &jws(&owner, header, &good)), "credential_message.proof"),
        (
            "another type",
            with_proof(&owner, &jws(&owner, r#"{"alg":"ES256","typ":"wpt+jwt"}"#, &good)),
            "credential_message.proof_typ",
        ),
        (
            "no type",
            with_proof(&owner, &jws(&owner, r#"{"alg":"ES256"}"#, &good)),
            "credential_message.proof_typ",
        ),
        (
            "another algorithm",
            with_proof(&owner, &jws(&owner, r#"{"alg":"ES384","typ":"wimse-key-proof+jwt"}"#, &good)),
            "credential_message.proof",
        ),
        ("no signature", with_proof(&owner, "e30.e30."), "credential_message.proof"),
        ("no proof", with_proof(&owner, ""), "credential_message.proof"),
    ] {
        assert_eq!(outcome(&json), Err(expected), "{what}");
    }
}

/// Its own signature tells neither to whom it was sent, nor when.
#[test]
fn a_certificate_request_is_for_one_server_and_a_minute() {
    let (owner, thief) = (key(Algorithm::Es256), key(Algorithm::Es256));
    let request = CertificateRequest::new(&owner, None).unwrap();
    let by = |key: &SigningKey, endpoint: &str, now| {
        let message = CredentialRequest::default();
        let nonce = Nonce::random().unwrap();
        message.with_certificate_request(request.clone(), key, endpoint, now, nonce).unwrap().to_json()
    };
    let minute = Duration::from_secs(60);
    let good = by(&owner, ENDPOINT, NOW);
    assert_eq!(outcome(&good), Ok(()));
    assert_eq!(outcome(&by(&owner, ENDPOINT, NOW.minus(minute))), Ok(()));
    for (what, json, expected) in [
        (
            "long ago",
            by(&owner, ENDPOINT, NOW.minus(minute + minute / 2)),
            "credential_message.proof_expired",
        ),
        ("another server", by(&owner, "https://evil.example/", NOW), "credential_message.proof_audience"),
        ("by another key", by(&thief, ENDPOINT, NOW), "credential_message.proof"),
        ("alone", good.replace("proof", "p"), "credential_message.json"),
    ] {
        assert_eq!(outcome(&json), Err(expected), "{what}");
    }
}

#[test]
fn messages_are_read_strictly() {
    let (owner, other) = (key(Algorithm::Es256), key(Algorithm::Es256));
    let nonce = Nonce::random().unwrap();
    let request = CredentialRequest::default().with_wit_key(&owner, ENDPOINT, NOW, nonce).unwrap();
    let wish = CertificateRequest::new(&other, None).unwrap();
    let nonce = Nonce::random().unwrap();
    let good = request.with_certificate_request(wish, &other, ENDPOINT, NOW, nonce).unwrap().to_json();
    assert_eq!(outcome(&good), Ok(()));
    assert_eq!(outcome(&good.replacen('{', r#"{"later":[1],"#, 1)), Ok(()));
    let long = good.replacen('{', &format!("{{{}", " ".repeat(128 * 1024)), 1);
    let private = owner.to_private_jwk().to_string();
    for (what, json, expected) in [
        ("too long", long, "credential_message.too_large"),
        ("nothing", String::new(), "credential_message.json"),
        ("half", good[..good.len() / 2].to_owned(), "credential_message.json"),
        ("no object", "[]".to_owned(), "credential_message.json"),
        ("another schema", good.replace("request/1", "request/2"), "credential_message.schema"),
        ("no schema", good.replace("schema", "s"), "credential_message.schema"),
        ("a member twice", good.replacen('{', r#"{"wit":null,"#, 1), "credential_message.json"),
        ("no wish", r#"{"schema":"wimse-credential-request/1"}"#.to_owned(), "credential_message.empty"),
        ("no proof", good.replace("proof", "p"), "credential_message.json"),
        ("a private key", good.replace(&owner.public_key().to_jwk(), &private), "key.private_member"),
        ("a key without alg", good.replace("\"alg\":\"ES256\",", ""), "key.alg_missing"),
        ("no PEM", good.replace("BEGIN", "BEGAN"), "wic.request"),
    ] {
        assert_eq!(outcome(&json), Err(expected), "{what}");
    }
    let response = |json: &str| CredentialResponse::from_json(json.as_bytes()).map_err(|error| error.code());
    assert!(response(r#"{"schema":"wimse-credential-response/1","wit":"a"}"#).is_ok());
    assert_eq!(response(r#"{"schema":"wimse-credential-request/1"}"#), Err("credential_message.schema"));
    assert_eq!(
        response(r#"{"schema":"wimse-credential-response/1","wit":1}"#),
        Err("credential_message.json")
    );
    assert_eq!(
        response(&" ".repeat(Duration::from_secs(200).as_millis() as usize)),
        Err("credential_message.too_large")
    );
}
