//! What the signature of a request covers and says.

use super::{PendingExchange, RequestOptions};
use crate::SignError;
use crate::accept::AcceptSignatureOptions;
use crate::content::Content;
use crate::exchange::Exchange;
use crate::message::{Fields, RequestMessage, SignatureInput, TargetContext};
use crate::profile::{Present, WIMSE_AUD, WIMSE_SIGN_RESPONSE, coverage};
use crate::signing::{Additions, Draft, Terms};
use http::{Request, Uri};
use std::borrow::Cow;
use wimse_creds::pop::Nonce;
use wimse_creds::{UnixTime, WorkloadIdentityToken};

/// A request that is ready to be signed.
#[derive(Debug, Clone)]
pub(super) struct RequestDraft {
    pub(super) draft: Draft,
    nonce: Nonce,
    response_required: bool,
}

impl RequestOptions {
    /// The draft. Nothing is added to the request yet.
    pub(super) fn draft<B>(
        &self,
        request: &Request<B>,
        content: Content<'_>,
        wit: &WorkloadIdentityToken,
        now: UnixTime,
        nonce: Nonce,
    ) -> Result<RequestDraft, SignError> {
        if !self.secure_channel && is_plain_http(request.uri(), self.audience.as_deref()) {
            return Err(SignError::InsecureChannel);
        }
        let (method, target) = (request.method(), TargetContext::of_uri(request.uri()));
        let audience: Cow<'_, str> = match &self.audience {
            Some(audience) => audience.into(),
            None => default_audience(method.as_str(), &target).ok_or(SignError::TargetUnknown)?.into(),
        };
        if audience.is_empty() {
            return Err(SignError::Audience);
        }
        let present = request.headers();
        let fields = Present::in_request(present.into());
        if let Some(name) = fields.repeated_with_wit(present.into()) {
            return Err(SignError::FieldRepeated(name));
        }
        let accept = self.accept_signature.then(|| AcceptSignatureOptions::of_responses(method).to_value());
        let additions = Additions::new(wit, present, content, self.signing.digest_algorithm)?
            .accepting(accept.transpose().map_err(SignError::Make)?)
            .for_message(present)?;

        let terms = Terms { wit, options: &self.signing, now, nonce: &nonce };
        let signatures = terms.present(present)?;
        let required = coverage::of_request(method.as_str(), &fields.with_digest(additions.have_digest()));
        let mut writer = terms.begin(signatures.as_ref(), required)?;
        writer.given_parameter(WIMSE_AUD, &(&*audience).into()).map_err(SignError::Make)?;
        if self.response_required {
            // SIG-3.3-1
            writer.given_parameter(WIMSE_SIGN_RESPONSE, &true.into()).map_err(SignError::Make)?;
        }
        let base = |input: &SignatureInput, headers: Fields<'_>| {
            input.base(&RequestMessage::new(method.as_str(), target.borrowed(), headers))
        };
        let draft = Draft::new(additions, writer.finish(), signatures.as_ref(), present, base)?;
        Ok(RequestDraft { draft, nonce, response_required: self.response_required })
    }
}

impl RequestDraft {
    /// Puts everything into the request that it was made for, where nothing can have changed since.
    pub(super) fn finish<B>(
        self,
        request: &mut Request<B>,
        signature: &[u8],
    ) -> Result<PendingExchange, SignError> {
        self.draft.add_to(request.headers_mut(), signature)?;
        Ok(sent(request, self.nonce, self.response_required))
    }

    /// The same where it may have changed.
    pub(super) fn attach<B>(
        mut self,
        request: &mut Request<B>,
        signature: &[u8],
    ) -> Result<PendingExchange, SignError> {
        self.draft.additions = self.draft.additions.for_message(request.headers())?;
        self.check_is_of(request)?;
        self.draft.attach(request.headers_mut(), signature)?;
        Ok(sent(request, self.nonce, self.response_required))
    }

    /// The request may have changed since the draft: by what is covered, or by what would have to be.
    fn check_is_of<B>(&self, request: &Request<B>) -> Result<(), SignError> {
        let (method, headers) = (request.method().as_str(), self.draft.additions.beside(request.headers()));
        let message = RequestMessage::new(method, TargetContext::of_uri(request.uri()), headers);
        coverage::check_request(&self.draft.input, method, &Present::in_request(headers))
            .map_err(|_| SignError::OtherMessage)?;
        self.draft.is_of(self.draft.input.base(&message))
    }
}

/// Keeps what the answer will need.
fn sent<B>(request: &Request<B>, nonce: Nonce, response_required: bool) -> PendingExchange {
    let target = TargetContext::of_uri(request.uri());
    let exchange = Exchange::of_sent(request.method(), &target, request.headers());
    PendingExchange::new(exchange, nonce, response_required)
}

/// The target URI without query, in the one spelling that recipients expect (SIG-3.2-1, decision 7). CONNECT has host
/// and port only: its audience is agreed on (decision 52).
fn default_audience(method: &str, target: &TargetContext<'_>) -> Option<String> {
    let mut audience = String::with_capacity(128);
    target.write_uri_without_query(method, &mut audience).ok()?;
    Some(audience)
}

/// Whether the URI, or an audience in its place, says that the channel is in the clear.
fn is_plain_http(uri: &Uri, audience: Option<&str>) -> bool {
    match (uri.scheme_str(), audience) {
        (Some(scheme), _) => !scheme.eq_ignore_ascii_case("https"),
        (None, Some(audience)) => {
            audience.get(..7).is_some_and(|start| start.eq_ignore_ascii_case("http://"))
        }
        (None, None) => false,
    }
}
