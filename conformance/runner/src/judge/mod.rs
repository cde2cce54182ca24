//! Compares what came out with what the vector expects.

use serde_json::{Map, Value};
use wimse_harness::{
    Case,
    execute::{InvalidCase, Outcome, examine, steps},
    protocol::Answer,
};

use crate::{
    run::{Happened, carry_out},
    text::{clean, clean_bytes},
    vector::{Expectation, Vector},
};

use self::freedom::{Rule, rule};

mod freedom;
mod verdict;

pub use self::verdict::{Judgement, Measure, Verdict};

/// Runs the case in this process and judges its outcome by all that is expected.
#[must_use]
pub fn run(vector: &Vector) -> Judgement {
    judge(vector, &carry_out(&vector.case("", "")), Measure::ALL)
}

/// Judges what happened to a case.
#[must_use]
pub fn judge(vector: &Vector, happened: &Happened, measure: Measure) -> Judgement {
    let (verdict, reason) = match happened {
        Happened::Answer(Answer::Skip { detail }) => (Verdict::Skip, given(detail.as_deref())),
        Happened::Answer(Answer::Error { detail }) => (Verdict::Error, given(detail.as_deref())),
        Happened::Answer(answer) => {
            let compared = Comparison::of(&vector.case("", ""), &vector.expect, answer, measure);
            // This workspace is held to what is recommended, too.
            return compared.judgement(vector.can_fail && !measure.all);
        }
        Happened::NotSent(lacking) => (Verdict::Skip, lacking.clone()),
        Happened::Crash(detail) => (Verdict::Crash, detail.clone()),
        Happened::Timeout(after) => {
            (Verdict::Timeout, format!("no answer in {} seconds", after.as_secs_f64()))
        }
        Happened::Protocol(detail) => (Verdict::Protocol, detail.clone()),
        Happened::NotRun(reason) => (Verdict::NotRun, reason.clone()),
    };
    Judgement { verdict, reason: Some(reason), left_out: Vec::new() }
}

fn given(detail: Option<&str>) -> String {
    detail.map_or_else(|| "no reason given".to_owned(), clean)
}

/// What differs, and what could not be compared.
#[derive(Default)]
struct Comparison {
    wrong: Vec<String>,
    left_out: Vec<String>,
}

impl Comparison {
    fn of(case: &Case, expected: &Expectation, answer: &Answer, measure: Measure) -> Self {
        let mut comparison = Self::default();
        match (expected, answer) {
            (Expectation::Accept { .. }, Answer::Reject { code, detail }) => {
                comparison
                    .wrong
                    .push(format!("expected acceptance, {}", refusal(code.as_deref(), detail.as_deref())));
            }
            (Expectation::Reject { codes }, Answer::Accept { .. }) => {
                comparison.wrong.push(format!("expected refusal with {}, accepted", codes.join(" or ")));
            }
            (Expectation::Accept { outputs }, Answer::Accept { outputs: found }) => {
                comparison.outputs(case, outputs, found, measure);
            }
            (Expectation::Reject { codes }, Answer::Reject { code, detail }) => {
                let right = match code {
                    Some(code) => codes.contains(code),
                    None => !measure.all,
                };
                if measure.codes && !right {
                    let refusal = refusal(code.as_deref(), detail.as_deref());
                    comparison.wrong.push(format!("expected refusal with {}, {refusal}", codes.join(" or ")));
                }
            }
            (Expectation::Steps { steps }, Answer::Accept { outputs }) => {
                comparison.steps(case, steps, outputs.get("steps"), measure);
            }
            (Expectation::Steps { .. }, Answer::Reject { code, detail }) => {
                comparison
                    .wrong
                    .push(format!("expected steps, {}", refusal(code.as_deref(), detail.as_deref())));
            }
            // Neither accepted nor refused: these are judged before.
            (_, Answer::Skip { .. } | Answer::Error { .. }) => comparison.wrong.push("no outcome".to_owned()),
        }
        comparison
    }

    fn outputs(
        &mut self,
        case: &Case,
        expected: &Map<String, Value>,
        found: &Map<String, Value>,
        measure: Measure,
    ) {
        // What is said of a signature is not believed: it is looked at.
        let examined = match examine(case, found) {
            Ok(Some(Outcome::Accept(outputs))) => Some(outputs),
            Ok(Some(Outcome::Reject { code, detail })) => {
                self.wrong.push(format!("what was made is not right: {code}: {}", clean(&detail)));
                return;
            }
            Ok(_) => None,
            Err(InvalidCase::Missing { .. }) => {
                Some(found.iter().filter(|(name, _)| *name != "signature_valid").map(owned).collect())
            }
            Err(invalid) => {
                self.wrong.push(format!("what was made is not right: {}", clean(&invalid.to_string())));
                return;
            }
        };
        let found = examined.as_ref().unwrap_or(found);
        let label = case.config.contains_key("label");
        for (name, value) in expected {
            let rule = if measure.all { Rule::Equal } else { rule(&case.operation, name, label) };
            match found.get(name) {
                Some(other) if rule.allows(value, other) => {}
                Some(other) => {
                    let (other, value) = (clean(&other.to_string()), clean(&value.to_string()));
                    self.wrong.push(format!("{name} is {other}, expected {value}"));
                }
                None if measure.all => {
                    self.wrong.push(format!("{name} is absent, expected {}", clean(&value.to_string())));
                }
                None => self.left_out.push(name.clone()),
            }
        }
    }

    /// Each step by itself: a sequence is right when all of its steps are.
    fn steps(&mut self, case: &Case, expected: &[Expectation], found: Option<&Value>, measure: Measure) {
        let found = found.and_then(|found| serde_json::from_value::<Vec<Answer>>(found.clone()).ok());
        let (Ok(cases), Some(found)) = (steps(case), found) else {
            self.wrong.push("expected the outcomes of steps".to_owned());
            return;
        };
        if found.len() != expected.len() || cases.len() != expected.len() {
            self.wrong.push(format!("{} outcomes, expected those of {} steps", found.len(), expected.len()));
            return;
        }
        for (number, ((case, expected), found)) in cases.iter().zip(expected).zip(&found).enumerate() {
            let step = Self::of(case, expected, found, measure);
            self.wrong.extend(step.wrong.iter().map(|wrong| format!("step {number}: {wrong}")));
            self.left_out.extend(step.left_out.iter().map(|name| format!("steps[{number}].{name}")));
        }
    }

    fn judgement(self, can_fail: bool) -> Judgement {
        let Self { wrong, left_out } = self;
        let verdict = match can_fail {
            _ if wrong.is_empty() => Verdict::Pass,
            true => Verdict::Warn,
            false => Verdict::Fail,
        };
        Judgement { verdict, reason: (!wrong.is_empty()).then(|| wrong.join("; ")), left_out }
    }
}

fn owned((name, value): (&String, &Value)) -> (String, Value) {
    (name.clone(), value.clone())
}

fn refusal(code: Option<&str>, detail: Option<&str>) -> String {
    let code = code.map_or_else(|| "without a code".to_owned(), |code| format!("with {}", clean(code)));
    match detail {
        Some(detail) => format!("refused {code}: {}", clean_bytes(detail.as_bytes())),
        None => format!("refused {code}"),
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use serde_json::json;

    use super::*;

    fn accepts(outputs: &Value) -> Vector {
        let expect = Expectation::Accept { outputs: outputs.as_object().unwrap().clone() };
        Vector { expect, ..Vector::accepted("x", "y.z", "A case.") }
    }

    fn rejects(codes: &[&str]) -> Vector {
        let expect = Expectation::Reject { codes: codes.iter().map(ToString::to_string).collect() };
        Vector { expect, ..Vector::accepted("x", "y.z", "A case.") }
    }

    fn accepted(outputs: &Value) -> Happened {
        Happened::Answer(Answer::Accept { outputs: outputs.as_object().unwrap().clone() })
    }

    fn refused(code: Option<&str>) -> Happened {
        Happened::Answer(Answer::Reject { code: code.map(str::to_owned), detail: Some("query".to_owned()) })
    }

    #[track_caller]
    fn passes(vector: &Vector, happened: &Happened, measure: Measure) {
        assert_eq!(judge(vector, happened, measure).verdict, Verdict::Pass);
    }

    #[track_caller]
    fn fails(vector: &Vector, happened: &Happened, measure: Measure, why: &str) {
        let judgement = judge(vector, happened, measure);
        assert_eq!(judgement.verdict, Verdict::Fail);
        assert!(judgement.reason.as_ref().unwrap().contains(why), "{judgement:?}");
    }

    #[test]
    fn outputs_must_be_equal_and_more_are_ignored() {
        let found = accepted(&json!({"path": "/a", "scheme": "wimse"}));
        passes(&accepts(&json!({"path": "/a"})), &found, Measure::ALL);
        fails(&accepts(&json!({"path": "/b"})), &found, Measure::ALL, "path is \"/a\"");
        fails(&accepts(&json!({"path": "/b"})), &found, Measure::GIVEN, "path is \"/a\"");
    }

    #[test]
    fn an_output_that_is_not_there_is_left_out_by_others_and_wrong_here() {
        let (vector, found) =
            (accepts(&json!({"origin": "x", "path": "/a"})), accepted(&json!({"path": "/a"})));
        fails(&vector, &found, Measure::ALL, "origin is absent");
        let judgement = judge(&vector, &found, Measure::GIVEN);
        assert_eq!((judgement.verdict, judgement.left_out), (Verdict::Pass, vec!["origin".to_owned()]));
    }

    #[test]
    fn what_was_made_is_looked_at_and_not_what_is_said_of_it() {
        let key = json!({
            "kty": "OKP", "crv": "Ed25519", "alg": "Ed25519",
            "d": "nWGxne_9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A", "x": "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"
        });
        let vector = accepts(&json!({"signature_valid": true}));
        let vector = Vector { operation: "jws.sign".to_owned(), ..vector };
        let vector = vector.config("key", key).input_bytes("payload", "payload");
        let Happened::Answer(Answer::Accept { outputs }) = carry_out(&vector.case("", "")) else { panic!() };
        passes(&vector, &accepted(&json!({"jws": outputs["jws"]})), Measure::ALL);
        let jws = outputs["jws"].as_str().unwrap();
        let other = jws.replace('.', ".AAAA");
        let wrong = accepted(&json!({"jws": other, "signature_valid": true}));
        fails(&vector, &wrong, Measure::GIVEN, "signature_valid is false");
        let judgement = judge(&vector, &accepted(&json!({"signature_valid": true})), Measure::GIVEN);
        assert_eq!(
            (judgement.verdict, judgement.left_out),
            (Verdict::Pass, vec!["signature_valid".to_owned()])
        );
        fails(&vector, &accepted(&json!({"jws": 1})), Measure::GIVEN, "what was made is not right");
    }

    #[test]
    fn a_reason_must_be_right_if_it_is_given() {
        let vector = rejects(&["identifier.fragment", "identifier.query"]);
        passes(&vector, &refused(Some("identifier.query")), Measure::ALL);
        fails(&vector, &refused(Some("identifier.path")), Measure::GIVEN, "identifier.path");
        passes(&vector, &refused(None), Measure::GIVEN);
        fails(&vector, &refused(None), Measure::ALL, "without a code");
        let decisions = Measure { codes: false, all: false };
        passes(&vector, &refused(Some("identifier.path")), decisions);
    }

    #[test]
    fn every_step_is_judged() {
        let steps = vec![accepts(&json!({"path": "/a"})).expect, rejects(&["identifier.query"]).expect];
        let vector = Vector { expect: Expectation::Steps { steps }, ..accepts(&json!({})) };
        let given = json!({"operation": "y.z", "input": {}});
        let vector = vector.input("steps", json!([given, given]));
        let good = json!({"result": "accept", "outputs": {"path": "/a"}});
        let refused_with = |code: &str| json!({"result": "reject", "code": code});
        let found = |steps: Value| accepted(&json!({"steps": steps}));
        passes(&vector, &found(json!([good, refused_with("identifier.query")])), Measure::ALL);
        for (steps, why) in [
            (json!([good, good]), "step 1: expected refusal"),
            (json!([good, refused_with("identifier.path")]), "step 1: "),
            (json!([refused_with("identifier.query"), refused_with("identifier.query")]), "step 0: "),
            (json!([good]), "2 steps"),
            (json!("none"), "of steps"),
        ] {
            fails(&vector, &found(steps), Measure::GIVEN, why);
        }
        fails(&vector, &accepted(&json!({})), Measure::GIVEN, "of steps");
    }

    #[test]
    fn a_difference_in_what_may_fail_is_a_warning_for_others() {
        let vector = Vector { can_fail: true, ..rejects(&["identifier.query"]) };
        passes(&vector, &refused(None), Measure::GIVEN);
        assert_eq!(judge(&vector, &accepted(&json!({})), Measure::GIVEN).verdict, Verdict::Warn);
        fails(&vector, &accepted(&json!({})), Measure::ALL, "accepted");
    }

    #[test]
    fn acceptance_and_refusal_are_not_confused() {
        for measure in [Measure::ALL, Measure::GIVEN, Measure { codes: false, all: false }] {
            fails(&rejects(&["identifier.query"]), &accepted(&json!({})), measure, "accepted");
            fails(&accepts(&json!({})), &refused(None), measure, "refused");
        }
    }

    #[test]
    fn what_is_no_outcome_passes_nothing() {
        for (happened, verdict) in [
            (Happened::Answer(Answer::Skip { detail: None }), Verdict::Skip),
            (Happened::Answer(Answer::Error { detail: None }), Verdict::Error),
            (Happened::NotSent("it does not have x".to_owned()), Verdict::Skip),
            (Happened::Crash("it ended".to_owned()), Verdict::Crash),
            (Happened::Timeout(Duration::from_secs(1)), Verdict::Timeout),
            (Happened::Protocol("not JSON".to_owned()), Verdict::Protocol),
            (Happened::NotRun("it is gone".to_owned()), Verdict::NotRun),
        ] {
            for vector in [accepts(&json!({})), rejects(&["a.b"])] {
                assert_eq!(judge(&vector, &happened, Measure::GIVEN).verdict, verdict);
            }
        }
    }

    #[test]
    fn what_the_implementation_says_is_made_harmless() {
        let found = accepted(&json!({"path": format!("\u{1b}[2J{}", "x".repeat(10_000))}));
        let reason = judge(&accepts(&json!({"path": "/a"})), &found, Measure::GIVEN).reason.unwrap();
        assert!(!reason.contains('\u{1b}') && reason.len() < 1000, "{reason}");
    }
}
