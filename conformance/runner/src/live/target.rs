//! Where the server is.

/// An `http` URL, taken apart.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Target {
    /// Host and port to connect to.
    pub address: String,
    /// As it stands in the URL: what goes into `Host`.
    pub authority: String,
    /// The path, with its leading slash.
    pub path: String,
}

impl Target {
    /// Takes an `http` URL without query apart.
    ///
    /// # Errors
    ///
    /// Why it cannot be used.
    pub fn parse(url: &str) -> Result<Self, &'static str> {
        let uri: http::Uri = url.parse().map_err(|_| "it is not a URL")?;
        if uri.scheme_str() != Some("http") {
            return Err("it is not an http URL; in front of a server with TLS, put a proxy that ends it");
        }
        if uri.query().is_some() || url.contains('#') {
            return Err("it has a query or a fragment");
        }
        let authority = uri.authority().filter(|authority| !authority.as_str().contains('@'));
        let authority = authority.ok_or("it has no host, or a user")?;
        let (host, port) = (authority.host(), authority.port_u16().unwrap_or(80));
        Ok(Self {
            address: format!("{host}:{port}"),
            authority: authority.as_str().to_owned(),
            path: uri.path().to_owned(),
        })
    }

    /// Scheme and authority.
    #[must_use]
    pub fn origin(&self) -> String {
        format!("http://{}", self.authority)
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
        assert_eq!(Target::parse("http://localhost").unwrap().address, "localhost:80");
        assert_eq!(Target::parse("http://[::1]:1/").unwrap().address, "[::1]:1");
        for wrong in ["", "localhost", "https://a/", "http://a/?b", "http://a/#b", "http://u@a/", "/a"] {
            assert!(Target::parse(wrong).is_err(), "{wrong}");
        }
    }
}
