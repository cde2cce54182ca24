//! How long the command `wimse` takes from start to end, beside a program that does nothing.

use serde_json::{Value, json};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};
use std::{env, fs};
use wimse_benches::Error;

/// A verification may take this much longer than doing nothing.
const LIMIT: Duration = Duration::from_millis(30);
const ROUNDS: usize = 60;
/// Everything happens at this time.
const NOW: &str = "1800000000";

/// Runs `wimse wit verify` on a good token and on a mebibyte of garbage, in turns with `true`.
///
/// # Errors
///
/// If the command cannot be run, judges otherwise than it should, or takes too long.
pub(crate) fn measure(program: &Path) -> Result<Value, Error> {
    let program = program.canonicalize()?;
    let folder = env::temp_dir().join(format!("wimse-startup-{}", std::process::id()));
    fs::create_dir(&folder)?;
    let measured = prepare(&program, &folder).and_then(|()| rounds(&program, &folder));
    fs::remove_dir_all(&folder)?;
    measured
}

fn prepare(program: &Path, folder: &Path) -> Result<(), Error> {
    let make = |arguments: &str| -> Result<Vec<u8>, Error> {
        let output = Command::new(program).args(arguments.split(' ')).current_dir(folder).output()?;
        let made = output.status.success().then_some(output.stdout);
        made.ok_or_else(|| format!("wimse {arguments}: {}", String::from_utf8_lossy(&output.stderr)).into())
    };
    make("key generate --alg ES256 --kid issuer --out issuer.jwk.json")?;
    make("key generate --alg Ed25519 --out workload.jwk.json")?;
    fs::write(folder.join("issuer.jwks.json"), make("key public issuer.jwk.json --format jwks")?)?;
    let issue =
        "wit issue --sub wimse://example.com/billing --key workload.jwk.json --issuer-key issuer.jwk.json";
    fs::write(folder.join("wit.jwt"), make(&format!("{issue} --now {NOW}"))?)?;
    let config = "[[domains]]\norigin = \"wimse://example.com\"\njwks = [\"issuer.jwks.json\"]\n";
    fs::write(folder.join("wimse.toml"), config)?;
    let garbage: Vec<u8> =
        (0..1_u32 << 20).map(|n| b"abc.-_\n\xff"[(n.wrapping_mul(2_654_435_761) >> 29) as usize]).collect();
    fs::write(folder.join("garbage"), garbage)?;
    Ok(())
}

fn rounds(program: &Path, folder: &Path) -> Result<Value, Error> {
    let verify = |file: &'static str| vec!["wit", "verify", file, "--now", NOW];
    let runs = [
        ("true", PathBuf::from("true"), vec![], 0),
        ("wimse wit verify, accepted", program.to_owned(), verify("wit.jwt"), 0),
        ("wimse wit verify, 1 MiB of garbage", program.to_owned(), verify("garbage"), 1),
    ];
    let mut times = vec![Vec::with_capacity(ROUNDS); runs.len()];
    for _ in 0..ROUNDS {
        for ((name, program, arguments, expected), times) in runs.iter().zip(&mut times) {
            let mut command = Command::new(program);
            command.args(arguments).current_dir(folder).stdout(Stdio::null()).stderr(Stdio::null());
            let start = Instant::now();
            let status = command.status()?;
            times.push(start.elapsed());
            if status.code() != Some(*expected) {
                return Err(format!("{name} ended with {status}").into());
            }
        }
    }
    let medians: Vec<Duration> = times.iter_mut().map(|times| median(times)).collect();
    let nothing = medians.first().copied().unwrap_or_default();

    let mut out = io::stdout().lock();
    writeln!(out, "start to end, medians of {ROUNDS} turns")?;
    let mut rows = Vec::new();
    let mut late = Vec::new();
    for ((name, ..), median) in runs.iter().zip(&medians) {
        let more = median.saturating_sub(nothing);
        let (ms, more_ms) = (median.as_secs_f64() * 1000.0, more.as_secs_f64() * 1000.0);
        writeln!(out, "  {name:<37} {ms:>8.2} ms  {more_ms:>8.2} ms more than true")?;
        rows.push(json!({ "run": name, "median_ms": ms, "more_than_true_ms": more_ms }));
        if more > LIMIT {
            late.push(*name);
        }
    }
    if late.is_empty() {
        Ok(Value::from(rows))
    } else {
        Err(format!("over {LIMIT:?}: {}", late.join(", ")).into())
    }
}

fn median(times: &mut [Duration]) -> Duration {
    times.sort_unstable();
    times.get(times.len() / 2).copied().unwrap_or_default()
}
