//! Whether a connection is in use.

use bytes::Bytes;
use http_body::{Body, Frame, SizeHint};
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::task::{Context, Poll};

/// The requests of a connection.
#[derive(Debug, Default)]
pub(super) struct Activity {
    begun: AtomicU64,
    ended: AtomicU64,
    /// Answers of which the peer has to take something before they are asked for more.
    waiting: AtomicU64,
    /// How often an answer was asked for more.
    asked: AtomicU64,
}

/// What had happened until some time.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
pub(super) struct Seen {
    begun: u64,
    ended: u64,
    asked: u64,
}

impl Activity {
    pub(super) fn begin(self: &Arc<Self>) -> Open {
        self.begun.fetch_add(1, Ordering::Relaxed);
        Open(Arc::clone(self))
    }

    pub(super) fn seen(&self) -> Seen {
        let count = |counter: &AtomicU64| counter.load(Ordering::Relaxed);
        Seen { begun: count(&self.begun), ended: count(&self.ended), asked: count(&self.asked) }
    }

    /// Whether nothing is open, and no request has begun since.
    pub(super) fn is_idle_since(&self, seen: Seen) -> bool {
        let now = self.seen();
        now.begun == now.ended && now.begun == seen.begun
    }

    /// Whether something is open, all of it waits for the peer to take what there is, and the peer has taken nothing since.
    pub(super) fn is_stuck_since(&self, seen: Seen) -> bool {
        let (now, waiting) = (self.seen(), self.waiting.load(Ordering::Relaxed));
        now == seen && waiting > 0 && waiting == now.begun.saturating_sub(now.ended)
    }
}

/// A request that has begun, until this is dropped.
#[derive(Debug)]
pub(super) struct Open(Arc<Activity>);

impl Drop for Open {
    fn drop(&mut self) {
        self.0.ended.fetch_add(1, Ordering::Relaxed);
    }
}

/// The body of a response, with its request.
///
/// It is given in pieces, so that it is seen when the peer takes some of it.
#[derive(Debug)]
pub(super) struct Answer<B> {
    body: Pin<Box<B>>,
    /// The rest of a frame.
    rest: Bytes,
    /// Whether it is the peer that has to do something: whoever sends the answer asks for more only then.
    is_waiting: bool,
    open: Open,
}

/// Bytes of a piece.
const PIECE: usize = 64 * 1024;

impl<B> Answer<B> {
    pub(super) fn new(body: B, open: Open) -> Self {
        open.0.waiting.fetch_add(1, Ordering::Relaxed);
        Self { body: Box::pin(body), rest: Bytes::new(), is_waiting: true, open }
    }

    fn set_waiting(&mut self, is_waiting: bool) {
        let waiting = &self.open.0.waiting;
        match (self.is_waiting, is_waiting) {
            (false, true) => drop(waiting.fetch_add(1, Ordering::Relaxed)),
            (true, false) => drop(waiting.fetch_sub(1, Ordering::Relaxed)),
            _ => {}
        }
        self.is_waiting = is_waiting;
    }
}

impl<B> Drop for Answer<B> {
    fn drop(&mut self) {
        self.set_waiting(false);
    }
}

impl<B: Body<Data = Bytes>> Body for Answer<B> {
    type Data = Bytes;
    type Error = B::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, B::Error>>> {
        self.open.0.asked.fetch_add(1, Ordering::Relaxed);
        let polled = if self.rest.is_empty() {
            self.body.as_mut().poll_frame(context)
        } else {
            Poll::Ready(Some(Ok(Frame::data(std::mem::take(&mut self.rest)))))
        };
        // What is not there yet is for the application to give.
        self.set_waiting(polled.is_ready());
        polled.map_ok(|frame| match frame.into_data() {
            Ok(mut piece) => {
                if piece.len() > PIECE {
                    self.rest = piece.split_off(PIECE);
                }
                Frame::data(piece)
            }
            Err(frame) => frame,
        })
    }

    fn is_end_stream(&self) -> bool {
        self.rest.is_empty() && self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        let (hint, rest) = (self.body.size_hint(), self.rest.len() as u64);
        let mut all = SizeHint::new();
        // The upper end first, which the lower one must not pass.
        if let Some(upper) = hint.upper().and_then(|upper| upper.checked_add(rest)) {
            all.set_upper(upper);
        }
        all.set_lower(hint.lower().saturating_add(rest));
        all
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use http_body_util::Full;
    use std::task::Waker;

    fn poll<B: Body<Data = Bytes>>(answer: &mut Answer<B>) -> Poll<Option<usize>> {
        let mut context = Context::from_waker(Waker::noop());
        let polled = Pin::new(answer).poll_frame(&mut context);
        polled.map(|frame| {
            frame.map(|frame| frame.ok().and_then(|frame| frame.into_data().ok()).unwrap().len())
        })
    }

    #[test]
    fn what_the_peer_does_not_take_is_stuck() {
        let activity = Arc::new(Activity::default());
        let seen = activity.seen();
        assert!(activity.is_idle_since(seen) && !activity.is_stuck_since(seen));
        let open = activity.begin();
        // The application has not answered yet.
        let seen = activity.seen();
        assert!(!activity.is_idle_since(seen) && !activity.is_stuck_since(seen));
        let mut answer = Answer::new(Full::new(Bytes::from(vec![0; PIECE + 1])), open);
        assert!(activity.is_stuck_since(seen));
        assert_eq!(answer.size_hint().exact(), Some(PIECE as u64 + 1));
        assert_eq!(poll(&mut answer), Poll::Ready(Some(PIECE)));
        assert_eq!(answer.size_hint().exact(), Some(1));
        // Some was taken since.
        assert!(!activity.is_stuck_since(seen) && !answer.is_end_stream());
        let seen = activity.seen();
        assert!(activity.is_stuck_since(seen));

        // Another is with the application: the connection is in use.
        let other = activity.begin();
        let seen = activity.seen();
        assert!(!activity.is_stuck_since(seen));
        drop(other);
        let seen = activity.seen();
        assert!(activity.is_stuck_since(seen));

        assert_eq!([poll(&mut answer), poll(&mut answer)], [Poll::Ready(Some(1)), Poll::Ready(None)]);
        assert!(answer.is_end_stream());
        drop(answer);
        let seen = activity.seen();
        assert!(activity.is_idle_since(seen) && !activity.is_stuck_since(seen));
    }

    #[test]
    fn what_the_application_does_not_give_is_not_stuck() {
        struct Never;
        impl Body for Never {
            type Data = Bytes;
            type Error = std::convert::Infallible;
            fn poll_frame(
                self: Pin<&mut Self>,
                _: &mut Context<'_>,
            ) -> Poll<Option<Result<Frame<Bytes>, Self::Error>>> {
                Poll::Pending
            }
        }
        let activity = Arc::new(Activity::default());
        let mut answer = Answer::new(Never, activity.begin());
        assert_eq!(poll(&mut answer), Poll::Pending);
        assert!(!activity.is_stuck_since(activity.seen()));
    }
}
