//! The machine, named so that numbers can be compared.

use serde_json::{Value, json};
use std::process::Command;
use std::{env, fs, thread};

/// Model, number and kind of its processors, and the compiler.
pub(crate) fn describe() -> Value {
    let info = fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let model = info.lines().find_map(|line| line.strip_prefix("model name")?.split_once(": "));
    let rustc =
        Command::new(env::var_os("RUSTC").unwrap_or_else(|| "rustc".into())).arg("--version").output();
    let rust = rustc.ok().and_then(|output| String::from_utf8(output.stdout).ok()).unwrap_or_default();
    let version = rust.split_whitespace().nth(1).unwrap_or("of unknown version");
    json!({
        "processor": model.map_or("unknown processor", |(_, model)| model.trim()),
        "cores": thread::available_parallelism().map_or(0, usize::from),
        "architecture": env::consts::ARCH,
        "system": env::consts::OS,
        "rust": version,
    })
}
