//! Signed requests and the signed responses to them: what travels, and the same for a floor.

use crate::Error;
use crate::scenario::{Caller, NOW, SERVICE, Scenario, Signed};
use http::header::{ACCEPT, CONTENT_TYPE, HeaderMap, USER_AGENT};
use http::{Method, Request, Response, Uri};
use std::sync::Arc;
use wimse_creds::limits;
use wimse_creds::pop::{Audience, NoReplayGuard, Nonce};
use wimse_httpsig::message::{Message, RequestMessage, ResponseMessage, Signatures, TargetContext};
use wimse_httpsig::profile::TAG;
use wimse_httpsig::{Inbound, PendingExchange, ResponseVerifier, Signer, Verifier};

/// What two messages carry.
pub type Content = Arc<[u8]>;

/// One request and the response to it. A caller answers itself, so that keys and WITs take turns there too.
pub struct Exchange {
    /// The request as it arrives, in origin form.
    pub request: Request<Content>,
    /// What was signed of the request.
    pub request_signed: Signed,
    /// The request as its sender remembers it.
    pub pending: PendingExchange,
    /// The request as its recipient has verified it.
    pub inbound: Inbound,
    /// The response as it arrives.
    pub response: Response<Content>,
    /// What was signed of the response.
    pub response_signed: Signed,
}

impl Exchange {
    /// One exchange of each caller. GET without content, POST with it; the response has the same content.
    ///
    /// # Errors
    ///
    /// Any of the crates under test.
    pub fn all(scenario: &Scenario, content: &Content) -> Result<Vec<Self>, Error> {
        let service = verifier(scenario)?;
        scenario.callers.iter().map(|caller| Self::new(caller, &service, content)).collect()
    }

    /// The exchange of the first caller.
    ///
    /// # Errors
    ///
    /// Any of the crates under test.
    pub fn one(scenario: &Scenario, content: &Content) -> Result<Self, Error> {
        Self::new(&scenario.callers[0], &verifier(scenario)?, content)
    }

    fn new(caller: &Caller, service: &Verifier, content: &Content) -> Result<Self, Error> {
        let mut request = unsigned_request(content);
        let pending = Signer::new(&caller.credential).sign(&mut request, content, NOW, Nonce::random()?)?;
        *request.uri_mut() = Uri::from_static("/orders/17?page=2");
        let request = request.map(|()| Arc::clone(content));
        let target = TargetContext::of_uri(request.uri());
        let inbound = service.verify(&request, &target, &NoReplayGuard, NOW)?;
        let message = RequestMessage::of(&request, target);

        let mut response = unsigned_response(content);
        inbound.sign_response(&mut response, content, &caller.credential, NOW, Nonce::random()?)?;
        let response = response.map(|()| Arc::clone(content));
        let answer = ResponseMessage::of(&response).answering(&message);

        Ok(Self {
            request_signed: signed(request.headers(), &message)?,
            response_signed: signed(response.headers(), &answer)?,
            request,
            pending,
            inbound,
            response,
        })
    }
}

/// Content of this many bytes.
#[must_use]
pub fn content(bytes: usize) -> Content {
    (0..=u8::MAX).cycle().take(bytes).collect()
}

/// The service, with a cache of WITs.
///
/// # Errors
///
/// None that is known.
pub fn verifier(scenario: &Scenario) -> Result<Verifier, Error> {
    let wits = scenario.wits(limits::CACHED_TOKENS);
    Ok(Verifier::new(Arc::new(wits), Audience::base(SERVICE)?))
}

/// A client, with a cache of WITs.
#[must_use]
pub fn response_verifier(scenario: &Scenario) -> ResponseVerifier {
    let wits = scenario.wits(limits::CACHED_TOKENS);
    ResponseVerifier::new(Arc::new(wits))
}

/// A request as an application makes it, before it is signed.
#[must_use]
pub fn unsigned_request(content: &[u8]) -> Request<()> {
    let mut request = Request::new(());
    *request.method_mut() = if content.is_empty() { Method::GET } else { Method::POST };
    *request.uri_mut() = Uri::from_static("https://orders.example.com/orders/17?page=2");
    request.headers_mut().insert(ACCEPT, http::HeaderValue::from_static("application/json"));
    request.headers_mut().insert(USER_AGENT, http::HeaderValue::from_static("payment/1.4"));
    add_type(request.headers_mut(), content);
    request
}

/// A response as an application makes it, before it is signed.
#[must_use]
pub fn unsigned_response(content: &[u8]) -> Response<()> {
    let mut response = Response::new(());
    add_type(response.headers_mut(), content);
    response
}

fn add_type(headers: &mut HeaderMap, content: &[u8]) {
    if !content.is_empty() {
        headers.insert(CONTENT_TYPE, http::HeaderValue::from_static("application/json"));
    }
}

pub(crate) fn signed<'m>(headers: &HeaderMap, message: impl Into<Message<'m>>) -> Result<Signed, Error> {
    let received = Signatures::parse(headers)?.into_tagged(TAG)?;
    let input = received.input().base(message)?.as_bytes().to_vec();
    Ok(Signed { input, signature: received.signature().try_into()? })
}
