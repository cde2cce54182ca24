//! What tests need that start programs.

use std::{io::Write, process::Command};

/// Whether there is a Python. Without one a test says so and passes, unless the comma list `WIMSE_REQUIRE` has "peers":
/// then it fails.
pub(crate) fn has_python() -> bool {
    let found = Command::new("python3").arg("--version").output().is_ok_and(|output| output.status.success());
    if !found {
        let required = std::env::var("WIMSE_REQUIRE").unwrap_or_default();
        assert!(!required.split(',').any(|name| name == "peers"), "required: python3");
        let _ = writeln!(std::io::stderr(), "skipped: python3");
    }
    found
}
