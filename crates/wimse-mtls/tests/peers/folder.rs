//! The files of one test: certificates, keys, configurations and logs.

use crate::workshop::Forged;
use std::fs;
use std::os::unix::fs::{DirBuilderExt as _, OpenOptionsExt as _};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU32, Ordering};

/// A folder that nobody else may read, removed at the end.
pub(crate) struct Folder(PathBuf);

impl Folder {
    pub(crate) fn new() -> Self {
        static NEXT: AtomicU32 = AtomicU32::new(0);
        let name =
            format!("wimse-mtls-peers-{}-{}", std::process::id(), NEXT.fetch_add(1, Ordering::Relaxed));
        let path = std::env::temp_dir().join(name);
        // What a killed process with the same number has left.
        let _ = fs::remove_dir_all(&path);
        fs::DirBuilder::new().mode(0o700).create(&path).unwrap();
        Self(path)
    }

    pub(crate) fn path(&self) -> &Path {
        &self.0
    }

    pub(crate) fn write(&self, name: &str, content: impl AsRef<[u8]>) -> PathBuf {
        let path = self.0.join(name);
        let mut options = fs::OpenOptions::new();
        let mut file = options.write(true).create(true).truncate(true).mode(0o600).open(&path).unwrap();
        std::io::Write::write_all(&mut file, content.as_ref()).unwrap();
        path
    }

    /// Writes a chain and its key, in the forms in which programs want them.
    pub(crate) fn write_shown(&self, shown: &Forged) -> Shown {
        let certificates = shown.certificates_pem();
        let key = shown.key_pem();
        Shown {
            chain: self.write("shown.pem", certificates.concat()),
            intermediates: (certificates.len() > 1)
                .then(|| self.write("intermediates.pem", certificates[1..].concat())),
            key: self.write("shown.key", &key),
            together: self.write("together.pem", certificates.concat() + &key),
        }
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

/// What a program shows us, in files.
pub(crate) struct Shown {
    pub(crate) chain: PathBuf,
    /// The chain without its first certificate, if anything is left then.
    pub(crate) intermediates: Option<PathBuf>,
    pub(crate) key: PathBuf,
    /// The chain and the key.
    pub(crate) together: PathBuf,
}
