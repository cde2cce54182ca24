//! A request that was sent, until its response.

use crate::exchange::Exchange;
use crate::message::{Limits, TargetContext};
use crate::profile::parameters::RequestParameters;
use crate::profile::{Terms, select};
use crate::response::{Answer, ExpectedPeer, ResponseHead, ResponseVerifier};
use crate::{HttpSignatureError, ResponseError};
use http::{HeaderMap, Response, StatusCode};
use std::fmt;
use wimse_creds::UnixTime;
use wimse_creds::pop::{Nonce, ReplayGuard};

/// What was sent, kept for the response: method, target, fields and nonce. Made by signing a request.
///
/// ```
/// use http::Response;
/// use wimse_creds::UnixTime;
/// use wimse_creds::pop::ReplayGuard;
/// use wimse_httpsig::{Answer, ExpectedPeer, PendingExchange, ResponseError, ResponseVerifier};
///
/// fn answer(
///     pending: &PendingExchange,
///     response: &Response<Vec<u8>>,
///     verifier: &ResponseVerifier,
///     expected: &ExpectedPeer,
///     guard: &dyn ReplayGuard,
///     now: UnixTime,
/// ) -> Result<String, ResponseError> {
///     let answer = pending.verify_response(response, response.body(), verifier, expected, guard, now)?;
///     Ok(match answer {
///         Answer::Authenticated(peer) => format!("{} from {}", response.status(), peer.identifier()),
///         // Only where no signed response was demanded.
///         Answer::Unsigned => "somebody says something".to_owned(),
///     })
/// }
/// ```
#[must_use = "the response is verified with it"]
#[derive(Clone)]
pub struct PendingExchange {
    pub(crate) exchange: Exchange,
    nonce: Box<str>,
    response_required: bool,
}

impl PendingExchange {
    pub(super) fn new(exchange: Exchange, nonce: Nonce, response_required: bool) -> Self {
        Self { exchange, nonce: nonce.into(), response_required }
    }

    /// From a request that was signed before, and kept as it was sent: for a response that comes to another process, or
    /// after a restart. The request is not verified: give it only what you have sent yourself.
    ///
    /// # Errors
    ///
    /// A [`HttpSignatureError`] if the request is not signed with what the profile demands of parameters.
    pub fn of_sent(
        request: &http::request::Parts,
        target: &TargetContext<'_>,
    ) -> Result<Self, HttpSignatureError> {
        let received = select((&request.headers).into(), &Limits::default())?;
        let parameters = RequestParameters::read(received.input(), &Terms::default())?;
        let exchange = Exchange::of_sent(&request.method, target, &request.headers);
        let nonce = parameters.common.nonce.as_ref().into();
        Ok(Self { exchange, nonce, response_required: parameters.sign_response })
    }

    /// `nonce` of the request, for logs and audit.
    #[must_use]
    pub fn nonce(&self) -> &str {
        &self.nonce
    }

    /// Whether the request demands a signed response.
    #[must_use]
    pub fn response_required(&self) -> bool {
        self.response_required
    }

    /// Verifies the response: who has answered this very request.
    ///
    /// `content` is the body as received, content codings not undone; empty for HEAD and where there is none.
    ///
    /// # Errors
    ///
    /// A [`ResponseError`]. Nothing of the response may be used then.
    pub fn verify_response<B>(
        &self,
        response: &Response<B>,
        content: &[u8],
        verifier: &ResponseVerifier,
        expected: &ExpectedPeer,
        guard: &dyn ReplayGuard,
        now: UnixTime,
    ) -> Result<Answer, ResponseError> {
        match self.check(response.status(), response.headers(), verifier, expected, now)? {
            ResponseHead::Unsigned => Ok(Answer::Unsigned),
            ResponseHead::Signed(head) => head.body(content)?.admit(guard, now).map(Answer::Authenticated),
        }
    }

    /// Verifies everything but content and replay, for a body that is still to come. There is no peer yet.
    ///
    /// # Errors
    ///
    /// A [`ResponseError`].
    pub fn check_response_head(
        &self,
        parts: &http::response::Parts,
        verifier: &ResponseVerifier,
        expected: &ExpectedPeer,
        now: UnixTime,
    ) -> Result<ResponseHead, ResponseError> {
        self.check(parts.status, &parts.headers, verifier, expected, now)
    }

    /// SIG-3.5-8.
    pub(crate) fn check_nonce(&self, received: &str) -> Result<(), ResponseError> {
        if received == &*self.nonce { Ok(()) } else { Err(ResponseError::RequestNonceMismatch) }
    }

    fn check(
        &self,
        status: StatusCode,
        headers: &HeaderMap,
        verifier: &ResponseVerifier,
        expected: &ExpectedPeer,
        now: UnixTime,
    ) -> Result<ResponseHead, ResponseError> {
        match verifier.check(self, status, headers, expected, now) {
            // SIG-3.5-4
            Err(ResponseError::Refused(HttpSignatureError::Unsigned)) if self.response_required => {
                Err(ResponseError::Unsigned { untrusted_status: status })
            }
            // SIG-3.5-5
            Err(ResponseError::Refused(HttpSignatureError::Unsigned)) => Ok(ResponseHead::Unsigned),
            checked => checked.map(ResponseHead::Signed),
        }
    }
}

impl fmt::Debug for PendingExchange {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PendingExchange")
            .field("exchange", &self.exchange)
            .field("nonce", &self.nonce)
            .field("response_required", &self.response_required)
            .finish()
    }
}
