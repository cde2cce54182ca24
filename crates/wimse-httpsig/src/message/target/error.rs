//! Errors of targets.

/// Why something cannot be derived from the target.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum TargetError {
    /// The target is empty, not visible ASCII, has a fragment, or is in no form that fits the method (RFC 9112 3.2).
    #[error("the target of the request is malformed")]
    Malformed,
    /// CONNECT and `OPTIONS *` have no path and no query.
    #[error("the target of the request has no path")]
    NoPath,
    /// The scheme is neither `https` nor `http`.
    #[error("the scheme is neither https nor http")]
    Scheme,
    /// Nothing says what the scheme is.
    #[error("the scheme of the request is not known")]
    SchemeUnknown,
    /// The authority is malformed: no host, user information, or no port where there must be one.
    #[error("the authority of the request is malformed")]
    Authority,
    /// Nothing says what the authority is.
    #[error("the authority of the request is not known")]
    AuthorityUnknown,
    /// The target is absolute and says something else than the scheme or authority that was given.
    #[error("the target of the request has another scheme or authority than was given")]
    Conflict,
    /// The raw target is not known.
    #[error("the raw target of the request is not known")]
    RequestTargetUnknown,
}

impl TargetError {
    /// The stable code of this error.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::Malformed => "httpsig.target_malformed",
            Self::NoPath => "httpsig.target_no_path",
            Self::Scheme => "httpsig.target_scheme",
            Self::SchemeUnknown => "httpsig.target_scheme_unknown",
            Self::Authority => "httpsig.target_authority",
            Self::AuthorityUnknown => "httpsig.target_authority_unknown",
            Self::Conflict => "httpsig.target_conflict",
            Self::RequestTargetUnknown => "httpsig.target_unknown",
        }
    }
}
