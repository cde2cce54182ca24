//! Decision 28: a Workload Proof Token and a signature on one request, with the same WIT.

use crate::exchange::{BASE, NOW, billing, credential_of, guard, key, nonce, post, verdict, verifier, wits};
use http::Request;
use wimse_creds::key::Algorithm;
use wimse_creds::pop::binding::Binding;
use wimse_creds::pop::{Audience, AuthenticatedPeer, ReplayGuard, WitCredential};
use wimse_httpsig::message::TargetContext;
use wimse_httpsig::{Inbound, Signer};
use wimse_wpt::Prover;

/// The token first: its `Authorization` is then covered by the signature.
fn proven_twice(credential: &WitCredential) -> Request<Vec<u8>> {
    let mut request = post("{}");
    Prover::new(credential).attach(&mut request, NOW, nonce(1)).unwrap();
    sign(credential, request)
}

fn sign(credential: &WitCredential, mut request: Request<Vec<u8>>) -> Request<Vec<u8>> {
    let content = request.body().clone();
    let _pending = Signer::new(credential).sign(&mut request, &content, NOW, nonce(2)).unwrap();
    request
}

/// What decision 28 asks of a service that wants both: check both, see that they are of one WIT, then admit both.
fn both(
    request: &Request<Vec<u8>>,
    guard: &dyn ReplayGuard,
) -> Result<(AuthenticatedPeer, Inbound), &'static str> {
    let target = TargetContext::of_uri(request.uri());
    let (parts, ()) = request.clone().map(|_| ()).into_parts();
    let tokens = wimse_wpt::Verifier::new(wits(), Audience::base(BASE).unwrap());
    let token = tokens.check(request, NOW).map_err(|error| error.code())?;
    let head = verifier().check_head(&parts, &target, NOW).map_err(|error| error.code())?;
    let signature = head.body(request.body()).map_err(|error| error.code())?;
    let peer = token.admit(guard, NOW).map_err(|error| error.code())?;
    let inbound = signature.admit(guard, NOW).map_err(|error| error.code())?;
    Ok((peer, inbound))
}

#[test]
fn both_are_good_and_of_one_wit() {
    for key in [key(Algorithm::Ed25519, 2), key(Algorithm::Es256, 4)] {
        let credential = credential_of("billing", key);
        let request = proven_twice(&credential);
        let (peer, inbound) = both(&request, &guard()).unwrap();
        assert_eq!(peer.binding(), Binding::WorkloadProofToken);
        assert_eq!(inbound.peer().binding(), Binding::HttpSignature);
        assert_eq!(peer.identifier(), inbound.peer().identifier());
        assert_eq!(peer.token().unwrap().as_str(), inbound.peer().token().unwrap().as_str());
        assert_eq!(peer.token().unwrap().as_str(), credential.wit().as_str());
        assert!(inbound.peer().covers("authorization") && inbound.peer().covers("workload-identity-token"));
    }
}

/// One of them is bad, and the other is good for itself: nothing is remembered, and the request as it was is admitted.
#[test]
fn a_failing_one_burns_nothing() {
    let guard = guard();
    let good = proven_twice(&billing());

    let mut changed = good.clone();
    changed.body_mut().push(b' ');
    let only_token = |request: &Request<Vec<u8>>| {
        let tokens = wimse_wpt::Verifier::new(wits(), Audience::base(BASE).unwrap());
        tokens.check(request, NOW).map(|_| ()).map_err(|error| error.code())
    };
    assert_eq!(only_token(&changed), Ok(()));
    assert_eq!(both(&changed, &guard).map(|_| ()), Err("httpsig.digest_mismatch"));

    // The token is for another WIT of the same key, and the signature covers it as it is.
    let refunds = credential_of("refunds", key(Algorithm::Ed25519, 2));
    let mut lent = post("{}");
    Prover::new(&refunds).attach(&mut lent, NOW, nonce(1)).unwrap();
    lent.headers_mut().remove("workload-identity-token");
    let lent = sign(&billing(), lent);
    assert!(verdict(&verifier(), &lent).is_ok());
    assert_eq!(both(&lent, &guard).map(|_| ()), Err("wpt.wth_mismatch"));

    // The signature was there first, and does not cover the token.
    let mut late = sign(&billing(), post("{}"));
    late.headers_mut().insert("authorization", good.headers()["authorization"].clone());
    assert_eq!(only_token(&late), Ok(()));
    assert_eq!(both(&late, &guard).map(|_| ()), Err("httpsig.not_covered"));

    assert!(guard.is_empty());
    assert!(both(&good, &guard).is_ok());
    assert_eq!(both(&good, &guard).map(|_| ()), Err("replay.replayed"));
}
