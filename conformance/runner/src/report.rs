//! What a person or a program reads of a run or of the coverage.

use std::fmt::{self, Write};

use serde::Serialize;

use crate::{
    coverage::{Coverage, DraftCoverage, State},
    judge::{Verdict, run},
    vector::{Expectation, Vector},
};

/// The verdicts of one run.
#[derive(Clone, Debug, Serialize)]
pub struct Report {
    /// Cases that went as expected.
    pub passed: usize,
    /// Cases that did not.
    pub failed: usize,
    /// Cases whose operation is unknown here.
    pub unsupported: usize,
    /// Cases whose operation this build was made without.
    pub skipped: usize,
    /// All cases, in file order.
    pub cases: Vec<Case>,
}

/// One judged case.
#[derive(Clone, Debug, Serialize)]
pub struct Case {
    /// The id of the vector.
    pub id: String,
    /// Its operation.
    pub operation: String,
    /// `pass`, `fail`, `unsupported` or `skipped`.
    pub verdict: &'static str,
    /// What was expected and what came, of a failure.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
}

impl Report {
    /// Runs the cases.
    pub fn of<'a>(vectors: impl IntoIterator<Item = &'a Vector>) -> Self {
        let mut report = Self { passed: 0, failed: 0, unsupported: 0, skipped: 0, cases: Vec::new() };
        for vector in vectors {
            let (count, verdict, reason) = match run(vector) {
                Verdict::Pass => (&mut report.passed, "pass", None),
                Verdict::Fail { reason } => (&mut report.failed, "fail", Some(reason)),
                Verdict::Unsupported => (&mut report.unsupported, "unsupported", None),
                Verdict::Skipped => (&mut report.skipped, "skipped", None),
            };
            *count += 1;
            let (id, operation) = (vector.id.clone(), vector.operation.clone());
            report.cases.push(Case { id, operation, verdict, reason });
        }
        report
    }

    /// Whether every case went as expected; an operation that is unknown here is not as expected.
    #[must_use]
    pub fn is_clean(&self) -> bool {
        self.failed == 0 && self.unsupported == 0
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for case in self.cases.iter().filter(|case| !matches!(case.verdict, "pass" | "skipped")) {
            let detail = case.reason.as_deref().unwrap_or(&case.operation);
            writeln!(f, "{} {}: {detail}", case.verdict.to_uppercase(), case.id)?;
        }
        let Self { passed, failed, unsupported, skipped, cases } = self;
        let total = cases.len();
        write!(f, "{total} cases: {passed} passed, {failed} failed, {unsupported} unsupported")?;
        if *skipped > 0 {
            write!(f, ", {skipped} skipped by this build")?;
        }
        writeln!(f)
    }
}

impl fmt::Display for Coverage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for draft in &self.drafts {
            writeln!(f, "{} {}", draft.draft, draft.revision)?;
            writeln!(f, "  {:<14} {:<12} {:>8} {:>8}  state", "requirement", "level", "accepted", "refused")?;
            for row in &draft.rows {
                let (level, state) = (&row.level, row.state.as_str());
                let (accepted, refused) = (row.accepted, row.refused);
                writeln!(f, "  {:<14} {level:<12} {accepted:>8} {refused:>8}  {state}", row.requirement)?;
            }
            writeln!(f, "  {}\n", summary(draft))?;
        }
        writeln!(f, "{} requirements, {} gaps", self.rows().count(), self.gaps().count())
    }
}

fn summary(draft: &DraftCoverage) -> String {
    let states = [State::Covered, State::Gap, State::Deferred, State::Deployment, State::Untestable];
    let counts = states.map(|state| {
        let count = draft.rows.iter().filter(|row| row.state == state).count();
        format!("{count} {}", state.as_str())
    });
    counts.join(", ")
}

/// One line per case: id, operation, expectation, requirements.
#[must_use]
pub fn list<'a>(vectors: impl IntoIterator<Item = &'a Vector>) -> String {
    let mut text = String::new();
    for Vector { id, operation, expect, requirements, .. } in vectors {
        let expected = match expect {
            Expectation::Accept { .. } => "accept".to_owned(),
            Expectation::Reject { codes } => codes.join("|"),
        };
        // Writing to a string cannot fail.
        let _ = writeln!(text, "{id}\t{operation}\t{expected}\t{}", requirements.join(" "));
    }
    text
}
