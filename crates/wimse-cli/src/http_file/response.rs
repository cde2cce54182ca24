//! A file with a response.

use super::error::{HttpFileError, Problem};
use super::message::Message;
use http::{Response, StatusCode};

/// A response as it stands in a file.
#[derive(Debug, Clone)]
pub(crate) struct ResponseFile {
    /// The file, to be written again.
    pub(crate) message: Message,
    status: StatusCode,
}

impl ResponseFile {
    /// Reads a whole file of at most 4 MiB.
    ///
    /// # Errors
    ///
    /// A [`HttpFileError`] with the first line that is wrong.
    pub(crate) fn read(bytes: &[u8]) -> Result<Self, HttpFileError> {
        let read = || {
            let message = Message::read(bytes)?;
            let status = status_line(&message.start).map_err(|problem| problem.at(1))?;
            Ok(Self { message, status })
        };
        read().map_err(HttpFileError::of_response)
    }

    pub(crate) fn to_response(&self) -> Response<Vec<u8>> {
        let mut response = Response::new(self.message.body.clone());
        *response.status_mut() = self.status;
        *response.headers_mut() = self.message.headers.clone();
        response
    }

    pub(crate) fn status(&self) -> StatusCode {
        self.status
    }
}

/// What every status line begins with.
pub(super) const VERSIONS: &[u8] = b"HTTP/";

/// The reason, and the space before it, may be left out.
fn status_line(line: &[u8]) -> Result<StatusCode, Problem> {
    let mut parts = line.splitn(3, |byte| *byte == b' ');
    let (version, status) = (parts.next().unwrap_or_default(), parts.next().unwrap_or_default());
    if !version.starts_with(VERSIONS) {
        let is_request =
            line.split(|byte| *byte == b' ').next_back().is_some_and(|end| end.starts_with(VERSIONS));
        return Err(if is_request { Problem::Request } else { Problem::StatusLine });
    }
    if version != b"HTTP/1.1" {
        return Err(Problem::Version);
    }
    StatusCode::from_bytes(status).map_err(|_| Problem::StatusLine)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_response_is_read_as_it_stands() {
        let bytes = b"HTTP/1.1 404 Not Found, sorry\r\nX-A: one\r\nX-A: two\r\n\r\nbody\xff\r\n";
        let file = ResponseFile::read(bytes).unwrap();
        let response = file.to_response();
        assert_eq!((response.status().as_u16(), file.status().as_u16()), (404, 404));
        assert_eq!(response.headers().get_all("x-a").iter().count(), 2);
        assert_eq!(response.body(), b"body\xff\r\n");
        assert_eq!(file.message.write_with(&[]), bytes, "what nothing is added to stays as it was");
    }

    #[test]
    fn the_reason_may_be_missing() {
        for line in ["HTTP/1.1 204", "HTTP/1.1 204 ", "HTTP/1.1 204 No Content", "HTTP/1.1 999 ?"] {
            assert!(ResponseFile::read(format!("{line}\n\n").as_bytes()).is_ok(), "{line}");
        }
    }

    #[test]
    fn what_is_no_response_is_refused_by_its_line() {
        for (text, line, problem) in [
            ("", 0, Problem::Empty),
            ("\n\n", 1, Problem::BlankStart),
            ("GET / HTTP/1.1\n\n", 1, Problem::Request),
            ("200 OK\n\n", 1, Problem::StatusLine),
            ("HTTP/2 200\n\n", 1, Problem::Version),
            ("HTTP/1.0 200 OK\n\n", 1, Problem::Version),
            ("HTTP/1.1\n\n", 1, Problem::StatusLine),
            ("HTTP/1.1  200 OK\n\n", 1, Problem::StatusLine),
            ("HTTP/1.1 20 OK\n\n", 1, Problem::StatusLine),
            ("HTTP/1.1 2000 OK\n\n", 1, Problem::StatusLine),
            ("HTTP/1.1 099 OK\n\n", 1, Problem::StatusLine),
            ("HTTP/1.1 +20 OK\n\n", 1, Problem::StatusLine),
            ("HTTP/1.1 200 OK\nA : b\n\n", 2, Problem::SpaceBeforeColon),
        ] {
            let expected = problem.at(line).of_response();
            assert_eq!(ResponseFile::read(text.as_bytes()).err(), Some(expected), "{text:?}");
        }
    }
}
