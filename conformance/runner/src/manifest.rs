//! What the vectors say of themselves: `manifest.toml` beside them.

use std::{
    fmt, fs, io,
    path::{Path, PathBuf},
};

use serde::{Deserialize, Serialize};

/// Version and licence of the vectors.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Manifest {
    /// The version of the vectors, which is not that of the crates.
    pub version: String,
    /// The licence, as an SPDX expression.
    pub license: String,
}

impl Manifest {
    /// Reads `manifest.toml` of that folder; vectors from elsewhere may be without.
    ///
    /// # Errors
    ///
    /// When it is there and cannot be read, or is not of its shape.
    pub fn read(vectors: &Path) -> Result<Option<Self>, ManifestError> {
        let path = vectors.join("manifest.toml");
        match fs::read_to_string(&path) {
            Ok(text) => {
                toml::from_str(&text).map(Some).map_err(|source| ManifestError::Shape { path, source })
            }
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(source) => Err(ManifestError::Io { path, source }),
        }
    }
}

impl fmt::Display for Manifest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "vectors {}, {}", self.version, self.license)
    }
}

/// Why a manifest is of no use.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ManifestError {
    /// It cannot be read.
    #[error("cannot read {}", path.display())]
    Io {
        /// The file.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// It is not of its shape.
    #[error("{} is not of its shape", path.display())]
    Shape {
        /// The file.
        path: PathBuf,
        /// Where and why.
        source: toml::de::Error,
    },
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_vectors_here_have_a_version_and_a_licence() {
        let manifest = Manifest::read(&crate::vectors_dir()).unwrap().unwrap();
        assert_eq!(manifest.license, "Apache-2.0 OR MIT");
        assert_eq!(manifest.version.split('.').filter(|part| part.parse::<u32>().is_ok()).count(), 3);
        assert_eq!(Manifest::read(&crate::requirements_dir()).unwrap(), None);
    }
}
