//! Admission by a store that is asked over a network: requests, responses, and two proofs on one request.

use crate::exchange::{
    BASE, NOW, at, billing, expected, get, guard, nonce, orders, post, response, response_verifier, sign,
    sign_with, verifier, wits,
};
use crate::response::required;
use http::Request;
use std::pin::pin;
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll, Waker};
use std::time::Duration;
use wimse_creds::UnixTime;
use wimse_creds::pop::{
    Admissible, Audience, AuthenticatedPeer, CheckedProof, Replay, ReplayError, ReplayFuture, ReplayKey,
    ReplayStore,
};
use wimse_httpsig::message::TargetContext;
use wimse_httpsig::{CheckedRequest, HttpSignatureError, Inbound, ResponseHead, ResponseSigning, Verifier};
use wimse_wpt::{Prover, WptError};

/// A store that remembers what it was asked about, and refuses one kind of proof.
#[derive(Default)]
struct Asked {
    about: Mutex<Vec<(&'static str, Admissible)>>,
    refuses: Option<(&'static str, ReplayError)>,
}

impl ReplayStore for Asked {
    fn admit<'a>(&'a self, key: &'a ReplayKey, admissible: Admissible, _: UnixTime) -> ReplayFuture<'a> {
        let scope = key.scope().name();
        self.about.lock().unwrap().push((scope, admissible));
        let refusal = self.refuses.filter(|(refused, _)| *refused == scope);
        Box::pin(async move { refusal.map_or(Ok(()), |(_, error)| Err(error)) })
    }
}

/// Nothing here waits for anything.
fn at_once<T>(future: impl Future<Output = T>) -> T {
    match pin!(future).poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(answer) => answer,
        Poll::Pending => unreachable!("the stores of these tests answer at once"),
    }
}

fn checked(verifier: &Verifier, request: &Request<Vec<u8>>) -> CheckedRequest {
    let target = TargetContext::of_uri(request.uri());
    let (parts, ()) = request.clone().map(|_| ()).into_parts();
    verifier.check_head(&parts, &target, NOW).unwrap().body(request.body()).unwrap()
}

fn code(admitted: Result<Inbound, HttpSignatureError>) -> Result<(), &'static str> {
    admitted.map(|_| ()).map_err(|error| error.code())
}

#[test]
fn requests() {
    let request = sign(get()).0;
    let store = Asked::default();
    let inbound = at_once(checked(&verifier(), &request).admit_async(&store, NOW)).unwrap();
    assert_eq!(inbound.peer().identifier().as_str(), "wimse://example.com/billing");
    // Made now, for a minute and to the end of its last second, with half a minute of leeway.
    let admissible = Admissible { from: NOW.minus(Duration::from_secs(30)), until: at(91) };
    assert_eq!(*store.about.lock().unwrap(), [("httpsig-request", admissible)]);

    let local = Replay::Local(Arc::new(guard()));
    assert_eq!(code(at_once(checked(&verifier(), &request).admit_async(&local, NOW))), Ok(()));
    let again = at_once(checked(&verifier(), &request).admit_async(&local, NOW));
    assert_eq!(code(again), Err("httpsig.replayed"));

    let down = Asked { refuses: Some(("httpsig-request", ReplayError::Unavailable)), ..Asked::default() };
    let refused = at_once(checked(&verifier(), &request).admit_async(&down, NOW)).unwrap_err();
    assert_eq!((refused.code(), refused.response().status().as_u16()), ("replay.unavailable", 503));
}

/// The same decision about the response as without a network.
#[test]
fn a_demand_that_is_not_met() {
    let unsigned = verifier().response_signing(ResponseSigning::Unsupported);
    let demanding = sign_with(get(), required()).0;
    let admitted = at_once(checked(&unsigned, &demanding).admit_async(&Asked::default(), NOW));
    assert_eq!(code(admitted), Err("httpsig.signed_response_unsupported"));
    let admitted = at_once(checked(&verifier(), &demanding).admit_async(&Asked::default(), NOW)).unwrap();
    assert!(admitted.response_required());
}

#[test]
fn responses() {
    let (request, pending) = sign_with(get(), required());
    let inbound = at_once(checked(&verifier(), &request).admit_async(&Replay::Off, NOW)).unwrap();
    let mut answer = response(200, "two cones");
    inbound.sign_response(&mut answer, b"two cones", &orders(), NOW, nonce(1)).unwrap();
    let (parts, body) = answer.into_parts();
    let admit = |store: &dyn ReplayStore| -> Result<AuthenticatedPeer, &'static str> {
        let head = pending.check_response_head(&parts, &response_verifier(), &expected(), NOW).unwrap();
        let ResponseHead::Signed(head) = head else { panic!("unsigned") };
        at_once(head.body(&body).unwrap().admit_async(store, NOW)).map_err(|error| error.code())
    };
    let store = Asked::default();
    assert_eq!(admit(&store).unwrap().identifier().as_str(), "wimse://example.com/orders");
    assert_eq!(store.about.lock().unwrap()[0].0, "httpsig-response");
    let fenced = Asked { refuses: Some(("httpsig-response", ReplayError::Fenced)), ..Asked::default() };
    assert_eq!(admit(&fenced).unwrap_err(), "replay.fenced");
}

/// Decision 28: both are checked, then both are admitted, and a failing one burns nothing.
#[test]
fn two_proofs_on_one_request() {
    let mut good = post("{}");
    Prover::new(&billing()).attach(&mut good, NOW, nonce(1)).unwrap();
    let good = sign(good).0;
    let mut changed = good.clone();
    changed.body_mut().push(b' ');

    let store = Asked::default();
    let both = |request: &Request<Vec<u8>>| -> Result<(AuthenticatedPeer, Inbound), &'static str> {
        let tokens = wimse_wpt::Verifier::new(wits(), Audience::base(BASE).unwrap());
        let token: CheckedProof = tokens.check(request, NOW).map_err(|error| error.code())?;
        let target = TargetContext::of_uri(request.uri());
        let (parts, ()) = request.clone().map(|_| ()).into_parts();
        let head = verifier().check_head(&parts, &target, NOW).map_err(|error| error.code())?;
        let signature = head.body(request.body()).map_err(|error| error.code())?;
        at_once(async {
            let token = token.admit_async(&store, NOW).await;
            let token = token.map_err(|error| WptError::Admit(error).code())?;
            let signature = signature.admit_async(&store, NOW).await;
            Ok((token, signature.map_err(|error| error.code())?))
        })
    };
    assert_eq!(both(&changed).unwrap_err(), "httpsig.digest_mismatch");
    assert!(store.about.lock().unwrap().is_empty());
    let (token, signature) = both(&good).unwrap();
    assert_eq!(token.identifier(), signature.peer().identifier());
    let scopes: Vec<&str> = store.about.lock().unwrap().iter().map(|(scope, _)| *scope).collect();
    assert_eq!(scopes, ["wpt", "httpsig-request"]);
}
