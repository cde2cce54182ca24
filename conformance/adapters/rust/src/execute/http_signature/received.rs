//! A small strict reader of HTTP/1.1 messages (RFC 9112).
//!
//! Field values keep their bytes and repeated fields stay apart. The content is what follows the head, with the chunked
//! transfer coding undone if the message has it; `Content-Length` is not read, since it says something else of HEAD.

use http::{HeaderMap, HeaderName, HeaderValue, Method, Request, Response, StatusCode};

use super::{super::Outcome, Step};

/// A message as it arrived.
pub(super) struct Received {
    /// The three parts of the start line.
    start: [String; 3],
    /// Names and values of the header section; a value may be folded.
    pub(super) fields: Lines,
    pub(super) content: Vec<u8>,
    /// The trailer section.
    pub(super) trailers: Lines,
}

/// Field lines: name and value.
pub(super) type Lines = Vec<(String, Vec<u8>)>;

impl Received {
    /// A request, or what is not one.
    pub(super) fn request(bytes: &[u8]) -> Step<Self> {
        read(bytes).filter(|message| message.start[2] == "HTTP/1.1").ok_or_else(malformed)
    }

    /// A response, or what is not one.
    pub(super) fn response(bytes: &[u8]) -> Step<Self> {
        read(bytes).filter(|message| message.start[0] == "HTTP/1.1").ok_or_else(malformed)
    }

    /// The method of a request.
    pub(super) fn method(&self) -> &str {
        &self.start[0]
    }

    /// The target of a request, as it stands in the request line.
    pub(super) fn target(&self) -> &str {
        &self.start[1]
    }

    /// The status of a response.
    pub(super) fn status(&self) -> Step<StatusCode> {
        self.start[1].parse().map_err(|_| malformed())
    }

    /// As an HTTP library hands it on; the target is not in it.
    pub(super) fn to_request(&self) -> Step<Request<Vec<u8>>> {
        let mut request = Request::new(self.content.clone());
        *request.method_mut() = Method::from_bytes(self.method().as_bytes()).map_err(|_| malformed())?;
        *request.headers_mut() = headers(&self.fields).ok_or_else(malformed)?;
        Ok(request)
    }

    /// As an HTTP library hands it on.
    pub(super) fn to_response(&self) -> Step<Response<Vec<u8>>> {
        let mut response = Response::new(self.content.clone());
        *response.status_mut() = self.status()?;
        *response.headers_mut() = headers(&self.fields).ok_or_else(malformed)?;
        Ok(response)
    }
}

/// Field lines as the implementation takes them without an HTTP library.
pub(super) fn raw(lines: &Lines) -> Vec<(&str, &[u8])> {
    lines.iter().map(|(name, value)| (name.as_str(), value.as_slice())).collect()
}

/// Field lines as an HTTP library hands them on: without white space around them, and without folding.
fn headers(lines: &Lines) -> Option<HeaderMap> {
    let mut headers = HeaderMap::new();
    for (name, value) in lines {
        let value = HeaderValue::from_bytes(value.trim_ascii()).ok()?;
        headers.append(HeaderName::from_bytes(name.as_bytes()).ok()?, value);
    }
    Some(headers)
}

fn read(bytes: &[u8]) -> Option<Received> {
    let (head, content) = split(bytes)?;
    let mut lines = lines(head)?;
    let start = std::str::from_utf8(lines.first()?).ok()?;
    // A reason phrase may be empty and may have spaces, a request line has neither.
    let mut words = start.splitn(3, ' ').map(str::to_owned);
    let start = [words.next()?, words.next()?, words.next()?];
    let fields = fields(&lines.split_off(1))?;
    let chunked = fields.iter().any(|(name, value)| {
        name.eq_ignore_ascii_case("transfer-encoding") && value.trim_ascii().eq_ignore_ascii_case(b"chunked")
    });
    let (content, trailers) = if chunked { unchunk(content)? } else { (content.to_vec(), Vec::new()) };
    Some(Received { start, fields, content, trailers })
}

/// Before and after the empty line.
fn split(bytes: &[u8]) -> Option<(&[u8], &[u8])> {
    let end = bytes.windows(4).position(|window| window == b"\r\n\r\n")?;
    Some((bytes.get(..end)?, bytes.get(end + 4..)?))
}

/// Each line end is CRLF, and neither character stands anywhere else.
fn lines(head: &[u8]) -> Option<Vec<&[u8]>> {
    let mut lines: Vec<_> = head.split(|byte| *byte == b'\n').collect();
    let last = lines.len().checked_sub(1)?;
    for line in lines.get_mut(..last)? {
        *line = line.strip_suffix(b"\r")?;
    }
    lines.iter().all(|line| !line.contains(&b'\r')).then_some(lines)
}

/// A line that begins with white space continues the value before it.
fn fields(lines: &[&[u8]]) -> Option<Lines> {
    let mut fields: Lines = Vec::new();
    for line in lines.iter().filter(|line| !line.is_empty()) {
        if let [b' ' | b'\t', ..] = line {
            let (_, value) = fields.last_mut()?;
            value.extend_from_slice(b"\r\n");
            value.extend_from_slice(line);
            continue;
        }
        let colon = line.iter().position(|byte| *byte == b':')?;
        let name = std::str::from_utf8(line.get(..colon)?).ok()?;
        HeaderName::from_bytes(name.as_bytes()).ok()?;
        fields.push((name.to_owned(), line.get(colon + 1..)?.to_vec()));
    }
    Some(fields)
}

/// What is in the chunks, and the trailers (RFC 9112 7.1).
fn unchunk(mut bytes: &[u8]) -> Option<(Vec<u8>, Lines)> {
    let mut content = Vec::new();
    loop {
        let end = bytes.windows(2).position(|window| window == b"\r\n")?;
        let (size, rest) = (std::str::from_utf8(bytes.get(..end)?).ok()?, bytes.get(end + 2..)?);
        let size = usize::from_str_radix(size, 16).ok()?;
        if size == 0 {
            let trailers = rest.strip_suffix(b"\r\n")?;
            return Some((content, fields(&lines(trailers.strip_suffix(b"\r\n").unwrap_or(trailers))?)?));
        }
        content.extend_from_slice(rest.get(..size)?);
        bytes = rest.get(size..)?.strip_prefix(b"\r\n")?;
    }
}

fn malformed() -> Outcome {
    Outcome::reject("http.malformed", &"not a message of HTTP/1.1")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_request_is_read_as_received() {
        let bytes = b"POST /a%2Fb?c HTTP/1.1\r\nX-A: \t one\r\nx-a:\xff\r\n\r\nbody\r\n\r\n";
        let request = Received::request(bytes).ok().unwrap();
        assert_eq!((request.method(), request.target()), ("POST", "/a%2Fb?c"));
        assert_eq!(request.content, b"body\r\n\r\n");
        let values: Vec<_> = request.to_request().unwrap().headers().get_all("x-a").iter().cloned().collect();
        assert_eq!(values.iter().map(HeaderValue::as_bytes).collect::<Vec<_>>(), [&b"one"[..], b"\xff"]);
    }

    #[test]
    fn a_response_is_read_as_received() {
        let response = Received::response(b"HTTP/1.1 404 Not Found\r\nA: b\r\n\r\n").ok().unwrap();
        assert_eq!(response.to_response().unwrap().status(), StatusCode::NOT_FOUND);
        assert!(Received::response(b"HTTP/1.1 200 \r\n\r\n").is_ok());
    }

    #[test]
    fn chunks_are_put_together() {
        let bytes = b"PUT / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\na\r\n0123456789\r\n0\r\nT: x\r\n\r\n";
        let request = Received::request(bytes).ok().unwrap();
        assert_eq!(request.content, b"abc0123456789");
        assert_eq!(raw(&request.trailers), [("T", &b" x"[..])]);
        let bare = b"PUT / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n1\r\na\r\n0\r\n\r\n";
        assert_eq!(Received::request(bare).ok().unwrap().content, b"a");
    }

    #[test]
    fn a_folded_value_stays_folded_and_no_library_hands_it_on() {
        let request = Received::request(b"GET / HTTP/1.1\r\nA: b\r\n  c\r\n\r\n").ok().unwrap();
        assert_eq!(raw(&request.fields), [("A", &b" b\r\n  c"[..])]);
        assert!(request.to_request().is_err());
    }

    #[test]
    fn what_has_two_readings_is_refused() {
        for bytes in [
            &b""[..],
            b"\r\n\r\n",
            b"GET / HTTP/1.1\r\n",
            b"GET / HTTP/1.1\n\n",
            b"GET / HTTP/1.0\r\n\r\n",
            b"GET  / HTTP/1.1\r\n\r\n",
            b"GET / HTTP/1.1 \r\n\r\n",
            b"GET / HTTP/1.1\r\nA: b\n\r\n\r\n",
            b"GET / HTTP/1.1\r\nA: b\rC: d\r\n\r\n",
            b"GET / HTTP/1.1\r\n folded\r\n\r\n",
            b"GET / HTTP/1.1\r\nA : b\r\n\r\n",
            b"GET / HTTP/1.1\r\nno colon\r\n\r\n",
            b"PUT / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nab\r\n0\r\n\r\n",
            b"PUT / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n",
        ] {
            assert!(Received::request(bytes).is_err(), "{}", bytes.escape_ascii());
        }
    }
}
