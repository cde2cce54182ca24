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
    /// What an implementation must have to be asked, sorted: JOSE names of algorithms, and other names in kebab case.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub features: Vec<String>,
    /// What goes wrong in an implementation that differs.
    pub importance: Importance,
    /// Whether a difference is a warning: nothing in the case is more than recommended, or permitted to the
    /// implementation itself.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub can_fail: bool,
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
    /// For a refused case: that one thing, in words.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub differs: Option<String>,
    /// For a refused case: the stable name of that one thing, the same for the same change under any algorithm.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub mutation: Option<String>,
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
        case.features = self.features.clone();
        (case.input, case.config) = (self.input.clone(), self.config.clone());
        case
    }

    /// Whether the case is to be accepted; of a sequence, whether its last step is.
    #[must_use]
    pub fn is_accepted(&self) -> bool {
        self.expect.is_accepted()
    }

    /// Members of `input` and `config` that are not the same in the other case; of steps, which of them and what in
    /// them.
    #[must_use]
    pub fn differences(&self, other: &Self) -> Vec<String> {
        let mut found = Vec::new();
        unequal("input", &self.input, &other.input, &mut found);
        unequal("config", &self.config, &other.config, &mut found);
        found
    }
}

fn unequal(part: &str, here: &Map<String, Value>, there: &Map<String, Value>, found: &mut Vec<String>) {
    let names = here.keys().chain(there.keys().filter(|name| !here.contains_key(*name)));
    for name in names.filter(|name| here.get(*name) != there.get(*name)) {
        match (name.as_str(), here.get(name), there.get(name)) {
            ("steps", Some(Value::Array(here)), Some(Value::Array(there))) if here.len() == there.len() => {
                unequal_steps(here, there, found);
            }
            _ => found.push(format!("{part}.{name}")),
        }
    }
}

fn unequal_steps(here: &[Value], there: &[Value], found: &mut Vec<String>) {
    let none = Map::new();
    for (number, (here, there)) in here.iter().zip(there).enumerate() {
        for member in ["operation", "input", "config"] {
            let part = format!("input.steps[{number}].{member}");
            match (here.get(member), there.get(member)) {
                (here, there) if here == there => (),
                (Some(Value::String(_)), _) | (_, Some(Value::String(_))) => found.push(part),
                (here, there) => {
                    let members = |value: Option<&'_ Value>| value.and_then(Value::as_object).cloned();
                    let (here, there) = (members(here), members(there));
                    unequal(&part, here.as_ref().unwrap_or(&none), there.as_ref().unwrap_or(&none), found);
                }
            }
        }
    }
}

/// What goes wrong in an implementation that differs, the worst first.
#[derive(Clone, Copy, Debug, Deserialize, Eq, Ord, PartialEq, PartialOrd, Serialize, clap::ValueEnum)]
#[serde(rename_all = "lowercase")]
pub enum Importance {
    /// Somebody is taken for a workload that he is not, may do what he must not, or uses a message of another again,
    /// elsewhere or changed.
    Critical,
    /// Something that a draft forbids gets through: a part of an attack, not yet one by itself.
    High,
    /// What a draft promises does not work between two implementations, or a recommended protection is missing.
    Medium,
    /// A permission or a convenience.
    Low,
}

impl Importance {
    /// The word in files and reports.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Critical => "critical",
            Self::High => "high",
            Self::Medium => "medium",
            Self::Low => "low",
        }
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
    /// Of the operation `sequence`: carried out, with an outcome for each of `input.steps`.
    Steps {
        /// What has to come out of each step, accepted or refused. The last one decides what the case is.
        steps: Vec<Expectation>,
    },
}

impl Expectation {
    /// Whether it is acceptance; of steps, that of the last.
    #[must_use]
    pub fn is_accepted(&self) -> bool {
        match self {
            Self::Accept { .. } => true,
            Self::Reject { .. } => false,
            Self::Steps { steps } => steps.last().is_some_and(Self::is_accepted),
        }
    }

    /// The codes that a refusal may have; of steps, those of the last.
    #[must_use]
    pub fn codes(&self) -> &[String] {
        match self {
            Self::Accept { .. } => &[],
            Self::Reject { codes } => codes,
            Self::Steps { steps } => steps.last().map(Self::codes).unwrap_or_default(),
        }
    }
}

/// One of the `input.steps` of a sequence. The steps share replay state; one begins when the one before has ended.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Step {
    /// What is done; not a sequence.
    pub operation: String,
    /// What arrives: untrusted.
    pub input: Map<String, Value>,
    /// Members that replace those of the case's `config` in this step.
    #[serde(default, skip_serializing_if = "Map::is_empty")]
    pub config: Map<String, Value>,
}
