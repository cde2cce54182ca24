//! Scheme and authority, in one spelling each.

use super::TargetError;

pub(super) fn scheme_name(scheme: &str) -> Result<&'static str, TargetError> {
    let names = ["https", "http"].into_iter();
    names.clone().find(|name| name.eq_ignore_ascii_case(scheme)).ok_or(TargetError::Scheme)
}

pub(super) struct Authority<'t> {
    pub(super) host: &'t str,
    pub(super) port: Option<&'t str>,
}

impl Authority<'_> {
    pub(super) fn is(&self, other: &Self) -> bool {
        self.host.eq_ignore_ascii_case(other.host) && self.port == other.port
    }
}

/// RFC 9110 4.2.3: without the default port. Without a scheme, a port that might be a default one is refused.
pub(super) fn normalize<'t>(authority: &'t str, scheme: Option<&str>) -> Result<Authority<'t>, TargetError> {
    let (host, port) = split_authority(authority)?;
    let port = match (port, scheme) {
        (Some("443"), Some("https")) | (Some("80"), Some("http")) => None,
        (Some("443" | "80"), None) => return Err(TargetError::SchemeUnknown),
        (port, _) => port,
    };
    Ok(Authority { host, port })
}

/// Host and port; an empty port is none (RFC 3986 6.2.3). User information is refused.
pub(super) fn split_authority(authority: &str) -> Result<(&str, Option<&str>), TargetError> {
    let end = match authority.strip_prefix('[') {
        Some(literal) => literal.find(']').ok_or(TargetError::Authority)? + 2,
        None => authority.find(':').unwrap_or(authority.len()),
    };
    let (host, port) = authority.split_at(end);
    let inner = host.strip_prefix('[').and_then(|host| host.strip_suffix(']'));
    let is_host = match inner {
        Some(literal) => {
            !literal.is_empty() && literal.bytes().all(|byte| is_name_byte(byte) || byte == b':')
        }
        None => !host.is_empty() && host.bytes().all(is_name_byte),
    };
    let port = if port.is_empty() { Some("") } else { port.strip_prefix(':') };
    match port {
        Some("") if is_host => Ok((host, None)),
        Some(port) if is_host && is_port(port) => Ok((host, Some(port))),
        _ => Err(TargetError::Authority),
    }
}

/// 0 to 65535, without a leading zero: one spelling.
fn is_port(port: &str) -> bool {
    port.bytes().all(|byte| byte.is_ascii_digit())
        && (port == "0" || !port.starts_with('0'))
        && port.parse::<u16>().is_ok()
}

/// RFC 3986 3.2.2: unreserved, sub-delims and `%`.
fn is_name_byte(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"-._~!$&'()*+,;=%".contains(&byte)
}

pub(super) fn push_authority(host: &str, port: Option<&str>, out: &mut String) {
    let start = out.len();
    out.push_str(host);
    out[start..].make_ascii_lowercase();
    if let Some(port) = port {
        out.push(':');
        out.push_str(port);
    }
}
