//! Verification of signed requests.

use super::{HeadChecked, Inbound, PresentedSignature};
use crate::accept::AcceptSignatureOptions;
use crate::message::{Limits, RequestMessage, TargetContext};
use crate::profile::{Terms, revision_08};
use crate::{HttpSignatureError, problem};
use http::{HeaderMap, Request, Response, request};
use std::sync::Arc;
use std::time::Duration;
use wimse_creds::explain::Excerpt;
use wimse_creds::pop::{Audience, ReplayGuard, SignatureAudience};
use wimse_creds::{UnixTime, WitVerifier, wit_field};

/// Verifies requests that carry a WIT and a signature of the profile. One per service (or per set of routes), shared.
///
/// The target is what was *received*: in a server, take it before a router rewrites the path, as
/// [`TargetContext::of_uri`] of the request's URI or as [`TargetContext::new`] of the raw request line. Add scheme and
/// authority, from configuration, only if callers cover `@authority`, `@scheme` or `@target-uri`.
///
/// ```
/// use http::Request;
/// use std::sync::Arc;
/// use wimse_creds::pop::{Audience, MemoryReplayGuard};
/// use wimse_creds::{UnixTime, WitVerifier};
/// use wimse_httpsig::message::TargetContext;
/// use wimse_httpsig::{HttpSignatureError, Inbound, Verifier};
///
/// fn verifier(wits: Arc<WitVerifier>) -> Result<Verifier, Box<dyn std::error::Error>> {
///     Ok(Verifier::new(wits, Audience::base("https://api.example.com")?))
/// }
///
/// /// The body arrives after the head has been found good.
/// fn caller(
///     verifier: &Verifier,
///     guard: &MemoryReplayGuard,
///     request: Request<()>,
///     read_body: impl FnOnce() -> Vec<u8>,
///     now: UnixTime,
/// ) -> Result<Inbound, HttpSignatureError> {
///     let (parts, ()) = request.into_parts();
///     let head = verifier.check_head(&parts, &TargetContext::of_uri(&parts.uri), now)?;
///     head.body(&read_body())?.admit(guard, now)
/// }
/// ```
#[derive(Debug, Clone)]
pub struct Verifier {
    wits: Arc<WitVerifier>,
    audience: SignatureAudience,
    terms: Terms,
    response_signing: ResponseSigning,
}

/// Whether a server signs its responses.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum ResponseSigning {
    /// It signs none: a request that demands a signed response is refused with 501, once it has been verified
    /// (SIG8-3.6-3).
    Unsupported,
    /// It signs where the request demands it (SIG-3.5-2), and may sign elsewhere.
    #[default]
    WhenRequired,
    /// It must sign every response to a verified request, by local policy (SIG-3.5-2).
    Always,
}

impl Verifier {
    /// The longest time from `created` to `expires`: 330 seconds, five minutes and half a minute for clocks that differ.
    pub const DEFAULT_MAX_LIFETIME: Duration = Terms::DEFAULT_MAX_LIFETIME;
    /// The tolerance for clocks that differ: 30 seconds.
    pub const DEFAULT_LEEWAY: Duration = Terms::DEFAULT_LEEWAY;

    /// A verifier for requests that are meant for this audience.
    #[must_use]
    pub fn new(wits: Arc<WitVerifier>, audience: Audience) -> Self {
        let response_signing = ResponseSigning::default();
        Self { wits, audience: audience.into(), terms: Terms::default(), response_signing }
    }

    /// Sets the tolerance for clocks that differ, in whole seconds, at most five minutes. A nonce is remembered for up to
    /// the lifetime and twice the leeway: give the replay guard a window that is longer.
    #[must_use]
    pub fn leeway(mut self, leeway: Duration) -> Self {
        self.terms.set_leeway(leeway);
        self
    }

    /// Sets the longest time from `created` to `expires`, in whole seconds. Give the replay guard a window that is
    /// longer by more than twice the leeway.
    #[must_use]
    pub fn max_lifetime(mut self, lifetime: Duration) -> Self {
        self.terms.set_max_lifetime(lifetime);
        self
    }

    /// Sets how many characters a nonce has at the least: 1 unless set. Senders owe 64 bits, which are
    /// 11 characters of base64url (SIG8-3-4).
    #[must_use]
    pub fn min_nonce_chars(mut self, characters: usize) -> Self {
        self.terms.min_nonce_chars = characters;
        self
    }

    /// Sets the limits of the signature fields.
    #[must_use]
    pub fn limits(mut self, limits: Limits) -> Self {
        self.terms.limits = limits;
        self
    }

    /// Sets whether responses are signed.
    #[must_use]
    pub fn response_signing(mut self, policy: ResponseSigning) -> Self {
        self.response_signing = policy;
        self
    }

    /// Verifies a request whose body is at hand, and admits its signature: who is calling.
    ///
    /// # Errors
    ///
    /// A [`HttpSignatureError`]. Answer with [`HttpSignatureError::response`].
    pub fn verify<B: AsRef<[u8]>>(
        &self,
        request: &Request<B>,
        target: &TargetContext<'_>,
        guard: &dyn ReplayGuard,
        now: UnixTime,
    ) -> Result<Inbound, HttpSignatureError> {
        let presented = PresentedSignature::read(self, request.headers());
        let head = presented.check_head(request.method(), target, now)?;
        head.body(request.body().as_ref())?.admit(guard, now)
    }

    /// Verifies everything but content and replay. There is no peer yet, and nothing of the request may be used
    /// (SIG-3-39).
    ///
    /// Fields in trailers are not looked at.
    ///
    /// # Errors
    ///
    /// A [`HttpSignatureError`] up to and including [`HttpSignatureError::Digest`].
    pub fn check_head(
        &self,
        parts: &request::Parts,
        target: &TargetContext<'_>,
        now: UnixTime,
    ) -> Result<HeadChecked, HttpSignatureError> {
        PresentedSignature::read(self, &parts.headers).check_head(&parts.method, target, now)
    }

    /// The signature of the profile that a request has, or signature fields that cannot be read, which are refused as one; `None`
    /// if there is neither. Nothing is verified.
    pub fn presented<'v>(&'v self, headers: &'v HeaderMap) -> Option<PresentedSignature<'v>> {
        Some(PresentedSignature::read(self, headers)).filter(PresentedSignature::is_there)
    }

    /// Whether there is something [presented](Self::presented).
    #[must_use]
    pub fn is_presented(&self, headers: &HeaderMap) -> bool {
        self.presented(headers).is_some()
    }

    /// Whom signatures are accepted for.
    #[must_use]
    pub fn accepted_audience(&self) -> &Audience {
        self.audience.configured()
    }

    /// The answer to a request that has nothing to verify: 400, with an `Accept-Signature` that lists what the
    /// signature of this request would have to cover (SIG-3.5-12).
    #[must_use]
    pub fn challenge(&self, parts: &request::Parts) -> Response<&'static str> {
        problem::challenge(&AcceptSignatureOptions::of_this_request(&parts.method, &parts.headers))
    }

    /// Verifies the WIT of a request once more: while its content came, after the [head](Self::check_head) had been found good,
    /// anchors and deny-lists may have changed. Most often that is a look into the cache of the [`WitVerifier`].
    ///
    /// # Errors
    ///
    /// [`HttpSignatureError::Wit`].
    pub fn verify_wit(&self, headers: &HeaderMap, now: UnixTime) -> Result<(), HttpSignatureError> {
        let wit = wit_field(headers).map_err(HttpSignatureError::Wit)?;
        self.wits.verify(wit, now).map_err(HttpSignatureError::Wit)?;
        Ok(())
    }

    pub(crate) fn wits(&self) -> &WitVerifier {
        &self.wits
    }

    pub(crate) fn audience(&self) -> &SignatureAudience {
        &self.audience
    }

    pub(super) fn responses(&self) -> ResponseSigning {
        self.response_signing
    }

    pub(crate) fn terms(&self) -> &Terms {
        &self.terms
    }

    /// SIG-3.2-2.
    pub(crate) fn check_audience(
        &self,
        received: &str,
        message: &RequestMessage<'_>,
    ) -> Result<(), HttpSignatureError> {
        if revision_08::audience_fits(&self.audience, received, message.method(), message.target()) {
            return Ok(());
        }
        Err(HttpSignatureError::AudienceMismatch { received: Excerpt::new(received) })
    }
}
