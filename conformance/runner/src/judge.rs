//! Compares what came out with what the vector expects.

use crate::{
    execute::{InvalidVector, Outcome, execute},
    vector::{Expectation, Vector},
};

/// Whether a case went as expected.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Verdict {
    /// As expected.
    Pass,
    /// Not as expected.
    Fail {
        /// What was expected and what came.
        reason: String,
    },
    /// No such operation here: not a pass.
    Unsupported,
    /// This build was made without the operation: nothing is said of the case.
    Skipped,
}

/// Runs the case and judges its outcome.
#[must_use]
pub fn run(vector: &Vector) -> Verdict {
    judge(&vector.expect, &execute(vector))
}

/// Judges an outcome.
#[must_use]
pub fn judge(expected: &Expectation, outcome: &Result<Outcome, InvalidVector>) -> Verdict {
    let reason = match (expected, outcome) {
        (_, Ok(Outcome::Unsupported)) => return Verdict::Unsupported,
        (_, Ok(Outcome::LeftOut)) => return Verdict::Skipped,
        (_, Err(invalid)) => format!("the vector is not usable: {invalid}"),
        (Expectation::Accept { .. }, Ok(Outcome::Reject { code, detail })) => {
            format!("expected acceptance, refused with {code}: {detail}")
        }
        (Expectation::Reject { codes }, Ok(Outcome::Accept(_))) => {
            format!("expected refusal with {}, accepted", codes.join(" or "))
        }
        (Expectation::Accept { outputs }, Ok(Outcome::Accept(found))) => {
            let wrong = |(name, value): (&String, &serde_json::Value)| match found.get(name) {
                Some(other) if other == value => None,
                Some(other) => Some(format!("{name} is {other}, expected {value}")),
                None => Some(format!("{name} is absent, expected {value}")),
            };
            match outputs.iter().filter_map(wrong).collect::<Vec<_>>() {
                wrong if wrong.is_empty() => return Verdict::Pass,
                wrong => wrong.join("; "),
            }
        }
        (Expectation::Reject { codes }, Ok(Outcome::Reject { code, detail })) => {
            if codes.contains(code) {
                return Verdict::Pass;
            }
            format!("expected refusal with {}, refused with {code}: {detail}", codes.join(" or "))
        }
    };
    Verdict::Fail { reason }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn accepts(outputs: &serde_json::Value) -> Expectation {
        Expectation::Accept { outputs: outputs.as_object().unwrap().clone() }
    }

    fn rejects(codes: &[&str]) -> Expectation {
        Expectation::Reject { codes: codes.iter().map(ToString::to_string).collect() }
    }

    fn reason(verdict: Verdict) -> String {
        match verdict {
            Verdict::Fail { reason } => reason,
            other => panic!("expected a failure, got {other:?}"),
        }
    }

    #[test]
    fn listed_outputs_must_be_equal_and_others_are_ignored() {
        let outcome = Ok(Outcome::accept([("path", json!("/a")), ("scheme", json!("wimse"))]));
        assert_eq!(judge(&accepts(&json!({"path": "/a"})), &outcome), Verdict::Pass);
        assert!(reason(judge(&accepts(&json!({"path": "/b"})), &outcome)).contains("path is \"/a\""));
        assert!(reason(judge(&accepts(&json!({"origin": "x"})), &outcome)).contains("origin is absent"));
    }

    #[test]
    fn a_refusal_needs_a_permitted_code() {
        let outcome = Ok(Outcome::reject("identifier.query", &"query"));
        assert_eq!(judge(&rejects(&["identifier.fragment", "identifier.query"]), &outcome), Verdict::Pass);
        assert!(reason(judge(&rejects(&["identifier.fragment"]), &outcome)).contains("identifier.query"));
    }

    #[test]
    fn acceptance_and_refusal_are_not_confused() {
        let accepted = Ok(Outcome::accept([]));
        let refused = Ok(Outcome::reject("identifier.query", &"query"));
        assert!(reason(judge(&rejects(&["identifier.query"]), &accepted)).contains("accepted"));
        assert!(reason(judge(&accepts(&json!({})), &refused)).contains("refused with"));
    }

    #[test]
    fn what_a_build_leaves_out_is_neither_passed_nor_failed() {
        let left_out = Ok(Outcome::LeftOut);
        assert_eq!(judge(&accepts(&json!({})), &left_out), Verdict::Skipped);
        assert_eq!(judge(&rejects(&["identifier.query"]), &left_out), Verdict::Skipped);
    }

    #[test]
    fn an_unusable_vector_passes_nothing() {
        let unusable = || Err(InvalidVector::Missing { member: "input.a".to_owned() });
        assert!(reason(judge(&rejects(&["identifier.query"]), &unusable())).contains("not usable"));
        assert!(reason(judge(&accepts(&json!({})), &unusable())).contains("not usable"));
    }
}
