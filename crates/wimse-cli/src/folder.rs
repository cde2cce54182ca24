//! The folder of a workload's credentials: `wimse wit request` fills it, and `wimse call` uses what is there.

use std::path::{Path, PathBuf};

/// Where everything is.
pub(crate) struct Folder {
    pub(crate) wit: PathBuf,
    pub(crate) key: PathBuf,
    pub(crate) wic: PathBuf,
    pub(crate) wic_key: PathBuf,
}

impl Folder {
    pub(crate) fn of(folder: &Path) -> Self {
        Self {
            wit: folder.join("wit.jwt"),
            key: folder.join("wit.jwk.json"),
            wic: folder.join("wic.crt"),
            wic_key: folder.join("wic.key"),
        }
    }
}
