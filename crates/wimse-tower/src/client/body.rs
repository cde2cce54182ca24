//! Bodies of requests and responses.

use super::error::BoxError;
use bytes::Bytes;
use http_body::{Body, Frame, SizeHint};
use http_body_util::combinators::UnsyncBoxBody;
use http_body_util::{BodyExt as _, Full, LengthLimitError, Limited};
use std::pin::Pin;
use std::task::{Context, Poll};

/// A body as it is sent, and as it is given back: a stream that is passed on, or content that was held in memory.
#[derive(Debug)]
pub struct ClientBody(UnsyncBoxBody<Bytes, BoxError>);

impl Body for ClientBody {
    type Data = Bytes;
    type Error = BoxError;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, BoxError>>> {
        Pin::new(&mut self.0).poll_frame(context)
    }

    fn is_end_stream(&self) -> bool {
        self.0.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.0.size_hint()
    }
}

/// Why content is not at hand.
pub(super) enum Unread {
    TooLarge,
    Failed(BoxError),
}

pub(super) fn pass_on<B>(body: B) -> ClientBody
where
    B: Body<Data = Bytes> + Send + 'static,
    B::Error: Into<BoxError>,
{
    ClientBody(body.map_err(Into::into).boxed_unsync())
}

pub(super) fn of_bytes(content: Bytes) -> ClientBody {
    ClientBody(Full::new(content).map_err(|never| match never {}).boxed_unsync())
}

/// The whole content. Trailers are dropped: no proof covers them.
pub(super) async fn read<B>(body: B, limit: usize) -> Result<Bytes, Unread>
where
    B: Body<Data = Bytes>,
    B::Error: Into<BoxError>,
{
    // Before anything is read, where the length is told.
    if body.size_hint().lower() > limit as u64 {
        return Err(Unread::TooLarge);
    }
    match Limited::new(body, limit).collect().await {
        Ok(collected) => Ok(collected.to_bytes()),
        Err(error) if error.is::<LengthLimitError>() => Err(Unread::TooLarge),
        Err(error) => Err(Unread::Failed(error)),
    }
}
