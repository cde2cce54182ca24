//! External handles: the names by which workloads are reached over the network.

use alloc::boxed::Box;
use alloc::string::String;
use core::fmt;

use crate::byte::{Classes, PercentEncoding, Scan};

/// The name by which a workload is reached: a DNS name, a URL, or any key of the deployment (section 5).
///
/// A handle is not an identifier and never turns into one; an [`IdentityMap`](crate::IdentityMap) says which
/// identifier to expect behind it. Handles of different kinds are never equal.
///
/// ```
/// use wimse_identifier::{ExternalHandle, HandleError};
///
/// assert_eq!(ExternalHandle::dns_name("API.example.com.")?, ExternalHandle::dns_name("api.example.com")?);
/// assert_eq!(ExternalHandle::url("https://api.example.com:443")?.as_str(), "https://api.example.com/");
/// assert_ne!(ExternalHandle::key("api.example.com")?, ExternalHandle::dns_name("api.example.com")?);
/// # Ok::<(), HandleError>(())
/// ```
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ExternalHandle {
    kind: Kind,
    text: Box<str>,
}

impl ExternalHandle {
    /// A DNS name: made lower-case, one trailing dot dropped; then at most 253 bytes, with labels of 1 to 63
    /// letters, digits, hyphens (not first or last) and underscores. Wildcards are refused.
    ///
    /// # Errors
    ///
    /// [`HandleError::Empty`] or [`HandleError::DnsName`].
    pub fn dns_name(name: &str) -> Result<Self, HandleError> {
        if name.is_empty() {
            return Err(HandleError::Empty);
        }
        let name = name.strip_suffix('.').unwrap_or(name);
        if name.len() > MAX_DNS_NAME || !name.split('.').all(is_dns_label) {
            return Err(HandleError::DnsName);
        }
        Ok(Self { kind: Kind::DnsName, text: name.to_ascii_lowercase().into() })
    }

    /// An absolute URL with a host: scheme and host made lower-case, an empty or default port dropped (80 for
    /// `http` and `ws`, 443 for `https` and `wss`), an empty path made `/`; path and percent-encoding stay as
    /// they are. User information, query and fragment are refused.
    ///
    /// # Errors
    ///
    /// [`HandleError::Empty`] or [`HandleError::Url`].
    pub fn url(url: &str) -> Result<Self, HandleError> {
        if url.is_empty() {
            return Err(HandleError::Empty);
        }
        normalise_url(url).map(|text| Self { kind: Kind::Url, text: text.into() }).ok_or(HandleError::Url)
    }

    /// Any other name, such as a service name of a mesh, compared exactly.
    ///
    /// # Errors
    ///
    /// [`HandleError::Empty`].
    pub fn key(key: &str) -> Result<Self, HandleError> {
        if key.is_empty() {
            return Err(HandleError::Empty);
        }
        Ok(Self { kind: Kind::Key, text: key.into() })
    }

    /// The handle as it is compared.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.text
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
enum Kind {
    DnsName,
    Url,
    Key,
}

impl fmt::Display for ExternalHandle {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.text)
    }
}

impl fmt::Debug for ExternalHandle {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?}({:?})", self.kind, self.text)
    }
}

/// Why a text is no [`ExternalHandle`], or why an [`IdentityMap`](crate::IdentityMap) refused it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum HandleError {
    /// The handle is empty.
    Empty,
    /// The text is no DNS name.
    DnsName,
    /// The text is no absolute URL with a host, or has user information, a query or a fragment.
    Url,
    /// The map already says what to expect behind this handle (ID-5-1).
    Duplicate,
}

impl HandleError {
    /// The stable code, for logs, metrics and test vectors.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::Empty => "handle.empty",
            Self::DnsName => "handle.dns_name",
            Self::Url => "handle.url",
            Self::Duplicate => "handle.duplicate",
        }
    }
}

impl fmt::Display for HandleError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Empty => "the handle is empty",
            Self::DnsName => "the handle is not a dns name",
            Self::Url => "the handle is not an absolute url without user information, query and fragment",
            Self::Duplicate => "the handle already has an identifier",
        })
    }
}

impl core::error::Error for HandleError {}

const MAX_DNS_NAME: usize = 253;

fn is_dns_label(label: &str) -> bool {
    (1..=63).contains(&label.len())
        && label.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_')
        && !label.starts_with('-')
        && !label.ends_with('-')
}

fn normalise_url(url: &str) -> Option<String> {
    let (scheme, hierarchy) = url.split_once("://")?;
    if !is_scheme(scheme) {
        return None;
    }
    let (authority, path) = match hierarchy.find('/') {
        Some(slash) => hierarchy.split_at(slash),
        None => (hierarchy, "/"),
    };
    let (host, port) = split_port(authority)?;
    if !is_host(host) || !is_path(path) {
        return None;
    }
    let mut text = String::with_capacity(url.len() + 1);
    text.push_str(scheme);
    text.push_str("://");
    text.push_str(host);
    text.make_ascii_lowercase();
    if !matches!((&text[..scheme.len()], port), (_, "") | ("http" | "ws", "80") | ("https" | "wss", "443")) {
        text.push(':');
        text.push_str(port);
    }
    text.push_str(path);
    Some(text)
}

fn is_scheme(scheme: &str) -> bool {
    scheme.bytes().next().is_some_and(|first| first.is_ascii_alphabetic())
        && scheme.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"+-.".contains(&byte))
}

/// Splits the authority into host and port, the port empty when there is none.
fn split_port(authority: &str) -> Option<(&str, &str)> {
    let host_len = authority.rfind(']').map_or(0, |bracket| bracket + 1);
    let (host, port) = match authority[host_len..].find(':') {
        Some(colon) => (&authority[..host_len + colon], &authority[host_len + colon + 1..]),
        None => (authority, ""),
    };
    // One spelling: "0443" is no port.
    let well_formed = port.is_empty()
        || (port.bytes().all(|byte| byte.is_ascii_digit())
            && !port.starts_with('0')
            && port.parse::<u16>().is_ok());
    well_formed.then_some((host, port))
}

fn is_host(host: &str) -> bool {
    if let Some(literal) = host.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')) {
        return literal.parse::<core::net::Ipv6Addr>().is_ok();
    }
    !host.is_empty() && is_made_of(host, Classes::UNRESERVED.and(Classes::SUB_DELIM))
}

fn is_path(path: &str) -> bool {
    let pchar = Classes::UNRESERVED.and(Classes::SUB_DELIM).and(Classes::COLON).and(Classes::AT);
    is_made_of(path, pchar.and(Classes::SLASH))
}

fn is_made_of(text: &str, allowed: Classes) -> bool {
    let scan = Scan::of(text, PercentEncoding::WellFormed);
    scan.triplets_permitted && scan.classes.within(allowed.and(Classes::PERCENT))
}
