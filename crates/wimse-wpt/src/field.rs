//! `Authorization: WPT` (wpt 2, RFC 9110 11.6.2).

use crate::WptError;
use http::header::{AUTHORIZATION, HeaderMap, HeaderValue};

/// The credentials of the one `Authorization` field of a message, which must have the scheme `WPT`.
///
/// The scheme is compared without regard to case. `Proxy-Authorization` is not looked at.
///
/// ```
/// use http::header::{AUTHORIZATION, HeaderMap, HeaderValue};
///
/// let mut headers = HeaderMap::new();
/// headers.insert(AUTHORIZATION, "wpt  aaa.bbb.ccc".parse()?);
/// assert_eq!(wimse_wpt::authorization(&headers)?, "aaa.bbb.ccc");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// # Errors
///
/// [`WptError::AuthorizationMissing`], [`WptError::AuthorizationRepeated`], [`WptError::OtherScheme`] or
/// [`WptError::Credentials`].
pub fn authorization(headers: &HeaderMap) -> Result<&str, WptError> {
    let value = text(only_line(headers)?)?;
    let (scheme, credentials) = split(value);
    check_scheme(scheme)?;
    check_credentials(credentials)?;
    Ok(credentials)
}

/// WPT-2-14: exactly one.
pub(crate) fn only_line(headers: &HeaderMap) -> Result<&HeaderValue, WptError> {
    let mut lines = headers.get_all(AUTHORIZATION).iter();
    let value = lines.next().ok_or(WptError::AuthorizationMissing)?;
    if lines.next().is_some() { Err(WptError::AuthorizationRepeated) } else { Ok(value) }
}

/// What has other bytes is no token.
pub(crate) fn text(value: &HeaderValue) -> Result<&str, WptError> {
    std::str::from_utf8(value.as_bytes()).map_err(|_| WptError::Credentials)
}

/// Scheme and credentials.
pub(crate) fn split(value: &str) -> (&str, &str) {
    let (scheme, credentials) = value.split_at(value.find(' ').unwrap_or(value.len()));
    (scheme, credentials.trim_start_matches(' '))
}

/// WPT-2-14.
pub(crate) fn check_scheme(scheme: &str) -> Result<(), WptError> {
    if scheme.eq_ignore_ascii_case("WPT") { Ok(()) } else { Err(WptError::OtherScheme) }
}

/// WPT-2-15.
pub(crate) fn check_credentials(credentials: &str) -> Result<(), WptError> {
    if is_token68(credentials) { Ok(()) } else { Err(WptError::Credentials) }
}

/// RFC 9110 11.2.
fn is_token68(text: &str) -> bool {
    let body = text.trim_end_matches('=');
    !body.is_empty()
        // Without a branch for each byte: tokens are long, and good ones the usual case.
        && body.bytes().fold(true, |good, byte| {
            good & (byte.is_ascii_alphanumeric() | matches!(byte, b'-' | b'.' | b'_' | b'~' | b'+' | b'/'))
        })
}
