//! Files with one HTTP/1.1 message, as it travels or as it is written by hand (RFC 9112 2 to 5).
//!
//! `Message` is what every message has: a start line, field lines and a body. `RequestFile` and `ResponseFile` understand
//! the start line. What could be read in two ways is refused, by line number; the one liberty is that lines may end with
//! LF alone, as editors write them, if all lines of the head do.

mod content;
mod error;
mod message;
mod request;
mod response;
pub(crate) mod sending;

pub(crate) use error::HttpFileError;
pub(crate) use message::Message;
pub(crate) use request::RequestFile;
pub(crate) use response::ResponseFile;

use crate::exit::Failure;
use crate::input::Input;

/// Bytes of a file: 4 MiB.
pub(crate) const MAX_BYTES: usize = 4 * 1024 * 1024;
/// Field lines of one head.
pub(crate) const MAX_FIELDS: usize = 1024;

/// A message of either kind, told by its start line.
#[derive(Debug)]
pub(crate) enum HttpFile {
    Request(RequestFile),
    Response(ResponseFile),
}

impl HttpFile {
    /// Reads a whole file of at most 4 MiB.
    ///
    /// # Errors
    ///
    /// A [`HttpFileError`] with the first line that is wrong.
    pub(crate) fn read(bytes: &[u8]) -> Result<Self, HttpFileError> {
        if bytes.starts_with(response::VERSIONS) {
            ResponseFile::read(bytes).map(Self::Response)
        } else {
            RequestFile::read(bytes).map(Self::Request)
        }
    }
}

/// Reads a message that a command works with: one that is wrong is wrong usage. `kind` is what is due.
pub(crate) fn given<T>(
    input: &Input,
    kind: &str,
    read: impl FnOnce(&[u8]) -> Result<T, HttpFileError>,
) -> Result<T, Failure> {
    let bytes = input.read(MAX_BYTES)?;
    read(&bytes).map_err(|error| {
        let next = error.next();
        Failure::unusable(format!("{input} is not an HTTP {kind}"))(error).next(next)
    })
}
