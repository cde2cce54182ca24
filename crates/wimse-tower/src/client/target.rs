//! Where a request goes, and whether what it carries is safe on the way.

use http::Uri;
use std::net::IpAddr;

/// What a target says of the way to it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Way {
    Tls,
    /// Not over TLS, to this machine.
    Loopback,
    /// Not over TLS.
    Plain,
    /// There is no scheme: the client beneath decides where the request goes, and over what.
    Unknown,
}

impl Way {
    pub(super) fn to(target: &Uri) -> Self {
        match target.scheme_str() {
            Some(scheme) if scheme.eq_ignore_ascii_case("https") => Self::Tls,
            Some(_) if is_loopback(target) => Self::Loopback,
            Some(_) => Self::Plain,
            None => Self::Unknown,
        }
    }
}

/// Whether a WIT may go there without TLS: `localhost`, which is loopback by RFC 6761 6.3, and loopback addresses.
fn is_loopback(uri: &Uri) -> bool {
    let Some(host) = uri.host() else { return false };
    let host = host.strip_prefix('[').and_then(|host| host.strip_suffix(']')).unwrap_or(host);
    host.eq_ignore_ascii_case("localhost") || host.parse().is_ok_and(|address: IpAddr| address.is_loopback())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_scheme_says_how() {
        for (uri, way) in [
            ("https://orders.example.com/", Way::Tls),
            ("HTTPS://127.0.0.1/", Way::Tls),
            ("http://orders.example.com/", Way::Plain),
            ("ws://orders.example.com/", Way::Plain),
            ("http://127.0.0.1:80/", Way::Loopback),
            ("http://127.9.9.9/", Way::Loopback),
            ("http://[::1]:8080/", Way::Loopback),
            ("http://LOCALHOST/", Way::Loopback),
            ("/orders", Way::Unknown),
            ("*", Way::Unknown),
            // Of CONNECT: the authority is not who it is sent to.
            ("127.0.0.1:80", Way::Unknown),
        ] {
            assert_eq!(Way::to(&uri.parse().unwrap()), way, "{uri}");
        }
    }

    #[test]
    fn what_only_looks_like_loopback_is_not() {
        for uri in [
            "http://127.0.0.1.example.com/",
            "http://localhost.example.com/",
            "http://0.0.0.0/",
            "http://10.0.0.1/",
            "http://[::ffff:127.0.0.1]/",
        ] {
            assert_eq!(Way::to(&uri.parse().unwrap()), Way::Plain, "{uri}");
        }
    }
}
