//! When a signature is good (decision 17).

use super::Terms;
use super::parameters::CommonParameters;
use crate::HttpSignatureError;
use std::time::Duration;
use wimse_creds::UnixTime;
use wimse_creds::pop::Admissible;

/// SIG-5.1-5 and SIG-3-22.
pub(crate) fn check(
    parameters: &CommonParameters<'_>,
    terms: &Terms,
    now: UnixTime,
) -> Result<(), HttpSignatureError> {
    order(parameters)?;
    lifetime(parameters, terms)?;
    created(parameters, terms, now)?;
    expires(parameters, terms, now)
}

pub(crate) fn order(parameters: &CommonParameters<'_>) -> Result<(), HttpSignatureError> {
    if parameters.expires < parameters.created {
        return Err(HttpSignatureError::ExpiresBeforeCreated);
    }
    Ok(())
}

/// SIG-3-22, SIG-5.1-4.
pub(crate) fn lifetime(parameters: &CommonParameters<'_>, terms: &Terms) -> Result<(), HttpSignatureError> {
    if parameters.created.until(parameters.expires) > terms.max_lifetime {
        return Err(HttpSignatureError::LifetimeTooLong { limit: terms.max_lifetime.as_secs() });
    }
    Ok(())
}

pub(crate) fn created(
    parameters: &CommonParameters<'_>,
    terms: &Terms,
    now: UnixTime,
) -> Result<(), HttpSignatureError> {
    if now < valid_from(parameters, terms) { Err(HttpSignatureError::NotYetValid) } else { Ok(()) }
}

pub(crate) fn expires(
    parameters: &CommonParameters<'_>,
    terms: &Terms,
    now: UnixTime,
) -> Result<(), HttpSignatureError> {
    if now >= valid_until(parameters, terms) { Err(HttpSignatureError::Expired) } else { Ok(()) }
}

/// When the signature is good.
pub(crate) fn admissible(parameters: &CommonParameters<'_>, terms: &Terms) -> Admissible {
    Admissible { from: valid_from(parameters, terms), until: valid_until(parameters, terms) }
}

/// The first second in which the signature is good.
fn valid_from(parameters: &CommonParameters<'_>, terms: &Terms) -> UnixTime {
    parameters.created.minus(terms.leeway)
}

/// The first second in which the signature is not good any more: it is to the end of the last one.
pub(crate) fn valid_until(parameters: &CommonParameters<'_>, terms: &Terms) -> UnixTime {
    parameters.expires.plus(terms.leeway).plus(Duration::from_secs(1))
}
