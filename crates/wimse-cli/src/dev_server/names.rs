//! Under which names the server is reached.

use http::uri::Authority;
use http::{HeaderMap, Uri, header};
use std::net::SocketAddr;
use wimse::creds::pop::{Audience, AudienceError};

/// Where credentials are asked for.
pub(crate) const ENDPOINT: &str = "/credentials";

/// The URLs of the server, without a path. A request for another host is not for it: a page in a browser may have had
/// its own name lead here (DNS rebinding).
#[derive(Debug, Clone)]
pub(crate) struct Names {
    /// At least one, the first of them the one that is told.
    bases: Vec<String>,
}

impl Names {
    /// The address that is listened on, and `localhost` for one of this machine.
    pub(crate) fn of(address: SocketAddr) -> Self {
        let mut bases = vec![format!("http://{address}")];
        if address.ip().is_loopback() {
            bases.push(format!("http://localhost:{}", address.port()));
        }
        Self { bases }
    }

    /// URLs that were given, before the address.
    pub(crate) fn given(urls: &[BaseUrl], address: SocketAddr) -> Self {
        let mut bases: Vec<String> = urls.iter().map(|url| url.0.clone()).collect();
        // One that stands for all addresses is no name.
        if !address.ip().is_unspecified() {
            bases.extend(Self::of(address).bases);
        }
        Self { bases }
    }

    /// The one that is told.
    pub(crate) fn first(&self) -> &str {
        self.bases.first().map_or("", String::as_str)
    }

    /// Where credentials are asked for, by each name.
    pub(crate) fn endpoints(&self) -> impl Iterator<Item = String> + '_ {
        self.bases.iter().map(|base| format!("{base}{ENDPOINT}"))
    }

    /// What a proof has to be meant for.
    pub(crate) fn audience(&self) -> Result<Audience, AudienceError> {
        let mut rest = self.bases.iter();
        let first = Audience::base(rest.next().map_or("", String::as_str))?;
        rest.try_fold(first, |audience, base| audience.or_base(base))
    }

    /// Whether a request is for this server: one host is said, in `Host` or in the target (`:authority` of HTTP/2), or in both;
    /// it is one of the names, and no other is said.
    pub(crate) fn are_meant(&self, target: &Uri, headers: &HeaderMap) -> bool {
        let is_ours = |host: &str| self.bases.iter().any(|base| authority(base).eq_ignore_ascii_case(host));
        let is_target_ours = target.authority().map(|target| is_ours(target.as_str()));
        let mut hosts = headers.get_all(header::HOST).iter();
        match (hosts.next(), hosts.next()) {
            (None, _) => is_target_ours == Some(true),
            (Some(host), None) => host.to_str().is_ok_and(is_ours) && is_target_ours != Some(false),
            (Some(_), Some(_)) => false,
        }
    }
}

fn authority(base: &str) -> &str {
    base.split_once("://").map_or("", |(_, authority)| authority)
}

/// A URL of the server as others reach it: scheme and authority.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct BaseUrl(String);

impl std::str::FromStr for BaseUrl {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let expected = "expected scheme and host, such as https://id.example.com or http://id.internal:8400";
        let base = text.strip_suffix('/').unwrap_or(text);
        let rest = base.strip_prefix("https://").or_else(|| base.strip_prefix("http://")).ok_or(expected)?;
        let authority: Authority = rest.parse().map_err(|_| expected)?;
        if rest.contains('@') || authority.host().is_empty() || Audience::base(base).is_err() {
            return Err(expected.to_owned());
        }
        Ok(Self(base.to_owned()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headers(hosts: &[&str]) -> HeaderMap {
        hosts.iter().map(|host| (header::HOST, host.parse().unwrap())).collect()
    }

    #[test]
    fn only_requests_for_this_host_are_ours() {
        let names = Names::of("127.0.0.1:8400".parse().unwrap());
        let origin = Uri::from_static("/credentials");
        for (hosts, expected) in [
            (&["127.0.0.1:8400"][..], true),
            (&["localhost:8400"], true),
            (&["LOCALHOST:8400"], true),
            (&["rebound.example:8400"], false),
            (&["127.0.0.1"], false),
            (&["127.0.0.1:80"], false),
            (&["localhost"], false),
            (&["localhost.:8400"], false),
            (&["127.0.0.1:8400.rebound.example"], false),
            (&["user@127.0.0.1:8400"], false),
            (&[""], false),
            (&[], false),
            (&["127.0.0.1:8400", "127.0.0.1:8400"], false),
            (&["127.0.0.1:8400", "rebound.example"], false),
        ] {
            assert_eq!(names.are_meant(&origin, &headers(hosts)), expected, "{hosts:?}");
        }
        let ours = headers(&["127.0.0.1:8400"]);
        assert!(names.are_meant(&Uri::from_static("http://127.0.0.1:8400/credentials"), &ours));
        assert!(!names.are_meant(&Uri::from_static("http://rebound.example/credentials"), &ours));
        assert!(names.are_meant(&Uri::from_static("http://127.0.0.1:8400/credentials"), &headers(&[])));
        assert!(!names.are_meant(&Uri::from_static("http://rebound.example/credentials"), &headers(&[])));
    }

    #[test]
    fn names_that_were_given_come_first() {
        let given = ["https://id.example.com/".parse().unwrap()];
        let names = Names::given(&given, "0.0.0.0:8400".parse().unwrap());
        assert_eq!(names.bases, ["https://id.example.com"]);
        assert!(names.are_meant(&Uri::from_static("/"), &headers(&["id.example.com"])));
        assert!(!names.are_meant(&Uri::from_static("/"), &headers(&["0.0.0.0:8400"])));
        let names = Names::given(&given, "[::1]:8400".parse().unwrap());
        assert_eq!(names.bases, ["https://id.example.com", "http://[::1]:8400", "http://localhost:8400"]);
        assert!(names.audience().is_ok());
        for wrong in [
            "",
            "id.example.com",
            "ftp://a.example",
            "https://",
            "https://a.example/x",
            "https://u@a.example",
        ] {
            assert!(wrong.parse::<BaseUrl>().is_err(), "{wrong}");
        }
    }
}
