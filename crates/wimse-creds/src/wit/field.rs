//! The `Workload-Identity-Token` header field (workload-creds 5.1.1).

use super::WitError;
use crate::jose::JoseError;
use http::header::{HeaderMap, HeaderName};

/// The name of the field, `workload-identity-token`.
pub const WORKLOAD_IDENTITY_TOKEN: HeaderName = HeaderName::from_static("workload-identity-token");

/// The token of a message: exactly one field line, and nothing but ASCII in it.
///
/// That it is exactly one JWT is checked when it is parsed: a list has a comma, which no JWT has.
///
/// # Errors
///
/// [`WitError::FieldMissing`], [`WitError::FieldRepeated`] or [`WitError::Token`].
pub fn wit_field(headers: &HeaderMap) -> Result<&str, WitError> {
    let mut lines = headers.get_all(WORKLOAD_IDENTITY_TOKEN).iter();
    let value = lines.next().ok_or(WitError::FieldMissing)?;
    if lines.next().is_some() {
        return Err(WitError::FieldRepeated);
    }
    // What is ASCII and no base64url, such as a tab, is refused when the token is read.
    let text = std::str::from_utf8(value.as_bytes()).ok().filter(|text| text.is_ascii());
    text.ok_or(WitError::Token(JoseError::Malformed))
}
