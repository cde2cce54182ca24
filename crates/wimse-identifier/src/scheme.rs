//! What one URI scheme allows in the trust domain and the path (sections 4.2 and 4.4, SPIFFE-ID 2).

use alloc::borrow::{Cow, ToOwned};
use core::net::{Ipv4Addr, Ipv6Addr};

use crate::byte::{Classes, PercentEncoding, Scan};
use crate::error::IdentifierError;

/// The rules of one URI scheme for the trust domain and the path.
///
/// The rules of section 4.1 (absolute URI, authority, path, no query, fragment, user information or port, at
/// most 2048 bytes) come before these and cannot be switched off (ID-4.1-10). Every scheme refuses the path `/`
/// alone, a trailing slash, and a scheme that is not spelt in lower case. Nothing is ever normalised: an
/// identifier in another spelling is refused, and those accepted are compared byte for byte (IDP-4.1-3,
/// IDP-4.1-4).
///
/// ```
/// use wimse_identifier::{IdentifierError, IdentifierPolicy, SchemeRules};
///
/// let policy = IdentifierPolicy::default().with(SchemeRules::generic("workload")?);
/// policy.parse("workload://example.com/a:b/c%2Fd")?;
/// assert_eq!(policy.parse("workload://example.com/%61"), Err(IdentifierError::PathPercentEncoding));
/// # Ok::<(), IdentifierError>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SchemeRules {
    scheme: Cow<'static, str>,
    trust_domain: Classes,
    trust_domain_limit: Option<usize>,
    trailing_dot: bool,
    /// Whether a trust domain may be an IP address (ID-4.3-2).
    ip_address: bool,
    /// Whether the syntax has `[` IP-literal `]`; counts only together with `ip_address`.
    ip_literal: bool,
    path: Classes,
    percent_encoding: PercentEncoding,
    /// Whether the path may have empty segments, `.` and `..`.
    odd_segments: bool,
}

impl SchemeRules {
    /// Canonical `wimse`, the strict default (IDP-4.4-1 to IDP-4.4-6): a trust domain of `a-z 0-9 . - _` that
    /// does not end with a dot and is no IP address; segments of unreserved characters (`A-Z a-z 0-9 - . _ ~`),
    /// none of them empty, `.` or `..`.
    #[must_use]
    pub const fn wimse() -> Self {
        Self {
            scheme: Cow::Borrowed("wimse"),
            trust_domain: NAME,
            trust_domain_limit: None,
            trailing_dot: false,
            ip_address: false,
            ip_literal: false,
            path: Classes::UNRESERVED.and(Classes::SLASH),
            percent_encoding: PercentEncoding::Forbidden,
            odd_segments: false,
        }
    }

    /// `wimse` by the text of draft-ietf-wimse-identifier alone (the `ID-*` rules), without the
    /// canonical-serialization proposal: any RFC 3986 `reg-name` and path with valid percent-encoding, upper-case
    /// hosts, dot segments and empty segments in the middle. Different spellings are different identifiers.
    #[must_use]
    pub const fn wimse_baseline() -> Self {
        Self {
            scheme: Cow::Borrowed("wimse"),
            trust_domain: Classes::UNRESERVED.and(Classes::SUB_DELIM),
            trust_domain_limit: None,
            trailing_dot: true,
            ip_address: false,
            ip_literal: true,
            path: PCHAR.and(Classes::SLASH),
            percent_encoding: PercentEncoding::WellFormed,
            odd_segments: true,
        }
    }

    /// `spiffe` by SPIFFE-ID 2.1 to 2.3: a trust domain of at most 255 bytes of `a-z 0-9 . - _`, segments of
    /// `A-Z a-z 0-9 . - _`, none of them empty, `.` or `..`.
    ///
    /// A trust domain that looks like an IPv4 address is accepted, because SPIFFE-ID 2.1 forbids treating it
    /// differently.
    #[must_use]
    pub const fn spiffe() -> Self {
        Self {
            scheme: Cow::Borrowed("spiffe"),
            trust_domain: NAME,
            trust_domain_limit: Some(255),
            trailing_dot: true,
            ip_address: true,
            ip_literal: false,
            path: NAME.and(Classes::UPPER).and(Classes::SLASH),
            percent_encoding: PercentEncoding::Forbidden,
            odd_segments: false,
        }
    }

    /// Rules for a scheme that has none here, such that there is one spelling of each identifier: lower-case
    /// scheme and trust domain, percent-encoding only with upper-case digits and never of an unreserved
    /// character, no empty, `.` or `..` segment. Otherwise any RFC 3986 `reg-name` and path.
    ///
    /// # Errors
    ///
    /// [`IdentifierError::SchemeInvalid`] when `scheme` is not `a-z` followed by `a-z 0-9 + - .`, or is `wimse`
    /// or `spiffe`, which have rules of their own.
    pub fn generic(scheme: &str) -> Result<Self, IdentifierError> {
        let lower = Classes::LOWER.and(Classes::DIGIT);
        let starts_well = scheme.bytes().next().is_some_and(|first| first.is_ascii_lowercase());
        let goes_well = scheme.bytes().all(|byte| Classes::of(byte).within(lower) || b"+-.".contains(&byte));
        if !starts_well || !goes_well || matches!(scheme, "wimse" | "spiffe") {
            return Err(IdentifierError::SchemeInvalid);
        }
        Ok(Self {
            scheme: Cow::Owned(scheme.to_owned()),
            trust_domain: NAME.and(Classes::TILDE).and(Classes::SUB_DELIM),
            trust_domain_limit: None,
            trailing_dot: true,
            ip_address: false,
            ip_literal: true,
            path: PCHAR.and(Classes::SLASH),
            percent_encoding: PercentEncoding::Canonical,
            odd_segments: false,
        })
    }

    /// Accepts trust domains that are IP addresses, for compatibility with legacy naming (ID-4.3-2).
    ///
    /// The characters of the scheme still hold: canonical `wimse` gains IPv4 addresses only, because it has no
    /// brackets; [`wimse_baseline`](Self::wimse_baseline) and [`generic`](Self::generic) also gain `[...]`.
    #[must_use]
    pub const fn allow_ip_trust_domain(mut self) -> Self {
        self.ip_address = true;
        self
    }

    /// The scheme that these rules are for, without the colon.
    #[must_use]
    pub fn scheme(&self) -> &str {
        &self.scheme
    }

    pub(crate) fn check_trust_domain(&self, name: &str) -> Result<(), IdentifierError> {
        let literal = name.strip_prefix('[').and_then(|rest| rest.strip_suffix(']'));
        if !self.ip_address && (literal.is_some() || is_ipv4(name)) {
            return Err(IdentifierError::IpAddress);
        }
        if self.trust_domain_limit.is_some_and(|limit| name.len() > limit) {
            return Err(IdentifierError::TrustDomainTooLong);
        }
        if let (Some(address), true) = (literal, self.ip_literal) {
            return self.check_ip_literal(address);
        }
        let scan = Scan::of(name, self.percent_encoding);
        if !scan.classes.within(self.trust_domain.and(Classes::PERCENT)) {
            return Err(IdentifierError::TrustDomainCharacter);
        }
        if !scan.triplets_permitted {
            return Err(IdentifierError::TrustDomainPercentEncoding);
        }
        if !self.trailing_dot && name.ends_with('.') {
            return Err(IdentifierError::TrustDomainTrailingDot);
        }
        Ok(())
    }

    fn check_ip_literal(&self, address: &str) -> Result<(), IdentifierError> {
        let well_formed = address.parse::<Ipv6Addr>().is_ok() || is_ip_future(address);
        let case_allowed =
            self.trust_domain.has(Classes::UPPER) || !Classes::seen_in(address).has(Classes::UPPER);
        if well_formed && case_allowed { Ok(()) } else { Err(IdentifierError::TrustDomainCharacter) }
    }

    pub(crate) fn check_path(&self, path: &str) -> Result<(), IdentifierError> {
        if matches!(path, "" | "/") {
            return Err(IdentifierError::PathEmpty);
        }
        if path.ends_with('/') {
            return Err(IdentifierError::PathTrailingSlash);
        }
        // Cheap for almost every path: each odd segment shows as "//" or starts as "/.".
        if !self.odd_segments && path.as_bytes().windows(2).any(|pair| matches!(pair, b"//" | b"/.")) {
            check_segments(path)?;
        }
        let scan = Scan::of(path, self.percent_encoding);
        if !scan.triplets_permitted {
            return Err(IdentifierError::PathPercentEncoding);
        }
        if !scan.classes.within(self.path.and(Classes::PERCENT)) {
            return Err(IdentifierError::PathCharacter);
        }
        Ok(())
    }
}

/// What `wimse` and `spiffe` allow in a trust domain.
const NAME: Classes = Classes::LOWER.and(Classes::DIGIT).and(Classes::MARK);

/// `pchar` of RFC 3986 without percent-encoding.
const PCHAR: Classes = Classes::UNRESERVED.and(Classes::SUB_DELIM).and(Classes::COLON).and(Classes::AT);

fn check_segments(path: &str) -> Result<(), IdentifierError> {
    let mut dot_segment = false;
    for segment in path.as_bytes().split(|byte| *byte == b'/').skip(1) {
        match segment {
            b"" => return Err(IdentifierError::PathEmptySegment),
            b"." | b".." => dot_segment = true,
            _ => {}
        }
    }
    if dot_segment { Err(IdentifierError::PathDotSegment) } else { Ok(()) }
}

/// `IPv4address` of RFC 3986: four `dec-octet`, so `010.0.0.1` is a name.
fn is_ipv4(name: &str) -> bool {
    // The first and the last byte decide for almost every name.
    name.bytes().next().is_some_and(|byte| byte.is_ascii_digit()) && name.parse::<Ipv4Addr>().is_ok()
}

/// `IPvFuture` of RFC 3986: `"v" 1*HEXDIG "." 1*( unreserved / sub-delims / ":" )`.
fn is_ip_future(address: &str) -> bool {
    let Some((version, rest)) = address.strip_prefix(['v', 'V']).and_then(|tail| tail.split_once('.')) else {
        return false;
    };
    let allowed = Classes::UNRESERVED.and(Classes::SUB_DELIM).and(Classes::COLON);
    !version.is_empty()
        && version.bytes().all(|byte| byte.is_ascii_hexdigit())
        && !rest.is_empty()
        && Classes::seen_in(rest).within(allowed)
}
