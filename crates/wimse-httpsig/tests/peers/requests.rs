//! Signed requests, with nothing of WIMSE in them.

use crate::case::{Case, LIFETIME, TAG, now};
use crate::change::Change;
use crate::ours::{judge_request, sign_request};
use crate::peer;
use http::{Response, StatusCode};
use wimse_creds::key::SigningKey;
use wimse_httpsig::message::{Component, SignatureInput};

#[test]
fn their_requests_verify_here() {
    Case::each(|loopback, peer, case| {
        let (authority, requests) = loopback.listen();
        let input = case.request_input(peer.package);
        peer.send(&case.request(&authority), Some(&peer::sign(&input, &case.key)), None);
        let request = requests.try_recv().unwrap();

        let key = case.key.public_key();
        assert_eq!(judge_request(&request, TAG, key), Ok(input), "{:?}", peer.package);
        for change in Change::all(case.has_content) {
            let changed = change.of_request(request.clone());
            assert_eq!(
                judge_request(&changed, TAG, key),
                Err(change.code()),
                "{change:?} {:?}",
                peer.package
            );
        }
    });
}

#[test]
fn our_requests_verify_there() {
    Case::each(|loopback, peer, case| {
        let verify = peer::verify(case.key.public_key(), TAG);
        let authority = peer.serve(Some(&verify), &peer::answer(&Response::default(), None));
        let input = case.request_input(peer.package);
        let (request, base) = sign_request(case.request(&authority), &input, &case.key);

        let response = loopback.send(request.clone());
        let seen = peer.seen();
        assert_eq!(seen["base"], base, "{:?} {seen}", peer.package);
        assert_eq!(seen["target"], request.uri().to_string());
        assert_eq!(response.status(), StatusCode::OK);
        for change in Change::all(case.has_content) {
            let response = loopback.send(change.of_request(request.clone()));
            let cause = change.cause(peer.package.invalid);
            assert_eq!(peer.seen()["refused"], cause, "{change:?} {:?}", peer.package);
            assert_eq!(response.status(), StatusCode::BAD_REQUEST);
        }
    });
}

/// An intermediary has signed first, with a key of its own.
#[test]
fn their_signature_stands_beside_another() {
    Case::each(|loopback, peer, case| {
        let (authority, requests) = loopback.listen();
        let (key, input) = intermediary(case);
        let (request, _) = sign_request(case.request(&authority), &input, &key);
        let own = case.request_input(peer.package);
        peer.send(&request, Some(&peer::sign(&own, &case.key)), None);
        let request = requests.try_recv().unwrap();

        assert_eq!(judge_request(&request, TAG, case.key.public_key()), Ok(own), "{:?}", peer.package);
        assert_eq!(
            judge_request(&request, "intermediary", key.public_key()),
            Ok(input),
            "{:?}",
            peer.package
        );
        let swapped = judge_request(&request, TAG, key.public_key());
        assert_eq!(swapped, Err("httpsig.signature"), "{:?}", peer.package);
    });
}

#[test]
fn our_signature_stands_beside_another() {
    Case::each(|loopback, peer, case| {
        let (key, other) = intermediary(case);
        let input = case.request_input(peer.package);
        let mut verify = peer::verify(case.key.public_key(), TAG);
        verify["label"] = input.label().into();
        let authority = peer.serve(Some(&verify), &peer::answer(&Response::default(), None));
        let (request, _) = sign_request(case.request(&authority), &other, &key);
        let (request, base) = sign_request(request, &input, &case.key);
        assert_eq!(loopback.send(request).status(), StatusCode::OK);
        assert_eq!(peer.seen()["base"], base, "{:?}", peer.package);

        // The twin: the intermediary in the place of the client.
        let (request, _) = sign_request(case.request(&authority), &input, &key);
        assert_eq!(loopback.send(request).status(), StatusCode::BAD_REQUEST);
        assert_eq!(peer.seen()["refused"], peer.package.invalid);
    });
}

/// The key of an intermediary, and what it signs.
fn intermediary(case: &Case) -> (SigningKey, SignatureInput) {
    let input = SignatureInput::builder("proxy").components([Component::METHOD, Component::PATH]);
    let input = input.created(now()).expires(now().plus(LIFETIME)).tag("intermediary").build().unwrap();
    (SigningKey::generate(case.key.algorithm()).unwrap(), input)
}
