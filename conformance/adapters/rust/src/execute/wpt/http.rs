//! A small strict reader of HTTP/1.1 request heads (RFC 9112 2 to 5).
//!
//! Field values keep their bytes, repeated fields stay apart, and optional white space around a value goes, as HTTP
//! says. What could be read in two ways is refused: bare line ends, folded lines, space before a colon.

use http::{HeaderName, HeaderValue, Method, Request, Uri};

use super::super::Outcome;

/// Reads the head of a request; the body is left alone.
pub(super) fn request(bytes: &[u8]) -> Result<Request<()>, Outcome> {
    read(bytes).ok_or_else(|| Outcome::reject("http.malformed", &"not a request head of HTTP/1.1"))
}

fn read(bytes: &[u8]) -> Option<Request<()>> {
    let end = bytes.windows(4).position(|window| window == b"\r\n\r\n")?;
    let head = bytes.get(..end)?;
    // Each line end is CRLF, and neither character stands anywhere else.
    let mut lines = head.split(|byte| *byte == b'\n').collect::<Vec<_>>();
    let last = lines.pop()?;
    let mut lines = lines.into_iter().map(|line| line.strip_suffix(b"\r")).collect::<Option<Vec<_>>>()?;
    lines.push(last);
    let (start, fields) = lines.split_first()?;

    let (method, target) = request_line(start)?;
    let mut request = Request::new(());
    *request.method_mut() = method;
    *request.uri_mut() = target;
    for field in fields {
        let (name, value) = field_line(field)?;
        request.headers_mut().append(name, value);
    }
    Some(request)
}

fn request_line(line: &[u8]) -> Option<(Method, Uri)> {
    let mut parts = line.split(|byte| *byte == b' ');
    let (method, target, version) = (parts.next()?, parts.next()?, parts.next()?);
    // A request target has no fragment (RFC 9112 3.2); http::Uri would drop it.
    let plain = parts.next().is_none() && version == b"HTTP/1.1" && !target.contains(&b'#');
    let method = Method::from_bytes(method).ok()?;
    let target: Uri = target.try_into().ok()?;
    plain.then_some((method, target))
}

fn field_line(line: &[u8]) -> Option<(HeaderName, HeaderValue)> {
    let colon = line.iter().position(|byte| *byte == b':')?;
    // A folded line and space before the colon are no name.
    let name = HeaderName::from_bytes(line.get(..colon)?).ok()?;
    let value = trim(line.get(colon + 1..)?);
    // HeaderValue takes visible characters, SP, HTAB and bytes beyond ASCII: no NUL, CR or other control.
    Some((name, HeaderValue::from_bytes(value).ok()?))
}

/// Without optional white space at the ends.
fn trim(mut value: &[u8]) -> &[u8] {
    while let [b' ' | b'\t', rest @ ..] | [rest @ .., b' ' | b'\t'] = value {
        value = rest;
    }
    value
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_head_is_read_as_received() {
        let bytes =
            b"POST /a%2Fb?c HTTP/1.1\r\nHost: a.example\r\nX-A: \t one two \r\nx-a:\xff\r\n\r\nbody\r\n\r\n";
        let request = request(bytes).unwrap();
        assert_eq!((request.method(), request.uri().path()), (&Method::POST, "/a%2Fb"));
        let values: Vec<_> = request.headers().get_all("x-a").iter().map(HeaderValue::as_bytes).collect();
        assert_eq!(values, [&b"one two"[..], b"\xff"]);
    }

    #[test]
    fn every_form_of_target_is_read() {
        for target in ["/", "/a?b", "https://a.example/b", "*", "a.example:443"] {
            let head = format!("GET {target} HTTP/1.1\r\n\r\n");
            assert_eq!(request(head.as_bytes()).unwrap().uri().to_string(), target);
        }
    }

    #[test]
    fn what_has_two_readings_is_refused() {
        for head in [
            &b""[..],
            b"\r\n\r\n",
            b"GET / HTTP/1.1",
            b"GET / HTTP/1.1\r\n",
            b"GET / HTTP/1.1\n\n",
            b"GET / HTTP/1.0\r\n\r\n",
            b"GET  / HTTP/1.1\r\n\r\n",
            b"GET / HTTP/1.1 \r\n\r\n",
            b"GET /#f HTTP/1.1\r\n\r\n",
            b"GET / HTTP/1.1\r\nA: b\n\r\n\r\n",
            b"GET / HTTP/1.1\r\nA: b\nC: d\r\n\r\n",
            b"GET / HTTP/1.1\r\nA: b\rC: d\r\n\r\n",
            b"GET / HTTP/1.1\r\nA: b\r\n folded\r\n\r\n",
            b"GET / HTTP/1.1\r\nA: b\r\n\tfolded: c\r\n\r\n",
            b"GET / HTTP/1.1\r\nA : b\r\n\r\n",
            b"GET / HTTP/1.1\r\nno colon\r\n\r\n",
            b"GET / HTTP/1.1\r\n: b\r\n\r\n",
            b"GET / HTTP/1.1\r\nA: b\0\r\n\r\n",
            b"GET / HTTP/1.1\r\nA: \x7f\r\n\r\n",
            b"GET / HTTP/1.1\r\nA\xff: b\r\n\r\n",
        ] {
            assert!(request(head).is_err(), "{}", head.escape_ascii());
        }
    }
}
