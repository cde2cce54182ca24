//! What the signature of a response covers and says.

use super::ResponseOptions;
use crate::content::{self, Content};
use crate::message::{BaseError, Excerpt};
use crate::message::{Component, ComponentError, Fields, MakeError};
use crate::message::{RequestMessage, ResponseMessage, SignatureInput};
use crate::profile::{Present, WIMSE_REQ_NONCE, coverage};
use crate::signing::{Additions, Draft, SigningOptions, Terms};
use crate::{Inbound, SignError};
use http::Response;
use wimse_creds::pop::Nonce;
use wimse_creds::{UnixTime, WorkloadIdentityToken};

/// A response that is ready to be signed.
#[derive(Debug, Clone)]
pub(super) struct ResponseDraft(pub(super) Draft);

impl ResponseOptions {
    /// The draft. Nothing is added to the response yet.
    pub(super) fn draft<B>(
        &self,
        inbound: &Inbound,
        response: &Response<B>,
        content: Content<'_>,
        wit: &WorkloadIdentityToken,
        now: UnixTime,
        nonce: &Nonce,
    ) -> Result<ResponseDraft, SignError> {
        let method = &inbound.exchange.method;
        // What a handler of GET made for HEAD is not sent.
        let content = if content::is_sent(method, response.status()) { content } else { Content::NONE };
        let present = response.headers();
        let fields = Present::in_response(present.into());
        if let Some(name) = fields.repeated_with_wit(present.into()) {
            return Err(SignError::FieldRepeated(name));
        }
        let additions = Additions::new(wit, present, content, self.signing.digest_algorithm)?;
        let additions = additions.for_message(present)?;

        let options = SigningOptions { extra: self.extra(inbound)?, ..self.signing.clone() };
        let terms = Terms { wit, options: &options, now, nonce };
        let signatures = terms.present(present)?;
        let required = coverage::of_response(method.as_str(), &fields.with_digest(additions.have_digest()));
        let mut writer = terms.begin(signatures.as_ref(), required)?;
        // SIG-3.4-2
        writer.given_parameter(WIMSE_REQ_NONCE, &inbound.nonce().into()).map_err(SignError::Make)?;
        let request_fields = request_fields(inbound);
        let request = inbound.exchange.message_with(Fields::raw(&request_fields));
        let base = |input: &SignatureInput, headers: Fields<'_>| {
            input.base(&ResponseMessage::new(response.status(), headers).answering(&request))
        };
        let draft = Draft::new(additions, writer.finish(), signatures.as_ref(), present, base)?;
        Ok(ResponseDraft(draft))
    }

    /// What is covered besides the necessary.
    fn extra(&self, inbound: &Inbound) -> Result<Vec<Component<'static>>, SignError> {
        let of_request = [
            ("workload-identity-token", self.request_wit),
            ("content-digest", self.request_digest && inbound.exchange.has("content-digest")),
        ];
        let wanted = of_request.into_iter().filter(|(_, is_wanted)| *is_wanted);
        let mut extra = Vec::new();
        for (name, _) in wanted {
            extra.push(Component::field(name).map_err(|reason| no_value(name, reason))?.req());
        }
        extra.extend(self.signing.extra.iter().cloned());
        Ok(extra)
    }
}

impl ResponseDraft {
    /// Puts everything into the response that it was made for, where nothing can have changed since.
    pub(super) fn finish<B>(self, response: &mut Response<B>, signature: &[u8]) -> Result<(), SignError> {
        self.0.add_to(response.headers_mut(), signature)
    }

    /// The same where it may have changed.
    pub(super) fn attach<B>(
        mut self,
        inbound: &Inbound,
        response: &mut Response<B>,
        signature: &[u8],
    ) -> Result<(), SignError> {
        // SIG-3.4-2: of two like requests, it is for the one whose nonce it has.
        let nonce = self.0.input.string(WIMSE_REQ_NONCE).ok().flatten();
        if nonce.as_deref() != Some(inbound.nonce()) {
            return Err(SignError::OtherMessage);
        }
        self.0.additions = self.0.additions.for_message(response.headers())?;
        let request_fields = request_fields(inbound);
        let request = inbound.exchange.message_with(Fields::raw(&request_fields));
        self.check_is_of(&request, response)?;
        self.0.attach(response.headers_mut(), signature)
    }

    /// The response may have changed since the draft: by what is covered, or by what would have to be.
    fn check_is_of<B>(&self, request: &RequestMessage<'_>, response: &Response<B>) -> Result<(), SignError> {
        let headers = self.0.additions.beside(response.headers());
        let message = ResponseMessage::new(response.status(), headers).answering(request);
        coverage::check_response(&self.0.input, request.method(), &Present::in_response(headers))
            .map_err(|_| SignError::OtherMessage)?;
        self.0.is_of(self.0.input.base(&message))
    }
}

/// The fields that the signature of the request covers.
fn request_fields(inbound: &Inbound) -> Vec<(&str, &[u8])> {
    let wit = inbound.peer().token().map(|wit| (WIT, wit.as_str().as_bytes()));
    let fields = inbound.exchange.fields.iter().map(|(name, value)| (name.as_str(), value.as_bytes()));
    fields.chain(wit).collect()
}

const WIT: &str = "workload-identity-token";

fn no_value(name: &str, reason: ComponentError) -> SignError {
    SignError::Make(MakeError::Base(BaseError { component: Excerpt::new(name), reason }))
}
