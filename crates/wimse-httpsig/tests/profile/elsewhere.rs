//! Keys that live elsewhere: prepare, sign, attach.

use crate::exchange::{
    self, NOW, TARGET, billing, expected, guard, key, nonce, orders, post, response, response_verifier, sign,
    verdict, verifier,
};
use crate::signer::{Change, insert, options, state};
use http::{Method, Request, Response};
use wimse_creds::WorkloadIdentityToken;
use wimse_creds::key::Algorithm;
use wimse_creds::pop::WitCredential;
use wimse_httpsig::{
    Answer, Inbound, RemoteResponseSigner, RemoteSigner, ResponseOptions, SignError, Signer,
};

#[test]
fn keys_that_live_elsewhere() {
    for (name, algorithm) in [("billing", Algorithm::Ed25519), ("other", Algorithm::Es256)] {
        let (kms, credential) = (key(algorithm, 4), exchange::credential_of(name, key(algorithm, 4)));
        let wit = WorkloadIdentityToken::parse(credential.wit().as_str()).unwrap();
        let remote = RemoteSigner::new(&wit, options().require_signed_response()).unwrap();
        let mut request = post("{}");
        let prepared = remote.prepare(&request, b"{}", NOW, nonce(1)).unwrap();
        let signature = kms.sign(prepared.signing_input()).unwrap();
        let pending = remote.attach(&mut request, prepared, &signature).unwrap();

        // The same as with the key at hand, but for a signature that is randomised.
        let mut at_hand = post("{}");
        let signer = Signer::with_options(&credential, options().require_signed_response());
        let _ = signer.sign(&mut at_hand, b"{}", NOW, nonce(1)).unwrap();
        if kms.sign(b"message") != kms.sign(b"message") {
            let signature = request.headers()["signature"].clone();
            at_hand.headers_mut().insert("signature", signature);
        }
        assert_eq!(state(request.headers()), state(at_hand.headers()));

        let inbound = verdict(&verifier(), &request).unwrap();
        let mut answered = response(200, "two cones");
        let server_wit = orders();
        let signer = RemoteResponseSigner::new(server_wit.wit(), ResponseOptions::default()).unwrap();
        let prepared = signer.prepare(&inbound, &answered, b"two cones", NOW, nonce(2)).unwrap();
        let signature = key(Algorithm::Es256, 3).sign(prepared.signing_input()).unwrap();
        signer.attach(&inbound, &mut answered, prepared, &signature).unwrap();
        let answer = pending.verify_response(
            &answered,
            b"two cones",
            &response_verifier(),
            &expected(),
            &guard(),
            NOW,
        );
        assert!(matches!(answer, Ok(Answer::Authenticated(_))));
    }
}

#[test]
fn a_signature_is_for_what_it_was_prepared_for() {
    let (kms, credential) = (key(Algorithm::Ed25519, 2), billing());
    let remote = RemoteSigner::new(credential.wit(), options()).unwrap();
    let finish = |change: Change, spoil: fn(&mut Vec<u8>)| -> Result<(), SignError> {
        let mut request = post("{}");
        let prepared = remote.prepare(&request, b"{}", NOW, nonce(1)).unwrap();
        let mut signature = kms.sign(prepared.signing_input()).unwrap();
        spoil(&mut signature);
        change(&mut request);
        let before = state(request.headers());
        let attached = remote.attach(&mut request, prepared, &signature).map(|_| ());
        assert!(attached.is_ok() || state(request.headers()) == before);
        attached
    };
    let code = |change: Change| finish(change, |_| {}).map_err(|error| error.code());
    assert_eq!(code(|_| {}), Ok(()));
    assert_eq!(code(|request| insert(request, "traceparent", "00-ab-cd-01")), Ok(()), "not covered");
    assert_eq!(code(|request| *request.method_mut() = Method::PUT), Err("httpsig.other_message"));
    // Scheme and authority are not covered, and still part of what was prepared.
    let uri =
        |uri: &'static str| move |request: &mut Request<Vec<u8>>| *request.uri_mut() = uri.parse().unwrap();
    for (prepared, sent) in
        [("https://", "http://"), ("api.example.com", "evil.example"), ("https://api.example.com", "")]
    {
        let other = TARGET.replace(prepared, sent).leak();
        assert_eq!(code_of(&remote, &kms, uri(other)), Err("httpsig.other_message"), "{other}");
    }
    assert_eq!(code_of(&remote, &kms, uri(TARGET)), Ok(()));
    assert_eq!(
        code(|request| {
            let _ = Signer::with_options(&billing(), options().label("first")).sign(
                request,
                b"{}",
                NOW,
                nonce(9),
            );
        }),
        Err("httpsig.already_signed")
    );
    assert_eq!(
        code(|request| *request.uri_mut() = "https://api.example.com/".parse().unwrap()),
        Err("httpsig.other_message")
    );
    assert_eq!(
        code(|request| drop(request.headers_mut().remove("content-type"))),
        Err("httpsig.other_message")
    );
    assert_eq!(code(|request| insert(request, "authorization", "Basic YTpi")), Err("httpsig.other_message"));
    assert_eq!(
        code(|request| insert(request, "content-digest", "sha-256=:AAAA:")),
        Err("httpsig.other_message")
    );
    assert_eq!(
        code(|request| insert(request, "workload-identity-token", "a.b.c")),
        Err("httpsig.wit_present")
    );
    let spoilt = finish(|_| {}, |signature| signature[0] ^= 1).map_err(|error| error.code());
    assert_eq!(spoilt, Err("httpsig.finish_signature"));
    let short = finish(|_| {}, |signature| signature.truncate(63)).map_err(|error| error.code());
    assert_eq!(short, Err("httpsig.finish_signature"));
}

/// A response that was prepared for one request is not attached for another.
#[test]
fn a_prepared_response_is_for_its_request() {
    let inbound = |uri: &str| -> Inbound {
        let (request, _) = sign(Request::get(uri).body(Vec::new()).unwrap());
        verdict(&verifier(), &request).unwrap()
    };
    let (first, second) = (inbound(TARGET), inbound("https://api.example.com/other"));
    let credential = orders();
    let signer = RemoteResponseSigner::new(credential.wit(), ResponseOptions::default()).unwrap();
    let attach = |to: &Inbound, status: u16| {
        let mut answered: Response<Vec<u8>> = response(200, "");
        let prepared = signer.prepare(&first, &answered, b"", NOW, nonce(2)).unwrap();
        let signature = key(Algorithm::Es256, 3).sign(prepared.signing_input()).unwrap();
        *answered.status_mut() = status.try_into().unwrap();
        signer.attach(to, &mut answered, prepared, &signature).map_err(|error| error.code())
    };
    assert_eq!(attach(&first, 200), Ok(()));
    assert_eq!(attach(&first, 201), Err("httpsig.other_message"));
    assert_eq!(attach(&second, 200), Err("httpsig.other_message"));
}

#[test]
fn a_wit_without_a_usable_key_signs_nothing() {
    let credential = WitCredential::new(without_cnf(), key(Algorithm::Ed25519, 2));
    assert!(credential.is_err());
    let refused = RemoteSigner::new(&without_cnf(), options()).unwrap_err();
    assert_eq!(refused.code(), "wit.cnf_missing");
}

/// `{"sub":"wimse://example.com/billing","exp":1789408735}`, signed by nobody.
fn without_cnf() -> WorkloadIdentityToken {
    let token = "eyJhbGciOiJFUzI1NiIsInR5cCI6IndpdCtqd3QifQ.eyJzdWIiOiJ3aW1zZTovL2V4YW1wbGUuY29tL2JpbGxpbmciLCJleHAiOjE3ODk0MDg3MzV9.AAAA";
    WorkloadIdentityToken::parse(token).unwrap()
}

/// Prepares, changes the request, and attaches.
fn code_of(
    remote: &RemoteSigner<'_>,
    kms: &wimse_creds::key::SigningKey,
    change: impl Fn(&mut Request<Vec<u8>>),
) -> Result<(), &'static str> {
    let mut request = post("{}");
    let prepared = remote.prepare(&request, b"{}", NOW, nonce(1)).unwrap();
    let signature = kms.sign(prepared.signing_input()).unwrap();
    change(&mut request);
    remote.attach(&mut request, prepared, &signature).map(|_| ()).map_err(|error| error.code())
}

/// Two requests that differ in their nonce only have different responses (SIG-3.4-2).
#[test]
fn a_response_is_for_the_request_that_it_was_prepared_for() {
    let send = |number| {
        let mut request = post("{}");
        let _ = Signer::new(&billing()).sign(&mut request, b"{}", NOW, nonce(number)).unwrap();
        verdict(&verifier(), &request).unwrap()
    };
    let (first, second) = (send(1), send(2));
    let server_wit = orders();
    let signer = RemoteResponseSigner::new(server_wit.wit(), ResponseOptions::default()).unwrap();
    let attach = |inbound: &Inbound| {
        let mut answered = response(200, "ok");
        let prepared = signer.prepare(&first, &answered, b"ok", NOW, nonce(3)).unwrap();
        let signature = key(Algorithm::Es256, 3).sign(prepared.signing_input()).unwrap();
        signer.attach(inbound, &mut answered, prepared, &signature).map_err(|error| error.code())
    };
    assert_eq!(attach(&first), Ok(()));
    assert_eq!(attach(&second), Err("httpsig.other_message"));
}
