//! What is wrong in a configuration, and where.

use super::source::{Excerpt, Source};
use crate::exit::Failure;
use crate::output::{DIM, Style};
use serde::Serialize;
use std::error::Error;
use std::fmt;
use std::ops::Range;

/// Something in the file that is wrong, or worth a look.
#[derive(Debug, Clone, Serialize)]
pub(super) struct Problem {
    pub(super) code: &'static str,
    pub(super) file: String,
    /// From 1.
    pub(super) line: usize,
    /// In characters, from 1.
    pub(super) column: usize,
    pub(super) message: String,
    pub(super) fix: String,
    #[serde(serialize_with = "line_alone")]
    pub(super) source: Excerpt,
}

fn line_alone<S: serde::Serializer>(source: &Excerpt, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(&source.line)
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}:{}: {}", self.file, self.line, self.column, self.message)
    }
}

impl Error for Problem {}

impl Problem {
    /// The line of the file, and a mark under the place. Indented by two spaces, without a line end.
    pub(super) fn excerpt(&self, style: Style) -> String {
        let Excerpt { line, mark } = &self.source;
        if line.trim().is_empty() {
            return String::new();
        }
        let number = self.line.to_string();
        let text = format!("\n  {} {line}", style.paint(&format!("{number} |"), DIM));
        let Some((before, marked)) = mark else { return text };
        let bar = style.paint(&format!("{} |", " ".repeat(number.len())), DIM);
        format!("{text}\n  {bar} {}{}", " ".repeat(*before), "^".repeat(*marked))
    }

    /// As the failure of a command that needs the configuration.
    pub(super) fn into_failure(self, more: usize) -> Failure {
        let others = if more == 0 {
            String::new()
        } else {
            format!(" ({more} more: wimse config check {})", self.file)
        };
        Failure::usage(format!("{self}{}", self.excerpt(Style::Plain))).next(format!("{}{others}", self.fix))
    }
}

/// Collects what is wrong and what is worth a look while a file is judged.
#[derive(Debug)]
pub(super) struct Review<'a> {
    source: &'a Source,
    pub(super) problems: Vec<Problem>,
    pub(super) warnings: Vec<Problem>,
}

impl<'a> Review<'a> {
    pub(super) fn new(source: &'a Source) -> Self {
        Self { source, problems: Vec::new(), warnings: Vec::new() }
    }

    pub(super) fn source(&self) -> &'a Source {
        self.source
    }

    pub(super) fn refuse(
        &mut self,
        code: &'static str,
        span: Range<usize>,
        message: impl Into<String>,
        fix: impl Into<String>,
    ) {
        self.problems.push(self.source.problem(code, span, message, fix));
    }

    pub(super) fn warn(
        &mut self,
        code: &'static str,
        span: Range<usize>,
        message: impl Into<String>,
        fix: impl Into<String>,
    ) {
        self.warnings.push(self.source.problem(code, span, message, fix));
    }

    /// What was found, in the order of the file.
    pub(super) fn sort(&mut self) {
        let place = |problem: &Problem| (problem.line, problem.column);
        self.problems.sort_by_key(place);
        self.warnings.sort_by_key(place);
    }
}

/// The error and its causes, in one line.
pub(super) fn whole(error: &dyn Error) -> String {
    let mut message = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        message.push_str(&format!(": {error}"));
        cause = error.source();
    }
    message
}
