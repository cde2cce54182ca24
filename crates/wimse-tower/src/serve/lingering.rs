//! The end of a connection.

use std::io;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::time::{Instant, Sleep};

/// How long it takes at most to end a connection, and how long the peer may send nothing in that time.
const LINGER: Duration = Duration::from_secs(5);
const QUIET: Duration = Duration::from_secs(1);

/// A connection that is ended as in RFC 9112, 9.6: `shutdown` says that nothing more is sent, and then drops what still comes until
/// the peer has ended, too, or has had its time.
///
/// A socket that is closed with something unread in it is reset, and a peer that is still sending may then never see the answer.
#[derive(Debug)]
pub(super) struct Lingering<I> {
    io: I,
    ending: Option<Ending>,
}

#[derive(Debug)]
struct Ending {
    /// Whether the peer has been told.
    is_told: bool,
    until: Pin<Box<Sleep>>,
    last: Instant,
}

impl Ending {
    fn begin() -> Self {
        let last = Instant::now() + LINGER;
        Self { is_told: false, until: Box::pin(tokio::time::sleep_until(last)), last }
    }

    /// Something has happened. Whether more is waited for.
    fn goes_on(&mut self) -> bool {
        let now = Instant::now();
        self.until.as_mut().reset(self.last.min(now + QUIET));
        now < self.last
    }
}

impl<I> Lingering<I> {
    pub(super) fn new(io: I) -> Self {
        Self { io, ending: None }
    }
}

impl<I: AsyncRead + Unpin> AsyncRead for Lingering<I> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        into: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        Pin::new(&mut self.io).poll_read(context, into)
    }
}

impl<I: AsyncRead + AsyncWrite + Unpin> AsyncWrite for Lingering<I> {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.io).poll_write(context, bytes)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.io).poll_write_vectored(context, bytes)
    }

    fn is_write_vectored(&self) -> bool {
        self.io.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.io).poll_flush(context)
    }

    fn poll_shutdown(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        let Self { io, ending } = self.get_mut();
        let ending = ending.get_or_insert_with(Ending::begin);
        if !ending.is_told {
            match Pin::new(&mut *io).poll_shutdown(context)? {
                Poll::Ready(()) => {
                    ending.is_told = true;
                    ending.goes_on();
                }
                Poll::Pending => return ending.until.as_mut().poll(context).map(Ok),
            }
        }
        let mut dropped = [0; 4 * 1024];
        loop {
            let mut dropped = ReadBuf::new(&mut dropped);
            match Pin::new(&mut *io).poll_read(context, &mut dropped) {
                Poll::Ready(Ok(())) if !dropped.filled().is_empty() && ending.goes_on() => {}
                // It has ended, has broken, or has had its time.
                Poll::Ready(_) => return Poll::Ready(Ok(())),
                Poll::Pending => return ending.until.as_mut().poll(context).map(Ok),
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _, BufWriter, duplex};

    async fn end<I: AsyncRead + AsyncWrite + Unpin>(io: I) -> Duration {
        let start = Instant::now();
        Lingering::new(io).shutdown().await.unwrap();
        start.elapsed()
    }

    #[tokio::test(start_paused = true)]
    async fn a_peer_that_ends_is_not_waited_for() {
        let (server, mut client) = duplex(16);
        let sending = async {
            client.write_all(&[0; 1000]).await.unwrap();
            let mut heard = Vec::new();
            client.read_to_end(&mut heard).await.unwrap();
            client.shutdown().await.unwrap();
        };
        let (took, ()) = tokio::join!(end(server), sending);
        assert_eq!(took, Duration::ZERO);
    }

    #[tokio::test(start_paused = true)]
    async fn nobody_keeps_a_connection() {
        let (server, _silent) = duplex(16);
        let took = end(server).await.as_millis();
        assert!((1000..1010).contains(&took), "{took}");

        let pause = Duration::from_millis(900);
        let (server, mut client) = duplex(16);
        let sending = tokio::spawn(async move {
            let mut sent = 0;
            while client.write_all(b"more").await.is_ok() {
                sent += 1;
                tokio::time::sleep(pause).await;
            }
            sent
        });
        let took = end(server).await.as_millis();
        assert!((5000..5010).contains(&took), "{took}");
        assert_eq!(sending.await.unwrap(), 6);

        // It takes nothing, and cannot be told.
        let (server, _client) = duplex(1);
        let mut full = BufWriter::new(server);
        full.write_all(b"more").await.unwrap();
        let took = end(full).await.as_millis();
        assert!((5000..5010).contains(&took), "{took}");

        // As fast as it can.
        let (server, mut client) = duplex(16);
        let sending = tokio::spawn(async move {
            while client.write_all(b"more").await.is_ok() {
                tokio::time::advance(Duration::from_millis(1)).await;
            }
        });
        let took = end(server).await.as_millis();
        assert!((5000..5010).contains(&took), "{took}");
        sending.await.unwrap();
    }
}
