//! The rules for what a WPT says, one function each.
//!
//! Verification stops at the first that is not met; an explanation goes on.

use crate::claims::OtherHashes;
use crate::context;
use crate::{Verifier, WptError};
use wimse_creds::UnixTime;
use wimse_creds::explain::Excerpt;
use wimse_creds::jose::JoseError;
use wimse_creds::key::{Algorithm, PublicKey};

impl Verifier {
    /// WPT-2-20, decision 14: valid while now < exp + leeway.
    pub(crate) fn check_expiry(&self, expires: UnixTime, now: UnixTime) -> Result<(), WptError> {
        if now < expires.plus(self.leeway) { Ok(()) } else { Err(WptError::Expired) }
    }

    /// Decision 15: `nbf` is honoured where a sender sets it.
    pub(crate) fn check_not_before(
        &self,
        not_before: Option<UnixTime>,
        now: UnixTime,
    ) -> Result<(), WptError> {
        match not_before {
            Some(not_before) if now < not_before.minus(self.leeway) => Err(WptError::NotYetValid),
            _ => Ok(()),
        }
    }

    /// WPT-2-19, WPT-3.1.7.
    pub(crate) fn check_audience(&self, audience: &str, path: Option<&str>) -> Result<(), WptError> {
        if self.audience.matches(audience, path) {
            return Ok(());
        }
        Err(WptError::AudienceMismatch { received: Excerpt::new(audience) })
    }

    /// WPT-2-21. Measured from now: the sender chooses its own `iat`.
    pub(crate) fn check_lifetime(&self, expires: UnixTime, now: UnixTime) -> Result<(), WptError> {
        if expires > now.plus(self.max_lifetime) {
            return Err(WptError::LifetimeTooLong { limit: self.max_lifetime.as_secs() });
        }
        Ok(())
    }

    /// WPT-2-25 to WPT-2-27, decision 25: one entry of `oth`.
    pub(crate) fn check_entry(
        &self,
        (name, hash): (&str, &str),
        context: &[(&str, &[u8])],
    ) -> Result<(), WptError> {
        if !self.context_fields.iter().any(|field| field.as_str() == name) {
            return Err(WptError::ContextUnknown(Excerpt::new(name)));
        }
        let value = context.iter().find(|(field, _)| *field == name);
        let (_, value) = value.ok_or_else(|| WptError::ContextMissing(name.to_owned()))?;
        if context::is_hash_of_trimmed(hash, value) {
            Ok(())
        } else {
            Err(WptError::ContextMismatch(name.to_owned()))
        }
    }
}

/// WPT-2-16.
pub(crate) fn check_algorithm(header: Algorithm, key: &PublicKey) -> Result<(), WptError> {
    if header == key.algorithm() { Ok(()) } else { Err(WptError::Token(JoseError::AlgorithmMismatch)) }
}

/// WPT-2-22.
pub(crate) fn check_wit_hash(hash: &str, wit: &[u8; 32]) -> Result<(), WptError> {
    if context::is_hash(hash, wit) { Ok(()) } else { Err(WptError::WitHashMismatch) }
}

/// WPT-2-12: a name that a message gives twice.
pub(crate) fn check_not_repeated(context: &[(&str, &[u8])]) -> Result<(), WptError> {
    let repeated = (1..context.len())
        .find(|index| context[..*index].iter().any(|(earlier, _)| *earlier == context[*index].0));
    match repeated {
        Some(index) => Err(WptError::ContextRepeated(context[index].0.to_owned())),
        None => Ok(()),
    }
}

/// WPT-2-25, WPT-2-28: `oth` has an entry for each field that is there.
pub(crate) fn check_covered(hashes: &OtherHashes<'_>, context: &[(&str, &[u8])]) -> Result<(), WptError> {
    let uncovered = context.iter().find(|(field, _)| !hashes.iter().any(|(name, _)| name == field));
    match uncovered {
        Some((field, _)) => Err(WptError::ContextNotCovered((*field).to_owned())),
        None => Ok(()),
    }
}

/// WPT-2-24, decision 25. Tells whether there is a token that the proof covers.
pub(crate) fn check_txn_token(hash: Option<&str>, txn_token: Option<&[u8]>) -> Result<bool, WptError> {
    match (txn_token, hash) {
        (None, None) => Ok(false),
        (Some(_), None) => Err(WptError::TxnTokenNotCovered),
        (None, Some(_)) => Err(WptError::TxnTokenMissing),
        (Some(token), Some(hash)) if context::is_hash_of_trimmed(hash, token) => Ok(true),
        (Some(_), Some(_)) => Err(WptError::TxnTokenMismatch),
    }
}
