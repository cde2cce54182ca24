//! What `wimse --version` tells: the build, and what it signs and verifies with.

use std::sync::LazyLock;
use wimse::creds::key::{Algorithm, Backend};

/// The version, with crypto backends and algorithms. `-V` has the number alone.
pub(crate) fn long() -> &'static str {
    static TEXT: LazyLock<String> = LazyLock::new(|| {
        let backends: Vec<&str> = Backend::available().map(Backend::name).collect();
        let algorithms: Vec<&str> = Algorithm::all().map(Algorithm::name).collect();
        format!(
            "{}\n  backends    {}\n  algorithms  {}",
            env!("CARGO_PKG_VERSION"),
            backends.join(", "),
            algorithms.join(", ")
        )
    });
    &TEXT
}
