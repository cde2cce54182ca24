//! Where a key goes.

use crate::exit::Failure;
use crate::input::Input;
use crate::secret;
use std::convert::Infallible;
use std::fs::{self, OpenOptions};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};
use std::str::FromStr;

/// A file, or `-` for standard output.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Destination {
    Stdout,
    File(PathBuf),
}

impl FromStr for Destination {
    type Err = Infallible;

    fn from_str(text: &str) -> Result<Self, Infallible> {
        Ok(if text == "-" { Self::Stdout } else { Self::File(text.into()) })
    }
}

impl Destination {
    /// The file, for documents and texts.
    pub(crate) fn file(&self) -> Option<String> {
        match self {
            Self::Stdout => None,
            Self::File(path) => Some(path.display().to_string()),
        }
    }

    /// Looks whether a key may be written there, so that nothing is half done.
    pub(crate) fn check(&self, overwrite: bool) -> Result<(), Failure> {
        let Self::File(path) = self else { return Ok(()) };
        let shown = path.display();
        match fs::symlink_metadata(path) {
            Err(_) => Ok(()),
            // To replace a link, a folder or a device is never what is meant.
            Ok(found) if !found.is_file() => {
                Err(Failure::forbidden(format!("{shown} is there and is no file"))
                    .next("name a new file, or \"-\" for standard output"))
            }
            Ok(_) if overwrite => Ok(()),
            Ok(_) => Err(Failure::forbidden(format!("{shown} is there already"))
                .next("choose another name, or add --force to overwrite it")),
        }
    }

    /// Refuses to write over the file that the key is read from: a failure in between would lose it.
    pub(crate) fn differs_from(&self, input: &Input) -> Result<(), Failure> {
        match input {
            Input::File(input) if self.is(input) => {
                let doing = format!("{} is the file that the key is read from", input.display());
                Err(Failure::usage(doing).next("write to another file, and move it when it is there"))
            }
            _ => Ok(()),
        }
    }

    /// Whether it is this file, by whatever name.
    pub(crate) fn is(&self, other: &Path) -> bool {
        let Self::File(path) = self else { return false };
        matches!((resolve(path), resolve(other)), (Some(one), Some(other)) if one == other)
    }

    /// Writes a private key, readable by its owner only. Nothing happens for standard output.
    pub(crate) fn write_private(&self, bytes: &[u8], overwrite: bool) -> Result<(), Failure> {
        self.check(overwrite)?;
        match self {
            Self::Stdout => Ok(()),
            Self::File(path) => secret::write(path, bytes, overwrite).map_err(|failure| failure.next(FIX)),
        }
    }

    /// Writes a public key. Nothing happens for standard output.
    pub(crate) fn write_public(&self, bytes: &[u8], overwrite: bool) -> Result<(), Failure> {
        self.check(overwrite)?;
        match self {
            Self::Stdout => Ok(()),
            Self::File(path) => {
                let written = write(path, bytes, overwrite);
                written
                    .map_err(Failure::environment(format!("{} cannot be written", path.display())))
                    .map_err(|failure| failure.next(FIX))
            }
        }
    }
}

const FIX: &str = "name a file in a folder that is there and can be written to";

/// The one name of a file, also of one that is not there yet.
fn resolve(path: &Path) -> Option<PathBuf> {
    if let Ok(found) = fs::canonicalize(path) {
        return Some(found);
    }
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    Some(fs::canonicalize(folder).ok()?.join(path.file_name()?))
}

fn write(path: &Path, bytes: &[u8], overwrite: bool) -> io::Result<()> {
    let mut options = OpenOptions::new();
    options.write(true);
    if overwrite {
        options.create(true).truncate(true)
    } else {
        options.create_new(true)
    };
    let mut file = options.open(path)?;
    file.write_all(bytes)?;
    file.sync_all()
}
