//! The forms of a request target.

use super::TargetError;
use super::authority::split_authority;

/// The four forms of a request target.
pub(super) enum Form<'t> {
    Origin(&'t str),
    Absolute { scheme: &'t str, authority: &'t str, path_and_query: &'t str },
    Authority(&'t str),
    Asterisk,
}

impl<'t> Form<'t> {
    /// Reads a target (RFC 9112 3.2).
    pub(super) fn of(target: &'t str, method: &str) -> Result<Self, TargetError> {
        // Without a branch for each byte: several components of a base ask, and targets may be long.
        let is_visible = |good, byte: u8| good & byte.is_ascii_graphic() & (byte != b'#');
        if target.is_empty() || !target.bytes().fold(true, is_visible) {
            return Err(TargetError::Malformed);
        }
        if method == "CONNECT" {
            return Ok(Self::Authority(target));
        }
        if target.starts_with('/') {
            return Ok(Self::Origin(target));
        }
        if target == "*" {
            return if method == "OPTIONS" { Ok(Self::Asterisk) } else { Err(TargetError::Malformed) };
        }
        let (scheme, rest) = target.split_once("://").ok_or(TargetError::Malformed)?;
        let end = rest.find(['/', '?']).unwrap_or(rest.len());
        let (authority, path_and_query) = rest.split_at(end);
        // What only looks like a URI is not taken apart, not even for its path.
        if !is_scheme(scheme) {
            return Err(TargetError::Malformed);
        }
        split_authority(authority)?;
        Ok(Self::Absolute { scheme, authority, path_and_query })
    }

    /// Decision 21: `*` has no path here, rather than an empty one.
    pub(super) fn path_and_query(&self) -> Option<(&'t str, Option<&'t str>)> {
        match self {
            Self::Origin(text) | Self::Absolute { path_and_query: text, .. } => {
                Some(text.split_once('?').map_or((text, None), |(path, query)| (path, Some(query))))
            }
            Self::Authority(_) | Self::Asterisk => None,
        }
    }

    pub(super) fn scheme(&self) -> Option<&'t str> {
        if let Self::Absolute { scheme, .. } = self { Some(scheme) } else { None }
    }

    pub(super) fn authority(&self) -> Option<&'t str> {
        if let Self::Absolute { authority, .. } = self { Some(authority) } else { None }
    }
}

/// RFC 3986 3.1.
fn is_scheme(scheme: &str) -> bool {
    scheme.starts_with(|first: char| first.is_ascii_alphabetic())
        && scheme.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"+-.".contains(&byte))
}
