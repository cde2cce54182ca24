//! The request, by the options.

use crate::exit::Failure;
use crate::input::Input;
use bytes::Bytes;
use http::header::{CONNECTION, CONTENT_LENGTH, HOST, TRANSFER_ENCODING};
use http::{HeaderName, HeaderValue, Method, Request, Uri};
use std::str::FromStr;

/// What is sent, but for who sends it.
#[derive(Debug, clap::Args)]
pub(super) struct RequestOptions {
    /// The method [default: GET, or POST with data]
    #[arg(short = 'X', long, value_name = "METHOD")]
    method: Option<Method>,
    /// Add a header field, such as 'accept: application/json'; may be repeated
    #[arg(short = 'H', long = "header", value_name = "NAME: VALUE")]
    headers: Vec<Header>,
    /// The content: text, @FILE, or @- for standard input
    #[arg(short, long, value_name = "DATA")]
    data: Option<String>,
}

/// A header field.
#[derive(Debug, Clone)]
struct Header(HeaderName, HeaderValue);

/// These are of the connection, and are made by whoever sends.
const OURS: [HeaderName; 4] = [HOST, CONTENT_LENGTH, TRANSFER_ENCODING, CONNECTION];

impl FromStr for Header {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let expected = "expected a name and a value, such as 'accept: application/json'";
        let (name, value) = text.split_once(':').ok_or(expected)?;
        let name: HeaderName = name.parse().map_err(|_| expected)?;
        if OURS.contains(&name) {
            return Err(format!("{name} is made of the URL and the content"));
        }
        let value = HeaderValue::from_str(value.trim()).map_err(|_| expected)?;
        Ok(Self(name, value))
    }
}

/// Bytes of the content.
const MAX_BYTES: usize = 16 * 1024 * 1024;

impl RequestOptions {
    pub(super) fn method(&self) -> Method {
        let usual = if self.data.is_some() { Method::POST } else { Method::GET };
        self.method.clone().unwrap_or(usual)
    }

    /// The input that the content is from, if it is from one.
    pub(super) fn input(&self) -> Option<Input> {
        let name = self.data.as_deref()?.strip_prefix('@')?;
        name.parse().ok()
    }

    pub(super) fn request(&self, url: &Uri) -> Result<Request<Bytes>, Failure> {
        let content = match (self.input(), &self.data) {
            (Some(input), _) => input.read(MAX_BYTES)?,
            (None, Some(text)) => text.clone().into_bytes(),
            (None, None) => Vec::new(),
        };
        if content.len() > MAX_BYTES {
            let failure = Failure::usage(format!("the content is longer than {MAX_BYTES} bytes"));
            return Err(failure.next("send less"));
        }
        let mut request = Request::new(Bytes::from(content));
        *request.method_mut() = self.method();
        *request.uri_mut() = url.clone();
        for Header(name, value) in &self.headers {
            request.headers_mut().append(name, value.clone());
        }
        Ok(request)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_have_a_name_and_a_value() {
        let Header(name, value) = "Accept:  a/b ".parse().unwrap();
        assert_eq!((name.as_str(), value.as_bytes()), ("accept", &b"a/b"[..]));
        for wrong in ["accept", "a b: c", ": c", "a: b\nc: d", "Host: a", "content-length: 1"] {
            assert!(wrong.parse::<Header>().is_err(), "{wrong}");
        }
    }
}
