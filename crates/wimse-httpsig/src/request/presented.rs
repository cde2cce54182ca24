//! A signature that has been found, with the message that it is of.

use super::checked::Asked;
use super::{HeadChecked, Verifier};
use crate::HttpSignatureError;
use crate::digest::ContentDigest;
use crate::exchange::Exchange;
use crate::message::{ReceivedSignature, RequestMessage, SignatureInput, TargetContext, usual_name};
use crate::profile::parameters::RequestParameters;
use crate::profile::{Present, coverage, select, validity};
use http::{HeaderMap, HeaderName, HeaderValue, Method};
use std::fmt;
use wimse_creds::pop::binding::{Binding, Possession};
use wimse_creds::{UnixTime, WORKLOAD_IDENTITY_TOKEN, wit_field};

/// The signature that [`Verifier::presented`] has found in a request, or why it cannot be read. Nothing is verified.
///
/// Who has to know whether there is one before it is verified reads the fields once by it.
#[must_use = "what is presented is not verified"]
pub struct PresentedSignature<'v> {
    verifier: &'v Verifier,
    headers: &'v HeaderMap,
    received: Result<ReceivedSignature, HttpSignatureError>,
}

impl<'v> PresentedSignature<'v> {
    pub(super) fn read(verifier: &'v Verifier, headers: &'v HeaderMap) -> Self {
        Self { verifier, headers, received: select(headers.into(), &verifier.terms().limits) }
    }

    /// Whether there is one, be it readable or not.
    pub(super) fn is_there(&self) -> bool {
        !self.received.as_ref().is_err_and(HttpSignatureError::is_unsigned)
    }

    /// As [`Verifier::check_head`], which reads the fields itself.
    ///
    /// # Errors
    ///
    /// As [`Verifier::check_head`].
    pub fn check_head(
        self,
        method: &Method,
        target: &TargetContext<'_>,
        now: UnixTime,
    ) -> Result<HeadChecked, HttpSignatureError> {
        let Self { verifier, headers, received } = self;
        let received = received?;
        let (input, terms) = (received.input(), verifier.terms());
        let message = RequestMessage::new(method.as_str(), target.borrowed(), headers);

        let parameters = RequestParameters::read(input, terms)?;
        let present = Present::in_request(message.headers());
        present.single()?;
        coverage::check_request(input, message.method(), &present)?;
        // These refuse before anything is computed, and accept nothing.
        verifier.check_audience(&parameters.audience, &message)?;
        validity::check(&parameters.common, terms, now)?;

        // SIG-3-38: the WIT before the signature. Also before the base: how much work that is, its sender chooses.
        let wit = wit_field(headers).map_err(HttpSignatureError::Wit)?;
        let wit = verifier.wits().verify(wit, now).map_err(HttpSignatureError::Wit)?;
        let base = input.base(&message).map_err(HttpSignatureError::Base)?;
        let possession = wit
            .prove_possession(Binding::HttpSignature, base.as_bytes(), received.signature())
            .map_err(|_| HttpSignatureError::Signature)?;

        let digest = ContentDigest::parse(headers).map_err(HttpSignatureError::Digest)?;
        let exchange = Exchange {
            method: method.clone(),
            target: target.borrowed().into_owned(),
            fields: covered_fields(input, headers),
        };
        Ok(HeadChecked {
            possession: covering(possession, input),
            admissible: validity::admissible(&parameters.common, terms),
            digest,
            asked: Asked {
                nonce: parameters.common.nonce.as_ref().into(),
                exchange,
                response_demanded: parameters.sign_response,
                response_signing: verifier.responses(),
            },
        })
    }
}

/// Shows the signature, not the fields beside it: there are tokens among them.
impl fmt::Debug for PresentedSignature<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PresentedSignature").field("received", &self.received).finish_non_exhaustive()
    }
}

/// Records what is covered in its plain form.
pub(crate) fn covering(possession: Possession, input: &SignatureInput) -> Possession {
    let names = input.components().filter_map(|component| component.plain_name());
    names.fold(possession, Possession::covering)
}

/// The covered fields, but for the WIT, which the peer has: what the response may cover of the request.
fn covered_fields(input: &SignatureInput, headers: &HeaderMap) -> Vec<(HeaderName, HeaderValue)> {
    let names = input.components().filter_map(|component| component.plain_name());
    let names = names.filter(|name| !name.starts_with('@') && *name != WORKLOAD_IDENTITY_TOKEN.as_str());
    let mut covered = Vec::new();
    for name in names.filter_map(field_name) {
        for value in headers.get_all(&name) {
            covered.push((name.clone(), value.clone()));
        }
    }
    covered
}

fn field_name(name: &str) -> Option<HeaderName> {
    usual_name(name).cloned().or_else(|| HeaderName::from_bytes(name.as_bytes()).ok())
}
