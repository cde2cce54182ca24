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
    // A port that is no number would count as none.
    let port = authority.as_str().get(authority.host().len()..).unwrap_or_default();
    let has_odd_port = authority.port_u16().is_none() && port.len() > 1;
    // CONNECT has host and port only; its audience is agreed on (decision 49).
    if *method == Method::CONNECT
        || has_user
        || has_odd_port
        || authority.host().is_empty()
        || !uri.path().is_ascii()
    {
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

/// Whether the URI, or an audience in its place, says that the channel is in the clear.
pub(crate) fn is_plain_http(uri: &Uri, audience: Option<&str>) -> bool {
    match (uri.scheme_str(), audience) {
        (Some(scheme), _) => !scheme.eq_ignore_ascii_case("https"),
        (None, Some(audience)) => {
            audience.get(..7).is_some_and(|start| start.eq_ignore_ascii_case("http://"))
        }
        (None, None) => false,
    }
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
            (Method::GET, "https://api.example.com:65536/"),
            (Method::GET, "https://api.example.com/\u{e9}"),
        ] {
            assert_eq!(audience(&method, &uri.parse().unwrap()), Err(ProveError::TargetUnknown), "{uri}");
        }
    }
}
