//! Cases of several steps: each step is a case by itself, and what they share is told once.

use serde_json::{Map, Value};

use crate::vector::{Expectation, Step, Vector};

impl Vector {
    /// A `sequence` of these cases, with the configuration of the first; the others keep what differs from it. Outputs
    /// are those of the last.
    pub(super) fn sequence(id: &str, comment: &str, steps: &[Self]) -> Self {
        let mut vector = Self::accepted(id, "sequence", comment);
        if let Some(first) = steps.first() {
            vector.requirements.clone_from(&first.requirements);
            // What not every step knows of is not said to all.
            let common = first
                .config
                .iter()
                .filter(|(name, _)| steps.iter().all(|step| step.config.contains_key(*name)));
            vector.config = common.map(|(name, value)| (name.clone(), value.clone())).collect();
        }
        let count = steps.len();
        let expected = steps.iter().enumerate().map(|(number, step)| match &step.expect {
            Expectation::Accept { .. } if number + 1 < count => Expectation::Accept { outputs: Map::new() },
            expected => expected.clone(),
        });
        vector.expect = Expectation::Steps { steps: expected.collect() };
        vector.features = steps.iter().flat_map(|step| step.features.iter().cloned()).collect();
        vector.steps(steps)
    }

    /// Other steps, under the configuration of this case.
    pub(super) fn steps(mut self, steps: &[Self]) -> Self {
        let given = steps.iter().map(|step| {
            let own = step.config.iter().filter(|(name, value)| self.config.get(*name) != Some(value));
            let config = own.map(|(name, value)| (name.clone(), value.clone())).collect();
            let step = Step { operation: step.operation.clone(), input: step.input.clone(), config };
            serde_json::to_value(step).unwrap_or_default()
        });
        let given = Value::Array(given.collect());
        self.input.insert("steps".to_owned(), given);
        self
    }
}
