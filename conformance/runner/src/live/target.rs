//! Where the server is.

/// An `http` or `https` URL, taken apart.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Target {
    /// Of the URL.
    pub scheme: &'static str,
    /// Host and port to connect to.
    pub address: String,
    /// As it stands in the URL: what goes into `Host`.
    pub authority: String,
    /// The path, with its leading slash.
    pub path: String,
}

impl Target {
    /// Takes an `http` or `https` URL without query apart.
    ///
    /// # Errors
    ///
    /// Why it cannot be used.
    pub fn parse(url: &str) -> Result<Self, &'static str> {
        let uri: http::Uri = url.parse().map_err(|_| "it is not a URL")?;
        let (scheme, default) = match uri.scheme_str() {
            Some("http") => ("http", 80),
            Some("https") => ("https", 443),
            _ => return Err("it is neither an http nor an https URL"),
        };
        if uri.query().is_some() || url.contains('#') {
            return Err("it has a query or a fragment");
        }
        let authority = uri.authority().filter(|authority| !authority.as_str().contains('@'));
        let authority = authority.ok_or("it has no host, or a user")?;
        let (host, port) = (authority.host(), authority.port_u16().unwrap_or(default));
        Ok(Self {
            scheme,
            address: format!("{host}:{port}"),
            authority: authority.as_str().to_owned(),
            path: uri.path().to_owned(),
        })
    }

    /// Whether connections are TLS.
    #[must_use]
    pub fn is_https(&self) -> bool {
        self.scheme == "https"
    }

    /// The host, without its port; an IPv6 address in brackets.
    #[must_use]
    pub fn host(&self) -> &str {
        self.address.rsplit_once(':').map_or(&*self.address, |(host, _)| host)
    }

    /// Scheme and authority.
    #[must_use]
    pub fn origin(&self) -> String {
        format!("{}://{}", self.scheme, self.authority)
    }

    /// A segment beneath the path.
    #[must_use]
    pub fn beneath(&self, segment: &str) -> Self {
        Self { path: format!("{}/{segment}", self.path.trim_end_matches('/')), ..self.clone() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn urls_are_taken_apart() {
        let target = Target::parse("http://127.0.0.1:8080/orders").unwrap();
        assert_eq!((&*target.address, &*target.path), ("127.0.0.1:8080", "/orders"));
        assert_eq!(target.origin(), "http://127.0.0.1:8080");
        assert_eq!(target.beneath("mtls").path, "/orders/mtls");
        assert_eq!(Target::parse("http://localhost").unwrap().address, "localhost:80");
        assert_eq!(Target::parse("http://[::1]:1/").unwrap().address, "[::1]:1");
        let target = Target::parse("https://api.example.com").unwrap();
        assert_eq!((&*target.address, target.host()), ("api.example.com:443", "api.example.com"));
        assert_eq!((target.origin(), target.is_https()), ("https://api.example.com".to_owned(), true));
        assert_eq!(target.beneath("mtls").path, "/mtls");
        for wrong in ["", "localhost", "ftp://a/", "http://a/?b", "https://a/#b", "http://u@a/", "/a"] {
            assert!(Target::parse(wrong).is_err(), "{wrong}");
        }
    }
}
