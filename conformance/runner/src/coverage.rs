//! Which requirements have enough cases.
//!
//! Refused cases are counted by what was changed: a requirement and a mutation are a pair once, however many algorithms
//! it is shown with.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;

use crate::{
    load::Suite,
    requirement::{Requirement, Testable},
    vector::Vector,
};

/// The distinct mutations asked for where a requirement has refusals.
pub const MUTATIONS: usize = 3;
/// The pairs of requirement and mutation that the suite promises to have at least.
pub const PAIRS: usize = 900;

/// Coverage of all drafts.
#[derive(Clone, Debug, Serialize)]
pub struct Coverage {
    /// Distinct pairs of requirement and mutation.
    pub pairs: usize,
    /// One entry per catalogue.
    pub drafts: Vec<DraftCoverage>,
}

impl Coverage {
    /// Counts the cases of each requirement over all vector files.
    #[must_use]
    pub fn of(suite: &Suite) -> Self {
        let mut counts: BTreeMap<&str, Cases<'_>> = BTreeMap::new();
        for vector in suite.vectors() {
            for id in &vector.requirements {
                counts.entry(id).or_default().count(vector);
            }
        }
        let row = |requirement: &Requirement| {
            let none = Cases::default();
            let cases = counts.get(requirement.id.as_str()).unwrap_or(&none);
            Row {
                requirement: requirement.id.clone(),
                level: requirement.level.clone(),
                accepted: cases.accepted,
                refused: cases.refused,
                mutations: cases.mutations.len(),
                state: cases.state(requirement),
            }
        };
        let drafts = suite.catalogues.iter().map(|catalogue| {
            let rows: Vec<_> = catalogue.requirements.iter().map(row).collect();
            let pairs = rows.iter().map(|row| row.mutations).sum();
            let (draft, revision) = (catalogue.draft.clone(), catalogue.revision.clone());
            DraftCoverage { draft, revision, pairs, rows }
        });
        let drafts: Vec<_> = drafts.collect();
        Self { pairs: drafts.iter().map(|draft| draft.pairs).sum(), drafts }
    }

    /// Whether every requirement has its cases, and the suite its [`PAIRS`].
    #[must_use]
    pub fn is_enough(&self) -> bool {
        self.pairs >= PAIRS && self.gaps().next().is_none()
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
    /// Distinct pairs of one of its requirements and a mutation.
    pub pairs: usize,
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
    /// The number of distinct mutations among them.
    pub mutations: usize,
    /// Whether that is enough.
    pub state: State,
}

/// Whether a requirement has enough cases.
#[derive(Clone, Copy, Debug, Eq, PartialEq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum State {
    /// An accepted case, and three mutations that are refused where refusals make sense.
    Covered,
    /// Cases are missing.
    Gap,
    /// It waits for other work.
    Deferred,
    /// Only an operator can meet it.
    Deployment,
    /// No case can show it.
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

#[derive(Default)]
struct Cases<'a> {
    accepted: usize,
    refused: usize,
    mutations: BTreeSet<&'a str>,
}

impl<'a> Cases<'a> {
    fn count(&mut self, vector: &'a Vector) {
        if vector.is_accepted() {
            self.accepted += 1;
        } else {
            self.refused += 1;
            self.mutations.extend(vector.mutation.as_deref());
        }
    }

    fn state(&self, requirement: &Requirement) -> State {
        match requirement.testable {
            Testable::No => State::Untestable,
            Testable::Deployment => State::Deployment,
            Testable::Yes if requirement.deferred.is_some() => State::Deferred,
            Testable::Yes => {
                let mutations = if requirement.refusals { MUTATIONS } else { 0 };
                let enough = self.accepted >= 1 && self.mutations.len() >= mutations;
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
            supersedes: Vec::new(),
            note: None,
            deferred: None,
        }
    }

    fn state(accepted: usize, mutations: &[&'static str], requirement: &Requirement) -> State {
        let mutations = mutations.iter().copied().collect();
        Cases { accepted, refused: 9, mutations }.state(requirement)
    }

    #[test]
    fn refused_cases_do_not_stand_in_for_the_accepted_one() {
        assert_eq!(state(0, &["a", "b", "c", "d"], &requirement(true)), State::Gap);
        assert_eq!(state(1, &["a", "b"], &requirement(true)), State::Gap);
        assert_eq!(state(1, &["a", "b", "c"], &requirement(true)), State::Covered);
    }

    #[test]
    fn the_same_mutation_again_is_no_other_one() {
        assert_eq!(state(1, &["a", "b", "b"], &requirement(true)), State::Gap);
    }

    #[test]
    fn a_permission_needs_the_accepted_case_only() {
        assert_eq!(state(1, &[], &requirement(false)), State::Covered);
        assert_eq!(state(0, &[], &requirement(false)), State::Gap);
    }

    #[test]
    fn deferred_and_deployment_rows_ask_for_nothing() {
        let deferred = Requirement { deferred: Some("certificates".to_owned()), ..requirement(true) };
        let deployment = Requirement { testable: Testable::Deployment, ..requirement(true) };
        assert_eq!(state(0, &[], &deferred), State::Deferred);
        assert_eq!(state(0, &[], &deployment), State::Deployment);
    }
}
