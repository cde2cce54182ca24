//! The text of a configuration, and places in it.

use super::problem::Problem;
use crate::exit::Failure;
use crate::input;
use std::ops::Range;
use std::path::{Path, PathBuf};

/// Bytes of a configuration.
const MAX_BYTES: usize = 1024 * 1024;

/// A configuration that has been read.
#[derive(Debug)]
pub(super) struct Source {
    path: PathBuf,
    text: String,
}

impl Source {
    /// Reads a file. What is too long or not UTF-8 is a problem of the file, not of the surroundings.
    pub(super) fn read(path: PathBuf) -> Result<Result<Self, Box<Problem>>, Failure> {
        let bytes = input::read_file(&path, MAX_BYTES).map_err(|error| {
            let failure = Failure::environment(format!("{} cannot be read", path.display()))(error);
            failure
                .next("name a configuration that exists and is readable, with --config FILE or WIMSE_CONFIG")
        })?;
        Ok(Self::new(path, bytes))
    }

    fn new(path: PathBuf, bytes: Vec<u8>) -> Result<Self, Box<Problem>> {
        let too_long = bytes.len() > MAX_BYTES;
        let (text, broken_at) = match String::from_utf8(bytes) {
            Ok(text) => (text, None),
            Err(error) => {
                let broken_at = error.utf8_error().valid_up_to();
                (String::from_utf8_lossy(error.as_bytes()).into_owned(), Some(broken_at))
            }
        };
        let source = Self { path, text };
        let problem = if too_long {
            let message = format!("the file is longer than {MAX_BYTES} bytes");
            source.problem("config.too_long", 0..0, message, "give a configuration of at most 1 MiB")
        } else if let Some(at) = broken_at {
            source.problem("config.encoding", at..at, "the file is not UTF-8", "save it as UTF-8")
        } else {
            return Ok(source);
        };
        Err(Box::new(problem))
    }

    #[cfg(test)]
    pub(super) fn of(path: &Path, text: &str) -> Self {
        Self { path: path.into(), text: text.to_owned() }
    }

    pub(super) fn path(&self) -> &Path {
        &self.path
    }

    pub(super) fn text(&self) -> &str {
        &self.text
    }

    /// The text at a place.
    pub(super) fn at(&self, span: Range<usize>) -> &str {
        self.text.get(span).unwrap_or_default()
    }

    /// Something that is wrong at a place, given in bytes.
    pub(super) fn problem(
        &self,
        code: &'static str,
        span: Range<usize>,
        message: impl Into<String>,
        fix: impl Into<String>,
    ) -> Problem {
        let start = self.text.floor_char_boundary(span.start);
        let end = self.text.floor_char_boundary(span.end.max(start));
        let before = &self.text[..start];
        let line_start = before.rfind('\n').map_or(0, |at| at + 1);
        let line = self.text[line_start..].lines().next().unwrap_or_default();
        let column = before[line_start..].chars().count();
        let marked = self.text[start..end].lines().next().unwrap_or_default().chars().count();
        Problem {
            code,
            file: self.path.display().to_string(),
            line: before.matches('\n').count() + 1,
            column: column + 1,
            message: message.into(),
            fix: fix.into(),
            source: Excerpt::of(line, column, marked),
        }
    }
}

/// A line of the file, fit to be shown: one line, not too long, and without what may be a secret in the wrong place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Excerpt {
    pub(super) line: String,
    /// Columns before the place and of the place; none if the line is not shown as it is.
    pub(super) mark: Option<(usize, usize)>,
}

impl Excerpt {
    fn of(line: &str, column: usize, marked: usize) -> Self {
        let shown = without_secrets(line);
        let is_whole = shown == line;
        let chars = shown.chars().count();
        if chars <= MAX_CHARS {
            let mark = is_whole.then_some((column, marked.max(1)));
            return Self { line: shown.chars().map(printable).collect(), mark };
        }
        // The part around the place; without secrets it is not the same place, and near enough.
        let start = column.saturating_sub(MAX_CHARS / 2).min(chars - MAX_CHARS);
        let part: String = shown.chars().skip(start).take(MAX_CHARS).map(printable).collect();
        let before = if start > 0 { "…" } else { "" };
        let after = if start + MAX_CHARS < chars { "…" } else { "" };
        Self { line: format!("{before}{part}{after}"), mark: None }
    }
}

const MAX_CHARS: usize = 120;

/// Key material is not to stand in a configuration; where it does, it is not repeated. A private member of a JWK has at
/// least 43 characters of base64url, a line of PEM has 64.
fn without_secrets(line: &str) -> String {
    if line.contains("PRIVATE") {
        return String::new();
    }
    // The user and password of a URL.
    let line = &match line.split_once("://").and_then(|(start, rest)| Some((start, rest.rsplit_once('@')?.1)))
    {
        Some((start, rest)) => format!("{start}://…@{rest}"),
        None => line.to_owned(),
    };
    let is_of_key = |c: char| c.is_ascii_alphanumeric() || matches!(c, '+' | '-' | '_' | '=');
    let pieces = line.split_inclusive(|c| !is_of_key(c));
    let longest = pieces.map(|piece| piece.trim_end_matches(|c| !is_of_key(c)).len()).max();
    if longest.is_none_or(|length| length < 40) {
        return line.clone();
    }
    line.split_inclusive(|c| !is_of_key(c))
        .map(|piece| {
            let word = piece.trim_end_matches(|c| !is_of_key(c));
            if word.len() < 40 { piece.to_owned() } else { format!("…{}", &piece[word.len()..]) }
        })
        .collect()
}

/// Controls, and marks that turn the direction of text around, are shown as what they are: not printable.
fn printable(c: char) -> char {
    let turns = matches!(c, '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
    match c {
        '\t' => ' ',
        _ if c.is_control() || turns => char::REPLACEMENT_CHARACTER,
        _ => c,
    }
}
