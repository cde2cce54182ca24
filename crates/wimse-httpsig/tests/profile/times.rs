//! When a signature is good, and how often.

use crate::exchange::{self, GET, NOW, TAG, at, forge, get, guard, sign, verdict, verdict_at, verifier};
use http::Request;
use std::time::Duration;
use wimse_httpsig::message::{SignatureInputBuilder, TargetContext};

/// Decision 24.
#[test]
fn nonces_have_a_length_only_by_policy() {
    let short = |builder: SignatureInputBuilder| {
        let builder = builder.created(NOW).expires(at(60)).nonce("abcd1111").tag(TAG);
        builder.parameter("wimse-aud", "https://api.example.com/orders/7")
    };
    let request = forge(get(), &GET, short);
    assert!(verdict(&verifier(), &request).is_ok());
    assert!(verdict(&verifier().min_nonce_chars(8), &request).is_ok());
    assert_eq!(verdict(&verifier().min_nonce_chars(9), &request).unwrap_err(), "httpsig.nonce_too_short");
}

/// Decision 17: both ends, with 30 seconds of leeway, and at most 330 between them.
#[test]
fn times() {
    let between = |created: u64, expires: u64| {
        forge(get(), &GET, move |builder| {
            let builder = builder.created(at(created)).expires(at(expires)).nonce("AAAAAAAAAAA").tag(TAG);
            builder.parameter("wimse-aud", "https://api.example.com/orders/7")
        })
    };
    for (created, expires, seen, expected) in [
        (100, 160, 100, Ok(())),
        (100, 160, 70, Ok(())),
        (100, 160, 69, Err("httpsig.not_yet_valid")),
        (100, 160, 190, Ok(())),
        (100, 160, 191, Err("httpsig.expired")),
        (100, 100, 100, Ok(())),
        (100, 99, 100, Err("httpsig.expires_before_created")),
        (100, 430, 100, Ok(())),
        (100, 431, 100, Err("httpsig.lifetime_too_long")),
        (100, 431, 500, Err("httpsig.lifetime_too_long")),
    ] {
        let request = between(created, expires);
        let verdict = verdict_at(&verifier(), &request, at(seen)).map(|_| ());
        assert_eq!(verdict, expected, "{created} {expires} {seen}");
    }
    let strict = verifier().leeway(Duration::ZERO).max_lifetime(Duration::from_secs(60));
    let request = between(100, 160);
    for (seen, expected) in
        [(99, Err("httpsig.not_yet_valid")), (100, Ok(())), (160, Ok(())), (161, Err("httpsig.expired"))]
    {
        assert_eq!(verdict_at(&strict, &request, at(seen)).map(|_| ()), expected, "{seen}");
    }
    assert_eq!(verdict_at(&strict, &between(100, 161), at(100)).unwrap_err(), "httpsig.lifetime_too_long");
    let endless = verifier().leeway(Duration::MAX);
    assert_eq!(
        verdict_at(&endless, &request, at(461)).unwrap_err(),
        "httpsig.expired",
        "five minutes at most"
    );
}

/// A signature that a fast clock made, and that lives as long as it may, is remembered for as long as it is good.
#[test]
fn the_usual_guard_remembers_long_enough() {
    let request = forge(get(), &GET, |builder| {
        let builder = builder.created(at(30)).expires(at(360)).nonce("AAAAAAAAAAA").tag(TAG);
        builder.parameter("wimse-aud", "https://api.example.com/orders/7")
    });
    let (verifier, guard, target) = (verifier(), guard(), TargetContext::of_uri(request.uri()));
    assert!(verifier.verify(&request, &target, &guard, NOW).is_ok());
    for later in [0, 200, 390] {
        let refused = verifier.verify(&request, &target, &guard, at(later)).unwrap_err();
        assert_eq!(refused.code(), "httpsig.replayed", "{later}");
    }
    assert_eq!(verifier.verify(&request, &target, &guard, at(391)).unwrap_err().code(), "httpsig.expired");
}

/// SIG-3-37, decision 23.
#[test]
fn a_nonce_is_good_once_whoever_sends_it() {
    let (request, _) = sign(get());
    let (verifier, guard, target) = (verifier(), guard(), TargetContext::of_uri(request.uri()));
    let verify = |request: &Request<Vec<u8>>| {
        verifier.verify(request, &target, &guard, NOW).map(|_| ()).map_err(|error| error.code())
    };
    assert_eq!(verify(&request), Ok(()));
    assert_eq!(verify(&request), Err("httpsig.replayed"));
    let mut other = get();
    let other_workload =
        exchange::credential_of("other", exchange::key(wimse_creds::key::Algorithm::Ed25519, 9));
    let signer = wimse_httpsig::Signer::new(&other_workload);
    let _ = signer.sign(&mut other, b"", NOW, exchange::nonce(1)).unwrap();
    assert_eq!(verify(&other), Err("httpsig.replayed"));
    assert_eq!(guard.len(), 1);
}
