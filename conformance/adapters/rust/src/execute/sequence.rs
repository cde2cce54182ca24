//! Several operations, one after the other, of a party that remembers.

use serde::Deserialize;
use serde_json::{Map, Value, json};

use super::{InvalidCase, Operation, Outcome, execute, memory::Memory};
use crate::Case;

pub(super) const OPERATIONS: &[Operation] = &[(SEQUENCE, sequence)];

/// Accepted when every step was carried out, whatever came out of it.
fn sequence(case: &Case) -> Result<Outcome, InvalidCase> {
    let mut outcomes = Vec::new();
    for step in steps(case)? {
        outcomes.push(match execute(&step)? {
            Outcome::Accept(outputs) => json!({"result": "accept", "outputs": outputs}),
            Outcome::Reject { code, detail } => json!({"result": "reject", "code": code, "detail": detail}),
            not_here @ (Outcome::Unsupported | Outcome::LeftOut) => return Ok(not_here),
        });
    }
    Ok(Outcome::accept([("steps", Value::Array(outcomes))]))
}

/// The steps of a sequence, each as a case. A step has the configuration of the sequence, with its own members in place
/// of those of the same name; the memory of proofs is one.
///
/// # Errors
///
/// When `input.steps` is not there or not of its shape, is empty or longer than 64, or has a sequence in it.
pub fn steps(case: &Case) -> Result<Vec<Case>, InvalidCase> {
    let input = case.input_fields();
    let steps: Vec<Step> = input.required("steps")?;
    if steps.is_empty() || steps.len() > MAX_STEPS {
        return Err(input.invalid("steps", &format!("not from 1 to {MAX_STEPS}")));
    }
    let memory = Memory::default();
    let step = |Step { operation, input: own, config }: Step| {
        if operation == SEQUENCE {
            return Err(input.invalid("steps", &"a sequence in a sequence"));
        }
        let mut merged = case.config.clone();
        merged.extend(config);
        Ok(Case { input: own, config: merged, memory: memory.clone(), ..Case::of_operation(&operation) })
    };
    steps.into_iter().map(step).collect()
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Step {
    operation: String,
    input: Map<String, Value>,
    #[serde(default)]
    config: Map<String, Value>,
}

const SEQUENCE: &str = "sequence";

/// The most steps of a sequence.
const MAX_STEPS: usize = 64;

#[cfg(test)]
mod tests {
    use super::*;

    fn step(operation: &str, identifier: &str) -> Value {
        json!({"operation": operation, "input": {"identifier": {"text": identifier}}})
    }

    fn of(steps: &Value) -> Result<Outcome, InvalidCase> {
        sequence(&Case::of_operation(SEQUENCE).with_input("steps", steps.clone()))
    }

    #[test]
    fn each_step_has_its_outcome() {
        let mut configured = step("identifier.parse", "test://a.example/b");
        configured["config"] = json!({"policy": {"generic": ["test"]}});
        let other = step("identifier.parse", "test://a.example/b");
        let Outcome::Accept(outputs) = of(&json!([configured, other])).unwrap() else { panic!() };
        assert_eq!(outputs["steps"][0]["outputs"]["path"], "/b");
        assert_eq!(outputs["steps"][1]["code"], "identifier.scheme_unsupported");
    }

    #[test]
    fn what_is_no_sequence_is_not_carried_out() {
        let good = step("identifier.parse", "wimse://a.example/b");
        assert!(matches!(of(&json!([good])), Ok(Outcome::Accept(_))));
        assert!(of(&json!([])).is_err());
        assert!(of(&json!(vec![good.clone(); MAX_STEPS + 1])).is_err());
        assert!(of(&json!([good, {"operation": "sequence", "input": {"steps": []}}])).is_err());
        assert!(of(&json!([{"operation": "identifier.parse", "input": {}}])).is_err());
        assert!(matches!(of(&json!([good, step("no.such", "")])), Ok(Outcome::Unsupported)));
    }
}
