//! What a message carries to be known by.

use http::HeaderMap;
use http::header::AUTHORIZATION;
use serde::{Serialize, Serializer};
use wimse::httpsig::message::{FieldError, SelectError, Signatures};
use wimse::httpsig::profile::TAG;

/// The proofs of a message, good or bad.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Carried {
    pub(super) wpt: bool,
    /// Of the WIMSE profile, or such that nobody can tell.
    pub(super) signature: bool,
    /// Of somebody else, such as a proxy.
    pub(super) other_signature: bool,
}

impl Carried {
    pub(super) fn by(headers: &HeaderMap) -> Self {
        let signatures = Signatures::parse(headers);
        let tagged = signatures.as_ref().map(|signatures| signatures.tagged(TAG).map(drop));
        let (signature, other_signature) = match tagged {
            Err(FieldError::Absent) => (false, false),
            Ok(Err(SelectError::NotFound)) => (false, true),
            _ => (true, false),
        };
        Self { wpt: carries_wpt(headers), signature, other_signature }
    }

    /// What a person has to know before reading the rules.
    pub(super) fn note(self) -> Option<&'static str> {
        match (self.wpt, self.signature) {
            (true, true) => Some("it carries a signature and a WPT: both have to be good"),
            (false, false) => Some(
                "it carries neither a WPT nor a signature with the tag of the profile, and needs one of the two; \
                 what is missing of each follows",
            ),
            _ => None,
        }
    }
}

/// Whether there is a WPT, of whatever worth.
pub(crate) fn carries_wpt(headers: &HeaderMap) -> bool {
    let schemes = headers.get_all(AUTHORIZATION).iter().map(|value| {
        let value = value.as_bytes();
        value.split(|byte| byte.is_ascii_whitespace()).next().unwrap_or_default()
    });
    schemes.into_iter().any(|scheme| scheme.eq_ignore_ascii_case(b"WPT"))
}

/// The names of the proofs.
impl Serialize for Carried {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let names = [("wpt", self.wpt), ("http-signature", self.signature)];
        serializer.collect_seq(names.iter().filter(|(_, is_there)| *is_there).map(|(name, _)| name))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use http::HeaderValue;

    fn carried(fields: &[(&'static str, &'static str)]) -> (bool, bool, bool) {
        let fields =
            fields.iter().map(|(name, value)| (name.parse().unwrap(), HeaderValue::from_static(value)));
        let Carried { wpt, signature, other_signature } = Carried::by(&fields.collect());
        (wpt, signature, other_signature)
    }

    #[test]
    fn proofs_are_told_by_scheme_and_tag() {
        let ours = ("signature-input", "a=(\"@method\");tag=\"wimse-workload-to-workload\"");
        let proxy = ("signature-input", "a=(\"@method\");tag=\"proxy\"");
        let value = ("signature", "a=:AA==:");
        assert_eq!(carried(&[]), (false, false, false));
        assert_eq!(carried(&[("authorization", "WPT x")]), (true, false, false));
        assert_eq!(carried(&[("authorization", "wpt x")]), (true, false, false));
        assert_eq!(carried(&[("authorization", "Bearer WPT")]), (false, false, false));
        assert_eq!(carried(&[ours, value]), (false, true, false));
        assert_eq!(carried(&[proxy, value]), (false, false, true));
        assert_eq!(carried(&[ours, value, ("authorization", "WPT x")]), (true, true, false));
        assert_eq!(carried(&[ours]), (false, true, false), "nobody can tell");
        assert_eq!(carried(&[("signature-input", "("), value]), (false, true, false), "nobody can tell");
    }
}
