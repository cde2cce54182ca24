//! Keys, WITs and verifiers that the tests share.
#![allow(dead_code, reason = "no test file uses all of it")]

use http::Request;
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};
use std::time::Duration;
use wimse_creds::key::{Algorithm, SigningKey};
use wimse_creds::pop::{Audience, Nonce, WitCredential};
use wimse_creds::trust::{DomainAnchors, TrustAnchors};
use wimse_creds::{UnixTime, Validity, WitClaims, WitPolicy, WitVerifier, WorkloadIdentityToken};
use wimse_wpt::{ProofOptions, Prover, Verifier};

pub(crate) const NOW: UnixTime = UnixTime::from_secs(1_745_508_910);
pub(crate) const HOUR: Duration = Duration::from_secs(3600);
pub(crate) const BASE: &str = "https://api.example.com";
pub(crate) const TARGET: &str = "https://api.example.com/orders?page=2";

pub(crate) fn at(seconds: u64) -> UnixTime {
    NOW.plus(Duration::from_secs(seconds))
}

/// A key that is the same in every run, by a number.
pub(crate) fn key(algorithm: Algorithm, number: u8) -> SigningKey {
    let head: &[u8] = match algorithm {
        // PKCS#8 around an RFC 5915 key without its public half.
        Algorithm::Es256 => {
            b"\x30\x41\x02\x01\x00\x30\x13\x06\x07\x2a\x86\x48\xce\x3d\x02\x01\x06\x08\x2a\x86\x48\xce\x3d\x03\x01\x07\x04\x27\x30\x25\x02\x01\x01\x04\x20"
        }
        _ => b"\x30\x2e\x02\x01\x00\x30\x05\x06\x03\x2b\x65\x70\x04\x22\x04\x20",
    };
    SigningKey::from_pkcs8_der(algorithm, &[head, &[number; 32]].concat()).unwrap()
}

pub(crate) fn issuer() -> SigningKey {
    key(Algorithm::Es256, 1)
}

/// The WIT and key of `wimse://example.com/{name}`: the same WIT each time, also where signatures are randomised.
pub(crate) fn credential_of(name: &str, key: SigningKey) -> WitCredential {
    static WITS: Mutex<BTreeMap<String, WorkloadIdentityToken>> = Mutex::new(BTreeMap::new());
    let mut wits = WITS.lock().unwrap();
    let wit = wits.entry(format!("{name} {}", key.public_key().to_jwk())).or_insert_with(|| {
        let subject = format!("wimse://example.com/{name}").parse().unwrap();
        let claims = WitClaims::new(subject, key.public_key(), Validity::starting(NOW, HOUR));
        claims.sign(&issuer()).unwrap()
    });
    WitCredential::new(wit.clone(), key).unwrap()
}

pub(crate) fn credential() -> WitCredential {
    credential_of("billing", key(Algorithm::Ed25519, 2))
}

pub(crate) fn wits() -> Arc<WitVerifier> {
    let domain = DomainAnchors::new("wimse://example.com".parse().unwrap());
    let domain = domain.with_key(issuer().public_key().clone()).unwrap();
    Arc::new(WitVerifier::new(TrustAnchors::none().with(domain).unwrap(), WitPolicy::default()))
}

pub(crate) fn verifier() -> Verifier {
    verifier_for(Audience::base(BASE).unwrap())
}

pub(crate) fn verifier_for(audience: Audience) -> Verifier {
    Verifier::new(wits(), audience)
}

pub(crate) fn request() -> Request<()> {
    Request::post(TARGET).body(()).unwrap()
}

pub(crate) fn nonce(number: u8) -> Nonce {
    Nonce::from_bytes([number; 16])
}

/// A request with everything attached.
pub(crate) fn signed() -> Request<()> {
    signed_by(&credential(), ProofOptions::default(), request())
}

pub(crate) fn signed_by(
    credential: &WitCredential,
    options: ProofOptions,
    mut request: Request<()>,
) -> Request<()> {
    Prover::with_options(credential, options).attach(&mut request, NOW, nonce(1)).unwrap();
    request
}
