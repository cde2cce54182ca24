//! Coverage and the list of cases, for people.

use std::fmt::{self, Write};

use crate::{
    coverage::{Coverage, DraftCoverage, PAIRS, Row, State},
    vector::Vector,
};

impl fmt::Display for Coverage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for draft in &self.drafts {
            writeln!(f, "{} {}", draft.draft, draft.revision)?;
            writeln!(
                f,
                "  {:<14} {:<12} {:>8} {:>8} {:>9}  state",
                "requirement", "level", "accepted", "refused", "mutations"
            )?;
            for row in &draft.rows {
                let (level, state) = (&row.level, row.state.as_str());
                let Row { requirement, accepted, refused, mutations, .. } = row;
                writeln!(
                    f,
                    "  {requirement:<14} {level:<12} {accepted:>8} {refused:>8} {mutations:>9}  {state}"
                )?;
            }
            writeln!(f, "  {}\n", summary(draft))?;
        }
        let (requirements, gaps) = (self.rows().count(), self.gaps().count());
        writeln!(
            f,
            "{requirements} requirements, {gaps} gaps; {} pairs of requirement and mutation, {PAIRS} asked for",
            self.pairs
        )
    }
}

fn summary(draft: &DraftCoverage) -> String {
    let states = [State::Covered, State::Gap, State::Deferred, State::Deployment, State::Untestable];
    let counts = states.map(|state| {
        let count = draft.rows.iter().filter(|row| row.state == state).count();
        format!("{count} {}", state.as_str())
    });
    format!("{}; {} pairs", counts.join(", "), draft.pairs)
}

/// One line per case: id, operation, expectation, requirements.
#[must_use]
pub fn list<'a>(vectors: impl IntoIterator<Item = &'a Vector>) -> String {
    let mut text = String::new();
    for Vector { id, operation, expect, requirements, .. } in vectors {
        let expected = if expect.is_accepted() { "accept".to_owned() } else { expect.codes().join("|") };
        // Writing to a string cannot fail.
        let _ = writeln!(text, "{id}\t{operation}\t{expected}\t{}", requirements.join(" "));
    }
    text
}
