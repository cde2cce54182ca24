//! What a refused peer is told (http-signature 3.6, RFC 9457). The same for every cause (SIG8-3.6-2).

use crate::HttpSignatureError;
use crate::accept::AcceptSignatureOptions;
use crate::message::ACCEPT_SIGNATURE;
use http::header::{CACHE_CONTROL, CONTENT_TYPE};
use http::{HeaderValue, Method, Response, StatusCode};

/// The problem type of a signed request that was refused, for whatever reason (SIG8-3.6-1).
pub const SIGNATURE_INVALID: &str = "https://iana.org/assignments/http-problem-types#wimse-signature-invalid";
/// The problem type of a server that never signs responses, and was asked to (SIG8-3.6-3).
pub const SIGNED_RESPONSE_UNSUPPORTED: &str =
    "https://iana.org/assignments/http-problem-types#wimse-signed-response-unsupported";
/// The problem type of a server that cannot sign this one response (SIG8-3.6-4).
pub const SIGNED_RESPONSE_UNAVAILABLE: &str =
    "https://iana.org/assignments/http-problem-types#wimse-signed-response-unavailable";

/// 400 for a signed request that was refused, for whatever reason (SIG8-3.6-1).
///
/// ```
/// let response = wimse_httpsig::problem::signature_invalid();
/// assert_eq!(response.status(), 400);
/// assert!(response.body().contains(wimse_httpsig::problem::SIGNATURE_INVALID));
/// ```
#[must_use]
pub fn signature_invalid() -> Response<&'static str> {
    problem(
        StatusCode::BAD_REQUEST,
        r#"{"type":"https://iana.org/assignments/http-problem-types#wimse-signature-invalid","title":"Signature Invalid","status":400}"#,
    )
}

/// 501 for a request that demands a signed response of a server that signs none (SIG8-3.6-3). Only for a request that
/// has been verified.
#[must_use]
pub fn signed_response_unsupported() -> Response<&'static str> {
    problem(
        StatusCode::NOT_IMPLEMENTED,
        r#"{"type":"https://iana.org/assignments/http-problem-types#wimse-signed-response-unsupported","title":"Signed Response Unsupported","status":501}"#,
    )
}

/// 400 where a signed response is required and this one cannot be signed: it is streamed, or too large (SIG-3.5-3,
/// SIG8-3.6-4). Only for a request that has been verified; never a successful unsigned response (SIG-3.5-2).
#[must_use]
pub fn signed_response_unavailable() -> Response<&'static str> {
    problem(
        StatusCode::BAD_REQUEST,
        r#"{"type":"https://iana.org/assignments/http-problem-types#wimse-signed-response-unavailable","title":"Signed Response Unavailable","status":400}"#,
    )
}

impl HttpSignatureError {
    /// The answer to send: 400, or 503 when the replay store is at fault, or 501 when all is well but for the signed
    /// response that is not to be had. It never names the cause.
    ///
    /// A request with no signature at all is told which one to make, with `Accept-Signature`.
    #[must_use]
    pub fn response(&self) -> Response<&'static str> {
        match self {
            Self::Unsigned => challenge(&AcceptSignatureOptions::of_requests(&Method::GET)),
            Self::SignedResponseUnsupported => signed_response_unsupported(),
            error if error.is_unavailable() => problem(
                StatusCode::SERVICE_UNAVAILABLE,
                r#"{"type":"about:blank","title":"Service Unavailable","status":503}"#,
            ),
            _ => signature_invalid(),
        }
    }
}

/// [`signature_invalid`] with `Accept-Signature` (decision 3).
pub(crate) fn challenge(wanted: &AcceptSignatureOptions) -> Response<&'static str> {
    let mut response = signature_invalid();
    // What the profile demands can always be written; what an application adds may not be.
    if let Ok(value) = wanted.to_value() {
        response.headers_mut().insert(ACCEPT_SIGNATURE, value);
    }
    response
}

fn problem(status: StatusCode, body: &'static str) -> Response<&'static str> {
    let mut response = Response::new(body);
    *response.status_mut() = status;
    let headers = response.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/problem+json"));
    // A cache may keep a 501 by its own reckoning (RFC 9110 15.1), and none of these is for the next request.
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}
