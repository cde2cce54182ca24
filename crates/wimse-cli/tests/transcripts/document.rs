//! Documents of `--json` that are compared byte by byte. In pages `trycmd` takes backslashes for parts of paths, and
//! changes them.

use serde::Deserialize;
use std::fs;
use std::path::{Path, PathBuf};

/// A command that prints a document.
#[derive(Debug, Deserialize)]
pub(crate) struct Case {
    pub(crate) args: String,
    #[serde(default)]
    pub(crate) status: Status,
}

#[derive(Debug, Default, Deserialize)]
pub(crate) struct Status {
    pub(crate) code: i32,
}

/// The folder of the cases.
pub(crate) fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/transcripts/json")
}

/// All cases, with their files.
pub(crate) fn all() -> Vec<(PathBuf, Case)> {
    let files = folder().read_dir().unwrap().map(|entry| entry.unwrap().path());
    let mut files: Vec<_> = files.filter(|file| file.extension().is_some_and(|end| end == "toml")).collect();
    files.sort();
    assert!(files.len() > 30, "{}", files.len());
    let read = |file: &PathBuf| toml::from_str(&fs::read_to_string(file).unwrap()).unwrap();
    files.into_iter().map(|file| (file.clone(), read(&file))).collect()
}
