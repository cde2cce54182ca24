//! Who a proof may be meant for. It comes from configuration, never from `Host` or `Forwarded` (WPT-3.1.7-2 to -4).

/// The audiences of a service, as configured. At least one: there is no empty audience, and none by default.
///
/// A *base* is scheme and authority of the service as its callers see it; a proof must name the base and the path of
/// the very request. A *value* is any string agreed on; if it is an `http` or `https` URI, it is good for requests to
/// its own path only, and otherwise it does not bind the path at all, so use it for the routes it is for.
///
/// ```
/// use wimse_creds::pop::{Audience, ProofTokenAudience};
///
/// let audience = Audience::base("https://api.example.com")?;
/// let matcher = ProofTokenAudience::from(audience);
/// assert!(matcher.matches("https://API.example.com:443/orders?page=2", Some("/orders")));
/// assert!(!matcher.matches("https://api.example.com/orders", Some("/refunds")));
/// assert!(!matcher.matches("https://other.example.com/orders", Some("/orders")));
/// # Ok::<(), wimse_creds::pop::AudienceError>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Audience {
    bases: Vec<String>,
    values: Vec<String>,
}

impl Audience {
    /// A base: `http` or `https` scheme and authority, without path, query, fragment or user information.
    ///
    /// # Errors
    ///
    /// [`AudienceError::Base`].
    pub fn base(uri: &str) -> Result<Self, AudienceError> {
        Self { bases: Vec::new(), values: Vec::new() }.or_base(uri)
    }

    /// A value, compared as a string.
    ///
    /// # Errors
    ///
    /// [`AudienceError::Value`] for an empty value, one with white space at an end, and an `http` or `https` URI that is
    /// not well-formed or has user information.
    pub fn value(value: impl Into<String>) -> Result<Self, AudienceError> {
        Self { bases: Vec::new(), values: Vec::new() }.or_value(value)
    }

    /// Accepts another base too.
    ///
    /// # Errors
    ///
    /// [`AudienceError::Base`].
    pub fn or_base(mut self, uri: &str) -> Result<Self, AudienceError> {
        let target = HttpUri::read(uri).ok_or(AudienceError::Base)?;
        if !matches!(target.path, "" | "/") || uri.contains(['?', '#']) {
            return Err(AudienceError::Base);
        }
        self.bases.push(target.base());
        Ok(self)
    }

    /// Accepts another value too.
    ///
    /// # Errors
    ///
    /// As [`value`](Self::value).
    pub fn or_value(mut self, value: impl Into<String>) -> Result<Self, AudienceError> {
        let value = value.into();
        let start = value.get(..6).unwrap_or(&value).to_ascii_lowercase();
        let claims_http = start.starts_with("http:") || start.starts_with("https:");
        // A URI that cannot be read would not bind its path.
        if value.trim() != value || value.is_empty() || (claims_http && HttpUri::read(&value).is_none()) {
            return Err(AudienceError::Value);
        }
        self.values.push(value);
        Ok(self)
    }

    /// The configured bases, in canonical form.
    #[must_use]
    pub fn bases(&self) -> &[String] {
        &self.bases
    }

    /// The configured values.
    #[must_use]
    pub fn values(&self) -> &[String] {
        &self.values
    }

    /// A value that is an HTTP URI is for its own path only.
    fn has_value(&self, path: Option<&str>, is_same: impl Fn(&str) -> bool) -> bool {
        self.values.iter().any(|value| {
            is_same(value)
                && match (HttpUri::read(value), path) {
                    (Some(uri), Some(path)) => uri.path_or_root() == path,
                    _ => true,
                }
        })
    }
}

/// Matches the `aud` of a Workload Proof Token: a base after normalisation, a value as it is.
///
/// Scheme and host are compared without regard to case, a default port counts as none, an empty path as `/`, query and
/// fragment are ignored, and the path is compared byte for byte.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProofTokenAudience(Audience);

impl From<Audience> for ProofTokenAudience {
    fn from(audience: Audience) -> Self {
        Self(audience)
    }
}

impl ProofTokenAudience {
    /// Whether `aud` is for us, given the path of the received request: raw, without query.
    ///
    /// `None` where there is no request, but a message of another protocol: then no base matches, and every value
    /// does. A request without a path has an empty one (`CONNECT`) or `*` (`OPTIONS *`), and only values that are not
    /// HTTP URIs match it.
    #[must_use]
    pub fn matches(&self, aud: &str, path: Option<&str>) -> bool {
        // Query and fragment are ignored on both sides, of URIs.
        let same =
            |value: &str| value == aud || (is_http(value) && without_query(value) == without_query(aud));
        if self.0.has_value(path, same) {
            return true;
        }
        let Some(path) = path else { return false };
        // As senders write it, nothing has to be normalised.
        let as_written = |base: &String| aud.strip_prefix(base.as_str()) == Some(path);
        if path.starts_with('/') && !path.contains(['?', '#']) && self.0.bases.iter().any(as_written) {
            return true;
        }
        let Some(uri) = HttpUri::read(aud) else { return false };
        uri.path_or_root() == path && self.0.bases.iter().any(|base| uri.has_base(base))
    }

    /// The audience as configured.
    #[must_use]
    pub fn configured(&self) -> &Audience {
        &self.0
    }
}

/// Matches the `wimse-aud` of an HTTP message signature: byte for byte, neither side normalised (SIG8-3.2).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SignatureAudience(Audience);

impl From<Audience> for SignatureAudience {
    fn from(audience: Audience) -> Self {
        Self(audience)
    }
}

impl SignatureAudience {
    /// Whether `wimse-aud` is one of the values, or a base joined with the raw path of the request.
    #[must_use]
    pub fn matches(&self, wimse_aud: &str, path: Option<&str>) -> bool {
        if self.0.has_value(path, |value| value == wimse_aud) {
            return true;
        }
        let Some(path) = path else { return false };
        self.0.bases.iter().any(|base| wimse_aud.strip_prefix(base.as_str()) == Some(path))
    }

    /// The audience as configured.
    #[must_use]
    pub fn configured(&self) -> &Audience {
        &self.0
    }
}

/// Why an audience was refused at configuration.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum AudienceError {
    /// Not scheme and authority alone.
    #[error("an audience base is \"https://\" or \"http://\" and an authority, and nothing after it")]
    Base,
    /// Empty, with white space at an end, or an `http` or `https` URI that is not well-formed.
    #[error("an audience value is not empty, and if it is an http or https URI it is well-formed")]
    Value,
}

impl AudienceError {
    /// The stable code of this error.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::Base => "audience.base",
            Self::Value => "audience.value",
        }
    }
}

/// An `http` or `https` URI in three pieces; query and fragment are left out.
struct HttpUri<'a> {
    scheme: &'static str,
    host: &'a str,
    port: Option<&'a str>,
    path: &'a str,
}

impl<'a> HttpUri<'a> {
    fn read(text: &'a str) -> Option<Self> {
        let (scheme, rest) = text.split_once("://")?;
        let scheme = ["https", "http"].into_iter().find(|known| scheme.eq_ignore_ascii_case(known))?;
        let rest = &rest[..rest.find(['?', '#']).unwrap_or(rest.len())];
        let (authority, path) = rest.split_at(rest.find('/').unwrap_or(rest.len()));
        // The colons of an IPv6 literal are before its bracket.
        let port_at = authority.rfind(']').unwrap_or(0);
        let (host, port) = match authority[port_at..].find(':') {
            Some(colon) => (&authority[..port_at + colon], &authority[port_at + colon + 1..]),
            None => (authority, ""),
        };
        // One spelling of a port: no leading zero.
        let port_fits = port.is_empty()
            || (port.starts_with(|c: char| ('1'..='9').contains(&c)) && port.parse::<u16>().is_ok());
        let plausible = is_host(host) && port_fits && text.bytes().all(|byte| byte.is_ascii_graphic());
        let default = if scheme == "https" { "443" } else { "80" };
        let port = Some(port).filter(|port| !port.is_empty() && *port != default);
        plausible.then_some(Self { scheme, host, port, path })
    }

    fn base(&self) -> String {
        let Self { scheme, host, .. } = self;
        let host = host.to_ascii_lowercase();
        match self.port {
            Some(port) => format!("{scheme}://{host}:{port}"),
            None => format!("{scheme}://{host}"),
        }
    }

    /// Whether [`base`](Self::base) would be this, without making it.
    fn has_base(&self, canonical: &str) -> bool {
        let authority = canonical.strip_prefix(self.scheme).and_then(|rest| rest.strip_prefix("://"));
        let Some((host, port)) = authority.and_then(|authority| authority.split_at_checked(self.host.len()))
        else {
            return false;
        };
        let same_port = match self.port {
            Some(own) => port.strip_prefix(':') == Some(own),
            None => port.is_empty(),
        };
        same_port && host.eq_ignore_ascii_case(self.host)
    }

    fn path_or_root(&self) -> &str {
        if self.path.is_empty() { "/" } else { self.path }
    }
}

fn is_http(text: &str) -> bool {
    HttpUri::read(text).is_some()
}

fn without_query(uri: &str) -> &str {
    &uri[..uri.find(['?', '#']).unwrap_or(uri.len())]
}

/// `reg-name` or IPv6 literal (RFC 3986 3.2.2); an asterisk is no wildcard here, and refused lest it looks like one.
fn is_host(host: &str) -> bool {
    if let Some(literal) = host.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')) {
        return literal.parse::<std::net::Ipv6Addr>().is_ok();
    }
    let name = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~%!$&'()+,;=".contains(&byte);
    !host.is_empty() && host.bytes().all(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_base_is_scheme_and_authority() {
        for (uri, canonical) in [
            ("https://api.example.com", "https://api.example.com"),
            ("HTTPS://API.example.com:443/", "https://api.example.com"),
            ("http://localhost:8080", "http://localhost:8080"),
            ("http://[::1]:80", "http://[::1]"),
            ("https://[2001:DB8::1]:8443", "https://[2001:db8::1]:8443"),
        ] {
            assert_eq!(Audience::base(uri).unwrap().bases(), [canonical], "{uri}");
        }
        for uri in [
            "",
            "api.example.com",
            "https://",
            "https:///path",
            "https://api.example.com/path",
            "https://api.example.com?",
            "https://api.example.com#",
            "https://user@api.example.com",
            "https://api.example.com:x",
            "https://api.example.com:+443",
            "https://api.example.com:0443",
            "https://api.example.com:65536",
            "https://[",
            "https://[::1]x",
            "https://<host>",
            "https://*.example.com",
            "ftp://api.example.com",
            "https://api.example.com\n",
            "https://exämple.com",
        ] {
            assert_eq!(Audience::base(uri), Err(AudienceError::Base), "{uri}");
        }
    }

    #[test]
    fn a_proof_token_audience_is_normalised_but_for_the_path() {
        let matcher = ProofTokenAudience::from(Audience::base("https://api.example.com").unwrap());
        for (aud, path, matches) in [
            ("https://api.example.com/a", "/a", true),
            ("HTTPS://Api.Example.com:443/a#f", "/a", true),
            ("https://api.example.com:/a", "/a", true),
            ("https://api.example.com", "/", true),
            ("https://api.example.com?q", "/", true),
            ("https://api.example.com/a", "/A", false),
            ("https://api.example.com/a", "/a/", false),
            ("https://api.example.com/%61", "/a", false),
            ("https://api.example.com/a/../b", "/b", false),
            ("https://api.example.com:8443/a", "/a", false),
            ("http://api.example.com/a", "/a", false),
            ("https://x@api.example.com/a", "/a", false),
            ("https://api.example.com.evil.example/a", "/a", false),
            ("https://evil.example/https://api.example.com/a", "/a", false),
            ("//api.example.com/a", "/a", false),
            ("", "/a", false),
        ] {
            assert_eq!(matcher.matches(aud, Some(path)), matches, "{aud} {path}");
        }
        assert!(!matcher.matches("https://api.example.com/a", None));
    }

    #[test]
    fn a_value_is_exact_and_its_path_counts() {
        let audience =
            Audience::value("urn:example:queue").unwrap().or_value("https://api.example.com/a").unwrap();
        let matcher = ProofTokenAudience::from(audience);
        assert!(matcher.matches("urn:example:queue", Some("/anything")));
        assert!(matcher.matches("urn:example:queue", None));
        assert!(!matcher.matches("URN:example:queue", None));
        assert!(matcher.matches("https://api.example.com/a", Some("/a")));
        assert!(!matcher.matches("https://api.example.com/a", Some("/b")));
        assert!(!matcher.matches("https://api.example.com:443/a", Some("/a")));
        assert!(matcher.matches("https://api.example.com/a?page=2#top", Some("/a")));
        assert!(!matcher.matches("urn:example:queue?page=2", None));
        for value in [
            "",
            " urn:example:queue",
            " https://api.example.com/a",
            "https:///a",
            "https://user@api.example.com/a",
            "HTTPS://api.example.com:0443/a",
            "http:api.example.com/a",
            "https:",
        ] {
            assert_eq!(Audience::value(value), Err(AudienceError::Value), "{value}");
        }
    }

    #[test]
    fn a_signature_audience_is_never_normalised() {
        let matcher = SignatureAudience::from(Audience::base("https://a.example").unwrap());
        assert!(matcher.matches("https://a.example/x", Some("/x")));
        for aud in [
            "https://a.example/x/",
            "https://a.example:443/x",
            "HTTPS://a.example/x",
            "https://a.example/x?q",
        ] {
            assert!(!matcher.matches(aud, Some("/x")), "{aud}");
        }
    }
}
