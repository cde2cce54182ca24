//! Which signature of a message is ours.

use super::TAG;
use crate::HttpSignatureError;
use crate::message::{FieldError, Fields, Limits, ReceivedSignature, SelectError, Signatures};

/// The one signature with our tag (SIG-3-32, SIG-3-33); never by its label (SIG-3-34). None is an unsigned message
/// (SIG-3-41).
pub(crate) fn select(headers: Fields<'_>, limits: &Limits) -> Result<ReceivedSignature, HttpSignatureError> {
    let signatures = existing(headers, limits).map_err(HttpSignatureError::Fields)?;
    let signatures = signatures.ok_or(HttpSignatureError::Unsigned)?;
    signatures.into_tagged(TAG).map_err(|error| match error {
        SelectError::NotFound => HttpSignatureError::Unsigned,
        error => HttpSignatureError::Select(error),
    })
}

/// The signatures of a message, if there are any.
pub(crate) fn existing(headers: Fields<'_>, limits: &Limits) -> Result<Option<Signatures>, FieldError> {
    match Signatures::parse_within(headers, limits) {
        Ok(signatures) => Ok(Some(signatures)),
        Err(FieldError::Absent) => Ok(None),
        Err(error) => Err(error),
    }
}
