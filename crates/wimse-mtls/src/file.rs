//! Files that are read again.

use crate::MtlsError;
use std::fs::File;
use std::io::{self, Read as _};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use wimse_creds::UnixTime;
use wimse_creds::trust::TrustError;
use wimse_creds::wic::WicCredentialError;
use zeroize::Zeroizing;

/// Something that keeps up to date with its source when it is told to.
pub trait Refresh: Send + Sync {
    /// Reads the source again. What is in use stays in use if that fails.
    ///
    /// # Errors
    ///
    /// A [`FileError`].
    fn refresh(&self, now: UnixTime) -> Result<Refreshed, FileError>;
}

impl<R: Refresh + ?Sized> Refresh for Arc<R> {
    fn refresh(&self, now: UnixTime) -> Result<Refreshed, FileError> {
        (**self).refresh(now)
    }
}

/// What came of reading the source again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Refreshed {
    /// Nothing has changed.
    Unchanged,
    /// Something has changed, and is in use.
    Replaced,
}

/// Why a file is not used.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum FileError {
    /// It cannot be read, or is no regular file, nor a link to one.
    #[error("{} cannot be read", path.display())]
    Read {
        /// The file.
        path: PathBuf,
        /// Why.
        #[source]
        source: io::Error,
    },
    /// It is longer than 1 MiB.
    #[error("{} is longer than {limit} bytes", path.display())]
    TooLarge {
        /// The file.
        path: PathBuf,
        /// The limit in bytes.
        limit: u64,
    },
    /// A certificate and its key are not usable together, as between the writing of the one and of the other.
    #[error("{} and its key are not usable", path.display())]
    Credential {
        /// The file with the certificates.
        path: PathBuf,
        /// Why.
        #[source]
        source: WicCredentialError,
    },
    /// A credential is not usable in TLS.
    #[error("{} is not usable in TLS", path.display())]
    Tls {
        /// The file with the certificates.
        path: PathBuf,
        /// Why.
        #[source]
        source: MtlsError,
    },
    /// Anchors are not usable, those of this file or together with those of others.
    #[error("the anchors in {} are not usable", path.display())]
    Anchors {
        /// The file.
        path: PathBuf,
        /// Why.
        #[source]
        source: TrustError,
    },
}

impl FileError {
    /// The stable code of this error.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::Read { .. } => "file.read",
            Self::TooLarge { .. } => "file.too_large",
            Self::Credential { source, .. } => source.code(),
            Self::Tls { source, .. } => source.code(),
            Self::Anchors { source, .. } => source.code(),
        }
    }
}

/// The content of a file of at most 1 MiB. It is zeroised on drop, since it may be a key.
///
/// # Errors
///
/// [`FileError::Read`] or [`FileError::TooLarge`].
pub fn read_file(path: &Path) -> Result<Zeroizing<Vec<u8>>, FileError> {
    let failed = |source| FileError::Read { path: path.to_owned(), source };
    // Opening a pipe would wait for whoever writes to it.
    if !std::fs::metadata(path).map_err(failed)?.is_file() {
        return Err(failed(io::Error::new(io::ErrorKind::InvalidInput, "it is no regular file")));
    }
    let mut content = Zeroizing::new(Vec::new());
    File::open(path).map_err(failed)?.take(LIMIT + 1).read_to_end(&mut content).map_err(failed)?;
    if content.len() as u64 > LIMIT {
        return Err(FileError::TooLarge { path: path.to_owned(), limit: LIMIT });
    }
    Ok(content)
}

const LIMIT: u64 = 1024 * 1024;
