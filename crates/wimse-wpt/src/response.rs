//! What a refused peer is told (wpt 2.1).

use crate::WptError;
use http::header::{CONTENT_TYPE, WWW_AUTHENTICATE};
use http::{HeaderValue, Response, StatusCode};

/// 401 with a `WPT` challenge and a fixed problem body (RFC 9457): the same for every cause.
///
/// ```
/// let response = wimse_wpt::challenge();
/// assert_eq!(response.status(), 401);
/// assert_eq!(response.headers()["www-authenticate"], "WPT");
/// ```
#[must_use]
pub fn challenge() -> Response<&'static str> {
    let body = r#"{"type":"about:blank","title":"Unauthorized","status":401}"#;
    let mut response = problem(StatusCode::UNAUTHORIZED, body);
    response.headers_mut().insert(WWW_AUTHENTICATE, HeaderValue::from_static("WPT"));
    response
}

impl WptError {
    /// The answer to send: [`challenge`], or 503 when the replay store is at fault. It never names the cause.
    #[must_use]
    pub fn response(&self) -> Response<&'static str> {
        if self.is_unavailable() {
            let body = r#"{"type":"about:blank","title":"Service Unavailable","status":503}"#;
            return problem(StatusCode::SERVICE_UNAVAILABLE, body);
        }
        challenge()
    }
}

fn problem(status: StatusCode, body: &'static str) -> Response<&'static str> {
    let mut response = Response::new(body);
    *response.status_mut() = status;
    response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("application/problem+json"));
    response
}
