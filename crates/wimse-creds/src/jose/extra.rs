//! Claims that an application adds.

use super::ClaimsWriter;
use super::claims::Claims;
use serde::Serialize;
use serde_json::value::RawValue;
use std::collections::BTreeMap;

/// Claims of a deployment, beside those that a draft defines (workload-creds 5.1.2, wpt 2.3).
#[derive(Debug, Clone)]
pub struct ExtraClaims {
    reserved: &'static [&'static str],
    claims: BTreeMap<String, Box<RawValue>>,
}

impl ExtraClaims {
    /// None yet. Names that have a meaning of their own in the token are reserved.
    #[must_use]
    pub fn reserving(reserved: &'static [&'static str]) -> Self {
        Self { reserved, claims: BTreeMap::new() }
    }

    /// Adds a claim with a collision-resistant name: one with a `.`, `/` or `:`.
    ///
    /// # Errors
    ///
    /// [`ClaimError::Private`], or as [`insert_private`](Self::insert_private).
    pub fn insert(&mut self, name: String, value: impl Serialize) -> Result<&RawValue, ClaimError> {
        if !name.contains(['.', '/', ':']) {
            return Err(ClaimError::Private(name));
        }
        self.insert_private(name, value)
    }

    /// Adds a claim with any name that is not reserved. A floating-point NaN or infinity is written as `null`, as
    /// `serde_json` does.
    ///
    /// # Errors
    ///
    /// [`ClaimError::Reserved`], [`ClaimError::Duplicate`], or [`ClaimError::Value`] for what a strict reader would
    /// refuse.
    pub fn insert_private(&mut self, name: String, value: impl Serialize) -> Result<&RawValue, ClaimError> {
        if self.reserved.contains(&&*name) {
            return Err(ClaimError::Reserved(name));
        }
        if self.claims.contains_key(&name) {
            return Err(ClaimError::Duplicate(name));
        }
        let value = serde_json::value::to_raw_value(&value).map_err(|_| ClaimError::Value)?;
        Claims::parse(format!(r#"{{"value":{value}}}"#).as_bytes()).map_err(|_| ClaimError::Value)?;
        Ok(self.claims.entry(name).insert_entry(value).into_mut())
    }

    /// Writes them to a claims set.
    pub fn write_to<'a>(&'a self, claims: &mut ClaimsWriter<'a>) {
        for (name, value) in &self.claims {
            claims.json(name, value.get());
        }
    }
}

/// Why a claim could not be added or read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ClaimError {
    /// The name is set by the library, or forbidden.
    #[error("the claim {0:?} has a method of its own or is forbidden")]
    Reserved(String),
    /// A private name (RFC 7519 4.3): not recommended, and a separate method (WIT-5.1.2-1).
    #[error("the claim name {0:?} is private: not collision-resistant and not registered")]
    Private(String),
    /// The claim is there already.
    #[error("the claim {0:?} is there already")]
    Duplicate(String),
    /// The value cannot be written as strict JSON.
    #[error("the value of the claim cannot be written as strict JSON")]
    Value,
    /// The value is a second Workload Identifier in the same token (WIT-4-2).
    #[error("the claim {0:?} is a second Workload Identifier")]
    SecondIdentifier(String),
    /// The value does not have the type asked for.
    #[error("the claim {0:?} has another type")]
    Type(String),
}

impl ClaimError {
    /// The stable code of this error.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::Reserved(_) => "claim.reserved",
            Self::Private(_) => "claim.private",
            Self::Duplicate(_) => "claim.duplicate",
            Self::Value => "claim.value",
            Self::SecondIdentifier(_) => "claim.second_identifier",
            Self::Type(_) => "claim.type",
        }
    }
}
