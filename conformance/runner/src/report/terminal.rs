//! The summary of a run on a terminal.

use std::fmt::Write;

use super::{CaseRow, Report};
use crate::judge::Verdict;

impl Report {
    /// What is wrong, case by case, and the totals; with colours or without.
    #[must_use]
    pub fn terminal(&self, colour: bool) -> String {
        let paint = |code: &str, text: &str| {
            if colour { format!("\u{1b}[{code}m{text}\u{1b}[0m") } else { text.to_owned() }
        };
        let mut text = String::new();
        for case in self.cases.iter().filter(|case| case.is_unexpected()) {
            let CaseRow { verdict, id, reason, requirements, importance, .. } = case;
            let verdict = paint(RED, &verdict.to_uppercase());
            let reason = reason.as_deref().unwrap_or_default();
            // Writing to a string cannot fail.
            let _ = writeln!(
                text,
                "{verdict} {id} ({importance}): {reason}\n  shows {}",
                requirements.join(", ")
            );
        }
        for case in self.cases.iter().filter(|case| case.judged == Verdict::Warn) {
            let (id, reason) = (&case.id, case.reason.as_deref().unwrap_or_default());
            let _ = writeln!(text, "{} {id}: {reason}", paint(YELLOW, "WARN"));
        }
        for stale in &self.stale {
            let (id, expected, found) = (&stale.id, &stale.expected, stale.found);
            let _ = writeln!(text, "{} {id}: expected {expected}, found {found}", paint(RED, "STALE"));
        }
        let super::Implementation { name, version, language } = &self.implementation;
        let vectors = self.vectors.as_ref().map(|vectors| format!(", {vectors}")).unwrap_or_default();
        let _ = writeln!(text, "{name} {version} ({language}){vectors}");
        let counts = Verdict::ALL.into_iter().filter_map(|verdict| {
            let count = self.count(verdict);
            let always = matches!(verdict, Verdict::Pass | Verdict::Fail);
            (always || count > 0).then(|| format!("{count} {}", word(verdict)))
        });
        let counts: Vec<_> = counts.collect();
        let _ = write!(text, "{} cases: {}", self.cases.len(), counts.join(", "));
        if self.expected > 0 {
            let _ = write!(text, "; {} of them as the baseline expects", self.expected);
        }
        if self.outputs_left_out > 0 {
            let _ = write!(text, "; {} outputs not given, and not judged", self.outputs_left_out);
        }
        let wrong = self.requirements.iter().filter(|row| row.state() == "fail").count();
        let _ = writeln!(text, "\n{} requirements: {wrong} with a failure", self.requirements.len());
        let result = if self.clean { paint(GREEN, "as expected") } else { paint(RED, "not as expected") };
        let _ = writeln!(text, "{result}");
        text
    }
}

fn word(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Pass => "passed",
        Verdict::Fail => "failed",
        Verdict::Warn => "warnings",
        Verdict::Skip => "skipped",
        Verdict::Error => "errors",
        Verdict::Crash => "crashed",
        Verdict::Timeout => "timed out",
        Verdict::Protocol => "against the protocol",
        Verdict::NotRun => "not run",
    }
}

const RED: &str = "31";
const GREEN: &str = "32";
const YELLOW: &str = "33";
