//! The claims of a WPT, as received.

use crate::WptError;
use std::borrow::Cow;
use wimse_creds::UnixTime;
use wimse_creds::jose::{Bound, Claims};

/// The claims that the draft defines. All others are ignored (WPT-2.3-4).
pub(crate) struct WptClaims<'a> {
    pub(crate) audience: Cow<'a, str>,
    pub(crate) expires: UnixTime,
    pub(crate) not_before: Option<UnixTime>,
    pub(crate) token_id: Cow<'a, str>,
    pub(crate) wit_hash: Cow<'a, str>,
    pub(crate) txn_token_hash: Option<Cow<'a, str>>,
    pub(crate) other_hashes: Vec<(Cow<'a, str>, Cow<'a, str>)>,
}

/// Claims that the draft and RFC 7519 define: an application cannot set them as extra claims.
pub(crate) const KNOWN_CLAIMS: [&str; 10] =
    ["iss", "sub", "aud", "exp", "nbf", "iat", "jti", "wth", "tth", "oth"];

impl<'a> WptClaims<'a> {
    pub(crate) fn read(claims: &Claims<'a>) -> Result<Self, WptError> {
        Ok(Self {
            audience: audience(claims)?,
            expires: date(claims, "exp", Bound::End)?.ok_or(WptError::ClaimMissing("exp"))?,
            not_before: date(claims, "nbf", Bound::Start)?,
            token_id: required(claims, "jti")?,
            wit_hash: required(claims, "wth")?,
            txn_token_hash: optional(claims, "tth")?,
            other_hashes: match claims.get("oth") {
                Some(oth) => oth.string_members().ok_or(WptError::Claim("oth"))?,
                None => Vec::new(),
            },
        })
    }
}

/// A string, or an array of exactly one (README row 6).
fn audience<'a>(claims: &Claims<'a>) -> Result<Cow<'a, str>, WptError> {
    let value = claims.get("aud").ok_or(WptError::ClaimMissing("aud"))?;
    let audience = value.string().or_else(|| {
        let [only] = <[_; 1]>::try_from(value.strings()?).ok()?;
        Some(only)
    });
    audience.filter(|audience| !audience.is_empty()).ok_or(WptError::Claim("aud"))
}

fn date(claims: &Claims<'_>, name: &'static str, bound: Bound) -> Result<Option<UnixTime>, WptError> {
    claims.get(name).map(|value| value.numeric_date(bound).ok_or(WptError::Claim(name))).transpose()
}

fn optional<'a>(claims: &Claims<'a>, name: &'static str) -> Result<Option<Cow<'a, str>>, WptError> {
    let text = claims.get(name).map(|value| value.string().filter(|text| !text.is_empty()));
    text.map(|text| text.ok_or(WptError::Claim(name))).transpose()
}

fn required<'a>(claims: &Claims<'a>, name: &'static str) -> Result<Cow<'a, str>, WptError> {
    optional(claims, name)?.ok_or(WptError::ClaimMissing(name))
}
