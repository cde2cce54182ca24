//! The known claims of a WIT, as received: one function each.

use super::{WitError, WitPolicy};
use crate::UnixTime;
use crate::jose::json::{self, Object};
use crate::time::{Bound, non_empty_string};
use serde_json::value::RawValue;
use wimse_identifier::WorkloadIdentifier;

/// WIT-5.1-6, WIT-5.1.4-2.
pub(super) fn subject(claims: &Object<'_>, policy: &WitPolicy) -> Result<WorkloadIdentifier, WitError> {
    let subject = claims.get("sub").ok_or(WitError::SubjectMissing)?;
    let subject = json::string(subject).ok_or(WitError::Claim("sub"))?;
    policy.identifiers.parse(&subject).map_err(WitError::Subject)
}

/// WIT-5.1-7.
pub(super) fn expiry(claims: &Object<'_>) -> Result<UnixTime, WitError> {
    date(claims, "exp", Bound::End)?.ok_or(WitError::ExpiryMissing)
}

pub(super) fn not_before(claims: &Object<'_>) -> Result<Option<UnixTime>, WitError> {
    date(claims, "nbf", Bound::Start)
}

pub(super) fn issued_at(claims: &Object<'_>) -> Result<Option<UnixTime>, WitError> {
    date(claims, "iat", Bound::End)
}

pub(super) fn issuer(claims: &Object<'_>) -> Result<Option<Box<str>>, WitError> {
    text(claims, "iss")
}

pub(super) fn token_id(claims: &Object<'_>) -> Result<Option<Box<str>>, WitError> {
    text(claims, "jti")
}

pub(super) fn has_audience(claims: &Object<'_>) -> bool {
    claims.get("aud").is_some()
}

/// `cnf` as JSON text.
pub(super) fn confirmation<'a>(claims: &Object<'a>) -> Option<&'a str> {
    claims.get("cnf").map(RawValue::get)
}

/// WIT-5.1-9: `cnf.jwk` as JSON text, which is an object.
pub(super) fn confirmation_jwk(confirmation: Option<&str>) -> Result<&str, WitError> {
    let confirmation = confirmation.ok_or(WitError::ConfirmationMissing)?;
    // A value inside an object that has been checked; only its type can be wrong.
    let confirmation = Object::parse(confirmation).map_err(|_| WitError::ConfirmationKeyMissing)?;
    let jwk = confirmation.get("jwk").map(RawValue::get).filter(|jwk| jwk.starts_with('{'));
    jwk.ok_or(WitError::ConfirmationKeyMissing)
}

fn text(claims: &Object<'_>, name: &'static str) -> Result<Option<Box<str>>, WitError> {
    let value = claims.get(name);
    value.map(|value| non_empty_string(value).ok_or(WitError::Claim(name))).transpose()
}

fn date(claims: &Object<'_>, name: &'static str, bound: Bound) -> Result<Option<UnixTime>, WitError> {
    let value = claims.get(name);
    value.map(|value| UnixTime::from_numeric_date(value, bound).ok_or(WitError::Claim(name))).transpose()
}
