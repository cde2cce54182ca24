//! The rules of section 4.1, which hold for every scheme, and where the components are.

use crate::byte::Classes;
use crate::error::IdentifierError;
use crate::scheme::SchemeRules;

/// Where the components of an accepted URI end, in bytes. All accepted text is ASCII, so every index is a
/// character boundary.
#[derive(Clone, Copy)]
pub(crate) struct Layout {
    pub(crate) scheme_len: u16,
    pub(crate) authority_end: u16,
}

impl Layout {
    pub(crate) fn scheme_end(self) -> usize {
        usize::from(self.scheme_len)
    }

    /// The authority starts after `://`.
    pub(crate) fn authority_start(self) -> usize {
        self.scheme_end() + 3
    }

    pub(crate) fn authority_end(self) -> usize {
        usize::from(self.authority_end)
    }
}

/// Checks a Workload Identifier by section 4.1 and the rules of its scheme.
pub(crate) fn check_identifier(uri: &str, accepted: &[SchemeRules]) -> Result<Layout, IdentifierError> {
    let (layout, rules) = check_up_to_authority(uri, accepted)?;
    rules.check_path(&uri[layout.authority_end()..])?;
    Ok(layout)
}

/// Checks a Workload Identifier Origin (section 4.6): the same, without any path.
pub(crate) fn check_origin(uri: &str, accepted: &[SchemeRules]) -> Result<Layout, IdentifierError> {
    let (layout, _) = check_up_to_authority(uri, accepted)?;
    if layout.authority_end() < uri.len() {
        return Err(IdentifierError::PathNotAllowed);
    }
    Ok(layout)
}

fn check_up_to_authority<'r>(
    uri: &str,
    accepted: &'r [SchemeRules],
) -> Result<(Layout, &'r SchemeRules), IdentifierError> {
    if uri.is_empty() {
        return Err(IdentifierError::Empty);
    }
    let seen = check_bytes(uri)?;
    let (rules, after_scheme) = accepted
        .iter()
        .find_map(|rules| Some((rules, uri.strip_prefix(rules.scheme())?.strip_prefix(':')?)))
        .ok_or_else(|| unknown_scheme(uri))?;
    let Some(hierarchy) = after_scheme.strip_prefix("//") else {
        return Err(IdentifierError::AuthorityMissing);
    };
    // Before anything is made of authority and path: both end at the first "?" or "#".
    if seen.has(Classes::HASH) {
        return Err(IdentifierError::Fragment);
    }
    if seen.has(Classes::QUESTION) {
        return Err(IdentifierError::Query);
    }
    let authority_len = hierarchy.bytes().position(|byte| byte == b'/').unwrap_or(hierarchy.len());
    check_authority(&hierarchy[..authority_len], rules)?;

    let index = |value: usize| u16::try_from(value).map_err(|_| IdentifierError::TooLong);
    let layout = Layout {
        scheme_len: index(rules.scheme().len())?,
        authority_end: index(uri.len() - hierarchy.len() + authority_len)?,
    };
    Ok((layout, rules))
}

/// Refuses what is too long or has bytes that occur in no URI, and tells which classes of bytes there are.
pub(crate) fn check_bytes(text: &str) -> Result<Classes, IdentifierError> {
    // ID-7.1-3: the length bounds everything that follows.
    if text.len() > MAX_LENGTH {
        return Err(IdentifierError::TooLong);
    }
    let seen = Classes::seen_in(text);
    if seen.has(Classes::NOT_ASCII) {
        return Err(IdentifierError::NotAscii);
    }
    if seen.has(Classes::NEVER) {
        return Err(IdentifierError::Character);
    }
    Ok(seen)
}

/// Checks the authority by section 4.1, then by its scheme: it is the trust domain and nothing else.
pub(crate) fn check_authority(authority: &str, rules: &SchemeRules) -> Result<(), IdentifierError> {
    let seen = Classes::seen_in(authority);
    if seen.has(Classes::AT) {
        return Err(IdentifierError::UserInfo);
    }
    if seen.has(Classes::COLON) && has_port(authority) {
        return Err(IdentifierError::Port);
    }
    if authority.is_empty() {
        return Err(IdentifierError::AuthorityEmpty);
    }
    rules.check_trust_domain(authority)
}

/// Whether an authority with a colon has a port: the colons of an IP-literal are none.
fn has_port(authority: &str) -> bool {
    match authority.rsplit_once(']') {
        Some((literal, rest)) if literal.starts_with('[') => rest.contains(':'),
        _ => true,
    }
}

/// Tells a URI of another scheme from a text that has no scheme.
fn unknown_scheme(uri: &str) -> IdentifierError {
    let scheme = match uri.split_once(':') {
        Some((scheme, _)) => scheme,
        None => return IdentifierError::SchemeMissing,
    };
    let starts_well = scheme.bytes().next().is_some_and(|first| first.is_ascii_alphabetic());
    let goes_well = scheme.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"+-.".contains(&byte));
    if starts_well && goes_well { IdentifierError::SchemeUnsupported } else { IdentifierError::SchemeMissing }
}

/// ID-4.1-8 and ID-7.1-5: what every implementation accepts is also the limit here.
pub(crate) const MAX_LENGTH: usize = 2048;
