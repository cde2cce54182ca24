//! When a proof can be admitted, and by a store that is asked over a network.
#![allow(clippy::unwrap_used, reason = "outside #[test] functions too, a test fails by a panic")]

mod signed;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use http::Request;
use signed::{NOW, at, key, signed, verifier};
use std::pin::pin;
use std::sync::Mutex;
use std::task::{Context, Poll, Waker};
use std::time::Duration;
use wimse_creds::UnixTime;
use wimse_creds::key::Algorithm;
use wimse_creds::pop::{
    Admissible, AdmitError, AuthenticatedPeer, MemoryReplayGuard, Replay, ReplayError, ReplayFuture,
    ReplayKey, ReplayStore,
};

/// A store that was asked, and what about.
#[derive(Default)]
struct Asked {
    times: Mutex<Vec<Admissible>>,
    answer: Option<ReplayError>,
}

impl ReplayStore for Asked {
    fn admit<'a>(&'a self, key: &'a ReplayKey, admissible: Admissible, _: UnixTime) -> ReplayFuture<'a> {
        assert_eq!((key.scope().name(), key.id().is_empty()), ("wpt", false));
        self.times.lock().unwrap().push(admissible);
        Box::pin(async { self.answer.map_or(Ok(()), Err) })
    }
}

/// Nothing here waits for anything.
fn at_once<T>(future: impl Future<Output = T>) -> T {
    match pin!(future).poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(answer) => answer,
        Poll::Pending => unreachable!("the stores of these tests answer at once"),
    }
}

fn admit(
    request: &Request<()>,
    store: &dyn ReplayStore,
    now: UnixTime,
) -> Result<AuthenticatedPeer, AdmitError> {
    at_once(verifier().check(request, NOW).unwrap().admit_async(store, now))
}

#[test]
fn a_store_is_asked_once_and_decides() {
    let store = Asked::default();
    let peer = admit(&signed(), &store, NOW).unwrap();
    assert_eq!(peer.identifier().as_str(), "wimse://example.com/billing");
    assert_eq!(store.times.lock().unwrap().len(), 1);

    let refuses = Asked { answer: Some(ReplayError::Fenced), ..Asked::default() };
    assert_eq!(admit(&signed(), &refuses, NOW).unwrap_err().code(), "replay.fenced");

    let local = Replay::Local(std::sync::Arc::new(MemoryReplayGuard::new(10)));
    assert!(admit(&signed(), &local, NOW).is_ok());
    assert_eq!(admit(&signed(), &local, NOW).unwrap_err().code(), "replay.replayed");
}

#[test]
fn a_store_is_not_asked_about_a_proof_that_has_expired_since() {
    let store = Asked::default();
    assert_eq!(admit(&signed(), &store, at(90)).unwrap_err().code(), "proof.expired");
    assert!(store.times.lock().unwrap().is_empty());
    assert!(admit(&signed(), &store, at(89)).is_ok());
}

/// The proof lives for 60 seconds, and 330 are accepted: where it was made, it does not say.
#[test]
fn a_proof_can_be_admitted_since_its_expiry_is_near_enough() {
    let checked = verifier().check(&signed(), NOW).unwrap();
    assert_eq!(
        checked.admissible(),
        Admissible { from: at(60).minus(Duration::from_secs(330)), until: at(90) }
    );

    // No verifier admits it earlier: that second is the first.
    let first = checked.admissible().from;
    let strict = verifier().max_lifetime(Duration::from_secs(60));
    let from = strict.check(&signed(), NOW).unwrap().admissible().from;
    assert_eq!(from, NOW);
    let too_early = strict.check(&signed(), NOW.minus(Duration::from_secs(1))).unwrap_err();
    assert_eq!(too_early.code(), "wpt.lifetime_too_long");
    assert!(first < from);
}

#[test]
fn nor_before_its_nbf() {
    for (nbf, from) in
        [(0, NOW.minus(Duration::from_secs(30))), (-1000, at(60).minus(Duration::from_secs(330)))]
    {
        let request = with_nbf(NOW.as_secs() + nbf);
        let checked = verifier().check(&request, NOW).unwrap();
        assert_eq!(checked.admissible(), Admissible { from, until: at(90) }, "{nbf}");
    }
    let early = NOW.minus(Duration::from_secs(31));
    let request = with_nbf(NOW.as_secs());
    assert_eq!(verifier().check(&request, early).unwrap_err().code(), "wpt.not_yet_valid");
}

/// The usual proof, with `nbf`.
fn with_nbf(nbf: i64) -> Request<()> {
    let mut request = signed();
    let field = request.headers()["authorization"].to_str().unwrap();
    let mut parts = field.strip_prefix("WPT ").unwrap().split('.');
    let (header, claims) = (parts.next().unwrap(), URL_SAFE_NO_PAD.decode(parts.next().unwrap()).unwrap());
    let claims = String::from_utf8(claims).unwrap().replacen('{', &format!("{{\"nbf\":{nbf},"), 1);
    let input = format!("{header}.{}", URL_SAFE_NO_PAD.encode(claims));
    let signature = key(Algorithm::Ed25519, 2).sign(input.as_bytes()).unwrap();
    let value = format!("WPT {input}.{}", URL_SAFE_NO_PAD.encode(signature));
    request.headers_mut().insert("authorization", value.parse().unwrap());
    request
}
