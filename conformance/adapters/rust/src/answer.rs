//! What the crates of this workspace say of a case, as an answer of the protocol.

use crate::{
    Case,
    execute::{Outcome, execute},
    protocol::Answer,
};

/// Runs the case and puts what came out in the words of the protocol.
#[must_use]
pub fn answer(case: &Case) -> Answer {
    match execute(case) {
        Ok(Outcome::Accept(outputs)) => Answer::Accept { outputs },
        Ok(Outcome::Reject { code, detail }) => Answer::Reject { code: Some(code), detail: Some(detail) },
        Ok(Outcome::Unsupported) => skip("no such operation"),
        Ok(Outcome::LeftOut) => skip("this build was made without the operation"),
        Err(invalid) => Answer::Error { detail: Some(format!("the case is not usable: {invalid}")) },
    }
}

fn skip(detail: &str) -> Answer {
    Answer::Skip { detail: Some(detail.to_owned()) }
}
