//! Anchors in files.

use crate::Rotating;
use crate::file::{FileError, Refresh, Refreshed, read_file};
use std::fmt;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};
use wimse_creds::UnixTime;
use wimse_creds::trust::{DomainAnchors, TrustAnchorSource, TrustAnchors, TrustError};
use wimse_identifier::Origin;
use zeroize::Zeroizing;

/// The CA certificates of trust domains in files: PEM, or SPIFFE bundles, which are JSON.
///
/// Files are read together: if one of them cannot be used, nothing changes. A file that has become empty is an error, and
/// takes no trust away; to do that, replace the anchors.
///
/// ```no_run
/// # use std::time::SystemTime;
/// # use wimse_creds::UnixTime;
/// # use wimse_mtls::{AnchorFiles, Refresh};
/// let anchors = AnchorFiles::open([
///     ("wimse://example.com".parse()?, "ca.pem"),
///     ("spiffe://partner.example".parse()?, "partner.bundle.json"),
/// ])?;
/// // … a clone is given to a server, and later:
/// anchors.refresh(UnixTime::from(SystemTime::now()))?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone)]
pub struct AnchorFiles(Arc<Files>);

struct Files {
    files: Vec<(Origin, PathBuf)>,
    current: Rotating<TrustAnchors>,
    /// What is in use, so that the same is not loaded again. Held while files are read: one reader at a time.
    seen: Mutex<Vec<Zeroizing<Vec<u8>>>>,
}

impl AnchorFiles {
    /// Reads the files for the first time. Several files may be for one trust domain.
    ///
    /// # Errors
    ///
    /// A [`FileError`].
    pub fn open<P: Into<PathBuf>>(files: impl IntoIterator<Item = (Origin, P)>) -> Result<Self, FileError> {
        let files: Vec<_> = files.into_iter().map(|(origin, path)| (origin, path.into())).collect();
        let contents = read(&files)?;
        let current = Rotating::new(load(&files, &contents)?);
        Ok(Self(Arc::new(Files { files, current, seen: Mutex::new(contents) })))
    }
}

impl Refresh for AnchorFiles {
    fn refresh(&self, _now: UnixTime) -> Result<Refreshed, FileError> {
        let Files { files, current, seen } = &*self.0;
        let mut seen = seen.lock().unwrap_or_else(PoisonError::into_inner);
        let contents = read(files)?;
        if contents == *seen {
            return Ok(Refreshed::Unchanged);
        }
        current.replace(load(files, &contents)?);
        *seen = contents;
        Ok(Refreshed::Replaced)
    }
}

impl TrustAnchorSource for AnchorFiles {
    fn anchors_for(&self, origin: &Origin) -> Option<Arc<DomainAnchors>> {
        self.0.current.anchors_for(origin)
    }
}

fn read(files: &[(Origin, PathBuf)]) -> Result<Vec<Zeroizing<Vec<u8>>>, FileError> {
    files.iter().map(|(_, path)| read_file(path)).collect()
}

fn load(files: &[(Origin, PathBuf)], contents: &[Zeroizing<Vec<u8>>]) -> Result<TrustAnchors, FileError> {
    let mut domains: Vec<DomainAnchors> = Vec::new();
    for ((origin, path), content) in files.iter().zip(contents) {
        let unusable = |source| FileError::Anchors { path: path.clone(), source };
        let place = domains.iter().position(|domain| domain.origin() == origin);
        let domain = match place {
            Some(place) => domains.swap_remove(place),
            None => DomainAnchors::new(origin.clone()),
        };
        domains.push(add(domain, content).map_err(unusable)?);
    }
    let together = |source| {
        let path = files.first().map(|(_, path)| path.clone()).unwrap_or_default();
        FileError::Anchors { path, source }
    };
    domains.into_iter().try_fold(TrustAnchors::none(), TrustAnchors::with).map_err(together)
}

/// JSON begins with a brace, after white space; PEM never does.
fn add(domain: DomainAnchors, content: &[u8]) -> Result<DomainAnchors, TrustError> {
    if content.trim_ascii_start().starts_with(b"{") {
        domain.with_spiffe_bundle(content)
    } else {
        domain.with_ca_certificates_pem(content)
    }
}

impl fmt::Debug for AnchorFiles {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AnchorFiles").field("files", &self.0.files).finish_non_exhaustive()
    }
}
