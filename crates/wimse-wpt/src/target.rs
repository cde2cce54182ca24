//! The target URI of a request (RFC 9110 7.1), for a sender.

use crate::ProveError;
use http::{Method, Uri};

/// `aud` by default: the target URI without query and fragment, with lower-case scheme and host, no default port, and
/// `/` for an empty path (WPT-2-4).
pub(crate) fn audience(method: &Method, uri: &Uri) -> Result<String, ProveError> {
    let (Some(scheme), Some(authority)) = (uri.scheme_str(), uri.authority()) else {
        return Err(ProveError::TargetUnknown);
    };
    let default_port = if scheme.eq_ignore_ascii_case("https") {
        443
    } else if scheme.eq_ignore_ascii_case("http") {
        80
    } else {
        return Err(ProveError::TargetUnknown);
    };
    let has_user = authority.as_str().contains('@');
    // CONNECT has host and port only; its audience is agreed on (README row 49).
    if *method == Method::CONNECT || has_user || authority.host().is_empty() {
        return Err(ProveError::TargetUnknown);
    }
    let scheme = scheme.to_ascii_lowercase();
    let host = authority.host().to_ascii_lowercase();
    let path = if uri.path().is_empty() { "/" } else { uri.path() };
    Ok(match authority.port_u16() {
        Some(port) if port != default_port => format!("{scheme}://{host}:{port}{path}"),
        _ => format!("{scheme}://{host}{path}"),
    })
}

/// Whether the URI says that the channel is in the clear.
pub(crate) fn is_plain_http(uri: &Uri) -> bool {
    uri.scheme_str().is_some_and(|scheme| !scheme.eq_ignore_ascii_case("https"))
}

/// The path as received, if the request has one: not for `CONNECT` and `OPTIONS *`.
pub(crate) fn path(uri: &Uri) -> Option<&str> {
    Some(uri.path()).filter(|path| path.starts_with('/'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_target_becomes_one_spelling() {
        for (uri, expected) in [
            ("https://api.example.com/orders?page=2", "https://api.example.com/orders"),
            ("HTTPS://API.example.com:443", "https://api.example.com/"),
            ("http://localhost:8080/a%2Fb", "http://localhost:8080/a%2Fb"),
            ("https://[2001:DB8::1]:8443/x/", "https://[2001:db8::1]:8443/x/"),
        ] {
            assert_eq!(audience(&Method::GET, &uri.parse().unwrap()).unwrap(), expected);
        }
        for (method, uri) in [
            (Method::GET, "/orders"),
            (Method::OPTIONS, "*"),
            (Method::CONNECT, "api.example.com:443"),
            (Method::GET, "https://user@api.example.com/"),
            (Method::GET, "ftp://api.example.com/"),
        ] {
            assert_eq!(audience(&method, &uri.parse().unwrap()), Err(ProveError::TargetUnknown), "{uri}");
        }
    }
}
