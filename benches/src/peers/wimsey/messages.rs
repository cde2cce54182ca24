//! HTTP signatures, by the profile and plain.

use super::{AUDIENCE, WIT_FIELD, keys, now, text};
use crate::Error;
use crate::exchange::{self, Exchange};
use crate::operations::Side;
use crate::operations::message::Plain;
use crate::peers::Peer;
use crate::scenario::{Scenario, Turn};
use http::HeaderMap;
use std::cell::RefCell;
use std::hint::black_box;
use std::rc::Rc;
use wimse_creds::pop::Nonce;
use wimsey_httpsig::{
    Component, HttpRequest, SignatureParams, VerifyConfig, WIMSE_LABEL, WIMSE_TAG, content_digest_sha256,
    request_components, verify_content_digest,
};
use wimsey_jose::VerifyingKey;

/// Signs a request with content, the digest included. A new message each time: making it is not measured.
pub(crate) fn sign_request(scenario: &Rc<Scenario>, content: &exchange::Content) -> Result<Peer, Error> {
    let (scenario, keys, turn) = (Rc::clone(scenario), keys(scenario)?, Turn::default());
    let (content, unsigned) = (content.clone(), exchange::unsigned_request(content));
    let message = message(&unsigned);
    let queue: Rc<RefCell<Vec<HttpRequest>>> = Rc::default();
    let next = Rc::clone(&queue);
    let side = Side::prepared(
        move |calls| *queue.borrow_mut() = vec![message.clone(); calls],
        move || {
            let index = turn.next();
            let (Some(mut request), Ok(nonce)) = (next.borrow_mut().pop(), Nonce::random()) else {
                return false;
            };
            if !content.is_empty() {
                request.headers.push(("content-digest".to_owned(), content_digest_sha256(&content)));
            }
            let wit = scenario.callers[index].credential.wit().as_str().to_owned();
            request.headers.push((WIT_FIELD.to_owned(), wit));
            let params = SignatureParams {
                created: Some(now()),
                expires: Some(now() + 60),
                nonce: Some(nonce.as_str().to_owned()),
                tag: Some(WIMSE_TAG.to_owned()),
                wimse_aud: Some(AUDIENCE.to_owned()),
                ..SignatureParams::default()
            };
            let components = request_components(&request);
            black_box(wimsey_httpsig::sign(&request, &components, &params, WIMSE_LABEL, &keys[index].0))
                .is_ok()
        },
    );
    Ok(Peer::new("wimsey-httpsig", side))
}

/// Verifies the signed requests of exchanges by the profile, with the key of the WIT at hand.
pub(crate) fn verify_request(scenario: &Rc<Scenario>, exchanges: &Rc<Vec<Exchange>>) -> Result<Peer, Error> {
    let (exchanges, keys, turn) = (Rc::clone(exchanges), keys(scenario)?, Turn::default());
    let messages: Vec<HttpRequest> = exchanges.iter().map(|exchange| message(&exchange.request)).collect();
    let side = Side::new(move || {
        let index = turn.next();
        let (request, exchange) = (&messages[index], &exchanges[index].request);
        let config = VerifyConfig {
            now: Some(now()),
            required_components: request_components(request),
            wimse_profile: true,
            expected_audiences: vec![AUDIENCE.to_owned()],
            ..VerifyConfig::default()
        };
        let digest = text(exchange.headers(), "content-digest");
        let whole = digest.is_none_or(|digest| verify_content_digest(digest, exchange.body()));
        whole && verify(request, exchange.headers(), &keys[index].1, &config)
    });
    Ok(Peer::new("wimsey-httpsig", side))
}

/// Verifies a message of plain RFC 9421, with the key at hand.
pub(crate) fn verify_plain(scenario: &Rc<Scenario>, plain: &Rc<Plain>) -> Result<Peer, Error> {
    let (plain, keys, turn) = (Rc::clone(plain), keys(scenario)?, Turn::default());
    let messages: Vec<HttpRequest> = plain.requests.iter().map(message).collect();
    let config = VerifyConfig { now: Some(now()), ..VerifyConfig::default() };
    let side = Side::new(move || {
        let index = turn.next();
        verify(&messages[index], plain.requests[index].headers(), &keys[index].1, &config)
    });
    Ok(Peer::new("wimsey-httpsig", side))
}

/// Signs a message of plain RFC 9421.
pub(crate) fn sign_plain(scenario: &Rc<Scenario>, plain: &Rc<Plain>) -> Result<Peer, Error> {
    let (keys, turn) = (keys(scenario)?, Turn::default());
    let messages: Vec<HttpRequest> = plain.requests.iter().map(message).collect();
    let side = Side::new(move || {
        let index = turn.next();
        let Ok(nonce) = Nonce::random() else { return false };
        let components = Plain::COMPONENTS.map(Component::from_quoted_id);
        let Ok(components) = components.into_iter().collect::<Result<Vec<_>, _>>() else { return false };
        let params = SignatureParams {
            created: Some(Plain::CREATED),
            expires: Some(Plain::EXPIRES),
            nonce: Some(nonce.as_str().to_owned()),
            tag: Some(Plain::TAG.to_owned()),
            ..SignatureParams::default()
        };
        let (message, key) = (&messages[index], &keys[index].0);
        black_box(wimsey_httpsig::sign(message, &components, &params, Plain::LABEL, key)).is_ok()
    });
    Ok(Peer::new("wimsey-httpsig", side))
}

fn verify(request: &HttpRequest, headers: &HeaderMap, key: &VerifyingKey, config: &VerifyConfig) -> bool {
    let (Some(input), Some(signature)) = (text(headers, "signature-input"), text(headers, "signature"))
    else {
        return false;
    };
    black_box(wimsey_httpsig::verify(request, input, signature, key, config)).is_ok()
}

/// A request in the types of the peer.
fn message<B>(request: &http::Request<B>) -> HttpRequest {
    let fields = request
        .headers()
        .iter()
        .filter_map(|(name, value)| Some((name.as_str().to_owned(), value.to_str().ok()?.to_owned())));
    HttpRequest {
        method: request.method().as_str().to_owned(),
        authority: String::from("orders.example.com"),
        path: request.uri().path().to_owned(),
        query: request.uri().query().map(str::to_owned),
        headers: fields.collect(),
    }
}
