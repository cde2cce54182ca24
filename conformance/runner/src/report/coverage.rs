//! Coverage and the list of cases, for people.

use std::fmt::{self, Write};

use crate::{
    coverage::{Coverage, DraftCoverage, State},
    vector::{Expectation, Vector},
};

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
