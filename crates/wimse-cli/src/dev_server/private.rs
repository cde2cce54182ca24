//! A folder to which nobody else may write, with files that nobody else may read.

use std::fs::{self, File, OpenOptions};
use std::io;
use std::path::{Path, PathBuf};

/// A folder that is ours. Who could put files into it could choose the signing keys, or have them written elsewhere.
#[derive(Debug)]
pub(super) struct PrivateFolder {
    path: PathBuf,
    #[cfg(unix)]
    owner: u32,
}

impl PrivateFolder {
    pub(super) fn path(&self, name: &str) -> PathBuf {
        self.path.join(name)
    }

    /// A new file for its owner only, in the place of one that may be there. Nothing is written through a link.
    pub(super) fn make(&self, name: &str) -> io::Result<File> {
        make(&self.path(name))
    }

    /// A file to be locked, which is made if it is not there.
    pub(super) fn lock(&self, name: &str) -> io::Result<File> {
        self.check(name)?;
        private().create(true).truncate(false).open(self.path(name))
    }
}

fn make(path: &Path) -> io::Result<File> {
    match fs::remove_file(path) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
        _ => {}
    }
    private().create_new(true).open(path)
}

fn private() -> OpenOptions {
    let mut options = OpenOptions::new();
    options.write(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options
}

#[cfg(unix)]
impl PrivateFolder {
    /// Opens a folder, which is made if it is not there.
    pub(super) fn open(path: &Path) -> io::Result<Self> {
        use std::os::unix::fs::{DirBuilderExt as _, MetadataExt as _};
        match fs::DirBuilder::new().mode(0o700).create(path) {
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists && path.is_dir() => {}
            made => made?,
        }
        let (metadata, shown) = (fs::metadata(path)?, path.display());
        let mode = metadata.mode() & 0o7777;
        if mode & 0o022 != 0 {
            let what = format!("others than its owner may write to {shown} (mode {mode:04o})");
            return Err(io::Error::other(format!("{what}: chmod go-w {shown}")));
        }
        // Whose files are made here: so nothing has to be known of users.
        let probe = path.join("owner.new");
        let owner = make(&probe)?.metadata()?.uid();
        match fs::remove_file(&probe) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
            _ => {}
        }
        if metadata.uid() != owner {
            return Err(io::Error::other(format!("{shown} belongs to another user")));
        }
        Ok(Self { path: path.into(), owner })
    }

    /// Refuses a file that others can read or change, that is theirs, or that is elsewhere. None is no mistake.
    pub(super) fn check(&self, name: &str) -> io::Result<()> {
        use std::os::unix::fs::MetadataExt as _;
        let path = self.path(name);
        let metadata = match fs::symlink_metadata(&path) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
            found => found?,
        };
        let shown = path.display();
        if !metadata.is_file() {
            return Err(io::Error::other(format!("{shown} is no regular file")));
        }
        if metadata.uid() != self.owner {
            return Err(io::Error::other(format!("{shown} belongs to another user")));
        }
        let mode = metadata.mode() & 0o777;
        if mode & 0o077 == 0 {
            return Ok(());
        }
        Err(io::Error::other(format!(
            "others than its owner have rights to {shown} (mode {mode:04o}): chmod 600 {shown}"
        )))
    }

    pub(super) fn sync(&self) -> io::Result<()> {
        File::open(&self.path)?.sync_all()
    }
}

#[cfg(not(unix))]
impl PrivateFolder {
    /// Opens a folder, which is made if it is not there.
    pub(super) fn open(path: &Path) -> io::Result<Self> {
        fs::create_dir_all(path)?;
        Ok(Self { path: path.into() })
    }

    pub(super) fn check(&self, _: &str) -> io::Result<()> {
        Ok(())
    }

    pub(super) fn sync(&self) -> io::Result<()> {
        Ok(())
    }
}

#[cfg(test)]
#[cfg(unix)]
mod tests {
    use super::*;
    use std::io::Write as _;
    use std::os::unix::fs::{PermissionsExt as _, chown, symlink};

    struct Folder(PathBuf);

    impl Folder {
        fn new(name: &str) -> Self {
            let path = std::env::temp_dir().join(format!("wimse-private-{name}-{}", std::process::id()));
            let _ = fs::remove_dir_all(&path);
            fs::create_dir(&path).unwrap();
            Self(path)
        }
    }

    impl Drop for Folder {
        fn drop(&mut self) {
            let _ = fs::remove_dir_all(&self.0);
        }
    }

    fn set_mode(path: &Path, mode: u32) {
        fs::set_permissions(path, fs::Permissions::from_mode(mode)).unwrap();
    }

    fn reason<T>(result: io::Result<T>) -> Result<(), String> {
        result.map(drop).map_err(|error| error.to_string())
    }

    #[test]
    fn a_folder_is_ours_alone() {
        let folder = Folder::new("modes");
        let open = || reason(PrivateFolder::open(&folder.0));
        for mode in [0o700, 0o755, 0o711] {
            set_mode(&folder.0, mode);
            assert_eq!(open(), Ok(()), "{mode:o}");
        }
        for mode in [0o720, 0o702, 0o775, 0o1777] {
            set_mode(&folder.0, mode);
            let refused = open().unwrap_err();
            assert!(
                refused.contains("may write to") && refused.contains(&format!("{mode:04o}")),
                "{refused}"
            );
        }
        set_mode(&folder.0, 0o700);
        assert_eq!(open(), Ok(()));
        assert_eq!(fs::read_dir(&folder.0).unwrap().count(), 0, "nothing is left behind");
    }

    /// Only root can give something away.
    #[test]
    fn what_belongs_to_others_is_refused() {
        let folder = Folder::new("owners");
        let ours = PrivateFolder::open(&folder.0).unwrap();
        drop(ours.make("keys").unwrap());
        assert_eq!(reason(ours.check("keys")), Ok(()));
        assert_eq!(reason(ours.check("nothing")), Ok(()));
        if chown(ours.path("keys"), Some(ours.owner + 4321), None).is_err() {
            let _ = writeln!(io::stderr(), "skipped: another user");
            return;
        }
        let refused = reason(ours.check("keys")).unwrap_err();
        assert!(refused.ends_with("keys belongs to another user"), "{refused}");
        chown(&folder.0, Some(ours.owner + 4321), None).unwrap();
        let refused = reason(PrivateFolder::open(&folder.0)).unwrap_err();
        assert!(refused.ends_with("belongs to another user"), "{refused}");
    }

    #[test]
    fn nothing_goes_through_a_link() {
        let (folder, other) = (Folder::new("links"), Folder::new("linked"));
        let ours = PrivateFolder::open(&folder.0).unwrap();
        let victim = other.0.join("victim");
        fs::write(&victim, "as it was").unwrap();
        set_mode(&victim, 0o600);
        symlink(&victim, ours.path("keys.new")).unwrap();
        ours.make("keys.new").unwrap().write_all(b"keys").unwrap();
        assert_eq!(fs::read(ours.path("keys.new")).unwrap(), b"keys");
        symlink(&victim, ours.path("lock")).unwrap();
        for refused in [reason(ours.check("lock")), reason(ours.lock("lock"))] {
            assert!(refused.unwrap_err().ends_with("lock is no regular file"));
        }
        assert_eq!(fs::read_to_string(&victim).unwrap(), "as it was");
        fs::remove_file(ours.path("lock")).unwrap();
        assert_eq!(reason(ours.lock("lock")), Ok(()));
    }
}
