//! Responses: who may have answered, and which request.

use crate::exchange::{
    self, NOW, at, billing, credential_of, expected, get, guard, key, nonce, orders, post, response,
    response_verifier, sign_with, verifier,
};
use crate::response::{answer, arrived, code, required, set, signed};
use http::{Method, Request, Response};
use wimse_creds::key::Algorithm;
use wimse_creds::pop::{MemoryReplayGuard, NoReplayGuard};
use wimse_httpsig::message::TargetContext;
use wimse_httpsig::{
    ExpectedPeer, Inbound, PendingExchange, RequestOptions, ResponseHead, ResponseOptions, ResponseSigner,
    ResponseSigning, Signer, problem,
};
use wimse_identifier::{ExternalHandle, IdentifierSet, IdentityMap};

/// SIG-3.5-8: between two clients, and between two requests of one.
#[test]
fn responses_cannot_be_swapped() {
    let (first, first_inbound) = arrived(get(), required());
    let mut request = get();
    let other = credential_of("other", key(Algorithm::Ed25519, 9));
    let signer = Signer::new(&other).require_signed_response();
    let second = signer.sign(&mut request, b"", NOW, nonce(7)).unwrap();
    let target = TargetContext::of_uri(request.uri());
    let second_inbound = verifier().verify(&request, &target, &guard(), NOW).unwrap();

    let (to_first, to_second) =
        (signed(&first_inbound, response(200, "a")), signed(&second_inbound, response(200, "b")));
    assert_eq!(code(&first, &to_first), Ok(true));
    assert_eq!(code(&second, &to_second), Ok(true));
    assert_eq!(code(&first, &to_second), Err("httpsig.req_nonce_mismatch"));
    assert_eq!(code(&second, &to_first), Err("httpsig.req_nonce_mismatch"));
}

/// The nonce alone is not enough: method, path and query are those of the request.
#[test]
fn a_response_is_for_its_request() {
    let (pending, _) = arrived(get(), required());
    for uri in ["https://api.example.com/orders/7?page=3", "https://api.example.com/orders/7"] {
        let (_, other) = arrived(Request::get(uri).body(Vec::new()).unwrap(), required());
        assert_eq!(code(&pending, &signed(&other, response(200, ""))), Err("httpsig.signature"), "{uri}");
    }
    let (_, other) = arrived(Request::delete(exchange::TARGET).body(Vec::new()).unwrap(), required());
    assert_eq!(code(&pending, &signed(&other, response(200, ""))), Err("httpsig.signature"));
}

/// Decision 42.
#[test]
fn only_the_expected_workload_may_answer() {
    let (pending, inbound) = arrived(get(), required());
    let good = signed(&inbound, response(200, ""));
    let verdict = |expected: &ExpectedPeer, response: &Response<Vec<u8>>| {
        let verifier = response_verifier();
        let answer = pending.verify_response(response, b"", &verifier, expected, &NoReplayGuard, NOW);
        answer.map(|_| ()).map_err(|error| error.code())
    };
    let map = |handle: &str, name: &str| {
        let mut map = IdentityMap::new();
        let identifier = format!("wimse://example.com/{name}").parse().unwrap();
        map.insert(ExternalHandle::dns_name(handle).unwrap(), identifier).unwrap();
        ExpectedPeer::Mapped { map, handle: ExternalHandle::dns_name("api.example.com").unwrap() }
    };
    let set = |name: &str| {
        let identifier = format!("wimse://example.com/{name}").parse().unwrap();
        ExpectedPeer::OneOf(IdentifierSet::exactly([identifier]))
    };
    let origin = IdentifierSet::members_of(["wimse://example.com".parse().unwrap()]);
    for (expected, verdict_expected) in [
        (expected(), Ok(())),
        (
            "wimse://example.com/billing".parse::<wimse_identifier::WorkloadIdentifier>().unwrap().into(),
            Err("httpsig.peer_unexpected"),
        ),
        (set("orders"), Ok(())),
        (set("billing"), Err("httpsig.peer_unexpected")),
        (ExpectedPeer::OneOf(IdentifierSet::none()), Err("httpsig.peer_unexpected")),
        (ExpectedPeer::OneOf(origin), Ok(())),
        (map("api.example.com", "orders"), Ok(())),
        (map("api.example.com", "billing"), Err("httpsig.peer_unexpected")),
        (map("other.example.com", "orders"), Err("httpsig.peer_unexpected")),
        (ExpectedPeer::AnyTrustedWorkload, Ok(())),
    ] {
        assert_eq!(verdict(&expected, &good), verdict_expected, "{expected:?}");
    }
    // The caller's own WIT and key are no better than those of anybody else.
    let mut reflected = response(200, "");
    inbound.sign_response(&mut reflected, b"", &billing(), NOW, nonce(2)).unwrap();
    assert_eq!(verdict(&expected(), &reflected), Err("httpsig.peer_unexpected"));
}

/// Decision 53.
#[test]
fn a_client_can_demand_more_of_the_request() {
    let wit = || response_verifier().require_request_wit();
    let digest = || response_verifier().require_request_digest();
    let more = |options: ResponseOptions, inbound: &Inbound| {
        let mut response = response(200, "");
        let credential = orders();
        let signer = ResponseSigner::with_options(&credential, options);
        signer.sign(inbound, &mut response, b"", NOW, nonce(2)).unwrap();
        response
    };
    for request in [get(), post("{}")] {
        let has_digest = !request.body().is_empty();
        let (pending, inbound) = arrived(request, required());
        let usual = more(ResponseOptions::default(), &inbound);
        let both = more(ResponseOptions::default().cover_request_wit().cover_request_digest(), &inbound);
        let code = |response, verifier| {
            answer(&pending, response, &verifier).map(|_| ()).map_err(|error| error.code())
        };
        assert_eq!(code(&usual, response_verifier()), Ok(()));
        assert_eq!(code(&both, response_verifier()), Ok(()));
        assert_eq!(code(&both, wit()), Ok(()));
        assert_eq!(code(&both, digest()), Ok(()));
        assert_eq!(code(&usual, wit()), Err("httpsig.request_not_covered"));
        let expected = if has_digest { Err("httpsig.request_not_covered") } else { Ok(()) };
        assert_eq!(code(&usual, digest()), expected);
    }
}

/// Who copies the nonce of a request that is held back into one of its own gets an answer that is good for nobody else.
#[test]
fn a_copied_nonce_is_seen_by_the_wit_of_the_request() {
    let (held, pending) = sign_with(get(), required());
    drop(held);
    let thief = credential_of("thief", key(Algorithm::Ed25519, 9));
    let mut request = get();
    let stolen = wimse_creds::pop::Nonce::from_text(pending.nonce()).unwrap();
    let _ = Signer::new(&thief).require_signed_response().sign(&mut request, b"", NOW, stolen).unwrap();
    let target = TargetContext::of_uri(request.uri());
    let inbound = verifier().verify(&request, &target, &guard(), NOW).unwrap();
    let signer = orders();
    let signer = ResponseSigner::with_options(&signer, ResponseOptions::default().cover_request_wit());
    let mut to_thief = response(200, "");
    signer.sign(&inbound, &mut to_thief, b"", NOW, nonce(2)).unwrap();
    let refused = answer(&pending, &to_thief, &response_verifier().require_request_wit()).unwrap_err();
    assert_eq!(refused.code(), "httpsig.signature");
}

/// Responses without content, whatever a handler made of them.
#[test]
fn responses_without_content() {
    let head = Request::head(exchange::TARGET).body(Vec::new()).unwrap();
    for (request, status) in [(head, 200), (get(), 204), (get(), 205), (get(), 304)] {
        let is_head = request.method() == Method::HEAD;
        let (pending, inbound) = arrived(request, required());
        let mut response = response(status, "what GET would say");
        response.headers_mut().insert("content-length", "18".parse().unwrap());
        let mut response = signed(&inbound, response);
        assert!(!response.headers().contains_key("content-digest"), "{status}");
        response.body_mut().clear();
        assert_eq!(code(&pending, &response), Ok(true), "{status} {is_head}");
        *response.body_mut() = b"x".to_vec();
        assert_eq!(code(&pending, &response), Err("httpsig.digest_missing"), "{status}");
    }
    // RFC 9530, Appendix B.2: the digest of a response to HEAD is that of nothing.
    let (pending, inbound) = arrived(Request::head(exchange::TARGET).body(Vec::new()).unwrap(), required());
    let empty = "sha-256=:47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=:";
    let mut response = response(200, "");
    set(&mut response, "content-digest", empty);
    assert_eq!(code(&pending, &signed(&inbound, response.clone())), Ok(true));
    set(&mut response, "content-digest", "sha-256=:X48E9qOokqqrvdts8nOJRJN3OWDUoyWxBf7kbu9DBPE=:");
    let refused = inbound.sign_response(&mut response, b"", &orders(), NOW, nonce(2)).unwrap_err();
    assert_eq!(refused.code(), "httpsig.digest_mismatch");
}

/// Decision 23: caches of their own.
#[test]
fn a_response_is_admitted_once() {
    let guard = MemoryReplayGuard::new(100);
    let (request, pending) = sign_with(get(), required());
    let inbound = verifier().verify(&request, &TargetContext::of_uri(request.uri()), &guard, NOW).unwrap();
    let mut response = response(200, "");
    // The nonce of the request is no nonce of a response yet.
    inbound.sign_response(&mut response, b"", &orders(), NOW, nonce(1)).unwrap();
    let admit = || {
        let answer = pending.verify_response(&response, b"", &response_verifier(), &expected(), &guard, NOW);
        answer.map(|_| ()).map_err(|error| error.code())
    };
    assert_eq!(admit(), Ok(()));
    assert_eq!(admit(), Err("httpsig.replayed"));
    assert_eq!(guard.len(), 2);
}

#[test]
fn in_two_steps() {
    let (pending, inbound) = arrived(get(), required());
    let (parts, body) = signed(&inbound, response(200, "two cones")).into_parts();
    let head = || match pending.check_response_head(&parts, &response_verifier(), &expected(), NOW).unwrap() {
        ResponseHead::Signed(head) => head,
        ResponseHead::Unsigned => panic!("unsigned"),
    };
    let mut hasher = head().hasher();
    body.chunks(4).for_each(|piece| hasher.update(piece));
    let checked = head().digest(&hasher.finish()).unwrap();
    assert_eq!(checked.proof().replay_key().scope().name(), "httpsig-response");
    assert!(checked.admit(&guard(), NOW).is_ok());
    assert_eq!(head().body(b"three cones").unwrap_err().code(), "httpsig.digest_mismatch");
    let late = head().body(&body).unwrap().admit(&guard(), at(91)).unwrap_err();
    assert_eq!(late.code(), "httpsig.expired");
}

/// SIG-3.5-2, SIG-3.5-3, SIG8-3.6-3, SIG8-3.6-4.
#[test]
fn whether_a_response_must_be_signed() {
    let judge = |policy: ResponseSigning, options: RequestOptions| {
        let (request, _) = sign_with(get(), options);
        let target = TargetContext::of_uri(request.uri());
        verifier().response_signing(policy).verify(&request, &target, &guard(), NOW)
    };
    for (policy, demanded, expected) in [
        (ResponseSigning::WhenRequired, false, Ok(false)),
        (ResponseSigning::WhenRequired, true, Ok(true)),
        (ResponseSigning::Always, false, Ok(true)),
        (ResponseSigning::Always, true, Ok(true)),
        (ResponseSigning::Unsupported, false, Ok(false)),
        (ResponseSigning::Unsupported, true, Err("httpsig.signed_response_unsupported")),
    ] {
        let options = if demanded { required() } else { RequestOptions::default() };
        let verdict = judge(policy, options);
        let verdict = verdict.map(|inbound| inbound.response_required()).map_err(|error| error.code());
        assert_eq!(verdict, expected, "{policy:?} {demanded}");
    }
    let response = judge(ResponseSigning::Unsupported, required()).unwrap_err().response();
    assert_eq!(response.status(), 501);
    assert!(response.body().contains(problem::SIGNED_RESPONSE_UNSUPPORTED));
    assert_eq!(problem::signed_response_unavailable().status(), 400);
    assert!(problem::signed_response_unavailable().body().contains(problem::SIGNED_RESPONSE_UNAVAILABLE));
    // Decision 4: not before the request has verified.
    let (mut request, _) = sign_with(get(), required());
    *request.method_mut() = Method::DELETE;
    let target = TargetContext::of_uri(request.uri());
    let refused =
        verifier().response_signing(ResponseSigning::Unsupported).verify(&request, &target, &guard(), NOW);
    assert_eq!(refused.unwrap_err().response().status(), 400);
}

#[test]
fn a_signed_error_is_an_answer() {
    let (pending, inbound) = arrived(get(), required());
    assert_eq!(code(&pending, &signed(&inbound, response(409, "no"))), Ok(true));
}

/// A response that comes after a restart.
#[test]
fn a_request_that_was_kept() {
    let (request, pending) = sign_with(post("{}"), required());
    let target = TargetContext::of_uri(request.uri());
    let inbound = verifier().verify(&request, &target, &NoReplayGuard, NOW).unwrap();
    let response = signed(&inbound, response(200, "two cones"));
    let (parts, _) = request.clone().into_parts();
    let kept = PendingExchange::of_sent(&parts, &target).unwrap();
    assert_eq!((kept.nonce(), kept.response_required()), (pending.nonce(), true));
    assert_eq!(code(&kept, &response), Ok(true));
    let (unsigned, _) = get().into_parts();
    assert_eq!(PendingExchange::of_sent(&unsigned, &target).unwrap_err().code(), "httpsig.unsigned");
}
