//! A claims set, for crates that read tokens of their own.

use super::JoseError;
use super::json::{self, Object};
use crate::UnixTime;
use crate::explain::shown;
use crate::time::Bound;
use serde_json::value::RawValue;
use std::borrow::Cow;

/// The members of a decoded claims set: a strict JSON object, no deeper than eight levels, without duplicates.
///
/// ```
/// use wimse_creds::jose::{Bound, Claims};
///
/// let claims = Claims::parse(br#"{"exp":1745510016,"jti":"a"}"#)?;
/// let expires = claims.get("exp").and_then(|value| value.numeric_date(Bound::End));
/// assert_eq!(expires.map(|time| time.as_secs()), Some(1_745_510_016));
/// assert!(Claims::parse(br#"{"jti":"a","jti":"b"}"#).is_err());
/// # Ok::<(), wimse_creds::jose::JoseError>(())
/// ```
#[derive(Debug)]
pub struct Claims<'a>(Object<'a>);

impl<'a> Claims<'a> {
    /// Reads a claims set.
    ///
    /// # Errors
    ///
    /// [`JoseError::Json`], [`JoseError::DuplicateMember`] or [`JoseError::TooDeep`].
    pub fn parse(bytes: &'a [u8]) -> Result<Self, JoseError> {
        Object::from_bytes(bytes).map(Self)
    }

    /// The value of a claim.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<ClaimValue<'a>> {
        self.0.get(name).map(ClaimValue)
    }
}

/// The value of a claim, still as JSON.
#[derive(Debug, Clone, Copy)]
pub struct ClaimValue<'a>(&'a RawValue);

impl<'a> ClaimValue<'a> {
    /// The string, if it is one.
    #[must_use]
    pub fn string(self) -> Option<Cow<'a, str>> {
        json::string(self.0)
    }

    /// The strings, if it is an array of nothing else.
    #[must_use]
    pub fn strings(self) -> Option<Vec<Cow<'a, str>>> {
        let values: Vec<&RawValue> = serde_json::from_str(self.0.get()).ok()?;
        values.into_iter().map(json::string).collect()
    }

    /// Names and values, if it is an object of nothing but strings, in the order received.
    #[must_use]
    pub fn string_members(self) -> Option<Vec<(Cow<'a, str>, Cow<'a, str>)>> {
        let object = Object::parse(self.0.get()).ok()?;
        object.into_members().map(|(name, value)| Some((name, json::string(value)?))).collect()
    }

    /// What an explanation shows of it: an excerpt of its text if it is a string, of its JSON if not.
    #[must_use]
    pub fn excerpt(self) -> String {
        shown(Some(self.0))
    }

    /// The date, if it is a number between the years −9999 and 9999. A fraction is dropped in the direction that
    /// accepts less.
    #[must_use]
    pub fn numeric_date(self, bound: Bound) -> Option<UnixTime> {
        UnixTime::from_numeric_date(self.0, bound)
    }
}
