//! The party that answers a verified request with a signature.

use http::{Response, StatusCode};
use serde_json::Value;
use wimse::creds::key::{PublicKey, SigningKey};
use wimse::httpsig::{
    ResponseOptions, ResponseSigner,
    message::{RequestMessage, ResponseMessage, TargetContext},
};

use super::{
    super::{InvalidCase, Outcome, credentials::setup, fields::Fields, recipient::guard},
    client::append,
    received::Received,
    recipient::Recipient,
    signed::{self, Options, credential, wish},
};
use crate::{Bytes, Case};

/// Accepted when the response is signed, with what is in it. A request that is refused is not answered with a signature.
pub(super) fn sign(case: &Case) -> Result<Outcome, InvalidCase> {
    let (input, config) = (case.input_fields(), case.config_fields());
    let (recipient, guard, now) = (Recipient::of(config)?, guard(config)?, setup::now(config)?);
    let bytes = input.bytes("request")?;
    let inbound = match recipient.receive(&bytes, &*guard, now) {
        Ok((_, inbound)) => inbound,
        Err(refused) => return Ok(refused),
    };
    let mut response = application_response(input)?;
    let content = response.body().clone();
    let mut options = response_options(config)?;
    match wish(case)? {
        Ok(Some(wanted)) => options = options.following(wanted),
        Ok(None) => {}
        Err(refused) => return Ok(refused),
    }
    let (credential, nonce) = match credential(config)? {
        Ok(at_hand) => at_hand,
        Err(refused) => return Ok(refused),
    };
    let signer = ResponseSigner::with_options(&credential, options);
    if let Err(error) = signer.sign(&inbound, &mut response, &content, now, nonce) {
        return Ok(Outcome::reject(error.code(), &error));
    }
    outcome(&bytes, &response, credential.public_key())
}

/// What a response is that was signed for the case.
pub(super) fn examine(case: &Case, made: Fields<'_>) -> Result<Outcome, InvalidCase> {
    let (input, config) = (case.input_fields(), case.config_fields());
    let key: Value = config.required("key")?;
    let key = SigningKey::from_jwk(&key.to_string()).map_err(|error| config.invalid("key", &error))?;
    let mut response = application_response(input)?;
    let before = std::mem::take(response.headers_mut());
    append(response.headers_mut(), made.required("headers")?)
        .map_err(|detail| made.invalid("headers", &detail))?;
    match signed::kept(&before, response.headers(), response.body()) {
        Ok(()) => outcome(&input.bytes("request")?, &response, key.public_key()),
        Err(changed) => Ok(changed),
    }
}

/// The outputs for a response to the request, as bytes.
fn outcome(request: &[u8], response: &Response<Vec<u8>>, key: &PublicKey) -> Result<Outcome, InvalidCase> {
    let received = Received::request(request).and_then(|received| Ok((received.to_request()?, received)));
    let (request, received) = match received {
        Ok(request) => request,
        Err(refused) => return Ok(refused),
    };
    let request = RequestMessage::of(&request, TargetContext::new(received.target()));
    let message = ResponseMessage::of(response).answering(&request);
    signed::outcome(response.headers(), &message, key)
}

/// The response as the application has written it, before the signature.
fn application_response(input: Fields<'_>) -> Result<Response<Vec<u8>>, InvalidCase> {
    let content = input.optional("content")?.unwrap_or(Bytes::Text(String::new()));
    let content = content.decode().map_err(|error| input.invalid("content", &error))?;
    let mut response = Response::new(content);
    let status: u16 = input.required("status")?;
    *response.status_mut() = StatusCode::from_u16(status).map_err(|error| input.invalid("status", &error))?;
    let headers = input.optional("headers")?.unwrap_or_default();
    append(response.headers_mut(), headers).map_err(|detail| input.invalid("headers", &detail))?;
    Ok(response)
}

fn response_options(config: Fields<'_>) -> Result<ResponseOptions, InvalidCase> {
    let Options { lifetime, label, covering, digest_algorithm } = Options::of(config)?;
    let mut options = ResponseOptions::default().covering(covering);
    if let Some(lifetime) = lifetime {
        options = options.lifetime(lifetime);
    }
    if let Some(label) = label {
        options = options.label(label);
    }
    if let Some(algorithm) = digest_algorithm {
        options = options.digest_algorithm(algorithm);
    }
    if config.optional("cover_request_wit")?.unwrap_or(false) {
        options = options.cover_request_wit();
    }
    if config.optional("cover_request_digest")?.unwrap_or(false) {
        options = options.cover_request_digest();
    }
    Ok(options)
}
