//! Bodies of requests and responses behind the layer.

use super::budget::Lease;
use super::spool::Spooled;
use bytes::Bytes;
use http_body::{Body, Frame, SizeHint};
use http_body_util::BodyExt as _;
use http_body_util::combinators::UnsyncBoxBody;
use std::error::Error;
use std::fmt;
use std::pin::Pin;
use std::task::{Context, Poll};

pub(crate) type BoxError = Box<dyn Error + Send + Sync>;

/// A body: a stream that is passed on, or verified content that was held in memory or in a file.
///
/// Content that was held has no trailers: no proof covers them.
pub struct ServerBody(Kind);

enum Kind {
    Empty,
    Stream(UnsyncBoxBody<Bytes, BoxError>),
    /// With what it takes of the budget.
    Held(Bytes, #[allow(dead_code, reason = "held until the body is dropped")] Option<Lease>),
    Spooled(Box<Spooled>),
}

impl ServerBody {
    pub(super) fn empty() -> Self {
        Self(Kind::Empty)
    }

    pub(super) fn text(content: &'static str) -> Self {
        Self(Kind::Held(Bytes::from_static(content.as_bytes()), None))
    }

    pub(super) fn held(content: Bytes, lease: Lease) -> Self {
        Self(Kind::Held(content, Some(lease)))
    }

    pub(super) fn spooled(spooled: Spooled) -> Self {
        Self(Kind::Spooled(Box::new(spooled)))
    }

    /// The content, if it is in memory.
    pub(super) fn held_content(&self) -> Option<Bytes> {
        match &self.0 {
            Kind::Empty => Some(Bytes::new()),
            Kind::Held(content, _) => Some(content.clone()),
            Kind::Stream(_) | Kind::Spooled(_) => None,
        }
    }

    pub(super) fn stream<B>(body: B) -> Self
    where
        B: Body<Data = Bytes> + Send + 'static,
        B::Error: Into<BoxError>,
    {
        if body.is_end_stream() {
            return Self::empty();
        }
        Self(Kind::Stream(body.map_err(Into::into).boxed_unsync()))
    }
}

impl Body for ServerBody {
    type Data = Bytes;
    type Error = BoxError;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, BoxError>>> {
        match &mut self.0 {
            Kind::Empty => Poll::Ready(None),
            Kind::Stream(stream) => Pin::new(stream).poll_frame(context),
            Kind::Held(content, _) => {
                let content = std::mem::take(content);
                Poll::Ready((!content.is_empty()).then(|| Ok(Frame::data(content))))
            }
            Kind::Spooled(spooled) => Pin::new(&mut **spooled)
                .poll_piece(context)
                .map(|piece| Some(piece?.map(Frame::data).map_err(Into::into))),
        }
    }

    fn is_end_stream(&self) -> bool {
        match &self.0 {
            Kind::Empty => true,
            Kind::Stream(stream) => stream.is_end_stream(),
            Kind::Held(content, _) => content.is_empty(),
            Kind::Spooled(spooled) => spooled.left() == 0,
        }
    }

    fn size_hint(&self) -> SizeHint {
        match &self.0 {
            Kind::Empty => SizeHint::with_exact(0),
            Kind::Stream(stream) => stream.size_hint(),
            Kind::Held(content, _) => SizeHint::with_exact(content.len() as u64),
            Kind::Spooled(spooled) => SizeHint::with_exact(spooled.left()),
        }
    }
}

impl fmt::Debug for ServerBody {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let kind = match &self.0 {
            Kind::Empty => "empty",
            Kind::Stream(_) => "stream",
            Kind::Held(..) => "held",
            Kind::Spooled(_) => "spooled",
        };
        f.debug_tuple("ServerBody").field(&format_args!("{kind}")).finish()
    }
}
