//! Messages that were changed on their way, in one byte.

use http::{HeaderMap, HeaderValue, Request, Response, StatusCode};
use hyper::body::Bytes;

/// Where the byte is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Change {
    /// In the target of a request, or in the status of a response.
    Start,
    /// In the first line of `x-tenant`.
    Field,
    /// In the signature.
    Signature,
    /// In the content.
    Content,
}

impl Change {
    /// Those that a message allows.
    pub(crate) fn all(has_content: bool) -> impl Iterator<Item = Self> {
        let content = has_content.then_some(Self::Content);
        [Self::Start, Self::Field, Self::Signature].into_iter().chain(content)
    }

    /// Why the message is refused here.
    pub(crate) fn code(self) -> &'static str {
        if self == Self::Content { "httpsig.digest_mismatch" } else { "httpsig.signature" }
    }

    /// Why the message is refused there, where `invalid` is said of signatures.
    pub(crate) fn cause(self, invalid: &'static str) -> &'static str {
        if self == Self::Content { "digest" } else { invalid }
    }

    pub(crate) fn of_request(self, mut request: Request<Bytes>) -> Request<Bytes> {
        match self {
            Self::Start => {
                let target = request.uri().to_string().replacen("orders", "ordert", 1);
                *request.uri_mut() = target.parse().unwrap();
            }
            Self::Content => *request.body_mut() = other_content(request.body()),
            _ => self.of_field(request.headers_mut()),
        }
        request
    }

    pub(crate) fn of_response(self, mut response: Response<Bytes>) -> Response<Bytes> {
        match self {
            Self::Start => *response.status_mut() = StatusCode::CREATED,
            Self::Content => *response.body_mut() = other_content(response.body()),
            _ => self.of_field(response.headers_mut()),
        }
        response
    }

    fn of_field(self, headers: &mut HeaderMap) {
        let name = if self == Self::Field { "x-tenant" } else { "signature" };
        let value = headers.get_mut(name).unwrap();
        let mut bytes = value.as_bytes().to_vec();
        // The Byte Sequence is between colons.
        let place = bytes.iter().position(|byte| *byte == b':').map_or(0, |colon| colon + 1);
        bytes[place] = if bytes[place] == b'b' { b'c' } else { b'b' };
        *value = HeaderValue::from_bytes(&bytes).unwrap();
    }
}

fn other_content(content: &Bytes) -> Bytes {
    let mut content = content.to_vec();
    *content.last_mut().unwrap() ^= 1;
    content.into()
}
