//! Keys, anchors and tokens that the tests share.
#![allow(dead_code, reason = "no test file uses all of it")]

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use std::time::Duration;
use wimse_creds::key::{Algorithm, SigningKey};
use wimse_creds::trust::{DomainAnchors, TrustAnchors};
use wimse_creds::{UnixTime, Validity, WitClaims, WitPolicy, WitVerifier};

pub(crate) const NOW: UnixTime = UnixTime::from_secs(1_745_508_910);
pub(crate) const HOUR: Duration = Duration::from_secs(3600);
pub(crate) const DOMAIN: &str = "wimse://example.com";

pub(crate) fn at(seconds: i64) -> UnixTime {
    let distance = Duration::from_secs(seconds.unsigned_abs());
    if seconds < 0 { NOW.minus(distance) } else { NOW.plus(distance) }
}

/// A key that is the same in every run, by a number.
pub(crate) fn key(algorithm: Algorithm, number: u8) -> SigningKey {
    key_of(algorithm, [number; 32]).unwrap()
}

/// The key of a secret, which is repeated where it has to be longer. `None` if that is no key.
pub(crate) fn key_of(algorithm: Algorithm, secret: [u8; 32]) -> Option<SigningKey> {
    // PKCS#8 around a seed, or around an RFC 5915 key without its public half.
    let (head, bytes) = match algorithm {
        Algorithm::Ed25519 | Algorithm::EdDsa => ("302e020100300506032b657004220420", 32),
        Algorithm::Es256 => ("3041020100301306072a8648ce3d020106082a8648ce3d030107042730250201010420", 32),
        Algorithm::Es384 => ("304e020100301006072a8648ce3d020106052b81040022043730350201010430", 48),
        Algorithm::Es512 => ("3060020100301006072a8648ce3d020106052b8104002304493047020101044200", 65),
        _ => return Some(rsa_key(algorithm, secret[0])),
    };
    let mut der: Vec<u8> =
        (0..head.len()).step_by(2).map(|at| u8::from_str_radix(&head[at..at + 2], 16).unwrap()).collect();
    der.extend(secret.iter().cycle().take(bytes));
    SigningKey::from_pkcs8_der(algorithm, &der).ok()
}

fn rsa_key(algorithm: Algorithm, number: u8) -> SigningKey {
    let pem = match number {
        1 => include_str!("../data/rsa-1.pem"),
        2 => include_str!("../data/rsa-2.pem"),
        _ => include_str!("../data/rsa-3.pem"),
    };
    SigningKey::from_pkcs8_pem(algorithm, pem).unwrap()
}

pub(crate) fn issuer_key(algorithm: Algorithm) -> SigningKey {
    key(algorithm, 1).with_key_id("issuer-1")
}

pub(crate) fn workload_key(algorithm: Algorithm) -> SigningKey {
    key(algorithm, 2)
}

/// `wimse://example.com/billing`, an Ed25519 workload key, an hour from now.
pub(crate) fn claims() -> WitClaims {
    claims_for(&workload_key(Algorithm::Ed25519))
}

pub(crate) fn claims_for(workload: &SigningKey) -> WitClaims {
    let subject = format!("{DOMAIN}/billing").parse().unwrap();
    WitClaims::new(subject, workload.public_key(), Validity::starting(NOW, HOUR)).token_id("1")
}

/// The anchors of one origin with one issuer key.
pub(crate) fn domain(origin: &str, issuer: &SigningKey) -> DomainAnchors {
    DomainAnchors::new(origin.parse().unwrap()).with_key(issuer.public_key().clone()).unwrap()
}

pub(crate) fn verifier(issuer: &SigningKey) -> WitVerifier {
    let anchors = TrustAnchors::none().with(domain(DOMAIN, issuer)).unwrap();
    WitVerifier::new(anchors, WitPolicy::default())
}

/// A token with any header and claims, signed.
pub(crate) fn token(header: &str, claims: &str, key: &SigningKey) -> String {
    let input = format!("{}.{}", URL_SAFE_NO_PAD.encode(header), URL_SAFE_NO_PAD.encode(claims));
    let signature = URL_SAFE_NO_PAD.encode(key.sign(input.as_bytes()).unwrap());
    format!("{input}.{signature}")
}
