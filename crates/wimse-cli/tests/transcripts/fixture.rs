//! The files that every page finds in its folder.

use std::fs;
use std::path::{Path, PathBuf};

/// Copies them, with the modes that they have to have: version control keeps none.
pub(crate) fn copy_to(folder: &Path) {
    fs::create_dir_all(folder).unwrap();
    for entry in self::folder().read_dir().unwrap() {
        let from = entry.unwrap().path();
        let to = folder.join(from.file_name().unwrap());
        let content = fs::read(&from).unwrap();
        fs::write(&to, &content).unwrap();
        let content = String::from_utf8_lossy(&content);
        let is_private = content.contains("\"d\":") || content.contains("PRIVATE KEY");
        set_mode(&to, if is_private && !to.ends_with(READABLE) { 0o600 } else { 0o644 });
    }
}

pub(crate) fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/transcripts/fixture")
}

/// A private key that others can read, to be refused.
const READABLE: &str = "readable.jwk.json";

#[cfg(unix)]
fn set_mode(path: &Path, mode: u32) {
    use std::os::unix::fs::PermissionsExt as _;
    fs::set_permissions(path, fs::Permissions::from_mode(mode)).unwrap();
}

#[cfg(not(unix))]
fn set_mode(_: &Path, _: u32) {}
