//! What the signature of a request covers and says.

use super::{PendingExchange, RequestOptions};
use crate::SignError;
use crate::accept::AcceptSignatureOptions;
use crate::content::Content;
use crate::exchange::Exchange;
use crate::message::{Fields, RequestMessage, TargetContext};
use crate::profile::{WIMSE_AUD, WIMSE_SIGN_RESPONSE, coverage};
use crate::signing::{Additions, Draft, Terms};
use http::{HeaderMap, Request, Uri};
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
    /// The draft, and the fields of the request with those added that it covers.
    pub(super) fn draft<B>(
        &self,
        request: &Request<B>,
        content: Content<'_>,
        wit: &WorkloadIdentityToken,
        now: UnixTime,
        nonce: Nonce,
    ) -> Result<(RequestDraft, HeaderMap), SignError> {
        if !self.secure_channel && is_plain_http(request.uri(), self.audience.as_deref()) {
            return Err(SignError::InsecureChannel);
        }
        let (method, target) = (request.method(), TargetContext::of_uri(request.uri()));
        let audience = match &self.audience {
            Some(audience) => audience.clone(),
            None => default_audience(method.as_str(), &target).ok_or(SignError::TargetUnknown)?,
        };
        if audience.is_empty() {
            return Err(SignError::Audience);
        }
        let present = request.headers();
        if let Some(name) = coverage::repeated_in_request(Fields::from(present)) {
            return Err(SignError::FieldRepeated(name));
        }
        let accept = self.accept_signature.then(|| AcceptSignatureOptions::of_responses(method).to_value());
        let additions = Additions::new(wit, present, content, self.signing.digest_algorithm)?
            .accepting(accept.transpose().map_err(SignError::Make)?);

        let headers = additions.to(present)?;
        let terms = Terms { wit, options: &self.signing, now, nonce: &nonce };
        let required = coverage::of_request(method.as_str(), |name| headers.contains_key(name));
        let mut writer = terms.begin(&headers, required)?;
        writer.given_parameter(WIMSE_AUD, &audience.as_str().into()).map_err(SignError::Make)?;
        if self.response_required {
            // SIG-3.3-1
            writer.given_parameter(WIMSE_SIGN_RESPONSE, &true.into()).map_err(SignError::Make)?;
        }
        let message = RequestMessage::new(method.as_str(), target, &headers);
        let draft = Draft::new(additions, &headers, writer.finish(), |input| input.base(&message))?;
        Ok((RequestDraft { draft, nonce, response_required: self.response_required }, headers))
    }
}

impl RequestDraft {
    /// Puts everything into the request that it was made for, where nothing can have changed since.
    pub(super) fn finish<B>(
        self,
        request: &mut Request<B>,
        mut headers: HeaderMap,
        signature: &[u8],
    ) -> PendingExchange {
        self.draft.append(&mut headers, signature);
        self.sent(request, headers)
    }

    /// The same where it may have changed.
    pub(super) fn attach<B>(
        self,
        request: &mut Request<B>,
        signature: &[u8],
    ) -> Result<PendingExchange, SignError> {
        let mut headers = self.draft.additions.to(request.headers())?;
        self.check_is_of(request, &headers)?;
        self.draft.attach(&mut headers, signature)?;
        Ok(self.sent(request, headers))
    }

    /// Keeps what the answer will need.
    fn sent<B>(self, request: &mut Request<B>, headers: HeaderMap) -> PendingExchange {
        *request.headers_mut() = headers;
        let target = TargetContext::of_uri(request.uri());
        let exchange = Exchange::of_sent(request.method(), &target, request.headers());
        PendingExchange::new(exchange, &self.nonce, self.response_required)
    }

    /// The request may have changed since the draft: by what is covered, or by what would have to be.
    fn check_is_of<B>(&self, request: &Request<B>, headers: &HeaderMap) -> Result<(), SignError> {
        let method = request.method().as_str();
        let message = RequestMessage::new(method, TargetContext::of_uri(request.uri()), headers);
        coverage::check_request(&self.draft.input, method, message.headers())
            .map_err(|_| SignError::OtherMessage)?;
        self.draft.is_of(self.draft.input.base(&message))
    }
}

/// The target URI without query, in the one spelling that recipients expect (SIG-3.2-1, README row 7). CONNECT has host
/// and port only: its audience is agreed on (README row 52).
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
