//! How responses to signed requests are verified.

use super::Peers;
use super::body::{ClientBody, Unread, of_bytes, pass_on, read};
use super::error::{BoxError, ClientError};
use bytes::Bytes;
use http::{Response, Uri, response};
use http_body::Body;
use std::fmt;
use std::sync::Arc;
use std::time::Duration;
use wimse_creds::pop::ReplayGuard;
use wimse_creds::{Clock, WitVerifier};
use wimse_httpsig::{Answer, PendingExchange, ResponseHead, ResponseVerifier, SignedResponse};

/// What is asked of responses: who may answer, and how much is held in memory until that is known.
///
/// The guard remembers the nonces of responses, so that none is taken twice.
#[derive(Clone)]
pub struct Responses {
    verifier: ResponseVerifier,
    peers: Peers,
    guard: Arc<dyn ReplayGuard>,
    required: bool,
    max_bytes: usize,
    timeout: Duration,
}

impl Responses {
    /// The content of a signed response that is held in memory: 2 MiB.
    pub const DEFAULT_MAX_BYTES: usize = 2 * 1024 * 1024;
    /// How long the content of a signed response may take: 30 seconds.
    pub const DEFAULT_TIMEOUT: Duration = Duration::from_secs(30);

    /// Demands a signed response of the workload that is expected: an unsigned one is refused, error responses included
    /// (http-signature 3.5).
    pub fn signed(wits: Arc<WitVerifier>, peers: impl Into<Peers>, guard: Arc<dyn ReplayGuard>) -> Self {
        Self::of(ResponseVerifier::new(wits), peers.into(), guard)
    }

    /// As [`signed`](Self::signed), with a verifier that has been configured.
    #[must_use]
    pub fn of(verifier: ResponseVerifier, peers: Peers, guard: Arc<dyn ReplayGuard>) -> Self {
        Self {
            verifier,
            peers,
            guard,
            required: true,
            max_bytes: Self::DEFAULT_MAX_BYTES,
            timeout: Self::DEFAULT_TIMEOUT,
        }
    }

    /// Accepts unsigned responses too. A signed one is verified still. Look at the [`Answer`] before trusting one.
    #[must_use]
    pub fn or_unsigned(mut self) -> Self {
        self.required = false;
        self
    }

    /// Sets how many bytes of content a signed response may have.
    #[must_use]
    pub fn max_bytes(mut self, bytes: usize) -> Self {
        self.max_bytes = bytes;
        self
    }

    /// Sets how long the content of a signed response may take, from its head on.
    #[must_use]
    pub fn timeout(mut self, timeout: Duration) -> Self {
        self.timeout = timeout;
        self
    }

    pub(super) fn are_required(&self) -> bool {
        self.required
    }

    /// Verifies a response, and gives it back with its [`Answer`] among the extensions. That of a signed response is whole:
    /// nobody sees a byte of it before (SIG-3-39).
    pub(super) async fn verify<B>(
        &self,
        pending: &PendingExchange,
        target: &Uri,
        response: Response<B>,
        clock: &dyn Clock,
    ) -> Result<Response<ClientBody>, ClientError>
    where
        B: Body<Data = Bytes> + Send + 'static,
        B::Error: Into<BoxError>,
    {
        let (mut parts, body) = response.into_parts();
        let Some(head) = self.check_head(pending, target, &parts, clock)? else {
            parts.extensions.insert(Answer::Unsigned);
            return Ok(Response::from_parts(parts, pass_on(body)));
        };
        let content = tokio::time::timeout(self.timeout, read(body, self.max_bytes))
            .await
            .map_err(|_| ClientError::ResponseTimeout)?
            .map_err(|unread| match unread {
                Unread::TooLarge => self.too_large(),
                Unread::Failed(error) => ClientError::ResponseBody(error),
            })?;
        let answer = self.admit(head, &parts, &content, clock)?;
        parts.extensions.insert(answer);
        Ok(Response::from_parts(parts, of_bytes(content)))
    }

    /// `None` for an unsigned response that need not be signed.
    pub(super) fn check_head(
        &self,
        pending: &PendingExchange,
        target: &Uri,
        parts: &response::Parts,
        clock: &dyn Clock,
    ) -> Result<Option<SignedResponse>, ClientError> {
        let expected = self.peers.behind(target);
        let head = pending.check_response_head(parts, &self.verifier, &expected, clock.now());
        match head.map_err(ClientError::Response)? {
            ResponseHead::Signed(head) => Ok(Some(head)),
            ResponseHead::Unsigned => Ok(None),
        }
    }

    /// The clock is read again, and the WIT verified again: the content may have taken its time.
    pub(super) fn admit(
        &self,
        head: SignedResponse,
        parts: &response::Parts,
        content: &[u8],
        clock: &dyn Clock,
    ) -> Result<Answer, ClientError> {
        let checked = head.body(content).map_err(ClientError::Response)?;
        let now = clock.now();
        self.verifier.verify_wit(&parts.headers, now).map_err(ClientError::Response)?;
        let peer = checked.admit(&*self.guard, now).map_err(ClientError::Response)?;
        Ok(Answer::Authenticated(peer))
    }

    pub(super) fn too_large(&self) -> ClientError {
        ClientError::ResponseTooLarge { limit: self.max_bytes }
    }

    #[cfg(feature = "reqwest")]
    pub(super) fn limits(&self) -> (usize, Duration) {
        (self.max_bytes, self.timeout)
    }
}

impl fmt::Debug for Responses {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Responses")
            .field("peers", &self.peers)
            .field("required", &self.required)
            .field("max_bytes", &self.max_bytes)
            .field("timeout", &self.timeout)
            .finish_non_exhaustive()
    }
}
