//! An identity in files.

use crate::file::{FileError, Refresh, Refreshed, read_file};
use crate::{MtlsError, Rotating, TlsEnvironment, TlsIdentity, WicSource};
use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use wimse_creds::UnixTime;
use wimse_creds::wic::{WicCredential, WicCredentialError};
use zeroize::Zeroizing;

/// The certificates and the key of a workload in PEM files, as most agents write them. One file may hold both.
///
/// A pair that does not go together, as while the files are being written, or that has expired, is not used: what was in
/// use stays in use, until it expires. Neither is one used that is not valid yet, while the one in use is.
///
/// Whoever writes the files best moves them into place (`rename`), since half a file can be a whole certificate without
/// those of its CAs. It is mended with the next refresh.
///
/// ```no_run
/// # use std::time::SystemTime;
/// # use wimse_creds::UnixTime;
/// # use wimse_mtls::{IdentityFiles, Refresh, TlsEnvironment};
/// let now = UnixTime::from(SystemTime::now());
/// let files = IdentityFiles::open(&TlsEnvironment::aws_lc(), "svid.pem", "svid.key", now)?;
/// // … a clone is given to a server, and later:
/// files.refresh(UnixTime::from(SystemTime::now()))?;
/// # Ok::<(), wimse_mtls::FileError>(())
/// ```
#[derive(Clone)]
pub struct IdentityFiles(Arc<Files>);

struct Files {
    environment: TlsEnvironment,
    certificates: PathBuf,
    key: PathBuf,
    current: Rotating<TlsIdentity>,
    /// What is in use, so that the same is not loaded again. Held while files are read: one reader at a time.
    seen: Mutex<Contents>,
}

#[derive(PartialEq, Eq)]
struct Contents {
    certificates: Zeroizing<Vec<u8>>,
    key: Zeroizing<Vec<u8>>,
}

impl IdentityFiles {
    /// Reads the files for the first time.
    ///
    /// # Errors
    ///
    /// A [`FileError`].
    pub fn open(
        environment: &TlsEnvironment,
        certificates: impl Into<PathBuf>,
        key: impl Into<PathBuf>,
        now: UnixTime,
    ) -> Result<Self, FileError> {
        let (certificates, key) = (certificates.into(), key.into());
        let contents = Contents::read(&certificates, &key)?;
        let identity = contents.load(environment, &certificates, now)?;
        Ok(Self(Arc::new(Files {
            environment: environment.clone(),
            certificates,
            key,
            current: Rotating::new(identity),
            seen: Mutex::new(contents),
        })))
    }
}

impl Refresh for IdentityFiles {
    fn refresh(&self, now: UnixTime) -> Result<Refreshed, FileError> {
        let files = &self.0;
        let mut seen = files.seen.lock().unwrap_or_else(PoisonError::into_inner);
        let contents = Contents::read(&files.certificates, &files.key)?;
        if contents == *seen {
            return Ok(Refreshed::Unchanged);
        }
        let identity = contents.load(&files.environment, &files.certificates, now)?;
        // One that peers do not accept yet must not take the place of one that they do.
        let is_valid = |identity: &TlsIdentity| {
            let validity = identity.wic().claimed_validity();
            validity.start() <= now && now < validity.end()
        };
        if !is_valid(&identity) && is_valid(&files.current.current()) {
            let source = WicCredentialError::NotYetValid;
            return Err(FileError::Credential { path: files.certificates.clone(), source });
        }
        files.current.replace(identity);
        *seen = contents;
        Ok(Refreshed::Replaced)
    }
}

impl WicSource for IdentityFiles {
    fn current(&self) -> TlsIdentity {
        WicSource::current(&self.0.current)
    }
}

impl Contents {
    fn read(certificates: &Path, key: &Path) -> Result<Self, FileError> {
        Ok(Self { certificates: read_file(certificates)?, key: read_file(key)? })
    }

    fn load(
        &self,
        environment: &TlsEnvironment,
        path: &Path,
        now: UnixTime,
    ) -> Result<TlsIdentity, FileError> {
        let path = || path.to_owned();
        let credential = WicCredential::from_pem(&*self.certificates, &*self.key)
            .map_err(|source| FileError::Credential { path: path(), source })?;
        TlsIdentity::new(environment, &credential, now).map_err(|error| match error {
            MtlsError::Credential(source) => FileError::Credential { path: path(), source },
            source => FileError::Tls { path: path(), source },
        })
    }
}

impl fmt::Debug for IdentityFiles {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("IdentityFiles")
            .field("certificates", &self.0.certificates)
            .field("key", &self.0.key)
            .field("current", &self.0.current)
            .finish_non_exhaustive()
    }
}
