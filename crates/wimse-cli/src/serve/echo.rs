//! The application behind the layer: it says who calls, and how that was proven.

use crate::config::Proof;
use axum::BoxError;
use axum::body::{Body, Bytes};
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
    let content_bytes = match count(body, echo.content_bytes, echo.content_timeout).await {
        Ok(bytes) => bytes,
        Err(refused) => return refused,
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

/// The bytes of the content, of which none is kept.
async fn count(body: Body, longest: usize, timeout: Duration) -> Result<usize, Response> {
    let mut body = Limited::new(body, longest);
    let read = async {
        let mut bytes = 0;
        while let Some(frame) = body.frame().await {
            bytes += frame?.data_ref().map_or(0, Bytes::len);
        }
        Ok(bytes)
    };
    match tokio::time::timeout(timeout, read).await {
        Ok(Ok(bytes)) => Ok(bytes),
        Ok(Err::<_, BoxError>(error)) if error.is::<LengthLimitError>() => {
            Err(problem(StatusCode::PAYLOAD_TOO_LARGE, "Content Too Large"))
        }
        Ok(Err(_)) => Err(problem(StatusCode::BAD_REQUEST, "Bad Request")),
        Err(_) => Err(problem(StatusCode::REQUEST_TIMEOUT, "Request Timeout")),
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

#[cfg(test)]
mod tests {
    use super::*;
    use http_body::{Frame, SizeHint};
    use std::convert::Infallible;
    use std::pin::Pin;
    use std::sync::atomic::{AtomicUsize, Ordering};
    use std::task::{Context, Poll};

    /// Content whose pieces tell when they are gone.
    struct Pieces {
        left: usize,
        held: Arc<AtomicUsize>,
        most: Arc<AtomicUsize>,
    }

    struct Piece(Arc<AtomicUsize>);

    impl AsRef<[u8]> for Piece {
        fn as_ref(&self) -> &[u8] {
            &[0; 1000]
        }
    }

    impl Drop for Piece {
        fn drop(&mut self) {
            self.0.fetch_sub(1, Ordering::Relaxed);
        }
    }

    impl http_body::Body for Pieces {
        type Data = Bytes;
        type Error = Infallible;

        fn poll_frame(
            mut self: Pin<&mut Self>,
            _: &mut Context<'_>,
        ) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
            let Some(left) = self.left.checked_sub(1) else { return Poll::Ready(None) };
            self.left = left;
            let held = self.held.fetch_add(1, Ordering::Relaxed) + 1;
            self.most.fetch_max(held, Ordering::Relaxed);
            Poll::Ready(Some(Ok(Frame::data(Bytes::from_owner(Piece(Arc::clone(&self.held)))))))
        }

        fn size_hint(&self) -> SizeHint {
            SizeHint::default()
        }
    }

    /// What no signature covers comes from who may be nobody, and in as many requests at once as there may be.
    #[tokio::test]
    async fn content_is_counted_and_not_kept() {
        for (pieces, expected) in [(100, Ok(100_000)), (101, Err(StatusCode::PAYLOAD_TOO_LARGE))] {
            let (held, most) = <(Arc<AtomicUsize>, Arc<AtomicUsize>)>::default();
            let body = Body::new(Pieces { left: pieces, held: Arc::clone(&held), most: Arc::clone(&most) });
            let counted = count(body, 100_000, Duration::from_secs(30)).await;
            assert_eq!(counted.map_err(|refused| refused.status()), expected, "{pieces}");
            let now = held.load(Ordering::Relaxed);
            assert!(now == 0 && most.load(Ordering::Relaxed) <= 2, "{now} of {most:?}");
        }
    }
}
