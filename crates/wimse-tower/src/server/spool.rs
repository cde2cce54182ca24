//! Content that is too large for memory, in a file until it is read.

use super::budget::{Budget, Lease};
use bytes::Bytes;
use std::fmt::Write as _;
use std::io::{self, SeekFrom};
use std::path::{Path, PathBuf};
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};
use tokio::fs::{File, OpenOptions};
use tokio::io::{AsyncRead as _, AsyncSeekExt as _, AsyncWriteExt as _, ReadBuf};

/// Where content goes that is larger than what is held in memory.
#[derive(Debug, Clone)]
pub(super) struct SpoolFolder {
    pub(super) folder: PathBuf,
    /// Bytes of one content.
    pub(super) limit: u64,
    pub(super) budget: Arc<Budget>,
}

/// A file that is being written.
#[derive(Debug)]
pub(super) struct Spool {
    file: File,
    path: TemporaryPath,
    lease: Lease,
    length: u64,
}

impl Spool {
    /// A new file that nobody else can read.
    pub(super) async fn create(folder: &SpoolFolder) -> io::Result<Self> {
        let path = folder.folder.join(random_name()?);
        let mut options = OpenOptions::new();
        options.read(true).write(true).create_new(true);
        #[cfg(unix)]
        options.mode(0o600);
        let file = options.open(&path).await?;
        let mut path = TemporaryPath(Some(path));
        // Where a file can be without a name, none stays behind whatever happens.
        #[cfg(unix)]
        path.remove();
        Ok(Self { file, path, lease: Lease::of(&folder.budget), length: 0 })
    }

    pub(super) fn length(&self) -> u64 {
        self.length
    }

    /// Whether there is room for so much more.
    pub(super) fn reserve(&mut self, bytes: usize) -> bool {
        self.lease.grow(bytes)
    }

    pub(super) async fn write(&mut self, piece: &[u8]) -> io::Result<()> {
        self.length = self.length.saturating_add(piece.len() as u64);
        self.file.write_all(piece).await
    }

    pub(super) async fn finish(mut self) -> io::Result<Spooled> {
        self.file.flush().await?;
        self.file.seek(SeekFrom::Start(0)).await?;
        Ok(Spooled { file: self.file, left: self.length, _path: self.path, _lease: self.lease })
    }
}

/// A file that is being read. It is gone when this is dropped.
#[derive(Debug)]
pub(super) struct Spooled {
    file: File,
    left: u64,
    _path: TemporaryPath,
    _lease: Lease,
}

const PIECE: usize = 64 * 1024;

impl Spooled {
    pub(super) fn left(&self) -> u64 {
        self.left
    }

    /// The next piece; `None` at the end.
    pub(super) fn poll_piece(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<io::Result<Bytes>>> {
        if self.left == 0 {
            return Poll::Ready(None);
        }
        let size = usize::try_from(self.left).map_or(PIECE, |left| left.min(PIECE));
        let mut piece = vec![0; size];
        let mut buffer = ReadBuf::new(&mut piece);
        if let Err(error) = ready!(Pin::new(&mut self.file).poll_read(context, &mut buffer)) {
            return Poll::Ready(Some(Err(error)));
        }
        let read = buffer.filled().len();
        if read == 0 {
            return Poll::Ready(Some(Err(io::ErrorKind::UnexpectedEof.into())));
        }
        piece.truncate(read);
        self.left = self.left.saturating_sub(read as u64);
        Poll::Ready(Some(Ok(piece.into())))
    }
}

/// The name of a file that is to be removed.
#[derive(Debug)]
struct TemporaryPath(Option<PathBuf>);

impl TemporaryPath {
    fn remove(&mut self) {
        if let Some(path) = self.0.take() {
            // What cannot be removed stays for who cleans the folder.
            let _ = std::fs::remove_file::<&Path>(&path);
        }
    }
}

impl Drop for TemporaryPath {
    fn drop(&mut self) {
        self.remove();
    }
}

fn random_name() -> io::Result<String> {
    let mut bytes = [0; 16];
    getrandom::fill(&mut bytes).map_err(io::Error::other)?;
    let mut name = String::from("wimse-");
    for byte in bytes {
        let _ = write!(name, "{byte:02x}");
    }
    Ok(name)
}
