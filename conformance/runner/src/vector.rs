//! The vector files: language-neutral cases, each with one operation and one expectation.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

pub use wimse_harness::Bytes;
use wimse_harness::Case;

/// One file: the cases of one topic.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
#[serde(deny_unknown_fields)]
pub struct VectorFile {
    /// Short name of the draft; a catalogue has the same.
    pub draft: String,
    /// Revision of the draft; the catalogue has the same.
    pub revision: String,
    /// The cases, accepted ones before the refused ones made from them.
    pub vectors: Vec<Vector>,
}

/// One case.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Vector {
    /// Kebab case, unique over all files.
    pub id: String,
    /// Ids of the requirements that the case shows, of any draft.
    pub requirements: Vec<String>,
    /// What is done, such as `identifier.parse`.
    pub operation: String,
    /// The JOSE algorithm that the case needs.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub algorithm: Option<String>,
    /// What arrives: untrusted.
    pub input: Map<String, Value>,
    /// What the party was configured with: trusted.
    pub config: Map<String, Value>,
    /// What has to come out.
    pub expect: Expectation,
    /// One sentence; for a refused case it names the attack or the mistake.
    pub comment: String,
    /// For a refused case: the accepted one that it differs from in one thing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub twin: Option<String>,
    /// For a refused case: that one thing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub differs: Option<String>,
    /// Where values were taken from.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub source: Option<String>,
}

impl Vector {
    /// What an implementation is given of it. Draft and revision are those of the file.
    #[must_use]
    pub fn case(&self, draft: &str, revision: &str) -> Case {
        let mut case = Case::of_operation(&self.operation);
        case.id = self.id.clone();
        (case.draft, case.revision) = (draft.to_owned(), revision.to_owned());
        case.algorithm = self.algorithm.clone();
        (case.input, case.config) = (self.input.clone(), self.config.clone());
        case
    }

    /// Whether the case is to be accepted.
    #[must_use]
    pub fn is_accepted(&self) -> bool {
        matches!(self.expect, Expectation::Accept { .. })
    }

    /// Members of `input` and `config` (and `algorithm`) that are not the same in the other case.
    #[must_use]
    pub fn differences(&self, other: &Self) -> Vec<String> {
        let mut found = Vec::new();
        if self.algorithm != other.algorithm {
            found.push("algorithm".to_owned());
        }
        for (part, here, there) in
            [("input", &self.input, &other.input), ("config", &self.config, &other.config)]
        {
            let names = here.keys().chain(there.keys().filter(|name| !here.contains_key(*name)));
            let unequal = names.filter(|name| here.get(*name) != there.get(*name));
            found.extend(unequal.map(|name| format!("{part}.{name}")));
        }
        found
    }
}

/// What has to come out of a case.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
#[serde(tag = "result", rename_all = "lowercase", deny_unknown_fields)]
pub enum Expectation {
    /// Accepted, with these outputs; an implementation may have more.
    Accept {
        /// Name and value of each output that is compared.
        outputs: Map<String, Value>,
    },
    /// Refused, for one of these reasons.
    Reject {
        /// Permitted error codes.
        codes: Vec<String>,
    },
}
