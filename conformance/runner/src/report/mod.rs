//! What a person or a program reads of a run.
//!
//! [`Report`] is the whole of it, and its JSON form. The other forms are made from it: [`terminal`](Report::terminal),
//! [`junit`](Report::junit), [`markdown`](Report::markdown).

use std::collections::BTreeMap;

use serde::Serialize;
use wimse_harness::protocol::Hello;

use crate::{
    baseline::{Baseline, Stale},
    judge::{Judgement, Verdict},
    load::{Selected, Suite},
    manifest::Manifest,
};

mod coverage;
mod junit;
mod markdown;
mod terminal;

pub use coverage::list;

/// The judgements of one run.
#[derive(Clone, Debug, Serialize)]
pub struct Report {
    /// Version and licence of the vectors, if they have them.
    pub vectors: Option<Manifest>,
    /// Who was judged.
    pub implementation: Implementation,
    /// Whether nothing is wrong but what was expected, and something passed.
    pub clean: bool,
    /// How many cases have each verdict.
    pub totals: BTreeMap<&'static str, usize>,
    /// How many of the cases that are not fine were expected by the baseline.
    pub expected: usize,
    /// How many expected outputs the implementation left out, over all cases.
    pub outputs_left_out: usize,
    /// Entries of the baseline that are not so any more.
    pub stale: Vec<Stale>,
    /// Requirements that a case was run for, in the order of the catalogues.
    pub requirements: Vec<RequirementRow>,
    /// All cases, in file order.
    pub cases: Vec<CaseRow>,
}

/// What an implementation says of itself.
#[derive(Clone, Debug, Serialize)]
pub struct Implementation {
    /// Its name.
    pub name: String,
    /// Its version.
    pub version: String,
    /// The programming language.
    pub language: String,
}

/// One judged case.
#[derive(Clone, Debug, Serialize)]
pub struct CaseRow {
    /// The id of the vector.
    pub id: String,
    /// Short name of the draft.
    pub draft: String,
    /// Revision of the draft.
    pub revision: String,
    /// Its operation.
    pub operation: String,
    /// What goes wrong in an implementation that differs: a word of [`Importance::as_str`].
    ///
    /// [`Importance::as_str`]: crate::vector::Importance::as_str
    pub importance: &'static str,
    /// The requirements that it shows.
    pub requirements: Vec<String>,
    /// A word of [`Verdict::as_str`].
    pub verdict: &'static str,
    /// What was expected and what came; absent when the case passed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// Expected outputs that the implementation did not give.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub left_out: Vec<String>,
    /// Why the baseline expects it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub expected: Option<String>,
    #[serde(skip)]
    judged: Verdict,
}

impl CaseRow {
    /// Whether something is wrong that the baseline does not expect.
    #[must_use]
    pub fn is_unexpected(&self) -> bool {
        !self.judged.is_fine() && self.expected.is_none()
    }
}

/// One requirement, and how its cases went.
#[derive(Clone, Debug, Serialize)]
pub struct RequirementRow {
    /// The id of the requirement.
    pub id: String,
    /// Short name of the draft.
    pub draft: String,
    /// Revision of the draft.
    pub revision: String,
    /// The section of the draft.
    pub section: String,
    /// The BCP 14 word.
    pub level: String,
    /// The requirement in one sentence.
    pub text: String,
    /// How many of its cases have each verdict.
    pub totals: BTreeMap<&'static str, usize>,
    /// Ids of those of its cases that are neither passed nor skipped.
    pub wrong: Vec<String>,
}

impl RequirementRow {
    /// In one word: `fail` when a case is wrong, `pass` when one has passed and none is wrong, else `skip`.
    #[must_use]
    pub fn state(&self) -> &'static str {
        match self.totals.contains_key(Verdict::Pass.as_str()) {
            _ if !self.wrong.is_empty() => "fail",
            true => "pass",
            false => "skip",
        }
    }
}

impl Report {
    /// The report of a run over these cases, one judgement for each.
    #[must_use]
    pub fn of(
        suite: &Suite,
        vectors: Option<Manifest>,
        implementation: &Hello,
        selected: &[Selected<'_>],
        judgements: Vec<Judgement>,
        baseline: &Baseline,
    ) -> Self {
        let row = |(selected, judgement)| case_row(selected, judgement, baseline);
        let cases: Vec<_> = selected.iter().zip(judgements).map(row).collect();
        let stale = baseline.stale(suite, cases.iter().map(|case| (case.id.as_str(), case.judged)));
        let passed = cases.iter().any(|case| case.judged == Verdict::Pass);
        Self {
            vectors,
            implementation: Implementation {
                name: implementation.name.clone(),
                version: implementation.version.clone(),
                language: implementation.language.clone(),
            },
            clean: passed && stale.is_empty() && !cases.iter().any(CaseRow::is_unexpected),
            totals: totals(cases.iter()),
            expected: cases.iter().filter(|case| case.expected.is_some()).count(),
            outputs_left_out: cases.iter().map(|case| case.left_out.len()).sum(),
            stale,
            requirements: requirements(suite, &cases),
            cases,
        }
    }

    /// The number of cases with that verdict.
    #[must_use]
    pub fn count(&self, verdict: Verdict) -> usize {
        self.totals.get(verdict.as_str()).copied().unwrap_or_default()
    }

    /// The cases that are wrong and not expected.
    pub fn unexpected(&self) -> impl Iterator<Item = &CaseRow> {
        self.cases.iter().filter(|case| case.is_unexpected())
    }
}

fn case_row(selected: &Selected<'_>, judgement: Judgement, baseline: &Baseline) -> CaseRow {
    let Selected { file, vector } = selected;
    let Judgement { verdict, reason, left_out } = judgement;
    CaseRow {
        id: vector.id.clone(),
        draft: file.draft.clone(),
        revision: file.revision.clone(),
        operation: vector.operation.clone(),
        importance: vector.importance.as_str(),
        requirements: vector.requirements.clone(),
        verdict: verdict.as_str(),
        reason,
        left_out,
        expected: baseline.reason(&vector.id, verdict).map(str::to_owned),
        judged: verdict,
    }
}

fn requirements(suite: &Suite, cases: &[CaseRow]) -> Vec<RequirementRow> {
    let mut by_requirement: BTreeMap<&str, Vec<&CaseRow>> = BTreeMap::new();
    for case in cases {
        for id in &case.requirements {
            by_requirement.entry(id).or_default().push(case);
        }
    }
    let rows = suite
        .catalogues
        .iter()
        .flat_map(|catalogue| catalogue.requirements.iter().map(move |requirement| (catalogue, requirement)));
    let rows = rows.filter_map(|(catalogue, requirement)| {
        let cases = by_requirement.get(requirement.id.as_str())?;
        let wrong = cases.iter().filter(|case| !case.judged.is_fine());
        Some(RequirementRow {
            id: requirement.id.clone(),
            draft: catalogue.draft.clone(),
            revision: catalogue.revision.clone(),
            section: requirement.section.clone(),
            level: requirement.level.clone(),
            text: requirement.text.clone(),
            totals: totals(cases.iter().copied()),
            wrong: wrong.map(|case| case.id.clone()).collect(),
        })
    });
    rows.collect()
}

fn totals<'a>(cases: impl Iterator<Item = &'a CaseRow>) -> BTreeMap<&'static str, usize> {
    let mut totals = BTreeMap::new();
    for case in cases {
        *totals.entry(case.verdict).or_default() += 1;
    }
    totals
}
