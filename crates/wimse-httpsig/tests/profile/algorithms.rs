//! Every algorithm of the build, by each backend that has it: requests, and the responses to them.

use super::exchange::{self, NOW, credential_of, expected, guard, nonce, post, response, verdict, verifier};
use wimse_creds::key::{Algorithm, Backend, SigningKey};
use wimse_httpsig::{Answer, RequestOptions, ResponseSigner, Signer};

#[test]
fn exchanges_of_every_algorithm() {
    for algorithm in Algorithm::all() {
        let generated = SigningKey::generate(algorithm).unwrap();
        for backend in Backend::available().filter(|backend| backend.supports(algorithm)) {
            let key =
                || SigningKey::from_jwk(&generated.to_private_jwk()).unwrap().with_backend(backend).unwrap();
            let (caller, callee) = (credential_of("billing", key()), credential_of("orders", key()));
            let options = RequestOptions::default().require_signed_response();
            let mut request = post("{}");
            let pending =
                Signer::with_options(&caller, options).sign(&mut request, b"{}", NOW, nonce(1)).unwrap();
            let inbound = verdict(&verifier(), &request).unwrap();
            let mut answer = response(200, "two cones");
            let signer = ResponseSigner::new(&callee);
            signer.sign(&inbound, &mut answer, b"two cones", NOW, nonce(2)).unwrap();
            let verified = |body: &[u8]| {
                let verifier = exchange::response_verifier();
                let verdict = pending.verify_response(&answer, body, &verifier, &expected(), &guard(), NOW);
                verdict.map_err(|error| error.code())
            };
            assert!(
                matches!(verified(b"two cones"), Ok(Answer::Authenticated(_))),
                "{algorithm} by {backend}"
            );
            assert_eq!(verified(b"ten cones").map(drop), Err("httpsig.digest_mismatch"));

            // Signed for another path by the same key.
            let path = |path: &str| {
                let mut moved = request.clone();
                *moved.uri_mut() = path.parse().unwrap();
                verdict(&verifier(), &moved).map(drop)
            };
            assert_eq!(path(exchange::TARGET), Ok(()));
            assert_eq!(path(&exchange::TARGET.replace("page=2", "page=3")), Err("httpsig.signature"));
        }
    }
}
