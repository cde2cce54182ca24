//! The rules for a confirmation key, one after the other.

use super::jwk::{self, KeyPurpose};
use super::{Algorithm, Backend, KeyError, PublicKey};
use crate::WitError;
use crate::explain::{
    CONFIRMATION_ALGORITHM, CONFIRMATION_KEY, CONFIRMATION_PUBLIC, CONFIRMATION_USAGE, Explanation, shown,
};
use crate::jose::json::Object;
use std::sync::Arc;

/// Judges every rule of `PublicKey::from_jwk`, in its order.
pub(crate) fn explain_confirmation_key(
    found: &mut Explanation,
    json: &str,
    backend: Option<Backend>,
) -> Option<PublicKey> {
    let members = Object::parse(json).map_err(KeyError::Json);
    let Some(members) = found.judge(&[&CONFIRMATION_KEY], refused(members)) else {
        found.not_reached(&[&CONFIRMATION_PUBLIC, &CONFIRMATION_USAGE, &CONFIRMATION_ALGORITHM]);
        return None;
    };
    let kind = jwk::kind(&members);
    let kind =
        found.judge(&[&CONFIRMATION_KEY, &CONFIRMATION_PUBLIC, &CONFIRMATION_ALGORITHM], refused(kind));
    let usage = jwk::check_usage(&members, KeyPurpose::Verify);
    found.judge(&[&CONFIRMATION_KEY, &CONFIRMATION_USAGE], refused(usage));
    found.judge(&[&CONFIRMATION_PUBLIC], refused(jwk::check_public(&members)));

    let key = match kind {
        Some(kind) => {
            let algorithm = refused(jwk::algorithm(&members, kind));
            let algorithm = found.judge(&[&CONFIRMATION_KEY, &CONFIRMATION_ALGORITHM], algorithm);
            let numbers = found.judge(&[&CONFIRMATION_KEY], refused(jwk::material(&members, kind)));
            let key_id = found.judge(&[&CONFIRMATION_KEY], refused(jwk::key_id(&members)));
            let algorithm = algorithm.and_then(|algorithm| {
                let algorithm = algorithm.ok_or(KeyError::MemberMissing("alg"));
                found.judge(&[&CONFIRMATION_ALGORITHM], refused(algorithm))
            });
            numbers.zip(key_id).zip(algorithm).and_then(|((numbers, key_id), algorithm)| {
                let key = PublicKey::import(algorithm, numbers, key_id.map(Arc::from), backend);
                found.judge(&[&CONFIRMATION_KEY], refused(key))
            })
        }
        None => None,
    };
    if key.is_none() {
        found.not_reached(&[&CONFIRMATION_KEY, &CONFIRMATION_ALGORITHM]);
    }
    let claimed = || format!("kty {} and crv {}", shown(members.get("kty")), shown(members.get("crv")));
    let received =
        key.as_ref().map_or_else(claimed, |key| format!("the key of thumbprint {}", key.thumbprint()));
    found.receive(&CONFIRMATION_KEY, received);
    let limits = ["use", "key_ops"].into_iter().filter_map(|name| Some((name, members.get(name)?)));
    let limits: Vec<String> = limits.map(|(name, value)| format!("{name} {}", shown(Some(value)))).collect();
    let limits = if limits.is_empty() { "neither use nor key_ops".into() } else { limits.join(" and ") };
    found.receive(&CONFIRMATION_USAGE, limits);
    let names: Vec<&str> = Algorithm::all().map(Algorithm::name).collect();
    found.expect(&CONFIRMATION_ALGORITHM, names.join(" or "));
    found.receive(&CONFIRMATION_ALGORITHM, shown(members.get("alg")));
    key
}

fn refused<T>(outcome: Result<T, KeyError>) -> Result<T, WitError> {
    outcome.map_err(WitError::ConfirmationKey)
}
