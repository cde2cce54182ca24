//! The content of a message, out of its transfer coding (RFC 9112 7.1).

use super::MAX_FIELDS;
use super::error::{HttpFileError, Problem};
use super::message::{Message, field};
use http::header::{HeaderMap, TRANSFER_ENCODING};

/// What a body is when it has arrived: content codings are not undone.
#[derive(Debug, Clone, Default)]
pub(crate) struct Content {
    pub(crate) bytes: Vec<u8>,
    pub(crate) trailers: HeaderMap,
}

impl Message {
    /// The content: the body, or what its chunks carry.
    ///
    /// # Errors
    ///
    /// A [`HttpFileError`] of the file as a whole if the body is not as `Transfer-Encoding` says.
    pub(crate) fn content(&self) -> Result<Content, HttpFileError> {
        let mut codings = self.headers.get_all(TRANSFER_ENCODING).iter();
        match (codings.next(), codings.next()) {
            (None, _) => Ok(Content { bytes: self.body.clone(), trailers: HeaderMap::new() }),
            (Some(coding), None) if coding.as_bytes().eq_ignore_ascii_case(b"chunked") => {
                unchunk(&self.body, self.line_end()).ok_or_else(|| Problem::Chunks.at(0))
            }
            _ => Err(Problem::TransferCoding.at(0)),
        }
    }
}

/// Everything up to the end of the body, which the last chunk and the trailers are. Extensions of chunks are left out.
fn unchunk(body: &[u8], end: &[u8]) -> Option<Content> {
    let mut content = Content::default();
    let mut rest = body;
    loop {
        let size = take_line(&mut rest, end)?;
        let size = size.split(|byte| *byte == b';').next()?.trim_ascii_end();
        let size =
            usize::from_str_radix(std::str::from_utf8(size).ok()?, 16).ok().filter(|_| is_hex(size))?;
        if size == 0 {
            break;
        }
        let (chunk, after) = rest.split_at_checked(size)?;
        content.bytes.extend_from_slice(chunk);
        rest = after.strip_prefix(end)?;
    }
    loop {
        let line = take_line(&mut rest, end)?;
        if line.is_empty() {
            return rest.is_empty().then_some(content);
        }
        if content.trailers.len() == MAX_FIELDS {
            return None;
        }
        let (name, value) = field(line).ok()?;
        content.trailers.append(name, value);
    }
}

/// Numbers in Rust may have a sign.
fn is_hex(size: &[u8]) -> bool {
    size.iter().all(u8::is_ascii_hexdigit)
}

/// The next line, without its end.
fn take_line<'a>(rest: &mut &'a [u8], end: &[u8]) -> Option<&'a [u8]> {
    let at = rest.windows(end.len()).position(|window| window == end)?;
    let (line, after) = rest.split_at(at);
    *rest = after.strip_prefix(end)?;
    Some(line)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn content(head: &str, body: &str) -> Result<String, &'static str> {
        let message = Message::read(format!("GET / HTTP/1.1\n{head}\n{body}").as_bytes()).unwrap();
        let content = message.content().map_err(|error| error.code())?;
        Ok(String::from_utf8(content.bytes).unwrap())
    }

    #[test]
    fn chunks_are_put_together() {
        let chunked = "Transfer-Encoding: Chunked\n";
        for (body, expected) in [
            ("0\n\n", ""),
            ("3\nabc\nA;x=y\n0123456789\n0\n\n", "abc0123456789"),
            ("1\n\n\n0\n\n", "\n"),
            ("03 ;x\nabc\n000\nExpires: never\n\n", "abc"),
        ] {
            assert_eq!(content(chunked, body).as_deref(), Ok(expected), "{body:?}");
        }
        for body in [
            "",
            "abc",
            "3\nabc\n",
            "3\nabcd\n0\n\n",
            "4\nabc\n0\n\n",
            "+3\nabc\n0\n\n",
            "0\n\nmore",
            "0\nno field\n\n",
            "3\r\nabc\r\n0\r\n\r\n",
        ] {
            assert_eq!(content(chunked, body), Err("http.malformed"), "{body:?}");
        }
        assert_eq!(content("", "3\nabc\n0\n\n").as_deref(), Ok("3\nabc\n0\n\n"), "without a transfer coding");
        assert_eq!(content("Transfer-Encoding: gzip, chunked\n", "0\n\n"), Err("http.malformed"));
        assert_eq!(
            content("Transfer-Encoding: chunked\nTransfer-Encoding: chunked\n", "0\n\n"),
            Err("http.malformed")
        );
    }

    #[test]
    fn trailers_are_fields_of_their_own() {
        let text = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\na\r\n0\r\nA: b\r\nA: c\r\n\r\n";
        let message = Message::read(text.as_bytes()).unwrap();
        let content = message.content().unwrap();
        assert_eq!((content.bytes.as_slice(), content.trailers.get_all("a").iter().count()), (&b"a"[..], 2));
        assert!(!message.headers.contains_key("a"));
    }
}
