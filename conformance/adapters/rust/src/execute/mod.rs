//! Does what a case says: one function per operation.
//!
//! To add an operation, write `fn(&Case) -> Result<Outcome, InvalidCase>` in the file of its draft and name
//! it in the `OPERATIONS` of that file; a new file is named in `GROUPS`.

use serde_json::{Map, Value};
use wimse::identifier::explain::Explanation;

use crate::Case;

mod credentials;
mod fields;
mod http_signature;
mod identifier;
pub(crate) mod memory;
#[cfg(feature = "mtls")]
mod mutual_tls;
mod recipient;
mod sequence;
mod wpt;

pub use fields::InvalidCase;
pub use sequence::steps;

/// Runs the operation of the case.
///
/// # Errors
///
/// When the case lacks a member that the operation needs, or has one of the wrong shape.
pub fn execute(case: &Case) -> Result<Outcome, InvalidCase> {
    let mut operations = GROUPS.iter().copied().flatten();
    match operations.find(|(name, _)| *name == case.operation) {
        Some((_, operation)) => operation(case),
        None if OPTIONAL.contains(&case.operation.as_str()) => Ok(Outcome::LeftOut),
        None => Ok(Outcome::Unsupported),
    }
}

/// The names of all operations that this build has.
pub fn operations() -> impl Iterator<Item = &'static str> {
    GROUPS.iter().copied().flatten().map(|(name, _)| *name)
}

/// The names of all operations, of those too that this build is without.
pub fn known() -> impl Iterator<Item = &'static str> {
    let left_out = OPTIONAL.iter().copied().filter(|name| !operations().any(|here| here == *name));
    operations().chain(left_out)
}

/// Explains what the operation of the case says: every rule in its order. `None` where the operation has no
/// explanation, or where the input does not get as far as the crates under test.
///
/// # Errors
///
/// As [`execute`].
pub fn explain(case: &Case) -> Result<Option<Explanation>, InvalidCase> {
    let mut explained = EXPLAINED.iter().copied().flatten();
    match explained.find(|(name, _)| *name == case.operation) {
        Some((_, explained)) => explained(case),
        None => Ok(None),
    }
}

/// Looks at what an implementation has made for the case (a token, a proof, a signed message), without belief in what it
/// says of it: the outputs are those that the crates of this workspace find. `None` where nothing is made.
///
/// # Errors
///
/// As [`execute`]; and when the outputs do not have what was made ([`InvalidCase::Missing`]), or in another shape.
pub fn examine(case: &Case, outputs: &Map<String, Value>) -> Result<Option<Outcome>, InvalidCase> {
    let mut examined = EXAMINED.iter().copied().flatten();
    match examined.find(|(name, _)| *name == case.operation) {
        Some((_, examine)) => examine(case, case.made_fields(outputs)).map(Some),
        None => Ok(None),
    }
}

/// What came out of an operation.
#[derive(Clone, Debug, PartialEq)]
pub enum Outcome {
    /// Accepted.
    Accept(
        /// Name and value of each output.
        Map<String, Value>,
    ),
    /// Refused.
    Reject {
        /// The stable error code.
        code: String,
        /// The message, for people.
        detail: String,
    },
    /// No such operation here.
    Unsupported,
    /// The operation is known, and this build does not have it.
    LeftOut,
}

impl Outcome {
    /// Accepted with these outputs.
    pub(crate) fn accept<const N: usize>(outputs: [(&str, Value); N]) -> Self {
        Self::Accept(outputs.into_iter().map(|(name, value)| (name.to_owned(), value)).collect())
    }

    /// Refused with this code.
    pub(crate) fn reject(code: &str, detail: &impl ToString) -> Self {
        Self::Reject { code: code.to_owned(), detail: detail.to_string() }
    }
}

/// An operation that ends early with a refusal.
type Step<T> = Result<T, Outcome>;

/// Either way, what came out.
fn done(outcome: Step<Outcome>) -> Result<Outcome, InvalidCase> {
    Ok(outcome.unwrap_or_else(|refusal| refusal))
}

/// The refusal of an error with a code.
macro_rules! refuse {
    () => {
        |error| $crate::execute::Outcome::reject(error.code(), &error)
    };
}
use refuse;

/// The name of an operation, and what does it.
type Operation = (&'static str, fn(&Case) -> Result<Outcome, InvalidCase>);

/// The name of an operation, and what explains it.
type Explained = (&'static str, fn(&Case) -> Result<Option<Explanation>, InvalidCase>);

/// The name of an operation, and what looks at the outputs that an implementation has given for it.
type Examined = (&'static str, fn(&Case, fields::Fields<'_>) -> Result<Outcome, InvalidCase>);

const EXAMINED: &[&[Examined]] = &[credentials::EXAMINED, http_signature::EXAMINED, wpt::EXAMINED];

const EXPLAINED: &[&[Explained]] =
    &[credentials::EXPLAINED, http_signature::EXPLAINED, identifier::EXPLAINED, wpt::EXPLAINED];

const GROUPS: &[&[Operation]] = &[
    credentials::OPERATIONS,
    http_signature::OPERATIONS,
    identifier::OPERATIONS,
    #[cfg(feature = "mtls")]
    mutual_tls::OPERATIONS,
    sequence::OPERATIONS,
    wpt::OPERATIONS,
];

/// Operations of features, which a build may be without.
const OPTIONAL: &[&str] = &["mtls.accept", "mtls.connect", "mtls.handshake", "mtls.recheck"];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_unknown_operation_is_unsupported() {
        let case = Case::of_operation("no.such");
        assert_eq!(execute(&case).unwrap(), Outcome::Unsupported);
    }

    #[test]
    fn an_operation_of_a_feature_is_there_or_left_out() {
        for name in OPTIONAL {
            let outcome = execute(&Case::of_operation(name));
            assert_eq!(matches!(outcome, Ok(Outcome::LeftOut)), !cfg!(feature = "mtls"), "{name}");
        }
    }

    #[test]
    fn each_operation_has_one_function() {
        let mut names: Vec<_> = operations().collect();
        let all = names.len();
        names.sort_unstable();
        names.dedup();
        assert_eq!(names.len(), all);
    }
}
