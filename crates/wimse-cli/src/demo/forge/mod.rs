//! What a thief does to messages. Where a piece is not as expected, nothing is changed and the attack shows as failed.

pub(crate) mod signature;

use crate::exit::Failure;
use axum::body::Bytes;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use http::header::{AUTHORIZATION, HeaderMap, HeaderName, HeaderValue};
use http::{Request, Uri};
use wimse::creds::key::SigningKey;
use wimse::creds::pop::Nonce;
use wimse::creds::{UnixTime, WORKLOAD_IDENTITY_TOKEN, WorkloadIdentityToken};
use wimse::wpt::{ProofOptions, RemoteProver};

/// Flips the lowest bit of one byte in the claims of the token of a field: `at` bytes after the start of `marker`.
fn flip_bit(headers: &mut HeaderMap, field: &HeaderName, marker: &str, at: usize) -> Option<()> {
    let value = headers.get(field)?.to_str().ok()?;
    let (head, rest) = value.split_once('.')?;
    let (claims, signature) = rest.split_once('.')?;
    let mut claims = URL_SAFE_NO_PAD.decode(claims).ok()?;
    let found = claims.windows(marker.len()).position(|window| window == marker.as_bytes())?;
    *claims.get_mut(found + at)? ^= 1;
    let forged = format!("{head}.{}.{signature}", URL_SAFE_NO_PAD.encode(claims));
    headers.insert(field, HeaderValue::from_str(&forged).ok()?);
    Some(())
}

/// `/web` becomes `/wec`: one bit.
pub(crate) fn rename_subject(request: &mut Request<Bytes>) {
    const MARKER: &str = "/web\"";
    let _ = flip_bit(request.headers_mut(), &WORKLOAD_IDENTITY_TOKEN, MARKER, "/we".len());
}

/// The `jti` becomes another one: one bit. No character of base64url turns into a quote or a backslash by it.
pub(crate) fn renumber_proof(request: &mut Request<Bytes>) {
    const MARKER: &str = "\"jti\":\"";
    let _ = flip_bit(request.headers_mut(), &AUTHORIZATION, MARKER, MARKER.len());
}

/// Puts a value in the place of a field.
pub(crate) fn replace(request: &mut Request<Bytes>, field: HeaderName, value: &str) {
    if let Ok(value) = HeaderValue::from_str(value) {
        request.headers_mut().insert(field, value);
    }
}

/// Adds a field line, whether there is one already or not.
pub(crate) fn add(request: &mut Request<Bytes>, field: HeaderName, value: &str) {
    if let Ok(value) = HeaderValue::from_str(value) {
        request.headers_mut().append(field, value);
    }
}

/// Asks for something else with the same credentials.
pub(crate) fn redirect(request: &mut Request<Bytes>, path: &'static str) {
    *request.uri_mut() = Uri::from_static(path);
}

/// A stolen WIT and a proof that says the right things, signed with the thief's own key.
pub(crate) fn prove_with_own_key(
    wit: &WorkloadIdentityToken,
    key: &SigningKey,
    mut request: Request<Bytes>,
    now: UnixTime,
) -> Result<Request<Bytes>, Failure> {
    const DOING: &str = "the thief could not make a proof";
    let nonce = Nonce::random().map_err(Failure::step(DOING))?;
    let prover = RemoteProver::new(wit, ProofOptions::default().channel_is_secure());
    let prover = prover.map_err(Failure::step(DOING))?;
    let prepared = prover.prepare(&request, now, nonce).map_err(Failure::step(DOING))?;
    // `attach` would refuse the signature, so it is joined by hand.
    let signing_input = String::from_utf8_lossy(prepared.signing_input()).into_owned();
    let signature = key.sign(prepared.signing_input()).map_err(Failure::step(DOING))?;
    let signature = URL_SAFE_NO_PAD.encode(signature);
    replace(&mut request, WORKLOAD_IDENTITY_TOKEN, wit.as_str());
    replace(&mut request, AUTHORIZATION, &format!("WPT {signing_input}.{signature}"));
    Ok(request)
}
