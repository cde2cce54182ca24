//! A workload as a caller that signs: its requests, and what it makes of the responses.

use super::workload::now;
use crate::exit::Failure;
use axum::body::Bytes;
use http::header::HeaderName;
use http::{Request, Response};
use std::sync::Arc;
use wimse::creds::pop::{MemoryReplayGuard, Nonce, WitCredential};
use wimse::creds::{UnixTime, WitVerifier};
use wimse::httpsig::message::Component;
use wimse::httpsig::{Answer, ExpectedPeer, PendingExchange, RequestOptions, ResponseVerifier, Signer};
use wimse::identifier::WorkloadIdentifier;

/// Tells a service that two requests are one order. The draft does not have it covered, so callers add it.
pub(crate) const IDEMPOTENCY_KEY: HeaderName = HeaderName::from_static(IDEMPOTENCY_KEY_NAME);
const IDEMPOTENCY_KEY_NAME: &str = "idempotency-key";

/// Responses to remember at once: the demo has some dozens.
const REMEMBERED_RESPONSES: usize = 1_000;

/// One workload that calls one service.
#[derive(Debug)]
pub(crate) struct Caller {
    credential: Arc<WitCredential>,
    responses: ResponseVerifier,
    service: ExpectedPeer,
    seen: MemoryReplayGuard,
}

/// A request on its way, and what its caller keeps for the response.
#[derive(Debug)]
pub(crate) struct Outgoing<'a> {
    pub(crate) request: Request<Bytes>,
    pub(crate) reader: Reader<'a>,
}

/// Judges the response as the caller does; after a WPT there is nothing to judge it by.
#[derive(Debug)]
pub(crate) struct Reader<'a>(Option<(&'a Caller, PendingExchange)>);

/// What a caller makes of a response.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Reading {
    /// Nobody vouches for it, and nobody was asked to.
    Unsigned,
    /// This workload signed it, for this very request.
    Signed(String),
    /// It is refused, for the reason with this code.
    Refused(&'static str),
}

impl Caller {
    /// `service` is who may answer, from configuration (decision 42).
    pub(crate) fn new(
        credential: Arc<WitCredential>,
        wits: Arc<WitVerifier>,
        service: WorkloadIdentifier,
    ) -> Self {
        // Decision 53: the nonce alone does not say whose request is answered.
        let responses = ResponseVerifier::new(wits).require_request_wit().require_request_digest();
        let seen = MemoryReplayGuard::new(REMEMBERED_RESPONSES);
        Self { credential, responses, service: ExpectedPeer::Workload(service), seen }
    }

    /// Signs a request, with its Idempotency-Key if there is one, and demands a signed response.
    pub(crate) fn sign(&self, request: Request<Bytes>) -> Result<Outgoing<'_>, Failure> {
        self.sign_at(now(), request)
    }

    /// Signs a request as if it were another time.
    pub(crate) fn sign_at(&self, time: UnixTime, request: Request<Bytes>) -> Result<Outgoing<'_>, Failure> {
        let mut options = RequestOptions::default().require_signed_response();
        if request.headers().contains_key(IDEMPOTENCY_KEY) {
            let field = Component::field(IDEMPOTENCY_KEY_NAME);
            options = options.covering([field.map_err(Failure::step(DOING))?]);
        }
        let nonce = Nonce::random().map_err(Failure::step(DOING))?;
        self.sign_with(options, time, nonce, request)
    }

    /// Signs a request with what the draft has covered, and demands nothing of the response.
    pub(crate) fn sign_plainly(&self, request: Request<Bytes>) -> Result<Outgoing<'_>, Failure> {
        let nonce = Nonce::random().map_err(Failure::step(DOING))?;
        self.sign_with(RequestOptions::default(), now(), nonce, request)
    }

    /// Signs a request with any options and nonce.
    pub(crate) fn sign_with(
        &self,
        options: RequestOptions,
        time: UnixTime,
        nonce: Nonce,
        mut request: Request<Bytes>,
    ) -> Result<Outgoing<'_>, Failure> {
        let content = request.body().clone();
        // The demo stays on this machine.
        let signer = Signer::with_options(&self.credential, options.channel_is_secure());
        let pending = signer.sign(&mut request, &content, time, nonce).map_err(Failure::step(DOING))?;
        Ok(Outgoing { request, reader: Reader(Some((self, pending))) })
    }
}

const DOING: &str = "a request was not signed";

impl Reader<'_> {
    pub(crate) fn read(&self, response: &Response<Bytes>) -> Reading {
        let Some((caller, pending)) = &self.0 else { return Reading::Unsigned };
        let Caller { responses, service, seen, .. } = caller;
        match pending.verify_response(response, response.body(), responses, service, seen, now()) {
            Ok(Answer::Authenticated(peer)) => Reading::Signed(peer.identifier().to_string()),
            Ok(_) => Reading::Unsigned,
            Err(error) => Reading::Refused(error.code()),
        }
    }
}

impl From<Request<Bytes>> for Outgoing<'_> {
    fn from(request: Request<Bytes>) -> Self {
        Self { request, reader: Reader(None) }
    }
}
