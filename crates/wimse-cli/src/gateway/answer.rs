//! What a proxy is told. Whatever is no yes has a status that a proxy takes for a no.

use super::unfit::Unfit;
use crate::config::{GatewayHeaders, Proxy};
use axum::body::Body;
use axum::response::Response;
use http::header::{CACHE_CONTROL, CONTENT_TYPE};
use http::{HeaderValue, StatusCode};
use wimse::creds::pop::AuthenticatedPeer;
use wimse::httpsig::problem;

/// In the extensions of the only answer that lets a request pass.
#[derive(Debug, Clone)]
struct Yes;

/// The request may pass; the service is told who calls, unless nobody had to say.
pub(super) fn yes(caller: Option<&AuthenticatedPeer>, names: &GatewayHeaders) -> Response {
    let mut response = Response::new(Body::empty());
    if let Some(caller) = caller {
        // An identifier is a URI, and so the value of a field.
        let Ok(value) = HeaderValue::from_str(caller.identifier().as_str()) else {
            return fixed(StatusCode::INTERNAL_SERVER_ERROR, "Internal Server Error");
        };
        response.headers_mut().insert(names.identity.clone(), value);
    }
    response.headers_mut().insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response.extensions_mut().insert(Yes);
    response
}

/// The proxy has asked wrongly, or has not got what would have to be judged.
pub(super) fn unfit(unfit: &Unfit) -> Response {
    if unfit.is_of_content() {
        return problem::signature_invalid().map(Body::from);
    }
    fixed(StatusCode::BAD_REQUEST, "Bad Request")
}

/// The proxy itself is not good.
pub(super) fn forbidden() -> Response {
    fixed(StatusCode::FORBIDDEN, "Forbidden")
}

/// Puts an answer into the words of the proxy.
pub(super) fn told(mut response: Response, proxy: Proxy, names: &GatewayHeaders) -> Response {
    if response.extensions().get::<Yes>().is_some() {
        return response;
    }
    let status = refused(&response);
    *response.status_mut() = status;
    response.headers_mut().remove(&names.identity);
    if proxy == Proxy::Nginx {
        if let Some(name) = &names.status {
            response.headers_mut().insert(name.clone(), HeaderValue::from(status.as_u16()));
        }
        // Of anything else nginx makes a 500.
        if status != StatusCode::UNAUTHORIZED {
            *response.status_mut() = StatusCode::FORBIDDEN;
        }
    }
    response
}

/// The status of a refusal. gRPC refuses with 200, and a status of its own beside, which a proxy does not look at.
fn refused(response: &Response) -> StatusCode {
    if response.status().is_client_error() || response.status().is_server_error() {
        return response.status();
    }
    match response.headers().get("grpc-status").map(HeaderValue::as_bytes) {
        Some(b"16") => StatusCode::UNAUTHORIZED,
        Some(b"4") => StatusCode::REQUEST_TIMEOUT,
        Some(b"8") => StatusCode::PAYLOAD_TOO_LARGE,
        Some(b"12") => StatusCode::NOT_IMPLEMENTED,
        Some(b"14") => StatusCode::SERVICE_UNAVAILABLE,
        _ => StatusCode::FORBIDDEN,
    }
}

/// RFC 9457, and no more than the status says.
fn fixed(status: StatusCode, title: &str) -> Response {
    let text = serde_json::json!({ "type": "about:blank", "title": title, "status": status.as_u16() });
    let mut response = Response::new(Body::from(text.to_string()));
    *response.status_mut() = status;
    let headers = response.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/problem+json"));
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}

#[cfg(test)]
mod tests {
    use super::*;
    use http::HeaderName;

    fn names() -> GatewayHeaders {
        let name = HeaderName::from_static;
        GatewayHeaders {
            method: name("x-method"),
            uri: name("x-uri"),
            content: None,
            identity: name("x-caller"),
            status: Some(name("x-status")),
        }
    }

    fn answer(status: u16, grpc: Option<&'static str>) -> Response {
        let mut response = fixed(StatusCode::from_u16(status).unwrap(), "");
        response.headers_mut().insert("x-caller", HeaderValue::from_static("wimse://example.com/root"));
        if let Some(grpc) = grpc {
            response.headers_mut().insert("grpc-status", HeaderValue::from_static(grpc));
        }
        response
    }

    /// Nothing but a yes is told with a status of success, whatever the layer has answered.
    #[test]
    fn what_is_no_yes_is_a_no() {
        for (status, grpc, told_as, nginx) in [
            (401, None, 401, 401),
            (400, None, 400, 403),
            (403, None, 403, 403),
            (413, None, 413, 403),
            (501, None, 501, 403),
            (503, None, 503, 403),
            (200, Some("16"), 401, 401),
            (200, Some("7"), 403, 403),
            (200, Some("4"), 408, 403),
            (200, Some("8"), 413, 403),
            (200, Some("12"), 501, 403),
            (200, Some("14"), 503, 403),
            (200, Some("0"), 403, 403),
            (200, None, 403, 403),
            (204, None, 403, 403),
            (302, None, 403, 403),
        ] {
            for proxy in [Proxy::Caddy, Proxy::Traefik, Proxy::Envoy] {
                let told = told(answer(status, grpc), proxy, &names());
                assert_eq!(told.status(), told_as, "{status} {grpc:?}");
                assert!(!told.headers().contains_key("x-caller") && !told.headers().contains_key("x-status"));
            }
            let told = told(answer(status, grpc), Proxy::Nginx, &names());
            assert_eq!(
                (told.status().as_u16(), &told.headers()["x-status"]),
                (nginx, &HeaderValue::from(told_as))
            );
            assert!(!told.headers().contains_key("x-caller"));
        }
        assert_eq!(told(yes(None, &names()), Proxy::Nginx, &names()).status(), 200);
    }
}
