//! What this crate does with a message: signs it, or judges it.

use crate::case::{TAG, now};
use http::{HeaderMap, Request, Response};
use hyper::body::Bytes;
use std::time::Duration;
use wimse_creds::key::{PublicKey, SigningKey};
use wimse_httpsig::digest::{CONTENT_DIGEST, ContentDigest, DigestAlgorithm};
use wimse_httpsig::message::{
    Message, ReceivedSignature, RequestMessage, ResponseMessage, SignatureInput, Signatures, TargetContext,
};

const LEEWAY: Duration = Duration::from_secs(30);

/// The request in its context: `http`, and the authority in `Host`.
pub(crate) fn message(request: &Request<Bytes>) -> RequestMessage<'_> {
    let authority = request.headers()["host"].to_str().unwrap();
    let target = request.uri().path_and_query().unwrap().as_str();
    RequestMessage::of(request, TargetContext::new(target).scheme("http").authority(authority))
}

/// The request with the digest of its content.
pub(crate) fn with_digest(mut request: Request<Bytes>) -> Request<Bytes> {
    let content = request.body().clone();
    add_digest(request.headers_mut(), &content);
    request
}

fn add_digest(headers: &mut HeaderMap, content: &Bytes) {
    if !content.is_empty() {
        headers.insert(CONTENT_DIGEST, ContentDigest::of(DigestAlgorithm::Sha256, content).to_value());
    }
}

/// Signs a request; the signature base too.
pub(crate) fn sign_request(
    request: Request<Bytes>,
    input: &SignatureInput,
    key: &SigningKey,
) -> (Request<Bytes>, String) {
    let mut request = with_digest(request);
    let (signature, base) = signature((&message(&request)).into(), input, key);
    input.attach(request.headers_mut(), &signature).unwrap();
    (request, base)
}

/// Signs a response; the signature base too.
pub(crate) fn sign_response(
    mut response: Response<Bytes>,
    request: &Request<Bytes>,
    input: &SignatureInput,
    key: &SigningKey,
) -> (Response<Bytes>, String) {
    let content = response.body().clone();
    add_digest(response.headers_mut(), &content);
    let context = message(request);
    let (signature, base) =
        signature((&ResponseMessage::of(&response).answering(&context)).into(), input, key);
    input.attach(response.headers_mut(), &signature).unwrap();
    (response, base)
}

fn signature(message: Message<'_>, input: &SignatureInput, key: &SigningKey) -> (Vec<u8>, String) {
    (input.sign(message, key).unwrap(), input.base(message).unwrap().as_str().to_owned())
}

/// Judges a request; its signature, or the code of the refusal.
pub(crate) fn judge_request(
    request: &Request<Bytes>,
    tag: &str,
    key: &PublicKey,
) -> Result<SignatureInput, &'static str> {
    judge((&message(request)).into(), request.headers(), request.body(), tag, key)
}

/// Judges a response; its signature, or the code of the refusal.
pub(crate) fn judge_response(
    response: &Response<Bytes>,
    request: &Request<Bytes>,
    key: &PublicKey,
) -> Result<SignatureInput, &'static str> {
    let context = message(request);
    let message = ResponseMessage::of(response).answering(&context);
    judge((&message).into(), response.headers(), response.body(), TAG, key)
}

fn judge(
    message: Message<'_>,
    headers: &HeaderMap,
    content: &[u8],
    tag: &str,
    key: &PublicKey,
) -> Result<SignatureInput, &'static str> {
    let signatures = Signatures::parse(headers).map_err(|error| error.code())?;
    let received: ReceivedSignature = signatures.into_tagged(tag).map_err(|error| error.code())?;
    received.verify(message, key).map_err(|error| error.code())?;
    received.input().check_validity(now(), LEEWAY).map_err(|error| error.code())?;
    if let Some(digest) = ContentDigest::parse(headers).map_err(|error| error.code())? {
        digest.verify(content).map_err(|error| error.code())?;
    }
    Ok(received.input().clone())
}
