//! Credentials in files.

use super::RenewalError;
use super::contents::Contents;
use super::source::Obtained;
use std::fmt;
use std::path::PathBuf;
use std::sync::Arc;
use wimse_creds::UnixTime;
use wimse_mtls::{IdentityFiles, Refresh as _, Refreshed};

/// Credentials that an agent writes into files and replaces before they expire.
///
/// The WIT is in a file of its own, its key in another: a private JWK or PKCS#8 in PEM. Files that are replaced by renaming,
/// and folders whose link is turned over, such as projected volumes of Kubernetes, are read whole; a pair that does not go
/// together is not used.
///
/// ```
/// use wimse_trust::CredentialFiles;
///
/// let files = CredentialFiles::wit("/run/wimse/wit.jwt", "/run/wimse/wit.key");
/// ```
#[derive(Clone)]
pub struct CredentialFiles {
    wit: Option<(PathBuf, PathBuf)>,
    wic: Option<IdentityFiles>,
}

impl CredentialFiles {
    /// A WIT and its key.
    #[must_use]
    pub fn wit(wit: impl Into<PathBuf>, key: impl Into<PathBuf>) -> Self {
        Self { wit: Some((wit.into(), key.into())), wic: None }
    }

    /// A WIC and its key, read as [`IdentityFiles`] does.
    #[must_use]
    pub fn wic(files: IdentityFiles) -> Self {
        Self { wit: None, wic: Some(files) }
    }

    /// A WIC and its key, too.
    #[must_use]
    pub fn and_wic(mut self, files: IdentityFiles) -> Self {
        self.wic = Some(files);
        self
    }

    pub(super) fn identity(&self) -> Option<&IdentityFiles> {
        self.wic.as_ref()
    }

    /// Reads the files, on a thread that may block. What is in use is not loaded again.
    pub(super) async fn obtain(
        &self,
        in_use: Option<Arc<Contents>>,
        now: UnixTime,
    ) -> Result<Obtained, RenewalError> {
        let files = self.clone();
        let read = tokio::task::spawn_blocking(move || files.read(in_use.as_deref(), now)).await;
        read.map_err(|_| RenewalError::Cancelled)?
    }

    /// Notes nothing of a WIT: whoever asked may have gone away, and then it is not used.
    fn read(&self, in_use: Option<&Contents>, now: UnixTime) -> Result<Obtained, RenewalError> {
        let mut obtained = Obtained::default();
        if let Some((wit, key)) = &self.wit {
            let contents = Contents::read(wit, key)?;
            if in_use != Some(&contents) {
                let credential = contents.load()?;
                if now >= credential.wit().claimed_expiry() {
                    return Err(RenewalError::Expired);
                }
                obtained.wit = Some(credential);
                obtained.contents = Some(Arc::new(contents));
            }
        }
        if let Some(files) = &self.wic {
            // A WIC that is broken must not keep a new WIT from being used.
            match files.refresh(now) {
                Ok(refreshed) => obtained.is_replaced = refreshed == Refreshed::Replaced,
                Err(error) => obtained.failure = Some(error.into()),
            }
        }
        Ok(obtained)
    }
}

impl fmt::Debug for CredentialFiles {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("CredentialFiles")
            .field("wit", &self.wit)
            .field("wic", &self.wic)
            .finish_non_exhaustive()
    }
}
