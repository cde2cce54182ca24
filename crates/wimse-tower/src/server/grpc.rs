//! gRPC: which requests are, and what they are told.
//!
//! On the wire a unary call looks like a stream that happens to have one message. So a signature, which covers content
//! that has to be held back until its end, is accepted only for methods that are configured as unary, and only with
//! exactly one message.

use super::answer::Kind;
use super::body::ServerBody;
use http::header::{CACHE_CONTROL, CONTENT_TYPE, HeaderMap, HeaderName};
use http::{HeaderValue, Response};

/// A form of gRPC, by the media type of the request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Grpc {
    Plain,
    Web,
    /// In base64.
    WebText,
}

const STATUS: HeaderName = HeaderName::from_static("grpc-status");
const MESSAGE: HeaderName = HeaderName::from_static("grpc-message");

impl Grpc {
    /// If one of the lines says so, it counts.
    pub(super) fn of(headers: &HeaderMap) -> Option<Self> {
        headers.get_all(CONTENT_TYPE).iter().find_map(|value| Self::of_type(value.as_bytes()))
    }

    fn of_type(value: &[u8]) -> Option<Self> {
        let forms: [(&[u8], Self); 3] = [
            (b"application/grpc-web-text", Self::WebText),
            (b"application/grpc-web", Self::Web),
            (b"application/grpc", Self::Plain),
        ];
        forms.into_iter().find_map(|(name, form)| {
            let (start, rest) = value.split_at_checked(name.len())?;
            let ends = rest.first().is_none_or(|next| matches!(next, b'+' | b';' | b' ' | b'\t'));
            (ends && start.eq_ignore_ascii_case(name)).then_some(form)
        })
    }

    /// Trailers only: the status is in the header, and there is no content.
    pub(super) fn answer(self, kind: Kind) -> Response<ServerBody> {
        let (status, message) = match kind {
            Kind::BadRequest => ("3", "invalid path"),
            Kind::Unauthenticated => ("16", "unauthenticated"),
            Kind::Forbidden => ("7", "permission denied"),
            Kind::Unavailable => ("14", "unavailable"),
            Kind::TooLarge => ("8", "content too large"),
            Kind::Timeout => ("4", "content did not arrive in time"),
            Kind::SigningUnsupported | Kind::SigningUnavailable => {
                ("12", "signed responses are not available")
            }
        };
        let media_type = match self {
            Self::Plain => "application/grpc",
            Self::Web => "application/grpc-web",
            Self::WebText => "application/grpc-web-text",
        };
        let mut response = Response::new(ServerBody::empty());
        let headers = response.headers_mut();
        headers.insert(CONTENT_TYPE, HeaderValue::from_static(media_type));
        // Its status is 200, and nobody may keep a refusal for the next request.
        headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
        headers.insert(STATUS, HeaderValue::from_static(status));
        headers.insert(MESSAGE, HeaderValue::from_static(message));
        response
    }
}

/// Counts the messages of a content: a flag, four bytes of length, and the message, for each.
#[derive(Debug, Default)]
pub(super) struct Framing {
    start: [u8; 5],
    seen: u64,
}

impl Framing {
    pub(super) fn update(&mut self, piece: &[u8]) {
        let at = usize::try_from(self.seen).map_or(self.start.len(), |seen| seen.min(self.start.len()));
        for (place, byte) in self.start[at..].iter_mut().zip(piece) {
            *place = *byte;
        }
        self.seen = self.seen.saturating_add(piece.len() as u64);
    }

    /// Whether it was one message, and nothing else.
    pub(super) fn is_one_message(&self) -> bool {
        let [_, length @ ..] = self.start;
        self.seen == u64::from(u32::from_be_bytes(length)) + self.start.len() as u64
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn media_types() {
        for (value, form) in [
            ("application/grpc", Some(Grpc::Plain)),
            ("application/grpc+proto", Some(Grpc::Plain)),
            ("Application/GRPC;x=y", Some(Grpc::Plain)),
            ("application/grpc-web+proto", Some(Grpc::Web)),
            ("application/grpc-web-text", Some(Grpc::WebText)),
            ("application/grpcx", None),
            ("application/grpc-other", None),
            ("application/json", None),
            ("", None),
        ] {
            assert_eq!(Grpc::of_type(value.as_bytes()), form, "{value}");
        }
    }

    #[test]
    fn one_message_and_nothing_else() {
        let is_one = |content: &[u8], step: usize| {
            let mut framing = Framing::default();
            content.chunks(step).for_each(|piece| framing.update(piece));
            framing.is_one_message()
        };
        for step in 1..8 {
            assert!(is_one(b"\0\0\0\0\0", step));
            assert!(is_one(b"\0\0\0\0\x03abc", step));
            assert!(!is_one(b"", step));
            assert!(!is_one(b"\0\0\0\0", step));
            assert!(!is_one(b"\0\0\0\0\x03ab", step));
            assert!(!is_one(b"\0\0\0\0\x03abcd", step));
            assert!(!is_one(b"\0\0\0\0\x01a\0\0\0\0\x01b", step));
        }
    }
}
