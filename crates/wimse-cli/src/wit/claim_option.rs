//! Extra claims on the command line.

use crate::exit::Failure;
use serde_json::value::RawValue;
use std::str::FromStr;
use wimse::creds::ClaimError;

/// A claim as `NAME=JSON`.
#[derive(Debug, Clone)]
pub(crate) struct ClaimOption {
    pub(crate) name: String,
    /// As it was written: numbers keep their digits.
    pub(crate) value: Box<RawValue>,
}

impl FromStr for ClaimOption {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let (name, value) =
            text.split_once('=').filter(|(name, _)| !name.is_empty()).ok_or("expected NAME=JSON")?;
        let value = serde_json::from_str(value).map_err(
            |_| "the value is not JSON; text stands in quotes, such as 'example.com/team=\"payments\"'",
        )?;
        Ok(Self { name: name.to_owned(), value })
    }
}

/// The failure for a claim that the library does not take, from one of the two options.
pub(crate) fn refused_claim(error: ClaimError) -> Failure {
    let next = match error {
        ClaimError::Private(_) => {
            "choose a name such as example.com/team, or say --private-claim for a name by agreement"
        }
        ClaimError::Reserved(_) => "leave it out: where it can be set, it has an option of its own",
        ClaimError::Duplicate(_) => "give each claim once",
        ClaimError::SecondIdentifier(_) => "leave it out: a WIT has one Workload Identifier (WIT-4-2)",
        _ => "give strict JSON: no member twice, at most eight levels",
    };
    let doing = format!("a claim cannot be added ({})", error.code());
    Failure::unusable(doing)(error).next(next)
}
