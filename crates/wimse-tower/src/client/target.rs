//! Where a request goes, and whether what it carries is safe on the way.

use http::Uri;
use std::net::IpAddr;

/// Whether a WIT may go there without TLS: `localhost`, which is loopback by RFC 6761 6.3, and loopback addresses.
pub(super) fn is_loopback(uri: &Uri) -> bool {
    let Some(host) = uri.host() else { return false };
    let host = host.strip_prefix('[').and_then(|host| host.strip_suffix(']')).unwrap_or(host);
    host.eq_ignore_ascii_case("localhost") || host.parse().is_ok_and(|address: IpAddr| address.is_loopback())
}

/// Whether the request names a target without TLS. Without a scheme, the client beneath decides where it goes, and the
/// audience that was agreed on is judged instead.
pub(super) fn is_plain(uri: &Uri) -> bool {
    uri.scheme_str().is_some_and(|scheme| !scheme.eq_ignore_ascii_case("https"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn loopback_is_an_address_or_localhost() {
        let is = |uri: &str| is_loopback(&uri.parse().unwrap());
        for uri in ["http://127.0.0.1:80/", "http://127.9.9.9/", "http://[::1]:8080/", "http://LOCALHOST/"] {
            assert!(is(uri), "{uri}");
        }
        for uri in [
            "http://127.0.0.1.example.com/",
            "http://localhost.example.com/",
            "http://0.0.0.0/",
            "http://10.0.0.1/",
            "http://[::ffff:127.0.0.1]/",
            "/path",
        ] {
            assert!(!is(uri), "{uri}");
        }
    }
}
