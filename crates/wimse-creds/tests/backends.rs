//! Backends as values: who signs and who verifies, and that all of them accept what each of them makes.
#![allow(clippy::unwrap_used, reason = "outside #[test] functions too, a test fails by a panic")]

mod issued;

use issued::{DOMAIN, NOW, claims_for, domain, issuer_key, key, workload_key};
use wimse_creds::key::{Algorithm, AnchorKey, Backend, PublicKey, SigningKey};
use wimse_creds::pop::binding::Binding;
use wimse_creds::trust::{DomainAnchors, TrustAnchors};
use wimse_creds::{WitPolicy, WitVerifier};

fn those_with(algorithm: Algorithm) -> Vec<Backend> {
    Backend::available().filter(|backend| backend.supports(algorithm)).collect()
}

#[test]
fn what_one_backend_signs_all_of_them_verify() {
    for algorithm in Algorithm::all() {
        for signer in those_with(algorithm) {
            let private = key(algorithm, 1).with_backend(signer).unwrap();
            assert_eq!(private.backend(), signer);
            let (message, mut signature) = (b"message", private.sign(b"message").unwrap());
            assert_eq!(signature.len(), private.public_key().signature_bytes(), "{algorithm} by {signer}");
            for verifier in those_with(algorithm) {
                let public = private.public_key().with_backend(verifier).unwrap();
                assert_eq!(public.backend(), verifier);
                assert_eq!(public, *private.public_key());
                assert_eq!(public.verify(message, &signature), Ok(()), "{algorithm}: {signer}, {verifier}");
                assert_eq!(public.verify(b"massage", &signature).unwrap_err().code(), "key.signature");
            }
            *signature.last_mut().unwrap() ^= 1;
            for verifier in those_with(algorithm) {
                let public = private.public_key().with_backend(verifier).unwrap();
                assert_eq!(public.verify(message, &signature).unwrap_err().code(), "key.signature");
            }
        }
    }
}

/// RFC 6979 and RFC 8032.
#[test]
fn pure_is_reproducible() {
    for algorithm in Algorithm::all().filter(|algorithm| Backend::Pure.supports(*algorithm)) {
        let private = key(algorithm, 1).with_backend(Backend::Pure).unwrap();
        assert_eq!(private.sign(b"message").unwrap(), private.sign(b"message").unwrap(), "{algorithm}");
    }
}

#[test]
fn a_backend_that_is_not_there() {
    for algorithm in Algorithm::all() {
        for backend in [Backend::Pure, Backend::AwsLc, Backend::Josekit] {
            let moved = key(algorithm, 1).with_backend(backend).map(|key| key.backend());
            let public = key(algorithm, 1).public_key().with_backend(backend).map(|key| key.backend());
            let anchor = AnchorKey::from(key(algorithm, 1).public_key().clone()).with_backend(backend);
            if backend.supports(algorithm) {
                assert_eq!((moved.unwrap(), public.unwrap()), (backend, backend));
                assert!(anchor.is_ok());
            } else {
                assert_eq!(moved.unwrap_err().code(), "key.no_backend", "{algorithm} by {backend}");
                assert_eq!(public.unwrap_err().code(), "key.no_backend");
                assert_eq!(anchor.unwrap_err().code(), "key.no_backend");
            }
        }
    }
}

/// A key id and a secret go along.
#[test]
fn a_key_that_moves_stays_the_same() {
    for algorithm in Algorithm::all() {
        let before = key(algorithm, 1).with_key_id("one");
        let jwk = before.to_private_jwk();
        for backend in those_with(algorithm) {
            let moved = SigningKey::from_jwk(&jwk).unwrap().with_backend(backend).unwrap();
            assert_eq!(*moved.to_private_jwk(), *jwk);
            let public = before.public_key().with_backend(backend).unwrap();
            assert_eq!(public.to_jwk(), before.public_key().to_jwk());
        }
    }
}

#[test]
fn a_verifier_of_one_backend() {
    for (issuer, workload) in
        Algorithm::all().flat_map(|issuer| Algorithm::all().map(move |workload| (issuer, workload)))
    {
        let (issuer, workload) = (issuer_key(issuer), workload_key(workload));
        let wit = claims_for(&workload).sign(&issuer).unwrap();
        let both = |backend: &Backend| {
            backend.supports(issuer.algorithm()) && backend.supports(workload.algorithm())
        };
        for backend in Backend::available().filter(both) {
            let anchors = domain(DOMAIN, &issuer).with_backend(backend).unwrap();
            let chosen = anchors.keys()[0].algorithms().next().unwrap();
            assert_eq!(anchors.select(None, chosen).unwrap().backend(), backend);
            let anchors = TrustAnchors::none().with(anchors).unwrap();
            let verifier = WitVerifier::new(anchors, WitPolicy::default().backend(backend));
            let verified = verifier.verify(wit.as_str(), NOW).unwrap();
            assert_eq!(verified.confirmation_key().backend(), backend);
            let proof = workload.sign(b"proof").unwrap();
            assert!(verified.prove_possession(Binding::WorkloadProofToken, b"proof", &proof).is_ok());
            assert!(verified.prove_possession(Binding::WorkloadProofToken, b"prof", &proof).is_err());
        }
    }
}

/// Keys that are added after the choice are of it, too.
#[test]
fn anchors_of_one_backend() {
    let backend = those_with(Algorithm::Es256)[0];
    let anchors = DomainAnchors::new(DOMAIN.parse().unwrap()).with_backend(backend).unwrap();
    let anchors = anchors.with_key(key(Algorithm::Es256, 1).public_key().clone()).unwrap();
    assert_eq!(anchors.select(None, Algorithm::Es256).unwrap().backend(), backend);
    if let Some(absent) = [Backend::Pure, Backend::AwsLc, Backend::Josekit]
        .into_iter()
        .find(|it| !it.supports(Algorithm::Es256))
    {
        assert_eq!(anchors.with_backend(absent).unwrap_err().code(), "trust.key_no_backend");
    }
}

#[test]
fn the_fastest_is_chosen() {
    let preferred =
        |order: [Backend; 3]| order.into_iter().find(|it| it.supports(Algorithm::Ed25519)).unwrap();
    let ed25519 = key(Algorithm::Ed25519, 1);
    assert_eq!(ed25519.backend(), preferred([Backend::AwsLc, Backend::Pure, Backend::Josekit]));
    let read = PublicKey::from_jwk(&ed25519.public_key().to_jwk()).unwrap();
    assert_eq!(read.backend(), preferred([Backend::Pure, Backend::AwsLc, Backend::Josekit]));
    let es256 = key(Algorithm::Es256, 1);
    let fastest = preferred([Backend::AwsLc, Backend::Josekit, Backend::Pure]);
    assert_eq!((es256.backend(), es256.public_key().backend()), (fastest, fastest));
}

/// A key that the backend of the policy cannot use is refused, and explained, alike.
#[test]
fn a_policy_of_a_backend_without_the_algorithm() {
    let missing = Algorithm::all().find(|algorithm| !Backend::Pure.supports(*algorithm));
    let (true, Some(missing)) = (Backend::Pure.supports(Algorithm::Es256), missing) else { return };
    let issuer = issuer_key(Algorithm::Es256);
    let anchors = || TrustAnchors::none().with(domain(DOMAIN, &issuer)).unwrap();
    let verifier = WitVerifier::new(anchors(), WitPolicy::default().backend(Backend::Pure));
    for (algorithm, code) in [(Algorithm::Es256, None), (missing, Some("wit.cnf_no_backend"))] {
        let wit = claims_for(&workload_key(algorithm)).sign(&issuer).unwrap();
        assert_eq!(verifier.verify(wit.as_str(), NOW).err().map(|error| error.code()), code);
        let explanation = verifier.explain(wit.as_str(), NOW);
        assert_eq!(explanation.first_refusal().and_then(|finding| finding.code()), code);
    }
}
