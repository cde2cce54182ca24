//! A case as an implementation is given it: what to do, and not what should come out.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::execute::memory::Memory;

/// One case; the members are those of a vector.
#[derive(Clone, Debug, Deserialize, Serialize)]
pub struct Case {
    /// The id of the vector.
    pub id: String,
    /// Short name of the draft.
    pub draft: String,
    /// Revision of the draft.
    pub revision: String,
    /// What is to be done, such as `identifier.parse`.
    pub operation: String,
    /// Algorithms and other abilities that the case needs.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub features: Vec<String>,
    /// What arrives: untrusted.
    pub input: Map<String, Value>,
    /// What the party was configured with: trusted.
    pub config: Map<String, Value>,
    /// What a party remembers from step to step of a sequence.
    #[serde(skip)]
    pub(crate) memory: Memory,
}

impl Case {
    /// A case of that operation without a name, input or configuration.
    #[must_use]
    pub fn of_operation(operation: &str) -> Self {
        Self {
            id: String::new(),
            draft: String::new(),
            revision: String::new(),
            operation: operation.to_owned(),
            features: Vec::new(),
            input: Map::new(),
            config: Map::new(),
            memory: Memory::default(),
        }
    }

    /// Sets a member of the input.
    #[must_use]
    pub fn with_input(mut self, name: &str, value: impl Into<Value>) -> Self {
        self.input.insert(name.to_owned(), value.into());
        self
    }

    /// Sets a member of the configuration.
    #[must_use]
    pub fn with_config(mut self, name: &str, value: impl Into<Value>) -> Self {
        self.config.insert(name.to_owned(), value.into());
        self
    }
}
