//! Files with one HTTP/1.1 message, as it travels or as it is written by hand (RFC 9112 2 to 5).
//!
//! `Message` is what every message has: a start line, field lines and a body. `RequestFile` understands the start
//! line of a request. What could be read in two ways is refused, by line number; the one liberty is that lines may end
//! with LF alone, as editors write them, if all lines of the head do.

mod error;
mod message;
mod request;

pub(crate) use error::HttpFileError;
pub(crate) use request::RequestFile;

/// Bytes of a file: 4 MiB.
pub(crate) const MAX_BYTES: usize = 4 * 1024 * 1024;
/// Field lines of one head.
pub(crate) const MAX_FIELDS: usize = 1024;
