//! A run as Markdown, for a person who audits.

use std::fmt::Write;

use super::{CaseRow, Report, RequirementRow};
use crate::judge::Verdict;

impl Report {
    /// The report as Markdown: totals, what is wrong, and every requirement.
    #[must_use]
    pub fn markdown(&self) -> String {
        let super::Implementation { name, version, language } = &self.implementation;
        let (name, version, language) = (escaped(name), escaped(version), escaped(language));
        let result = if self.clean { "as expected" } else { "**not** as expected" };
        let vectors = self.vectors.as_ref().map(|vectors| format!(" with {vectors}")).unwrap_or_default();
        let mut page = format!("# Conformance of {name} {version} ({language}){vectors}\n\n{result}\n\n");
        page.push_str("| Verdict | Cases |\n| --- | ---: |\n");
        for verdict in Verdict::ALL {
            // Writing to a string cannot fail, here and below.
            let _ = writeln!(page, "| {} | {} |", verdict.as_str(), self.count(verdict));
        }
        let _ = writeln!(
            page,
            "\nExpected by the baseline: {}. Outputs not given, and not judged: {}.",
            self.expected, self.outputs_left_out
        );
        self.wrong(&mut page);
        self.requirements(&mut page);
        page
    }

    fn wrong(&self, page: &mut String) {
        let wrong: Vec<_> =
            self.cases.iter().filter(|case| !case.judged.is_fine() || case.judged == Verdict::Warn).collect();
        if wrong.is_empty() && self.stale.is_empty() {
            return;
        }
        page.push_str("\n## What is wrong\n\n| Case | Verdict | Importance | Requirements | Reason | Expected |\n| --- | --- | --- | --- | --- | --- |\n");
        for CaseRow { id, verdict, importance, requirements, reason, expected, .. } in wrong {
            let reason = escaped(reason.as_deref().unwrap_or_default());
            let expected = escaped(expected.as_deref().unwrap_or("no"));
            let _ = writeln!(
                page,
                "| `{id}` | {verdict} | {importance} | {} | {reason} | {expected} |",
                requirements.join(", ")
            );
        }
        for stale in &self.stale {
            let (id, expected) = (escaped(&stale.id), &stale.expected);
            let _ = writeln!(page, "| {id} | stale | | | found {} | {expected} |", stale.found);
        }
    }

    fn requirements(&self, page: &mut String) {
        let mut draft = ("", "");
        for row in &self.requirements {
            if draft != (row.draft.as_str(), row.revision.as_str()) {
                draft = (&row.draft, &row.revision);
                let _ = writeln!(page, "\n## {} {}\n", row.draft, row.revision);
                page.push_str(
                    "| Requirement | Section | Level | Result | Passed | Wrong | Skipped | What it says |\n",
                );
                page.push_str("| --- | --- | --- | --- | ---: | ---: | ---: | --- |\n");
            }
            let RequirementRow { id, section, level, text, totals, wrong, .. } = row;
            let count = |verdict: Verdict| totals.get(verdict.as_str()).copied().unwrap_or_default();
            let (passed, skipped) = (count(Verdict::Pass), count(Verdict::Skip));
            let (wrong, state, text) = (wrong.len(), row.state(), escaped(text));
            let _ = writeln!(
                page,
                "| {id} | {section} | {level} | {state} | {passed} | {wrong} | {skipped} | {text} |"
            );
        }
    }
}

/// Text in a cell of a table: nothing in it is markup.
fn escaped(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '&' => escaped.push_str("&amp;"),
            '\\' | '`' | '*' | '_' | '[' | ']' | '(' | ')' | '|' | '!' | '#' | '~' | ':' => {
                escaped.push('\\');
                escaped.push(character);
            }
            character => escaped.push(character),
        }
    }
    escaped
}
