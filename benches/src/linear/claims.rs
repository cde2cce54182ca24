//! Claims sets and identifiers.

use super::inputs::{SHAPES, deep};
use super::{Case, Input, LARGEST};
use crate::operations::identifier::identifier;
use std::hint::black_box;
use wimse_creds::jose::Claims;
use wimse_identifier::{IdentifierPolicy, SchemeRules, WorkloadIdentifier};

pub(super) fn cases() -> Vec<Case> {
    let mut cases = vec![
        Case::new("identifier, segments", 128, WorkloadIdentifier::MAX_LENGTH, |bytes| {
            let text = identifier(bytes);
            Ok(Input::new(text.len(), move || WorkloadIdentifier::parse(black_box(&text)).is_ok()))
        }),
        Case::new("identifier, percent-encoded", 128, WorkloadIdentifier::MAX_LENGTH, |bytes| {
            let policy = IdentifierPolicy::none().with(SchemeRules::generic("example")?);
            let text = format!("example://trust.example.com/{}", "%C3%A9".repeat((bytes - 28) / 6));
            Ok(Input::new(text.len(), move || policy.parse(black_box(&text)).is_ok()))
        }),
        Case::new("identifier, dots in segments", 128, WorkloadIdentifier::MAX_LENGTH, |bytes| {
            let text = format!("wimse://trust.example.com{}", "/.a".repeat((bytes - 25) / 3));
            Ok(Input::new(text.len(), move || WorkloadIdentifier::parse(black_box(&text)).is_ok()))
        }),
        Case::new("Claims::parse, too deep (refused)", 64 * 1024, LARGEST, |bytes| {
            let json = format!("{{{}}}", deep(bytes));
            Ok(Input::new(json.len(), move || Claims::parse(black_box(json.as_bytes())).is_err()))
        }),
    ];
    cases.extend(SHAPES.into_iter().map(|(name, accepted, shape)| {
        Case::new(name, 64 * 1024, LARGEST, move |bytes| {
            let json = format!("{{{}}}", shape(bytes));
            Ok(Input::new(json.len(), move || Claims::parse(black_box(json.as_bytes())).is_ok() == accepted))
        })
    }));
    cases
}
