//! The parameters of a signature: which must be there, which must not, and of what type they are (decision 18).

use super::{Terms, WIMSE_AUD, WIMSE_REQ_NONCE, WIMSE_SIGN_RESPONSE};
use crate::HttpSignatureError;
use crate::message::{ParameterError, SignatureInput};
use std::borrow::Cow;
use wimse_creds::UnixTime;

type Result<T> = std::result::Result<T, HttpSignatureError>;

/// What every signature of the profile says.
pub(crate) struct CommonParameters<'a> {
    pub(crate) created: UnixTime,
    pub(crate) expires: UnixTime,
    pub(crate) nonce: Cow<'a, str>,
}

/// What the signature of a request says.
pub(crate) struct RequestParameters<'a> {
    pub(crate) common: CommonParameters<'a>,
    pub(crate) audience: Cow<'a, str>,
    pub(crate) sign_response: bool,
}

/// What the signature of a response says.
pub(crate) struct ResponseParameters<'a> {
    pub(crate) common: CommonParameters<'a>,
    pub(crate) request_nonce: Cow<'a, str>,
}

impl<'a> CommonParameters<'a> {
    fn read(input: &'a SignatureInput, terms: &Terms) -> Result<Self> {
        Ok(Self { created: created(input)?, expires: expires(input)?, nonce: nonce(input, terms)? })
    }
}

impl<'a> RequestParameters<'a> {
    pub(crate) fn read(input: &'a SignatureInput, terms: &Terms) -> Result<Self> {
        no_key_parameters(input)?;
        none_of_responses(input)?;
        let common = CommonParameters::read(input, terms)?;
        Ok(Self { common, audience: audience(input)?, sign_response: sign_response(input)? })
    }
}

impl<'a> ResponseParameters<'a> {
    pub(crate) fn read(input: &'a SignatureInput, terms: &Terms) -> Result<Self> {
        no_key_parameters(input)?;
        none_of_requests(input)?;
        let common = CommonParameters::read(input, terms)?;
        Ok(Self { common, request_nonce: request_nonce(input)? })
    }
}

/// SIG-3-28, SIG-3-29: key and algorithm are those of the WIT.
pub(crate) fn no_key_parameters(input: &SignatureInput) -> Result<()> {
    forbid(input, &["keyid", "alg"])
}

/// Decision 18.
pub(crate) fn none_of_responses(input: &SignatureInput) -> Result<()> {
    forbid(input, &[WIMSE_REQ_NONCE])
}

/// Decision 18.
pub(crate) fn none_of_requests(input: &SignatureInput) -> Result<()> {
    forbid(input, &[WIMSE_AUD, WIMSE_SIGN_RESPONSE])
}

/// SIG-3-20.
pub(crate) fn created(input: &SignatureInput) -> Result<UnixTime> {
    required("created", input.created())
}

/// SIG-3-21.
pub(crate) fn expires(input: &SignatureInput) -> Result<UnixTime> {
    required("expires", input.expires())
}

/// SIG-3-23, decision 24.
pub(crate) fn nonce<'a>(input: &'a SignatureInput, terms: &Terms) -> Result<Cow<'a, str>> {
    let nonce = text("nonce", input)?;
    let limit = terms.min_nonce_chars;
    if nonce.len() < limit { Err(HttpSignatureError::NonceTooShort { limit }) } else { Ok(nonce) }
}

/// SIG-3-25.
pub(crate) fn audience(input: &SignatureInput) -> Result<Cow<'_, str>> {
    text(WIMSE_AUD, input)
}

/// SIG-3-26: absent is false.
pub(crate) fn sign_response(input: &SignatureInput) -> Result<bool> {
    let demanded = input.boolean(WIMSE_SIGN_RESPONSE);
    demanded.map(Option::unwrap_or_default).map_err(|source| malformed(WIMSE_SIGN_RESPONSE, Some(source)))
}

/// SIG-3-27, SIG-3.4-1.
pub(crate) fn request_nonce(input: &SignatureInput) -> Result<Cow<'_, str>> {
    text(WIMSE_REQ_NONCE, input)
}

fn forbid(input: &SignatureInput, names: &[&'static str]) -> Result<()> {
    match names.iter().find(|name| input.parameters().contains(name)) {
        Some(name) => Err(HttpSignatureError::ParameterForbidden(name)),
        None => Ok(()),
    }
}

/// A String that is there and not empty.
fn text<'a>(name: &'static str, input: &'a SignatureInput) -> Result<Cow<'a, str>> {
    let text = required(name, input.string(name))?;
    if text.is_empty() { Err(malformed(name, None)) } else { Ok(text) }
}

fn required<T>(name: &'static str, value: std::result::Result<Option<T>, ParameterError>) -> Result<T> {
    let value = value.map_err(|source| malformed(name, Some(source)))?;
    value.ok_or(HttpSignatureError::ParameterMissing(name))
}

fn malformed(name: &'static str, source: Option<ParameterError>) -> HttpSignatureError {
    HttpSignatureError::Parameter { name, source }
}
