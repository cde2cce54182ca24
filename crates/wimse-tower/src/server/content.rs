//! Content that is held back until it has been verified.

use super::body::ServerBody;
use super::budget::{Budget, Exhausted, Lease};
use super::spool::{Spool, SpoolFolder};
use http_body::Body as _;
use http_body_util::BodyExt as _;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;
use wimse_identifier::WorkloadIdentifier;

/// How much content of signed messages is held, and for how long it may take to arrive.
///
/// Only messages with a signature are held: a WPT and mutual TLS do not cover content, and it is passed on as it arrives.
/// Content is asked for only after the head has been found good.
///
/// ```
/// use std::time::Duration;
/// use wimse_tower::ContentLimits;
///
/// let limits = ContentLimits::default().timeout(Duration::from_secs(10)).spool("/var/spool/orders", 64 << 20, 1 << 30);
/// # let _ = limits;
/// ```
#[derive(Debug, Clone)]
pub struct ContentLimits {
    memory: usize,
    timeout: Duration,
    budget: Arc<Budget>,
    spool: Option<SpoolFolder>,
}

impl Default for ContentLimits {
    fn default() -> Self {
        Self {
            memory: Self::DEFAULT_MEMORY,
            timeout: Self::DEFAULT_TIMEOUT,
            budget: Budget::new(Self::DEFAULT_TOTAL as u64),
            spool: None,
        }
    }
}

impl ContentLimits {
    /// Bytes of one content in memory: 2 MiB.
    pub const DEFAULT_MEMORY: usize = 2 * 1024 * 1024;
    /// Bytes of all content in memory at once: 64 MiB.
    pub const DEFAULT_TOTAL: usize = 64 * 1024 * 1024;
    /// How long content may take: 30 seconds.
    pub const DEFAULT_TIMEOUT: Duration = Duration::from_secs(30);

    /// Sets the bytes of one content in memory. A longer request is refused with 413, unless there is a
    /// [spool](Self::spool); a longer response is not signed.
    #[must_use]
    pub fn memory(mut self, bytes: usize) -> Self {
        self.memory = bytes;
        self
    }

    /// Sets the bytes of all content in memory at once, until the application has read it. When they are used up,
    /// requests are refused with 503.
    ///
    /// One sender may have an eighth of them, and at least a whole request and a whole response: so a signed head that somebody has captured, and
    /// sends again and again without its content, keeps nobody else waiting. Where few callers send much at once, set more.
    #[must_use]
    pub fn total(mut self, bytes: usize) -> Self {
        self.budget = Budget::new(bytes as u64);
        self
    }

    /// Sets how long content may take to arrive whole, from the first byte that is asked for. Later is 408.
    #[must_use]
    pub fn timeout(mut self, timeout: Duration) -> Self {
        self.timeout = timeout;
        self
    }

    /// Writes content of requests that is too large for memory to a file of this folder, up to `limit` bytes each and
    /// `total` bytes at once, of which one sender may have an eighth or one whole content. On Unix the files have no names; elsewhere they are removed once they are read.
    #[must_use]
    pub fn spool(mut self, folder: impl Into<PathBuf>, limit: u64, total: u64) -> Self {
        self.spool = Some(SpoolFolder { folder: folder.into(), limit, budget: Budget::new(total) });
        self
    }

    pub(super) fn without_spool(&self) -> Self {
        Self { spool: None, ..self.clone() }
    }

    /// Reads it to its end, and shows every piece to `seen`, which ends it early by `false`. Trailers are dropped.
    pub(super) async fn read(
        &self,
        body: ServerBody,
        sender: Option<&WorkloadIdentifier>,
        seen: impl FnMut(&[u8]) -> bool,
    ) -> Result<ServerBody, ContentError> {
        let longest =
            self.spool.as_ref().map_or(self.memory as u64, |spool| spool.limit.max(self.memory as u64));
        // Before anything is read, where the length is told.
        if body.size_hint().lower() > longest {
            return Err(ContentError::TooLarge);
        }
        match tokio::time::timeout(self.timeout, self.read_to_end(body, sender, seen)).await {
            Ok(read) => read,
            Err(_) => Err(ContentError::Timeout),
        }
    }

    async fn read_to_end(
        &self,
        mut body: ServerBody,
        sender: Option<&WorkloadIdentifier>,
        mut seen: impl FnMut(&[u8]) -> bool,
    ) -> Result<ServerBody, ContentError> {
        let mut place = Place::Memory(
            Vec::new(),
            Lease::of(&self.budget, sender, (self.memory as u64).saturating_mul(2)),
        );
        while let Some(frame) = body.frame().await {
            let Ok(piece) = frame.map_err(|_| ContentError::Broken)?.into_data() else { continue };
            if !seen(&piece) {
                break;
            }
            place = self.put(place, sender, &piece).await?;
        }
        match place {
            Place::Memory(content, _) if content.is_empty() => Ok(ServerBody::empty()),
            Place::Memory(content, lease) => Ok(ServerBody::held(content.into(), lease)),
            Place::File(spool) => {
                spool.finish().await.map(ServerBody::spooled).map_err(|_| ContentError::Spool)
            }
        }
    }

    async fn put(
        &self,
        place: Place,
        sender: Option<&WorkloadIdentifier>,
        piece: &[u8],
    ) -> Result<Place, ContentError> {
        match place {
            Place::Memory(mut content, mut lease)
                if content.len().saturating_add(piece.len()) <= self.memory =>
            {
                lease.grow(piece.len())?;
                content.extend_from_slice(piece);
                Ok(Place::Memory(content, lease))
            }
            Place::Memory(content, _) => {
                let folder = self.spool.as_ref().ok_or(ContentError::TooLarge)?;
                let spool = Spool::create(folder, sender).await.map_err(|_| ContentError::Spool)?;
                let spool = write(spool, &content, folder).await?;
                Ok(Place::File(write(spool, piece, folder).await?))
            }
            Place::File(spool) => {
                let folder = self.spool.as_ref().ok_or(ContentError::TooLarge)?;
                Ok(Place::File(write(spool, piece, folder).await?))
            }
        }
    }
}

async fn write(mut spool: Spool, piece: &[u8], folder: &SpoolFolder) -> Result<Spool, ContentError> {
    if spool.length().saturating_add(piece.len() as u64) > folder.limit {
        return Err(ContentError::TooLarge);
    }
    spool.reserve(piece.len())?;
    spool.write(piece).await.map_err(|_| ContentError::Spool)?;
    Ok(spool)
}

/// Where content is while it arrives.
enum Place {
    Memory(Vec<u8>, Lease),
    File(Spool),
}

/// Why the content of a message is not at hand.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ContentError {
    /// It is longer than allowed: 413.
    #[error("the content is too large")]
    TooLarge,
    /// It did not arrive in time: 408.
    #[error("the content did not arrive in time")]
    Timeout,
    /// It did not arrive whole.
    #[error("the content did not arrive whole")]
    Broken,
    /// Too much content is held already: 503.
    #[error("too much content is held already")]
    Full,
    /// This sender has as much content held as one may: 503.
    #[error("too much content of this sender is held already")]
    Share,
    /// The file for large content cannot be used: 503.
    #[error("the file for large content cannot be used")]
    Spool,
}

impl ContentError {
    /// The stable code of this error.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::TooLarge => "tower.content_too_large",
            Self::Timeout => "tower.content_timeout",
            Self::Broken => "tower.content_broken",
            Self::Full => "tower.content_full",
            Self::Share => "tower.content_share",
            Self::Spool => "tower.content_spool",
        }
    }
}

impl From<Exhausted> for ContentError {
    fn from(exhausted: Exhausted) -> Self {
        match exhausted {
            Exhausted::Budget => Self::Full,
            Exhausted::Share => Self::Share,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use bytes::Bytes;
    use http_body::Body;
    use http_body_util::{Full, StreamBody};
    use std::convert::Infallible;

    async fn read(limits: &ContentLimits, content: &'static [u8]) -> Result<Vec<u8>, &'static str> {
        let pieces = content
            .chunks(4)
            .map(|piece| Ok::<_, Infallible>(http_body::Frame::data(Bytes::from_static(piece))));
        let body = ServerBody::stream(StreamBody::new(Pieces(pieces)));
        let mut seen = Vec::new();
        let read = limits.read(body, None, |piece| {
            seen.extend_from_slice(piece);
            true
        });
        let body = read.await.map_err(|error| error.code())?;
        assert_eq!(seen, content);
        assert_eq!(body.size_hint().exact(), Some(content.len() as u64));
        let whole = body.collect().await.map_err(|_| "read")?;
        Ok(whole.to_bytes().to_vec())
    }

    fn of(content: &'static [u8]) -> ServerBody {
        ServerBody::stream(Full::new(Bytes::from_static(content)))
    }

    struct Pieces<I>(I);

    impl<I: Iterator + Unpin> futures_core::Stream for Pieces<I> {
        type Item = I::Item;

        fn poll_next(
            mut self: std::pin::Pin<&mut Self>,
            _: &mut std::task::Context<'_>,
        ) -> std::task::Poll<Option<I::Item>> {
            std::task::Poll::Ready(self.0.next())
        }
    }

    #[tokio::test]
    async fn in_memory_up_to_the_limit() {
        let limits = ContentLimits::default().memory(8);
        assert_eq!(read(&limits, b"12345678").await.unwrap(), b"12345678");
        assert_eq!(read(&limits, b"").await.unwrap(), b"");
        assert_eq!(read(&limits, b"123456789").await, Err("tower.content_too_large"));
        let told = limits.read(of(b"123456789"), None, |_| panic!("nothing is read"));
        assert_eq!(told.await.unwrap_err(), ContentError::TooLarge);
    }

    #[tokio::test]
    async fn all_content_together() {
        let limits = ContentLimits::default().total(10);
        let first = limits.read(of(b"123456"), None, |_| true).await.unwrap();
        assert_eq!(read(&limits, b"12345").await, Err("tower.content_full"));
        assert!(read(&limits, b"1234").await.is_ok());
        drop(first);
        assert!(read(&limits, b"12345").await.is_ok());
    }

    #[tokio::test]
    async fn all_content_of_one_sender() {
        let name = |path: &str| format!("wimse://example.com/{path}").parse::<WorkloadIdentifier>().unwrap();
        let (billing, orders) = (name("billing"), name("orders"));
        let limits = ContentLimits::default().memory(6).total(40);
        let first = limits.read(of(b"123456"), Some(&billing), |_| true).await.unwrap();
        let _second = limits.read(of(b"123456"), Some(&billing), |_| true).await.unwrap();
        let again = limits.read(of(b"1"), Some(&billing), |_| true).await;
        assert_eq!(again.unwrap_err().code(), "tower.content_share");
        assert!(limits.read(of(b"123456"), Some(&orders), |_| true).await.is_ok());
        drop(first);
        assert!(limits.read(of(b"123456"), Some(&billing), |_| true).await.is_ok());
    }

    #[tokio::test]
    async fn in_a_file_where_that_is_chosen() {
        let folder = std::env::temp_dir().join(format!("wimse-tower-{}", std::process::id()));
        std::fs::create_dir_all(&folder).unwrap();
        let limits = ContentLimits::default().memory(6).spool(&folder, 12, 20);
        assert_eq!(read(&limits, b"123456789abc").await.unwrap(), b"123456789abc");
        assert_eq!(read(&limits, b"123456789abcd").await, Err("tower.content_too_large"));
        let first = limits.read(of(b"123456789abc"), None, |_| true).await.unwrap();
        assert_eq!(read(&limits, b"123456789").await, Err("tower.content_full"));
        // Nothing of it is in memory, and on Unix it has no name.
        assert!(read(&limits, b"123456").await.is_ok());
        #[cfg(unix)]
        assert_eq!(std::fs::read_dir(&folder).unwrap().count(), 0);
        drop(first);
        // A sender has his share of files, too.
        let billing = "wimse://example.com/billing".parse().unwrap();
        let first = limits.read(of(b"123456789"), Some(&billing), |_| true).await.unwrap();
        let again = limits.read(of(b"123456789"), Some(&billing), |_| true).await;
        assert_eq!(again.unwrap_err().code(), "tower.content_share");
        drop(first);
        assert!(read(&limits, b"123456789").await.is_ok());
        assert_eq!(std::fs::read_dir(&folder).unwrap().count(), 0);
        std::fs::remove_dir(&folder).unwrap();
        assert_eq!(read(&limits, b"123456789").await, Err("tower.content_spool"));
    }

    #[tokio::test(start_paused = true)]
    async fn content_that_does_not_come() {
        struct Never;
        impl Body for Never {
            type Data = Bytes;
            type Error = Infallible;
            fn poll_frame(
                self: std::pin::Pin<&mut Self>,
                _: &mut std::task::Context<'_>,
            ) -> std::task::Poll<Option<Result<http_body::Frame<Bytes>, Infallible>>> {
                std::task::Poll::Pending
            }
        }
        let read = ContentLimits::default().read(ServerBody::stream(Never), None, |_| true).await;
        assert_eq!(read.unwrap_err(), ContentError::Timeout);
    }
}
