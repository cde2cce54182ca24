//! A file with a request.

use super::error::{HttpFileError, Problem};
use super::message::Message;
use http::header::HeaderMap;
use http::{Method, Request, Uri};

/// A request as it stands in a file.
#[derive(Debug, Clone)]
pub(crate) struct RequestFile {
    /// The raw request target: `http::Uri` adds a `/` to an empty path.
    pub(crate) target: String,
    /// The file, to be written again.
    pub(crate) message: Message,
    method: Method,
    uri: Uri,
}

impl RequestFile {
    /// Reads a whole file of at most 4 MiB.
    ///
    /// # Errors
    ///
    /// A [`HttpFileError`] with the first line that is wrong.
    pub(crate) fn read(bytes: &[u8]) -> Result<Self, HttpFileError> {
        let message = Message::read(bytes)?;
        let (method, target) = request_line(&message.start).map_err(|problem| problem.at(1))?;
        let uri = target.parse().map_err(|_| Problem::Target.at(1))?;
        Ok(Self { target: target.to_owned(), method, uri, message })
    }

    /// The request, with the target as it stands in the file.
    pub(crate) fn to_request(&self) -> Request<Vec<u8>> {
        let mut request = Request::new(self.message.body.clone());
        *request.method_mut() = self.method.clone();
        *request.uri_mut() = self.uri.clone();
        *request.headers_mut() = self.message.headers.clone();
        request
    }

    /// The head of the request with another target, such as the whole URI.
    pub(crate) fn to_head_for(&self, uri: Uri) -> Request<()> {
        let mut request = Request::new(());
        *request.method_mut() = self.method.clone();
        *request.uri_mut() = uri;
        *request.headers_mut() = self.message.headers.clone();
        request
    }

    pub(crate) fn method(&self) -> &Method {
        &self.method
    }

    /// The target as a URI: a whole one, a path, or neither as of `OPTIONS *`.
    pub(crate) fn uri(&self) -> &Uri {
        &self.uri
    }

    pub(crate) fn headers(&self) -> &HeaderMap {
        &self.message.headers
    }
}

fn request_line(line: &[u8]) -> Result<(Method, &str), Problem> {
    if line.starts_with(b"HTTP/") {
        return Err(Problem::Response);
    }
    let mut parts = line.split(|byte| *byte == b' ');
    let (Some(method), Some(target), Some(version), None) =
        (parts.next(), parts.next(), parts.next(), parts.next())
    else {
        return Err(Problem::RequestLine);
    };
    if target.is_empty() || version.is_empty() {
        return Err(Problem::RequestLine);
    }
    let method = Method::from_bytes(method).map_err(|_| Problem::Method)?;
    if version != b"HTTP/1.1" {
        return Err(Problem::Version);
    }
    // RFC 9112 3.2: ASCII without a fragment. http::Uri would take more, and drop the fragment.
    let target =
        std::str::from_utf8(target).ok().filter(|target| target.bytes().all(|b| b.is_ascii_graphic()));
    let target = target.ok_or(Problem::Target)?;
    if target.contains('#') { Err(Problem::Fragment) } else { Ok((method, target)) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use http::HeaderValue;

    #[test]
    fn a_request_is_read_as_it_stands() {
        let head = "POST /a%2Fb?c HTTP/1.1\r\nHost: a.example\r\nX-A: \t one two \r\nx-a:";
        let bytes = [head.as_bytes(), b"\xff\r\n\r\nbody\r\n\r\n"].concat();
        let file = RequestFile::read(&bytes).unwrap();
        let request = file.to_request();
        assert_eq!((request.method(), request.uri().path()), (&Method::POST, "/a%2Fb"));
        let values: Vec<_> = request.headers().get_all("x-a").iter().map(HeaderValue::as_bytes).collect();
        assert_eq!(values, [&b"one two"[..], b"\xff"]);
        assert_eq!(request.body(), b"body\r\n\r\n");
        assert_eq!(file.message.write_with(&[]), bytes, "what nothing is added to stays as it was");
    }

    #[test]
    fn every_form_of_target_is_read() {
        for target in ["/", "/a?b", "//a", "https://a.example", "https://a.example/b", "*", "a.example:443"] {
            let file = RequestFile::read(format!("GET {target} HTTP/1.1\n\n").as_bytes()).unwrap();
            assert_eq!(file.target, target);
        }
    }

    #[test]
    fn fields_are_added_with_the_line_ends_of_the_file() {
        let value = HeaderValue::from_static("v");
        for (before, after) in [
            ("GET / HTTP/1.1\r\nA: b\r\n\r\nbody\n", "GET / HTTP/1.1\r\nA: b\r\nN: v\r\n\r\nbody\n"),
            ("GET / HTTP/1.1\nA: b\n\nbody", "GET / HTTP/1.1\nA: b\nN: v\n\nbody"),
            ("GET / HTTP/1.1\nA: b\n", "GET / HTTP/1.1\nA: b\nN: v\n\n"),
            ("GET / HTTP/1.1\n", "GET / HTTP/1.1\nN: v\n\n"),
        ] {
            let file = RequestFile::read(before.as_bytes()).unwrap();
            assert_eq!(file.message.write_with(&[("N", &value)]), after.as_bytes());
        }
    }

    #[test]
    fn what_has_two_readings_is_refused_by_its_line() {
        for (text, line, problem) in [
            ("", 0, Problem::Empty),
            ("\r\n\r\n", 1, Problem::BlankStart),
            ("\u{feff}GET / HTTP/1.1\n\n", 1, Problem::ByteOrderMark),
            ("GET / HTTP/1.1", 1, Problem::NoLineEnd),
            ("GET / HTTP/1.1\nA: b", 2, Problem::NoLineEnd),
            ("GET / HTTP/1.1\r\nA: b\n\n", 2, Problem::MixedLineEnds),
            ("GET / HTTP/1.1\nA: b\n\r\n", 3, Problem::MixedLineEnds),
            ("GET / HTTP/1.0\n\n", 1, Problem::Version),
            ("HTTP/1.1 200 OK\n\n", 1, Problem::Response),
            ("GET  / HTTP/1.1\n\n", 1, Problem::RequestLine),
            ("GET / HTTP/1.1 \n\n", 1, Problem::RequestLine),
            ("GET /\n\n", 1, Problem::RequestLine),
            ("GE(T / HTTP/1.1\n\n", 1, Problem::Method),
            ("GET /#f HTTP/1.1\n\n", 1, Problem::Fragment),
            ("GET /\u{e9} HTTP/1.1\n\n", 1, Problem::Target),
            ("GET a/b HTTP/1.1\n\n", 1, Problem::Target),
            ("GET\t/ HTTP/1.1\n\n", 1, Problem::ControlCharacter(None)),
            ("GET / HTTP/1.1\nA: b\rC: d\n\n", 2, Problem::ControlCharacter(Some("a".into()))),
            ("GET / HTTP/1.1\nA: b\0\n\n", 2, Problem::ControlCharacter(Some("a".into()))),
            ("GET / HTTP/1.1\nA: b\n folded\n\n", 3, Problem::Folded),
            ("GET / HTTP/1.1\nA: b\n\tfolded: c\n\n", 3, Problem::Folded),
            ("GET / HTTP/1.1\nA : b\n\n", 2, Problem::SpaceBeforeColon),
            ("GET / HTTP/1.1\nno colon\n\n", 2, Problem::NoColon),
            ("GET / HTTP/1.1\n: b\n\n", 2, Problem::Name),
            ("GET / HTTP/1.1\nA\u{e9}: b\n\n", 2, Problem::Name),
        ] {
            assert_eq!(RequestFile::read(text.as_bytes()).err(), Some(problem.at(line)), "{text:?}");
        }
    }

    #[test]
    fn sizes_are_limited() {
        let fields = |count: usize| format!("GET / HTTP/1.1\n{}\n", "A: b\n".repeat(count));
        assert!(RequestFile::read(fields(1024).as_bytes()).is_ok());
        assert_eq!(RequestFile::read(fields(1025).as_bytes()).unwrap_err().code(), "http.too_many_fields");

        let head = "GET / HTTP/1.1\n\n";
        let sized = |bytes: usize| [head.as_bytes(), &vec![b'x'; bytes - head.len()]].concat();
        assert!(RequestFile::read(&sized(super::super::MAX_BYTES)).is_ok());
        let refused = RequestFile::read(&sized(super::super::MAX_BYTES + 1)).unwrap_err();
        assert_eq!(refused.code(), "http.too_large");
    }
}
