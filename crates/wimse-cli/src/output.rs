//! What a command prints: text for people, or one JSON document.

use crate::exit::{Exit, Failure};
use serde::Serialize;
use std::io::{self, IsTerminal as _, Write as _};
use std::iter;

/// How to print, from the options and the surroundings.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Output {
    json: bool,
    style: Style,
}

/// Whether to colour.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Style {
    Plain,
    Coloured,
}

/// How the thing that was judged or made came out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Verdict {
    /// It was judged and is good.
    Accepted,
    /// It was judged and is not.
    Refused,
    /// It was made or shown; nothing was judged.
    Done,
}

/// What every document begins with.
#[derive(Serialize)]
struct Document<'a, T> {
    schema: &'static str,
    result: Verdict,
    #[serde(flatten)]
    body: &'a T,
}

impl Output {
    /// Colours on a terminal only, and not where <https://no-color.org> is asked for.
    pub(crate) fn new(json: bool) -> Self {
        let refused = std::env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty())
            || std::env::var_os("TERM").is_some_and(|term| term == "dumb");
        let style = if io::stdout().is_terminal() && !refused { Style::Coloured } else { Style::Plain };
        Self { json, style }
    }

    pub(crate) fn is_json(&self) -> bool {
        self.json
    }

    pub(crate) fn style(&self) -> Style {
        self.style
    }

    /// Prints a result: the body as the document of that schema, or the text.
    pub(crate) fn print<T: Serialize>(
        &self,
        schema: &'static str,
        verdict: Verdict,
        body: &T,
        text: impl FnOnce(Style) -> String,
    ) -> Result<Exit, Failure> {
        let text = if self.json {
            let text = serde_json::to_string_pretty(&Document { schema, result: verdict, body });
            text.map_err(Failure::step("the result cannot be written as JSON"))? + "\n"
        } else {
            text(self.style)
        };
        self.write(text.as_bytes())?;
        Ok(verdict.exit())
    }

    /// Writes to standard output as it is.
    pub(crate) fn write(&self, bytes: &[u8]) -> Result<(), Failure> {
        let mut stdout = io::stdout();
        let written = stdout.write_all(bytes).and_then(|()| stdout.flush());
        written.map_err(Failure::environment("the output cannot be written"))
    }
}

impl Verdict {
    pub(crate) fn exit(self) -> Exit {
        match self {
            Self::Accepted | Self::Done => Exit::Accepted,
            Self::Refused => Exit::Refused,
        }
    }
}

pub(crate) const BOLD: &str = "1";
pub(crate) const DIM: &str = "2";
pub(crate) const RED: &str = "31";
pub(crate) const GREEN: &str = "32";
pub(crate) const YELLOW: &str = "33";

impl Style {
    /// The text in a colour, where there are any.
    pub(crate) fn paint(self, text: &str, colour: &str) -> String {
        match self {
            Self::Plain => text.to_owned(),
            Self::Coloured => format!("\u{1b}[{colour}m{text}\u{1b}[0m"),
        }
    }
}

/// Breaks at spaces. A word that is longer than a line gets one of its own.
pub(crate) fn wrap(text: &str, width: usize) -> Vec<String> {
    let mut lines = vec![String::new()];
    for word in text.split_whitespace() {
        let room = width.saturating_sub(lines.last().map_or(0, |line| line.chars().count()));
        match lines.last_mut() {
            Some(line) if line.is_empty() => line.push_str(word),
            Some(line) if word.chars().count() < room => line.extend(iter::once(' ').chain(word.chars())),
            _ => lines.push(word.to_owned()),
        }
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_break_at_spaces() {
        assert_eq!(wrap("one two three", 7), ["one two", "three"]);
        assert_eq!(wrap("one two three", 13), ["one two three"]);
        assert_eq!(wrap("unbreakable is", 4), ["unbreakable", "is"]);
        assert_eq!(wrap("", 4), [""]);
    }
}
