//! Vectors of others, which are not part of this repository.

#![allow(dead_code, reason = "not every test file uses all of it")]

pub(crate) mod received;

use serde_json::Value;
use std::io::Write as _;
use std::path::{Path, PathBuf};

/// The folder named by `WIMSE_VECTORS`.
///
/// Without it a test says so and passes, unless the comma list `WIMSE_REQUIRE` has "vectors": then it fails.
pub(crate) fn vectors() -> Option<PathBuf> {
    if let Some(folder) = std::env::var_os("WIMSE_VECTORS") {
        return Some(folder.into());
    }
    let required = std::env::var("WIMSE_REQUIRE").unwrap_or_default();
    assert!(
        !required.split(',').any(|word| word.trim() == "vectors"),
        "WIMSE_VECTORS is required and not set"
    );
    let mut stderr = std::io::stderr();
    writeln!(stderr, "skipped: vectors").unwrap();
    None
}

/// Reads a JSON file that must be there.
pub(crate) fn json(path: &Path) -> Value {
    let text = std::fs::read(path);
    let text = text.unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    serde_json::from_slice(&text).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}
