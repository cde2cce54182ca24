//! Where the files of the repository are.

use serde_json::Value;
use std::path::{Path, PathBuf};
use std::{env, fs};
use wimse_benches::Error;

/// A file or folder of the repository. `cargo run` says where the manifest is; without it, the folder that the program is
/// started in is the root.
pub(crate) fn of(path: &str) -> PathBuf {
    let root =
        env::var_os("CARGO_MANIFEST_DIR").map_or_else(PathBuf::new, |folder| Path::new(&folder).join(".."));
    root.join(path)
}

/// What was measured last.
pub(crate) fn results() -> Result<Value, Error> {
    Ok(serde_json::from_slice(&fs::read(of(RESULTS))?)?)
}

pub(crate) fn write(path: &str, text: &str) -> Result<(), Error> {
    let path = of(path);
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder)?;
    }
    Ok(fs::write(path, text)?)
}

pub(crate) const RESULTS: &str = "benches/measured.json";
