//! The application behind the layer: it says who calls, and how that was proven.

use crate::config::Proof;
use axum::body::Body;
use axum::extract::{Request, State};
use axum::response::Response;
use http::header::{CACHE_CONTROL, CONTENT_TYPE};
use http::{HeaderValue, StatusCode};
use http_body_util::{BodyExt as _, LengthLimitError, Limited};
use serde::Serialize;
use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;
use wimse_tower::Authenticated;

/// What the application is configured with.
#[derive(Debug)]
pub(super) struct Echo {
    pub(super) content_bytes: usize,
    pub(super) content_timeout: Duration,
}

/// The answer.
#[derive(Serialize)]
struct Answer<'a> {
    /// None for an anonymous request.
    caller: Option<Caller<'a>>,
    /// The peer of the connection, if that is mutual TLS.
    connection: Option<&'a str>,
    /// The proofs that are there, all of them good.
    presented: Vec<&'static str>,
    method: &'a str,
    path: &'a str,
    query: Option<&'a str>,
    content_bytes: usize,
}

#[derive(Serialize)]
struct Caller<'a> {
    identifier: &'a str,
    trust_domain: String,
    issuer: Option<&'a str>,
    binding: Option<Proof>,
    /// Fields and components of the request that are by the caller for certain.
    covered: BTreeSet<&'a str>,
}

/// Answers a request that the layer has let through.
pub(super) async fn answer(State(echo): State<Arc<Echo>>, request: Request) -> Response {
    let (parts, body) = request.into_parts();
    let read = tokio::time::timeout(echo.content_timeout, Limited::new(body, echo.content_bytes).collect());
    let content_bytes = match read.await {
        Ok(Ok(content)) => content.to_bytes().len(),
        Ok(Err(error)) if error.is::<LengthLimitError>() => {
            return problem(StatusCode::PAYLOAD_TOO_LARGE, "Content Too Large");
        }
        Ok(Err(_)) => return problem(StatusCode::BAD_REQUEST, "Bad Request"),
        Err(_) => return problem(StatusCode::REQUEST_TIMEOUT, "Request Timeout"),
    };
    // A route without the layer is a mistake of the service, and opens nothing.
    let Some(authenticated) = Authenticated::of(&parts.extensions) else {
        return problem(StatusCode::INTERNAL_SERVER_ERROR, "Internal Server Error");
    };
    let caller = authenticated.caller().map(|peer| Caller {
        identifier: peer.identifier().as_str(),
        trust_domain: peer.identifier().trust_domain().to_string(),
        issuer: peer.issuer(),
        binding: Proof::of(peer.binding()),
        covered: peer.covered().collect(),
    });
    let answer = Answer {
        caller,
        connection: authenticated.transport().map(|peer| peer.identifier().as_str()),
        presented: authenticated.presented().iter().filter_map(Proof::of).map(Proof::name).collect(),
        method: parts.method.as_str(),
        path: parts.uri.path(),
        query: parts.uri.query(),
        content_bytes,
    };
    match serde_json::to_string(&answer) {
        Ok(text) => respond(StatusCode::OK, "application/json", text + "\n"),
        Err(_) => problem(StatusCode::INTERNAL_SERVER_ERROR, "Internal Server Error"),
    }
}

/// RFC 9457, and no more than the status says.
fn problem(status: StatusCode, title: &str) -> Response {
    let text = serde_json::json!({ "type": "about:blank", "title": title, "status": status.as_u16() });
    respond(status, "application/problem+json", text.to_string())
}

fn respond(status: StatusCode, media_type: &'static str, text: String) -> Response {
    let mut response = Response::new(Body::from(text));
    *response.status_mut() = status;
    let headers = response.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static(media_type));
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}
