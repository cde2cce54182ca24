//! What can go wrong on the way.

use std::io;

/// Why a server gave nothing that can be used.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum HttpError {
    /// The host name has no address.
    #[error("the host name cannot be resolved")]
    Resolve(#[source] io::Error),
    /// Every address of the host is one that may not be connected to.
    #[error("no address of the host may be connected to")]
    AddressRefused,
    /// No address of the host takes the connection.
    #[error("the server cannot be connected to")]
    Connect(#[source] io::Error),
    /// The TLS handshake failed, the check of the server's certificate included.
    #[error("the TLS handshake failed")]
    Tls(#[source] io::Error),
    /// The exchange as a whole took too long.
    #[error("the server took too long")]
    Timeout,
    /// This is not HTTP, or the connection ended too early.
    #[error("the exchange was not completed")]
    Protocol(#[source] hyper::Error),
    /// The server sends us elsewhere. We do not go.
    #[error("the server redirects, which is not followed")]
    Redirect,
    /// Another status than 200.
    #[error("the server answered with status {0}")]
    Status(u16),
    /// The content is of another type than JSON.
    #[error("the content is not of a JSON type")]
    ContentType,
    /// The content is compressed, although that was not asked for.
    #[error("the content has a coding")]
    ContentEncoding,
    /// The content is longer than the limit.
    #[error("the content is longer than {limit} bytes")]
    TooLarge {
        /// The limit in bytes.
        limit: usize,
    },
}

impl HttpError {
    /// The stable code of this error.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::Resolve(_) => "http.resolve",
            Self::AddressRefused => "http.address_refused",
            Self::Connect(_) => "http.connect",
            Self::Tls(_) => "http.tls",
            Self::Timeout => "http.timeout",
            Self::Protocol(_) => "http.protocol",
            Self::Redirect => "http.redirect",
            Self::Status(_) => "http.status",
            Self::ContentType => "http.content_type",
            Self::ContentEncoding => "http.content_encoding",
            Self::TooLarge { .. } => "http.too_large",
        }
    }
}
