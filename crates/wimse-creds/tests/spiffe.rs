//! Certificates of go-spiffe, judged as their names say.
//!
//! They are read from the folder `WIMSE_VECTORS` and skipped without it.
#![cfg(all(feature = "wic", any(feature = "aws-lc", feature = "josekit", feature = "pure")))]
#![allow(clippy::unwrap_used, reason = "outside #[test] functions too, a test fails by a panic")]

#[allow(dead_code, reason = "there is no JSON here")]
mod support;

use wimse_creds::UnixTime;
use wimse_creds::key::Algorithm;
use wimse_creds::trust::{DomainAnchors, TrustAnchors};
use wimse_creds::wic::{
    CaCertificate, Purpose, WicCredential, WicPolicy, WicVerifier, WorkloadIdentityCertificate,
};

/// What is wrong with a leaf is found by reading it; what is wrong with an intermediate CA, when it is to vouch.
#[test]
fn certificates() {
    let Some(folder) = support::vectors() else { return };
    let folder = folder.join("spiffe/go-spiffe/x509svid");
    let read = |name: &str| std::fs::read(folder.join(name)).unwrap();
    for (name, expected) in [
        ("good-leaf-only.pem", Ok(1)),
        ("good-leaf-and-intermediate.pem", Ok(2)),
        ("good-cert-and-key.pem", Ok(1)),
        ("good-key-and-cert.pem", Ok(1)),
        ("wrong-leaf-ca-true.pem", Err("wic.ca_as_leaf")),
        ("wrong-leaf-cert-sign.pem", Err("wic.key_usage")),
        ("wrong-leaf-crl-sign.pem", Err("wic.key_usage")),
        ("wrong-leaf-no-digital-signature.pem", Err("wic.key_usage")),
        ("wrong-leaf-empty-id.pem", Err("wic.uri_missing")),
        ("corrupt-cert.pem", Err("wic.encoding")),
        ("corrupt-key.pem", Err("wic.empty")),
        ("key-pkcs8-ecdsa.pem", Err("wic.empty")),
        ("key-pkcs8-rsa.pem", Err("wic.empty")),
        ("not-pem", Err("wic.empty")),
    ] {
        let found = WorkloadIdentityCertificate::from_pem(read(name));
        if let Ok(wic) = &found {
            assert_eq!(wic.claimed_identifier().as_str(), "spiffe://example.org/workload-1", "{name}");
        }
        assert_eq!(found.map(|wic| wic.chain().len()).map_err(|error| error.code()), expected, "{name}");
    }
    for (name, expected) in [
        ("good-leaf-and-intermediate.pem", Ok(())),
        ("wrong-intermediate-no-ca.pem", Err("ca.basic_constraints")),
        ("wrong-intermediate-no-key-cert-sign.pem", Err("ca.key_usage")),
    ] {
        let wic = WorkloadIdentityCertificate::from_pem(read(name)).unwrap();
        let intermediate = CaCertificate::from_der(wic.chain()[1].clone());
        assert_eq!(intermediate.map(drop).map_err(|error| error.code()), expected, "{name}");
    }
}

/// The intermediate CA of the good chain has signed the leaf, with ES384, in March 2020.
#[test]
fn a_chain() {
    let Some(folder) = support::vectors() else { return };
    let pem = std::fs::read(folder.join("spiffe/go-spiffe/x509svid/good-leaf-and-intermediate.pem")).unwrap();
    let wic = WorkloadIdentityCertificate::from_pem(pem).unwrap();
    let intermediate = CaCertificate::from_der(wic.chain()[1].clone()).unwrap();
    let domain = DomainAnchors::new("spiffe://example.org".parse().unwrap());
    let anchors = TrustAnchors::none().with(domain.with_ca_certificate(intermediate).unwrap()).unwrap();
    let verifier = WicVerifier::new(anchors, WicPolicy::default());
    let judge = |now| {
        let verified = verifier.verify(&wic.chain()[..1], Purpose::ServerAuth, UnixTime::from_secs(now));
        verified.map(|wic| wic.identifier().to_string()).map_err(|error| error.code())
    };
    let known = Algorithm::all().any(|algorithm| algorithm.name() == "ES384");
    let accepted =
        if known { Ok("spiffe://example.org/workload-1".to_owned()) } else { Err("wic.alg_unsupported") };
    assert_eq!(judge(1_585_060_000), accepted);
    assert_eq!(judge(1_745_508_910), Err("wic.expired"));
}

/// A pair is a pair in any order, and expired since 2020.
#[test]
fn credentials() {
    let Some(folder) = support::vectors() else { return };
    let folder = folder.join("spiffe/go-spiffe/x509svid");
    let read = |name: &str| std::fs::read(folder.join(name)).unwrap();
    for name in ["good-cert-and-key.pem", "good-key-and-cert.pem"] {
        let credential = WicCredential::from_pem(read(name), read(name)).unwrap();
        let validity = credential.wic().claimed_validity();
        assert_eq!(validity.end(), UnixTime::from_secs(1_585_062_832), "{name}");
        assert!(credential.check_usable(UnixTime::from_secs(1_585_062_831)).is_ok());
        assert_eq!(credential.check_usable(validity.end()).unwrap_err().code(), "credential.expired");
    }
    let with_key = |name| WicCredential::from_pem(read(name), read("key-pkcs8-ecdsa.pem"));
    assert!(with_key("good-leaf-and-intermediate.pem").is_ok());
    assert_eq!(with_key("good-cert-and-key.pem").unwrap_err().code(), "credential.key_mismatch");
    let corrupt = WicCredential::from_pem(read("good-leaf-and-intermediate.pem"), read("corrupt-key.pem"));
    assert_eq!(corrupt.unwrap_err().code(), "credential.key_encoding");
}
