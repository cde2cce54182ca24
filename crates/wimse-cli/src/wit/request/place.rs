//! How files come into the folder of a workload's credentials: whoever reads there sees the old or the new.

use crate::exit::Failure;
use crate::secret;
use std::fs;
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

/// Makes the folder, for its owner only, if it is not there.
pub(super) fn make(folder: &Path) -> Result<(), Failure> {
    let made = match create(folder) {
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists && folder.is_dir() => Ok(()),
        made => made,
    };
    made.map_err(Failure::environment(format!("the folder {} cannot be made", folder.display())))
        .map_err(|failure| failure.next("name a folder in one that is there and can be written to"))
}

#[cfg(unix)]
fn create(folder: &Path) -> io::Result<()> {
    use std::os::unix::fs::DirBuilderExt as _;
    fs::DirBuilder::new().mode(0o700).create(folder)
}

#[cfg(not(unix))]
fn create(folder: &Path) -> io::Result<()> {
    fs::create_dir(folder)
}

/// The name under which something waits to take the place of a file.
pub(super) fn beside(path: &Path) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(".new");
    name.into()
}

/// Writes a private key that waits to take its place.
pub(super) fn write_key_beside(path: &Path, key: &[u8]) -> Result<(), Failure> {
    secret::write(&beside(path), key, true)
}

/// Puts what waits in its place, in one step.
pub(super) fn put_in_place(path: &Path) -> Result<(), Failure> {
    let put = fs::rename(beside(path), path);
    put.map_err(Failure::environment(format!("{} cannot be replaced", path.display())))
}

/// Replaces a credential in one step: whoever reads it reads the old or the new one, and all of it.
pub(super) fn replace(path: &Path, content: &str) -> Result<(), Failure> {
    let write = || {
        let new = beside(path);
        match fs::remove_file(&new) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
            _ => {}
        }
        // Made anew: nothing is written through a link that somebody else has put there.
        let mut file = fs::File::create_new(new)?;
        file.write_all(content.as_bytes())?;
        file.sync_all()
    };
    write().map_err(Failure::environment(format!("{} cannot be written", path.display())))?;
    put_in_place(path)
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;

    #[test]
    fn nothing_is_written_through_a_link() {
        let folder = std::env::temp_dir().join(format!("wimse-wit-request-{}", std::process::id()));
        let _ = fs::remove_dir_all(&folder);
        fs::create_dir(&folder).unwrap();
        let (wit, victim) = (folder.join("wit.jwt"), folder.join("victim"));
        fs::write(&victim, "as it was").unwrap();
        std::os::unix::fs::symlink(&victim, beside(&wit)).unwrap();
        for content in ["a", "b"] {
            assert!(replace(&wit, content).is_ok());
            assert_eq!(fs::read_to_string(&wit).unwrap(), content);
        }
        assert_eq!(fs::read_to_string(&victim).unwrap(), "as it was");
        assert!(!fs::symlink_metadata(&wit).unwrap().is_symlink());
        fs::remove_dir_all(&folder).unwrap();
    }
}
