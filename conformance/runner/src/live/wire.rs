//! HTTP/1.1, byte for byte: a library would repair what is malformed on purpose.
//!
//! A connection carries one exchange. Times and sizes are bounded.

use std::{
    io::{self, Read, Write},
    time::{Duration, Instant},
};

use http::{HeaderMap, HeaderName, HeaderValue, StatusCode};

use super::socket::Socket;

/// The most that is read of one message, in bytes.
pub const MAX_MESSAGE: usize = 1024 * 1024;

/// A message as it is sent: lines are written as they are.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct Message {
    /// The first line, without its end.
    pub start: String,
    /// Names and values of the field lines.
    pub fields: Vec<(String, Vec<u8>)>,
    /// What follows the empty line.
    pub content: Vec<u8>,
}

impl Message {
    /// Adds a line.
    pub fn add(&mut self, name: &str, value: impl AsRef<[u8]>) {
        self.fields.push((name.to_owned(), value.as_ref().to_vec()));
    }

    /// Takes all lines of a field away.
    pub fn remove(&mut self, name: &str) {
        self.fields.retain(|(found, _)| !found.eq_ignore_ascii_case(name));
    }

    /// Makes this the only line of the field.
    pub fn set(&mut self, name: &str, value: impl AsRef<[u8]>) {
        self.remove(name);
        self.add(name, value);
    }

    /// The value of the first line of a field, as text.
    #[must_use]
    pub fn field(&self, name: &str) -> Option<String> {
        let found = self.fields.iter().find(|(found, _)| found.eq_ignore_ascii_case(name));
        found.map(|(_, value)| String::from_utf8_lossy(value).into_owned())
    }

    /// The lines and the content. `Content-Length` is added where there is content and no such field.
    #[must_use]
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut bytes = format!("{}\r\n", self.start).into_bytes();
        for (name, value) in &self.fields {
            bytes.extend_from_slice(name.as_bytes());
            bytes.extend_from_slice(b": ");
            bytes.extend_from_slice(value);
            bytes.extend_from_slice(b"\r\n");
        }
        let framed =
            ["content-length", "transfer-encoding"].into_iter().any(|name| self.field(name).is_some());
        if !framed && (!self.content.is_empty() || self.start.starts_with("HTTP/")) {
            bytes.extend_from_slice(format!("Content-Length: {}\r\n", self.content.len()).as_bytes());
        }
        bytes.extend_from_slice(b"Connection: close\r\n\r\n");
        bytes.extend_from_slice(&self.content);
        bytes
    }

    /// The fields as an HTTP library hands them on; nothing if one of them is malformed.
    #[must_use]
    pub fn headers(&self) -> Option<HeaderMap> {
        let mut headers = HeaderMap::new();
        for (name, value) in &self.fields {
            let value = HeaderValue::from_bytes(value.trim_ascii()).ok()?;
            headers.append(HeaderName::from_bytes(name.as_bytes()).ok()?, value);
        }
        Some(headers)
    }

    /// Of a response, the status; of what is none, nothing.
    #[must_use]
    pub fn status(&self) -> Option<StatusCode> {
        let mut words = self.start.split(' ');
        let version = words.next()?;
        words.next().filter(|_| version.starts_with("HTTP/1.") || version == "HTTP/2")?.parse().ok()
    }

    /// Of a request, method and target; of what is none, nothing.
    #[must_use]
    pub fn request_line(&self) -> Option<(&str, &str)> {
        let mut words = self.start.split(' ');
        match (words.next(), words.next(), words.next(), words.next()) {
            (Some(method), Some(target), Some("HTTP/1.1" | "HTTP/1.0"), None) => Some((method, target)),
            _ => None,
        }
    }
}

/// What came of sending a message.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Reply {
    /// A whole response.
    Response(Message),
    /// The connection ended without one.
    Closed,
    /// Nothing whole came in time.
    Timeout,
    /// The server ends TLS with this alert.
    Alert(String),
    /// There is no connection, or what came is not HTTP.
    Broken(String),
}

/// Sends these bytes to that address and reads the response.
#[must_use]
pub fn exchange(address: &str, bytes: &[u8], timeout: Duration) -> Reply {
    let deadline = Instant::now() + timeout;
    let mut socket = match Socket::connect(address, deadline) {
        Ok(socket) => socket,
        Err(error) => return Reply::Broken(format!("no connection to {address}: {error}")),
    };
    // A server may refuse and close before it has read everything: its answer counts.
    let _ = socket.write_all(bytes);
    match read_message(socket, deadline) {
        Ok(message) => Reply::of(message),
        Err(error) => Reply::failed(&error),
    }
}

impl Reply {
    /// What was read.
    pub(super) fn of(message: Option<Message>) -> Self {
        match message {
            Some(message) if message.status().is_some() => Self::Response(message),
            Some(_) => Self::Broken("the answer is not a response of HTTP/1.1".to_owned()),
            None => Self::Closed,
        }
    }

    /// Why nothing could be read.
    pub(super) fn failed(error: &io::Error) -> Self {
        match error.kind() {
            io::ErrorKind::WouldBlock | io::ErrorKind::TimedOut => Self::Timeout,
            io::ErrorKind::ConnectionReset | io::ErrorKind::BrokenPipe => Self::Closed,
            _ => Self::Broken(error.to_string()),
        }
    }
}

/// Reads a message from a connection; nothing if it ends before the first byte.
///
/// # Errors
///
/// What the socket says; [`io::ErrorKind::InvalidData`] when it is no message or longer than [`MAX_MESSAGE`],
/// [`io::ErrorKind::TimedOut`] after the deadline, [`io::ErrorKind::UnexpectedEof`] when it ends too early.
pub fn read_message(mut stream: impl Read, deadline: Instant) -> io::Result<Option<Message>> {
    let mut received = Vec::new();
    loop {
        // Interim responses (1xx) come before the one that is meant.
        let head = loop {
            if let Some(end) = received.windows(4).position(|bytes| bytes == b"\r\n\r\n") {
                break received.drain(..end + 4).collect::<Vec<u8>>();
            }
            if !more(&mut stream, &mut received, deadline)? {
                return if received.is_empty() { Ok(None) } else { Err(io::ErrorKind::UnexpectedEof.into()) };
            }
        };
        let mut message = read_head(&head).ok_or_else(|| invalid("not a head of HTTP/1.1"))?;
        if message.status().is_some_and(|status| status.is_informational()) {
            continue;
        }
        let chunked =
            message.field("transfer-encoding").is_some_and(|value| value.eq_ignore_ascii_case("chunked"));
        let length = message.field("content-length").and_then(|value| value.trim().parse::<usize>().ok());
        let is_response = message.status().is_some();
        let bodiless = message.status().is_some_and(|status| matches!(status.as_u16(), 204 | 304));
        message.content = match (chunked, length) {
            (true, _) => read_chunks(&mut stream, received, deadline)?,
            _ if bodiless => Vec::new(),
            (false, Some(length)) => {
                while received.len() < length {
                    if !more(&mut stream, &mut received, deadline)? {
                        return Err(io::ErrorKind::UnexpectedEof.into());
                    }
                }
                received.truncate(length);
                received
            }
            (false, None) if is_response => {
                while more(&mut stream, &mut received, deadline)? {}
                received
            }
            (false, None) => Vec::new(),
        };
        return Ok(Some(message));
    }
}

/// Reads what is there; whether there was anything.
fn more(stream: &mut impl Read, received: &mut Vec<u8>, deadline: Instant) -> io::Result<bool> {
    if Instant::now() >= deadline {
        return Err(io::ErrorKind::TimedOut.into());
    }
    let mut buffer = [0; 8192];
    let count = stream.read(&mut buffer)?;
    received.extend_from_slice(buffer.get(..count).unwrap_or_default());
    if received.len() > MAX_MESSAGE { Err(invalid("the message is too long")) } else { Ok(count > 0) }
}

fn read_head(head: &[u8]) -> Option<Message> {
    let text: Vec<&[u8]> =
        head.split(|byte| *byte == b'\n').map(|line| line.strip_suffix(b"\r").unwrap_or(line)).collect();
    let mut lines = text.into_iter();
    let start = String::from_utf8(lines.next()?.to_vec()).ok()?;
    let mut fields = Vec::new();
    for line in lines.filter(|line| !line.is_empty()) {
        let colon = line.iter().position(|byte| *byte == b':')?;
        let name = std::str::from_utf8(line.get(..colon)?).ok()?;
        fields.push((name.to_owned(), line.get(colon + 1..)?.trim_ascii().to_vec()));
    }
    Some(Message { start, fields, content: Vec::new() })
}

fn read_chunks(stream: &mut impl Read, mut received: Vec<u8>, deadline: Instant) -> io::Result<Vec<u8>> {
    let mut content = Vec::new();
    loop {
        let end = loop {
            if let Some(end) = received.windows(2).position(|bytes| bytes == b"\r\n") {
                break end;
            }
            if !more(stream, &mut received, deadline)? {
                return Err(io::ErrorKind::UnexpectedEof.into());
            }
        };
        let line: Vec<u8> = received.drain(..end + 2).collect();
        let size = std::str::from_utf8(&line).ok().and_then(|line| line.trim().split(';').next());
        let size =
            size.and_then(|size| usize::from_str_radix(size, 16).ok()).filter(|size| *size <= MAX_MESSAGE);
        let size = size.ok_or_else(|| invalid("a chunk has no size"))?;
        if size == 0 {
            return Ok(content);
        }
        while received.len() < size + 2 {
            if !more(stream, &mut received, deadline)? {
                return Err(io::ErrorKind::UnexpectedEof.into());
            }
        }
        content.extend(received.drain(..size));
        received.drain(..2);
        if content.len() > MAX_MESSAGE {
            return Err(invalid("the content is too long"));
        }
    }
}

fn invalid(why: &'static str) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, why)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::{net::TcpListener, thread};

    fn answered_with(bytes: &'static [u8]) -> Reply {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap().to_string();
        let server = thread::spawn(move || {
            let (stream, _) = listener.accept().unwrap();
            let deadline = Instant::now() + Duration::from_secs(20);
            assert!(read_message(&stream, deadline).unwrap().is_some());
            (&stream).write_all(bytes).unwrap();
        });
        let request = Message { start: "GET / HTTP/1.1".to_owned(), ..Message::default() };
        let reply = exchange(&address, &request.to_bytes(), Duration::from_secs(20));
        server.join().unwrap();
        reply
    }

    #[test]
    fn content_is_framed_by_length_chunks_or_the_end() {
        for bytes in [
            &b"HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nabcd"[..],
            b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nab\r\n1;x\r\nc\r\n0\r\n\r\n",
            b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\n\r\nabc",
        ] {
            let Reply::Response(message) = answered_with(bytes) else { panic!("{bytes:?}") };
            assert_eq!((message.status(), &*message.content), (Some(StatusCode::OK), &b"abc"[..]));
        }
    }

    #[test]
    fn what_is_no_response_is_not_taken_for_one() {
        assert_eq!(answered_with(b""), Reply::Closed);
        for bytes in [
            &b"SSH-2.0-x\r\n\r\n"[..],
            b"HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nab",
            b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
            b"HTTP/1.1 200 OK\r\nno colon\r\n\r\n",
        ] {
            assert!(matches!(answered_with(bytes), Reply::Broken(_)), "{bytes:?}");
        }
    }
}
