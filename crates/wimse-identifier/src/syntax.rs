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
    check_length(uri)?;
    let seen = check_characters(uri)?;
    let (rules, after_scheme) = split_scheme(uri, accepted)?;
    let hierarchy = split_hierarchy(after_scheme)?;
    // Before anything is made of authority and path: both end at the first "?" or "#".
    check_no_fragment(seen)?;
    check_no_query(seen)?;
    let (authority, path) = split_authority(hierarchy);
    check_authority(authority, rules)?;

    let index = |value: usize| u16::try_from(value).map_err(|_| IdentifierError::TooLong);
    let layout =
        Layout { scheme_len: index(rules.scheme().len())?, authority_end: index(uri.len() - path.len())? };
    Ok((layout, rules))
}

/// ID-4.1-1, ID-7.1-3: the length bounds everything that follows.
pub(crate) fn check_length(uri: &str) -> Result<(), IdentifierError> {
    match uri.len() {
        0 => Err(IdentifierError::Empty),
        1..=MAX_LENGTH => Ok(()),
        _ => Err(IdentifierError::TooLong),
    }
}

/// ID-7.1-1. Tells which classes of bytes there are.
pub(crate) fn check_characters(text: &str) -> Result<Classes, IdentifierError> {
    let seen = Classes::seen_in(text);
    if seen.has(Classes::NOT_ASCII) {
        return Err(IdentifierError::NotAscii);
    }
    if seen.has(Classes::NEVER) {
        return Err(IdentifierError::Character);
    }
    Ok(seen)
}

/// The rules for the scheme, and what follows its colon.
pub(crate) fn split_scheme<'r, 'u>(
    uri: &'u str,
    accepted: &'r [SchemeRules],
) -> Result<(&'r SchemeRules, &'u str), IdentifierError> {
    accepted
        .iter()
        .find_map(|rules| Some((rules, uri.strip_prefix(rules.scheme())?.strip_prefix(':')?)))
        .ok_or_else(|| unknown_scheme(uri))
}

/// What follows the `//`.
pub(crate) fn split_hierarchy(after_scheme: &str) -> Result<&str, IdentifierError> {
    after_scheme.strip_prefix("//").ok_or(IdentifierError::AuthorityMissing)
}

/// ID-4.1-5, in the classes of the whole text.
pub(crate) fn check_no_fragment(seen: Classes) -> Result<(), IdentifierError> {
    if seen.has(Classes::HASH) { Err(IdentifierError::Fragment) } else { Ok(()) }
}

/// ID-4.1-4, in the classes of the whole text.
pub(crate) fn check_no_query(seen: Classes) -> Result<(), IdentifierError> {
    if seen.has(Classes::QUESTION) { Err(IdentifierError::Query) } else { Ok(()) }
}

/// Authority and path of what has neither query nor fragment.
pub(crate) fn split_authority(hierarchy: &str) -> (&str, &str) {
    hierarchy.split_at(hierarchy.bytes().position(|byte| byte == b'/').unwrap_or(hierarchy.len()))
}

/// Checks the authority by section 4.1, then by its scheme: it is the trust domain and nothing else.
pub(crate) fn check_authority(authority: &str, rules: &SchemeRules) -> Result<(), IdentifierError> {
    let seen = Classes::seen_in(authority);
    check_no_user_info(seen)?;
    check_no_port(authority, seen)?;
    check_trust_domain(authority, Some(rules))
}

/// ID-4.1-6, in the classes of the authority.
pub(crate) fn check_no_user_info(seen: Classes) -> Result<(), IdentifierError> {
    if seen.has(Classes::AT) { Err(IdentifierError::UserInfo) } else { Ok(()) }
}

/// ID-4.1-7
pub(crate) fn check_no_port(authority: &str, seen: Classes) -> Result<(), IdentifierError> {
    if seen.has(Classes::COLON) && has_port(authority) { Err(IdentifierError::Port) } else { Ok(()) }
}

/// Checks what is left of an authority; without rules, that it is there.
pub(crate) fn check_trust_domain(name: &str, rules: Option<&SchemeRules>) -> Result<(), IdentifierError> {
    if name.is_empty() {
        return Err(IdentifierError::AuthorityEmpty);
    }
    rules.map_or(Ok(()), |rules| rules.check_trust_domain(name))
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
