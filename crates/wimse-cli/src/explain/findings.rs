//! Findings as text and as JSON: for requests and for identifiers.

use crate::output::{DIM, GREEN, RED, Style, wrap};
use serde::Serialize;
use wimse::creds::explain::{Explanation, Finding, State};

/// A finding as it stands in the documents of `--json`.
#[derive(Debug, Serialize)]
pub(crate) struct Line<'a> {
    /// The stable name of the rule.
    rule: &'static str,
    /// What holds when the rule is met.
    says: &'static str,
    requirement: &'static str,
    section: &'static str,
    state: Word,
    code: Option<&'static str>,
    message: Option<&'a str>,
    expected: Option<&'a str>,
    received: Option<&'a str>,
    fix: Option<&'static str>,
}

#[derive(Debug, Clone, Copy, Serialize)]
#[serde(rename_all = "snake_case")]
enum Word {
    Met,
    Refused,
    NotReached,
}

/// How many findings came out how.
#[derive(Debug, Clone, Copy, Serialize)]
pub(crate) struct Count {
    pub(crate) met: usize,
    pub(crate) refused: usize,
    pub(crate) not_reached: usize,
}

/// The findings for a document, in the order of verification.
pub(crate) fn lines(explanation: &Explanation) -> Vec<Line<'_>> {
    explanation.iter().map(line).collect()
}

pub(crate) fn count(explanation: &Explanation) -> Count {
    let met = explanation.iter().filter(|finding| finding.is_met()).count();
    let refused = explanation.refusals().count();
    Count { met, refused, not_reached: explanation.iter().count() - met - refused }
}

fn line(finding: &Finding) -> Line<'_> {
    let rule = finding.rule();
    Line {
        rule: rule.name(),
        says: rule.says(),
        requirement: finding.requirement(),
        section: finding.section(),
        state: word(finding),
        code: finding.code(),
        message: finding.message(),
        expected: finding.expected(),
        received: finding.received(),
        fix: finding.fix(),
    }
}

fn word(finding: &Finding) -> Word {
    match finding.state() {
        State::Met => Word::Met,
        State::NotReached => Word::NotReached,
        _ => Word::Refused,
    }
}

/// Columns of what a rule says, and of everything.
const SAYS: usize = 62;
const WIDTH: usize = 108;

/// How much is shown for people.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Detail {
    /// Only rules that could be judged.
    Judged,
    /// All rules; of a refusal what was expected and received.
    Rules,
    /// That of all rules.
    Everything,
}

/// The findings for people: a line for each rule, and more for a refusal.
pub(crate) fn text(explanation: &Explanation, style: Style, detail: Detail) -> String {
    let mut text = String::new();
    for finding in explanation {
        if detail == Detail::Judged && *finding.state() == State::NotReached {
            continue;
        }
        let (sign, colour) = match word(finding) {
            Word::Met => ("✓", GREEN),
            Word::Refused => ("✗", RED),
            Word::NotReached => ("·", DIM),
        };
        let rule = finding.rule();
        let mut says = wrap(rule.says(), SAYS).into_iter();
        let first = says.next().unwrap_or_default();
        let source = format!("{:<12} {}", finding.requirement(), finding.section());
        let sign = style.paint(sign, colour);
        text.push_str(&format!("  {sign} {first:<SAYS$}  {}\n", style.paint(&source, DIM)));
        for rest in says {
            text.push_str(&format!("    {rest}\n"));
        }
        match word(finding) {
            Word::Refused => text.push_str(&refused(finding, style)),
            Word::Met if detail == Detail::Everything => text.push_str(&values(finding, style, DIM)),
            _ => {}
        }
    }
    text
}

fn refused(finding: &Finding, style: Style) -> String {
    let code = finding.code().unwrap_or_default();
    let reason = finding.message().map_or(code.to_owned(), |message| format!("{code}: {message}"));
    entry("reason", Some(&reason), style, RED)
        + &values(finding, style, RED)
        + &entry("fix", finding.fix(), style, RED)
}

fn values(finding: &Finding, style: Style, colour: &str) -> String {
    entry("expected", finding.expected(), style, colour)
        + &entry("received", finding.received(), style, colour)
}

/// A named value under a finding.
fn entry(name: &str, value: Option<&str>, style: Style, colour: &str) -> String {
    let Some(value) = value else { return String::new() };
    let mut text = String::new();
    let mut name = name;
    for line in wrap(value, WIDTH - 18) {
        text.push_str(&format!("      {} {line}\n", style.paint(&format!("{name:<9}"), colour)));
        name = "";
    }
    text
}
