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
    pub(crate) other_hashes: OtherHashes<'a>,
}

/// Claims that the draft and RFC 7519 define: an application cannot set them as extra claims.
pub(crate) const KNOWN_CLAIMS: [&str; 10] =
    ["iss", "sub", "aud", "exp", "nbf", "iat", "jti", "wth", "tth", "oth"];

impl<'a> WptClaims<'a> {
    pub(crate) fn read(claims: &Claims<'a>) -> Result<Self, WptError> {
        Ok(Self {
            audience: audience(claims)?,
            expires: expiry(claims)?,
            not_before: not_before(claims)?,
            token_id: token_id(claims)?,
            wit_hash: wit_hash(claims)?,
            txn_token_hash: txn_token_hash(claims)?,
            other_hashes: other_hashes(claims)?,
        })
    }
}

/// A string, or an array of exactly one (decision 6).
pub(crate) fn audience<'a>(claims: &Claims<'a>) -> Result<Cow<'a, str>, WptError> {
    let value = claims.get("aud").ok_or(WptError::ClaimMissing("aud"))?;
    let audience = value.string().or_else(|| {
        let [only] = <[_; 1]>::try_from(value.strings()?).ok()?;
        Some(only)
    });
    audience.filter(|audience| !audience.is_empty()).ok_or(WptError::Claim("aud"))
}

/// WPT-2-6.
pub(crate) fn expiry(claims: &Claims<'_>) -> Result<UnixTime, WptError> {
    date(claims, "exp", Bound::End)?.ok_or(WptError::ClaimMissing("exp"))
}

pub(crate) fn not_before(claims: &Claims<'_>) -> Result<Option<UnixTime>, WptError> {
    date(claims, "nbf", Bound::Start)
}

/// WPT-2-7.
pub(crate) fn token_id<'a>(claims: &Claims<'a>) -> Result<Cow<'a, str>, WptError> {
    required(claims, "jti")
}

/// WPT-2-8.
pub(crate) fn wit_hash<'a>(claims: &Claims<'a>) -> Result<Cow<'a, str>, WptError> {
    required(claims, "wth")
}

/// WPT-2-9.
pub(crate) fn txn_token_hash<'a>(claims: &Claims<'a>) -> Result<Option<Cow<'a, str>>, WptError> {
    optional(claims, "tth")
}

/// Hashes by the name of a field.
pub(crate) type OtherHashes<'a> = Vec<(Cow<'a, str>, Cow<'a, str>)>;

/// WPT-2-10.
pub(crate) fn other_hashes<'a>(claims: &Claims<'a>) -> Result<OtherHashes<'a>, WptError> {
    let oth = claims.get("oth").map(|oth| oth.string_members().ok_or(WptError::Claim("oth")));
    Ok(oth.transpose()?.unwrap_or_default())
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
