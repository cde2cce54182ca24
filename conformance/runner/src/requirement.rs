//! The requirement catalogue: one file per revision of a draft.

use serde::{Deserialize, Serialize};

/// One file of the catalogue.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Catalogue {
    /// Short name of the draft, such as `identifier`.
    pub draft: String,
    /// The revision that was read, such as `02` or `after-03`.
    pub revision: String,
    /// The date of that text, or `undated`.
    pub text_date: String,
    /// The requirements in the order of the text.
    pub requirements: Vec<Requirement>,
}

/// One requirement of a draft.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Requirement {
    /// The id that vectors, commits and comments use, such as `ID-4.1-4`.
    pub id: String,
    /// The section of the draft.
    pub section: String,
    /// The BCP 14 word.
    pub level: String,
    /// Who has to meet it.
    pub role: String,
    /// Whether a case can show it.
    pub testable: Testable,
    /// The requirement in one sentence.
    pub text: String,
    /// Whether something can be refused because of it.
    pub refusals: bool,
    /// Why no refused case makes sense.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub refusals_note: Option<String>,
    /// Rows of an earlier revision that this one replaces; they stay for whoever implements that revision.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub supersedes: Vec<String>,
    /// Why it is classified so, or how the text differs from what one would expect.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
    /// The part of the work that it waits for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub deferred: Option<String>,
}

impl Requirement {
    /// Whether coverage asks for cases: it can be tested, and it does not wait for other work.
    #[must_use]
    pub fn is_due(&self) -> bool {
        self.testable == Testable::Yes && self.deferred.is_none()
    }
}

/// Whether a case can show that a requirement is met.
#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Testable {
    /// A case can show it.
    Yes,
    /// No case can show it: nothing observable follows from it, or nothing in a message.
    No,
    /// Only an operator can meet it.
    Deployment,
}
