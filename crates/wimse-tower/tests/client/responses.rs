//! What an answer has to prove.

use crate::support::{BASE, Issuer, Orders, call, id, order, responses};
use bytes::Bytes;
use http::{Response, StatusCode};
use http_body::{Body, Frame};
use std::convert::Infallible;
use std::pin::Pin;
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll};
use std::time::Duration;
use tower::ServiceExt as _;
use wimse_creds::pop::MemoryReplayGuard;
use wimse_creds::trust::{DomainAnchors, TrustAnchorSource, TrustAnchors};
use wimse_creds::{WitPolicy, WitVerifier};
use wimse_httpsig::Answer;
use wimse_identifier::Origin;
use wimse_tower::client::{ClientBody, Responses, SignLayer};

/// The code of the refusal, or the identifier of who has answered, or "unsigned".
async fn outcome(
    layer: SignLayer,
    orders: Orders,
    change: fn(Response<Bytes>) -> Response<Bytes>,
) -> Result<String, &'static str> {
    let answer = call(&layer, order(), move |parts, content| change(orders.answer(parts, content))).await;
    let answer = answer.map_err(|error| error.code())?;
    let by = answer.extensions().get::<Answer>().unwrap();
    Ok(by.peer().map_or("unsigned".to_owned(), |peer| peer.identifier().to_string()))
}

fn unsigned(mut response: Response<Bytes>) -> Response<Bytes> {
    response.headers_mut().remove("signature");
    response.headers_mut().remove("signature-input");
    response
}

#[tokio::test]
async fn an_answer_is_of_the_workload_that_was_called() {
    let issuer = Issuer::new();
    let orders = Orders::new(&issuer, BASE);
    let layer = |responses| SignLayer::http_signature(issuer.credential("web")).verify_responses(responses);
    let signed = || responses(&issuer, "orders");

    let same = |response| response;
    assert_eq!(outcome(layer(signed()), orders.clone(), same).await, Ok(id("orders").to_string()));
    let other = layer(responses(&issuer, "reports"));
    assert_eq!(outcome(other, orders.clone(), same).await, Err("httpsig.peer_unexpected"));

    let changed = |mut response: Response<Bytes>| {
        *response.body_mut() = Bytes::from_static(b"hello wimse://example.com/thief");
        response
    };
    assert_eq!(outcome(layer(signed()), orders.clone(), changed).await, Err("httpsig.digest_mismatch"));
    let status = |mut response: Response<Bytes>| {
        *response.status_mut() = StatusCode::CREATED;
        response
    };
    assert_eq!(outcome(layer(signed()), orders.clone(), status).await, Err("httpsig.signature"));

    assert_eq!(outcome(layer(signed()), orders.clone(), unsigned).await, Err("httpsig.response_unsigned"));
    let either = layer(signed().or_unsigned());
    assert_eq!(outcome(either.clone(), orders.clone(), unsigned).await, Ok("unsigned".to_owned()));
    assert_eq!(outcome(either, orders, changed).await, Err("httpsig.digest_mismatch"));
}

#[tokio::test]
async fn the_content_of_an_answer_has_a_limit() {
    let issuer = Issuer::new();
    let orders = Orders::new(&issuer, BASE);
    let limit = |bytes| {
        let responses = responses(&issuer, "orders").max_bytes(bytes);
        SignLayer::http_signature(issuer.credential("web")).verify_responses(responses)
    };
    let length = "hello wimse://example.com/web".len();
    let outcome = |bytes| outcome(limit(bytes), orders.clone(), |response| response);
    assert_eq!(outcome(length - 1).await, Err("client.response_too_large"));
    assert_eq!(outcome(length).await, Ok(id("orders").to_string()));
}

/// Content that never comes.
struct Silence;

impl Body for Silence {
    type Data = Bytes;
    type Error = Infallible;

    fn poll_frame(
        self: Pin<&mut Self>,
        _: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
        Poll::Pending
    }
}

#[tokio::test(start_paused = true)]
async fn an_answer_that_stops_is_given_up() {
    let issuer = Issuer::new();
    let orders = Orders::new(&issuer, BASE);
    let responses = responses(&issuer, "orders").timeout(Duration::from_secs(5));
    let layer = SignLayer::http_signature(issuer.credential("web")).verify_responses(responses);
    let service = tower::service_fn(move |request: http::Request<ClientBody>| {
        let (parts, _) = request.into_parts();
        let answer = orders.answer(&parts, b"two cones").map(|_| Silence);
        std::future::ready(Ok::<_, Infallible>(answer))
    });
    let client = tower::Layer::layer(&layer, service);
    let request = order().map(|content| http_body_util::Full::new(Bytes::from_static(content.as_bytes())));
    assert_eq!(client.oneshot(request).await.unwrap_err().code(), "client.response_timeout");
}

/// Anchors that are exchanged while an answer is on its way.
struct Exchanged(Mutex<TrustAnchors>);

impl TrustAnchorSource for Exchanged {
    fn anchors_for(&self, origin: &Origin) -> Option<Arc<DomainAnchors>> {
        self.0.lock().unwrap().anchors_for(origin)
    }
}

/// Content during which something happens.
struct Meanwhile(Option<Bytes>, Box<dyn Fn() + Send>);

impl Body for Meanwhile {
    type Data = Bytes;
    type Error = Infallible;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        _: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
        (self.1)();
        Poll::Ready(self.0.take().map(|content| Ok(Frame::data(content))))
    }
}

#[tokio::test]
async fn a_key_that_is_retired_while_an_answer_comes() {
    let issuer = Issuer::new();
    // Without a change, and with another key in place of that of the WIT.
    for (next, expected) in [(issuer.anchors(), None), (Issuer::new().anchors(), Some("wit.signature"))] {
        let anchors = Arc::new(Exchanged(Mutex::new(issuer.anchors())));
        let wits = Arc::new(WitVerifier::new(anchors.clone(), WitPolicy::default()));
        let responses = Responses::signed(wits, id("orders"), Arc::new(MemoryReplayGuard::new(100)));
        let layer = SignLayer::http_signature(issuer.credential("web")).verify_responses(responses);
        let orders = Orders::new(&issuer, BASE);
        let service = tower::service_fn(move |request: http::Request<ClientBody>| {
            let (parts, _) = request.into_parts();
            let (anchors, next) = (anchors.clone(), next.clone());
            let exchange = move || *anchors.0.lock().unwrap() = next.clone();
            let answer = orders.answer(&parts, b"two cones");
            let answer = answer.map(|content| Meanwhile(Some(content), Box::new(exchange)));
            std::future::ready(Ok::<_, Infallible>(answer))
        });
        let client = tower::Layer::layer(&layer, service);
        let request =
            order().map(|content| http_body_util::Full::new(Bytes::from_static(content.as_bytes())));
        assert_eq!(client.oneshot(request).await.err().map(|error| error.code()), expected);
    }
}

#[tokio::test]
async fn a_redirect_is_an_answer() {
    let issuer = Issuer::new();
    let layer = SignLayer::proof_token(issuer.credential("web"));
    let answer = call(&layer, order(), |_, _| {
        let response = Response::builder().status(StatusCode::TEMPORARY_REDIRECT);
        response.header("location", "https://thief.example/").body(Bytes::new()).unwrap()
    });
    assert_eq!(answer.await.unwrap().status(), StatusCode::TEMPORARY_REDIRECT);
}
