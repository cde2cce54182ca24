//! The target of a request, as its sender knows it.

use super::RequestFile;
use crate::exit::Failure;
use http::Uri;
use http::header::HOST;
use http::uri::Authority;
use wimse::httpsig::message::TargetContext;

/// The scheme of a request whose target does not say it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub(crate) enum Scheme {
    Https,
    Http,
}

impl Scheme {
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Https => "https",
            Self::Http => "http",
        }
    }
}

/// The whole target URI of a request in a file. Its sender wrote the `Host`, so that may be believed here; a recipient
/// never does (WPT-3.1.7).
///
/// The target stays as it is where it is whole already, and where no URI can be made of it, as of `OPTIONS *`. With an
/// audience agreed on a `Host` is not needed.
pub(crate) fn target(file: &RequestFile, scheme: Scheme, is_agreed: bool) -> Result<Uri, Failure> {
    if !file.target.starts_with('/') {
        return Ok(file.uri().clone());
    }
    let mut hosts = file.headers().get_all(HOST).iter();
    let host = match (hosts.next(), hosts.next()) {
        (Some(host), None) => host,
        (None, _) if is_agreed => return Ok(file.uri().clone()),
        (None, _) => {
            let next =
                "add a Host field, write the whole URI in the request line, or name the recipient with --aud";
            return Err(Failure::usage("the request has no Host field").next(next));
        }
        (Some(_), Some(_)) => {
            let failure = Failure::usage("the request has more than one Host field");
            return Err(failure.next("leave one of them"));
        }
    };
    let authority: Option<Authority> = host.to_str().ok().and_then(|host| host.parse().ok());
    let scheme = scheme.name();
    let uri = authority.and_then(|authority| format!("{scheme}://{authority}{}", file.target).parse().ok());
    uri.ok_or_else(|| {
        let failure = Failure::usage("the Host field of the request is not host and port");
        failure.next("write it as api.example.com or api.example.com:8443")
    })
}

/// The target of a request in a file, with what its sender knows of it.
pub(crate) fn context(file: &RequestFile, scheme: Scheme) -> TargetContext<'_> {
    let target = TargetContext::new(file.target.as_str());
    if !file.target.starts_with('/') && file.target != "*" {
        // A whole URI, or host and port, says it all.
        return target;
    }
    let mut hosts = file.headers().get_all(HOST).iter();
    let target = target.scheme(scheme.name());
    match (hosts.next().and_then(|host| host.to_str().ok()), hosts.next()) {
        (Some(host), None) => target.authority(host),
        _ => target,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(head: &str, scheme: Scheme, is_agreed: bool) -> Option<String> {
        let file = RequestFile::read(head.as_bytes()).unwrap();
        target(&file, scheme, is_agreed).ok().map(|uri| uri.to_string())
    }

    #[test]
    fn the_sender_wrote_the_host() {
        let head = "GET //a?b HTTP/1.1\nHost: api.example.com:8443\n\n";
        assert_eq!(read(head, Scheme::Https, false).unwrap(), "https://api.example.com:8443//a?b");
        assert_eq!(read(head, Scheme::Http, false).unwrap(), "http://api.example.com:8443//a?b");
        let whole = "GET http://a.example/b HTTP/1.1\nHost: c.example\n\n";
        assert_eq!(read(whole, Scheme::Https, false).unwrap(), "http://a.example/b");
        assert_eq!(read("OPTIONS * HTTP/1.1\nHost: a\n\n", Scheme::Https, true).unwrap(), "*");
    }

    #[test]
    fn exactly_one_host_and_nothing_behind_it() {
        assert_eq!(
            read("GET / HTTP/1.1\nHost: a.example\n\n", Scheme::Https, false).unwrap(),
            "https://a.example/"
        );
        for hosts in
            ["", "Host: a.example\nHost: a.example\n", "Host: a.example/x\n", "Host: \n", "Host: a b\n"]
        {
            assert_eq!(read(&format!("GET / HTTP/1.1\n{hosts}\n"), Scheme::Https, false), None, "{hosts:?}");
        }
        // A value agreed on stands in the place of the target, but a Host is still not two.
        assert_eq!(read("GET /a HTTP/1.1\n\n", Scheme::Https, true).unwrap(), "/a");
        assert_eq!(read("GET /a HTTP/1.1\nHost: a\nHost: b\n\n", Scheme::Https, true), None);
    }
}
