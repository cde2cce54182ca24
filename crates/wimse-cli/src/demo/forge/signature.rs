//! What a thief does to signatures.

use crate::demo::workload::now;
use axum::body::Bytes;
use http::header::{HeaderMap, HeaderName, HeaderValue};
use http::{Request, Response};
use std::sync::Arc;
use std::time::Duration;
use wimse::creds::key::SigningKey;
use wimse::creds::pop::{Audience, NoReplayGuard, Nonce, WitCredential};
use wimse::creds::{WORKLOAD_IDENTITY_TOKEN, WitVerifier};
use wimse::httpsig::digest::{CONTENT_DIGEST, ContentDigest, DigestAlgorithm};
use wimse::httpsig::message::{
    Component, RequestMessage, ResponseMessage, SIGNATURE, SIGNATURE_INPUT, SignatureInput, Signatures,
    TargetContext,
};
use wimse::httpsig::profile::TAG;
use wimse::httpsig::{RequestOptions, ResponseOptions, ResponseSigner, Signer, Verifier};

/// Changes a message as a whole, or leaves it as it is: half an attack would prove nothing.
pub(crate) fn all_or_nothing<T: Clone>(message: &mut T, change: impl FnOnce(&mut T) -> Option<()>) {
    let mut changed = message.clone();
    if change(&mut changed).is_some() {
        *message = changed;
    }
}

/// Replaces a part of a field where it stands first.
pub(crate) fn edit(headers: &mut HeaderMap, field: &HeaderName, from: &str, to: &str) -> Option<()> {
    let value = headers.get(field)?.to_str().ok()?.replacen(from, to, 1);
    headers.insert(field, HeaderValue::from_str(&value).ok()?);
    Some(())
}

/// Another label, in both fields.
pub(crate) fn relabel(headers: &mut HeaderMap, label: &str) -> Option<()> {
    let signatures = Signatures::parse(&*headers).ok()?;
    let (from, to) = (format!("{}=", signatures.tagged(TAG).ok()?.input().label()), format!("{label}="));
    edit(headers, &SIGNATURE_INPUT, &from, &to)?;
    edit(headers, &SIGNATURE, &from, &to)
}

/// Takes off the signature and what belongs to it, the WIT left.
pub(crate) fn strip(headers: &mut HeaderMap) {
    for field in [SIGNATURE_INPUT, SIGNATURE, CONTENT_DIGEST] {
        headers.remove(field);
    }
}

/// Another body, and the digest that fits it.
pub(crate) fn set_body(request: &mut Request<Bytes>, body: &'static [u8]) {
    *request.body_mut() = Bytes::from_static(body);
    let digest = ContentDigest::of(DigestAlgorithm::Sha256, body);
    request.headers_mut().insert(CONTENT_DIGEST, digest.to_value());
}

/// Signs what the signature covers with the thief's own key; the WIT stays.
pub(crate) fn sign_with_own_key(request: &mut Request<Bytes>, key: &SigningKey) -> Option<()> {
    let signatures = Signatures::parse(request.headers()).ok()?;
    let input = signatures.tagged(TAG).ok()?.input();
    let message = RequestMessage::of(request, TargetContext::of_uri(request.uri()));
    let value = input.signature_value(&key.sign(input.base(&message).ok()?.as_bytes()).ok()?);
    request.headers_mut().insert(SIGNATURE, value);
    Some(())
}

/// Adds a signature with the thief's own key beside those that are there, as a proxy may.
pub(crate) fn add_signature(
    request: &mut Request<Bytes>,
    key: &SigningKey,
    label: &str,
    tag: &str,
) -> Option<()> {
    let input = own_input(Component::METHOD, label, tag)?;
    let message = RequestMessage::of(request, TargetContext::of_uri(request.uri()));
    let signature = key.sign(input.base(&message).ok()?.as_bytes()).ok()?;
    input.attach(request.headers_mut(), &signature).ok()
}

/// As [`add_signature`], to a response.
pub(crate) fn add_signature_to_response(
    response: &mut Response<Bytes>,
    key: &SigningKey,
    label: &str,
    tag: &str,
) -> Option<()> {
    let input = own_input(Component::STATUS, label, tag)?;
    let signature = key.sign(input.base(&ResponseMessage::of(response)).ok()?.as_bytes()).ok()?;
    input.attach(response.headers_mut(), &signature).ok()
}

fn own_input(component: Component<'_>, label: &str, tag: &str) -> Option<SignatureInput> {
    let (created, minute) = (now(), Duration::from_secs(60));
    let input = SignatureInput::builder(label).component(component).created(created);
    input.expires(created.plus(minute)).key_id("proxy-2026").tag(tag).build().ok()
}

/// Makes the request one of another workload, with the nonce of this one.
pub(crate) fn ask_as(request: &mut Request<Bytes>, other: &WitCredential) -> Option<()> {
    let (nonce, audience) = {
        let signatures = Signatures::parse(request.headers()).ok()?;
        let input = signatures.tagged(TAG).ok()?.input();
        let nonce = Nonce::from_text(&input.nonce().ok()??).ok()?;
        (nonce, input.string("wimse-aud").ok()??.into_owned())
    };
    strip(request.headers_mut());
    request.headers_mut().remove(WORKLOAD_IDENTITY_TOKEN);
    let options = RequestOptions::default().audience(audience).require_signed_response().channel_is_secure();
    let content = request.body().clone();
    let signed = Signer::with_options(other, options).sign(request, &content, now(), nonce);
    signed.ok().map(|_| ())
}

/// Has another workload answer, as if the request had been for it.
pub(crate) fn answer_as(
    request: &Request<Bytes>,
    response: &mut Response<Bytes>,
    other: &WitCredential,
    wits: Arc<WitVerifier>,
    audience: Audience,
) -> Option<()> {
    let target = TargetContext::of_uri(request.uri());
    let inbound = Verifier::new(wits, audience).verify(request, &target, &NoReplayGuard, now()).ok()?;
    strip(response.headers_mut());
    response.headers_mut().remove(WORKLOAD_IDENTITY_TOKEN);
    let options = ResponseOptions::default().cover_request_wit().cover_request_digest();
    let content = response.body().clone();
    let signer = ResponseSigner::with_options(other, options);
    signer.sign(&inbound, response, &content, now(), Nonce::random().ok()?).ok()
}
