//! Verification of signed responses.

use super::{ExpectedPeer, SignedResponse};
use crate::digest::ContentDigest;
use crate::exchange::Exchange;
use crate::message::{Limits, ResponseMessage, SignatureInput};
use crate::profile::parameters::ResponseParameters;
use crate::profile::{Present, Terms, coverage, select, validity};
use crate::request::covering;
use crate::{HttpSignatureError, PendingExchange, ResponseError};
use http::{HeaderMap, StatusCode};
use std::sync::Arc;
use std::time::Duration;
use wimse_creds::pop::binding::Binding;
use wimse_creds::{UnixTime, WitVerifier, wit_field};

/// Verifies signed responses, for the requests that [`PendingExchange`]s stand for. One per client, shared.
///
/// It has no audience: a response is for whoever sent the request with its nonce.
#[derive(Debug, Clone)]
pub struct ResponseVerifier {
    wits: Arc<WitVerifier>,
    terms: Terms,
    request_wit: bool,
    request_digest: bool,
}

impl ResponseVerifier {
    /// A verifier with default limits.
    #[must_use]
    pub fn new(wits: Arc<WitVerifier>) -> Self {
        Self { wits, terms: Terms::default(), request_wit: false, request_digest: false }
    }

    /// Sets the tolerance for clocks that differ, in whole seconds, at most five minutes; 30 seconds unless set.
    #[must_use]
    pub fn leeway(mut self, leeway: Duration) -> Self {
        self.terms.set_leeway(leeway);
        self
    }

    /// Sets the longest time from `created` to `expires`, in whole seconds; 330 unless set.
    #[must_use]
    pub fn max_lifetime(mut self, lifetime: Duration) -> Self {
        self.terms.set_max_lifetime(lifetime);
        self
    }

    /// Sets how many characters a nonce has at the least: 1 unless set.
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

    /// Demands that the response covers the WIT of the request.
    ///
    /// The nonce alone does not tie a response to its requester: a middlebox and a compromised workload can copy the
    /// nonce of a request that they hold back into one of their own, and pass on the signed answer. Servers offer it with
    /// [`ResponseOptions::cover_request_wit`](crate::ResponseOptions::cover_request_wit).
    #[must_use]
    pub fn require_request_wit(mut self) -> Self {
        self.request_wit = true;
        self
    }

    /// Demands that the response covers the `Content-Digest` of the request, where that had one.
    #[must_use]
    pub fn require_request_digest(mut self) -> Self {
        self.request_digest = true;
        self
    }

    pub(crate) fn check(
        &self,
        pending: &PendingExchange,
        status: StatusCode,
        headers: &HeaderMap,
        expected: &ExpectedPeer,
        now: UnixTime,
    ) -> Result<SignedResponse, ResponseError> {
        let received = select(headers.into(), &self.terms.limits)?;
        let (exchange, input) = (&pending.exchange, received.input());
        let request = exchange.message();
        let message = ResponseMessage::new(status, headers).answering(&request);

        let parameters = ResponseParameters::read(input, &self.terms)?;
        let present = Present::in_response(message.headers());
        present.single()?;
        coverage::check_response(input, request.method(), &present)?;
        self.check_request_coverage(input, exchange)?;
        pending.check_nonce(&parameters.request_nonce)?;
        validity::check(&parameters.common, &self.terms, now)?;

        // SIG-3-38: the WIT before the signature. Also before the base: how much work that is, its sender chooses.
        let wit = wit_field(headers).map_err(HttpSignatureError::Wit)?;
        let wit = self.wits.verify(wit, now).map_err(HttpSignatureError::Wit)?;
        if !expected.includes(wit.subject()) {
            return Err(ResponseError::UnexpectedPeer);
        }
        let base = input.base(&message).map_err(HttpSignatureError::Base)?;
        let possession = wit
            .prove_possession(Binding::HttpSignature, base.as_bytes(), received.signature())
            .map_err(|_| HttpSignatureError::Signature)?;

        let digest = ContentDigest::parse(headers).map_err(HttpSignatureError::Digest)?;
        Ok(SignedResponse {
            possession: covering(possession, input),
            nonce: parameters.common.nonce.as_ref().into(),
            admissible: validity::admissible(&parameters.common, &self.terms),
            digest,
        })
    }

    /// Verifies the WIT of a response once more: while its content came, after the head had been found good, anchors and
    /// deny-lists may have changed. Most often that is a look into the cache of the [`WitVerifier`].
    ///
    /// # Errors
    ///
    /// [`ResponseError::Refused`], for the WIT.
    pub fn verify_wit(&self, headers: &HeaderMap, now: UnixTime) -> Result<(), ResponseError> {
        let wit = wit_field(headers).map_err(HttpSignatureError::Wit)?;
        self.wits.verify(wit, now).map_err(HttpSignatureError::Wit)?;
        Ok(())
    }

    pub(crate) fn wits(&self) -> &WitVerifier {
        &self.wits
    }

    pub(crate) fn terms(&self) -> &Terms {
        &self.terms
    }

    /// Decision 53.
    pub(crate) fn check_request_coverage(
        &self,
        input: &SignatureInput,
        exchange: &Exchange,
    ) -> Result<(), ResponseError> {
        let demanded = [
            ("workload-identity-token", self.request_wit),
            ("content-digest", self.request_digest && exchange.has("content-digest")),
        ];
        let missing = demanded.into_iter().find(|(name, is_demanded)| {
            *is_demanded && !input.components().any(|component| component.is_req(name))
        });
        missing.map_or(Ok(()), |(name, _)| Err(ResponseError::RequestNotCovered(name)))
    }
}
