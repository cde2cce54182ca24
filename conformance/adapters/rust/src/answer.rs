//! What the crates of this workspace say of a case, as an answer of the protocol.

use wimse::creds::key::Algorithm;

use crate::{
    Case,
    execute::{Outcome, execute},
    protocol::Answer,
};

/// Runs the case and puts what came out in the words of the protocol.
#[must_use]
pub fn answer(case: &Case) -> Answer {
    if let Some(algorithm) = case.features.iter().find(|feature| is_lacking(feature)) {
        return skip(&format!("this build was made without {algorithm}"));
    }
    match execute(case) {
        Ok(Outcome::Accept(outputs)) => Answer::Accept { outputs },
        Ok(Outcome::Reject { code, detail }) => Answer::Reject { code: Some(code), detail: Some(detail) },
        Ok(Outcome::Unsupported) => skip("no such operation"),
        Ok(Outcome::LeftOut) => skip("this build was made without the operation"),
        Err(invalid) => Answer::Error { detail: Some(format!("the case is not usable: {invalid}")) },
    }
}

/// Whether it is an algorithm that no backend of this build has. Other features, in kebab case, are all here.
fn is_lacking(feature: &str) -> bool {
    feature.starts_with(|first: char| first.is_ascii_uppercase()) && feature.parse::<Algorithm>().is_err()
}

fn skip(detail: &str) -> Answer {
    Answer::Skip { detail: Some(detail.to_owned()) }
}
