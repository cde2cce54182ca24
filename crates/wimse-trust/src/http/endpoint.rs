//! Where to ask.

use http::Uri;
use std::fmt;
use std::net::IpAddr;
use std::str::FromStr;
use wimse_mtls::rustls::pki_types::ServerName;

/// A URL of the configuration that keys or credentials come from. It is never taken from a token.
///
/// ```
/// use wimse_trust::Endpoint;
///
/// let endpoint: Endpoint = "https://id.example.com/jwks.json".parse()?;
/// assert_eq!(endpoint.as_str(), "https://id.example.com/jwks.json");
/// assert!("http://id.example.com/jwks.json".parse::<Endpoint>().is_err());
/// assert!(Endpoint::allow_loopback_http("http://127.0.0.1:8080/jwks.json").is_ok());
/// # Ok::<(), wimse_trust::EndpointError>(())
/// ```
#[derive(Clone, PartialEq, Eq)]
pub struct Endpoint {
    uri: Uri,
    text: Box<str>,
    host: Box<str>,
    port: u16,
    /// The name in the server's certificate; `None` for plain HTTP.
    name: Option<ServerName<'static>>,
}

impl Endpoint {
    /// For development: an `https` URL, or an `http` one whose host is `localhost` or a loopback address. Over plain HTTP it
    /// is connected to only if it is at a loopback address then.
    ///
    /// # Errors
    ///
    /// An [`EndpointError`].
    pub fn allow_loopback_http(url: &str) -> Result<Self, EndpointError> {
        let endpoint = Self::parse(url)?;
        let is_loopback = || match endpoint.host.parse::<IpAddr>() {
            Ok(address) => address.to_canonical().is_loopback(),
            Err(_) => endpoint.host.eq_ignore_ascii_case("localhost"),
        };
        if endpoint.name.is_none() && !is_loopback() {
            return Err(EndpointError::Scheme);
        }
        Ok(endpoint)
    }

    fn parse(url: &str) -> Result<Self, EndpointError> {
        if url.len() > LIMIT {
            return Err(EndpointError::Url);
        }
        // SPIFFE Federation 5.2.1.1 forbids userinfo; nobody needs a fragment.
        if url.contains(['@', '#']) {
            return Err(EndpointError::Url);
        }
        let uri: Uri = url.parse().map_err(|_| EndpointError::Url)?;
        let is_https = match uri.scheme_str() {
            Some("https") => true,
            Some("http") => false,
            _ => return Err(EndpointError::Scheme),
        };
        let host = uri.host().ok_or(EndpointError::Url)?;
        let host: Box<str> =
            host.strip_prefix('[').and_then(|host| host.strip_suffix(']')).unwrap_or(host).into();
        let authority = uri.authority().ok_or(EndpointError::Url)?.as_str();
        let port = match uri.port_u16() {
            Some(0) => return Err(EndpointError::Url),
            Some(port) => port,
            // Something that is no port stands there.
            None if !authority.ends_with(uri.host().unwrap_or_default()) => return Err(EndpointError::Url),
            None if is_https => 443,
            None => 80,
        };
        let name = ServerName::try_from(host.to_string()).map_err(|_| EndpointError::Url)?;
        Ok(Self { text: url.into(), host, port, name: is_https.then_some(name), uri })
    }

    /// The URL, as it was given.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.text
    }

    pub(crate) fn uri(&self) -> &Uri {
        &self.uri
    }

    pub(super) fn host(&self) -> &str {
        &self.host
    }

    pub(super) fn port(&self) -> u16 {
        self.port
    }

    pub(super) fn server_name(&self) -> Option<&ServerName<'static>> {
        self.name.as_ref()
    }
}

impl FromStr for Endpoint {
    type Err = EndpointError;

    /// Reads an `https` URL.
    fn from_str(url: &str) -> Result<Self, EndpointError> {
        let endpoint = Self::parse(url)?;
        if endpoint.name.is_some() { Ok(endpoint) } else { Err(EndpointError::Scheme) }
    }
}

impl fmt::Debug for Endpoint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Endpoint").field(&self.text).finish()
    }
}

/// Why a URL is no endpoint.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum EndpointError {
    /// Not an absolute URL with a host, or one with userinfo or a fragment, or longer than 2,048 bytes.
    #[error("not a URL of a host without userinfo and fragment")]
    Url,
    /// Another scheme than `https`, and `http` where it is not allowed.
    #[error("the URL is not an \"https\" one")]
    Scheme,
}

impl EndpointError {
    /// The stable code of this error.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::Url => "endpoint.url",
            Self::Scheme => "endpoint.scheme",
        }
    }
}

const LIMIT: usize = 2048;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn https_and_nothing_else() {
        for url in [
            "https://a.example",
            "https://a.example:8443/x?y=z",
            "https://[2606:4700::1]/",
            "https://1.1.1.1/",
        ] {
            assert_eq!(url.parse::<Endpoint>().map(|endpoint| endpoint.text), Ok(url.into()), "{url}");
        }
        for (url, expected) in [
            ("", EndpointError::Url),
            ("/jwks", EndpointError::Scheme),
            ("a.example", EndpointError::Scheme),
            ("file:///etc/passwd", EndpointError::Url),
            ("ftp://a.example/", EndpointError::Scheme),
            ("http://a.example/", EndpointError::Scheme),
            ("http://127.0.0.1/", EndpointError::Scheme),
            ("https:///jwks", EndpointError::Url),
            ("https://user@a.example/", EndpointError::Url),
            ("https://user:password@a.example/", EndpointError::Url),
            ("https://a.example/#key", EndpointError::Url),
            ("https://a.example:0/", EndpointError::Url),
            ("https://a.example:99999/", EndpointError::Url),
            ("https://a.example:/", EndpointError::Url),
            ("https://a example/", EndpointError::Url),
            ("https://a_b!.example/", EndpointError::Url),
        ] {
            assert_eq!(url.parse::<Endpoint>().map(|_| ()), Err(expected), "{url}");
        }
    }

    #[test]
    fn plain_http_to_loopback_when_allowed() {
        for url in ["http://127.0.0.1:80/", "http://localhost:8080/x", "http://[::1]/", "https://a.example/"]
        {
            assert!(Endpoint::allow_loopback_http(url).is_ok(), "{url}");
        }
        for url in [
            "http://a.example/",
            "http://10.0.0.1/",
            "http://localhost.example/",
            "http://127.0.0.1.example/",
        ] {
            assert_eq!(Endpoint::allow_loopback_http(url).map(|_| ()), Err(EndpointError::Scheme), "{url}");
        }
    }
}
