//! Every algorithm of the build, by each backend that has it.
#![allow(clippy::unwrap_used, reason = "outside #[test] functions too, a test fails by a panic")]

mod signed;

use signed::{NOW, credential_of, request, signed_by, verifier};
use wimse_creds::key::{Algorithm, Backend, SigningKey};
use wimse_creds::pop::NoReplayGuard;
use wimse_wpt::ProofOptions;

#[test]
fn proofs_of_every_algorithm() {
    for algorithm in Algorithm::all() {
        let generated = SigningKey::generate(algorithm).unwrap();
        let other = SigningKey::generate(algorithm).unwrap();
        for backend in Backend::available().filter(|backend| backend.supports(algorithm)) {
            let key = SigningKey::from_jwk(&generated.to_private_jwk()).unwrap();
            let credential = credential_of("billing", key.with_backend(backend).unwrap());
            let good = signed_by(&credential, ProofOptions::default(), request());
            let peer = verifier().verify(&good, &NoReplayGuard, NOW).unwrap();
            assert_eq!(peer.identifier().as_str(), "wimse://example.com/billing", "{algorithm} by {backend}");

            // The same proof, signed by another key of the algorithm.
            let proof = good.headers()["authorization"].to_str().unwrap();
            let (input, _) = proof.strip_prefix("WPT ").unwrap().rsplit_once('.').unwrap();
            let made = base64url(&other.sign(input.as_bytes()).unwrap());
            let mut forged = good.clone();
            forged.headers_mut().insert("authorization", format!("WPT {input}.{made}").parse().unwrap());
            let refused = verifier().verify(&forged, &NoReplayGuard, NOW).unwrap_err();
            assert_eq!(refused.code(), "wpt.signature", "{algorithm}");
        }
    }
}

fn base64url(bytes: &[u8]) -> String {
    use base64::Engine as _;
    base64::engine::general_purpose::URL_SAFE_NO_PAD.encode(bytes)
}
