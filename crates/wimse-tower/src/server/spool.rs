//! Content that is too large for memory, in a file until it is read.

use super::budget::{Budget, Exhausted, Lease};
use bytes::Bytes;
use std::fmt::Write as _;
use std::io::{self, SeekFrom};
use std::path::{Path, PathBuf};
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};
use tokio::fs::File;
use tokio::io::{AsyncRead as _, AsyncSeekExt as _, AsyncWriteExt as _, ReadBuf};
use wimse_identifier::WorkloadIdentifier;

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
    pub(super) async fn create(
        folder: &SpoolFolder,
        sender: Option<&WorkloadIdentifier>,
    ) -> io::Result<Self> {
        let path = folder.folder.join(random_name()?);
        // In one piece: who waits for it may go away at any time, and the file would keep its name.
        let created = tokio::task::spawn_blocking(move || create(path)).await;
        let (file, path) = created.map_err(io::Error::other)??;
        let lease = Lease::of(&folder.budget, sender, folder.limit);
        Ok(Self { file: File::from_std(file), path, lease, length: 0 })
    }

    pub(super) fn length(&self) -> u64 {
        self.length
    }

    /// Makes room for so much more.
    pub(super) fn reserve(&mut self, bytes: usize) -> Result<(), Exhausted> {
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

/// Makes the file, and takes its name away where files can be without.
fn create(path: PathBuf) -> io::Result<(std::fs::File, TemporaryPath)> {
    let mut options = std::fs::OpenOptions::new();
    options.read(true).write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let file = options.open(&path)?;
    let path = TemporaryPath(Some(path));
    #[cfg(unix)]
    let path = {
        let mut path = path;
        path.remove();
        path
    };
    Ok((file, path))
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

#[cfg(test)]
mod tests {
    use super::*;
    use std::future::{Future as _, poll_fn};
    use std::pin::pin;

    #[test]
    fn what_nobody_waits_for_any_more_leaves_no_file_behind() {
        let path = std::env::temp_dir().join(format!("wimse-tower-cancelled-{}", std::process::id()));
        std::fs::create_dir_all(&path).unwrap();
        let folder = SpoolFolder { folder: path.clone(), limit: 10, budget: Budget::new(10) };
        // One thread for files: what is asked of it last is done last.
        let runtime = tokio::runtime::Builder::new_current_thread().max_blocking_threads(1).build().unwrap();
        runtime.block_on(async {
            let _busy =
                tokio::task::spawn_blocking(|| std::thread::sleep(std::time::Duration::from_millis(100)));
            {
                let mut creating = pin!(Spool::create(&folder, None));
                let first = poll_fn(|context| Poll::Ready(creating.as_mut().poll(context).is_ready()));
                assert!(!first.await);
            }
            tokio::task::spawn_blocking(|| {}).await.unwrap();
            assert_eq!(std::fs::read_dir(&path).unwrap().count(), 0);
            // One that is waited for can be written.
            let mut spool = Spool::create(&folder, None).await.unwrap();
            spool.write(b"content").await.unwrap();
            assert_eq!(spool.finish().await.unwrap().left(), 7);
        });
        std::fs::remove_dir(&path).unwrap();
    }
}
