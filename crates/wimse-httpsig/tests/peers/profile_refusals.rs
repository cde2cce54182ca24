//! Messages that a peer has signed well, and that the WIMSE profile does not allow.

use crate::case::{Case, now};
use crate::peer;
use crate::profile::signed_request;
use crate::workloads::{CLIENT, Domain, SERVER, Signed};
use std::sync::Arc;
use wimse_creds::key::SigningKey;
use wimse_creds::pop::MemoryReplayGuard;
use wimse_httpsig::message::Component;
use wimse_httpsig::profile::{WIMSE_AUD, WIMSE_REQ_NONCE, WIMSE_SIGN_RESPONSE};
use wimse_httpsig::{ExpectedPeer, ResponseVerifier};

/// Each differs in one thing from the first, which is accepted.
#[test]
fn requests_that_others_sign_are_held_to_the_profile() {
    Case::each(|loopback, peer, case| {
        let domain = Domain::new();
        let good = Signed::request(case);
        let alg = case.algorithm_name();
        let minutes = |count: i64| now().as_secs() + count * 60;
        let signed = [
            (Ok(()), good.clone()),
            (Err("httpsig.unsigned"), good.with("tag", "example")),
            (Err("httpsig.keyid_forbidden"), good.with("keyid", "key-1")),
            (Err("httpsig.alg_forbidden"), good.with("alg", alg)),
            (Err("httpsig.wimse_req_nonce_forbidden"), good.with(WIMSE_REQ_NONCE, "0123456789abcdef")),
            (Err("httpsig.created_missing"), good.without("created")),
            (Err("httpsig.expires_missing"), good.without("expires")),
            (Err("httpsig.nonce_missing"), good.without("nonce")),
            (Err("httpsig.wimse_aud_missing"), good.without(WIMSE_AUD)),
            (Err("httpsig.wimse_aud_malformed"), good.with(WIMSE_AUD, 1)),
            (Err("httpsig.wimse_sign_response_malformed"), good.with(WIMSE_SIGN_RESPONSE, "?1")),
            (Err("httpsig.not_covered"), good.not_covering(&Component::QUERY)),
            (Err("httpsig.audience_mismatch"), good.with(WIMSE_AUD, "https://api.example.com/refunds")),
            (Err("httpsig.lifetime_too_long"), good.with("expires", minutes(60))),
            (Err("httpsig.not_yet_valid"), good.with("created", minutes(2)).with("expires", minutes(3))),
            (Err("httpsig.expired"), good.with("created", minutes(-3)).with("expires", minutes(-2))),
        ];
        let thief = SigningKey::generate(case.key.algorithm()).unwrap();
        let signed = signed.iter().map(|(expected, signed)| (*expected, signed, &case.key));
        let (authority, requests) = loopback.listen();
        for (expected, signed, key) in signed.chain([(Err("httpsig.signature"), &good, &thief)]) {
            let request = domain.request(case, &authority);
            peer.send(&request, Some(&peer::sign(&signed.input(), key)), None);
            let judged = domain.judge(&requests.try_recv().unwrap()).map(drop);
            assert_eq!(judged, expected, "{} {:?}", signed.input(), peer.package);
        }
    });
}

/// Each differs in one thing from the first, which is accepted.
#[test]
fn responses_that_others_sign_are_held_to_the_profile() {
    Case::each(|loopback, peer, case| {
        let domain = Domain::new();
        let client = domain.credential(CLIENT, case);
        let verifier = ResponseVerifier::new(Arc::clone(&domain.wits));
        let expected_peer = ExpectedPeer::Workload(SERVER.parse().unwrap());

        let good = Signed::response(case);
        let thief = SigningKey::generate(case.key.algorithm()).unwrap();
        let sign = |signed: &Signed| peer::sign(&signed.input(), &case.key);
        let path = Component::PATH.req();
        let signed = [
            (Ok(true), sign(&good), "nonce"),
            (Err("httpsig.req_nonce_mismatch"), sign(&good), "tag"),
            (Err("httpsig.response_unsigned"), sign(&good.with("tag", "example")), "nonce"),
            (Err("httpsig.keyid_forbidden"), sign(&good.with("keyid", "key-1")), "nonce"),
            (Err("httpsig.wimse_aud_forbidden"), sign(&good.with(WIMSE_AUD, "client")), "nonce"),
            (Err("httpsig.nonce_missing"), sign(&good.without("nonce")), "nonce"),
            (Err("httpsig.not_covered"), sign(&good.not_covering(&path)), "nonce"),
            (Err("httpsig.signature"), peer::sign(&good.input(), &thief), "nonce"),
        ];
        for (expected, mut sign, copied) in signed {
            sign["copied"][WIMSE_REQ_NONCE] = copied.into();
            let authority = peer.serve(
                Some(&peer::verify(client.public_key(), wimse_httpsig::profile::TAG)),
                &peer::answer(&domain.response(case), Some(&sign)),
            );
            let (pending, request) = signed_request(&client, case.request(&authority));
            let response = loopback.send(request);
            let (content, guard) = (response.body(), MemoryReplayGuard::new(1));
            let answer =
                pending.verify_response(&response, content, &verifier, &expected_peer, &guard, now());
            let judged = answer.map(|answer| answer.peer().is_some()).map_err(|error| error.code());
            assert_eq!(judged, expected, "{sign} {:?}", peer.package);
        }
    });
}
