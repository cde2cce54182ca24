//! Content: after the head, within limits, before admission.

use crate::support::*;
use bytes::Bytes;
use http::Request;
use http_body::{Body, Frame, SizeHint};
use std::collections::VecDeque;
use std::convert::Infallible;
use std::pin::Pin;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll};
use std::time::Duration;
use wimse_creds::key::{Algorithm, SigningKey};
use wimse_creds::pop::{LayerPolicy, PeerPolicy};
use wimse_creds::trust::{DomainAnchors, TrustAnchorSource, TrustAnchors};
use wimse_creds::{WitPolicy, WitVerifier};
use wimse_identifier::Origin;
use wimse_tower::{Binding, ContentLimits, Policy, Stage};

/// A body in pieces that counts how often it is asked, and does not tell its length.
struct Pieces {
    left: VecDeque<&'static str>,
    asked: Arc<AtomicUsize>,
    /// Whether the last piece is followed by an end, or by nothing.
    ends: bool,
    on_end: Option<Box<dyn FnOnce() + Send>>,
}

impl Pieces {
    fn new(pieces: impl IntoIterator<Item = &'static str>) -> Self {
        Self { left: pieces.into_iter().collect(), asked: Arc::default(), ends: true, on_end: None }
    }
}

impl Body for Pieces {
    type Data = Bytes;
    type Error = Infallible;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        _: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
        self.asked.fetch_add(1, Ordering::SeqCst);
        match self.left.pop_front() {
            Some(piece) => Poll::Ready(Some(Ok(Frame::data(Bytes::from_static(piece.as_bytes()))))),
            None if self.ends => {
                if let Some(on_end) = self.on_end.take() {
                    on_end();
                }
                Poll::Ready(None)
            }
            None => Poll::Pending,
        }
    }

    fn size_hint(&self) -> SizeHint {
        SizeHint::new()
    }
}

/// Signed for the content, and sent with another body.
fn with_body(world: &World, content: &'static str, body: Pieces) -> Request<Pieces> {
    world.signed(post("/orders", content)).map(|_| body)
}

#[tokio::test]
async fn content_is_not_asked_for_before_the_head_is_good() {
    let world = World::new();
    let service = TestService::new(world.authenticator(), either());
    let body = Pieces::new(["two ", "cones"]);
    let asked = body.asked.clone();
    let mut request = with_body(&world, "two cones", body);
    *request.uri_mut() = "/orders?all".parse().unwrap();
    assert_eq!(service.call(request).await.status(), 400);
    let decided = world.decided();
    assert_eq!((decided.stage, decided.code), (Stage::Head, Some("httpsig.signature")));
    assert_eq!(asked.load(Ordering::SeqCst), 0);

    let good = with_body(&world, "two cones", Pieces::new(["two ", "cones"]));
    let response = service.call(good).await;
    assert_eq!(text(&response), format!("{BILLING}two cones"));
}

#[tokio::test]
async fn content_is_not_asked_for_of_who_may_not_call() {
    let world = World::new();
    let service = TestService::new(world.authenticator(), signed());
    for (caller, status, is_asked) in [(&world.orders, 403, false), (&world.billing, 200, true)] {
        let body = Pieces::new(["two ", "cones"]);
        let asked = body.asked.clone();
        let mut request = post("/orders", "two cones");
        let _ = sign(caller, &mut request, wimse_httpsig::RequestOptions::default());
        assert_eq!(service.call(received(request).map(|_| body)).await.status(), status);
        assert_eq!(asked.load(Ordering::SeqCst) > 0, is_asked);
        assert_eq!(world.code(), (!is_asked).then_some("layers.application_not_permitted"));
    }
}

#[tokio::test]
async fn content_that_was_changed_burns_nothing() {
    let world = World::new();
    let service = TestService::new(world.authenticator(), either());
    let mut request = post("/orders", "two cones");
    let _ = world.sign(&mut request);
    let changed = received(request.clone()).map(|_| Pieces::new(["ten ", "cones"]));
    assert_eq!(service.call(changed).await.status(), 400);
    let decided = world.decided();
    assert_eq!((decided.stage, decided.code), (Stage::Content, Some("httpsig.digest_mismatch")));
    let cut = received(request.clone()).map(|_| Pieces::new(["two "]));
    assert_eq!(service.call(cut).await.status(), 400);
    assert_eq!(world.code(), Some("httpsig.digest_mismatch"));
    assert_eq!(service.calls(), 0);
    assert_eq!(service.call(received(request)).await.status(), 200);
}

#[tokio::test]
async fn content_without_a_digest_is_refused_at_its_first_byte() {
    let world = World::new();
    let service = TestService::new(world.authenticator(), either());
    let body = Pieces::new(["two ", "cones"]);
    let asked = body.asked.clone();
    assert_eq!(service.call(with_body(&world, "", body)).await.status(), 400);
    assert_eq!(world.code(), Some("httpsig.digest_missing"));
    assert_eq!(asked.load(Ordering::SeqCst), 1);
    assert_eq!(service.call(with_body(&world, "", Pieces::new(["", ""]))).await.status(), 200);
}

#[tokio::test]
async fn content_that_is_too_large() {
    let world = World::new();
    let limits = ContentLimits::default().memory(8);
    let service = TestService::new(world.authenticator().content_limits(limits), either());
    let fits = with_body(&world, "12345678", Pieces::new(["1234", "5678"]));
    assert_eq!(service.call(fits).await.status(), 200);
    world.noted.lock().unwrap().clear();
    let body = Pieces::new(["1234", "5678", "9", "0"]);
    let asked = body.asked.clone();
    let response = service.call(with_body(&world, "1234567890", body)).await;
    assert_eq!(response.status(), 413);
    assert_eq!(response.headers()["connection"], "close");
    assert_eq!(world.code(), Some("tower.content_too_large"));
    assert_eq!(asked.load(Ordering::SeqCst), 3);
    // What no signature covers is passed on as it comes.
    let proven = world.proven(post("/orders", "1234567890"));
    assert_eq!(service.call(proven).await.status(), 200);
}

#[tokio::test(start_paused = true)]
async fn content_that_does_not_arrive() {
    let world = World::new();
    let service = TestService::new(world.authenticator(), either());
    let body = Pieces { ends: false, ..Pieces::new(["two "]) };
    let response = service.call(with_body(&world, "two cones", body)).await;
    assert_eq!(response.status(), 408);
    assert_eq!(world.code(), Some("tower.content_timeout"));
}

#[tokio::test]
async fn all_content_together_is_limited() {
    let world = World::new();
    let limits = ContentLimits::default().memory(8).total(12);
    let service = TestService::new(world.authenticator().content_limits(limits), either());
    let fits = with_body(&world, "12345678", Pieces::new(["12345678"]));
    let inner = service.clone();
    let second = world.signed(post("/orders", "12345678"));
    let app = tower::service_fn(move |request: Request<wimse_tower::ServerBody>| {
        let (inner, second) = (inner.clone(), second.clone());
        async move {
            // The first content has not been read yet.
            let status = inner.call(second).await.status();
            drop(request);
            Ok::<_, Infallible>(http::Response::new(http_body_util::Full::new(Bytes::from(
                status.to_string(),
            ))))
        }
    });
    let response = service.call_app(app, fits).await;
    assert_eq!(text(&response), "503 Service Unavailable");
    assert_eq!(world.noted.lock().unwrap().last().and_then(|noted| noted.code), Some("tower.content_full"));
    assert_eq!(service.call(world.signed(post("/orders", "12345678"))).await.status(), 200);
}

/// One signed head, captured, and sent again and again with content that does not end.
#[tokio::test]
async fn one_head_does_not_keep_other_senders_waiting() {
    let world = World::new();
    let limits = ContentLimits::default().memory(8).total(80);
    let all = PeerPolicy::member_of(["wimse://example.com".parse().unwrap()]);
    let policy = Policy::any_of([Binding::HttpSignature], LayerPolicy::Either(all));
    let service = TestService::new(world.authenticator().content_limits(limits), policy);
    let captured = with_body(&world, "12345678", Pieces::new([])).map(|_| ());
    let stalled = || {
        let body = Pieces { ends: false, ..Pieces::new(["12345678"]) };
        let (service, request) = (service.clone(), captured.clone().map(|()| body));
        async move { service.call(request).await }
    };
    let mut held: Vec<_> = (0..2).map(|_| Box::pin(stalled())).collect();
    for request in &mut held {
        let polled = std::future::poll_fn(|context| Poll::Ready(request.as_mut().poll(context).is_ready()));
        assert!(!polled.await);
    }
    assert_eq!(stalled().await.status(), 503);
    assert_eq!(world.code(), Some("tower.content_share"));
    let mut other = post("/orders", "12345678");
    let _ = sign(&world.orders, &mut other, wimse_httpsig::RequestOptions::default());
    assert_eq!(service.call(received(other)).await.status(), 200);
    drop(held);
    assert_eq!(service.call(world.signed(post("/orders", "12345678"))).await.status(), 200);
}

#[tokio::test]
async fn the_time_is_read_again_once_the_content_is_there() {
    let world = World::new();
    let service = TestService::new(world.authenticator(), either());
    let clock = world.clock.clone();
    let late = Box::new(move || clock.set(NOW.plus(Duration::from_secs(120))));
    let body = Pieces { on_end: Some(late), ..Pieces::new(["two cones"]) };
    let response = service.call(with_body(&world, "two cones", body)).await;
    assert_eq!(response.status(), 400);
    let decided = world.decided();
    assert_eq!((decided.stage, decided.code), (Stage::Admission, Some("httpsig.expired")));
}

/// Anchors that are exchanged while a request is on its way.
struct Exchanged(Mutex<TrustAnchors>);

impl TrustAnchorSource for Exchanged {
    fn anchors_for(&self, origin: &Origin) -> Option<Arc<DomainAnchors>> {
        self.0.lock().unwrap().anchors_for(origin)
    }
}

#[tokio::test]
async fn a_key_that_is_retired_while_content_comes() {
    let world = World::new();
    let other = SigningKey::generate(Algorithm::Es256).unwrap().with_key_id("other");
    let domain = |origin: &str, key: &SigningKey| {
        DomainAnchors::new(origin.parse().unwrap()).with_key(key.public_key().clone()).unwrap()
    };
    let retired = TrustAnchors::none().with(domain("wimse://example.com", &other)).unwrap();
    let beside = world.anchors().with(domain("wimse://partner.example", &other)).unwrap();
    // Of the key of the caller's WIT, nothing has changed in the second one.
    for (next, expected) in [(retired, Some("wit.kid_unknown")), (beside, None)] {
        let anchors = Arc::new(Exchanged(Mutex::new(world.anchors())));
        let wits = Arc::new(WitVerifier::new(anchors.clone(), WitPolicy::default()));
        let verifier = wimse_httpsig::Verifier::new(wits, base().audience());
        let service = TestService::new(world.bare(local()).signatures(verifier), signed());
        let mut body = Pieces::new(["7 apples"]);
        body.on_end = Some(Box::new(move || *anchors.0.lock().unwrap() = next));
        let status = service.call(with_body(&world, "7 apples", body)).await.status();
        let decided = world.decided();
        assert_eq!((status.is_success(), decided.code), (expected.is_none(), expected));
        assert_eq!(decided.stage, if expected.is_some() { Stage::Content } else { Stage::Authorization });
        assert_eq!(service.calls(), usize::from(expected.is_none()));
    }
}
