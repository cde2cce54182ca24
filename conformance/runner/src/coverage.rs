//! Which requirements have enough cases.

use std::collections::BTreeMap;

use serde::Serialize;

use crate::{
    load::Suite,
    requirement::{Requirement, Testable},
    vector::Vector,
};

/// The refused cases asked for where a requirement has refusals.
pub const REFUSED_CASES: usize = 3;

/// Coverage of all drafts.
#[derive(Clone, Debug, Serialize)]
pub struct Coverage {
    /// One entry per catalogue.
    pub drafts: Vec<DraftCoverage>,
}

impl Coverage {
    /// Counts the cases of each requirement over all vector files.
    #[must_use]
    pub fn of(suite: &Suite) -> Self {
        let mut counts: BTreeMap<&str, Cases> = BTreeMap::new();
        for vector in suite.vectors() {
            for id in &vector.requirements {
                counts.entry(id).or_default().count(vector);
            }
        }
        let row = |requirement: &Requirement| {
            let cases = counts.get(requirement.id.as_str()).copied().unwrap_or_default();
            Row {
                requirement: requirement.id.clone(),
                level: requirement.level.clone(),
                accepted: cases.accepted,
                refused: cases.refused,
                state: cases.state(requirement),
            }
        };
        let drafts = suite.catalogues.iter().map(|catalogue| DraftCoverage {
            draft: catalogue.draft.clone(),
            revision: catalogue.revision.clone(),
            rows: catalogue.requirements.iter().map(row).collect(),
        });
        Self { drafts: drafts.collect() }
    }

    /// The rows that lack cases.
    pub fn gaps(&self) -> impl Iterator<Item = &Row> {
        self.rows().filter(|row| row.state == State::Gap)
    }

    /// All rows.
    pub fn rows(&self) -> impl Iterator<Item = &Row> {
        self.drafts.iter().flat_map(|draft| &draft.rows)
    }
}

/// Coverage of one draft.
#[derive(Clone, Debug, Serialize)]
pub struct DraftCoverage {
    /// Short name of the draft.
    pub draft: String,
    /// Revision of the draft.
    pub revision: String,
    /// One row per requirement.
    pub rows: Vec<Row>,
}

/// Coverage of one requirement.
#[derive(Clone, Debug, Serialize)]
pub struct Row {
    /// The id of the requirement.
    pub requirement: String,
    /// Its BCP 14 word.
    pub level: String,
    /// The number of accepted cases.
    pub accepted: usize,
    /// The number of refused cases.
    pub refused: usize,
    /// Whether that is enough.
    pub state: State,
}

/// Whether a requirement has enough cases.
#[derive(Clone, Copy, Debug, Eq, PartialEq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum State {
    /// An accepted case, and three refused ones where refusals make sense.
    Covered,
    /// Cases are missing.
    Gap,
    /// It waits for other work.
    Deferred,
    /// Only an operator can meet it.
    Deployment,
    /// Nothing observable follows from it.
    Untestable,
}

impl State {
    /// The word in reports.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Covered => "covered",
            Self::Gap => "GAP",
            Self::Deferred => "deferred",
            Self::Deployment => "deployment",
            Self::Untestable => "untestable",
        }
    }
}

#[derive(Clone, Copy, Default)]
struct Cases {
    accepted: usize,
    refused: usize,
}

impl Cases {
    fn count(&mut self, vector: &Vector) {
        if vector.is_accepted() {
            self.accepted += 1;
        } else {
            self.refused += 1;
        }
    }

    fn state(self, requirement: &Requirement) -> State {
        match requirement.testable {
            Testable::No => State::Untestable,
            Testable::Deployment => State::Deployment,
            Testable::Yes if requirement.deferred.is_some() => State::Deferred,
            Testable::Yes => {
                let refused = if requirement.refusals { REFUSED_CASES } else { 0 };
                let enough = self.accepted >= 1 && self.refused >= refused;
                if enough { State::Covered } else { State::Gap }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn requirement(refusals: bool) -> Requirement {
        Requirement {
            id: "X-1-1".to_owned(),
            section: "1".to_owned(),
            level: "MUST".to_owned(),
            role: "parser".to_owned(),
            testable: Testable::Yes,
            text: "A rule.".to_owned(),
            refusals,
            refusals_note: None,
            deferred: None,
        }
    }

    fn state(accepted: usize, refused: usize, requirement: &Requirement) -> State {
        Cases { accepted, refused }.state(requirement)
    }

    #[test]
    fn refused_cases_do_not_stand_in_for_the_accepted_one() {
        assert_eq!(state(0, 9, &requirement(true)), State::Gap);
        assert_eq!(state(1, 2, &requirement(true)), State::Gap);
        assert_eq!(state(1, 3, &requirement(true)), State::Covered);
    }

    #[test]
    fn a_permission_needs_the_accepted_case_only() {
        assert_eq!(state(1, 0, &requirement(false)), State::Covered);
        assert_eq!(state(0, 0, &requirement(false)), State::Gap);
    }

    #[test]
    fn deferred_and_deployment_rows_ask_for_nothing() {
        let deferred = Requirement { deferred: Some("certificates".to_owned()), ..requirement(true) };
        let deployment = Requirement { testable: Testable::Deployment, ..requirement(true) };
        assert_eq!(state(0, 0, &deferred), State::Deferred);
        assert_eq!(state(0, 0, &deployment), State::Deployment);
    }
}
