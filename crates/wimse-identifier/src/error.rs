//! Why a text is not an identifier, an origin or a trust domain.

use core::fmt;

/// Why a text was refused. The variants are in check order: a text with several faults reports the first.
///
/// The messages never quote the refused text, so they are safe in logs. [`code`](Self::code) is stable;
/// [`requirement`](Self::requirement) names the main rule (`ID-*` is draft-ietf-wimse-identifier, `IDP-*` the
/// canonical-serialization proposal, both followed by section and number).
///
/// ```
/// use wimse_identifier::{IdentifierError, WorkloadIdentifier};
///
/// let refused = WorkloadIdentifier::parse("wimse://example.com/service#part");
/// assert_eq!(refused, Err(IdentifierError::Fragment));
/// assert_eq!(IdentifierError::Fragment.code(), "identifier.fragment");
/// assert_eq!(IdentifierError::Fragment.requirement(), "ID-4.1-5");
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum IdentifierError {
    /// The text is empty (ID-4.1-1).
    Empty,
    /// The text has more than 2048 bytes (ID-4.1-8, ID-4.1-9, ID-7.1-3, ID-7.1-5, IDP-4.1-5).
    TooLong,
    /// A byte above 127, a control character or a space (ID-7.1-1).
    NotAscii,
    /// A printable ASCII character that no URI has, such as `"`, `<` or `\` (ID-7.1-1).
    Character,
    /// There is no scheme: a relative reference or something that is not a URI (ID-4.1-1).
    SchemeMissing,
    /// The policy has no rules for this scheme, or it is not spelt in lower case (IDP-4.1-1, IDP-4.4-1).
    SchemeUnsupported,
    /// A name given to [`SchemeRules::generic`](crate::SchemeRules::generic) is not a lower-case RFC 3986
    /// scheme, or is one that has rules of its own (ID-4.1-10).
    SchemeInvalid,
    /// The scheme is not followed by `//` (ID-4.1-2, ID-4.4-1).
    AuthorityMissing,
    /// There is a fragment, perhaps an empty one (ID-4.1-1, ID-4.1-5).
    Fragment,
    /// There is a query, perhaps an empty one (ID-4.1-4).
    Query,
    /// There is user information, perhaps empty (ID-4.1-6).
    UserInfo,
    /// There is a port, perhaps an empty one (ID-4.1-7).
    Port,
    /// The authority is empty (ID-4.1-2).
    AuthorityEmpty,
    /// The trust domain is an IP address and no legacy option allows it (ID-4.3-2).
    IpAddress,
    /// The trust domain is longer than the scheme allows: 255 bytes for `spiffe` (ID-4.1-10, SPIFFE-ID 2.3).
    TrustDomainTooLong,
    /// The trust domain has a character that the scheme does not allow (IDP-4.4-2, SPIFFE-ID 2.1).
    TrustDomainCharacter,
    /// Percent-encoding in the trust domain that is malformed or that the scheme does not allow (IDP-4.4-3,
    /// SPIFFE-ID 2.1).
    TrustDomainPercentEncoding,
    /// The trust domain ends with a dot (IDP-4.4-3).
    TrustDomainTrailingDot,
    /// The path is empty or `/` alone (ID-4.1-3, IDP-4.4-4).
    PathEmpty,
    /// An origin has a path (section 4.6: an origin is no identifier; the reverse of ID-4.1-3).
    PathNotAllowed,
    /// The path ends with a slash (IDP-4.4-6, SPIFFE-ID 2.2).
    PathTrailingSlash,
    /// The path has an empty segment (IDP-4.4-6, SPIFFE-ID 2.2).
    PathEmptySegment,
    /// The path has a `.` or `..` segment (IDP-4.4-6, SPIFFE-ID 2.2).
    PathDotSegment,
    /// Percent-encoding in the path that is malformed, not canonical, or that the scheme does not allow
    /// (IDP-4.4-6, SPIFFE-ID 2.2).
    PathPercentEncoding,
    /// The path has a character that the scheme does not allow (IDP-4.4-5, SPIFFE-ID 2.2).
    PathCharacter,
}

impl IdentifierError {
    /// The stable code, for logs, metrics and test vectors.
    #[must_use]
    pub fn code(&self) -> &'static str {
        self.row().0
    }

    /// The id of the main requirement that was broken; the documentation of the variant lists all of them.
    #[must_use]
    pub fn requirement(&self) -> &'static str {
        self.row().1
    }

    /// Code, main requirement, message.
    fn row(self) -> (&'static str, &'static str, &'static str) {
        match self {
            Self::Empty => ("identifier.empty", "ID-4.1-1", "the identifier is empty"),
            Self::TooLong => ("identifier.too_long", "ID-7.1-5", "the identifier is longer than 2048 bytes"),
            Self::NotAscii => {
                ("identifier.not_ascii", "ID-7.1-1", "a byte is not ASCII, a control character or a space")
            }
            Self::Character => ("identifier.character", "ID-7.1-1", "a character is not allowed in a uri"),
            Self::SchemeMissing => ("identifier.scheme_missing", "ID-4.1-1", "there is no uri scheme"),
            Self::SchemeUnsupported => (
                "identifier.scheme_unsupported",
                "IDP-4.4-1",
                "the uri scheme is not one of the accepted ones",
            ),
            Self::SchemeInvalid => (
                "identifier.scheme_invalid",
                "ID-4.1-10",
                "the scheme name is not a lower-case uri scheme or has rules of its own",
            ),
            Self::AuthorityMissing => {
                ("identifier.authority_missing", "ID-4.1-2", "there is no authority component")
            }
            Self::Fragment => ("identifier.fragment", "ID-4.1-5", "there is a fragment component"),
            Self::Query => ("identifier.query", "ID-4.1-4", "there is a query component"),
            Self::UserInfo => ("identifier.userinfo", "ID-4.1-6", "there is user information"),
            Self::Port => ("identifier.port", "ID-4.1-7", "there is a port component"),
            Self::AuthorityEmpty => ("identifier.authority_empty", "ID-4.1-2", "the trust domain is empty"),
            Self::IpAddress => ("identifier.ip_address", "ID-4.3-2", "the trust domain is an ip address"),
            Self::TrustDomainTooLong => (
                "identifier.trust_domain_too_long",
                "ID-4.1-10",
                "the trust domain is longer than its scheme allows",
            ),
            Self::TrustDomainCharacter => (
                "identifier.trust_domain_character",
                "IDP-4.4-2",
                "a character is not allowed in the trust domain",
            ),
            Self::TrustDomainPercentEncoding => (
                "identifier.trust_domain_percent_encoding",
                "IDP-4.4-3",
                "percent-encoding is not allowed in this form in the trust domain",
            ),
            Self::TrustDomainTrailingDot => {
                ("identifier.trust_domain_trailing_dot", "IDP-4.4-3", "the trust domain ends with a dot")
            }
            Self::PathEmpty => ("identifier.path_empty", "ID-4.1-3", "the path is empty"),
            Self::PathNotAllowed => ("identifier.path_not_allowed", "ID-4.1-3", "an origin has no path"),
            Self::PathTrailingSlash => {
                ("identifier.path_trailing_slash", "IDP-4.4-6", "the path ends with a slash")
            }
            Self::PathEmptySegment => {
                ("identifier.path_empty_segment", "IDP-4.4-6", "the path has an empty segment")
            }
            Self::PathDotSegment => {
                ("identifier.path_dot_segment", "IDP-4.4-6", "the path has a dot segment")
            }
            Self::PathPercentEncoding => (
                "identifier.path_percent_encoding",
                "IDP-4.4-6",
                "percent-encoding is not allowed in this form in the path",
            ),
            Self::PathCharacter => {
                ("identifier.path_character", "IDP-4.4-5", "a character is not allowed in the path")
            }
        }
    }
}

impl fmt::Display for IdentifierError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.row().2)
    }
}

impl core::error::Error for IdentifierError {}
