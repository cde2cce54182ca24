//! The request of the caller, by what the proxy says of it.

use super::unfit::Unfit;
use crate::config::GatewayHeaders;
use axum::body::Body;
use http::uri::{Parts, PathAndQuery};
use http::{HeaderMap, HeaderName, HeaderValue, Method, Request, Uri, request};

/// The request that the caller has made: method and target as the proxy says, and the fields that it has passed on. What
/// the question itself says of host, path and connection is left behind.
pub(super) fn original(
    asked: request::Parts,
    body: Body,
    names: &GatewayHeaders,
) -> Result<Request<Body>, Unfit> {
    let method = method(&asked.headers, &names.method)?;
    let uri = target(&asked.headers, &names.uri)?;
    let mut request = Request::new(body);
    *request.method_mut() = method;
    *request.uri_mut() = uri;
    *request.version_mut() = asked.version;
    *request.headers_mut() = asked.headers;
    // They are the proxy's words, not the caller's.
    for name in [Some(&names.method), Some(&names.uri), names.content.as_ref()].into_iter().flatten() {
        request.headers_mut().remove(name);
    }
    Ok(request)
}

fn method(headers: &HeaderMap, name: &HeaderName) -> Result<Method, Unfit> {
    let value = once(headers, name, Unfit::MethodMissing, Unfit::MethodRepeated)?;
    let method = Method::from_bytes(value.as_bytes()).map_err(|_| Unfit::MethodInvalid(name.clone()))?;
    // Its target is an authority, and it asks for a tunnel that nobody would judge.
    if method == Method::CONNECT { Err(Unfit::MethodInvalid(name.clone())) } else { Ok(method) }
}

/// A path with or without a query, or the asterisk of OPTIONS. Another form names a host, and nobody's word counts for that.
fn target(headers: &HeaderMap, name: &HeaderName) -> Result<Uri, Unfit> {
    let invalid = || Unfit::UriInvalid(name.clone());
    let value = once(headers, name, Unfit::UriMissing, Unfit::UriRepeated)?;
    let text = value.to_str().map_err(|_| invalid())?;
    let is_origin_form = text == "*" || text.starts_with('/');
    if !is_origin_form || text.contains('#') {
        return Err(invalid());
    }
    let mut parts = Parts::default();
    parts.path_and_query = Some(PathAndQuery::try_from(text).map_err(|_| invalid())?);
    Uri::from_parts(parts).map_err(|_| invalid())
}

/// Whether the caller sends content that is not here, where the proxy has to say so.
pub(super) fn has_content(headers: &HeaderMap, name: &HeaderName) -> Result<bool, Unfit> {
    let value = once(headers, name, Unfit::ContentMissing, Unfit::ContentRepeated)?;
    Ok(value.as_bytes() != b"0")
}

/// The only value of a field. Of several, one may be the caller's.
fn once<'h>(
    headers: &'h HeaderMap,
    name: &HeaderName,
    missing: fn(HeaderName) -> Unfit,
    repeated: fn(HeaderName) -> Unfit,
) -> Result<&'h HeaderValue, Unfit> {
    let mut values = headers.get_all(name).iter();
    match (values.next(), values.next()) {
        (Some(value), None) => Ok(value),
        (None, _) => Err(missing(name.clone())),
        (Some(_), Some(_)) => Err(repeated(name.clone())),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names() -> GatewayHeaders {
        GatewayHeaders {
            method: HeaderName::from_static("x-method"),
            uri: HeaderName::from_static("x-uri"),
            content: Some(HeaderName::from_static("x-content")),
            identity: HeaderName::from_static("x-caller"),
            status: None,
        }
    }

    fn asked(fields: &[(&'static str, &str)]) -> Result<Request<Body>, Unfit> {
        let mut request = Request::new(());
        for (name, value) in fields {
            request.headers_mut().append(*name, value.parse().unwrap());
        }
        original(request.into_parts().0, Body::empty(), &names())
    }

    #[test]
    fn what_the_proxy_says_counts() {
        let request =
            asked(&[("x-method", "PUT"), ("x-uri", "/a%2Fb?c=d"), ("host", "evil"), ("x-content", "0")]);
        let request = request.unwrap();
        assert_eq!((request.method().as_str(), request.uri().to_string()), ("PUT", "/a%2Fb?c=d".to_owned()));
        assert_eq!(request.headers().keys().map(HeaderName::as_str).collect::<Vec<_>>(), ["host"]);
        for target in ["/", "*", "//a/b", "/a?b?c", "/a:b@c", "/%00"] {
            assert_eq!(asked(&[("x-method", "GET"), ("x-uri", target)]).unwrap().uri().to_string(), target);
        }
    }

    #[test]
    fn each_is_there_once_and_is_one() {
        let codes = |fields: &[(&'static str, &str)]| asked(fields).unwrap_err().code();
        for (fields, code) in [
            (&[("x-uri", "/")][..], "gateway.method_missing"),
            (&[("x-uri", "/"), ("x-method", "GET"), ("x-method", "GET")], "gateway.method_repeated"),
            (&[("x-uri", "/"), ("x-method", "G T")], "gateway.method_invalid"),
            (&[("x-uri", "/"), ("x-method", "")], "gateway.method_invalid"),
            (&[("x-uri", "/"), ("x-method", "CONNECT")], "gateway.method_invalid"),
            (&[("x-method", "GET")], "gateway.uri_missing"),
            (&[("x-method", "GET"), ("x-uri", "/"), ("x-uri", "/")], "gateway.uri_repeated"),
            (&[("x-method", "GET"), ("x-uri", "")], "gateway.uri_invalid"),
            (&[("x-method", "GET"), ("x-uri", "a")], "gateway.uri_invalid"),
            (&[("x-method", "GET"), ("x-uri", "https://a/b")], "gateway.uri_invalid"),
            (&[("x-method", "GET"), ("x-uri", "/a b")], "gateway.uri_invalid"),
            (&[("x-method", "GET"), ("x-uri", "/a#b")], "gateway.uri_invalid"),
            (&[("x-method", "GET"), ("x-uri", "/a, /b")], "gateway.uri_invalid"),
        ] {
            assert_eq!(codes(fields), code, "{fields:?}");
        }
    }

    #[test]
    fn only_a_zero_says_that_there_is_no_content() {
        let name = HeaderName::from_static("x-content");
        let says = |values: &[&str]| {
            let mut headers = HeaderMap::new();
            values.iter().for_each(|value| {
                headers.append(name.clone(), value.parse().unwrap());
            });
            has_content(&headers, &name).map_err(|error| error.code())
        };
        assert_eq!(says(&["0"]), Ok(false));
        for some in ["1", "", "00", "0, 0", "none"] {
            assert_eq!(says(&[some]), Ok(true), "{some}");
        }
        assert_eq!(says(&[]), Err("gateway.content_missing"));
        assert_eq!(says(&["0", "0"]), Err("gateway.content_repeated"));
    }
}
