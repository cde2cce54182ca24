//! What tests need that start programs.

use std::{io::Write, process::Command};

/// Whether this program is there, told by what it does with these arguments. Without it a test says so and passes,
/// unless the comma list `WIMSE_REQUIRE` has "peers": then it fails.
pub(crate) fn has(program: &str, arguments: &[&str]) -> bool {
    let found = Command::new(program).args(arguments).output().is_ok_and(|output| output.status.success());
    if !found {
        let required = std::env::var("WIMSE_REQUIRE").unwrap_or_default();
        assert!(!required.split(',').any(|name| name == "peers"), "required: {program} {arguments:?}");
        let _ = writeln!(std::io::stderr(), "skipped: {program} {arguments:?}");
    }
    found
}
