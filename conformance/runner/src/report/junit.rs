//! A run as XML for `JUnit`: one suite per draft revision, one test case per case.

use std::fmt::Write;

use super::{CaseRow, Report};
use crate::judge::Verdict;

impl Report {
    /// The report as XML for `JUnit`. A case that the baseline expects is skipped, with its reason.
    #[must_use]
    pub fn junit(&self) -> String {
        let mut xml = String::from("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n");
        let name = format!("{} {}", self.implementation.name, self.implementation.version);
        // Writing to a string cannot fail, here and below.
        let _ = writeln!(
            xml,
            "<testsuites name=\"{}\" {}>",
            escaped(&name),
            counts(&self.cases.iter().collect::<Vec<_>>())
        );
        let mut files: Vec<(&str, &str)> = Vec::new();
        for case in &self.cases {
            let file = (case.draft.as_str(), case.revision.as_str());
            if !files.contains(&file) {
                files.push(file);
            }
        }
        for (draft, revision) in files {
            let cases = self.cases.iter().filter(|case| case.draft == draft && case.revision == revision);
            suite(&mut xml, &format!("{draft} {revision}"), &cases.collect::<Vec<_>>());
        }
        if !self.stale.is_empty() {
            let count = self.stale.len();
            let _ = writeln!(
                xml,
                "  <testsuite name=\"baseline\" tests=\"{count}\" failures=\"{count}\" errors=\"0\" skipped=\"0\">"
            );
            for stale in &self.stale {
                let message = format!("expected {}, found {}", stale.expected, stale.found);
                let (id, message) = (escaped(&stale.id), escaped(&message));
                let _ = writeln!(
                    xml,
                    "    <testcase classname=\"baseline\" name=\"{id}\"><failure type=\"stale\" message=\"{message}\"/></testcase>"
                );
            }
            xml.push_str("  </testsuite>\n");
        }
        xml.push_str("</testsuites>\n");
        xml
    }
}

fn suite(xml: &mut String, name: &str, cases: &[&CaseRow]) {
    let _ = writeln!(xml, "  <testsuite name=\"{}\" {}>", escaped(name), counts(cases));
    for case in cases {
        let (class, id) = (escaped(&format!("{}.{}", case.draft, case.operation)), escaped(&case.id));
        let _ = writeln!(xml, "    <testcase classname=\"{class}\" name=\"{id}\">");
        xml.push_str("      <properties>");
        for requirement in &case.requirements {
            let _ = write!(xml, "<property name=\"requirement\" value=\"{}\"/>", escaped(requirement));
        }
        let _ = write!(xml, "<property name=\"importance\" value=\"{}\"/>", case.importance);
        if case.judged == Verdict::Warn {
            let reason = escaped(case.reason.as_deref().unwrap_or_default());
            let _ = write!(xml, "<property name=\"warning\" value=\"{reason}\"/>");
        }
        xml.push_str("</properties>\n");
        let reason = escaped(case.reason.as_deref().unwrap_or_default());
        let _ = match (outcome(case), &case.expected) {
            (Outcome::Passed, _) => Ok(()),
            (Outcome::Skipped, Some(why)) => {
                writeln!(xml, "      <skipped message=\"expected: {}: {reason}\"/>", escaped(why))
            }
            (Outcome::Skipped, None) => writeln!(xml, "      <skipped message=\"{reason}\"/>"),
            (Outcome::Failed, _) => {
                writeln!(xml, "      <failure type=\"{}\" message=\"{reason}\"/>", case.verdict)
            }
            (Outcome::Broken, _) => {
                writeln!(xml, "      <error type=\"{}\" message=\"{reason}\"/>", case.verdict)
            }
        };
        xml.push_str("    </testcase>\n");
    }
    xml.push_str("  </testsuite>\n");
}

#[derive(Clone, Copy, Eq, PartialEq)]
enum Outcome {
    Passed,
    Skipped,
    Failed,
    Broken,
}

fn outcome(case: &CaseRow) -> Outcome {
    match case.judged {
        Verdict::Pass | Verdict::Warn => Outcome::Passed,
        Verdict::Skip => Outcome::Skipped,
        _ if case.expected.is_some() => Outcome::Skipped,
        Verdict::Fail => Outcome::Failed,
        _ => Outcome::Broken,
    }
}

fn counts(cases: &[&CaseRow]) -> String {
    let count = |wanted| cases.iter().filter(|case| outcome(case) == wanted).count();
    format!(
        "tests=\"{}\" failures=\"{}\" errors=\"{}\" skipped=\"{}\"",
        cases.len(),
        count(Outcome::Failed),
        count(Outcome::Broken),
        count(Outcome::Skipped)
    )
}

/// Text in an attribute. What XML cannot hold at all is escaped before, where text of others comes in.
fn escaped(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\'' => escaped.push_str("&apos;"),
            character => escaped.push(character),
        }
    }
    escaped
}
