//! Failures that are expected: a TOML file, each entry with its reason.
//!
//! ```toml
//! [[expected]]
//! id = "wpt-verify-es256"          # the case
//! verdict = "fail"                 # what it comes to; "fail" when absent
//! reason = "no ES256 before 2.0"   # why that is known
//! ```

use std::{
    collections::BTreeMap,
    fs, io,
    path::{Path, PathBuf},
};

use serde::{Deserialize, Serialize};

use crate::{judge::Verdict, load::Suite};

/// What is expected, by the id of the case.
#[derive(Clone, Debug, Default)]
pub struct Baseline {
    entries: BTreeMap<String, Entry>,
}

impl Baseline {
    /// Reads a file.
    ///
    /// # Errors
    ///
    /// When it cannot be read, is not of its shape, names a case twice, gives no reason, or expects what is no failure.
    pub fn read(path: &Path) -> Result<Self, BaselineError> {
        let text = fs::read_to_string(path);
        let text = text.map_err(|source| BaselineError::Io { path: path.to_owned(), source })?;
        Self::parse(&text)
    }

    /// Reads a text.
    ///
    /// # Errors
    ///
    /// As [`read`](Self::read).
    pub fn parse(text: &str) -> Result<Self, BaselineError> {
        let file: File = toml::from_str(text)?;
        let mut entries = BTreeMap::new();
        for entry in file.expected {
            let id = entry.id.clone();
            let verdict = Verdict::ALL.iter().find(|verdict| verdict.as_str() == entry.verdict);
            if verdict.is_none_or(|verdict| verdict.is_fine()) {
                return Err(BaselineError::Verdict(id));
            }
            if entry.reason.trim().is_empty() {
                return Err(BaselineError::NoReason(id));
            }
            if entries.insert(id.clone(), entry).is_some() {
                return Err(BaselineError::Twice(id));
            }
        }
        Ok(Self { entries })
    }

    /// Why this verdict of the case is expected, if it is.
    #[must_use]
    pub fn reason(&self, id: &str, verdict: Verdict) -> Option<&str> {
        let entry = self.entries.get(id).filter(|entry| entry.verdict == verdict.as_str());
        entry.map(|entry| entry.reason.as_str())
    }

    /// The entries that are not so: the case came to something else, or the suite does not have it. Of a case that was
    /// not among those that were run nothing is said.
    #[must_use]
    pub fn stale<'a>(&self, suite: &Suite, ran: impl Iterator<Item = (&'a str, Verdict)>) -> Vec<Stale> {
        if self.entries.is_empty() {
            return Vec::new();
        }
        let ran: BTreeMap<&str, Verdict> = ran.collect();
        let stale = self.entries.values().filter_map(|entry| {
            let found = match ran.get(entry.id.as_str()) {
                Some(verdict) if verdict.as_str() == entry.verdict => return None,
                Some(verdict) => verdict.as_str(),
                None if suite.vector(&entry.id).is_some() => return None,
                None => "unknown",
            };
            Some(Stale { id: entry.id.clone(), expected: entry.verdict.clone(), found })
        });
        stale.collect()
    }
}

/// An entry that is not so any more.
#[derive(Clone, Debug, Eq, PartialEq, Serialize)]
pub struct Stale {
    /// The id of the case.
    pub id: String,
    /// The verdict that the entry expects.
    pub expected: String,
    /// What the case came to; `unknown` when there is no such case.
    pub found: &'static str,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    #[serde(default)]
    expected: Vec<Entry>,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Entry {
    id: String,
    #[serde(default = "fail")]
    verdict: String,
    reason: String,
}

fn fail() -> String {
    Verdict::Fail.as_str().to_owned()
}

/// Why a file is no baseline.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum BaselineError {
    /// The file cannot be read.
    #[error("cannot read {}", path.display())]
    Io {
        /// The file.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// It is not of its shape.
    #[error("the baseline is not of its shape")]
    Shape(#[from] toml::de::Error),
    /// Two entries are about one case.
    #[error("the baseline has the case {0} twice")]
    Twice(String),
    /// An entry does not say why.
    #[error("the baseline gives no reason for the case {0}")]
    NoReason(String),
    /// An entry expects what is no verdict, or nothing wrong.
    #[error("the baseline expects no failure of the case {0}")]
    Verdict(String),
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::vector::{Vector, VectorFile};

    const GOOD: &str = "[[expected]]\nid = \"a\"\nreason = \"known\"\n";

    fn suite() -> Suite {
        let vectors = ["a", "b"].map(|id| Vector::accepted(id, "y.z", "A case.")).to_vec();
        let file = VectorFile { draft: "x".to_owned(), revision: "1".to_owned(), vectors };
        Suite { files: vec![file], ..Suite::default() }
    }

    fn found(text: &str, ran: &[(&str, Verdict)]) -> Vec<&'static str> {
        let stale = Baseline::parse(text).unwrap().stale(&suite(), ran.iter().copied());
        stale.iter().map(|stale| stale.found).collect()
    }

    #[test]
    fn an_entry_expects_its_verdict_and_no_other() {
        let baseline = Baseline::parse(GOOD).unwrap();
        assert_eq!(baseline.reason("a", Verdict::Fail), Some("known"));
        assert_eq!(baseline.reason("a", Verdict::Crash), None);
        assert_eq!(baseline.reason("b", Verdict::Fail), None);
    }

    #[test]
    fn an_entry_that_is_not_so_is_stale() {
        assert!(found(GOOD, &[("a", Verdict::Fail), ("b", Verdict::Pass)]).is_empty());
        assert!(found(GOOD, &[("b", Verdict::Pass)]).is_empty());
        assert_eq!(found(GOOD, &[("a", Verdict::Pass)]), ["pass"]);
        assert_eq!(found(GOOD, &[("a", Verdict::Skip)]), ["skip"]);
        assert_eq!(found(&GOOD.replace("\"a\"", "\"c\""), &[("a", Verdict::Pass)]), ["unknown"]);
    }

    #[test]
    fn a_file_that_says_nothing_sensible_is_refused() {
        let code = |text: &str| match Baseline::parse(text) {
            Err(BaselineError::Shape(_)) => "shape",
            Err(BaselineError::Twice(_)) => "twice",
            Err(BaselineError::NoReason(_)) => "reason",
            Err(BaselineError::Verdict(_)) => "verdict",
            other => panic!("{other:?}"),
        };
        assert_eq!(code("[[expected]]\nid = \"a\"\n"), "shape");
        assert_eq!(code(&format!("{GOOD}more = 1\n")), "shape");
        assert_eq!(code(&GOOD.repeat(2)), "twice");
        assert_eq!(code(&GOOD.replace("known", " ")), "reason");
        assert_eq!(code(&format!("{GOOD}verdict = \"pass\"\n")), "verdict");
        assert_eq!(code(&format!("{GOOD}verdict = \"warn\"\n")), "verdict");
        assert_eq!(code(&format!("{GOOD}verdict = \"failed\"\n")), "verdict");
    }
}
