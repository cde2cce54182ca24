//! Whole exchanges by the WIMSE profile: a signed request and its signed response.

use crate::case::{Case, now};
use crate::change::Change;
use crate::peer;
use crate::workloads::{BASE, CLIENT, Domain, SERVER, Signed};
use http::{Request, Response, StatusCode};
use hyper::body::Bytes;
use serde_json::Value;
use std::sync::Arc;
use std::sync::mpsc::channel;
use wimse_creds::pop::{MemoryReplayGuard, Nonce, WitCredential};
use wimse_httpsig::message::Component;
use wimse_httpsig::profile::{TAG, WIMSE_REQ_NONCE};
use wimse_httpsig::{
    Answer, ExpectedPeer, Inbound, PendingExchange, RequestOptions, ResponseOptions, ResponseSigner,
    ResponseVerifier, Signer,
};

#[test]
fn their_client_calls_our_server() {
    Case::each(|loopback, peer, case| {
        let domain = Arc::new(Domain::new());
        let server = Arc::new(domain.credential(SERVER, case));
        let verify = peer::verify(server.public_key(), TAG);
        for change in [None].into_iter().chain(Change::all(case.has_content).map(Some)) {
            let (sender, requests) = channel();
            let (ours, own, server) = (Arc::clone(&domain), Arc::clone(case), Arc::clone(&server));
            let authority = loopback.serve(move |request| {
                let response = match ours.judge(&request) {
                    Ok(inbound) => signed_response(&inbound, own.response(), &server),
                    Err(code) => panic!("{code}"),
                };
                sender.send(request).unwrap();
                match change {
                    Some(change) => change.of_response(response),
                    None => response,
                }
            });

            let sign = peer::sign(&Signed::request(case).input(), &case.key);
            let nonce = nonce(&sign);
            let report = peer.send(&domain.request(case, &authority), Some(&sign), Some(&verify));
            let request = requests.try_recv().unwrap();
            let Some(change) = change else {
                assert_eq!(report["parameters"][WIMSE_REQ_NONCE], nonce, "{report} {:?}", peer.package);
                continue;
            };
            let cause = change.cause(peer.package.invalid);
            assert_eq!(report["refused"], cause, "{change:?} {:?}", peer.package);
            // The same change on the way here. Another path is already known by the audience.
            let code = if change == Change::Start { "httpsig.audience_mismatch" } else { change.code() };
            let judged = domain.judge(&change.of_request(request)).map(drop);
            assert_eq!(judged, Err(code), "{change:?} {:?}", peer.package);
        }
    });
}

fn signed_response(
    inbound: &Inbound,
    mut response: Response<Bytes>,
    server: &WitCredential,
) -> Response<Bytes> {
    assert_eq!(inbound.peer().identifier().as_str(), CLIENT);
    assert!(inbound.response_required());
    let covered = [Component::field("x-tenant").unwrap()];
    let options = ResponseOptions::default().cover_request_wit().cover_request_digest().covering(covered);
    let content = response.body().clone();
    let signer = ResponseSigner::with_options(server, options);
    signer.sign(inbound, &mut response, &content, now(), Nonce::random().unwrap()).unwrap();
    response
}

fn nonce(sign: &Value) -> Value {
    let parameters = sign["parameters"].as_array().unwrap();
    parameters.iter().find(|pair| pair[0] == "nonce").unwrap()[1].clone()
}

#[test]
fn our_client_calls_their_server() {
    Case::each(|loopback, peer, case| {
        let domain = Domain::new();
        let client = domain.credential(CLIENT, case);
        let mut sign = peer::sign(&Signed::response(case).input(), &case.key);
        sign["copied"][WIMSE_REQ_NONCE] = "nonce".into();
        let verify = peer::verify(client.public_key(), TAG);
        let authority = peer.serve(Some(&verify), &peer::answer(&domain.response(case), Some(&sign)));

        let (pending, request) = signed_request(&client, case.request(&authority));
        let response = loopback.send(request.clone());
        let seen = peer.seen();
        assert_eq!(seen["parameters"]["nonce"], pending.nonce(), "{seen} {:?}", peer.package);
        let guard = MemoryReplayGuard::new(16);
        let judge = |response: &Response<Bytes>, expected: &str| {
            let verifier = ResponseVerifier::new(Arc::clone(&domain.wits));
            let expected = ExpectedPeer::Workload(expected.parse().unwrap());
            let verified =
                pending.verify_response(response, response.body(), &verifier, &expected, &guard, now());
            let identifier = |answer: Answer| answer.peer().map(|peer| peer.identifier().to_string());
            verified.map(identifier).map_err(|error| error.code())
        };
        for change in Change::all(case.has_content) {
            let changed = change.of_response(response.clone());
            assert_eq!(judge(&changed, SERVER), Err(change.code()), "{change:?} {:?}", peer.package);
        }
        assert_eq!(judge(&response, CLIENT), Err("httpsig.peer_unexpected"), "{:?}", peer.package);
        assert_eq!(judge(&response, SERVER), Ok(Some(SERVER.to_owned())), "{:?}", peer.package);
        assert_eq!(judge(&response, SERVER), Err("httpsig.replayed"), "{:?}", peer.package);

        // What they refuse they answer without a signature.
        for change in Change::all(case.has_content) {
            let response = loopback.send(change.of_request(request.clone()));
            let cause = change.cause(peer.package.invalid);
            assert_eq!(peer.seen()["refused"], cause, "{change:?} {:?}", peer.package);
            assert_eq!(response.status(), StatusCode::BAD_REQUEST);
            assert_eq!(judge(&response, SERVER), Err("httpsig.response_unsigned"));
        }
    });
}

pub(crate) fn signed_request(
    client: &WitCredential,
    mut request: Request<Bytes>,
) -> (PendingExchange, Request<Bytes>) {
    let options = RequestOptions::default()
        .require_signed_response()
        .audience(format!("{BASE}{}", request.uri().path()))
        .covering([Component::field("x-tenant").unwrap()]);
    let content = request.body().clone();
    let signer = Signer::with_options(client, options);
    let pending = signer.sign(&mut request, &content, now(), Nonce::random().unwrap()).unwrap();
    (pending, request)
}
