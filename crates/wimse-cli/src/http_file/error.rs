//! Why a file is not one HTTP message.

use super::{MAX_BYTES, MAX_FIELDS};
use std::fmt;

/// What is wrong, and in which line. No value of a field is repeated: it may be a token.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct HttpFileError {
    /// From 1; 0 for the file as a whole.
    line: usize,
    problem: Problem,
    is_response_due: bool,
}

/// The problems, in the order of the checks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Problem {
    TooLarge,
    Empty,
    NoLineEnd,
    MixedLineEnds,
    /// Of a field line, with the name where it can be read.
    ControlCharacter(Option<String>),
    TooManyFields,
    ByteOrderMark,
    BlankStart,
    Response,
    Request,
    RequestLine,
    StatusLine,
    Method,
    Version,
    Target,
    Fragment,
    Folded,
    SpaceBeforeColon,
    NoColon,
    Name,
    TransferCoding,
    Chunks,
}

impl Problem {
    pub(super) fn at(self, line: usize) -> HttpFileError {
        HttpFileError { line, problem: self, is_response_due: false }
    }
}

impl HttpFileError {
    /// Where a response is due, and not a request.
    pub(super) fn of_response(self) -> Self {
        Self { is_response_due: true, ..self }
    }

    /// A response that could be read, where a request is due.
    pub(crate) fn response() -> Self {
        Problem::Response.at(1)
    }

    /// The stable code of this error.
    pub(crate) fn code(&self) -> &'static str {
        match self.problem {
            Problem::TooLarge => "http.too_large",
            Problem::TooManyFields => "http.too_many_fields",
            _ => "http.malformed",
        }
    }

    /// What to do about it.
    pub(crate) fn next(&self) -> &'static str {
        match self.problem {
            Problem::TooLarge => {
                "take a message with a smaller body, or leave it out: a WIT and a WPT do not depend on it"
            }
            Problem::Empty | Problem::BlankStart if self.is_response_due => STATUS_LINE,
            Problem::StatusLine => STATUS_LINE,
            Problem::Empty | Problem::BlankStart | Problem::RequestLine => {
                "begin with a request line such as \"GET /orders HTTP/1.1\""
            }
            Problem::NoLineEnd => "end this line, and then the head with an empty line",
            Problem::MixedLineEnds => "end all lines of the head with CRLF, or all with LF",
            Problem::ControlCharacter(_) => "take the character out: only tabs may stand in a field",
            Problem::TooManyFields => "leave out fields that do not matter here",
            Problem::ByteOrderMark => "save the file as UTF-8 without a byte order mark",
            Problem::Response => "give the request, not what came back",
            Problem::Request => "give what came back, not the request",
            Problem::Method => "write a method such as GET or POST",
            Problem::Version if self.is_response_due => {
                "begin the status line with HTTP/1.1, whatever version it came with"
            }
            Problem::Version => "end the request line with HTTP/1.1, whatever version it came with",
            Problem::Target => "write the target in ASCII and percent-encode everything else",
            Problem::Fragment => "take the \"#\" and what follows out: a fragment is never sent",
            Problem::Folded => "write the value in one line, or take the blanks at the start away",
            Problem::SpaceBeforeColon => "put the colon right behind the name",
            Problem::NoColon | Problem::Name => {
                "write \"Name: value\", and end the head with an empty line before the body"
            }
            Problem::TransferCoding => "write the content as the body, and take Transfer-Encoding out",
            Problem::Chunks => {
                "write the body as it travels, in chunks; or write the content, and take Transfer-Encoding out"
            }
        }
    }
}

const STATUS_LINE: &str = "begin with a status line such as \"HTTP/1.1 200 OK\"";

impl fmt::Display for HttpFileError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.line > 0 {
            write!(f, "line {}: ", self.line)?;
        }
        match &self.problem {
            Problem::TooLarge => write!(f, "the file is longer than {MAX_BYTES} bytes"),
            Problem::Empty => f.write_str("the file is empty"),
            Problem::NoLineEnd => f.write_str("the file ends within the head"),
            Problem::MixedLineEnds => f.write_str("this line ends in another way than the first"),
            Problem::ControlCharacter(Some(name)) => write!(f, "a control character in the field {name:?}"),
            Problem::ControlCharacter(None) => f.write_str("a control character"),
            Problem::TooManyFields => write!(f, "there are more than {MAX_FIELDS} field lines"),
            Problem::ByteOrderMark => f.write_str("the file begins with a byte order mark"),
            Problem::BlankStart if self.is_response_due => {
                f.write_str("an empty line where the status line is due")
            }
            Problem::BlankStart => f.write_str("an empty line where the request line is due"),
            Problem::Response => f.write_str("this is a response, and a request is due"),
            Problem::Request => f.write_str("this is a request, and a response is due"),
            Problem::StatusLine => {
                f.write_str("not a status line: version, a status code of three digits and a reason")
            }
            Problem::RequestLine => {
                f.write_str("not a request line: method, target and version with one space between them")
            }
            Problem::Method => f.write_str("the method is not one"),
            Problem::Version => f.write_str("another version than HTTP/1.1"),
            Problem::Target => f.write_str("the request target is not one"),
            Problem::Fragment => f.write_str("the request target has a fragment"),
            Problem::Folded => f.write_str("the line begins with a blank: a folded field, which is obsolete"),
            Problem::SpaceBeforeColon => f.write_str("a blank before the colon"),
            Problem::NoColon => f.write_str("a field line without a colon"),
            Problem::TransferCoding => f.write_str("a transfer coding that is not \"chunked\" alone"),
            Problem::Chunks => {
                f.write_str("the body is not in chunks, and Transfer-Encoding says that it is")
            }
            Problem::Name => f.write_str("what stands before the colon is not a field name"),
        }
    }
}

impl std::error::Error for HttpFileError {}
