//! CA certificates as anchors of trust domains.
#![cfg(all(feature = "wic", any(feature = "aws-lc", feature = "josekit", feature = "pure")))]
#![allow(clippy::unwrap_used, reason = "outside #[test] functions too, a test fails by a panic")]

mod forge;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use forge::Draft;
use serde_json::{Value, json};
use wimse_creds::UnixTime;
use wimse_creds::key::{Algorithm, SigningKey};
use wimse_creds::trust::{DomainAnchors, KeyDocument, TrustAnchors, TrustError};
use wimse_creds::wic::{CaCertificate, CaCertificates};

const NOW: UnixTime = UnixTime::from_secs(1_745_508_910);

fn key() -> SigningKey {
    SigningKey::generate(Algorithm::Es256).unwrap()
}

fn ca(name: &str, key: &SigningKey) -> CaCertificate {
    CaCertificate::from_der(Draft::ca(name, NOW).sign(key, key)).unwrap()
}

fn domain(origin: &str) -> DomainAnchors {
    DomainAnchors::new(origin.parse().unwrap())
}

fn code<T>(result: Result<T, TrustError>) -> Result<(), &'static str> {
    result.map(drop).map_err(|error| error.code())
}

/// Row 51: one CA must not vouch for workloads of two origins.
#[test]
fn a_ca_is_of_one_origin() {
    let shared = key();
    let first = || {
        let domain = domain("wimse://example.com").with_ca_certificate(ca("a", &shared)).unwrap();
        TrustAnchors::none().with(domain).unwrap()
    };
    for origin in ["spiffe://example.com", "wimse://other.example"] {
        for (what, second, expected) in [
            ("the same certificate", ca("a", &shared), Err("trust.shared_ca")),
            ("the same key by another name", ca("b", &shared), Err("trust.shared_ca")),
            ("another key by the same name", ca("a", &key()), Ok(())),
        ] {
            let second = || domain(origin).with_ca_certificate(second.clone()).unwrap();
            assert_eq!(code(first().with(second())), expected, "{what}");
            assert_eq!(code(first().allow_shared_keys().with(second())), Ok(()), "{what}");
        }
        // A key that issues tokens there and certificates here.
        let tokens = |key: &SigningKey| domain(origin).with_key(key.public_key().clone()).unwrap();
        assert_eq!(code(first().with(tokens(&shared))), Err("trust.shared_key"));
        assert_eq!(code(first().with(tokens(&key()))), Ok(()));
    }
    // Within one origin a CA may be renewed, under its name and key.
    let both = domain("wimse://example.com").with_ca_certificate(ca("a", &shared)).unwrap();
    let both = both.with_ca_certificate(ca("b", &shared)).unwrap();
    assert_eq!(code(TrustAnchors::none().with(both)), Ok(()));
}

/// A CA above that of another origin would vouch for workloads of both, by way of it.
#[test]
fn a_hierarchy_is_of_one_origin() {
    let (above, below, other) = (key(), key(), key());
    let root = || ca("root", &above);
    let issued = |issuer: &SigningKey| {
        let draft = Draft::ca("below", NOW).issuer("root");
        CaCertificate::from_der(draft.sign(&below, issuer)).unwrap()
    };
    let (a, b) = ("wimse://a.example", "wimse://b.example");
    for (what, first, second, expected) in [
        ("the root first", root(), issued(&above), Err("trust.shared_ca")),
        ("the root last", issued(&above), root(), Err("trust.shared_ca")),
        ("another of the same name", root(), issued(&other), Ok(())),
        ("two beneath it", issued(&above), ca("other", &other), Ok(())),
    ] {
        let add = |anchors: TrustAnchors, origin: &str, ca: &CaCertificate| {
            anchors.with(domain(origin).with_ca_certificate(ca.clone()).unwrap())
        };
        let both = add(TrustAnchors::none(), a, &first).and_then(|anchors| add(anchors, b, &second));
        assert_eq!(code(both), expected, "{what}");
        let one = add(TrustAnchors::none(), a, &first).unwrap().allow_shared_keys();
        assert_eq!(code(add(one, b, &second)), Ok(()), "{what}");
    }
    // Within one origin it is what a roll-over needs.
    let domain = domain(a).with_ca_certificate(root()).unwrap().with_ca_certificate(issued(&above)).unwrap();
    assert_eq!(code(TrustAnchors::none().with(domain)), Ok(()));
}

#[test]
fn at_most_256() {
    let signer = key();
    let numbered = |number: usize| ca(&number.to_string(), &signer);
    let full = (0..256).fold(CaCertificates::new(), |set, number| set.with(numbered(number)).unwrap());
    assert_eq!(full.as_slice().len(), 256);
    assert_eq!(full.clone().with(numbered(256)).unwrap_err().code(), "ca.too_many");
    // One that is there does not count twice.
    let again = full.as_slice()[0].clone();
    assert_eq!(full.clone().with(again).unwrap().as_slice().len(), 256);
    let pem = full.to_pem() + &numbered(256).to_pem();
    assert_eq!(code(domain("wimse://example.com").with_ca_certificates_pem(&pem)), Err("trust.ca_too_many"));
    assert_eq!(code(domain("wimse://example.com").with_ca_certificates_pem(full.to_pem())), Ok(()));
}

#[test]
fn pem_texts() {
    let (one, two) = (ca("one", &key()), ca("two", &key()));
    let read = |pem: &str| {
        let domain = domain("wimse://example.com").with_ca_certificates_pem(pem);
        domain.map(|domain| domain.ca_certificates().as_slice().len()).map_err(|error| error.code())
    };
    let both = format!("# the roots\n{}\n{}", one.to_pem(), two.to_pem());
    assert_eq!(read(&both), Ok(2));
    assert_eq!(read(&both.replace('\n', "\r\n")), Ok(2));
    let private = key().to_pkcs8_pem().unwrap();
    assert_eq!(read(&(one.to_pem() + &private)), Ok(1));
    assert_eq!(read(&private), Err("trust.ca_encoding"));
    assert_eq!(read(""), Err("trust.ca_encoding"));
    assert_eq!(read(&one.to_pem()[..100]), Err("trust.ca_encoding"));
    assert_eq!(read(&" ".repeat(1024 * 1024 + 1)), Err("trust.ca_encoding"));
    let leaf = Draft::workload("one", "wimse://example.com/x", NOW);
    let signer = key();
    let leaf = CaCertificate::from_der(leaf.sign(&signer, &signer));
    assert_eq!(leaf.unwrap_err().code(), "ca.basic_constraints");
}

/// X509-SVID 6.
#[test]
fn a_spiffe_bundle() {
    let (one, two) = (ca("one", &key()), ca("two", &key()));
    let x5c = |ca: &CaCertificate| json!(STANDARD.encode(ca.der()));
    let entry = |chain: Value| json!({"use": "x509-svid", "kty": "EC", "crv": "P-256", "x5c": chain});
    let token = || {
        let mut jwk: Value = serde_json::from_str(&key().public_key().to_jwk()).unwrap();
        (jwk["use"], jwk["kid"]) = (json!("wit-svid"), json!("1"));
        jwk
    };
    let read = |keys: &[Value]| {
        let bundle = json!({"spiffe_sequence": 1, "keys": keys}).to_string();
        let document = KeyDocument::spiffe_bundle(bundle.as_bytes()).map_err(|error| error.code())?;
        Ok((document.ca_certificates().as_slice().len(), document.keys().len(), document.skipped().len()))
    };
    let good = entry(json!([x5c(&one)]));
    for (what, keys, expected) in [
        ("a CA", vec![good.clone()], Ok((1, 0, 0))),
        (
            "two CAs and a key for tokens",
            vec![good.clone(), token(), entry(json!([x5c(&two)]))],
            Ok((2, 1, 0)),
        ),
        ("a chain: the first counts", vec![entry(json!([x5c(&one), x5c(&two), "x"]))], Ok((1, 0, 0))),
        ("without x5c", vec![json!({"use": "x509-svid", "kty": "EC", "crv": "P-256"})], Ok((0, 0, 1))),
        ("an empty x5c", vec![entry(json!([]))], Ok((0, 0, 1))),
        (
            "another use",
            vec![json!({"use": "jwt-svid", "kty": "EC", "crv": "P-256", "x5c": [x5c(&one)]})],
            Ok((0, 0, 1)),
        ),
        (
            "a key type that is not ours",
            vec![json!({"use": "x509-svid", "kty": "RSA", "x5c": [x5c(&one)]})],
            Ok((1, 0, 0)),
        ),
        ("no base64", vec![entry(json!(["-"]))], Err("trust.ca_encoding")),
        (
            "base64url",
            vec![entry(json!([x5c(&one).as_str().unwrap().replace(['+', '/'], "_")]))],
            Err("trust.ca_encoding"),
        ),
        ("no strings", vec![entry(json!([1]))], Err("trust.ca_encoding")),
        ("no list", vec![entry(json!("x"))], Err("trust.ca_encoding")),
        ("no certificate", vec![entry(json!(["AAAA"]))], Err("trust.ca_encoding")),
    ] {
        assert_eq!(read(&keys), expected, "{what}");
    }
    let bundle = json!({"keys": [good, token()]}).to_string();
    let domain = domain("spiffe://example.com").with_spiffe_bundle(bundle.as_bytes()).unwrap();
    assert_eq!((domain.ca_certificates().as_slice(), domain.keys().len()), (&[one][..], 1));
    // As a JWK Set the same text has no CA: a JWK Set vouches for tokens.
    let keys = KeyDocument::jwk_set(bundle.as_bytes()).unwrap();
    assert!(keys.ca_certificates().as_slice().is_empty());
}
