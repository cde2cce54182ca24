//! What a request and a response have in common.

use super::error::{HttpFileError, Problem};
use super::{MAX_BYTES, MAX_FIELDS};
use http::header::{HeaderMap, HeaderName, HeaderValue};
use std::fmt;

/// An HTTP/1.1 message whose start line is not understood yet.
///
/// Field values keep their bytes, repeated fields stay apart, and the body is what follows the empty line, whatever
/// `Content-Length` says; a transfer coding is undone where the content matters.
#[derive(Clone)]
pub(crate) struct Message {
    /// The first line, without its end. ASCII or not, but without control characters.
    pub(crate) start: Vec<u8>,
    /// The fields by name; the order among different names is that of the file.
    pub(crate) headers: HeaderMap,
    pub(crate) body: Vec<u8>,
    /// Start line and field lines exactly as they came, each ended.
    head: Vec<u8>,
    line_end: LineEnd,
}

/// How the lines of a head end: all alike.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum LineEnd {
    Lf,
    CrLf,
}

impl LineEnd {
    fn bytes(self) -> &'static [u8] {
        match self {
            Self::Lf => b"\n",
            Self::CrLf => b"\r\n",
        }
    }
}

impl Message {
    /// Reads a whole file. The end of the file may stand for the empty line, if the last line is ended.
    ///
    /// # Errors
    ///
    /// A [`HttpFileError`] with the first line that is wrong.
    pub(crate) fn read(bytes: &[u8]) -> Result<Self, HttpFileError> {
        if bytes.len() > MAX_BYTES {
            return Err(Problem::TooLarge.at(0));
        }
        if bytes.is_empty() {
            return Err(Problem::Empty.at(0));
        }
        let mut lines = Lines { rest: bytes, number: 0, line_end: None };
        let start = lines.next()?.unwrap_or_default();
        check_start(start)?;
        let mut headers = HeaderMap::new();
        let mut head_bytes = bytes.len() - lines.rest.len();
        while let Some(line) = lines.next()? {
            if line.is_empty() {
                break;
            }
            if headers.len() == MAX_FIELDS {
                return Err(Problem::TooManyFields.at(lines.number));
            }
            let (name, value) = field(line).map_err(|problem| problem.at(lines.number))?;
            headers.append(name, value);
            head_bytes = bytes.len() - lines.rest.len();
        }
        Ok(Self {
            start: start.to_vec(),
            headers,
            body: lines.rest.to_vec(),
            head: bytes.get(..head_bytes).unwrap_or_default().to_vec(),
            line_end: lines.line_end.unwrap_or(LineEnd::CrLf),
        })
    }

    /// How its lines end.
    pub(super) fn line_end(&self) -> &'static [u8] {
        self.line_end.bytes()
    }

    /// Writes the message as it came, with more fields at the end of the head.
    pub(crate) fn write_with(&self, added: &[(&str, &HeaderValue)]) -> Vec<u8> {
        let end = self.line_end.bytes();
        let mut bytes = self.head.clone();
        for (name, value) in added {
            bytes.extend_from_slice(name.as_bytes());
            bytes.extend_from_slice(b": ");
            bytes.extend_from_slice(value.as_bytes());
            bytes.extend_from_slice(end);
        }
        bytes.extend_from_slice(end);
        bytes.extend_from_slice(&self.body);
        bytes
    }
}

/// Shows sizes only: fields may be tokens.
impl fmt::Debug for Message {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Message")
            .field("fields", &self.headers.len())
            .field("body_bytes", &self.body.len())
            .finish_non_exhaustive()
    }
}

/// The lines of a head, one after the other; what is left is the body.
struct Lines<'a> {
    rest: &'a [u8],
    number: usize,
    line_end: Option<LineEnd>,
}

impl<'a> Lines<'a> {
    /// The next line without its end, or `None` at the end of the file.
    fn next(&mut self) -> Result<Option<&'a [u8]>, HttpFileError> {
        if self.rest.is_empty() {
            return Ok(None);
        }
        self.number += 1;
        let end = self.rest.iter().position(|byte| *byte == b'\n');
        let end = end.ok_or_else(|| Problem::NoLineEnd.at(self.number))?;
        let (line, rest) = self.rest.split_at(end);
        self.rest = rest.get(1..).unwrap_or_default();
        let (line, line_end) = match line.strip_suffix(b"\r") {
            Some(line) => (line, LineEnd::CrLf),
            None => (line, LineEnd::Lf),
        };
        if *self.line_end.get_or_insert(line_end) != line_end {
            return Err(Problem::MixedLineEnds.at(self.number));
        }
        Ok(Some(line))
    }
}

fn check_start(line: &[u8]) -> Result<(), HttpFileError> {
    let problem = if line.is_empty() {
        Problem::BlankStart
    } else if line.starts_with(b"\xef\xbb\xbf") {
        Problem::ByteOrderMark
    } else if line.iter().any(u8::is_ascii_control) {
        Problem::ControlCharacter(None)
    } else {
        return Ok(());
    };
    Err(problem.at(1))
}

/// Reads a field line.
pub(super) fn field(line: &[u8]) -> Result<(HeaderName, HeaderValue), Problem> {
    if line.starts_with(b" ") || line.starts_with(b"\t") {
        return Err(Problem::Folded);
    }
    let colon = line.iter().position(|byte| *byte == b':').ok_or(Problem::NoColon)?;
    let (name, value) = line.split_at(colon);
    if name.ends_with(b" ") || name.ends_with(b"\t") {
        return Err(Problem::SpaceBeforeColon);
    }
    let name = HeaderName::from_bytes(name).map_err(|_| Problem::Name)?;
    // Visible characters, SP, HTAB and bytes beyond ASCII: no NUL, CR or other control.
    match HeaderValue::from_bytes(trim(value.get(1..).unwrap_or_default())) {
        Ok(value) => Ok((name, value)),
        Err(_) => Err(Problem::ControlCharacter(Some(name.as_str().to_owned()))),
    }
}

/// Without the optional white space at the ends (RFC 9112 5.1).
fn trim(mut value: &[u8]) -> &[u8] {
    while let [b' ' | b'\t', rest @ ..] | [rest @ .., b' ' | b'\t'] = value {
        value = rest;
    }
    value
}
