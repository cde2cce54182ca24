//! The JOSE header.

use super::JoseError;
use super::json::{self, Object};
use crate::key::Algorithm;
use std::borrow::Cow;

/// The parameters of a JOSE header that are used. All others are ignored; `jwk`, `jku`, `x5u` and `x5c` too, since a
/// key comes from configuration and never from the token.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct JoseHeader<'a> {
    algorithm: Algorithm,
    typ: Option<Cow<'a, str>>,
    key_id: Option<Cow<'a, str>>,
}

impl<'a> JoseHeader<'a> {
    /// Reads a decoded header.
    ///
    /// # Errors
    ///
    /// A [`JoseError`] for anything that is not a strict JSON object, for `crit`, and for an `alg` that is missing,
    /// forbidden or unknown.
    pub fn parse(bytes: &'a [u8]) -> Result<Self, JoseError> {
        Self::parse_typed(bytes, None)
    }

    /// Reads a decoded header whose `typ` must convey a media type, which is checked before `alg`.
    ///
    /// # Errors
    ///
    /// As [`parse`](Self::parse), and [`JoseError::TypMissing`] or [`JoseError::TypMismatch`].
    pub fn parse_as(bytes: &'a [u8], media_type: MediaType) -> Result<Self, JoseError> {
        Self::parse_typed(bytes, Some(media_type))
    }

    fn parse_typed(bytes: &'a [u8], media_type: Option<MediaType>) -> Result<Self, JoseError> {
        let header = Object::from_bytes(bytes)?;
        check_critical(&header)?;
        let typ = typ(&header, media_type)?;
        Ok(Self { algorithm: algorithm(&header)?, typ, key_id: key_id(&header)? })
    }

    /// `alg`.
    #[must_use]
    pub fn algorithm(&self) -> Algorithm {
        self.algorithm
    }

    /// `typ`, as spelt.
    #[must_use]
    pub fn typ(&self) -> Option<&str> {
        self.typ.as_deref()
    }

    /// `kid`.
    #[must_use]
    pub fn key_id(&self) -> Option<&str> {
        self.key_id.as_deref()
    }
}

/// A JWT never has `b64` (RFC 7797 7), whether or not it says so in `crit`.
pub(crate) fn check_critical(header: &Object<'_>) -> Result<(), JoseError> {
    let extended = CRITICAL.iter().any(|name| header.get(name).is_some());
    if extended { Err(JoseError::Critical) } else { Ok(()) }
}

/// Header parameters that demand what is not understood here.
pub(crate) const CRITICAL: [&str; 2] = ["crit", "b64"];

/// `typ`, which conveys the media type where one is asked for.
pub(crate) fn typ<'a>(
    header: &Object<'a>,
    media_type: Option<MediaType>,
) -> Result<Option<Cow<'a, str>>, JoseError> {
    let typ = text(header, "typ")?;
    if let Some(media_type) = media_type {
        media_type.check(typ.as_deref())?;
    }
    Ok(typ)
}

/// `alg`.
pub(crate) fn algorithm(header: &Object<'_>) -> Result<Algorithm, JoseError> {
    text(header, "alg")?.ok_or(JoseError::AlgMissing)?.parse().map_err(JoseError::Algorithm)
}

/// `kid`.
pub(crate) fn key_id<'a>(header: &Object<'a>) -> Result<Option<Cow<'a, str>>, JoseError> {
    text(header, "kid")
}

fn text<'a>(header: &Object<'a>, name: &'static str) -> Result<Option<Cow<'a, str>>, JoseError> {
    let value = header.get(name);
    value.map(|value| json::string(value).ok_or(JoseError::HeaderParameter(name))).transpose()
}

/// A media type that `typ` must convey, without the "application/" before it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct MediaType {
    subtype: &'static str,
}

impl MediaType {
    /// `application/wit+jwt` (workload-creds 11.1).
    pub const WIT: Self = Self { subtype: "wit+jwt" };
    /// `application/wpt+jwt` (wpt 4.2).
    pub const WPT: Self = Self { subtype: "wpt+jwt" };

    /// The short form, which is the one to emit.
    #[must_use]
    pub fn name(self) -> &'static str {
        self.subtype
    }

    /// Checks a `typ`: with or without "application/", without regard to case (RFC 7515 4.1.9).
    ///
    /// # Errors
    ///
    /// [`JoseError::TypMissing`] or [`JoseError::TypMismatch`].
    pub fn check(self, typ: Option<&str>) -> Result<(), JoseError> {
        let typ = typ.ok_or(JoseError::TypMissing)?;
        let subtype = match typ.split_once('/') {
            Some((kind, subtype)) if kind.eq_ignore_ascii_case("application") => subtype,
            Some(_) => return Err(JoseError::TypMismatch),
            None => typ,
        };
        if subtype.eq_ignore_ascii_case(self.subtype) { Ok(()) } else { Err(JoseError::TypMismatch) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn media_types_are_compared_as_rfc_7515_says() {
        for typ in ["wit+jwt", "WIT+JWT", "application/wit+jwt", "Application/Wit+Jwt"] {
            assert_eq!(MediaType::WIT.check(Some(typ)), Ok(()), "{typ}");
        }
        for typ in [
            "",
            "jwt",
            "wpt+jwt",
            "wit+jwt; v=1",
            "text/wit+jwt",
            "application/application/wit+jwt",
            " wit+jwt",
        ] {
            assert_eq!(MediaType::WIT.check(Some(typ)), Err(JoseError::TypMismatch), "{typ}");
        }
        assert_eq!(MediaType::WIT.check(None), Err(JoseError::TypMissing));
    }

    #[test]
    fn a_header_is_strict() {
        let parse = |text: &'static str| JoseHeader::parse(text.as_bytes()).map(|header| header.algorithm());
        assert_eq!(parse(r#"{"alg":"ES256","unknown":{"a":[]}}"#), Ok(Algorithm::Es256));
        for (text, expected) in [
            (r#"{"alg":"ES256","crit":[]}"#, JoseError::Critical),
            (r#"{"alg":"ES256","crit":["b64"],"b64":false}"#, JoseError::Critical),
            (r#"{"alg":"ES256","b64":false}"#, JoseError::Critical),
            (r#"{"alg":"ES256","alg":"ES256"}"#, JoseError::DuplicateMember),
            (r#"{"typ":"wit+jwt"}"#, JoseError::AlgMissing),
            (r#"{"alg":7}"#, JoseError::HeaderParameter("alg")),
            (r#"{"alg":"ES256","kid":7}"#, JoseError::HeaderParameter("kid")),
            (r#"{"alg":"ES256","typ":null}"#, JoseError::HeaderParameter("typ")),
            (r#"["alg"]"#, JoseError::Json),
        ] {
            assert_eq!(parse(text), Err(expected), "{text}");
        }
    }
}
