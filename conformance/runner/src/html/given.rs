//! Reports as they were written, and their results by case.

use std::collections::BTreeMap;

use serde::Deserialize;

use crate::{
    load::Suite,
    requirement::Catalogue,
    vector::{Vector, VectorFile},
};

/// A report that was written by `run` or `live` with `--report json=FILE`. What is not shown is not read.
#[derive(Clone, Debug, Deserialize)]
pub struct Given {
    pub(super) implementation: Implementation,
    pub(super) cases: Vec<Row>,
}

#[derive(Clone, Debug, Deserialize)]
pub(super) struct Implementation {
    pub(super) name: String,
    pub(super) version: String,
    pub(super) language: String,
}

#[derive(Clone, Debug, Deserialize)]
pub(super) struct Row {
    pub(super) id: String,
    #[serde(default)]
    pub(super) requirements: Vec<String>,
    pub(super) verdict: String,
    #[serde(default)]
    pub(super) reason: Option<String>,
}

impl Given {
    /// Reads a report.
    ///
    /// # Errors
    ///
    /// When it is not JSON, or lacks what the page shows.
    pub fn parse(json: &str) -> Result<Self, serde_json::Error> {
        serde_json::from_str(json)
    }
}

/// All reports, by case.
pub(super) struct Results<'a> {
    pub(super) reports: &'a [Given],
    /// For each case that a report has, in the order of the files: its row in each report.
    pub(super) cases: Vec<Case<'a>>,
    /// The cases of each requirement, as places in `cases`.
    by_requirement: BTreeMap<&'a str, Vec<usize>>,
}

pub(super) struct Case<'a> {
    pub(super) id: &'a str,
    /// None of a case that the suite does not have.
    pub(super) known: Option<(&'a VectorFile, &'a Vector)>,
    pub(super) rows: Vec<Option<&'a Row>>,
}

impl<'a> Results<'a> {
    pub(super) fn of(suite: &'a Suite, reports: &'a [Given]) -> Self {
        let known: BTreeMap<&str, (usize, &VectorFile, &Vector)> = suite
            .selected()
            .enumerate()
            .map(|(place, selected)| (selected.vector.id.as_str(), (place, selected.file, selected.vector)))
            .collect();
        let mut found: BTreeMap<(usize, &str), Case<'a>> = BTreeMap::new();
        for (number, report) in reports.iter().enumerate() {
            for row in &report.cases {
                let known = known.get(row.id.as_str());
                let place = known.map_or(usize::MAX, |(place, ..)| *place);
                let case = found.entry((place, row.id.as_str())).or_insert_with(|| Case {
                    id: &row.id,
                    known: known.map(|(_, file, vector)| (*file, *vector)),
                    rows: vec![None; reports.len()],
                });
                if let Some(place) = case.rows.get_mut(number) {
                    *place = Some(row);
                }
            }
        }
        let cases: Vec<_> = found.into_values().collect();
        let mut by_requirement: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
        for (number, case) in cases.iter().enumerate() {
            for id in case.requirements() {
                by_requirement.entry(id).or_default().push(number);
            }
        }
        Self { reports, cases, by_requirement }
    }

    /// Whether a report has a case of one of its requirements.
    pub(super) fn has(&self, catalogue: &Catalogue) -> bool {
        catalogue
            .requirements
            .iter()
            .any(|requirement| self.by_requirement.contains_key(requirement.id.as_str()))
    }

    /// The cases of a requirement.
    pub(super) fn of_requirement(&self, id: &str) -> Vec<&Case<'a>> {
        let places = self.by_requirement.get(id).map(Vec::as_slice).unwrap_or_default();
        places.iter().filter_map(|place| self.cases.get(*place)).collect()
    }
}

impl<'a> Case<'a> {
    /// What it shows: by the suite, else by a report.
    pub(super) fn requirements(&self) -> &'a [String] {
        match (self.known, self.rows.iter().flatten().next()) {
            (Some((_, vector)), _) => &vector.requirements,
            (None, Some(row)) => &row.requirements,
            (None, None) => &[],
        }
    }

    /// How it went with that implementation.
    pub(super) fn outcome(&self, number: usize) -> Outcome {
        match self.rows.get(number).copied().flatten() {
            None => Outcome::Absent,
            Some(row) => match row.verdict.as_str() {
                "pass" => Outcome::Passed,
                "skip" => Outcome::Skipped,
                "warn" => Outcome::Warned,
                _ => Outcome::Wrong,
            },
        }
    }
}

/// A verdict, as far as the page tells them apart.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Outcome {
    Passed,
    Wrong,
    Warned,
    Skipped,
    /// Not in the report.
    Absent,
}

impl Outcome {
    /// The sign, and the class of the style.
    pub(super) fn sign(self) -> (&'static str, &'static str) {
        match self {
            Self::Passed => ("✓", "p"),
            Self::Wrong => ("✗", "f"),
            Self::Warned => ("!", "w"),
            Self::Skipped => ("–", "s"),
            Self::Absent => ("", "s"),
        }
    }
}
