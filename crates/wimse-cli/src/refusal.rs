//! Why something was judged and found bad, for people and for programs.

use crate::exit::{Exit, Failure};
use crate::output::{Output, RED, Style, Verdict, wrap};
use serde::Serialize;
use std::error::Error;
use wimse::creds::explain::Finding;
use wimse::{httpsig, wpt};

/// A refusal: the stable code, what is wrong, which rule decides, and what to do about it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(crate) struct Refusal {
    code: &'static str,
    message: String,
    /// The id in the requirement catalogue.
    requirement: Option<&'static str>,
    /// Where it stands, such as "workload-creds 5.1.4".
    section: Option<&'static str>,
    fix: Option<String>,
}

/// What a command knows of a code for which the crates have no rule: codes of making, not of judging.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Advice {
    pub(crate) code: &'static str,
    /// Requirement id and section, where a text decides.
    pub(crate) rule: Option<(&'static str, &'static str)>,
    pub(crate) fix: &'static str,
}

/// Why a command does not go on: what it judges is refused, or it cannot come to a result.
pub(crate) enum Stop {
    Refused(Refusal),
    Failed(Failure),
}

impl From<Refusal> for Stop {
    fn from(refusal: Refusal) -> Self {
        Self::Refused(refusal)
    }
}

impl From<Failure> for Stop {
    fn from(failure: Failure) -> Self {
        Self::Failed(failure)
    }
}

impl Stop {
    /// Prints a refusal as the result of a command; a failure stays one.
    pub(crate) fn print(self, output: &Output, schema: &'static str) -> Result<Exit, Failure> {
        match self {
            Self::Refused(refusal) => {
                let body = Body { refusal: &refusal };
                output.print(schema, Verdict::Refused, &body, |style| refusal.text(style))
            }
            Self::Failed(failure) => Err(failure),
        }
    }
}

/// The document of a command that refused.
#[derive(Serialize)]
struct Body<'a> {
    refusal: &'a Refusal,
}

impl Refusal {
    /// From an error and its stable code. The message is the error and its causes; the rest is what the rules of the
    /// crates say of the code.
    pub(crate) fn of(code: &'static str, error: &dyn Error) -> Self {
        let mut words = vec![error.to_string()];
        let mut cause = error.source();
        while let Some(error) = cause {
            words.push(error.to_string());
            cause = error.source();
        }
        // Some errors pass on the words of their cause.
        words.dedup();
        let rule = wpt::explain::rule_of(code).or_else(|| httpsig::explain::rule_of(code));
        Self {
            code,
            message: words.join(": "),
            requirement: rule.map(|(rule, refusal)| refusal.requirement().unwrap_or(rule.requirement())),
            section: rule.map(|(rule, refusal)| refusal.section().unwrap_or(rule.section())),
            fix: rule.map(|(_, refusal)| refusal.fix().to_owned()),
        }
    }

    /// From the rule that was found to be refused.
    pub(crate) fn found(finding: &Finding) -> Self {
        Self {
            code: finding.code().unwrap_or(finding.rule().name()),
            message: finding.message().unwrap_or(finding.rule().says()).to_owned(),
            requirement: Some(finding.requirement()),
            section: Some(finding.section()),
            fix: finding.fix().map(str::to_owned),
        }
    }

    /// As [`of`](Self::of), with what the command itself knows of the code.
    pub(crate) fn advised(code: &'static str, error: &dyn Error, table: &[Advice]) -> Self {
        let mut refusal = Self::of(code, error);
        if let Some(advice) = table.iter().find(|advice| advice.code == code) {
            if let (None, Some((requirement, section))) = (refusal.requirement, advice.rule) {
                refusal.requirement = Some(requirement);
                refusal.section = Some(section);
            }
            refusal.fix = Some(advice.fix.to_owned());
        }
        refusal
    }

    pub(crate) fn code(&self) -> &'static str {
        self.code
    }

    /// The reason for people, with its causes.
    pub(crate) fn message(&self) -> &str {
        &self.message
    }

    /// Says what to do about it.
    #[must_use]
    pub(crate) fn with_fix(mut self, fix: impl Into<String>) -> Self {
        self.fix = Some(fix.into());
        self
    }

    /// For what no rule of the drafts is about.
    #[must_use]
    pub(crate) fn without_rule(self) -> Self {
        Self { requirement: None, section: None, ..self }
    }

    /// For people, each line ended.
    pub(crate) fn text(&self, style: Style) -> String {
        let mut text = format!("{} {}\n", style.paint("✗ refused:", RED), self.code);
        text.push_str(&format!("  {}\n", self.message));
        if let Some(requirement) = self.requirement {
            let section = self.section.map_or(String::new(), |section| format!(" ({section})"));
            text.push_str(&format!("  rule  {requirement}{section}\n"));
        }
        let mut start = "fix   ";
        for line in self.fix.iter().flat_map(|fix| wrap(fix, WIDTH)) {
            text.push_str(&format!("  {start}{line}\n"));
            start = "      ";
        }
        text
    }
}

/// Columns of a fix, behind its start.
const WIDTH: usize = 100;
/// Every requirement that a table names is in the catalogue.
#[cfg(test)]
pub(crate) fn assert_catalogued(table: &[Advice]) {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../../conformance/requirements");
    let files = std::fs::read_dir(folder).unwrap();
    let catalogue: String =
        files.map(|file| std::fs::read_to_string(file.unwrap().path()).unwrap()).collect();
    for Advice { code, rule, .. } in table {
        let Some((requirement, _)) = rule else { continue };
        assert!(catalogue.contains(&format!("\"id\": \"{requirement}\"")), "{code}: {requirement}");
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use wimse::creds::WitError;

    #[test]
    fn a_refusal_is_read_from_top_to_bottom() {
        let error = WitError::Subject(
            "wimse://example.com".parse::<wimse::identifier::WorkloadIdentifier>().unwrap_err(),
        );
        let refusal = Refusal::of(error.code(), &error).with_fix("write a path");
        let text = refusal.text(Style::Plain);
        assert!(
            text.starts_with("✗ refused: wit.sub_not_an_identifier\n  the \"sub\" of the WIT is not"),
            "{text}"
        );
        assert!(text.ends_with("  fix   write a path\n"), "{text}");
        assert!(refusal.message.contains(": "), "the cause is part of the message: {}", refusal.message);
    }

    #[test]
    fn a_fix_may_have_several_lines() {
        let refusal = Refusal::of("wit.expired", &WitError::Expired).with_fix("word ".repeat(100));
        let text = refusal.text(Style::Plain);
        let lines: Vec<_> = text.lines().skip_while(|line| !line.starts_with("  fix   word")).collect();
        assert_eq!(lines.len(), 5, "{text}");
        assert!(lines.iter().skip(1).all(|line| line.starts_with("        word")), "{text}");
    }

    #[test]
    fn a_code_of_the_crates_has_its_rule() {
        let refusal = Refusal::of("wit.expired", &WitError::Expired);
        assert_eq!(refusal.requirement, Some("WIT-5.1.4-7"));
        assert!(refusal.section.is_some() && refusal.fix.is_some());
        let unknown = Refusal::of("of.nobody", &WitError::Expired);
        assert_eq!((unknown.requirement, unknown.section, unknown.fix), (None, None, None));
    }

    #[test]
    fn the_same_words_are_not_said_twice() {
        use wimse::creds::pop::{AdmitError, ReplayError};
        let error = wpt::WptError::Admit(AdmitError::Replay(ReplayError::Replayed));
        let message = Refusal::of(error.code(), &error).message;
        assert_eq!(message.matches("not admitted").count(), 1, "{message}");
    }
}
