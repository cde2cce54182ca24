//! What a refused peer is told (decisions 3 and 4): it never names the cause.

use super::body::ServerBody;
use super::grpc::Grpc;
use super::{Bindings, ContentError, Refusal};
use http::header::{CACHE_CONTROL, CONNECTION, CONTENT_TYPE};
use http::{HeaderValue, Response, StatusCode, Version, request};
use wimse_creds::pop::binding::Binding;
use wimse_httpsig::message::ACCEPT_SIGNATURE;
use wimse_httpsig::{AcceptSignatureOptions, HttpSignatureError, problem};

/// What an answer depends on besides the cause.
#[derive(Debug, Clone, Copy)]
pub(super) struct Asked {
    pub(super) presented: Bindings,
    /// What the policy of the route accepts.
    pub(super) accepted: Bindings,
    pub(super) version: Version,
    pub(super) grpc: Option<Grpc>,
}

impl Asked {
    pub(super) fn answer(self, refusal: &Refusal, request: &request::Parts) -> Response<ServerBody> {
        if let Some(grpc) = self.grpc {
            return grpc.answer(kind(refusal));
        }
        let mut response = match kind(refusal) {
            Kind::Unauthenticated => self.challenge(refusal, request),
            Kind::BadRequest => {
                fixed(StatusCode::BAD_REQUEST, r#"{"type":"about:blank","title":"Bad Request","status":400}"#)
            }
            Kind::Forbidden => {
                fixed(StatusCode::FORBIDDEN, r#"{"type":"about:blank","title":"Forbidden","status":403}"#)
            }
            Kind::Unavailable => fixed(
                StatusCode::SERVICE_UNAVAILABLE,
                r#"{"type":"about:blank","title":"Service Unavailable","status":503}"#,
            ),
            Kind::TooLarge => fixed(
                StatusCode::PAYLOAD_TOO_LARGE,
                r#"{"type":"about:blank","title":"Content Too Large","status":413}"#,
            ),
            Kind::Timeout => fixed(
                StatusCode::REQUEST_TIMEOUT,
                r#"{"type":"about:blank","title":"Request Timeout","status":408}"#,
            ),
            Kind::SigningUnsupported => problem::signed_response_unsupported().map(ServerBody::text),
            Kind::SigningUnavailable => problem::signed_response_unavailable().map(ServerBody::text),
        };
        if closes(refusal) && self.version <= Version::HTTP_11 {
            response.headers_mut().insert(CONNECTION, HeaderValue::from_static("close"));
        }
        response
    }

    /// Row 3. A signed request gets 400, whatever failed; else who should use a WPT gets 401.
    fn challenge(self, refusal: &Refusal, request: &request::Parts) -> Response<ServerBody> {
        let wants = |binding| self.accepted.contains(binding);
        if self.presented.contains(Binding::HttpSignature) {
            return problem::signature_invalid().map(ServerBody::text);
        }
        let has_token = self.presented.contains(Binding::WorkloadProofToken);
        if wants(Binding::WorkloadProofToken) || has_token {
            let mut response = wimse_wpt::challenge().map(ServerBody::text);
            response.headers_mut().insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
            let is_missing = matches!(refusal, Refusal::NothingPresented | Refusal::ProofMissing(_));
            if is_missing && wants(Binding::HttpSignature) {
                add_wish(&mut response, request);
            }
            return response;
        }
        if wants(Binding::HttpSignature) {
            let mut response = problem::signature_invalid().map(ServerBody::text);
            add_wish(&mut response, request);
            return response;
        }
        // Only certificates are accepted, and HTTP has no challenge that asks for one: a 401 has to have one.
        fixed(StatusCode::FORBIDDEN, r#"{"type":"about:blank","title":"Forbidden","status":403}"#)
    }
}

/// `Accept-Signature` (SIG-3.5-12).
fn add_wish(response: &mut Response<ServerBody>, request: &request::Parts) {
    let wish = AcceptSignatureOptions::of_this_request(&request.method, &request.headers);
    // What the profile demands can always be written.
    if let Ok(wish) = wish.to_value() {
        response.headers_mut().insert(ACCEPT_SIGNATURE, wish);
    }
}

/// What kind of answer a refusal gets.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    BadRequest,
    Unauthenticated,
    Forbidden,
    Unavailable,
    TooLarge,
    Timeout,
    SigningUnsupported,
    SigningUnavailable,
}

pub(super) fn kind(refusal: &Refusal) -> Kind {
    match refusal {
        Refusal::PathAmbiguous => Kind::BadRequest,
        Refusal::Signature(HttpSignatureError::SignedResponseUnsupported) => Kind::SigningUnsupported,
        Refusal::Signature(error) if error.is_unavailable() => Kind::Unavailable,
        Refusal::ProofToken(error) if error.is_unavailable() => Kind::Unavailable,
        Refusal::Content(ContentError::TooLarge) => Kind::TooLarge,
        Refusal::Content(ContentError::Timeout) => Kind::Timeout,
        Refusal::Content(ContentError::Full | ContentError::Share | ContentError::Spool) => Kind::Unavailable,
        Refusal::Audit(_) => Kind::Unavailable,
        Refusal::Layers(_) | Refusal::NotAuthorized(_) => Kind::Forbidden,
        Refusal::Response(_) => Kind::SigningUnavailable,
        _ => Kind::Unauthenticated,
    }
}

/// Whether the connection is of no further use: its peer is not good, or content is on its way that nobody will read.
fn closes(refusal: &Refusal) -> bool {
    match refusal {
        #[cfg(feature = "mtls")]
        Refusal::Transport(_) => true,
        Refusal::Content(_) => true,
        _ => false,
    }
}

/// A problem that nobody may keep for the next request.
pub(super) fn fixed(status: StatusCode, body: &'static str) -> Response<ServerBody> {
    let mut response = Response::new(ServerBody::text(body));
    *response.status_mut() = status;
    let headers = response.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/problem+json"));
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}
