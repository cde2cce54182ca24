//! An operation and its floor, measured in turns in one process.
//!
//! Absolute times drift with the machine; both sides of a round drift alike. So the result is the median of the
//! ratios of many short rounds, and which side goes first alternates.

use crate::Error;
use crate::operations::{Operation, Side};
use std::time::{Duration, Instant};

/// What came out.
#[derive(Debug, Clone, Copy)]
pub struct Measured {
    /// Median time of one call of the operation, in nanoseconds.
    pub ours_ns: f64,
    /// Median time of one call of the floor, in nanoseconds.
    pub floor_ns: f64,
    /// Median of the ratios of the rounds.
    pub ratio: f64,
    /// How many rounds.
    pub rounds: usize,
}

/// Measures for about this long, and for 31 rounds at least.
///
/// # Errors
///
/// If a call is refused: it would be a measurement of something else.
pub fn measure(operation: &mut Operation, budget: Duration) -> Result<Measured, Error> {
    // Both sides warm.
    for side in [&mut operation.ours, &mut operation.floor] {
        batch(side, 64)?;
    }
    let one = batch(&mut operation.ours, 64)? / 64.0;
    let calls = ROUND_NS / one.max(1.0);
    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
    let calls = (calls as usize).clamp(1, 4096);

    let mut rounds = Vec::new();
    let start = Instant::now();
    while rounds.len() < MIN_ROUNDS || start.elapsed() < budget {
        let (ours, floor) = if rounds.len() % 2 == 0 {
            let ours = batch(&mut operation.ours, calls)?;
            (ours, batch(&mut operation.floor, calls)?)
        } else {
            let floor = batch(&mut operation.floor, calls)?;
            (batch(&mut operation.ours, calls)?, floor)
        };
        #[allow(clippy::cast_precision_loss)]
        rounds.push((ours / calls as f64, floor / calls as f64));
    }
    Ok(Measured {
        ours_ns: median(rounds.iter().map(|round| round.0)),
        floor_ns: median(rounds.iter().map(|round| round.1)),
        ratio: median(rounds.iter().map(|round| round.0 / round.1)),
        rounds: rounds.len(),
    })
}

/// The time of this many calls in nanoseconds, without what prepares them.
fn batch(side: &mut Side, calls: usize) -> Result<f64, Error> {
    let (elapsed, done) = side.run(calls);
    if done { Ok(elapsed.as_secs_f64() * 1e9) } else { Err("a call was refused".into()) }
}

fn median(values: impl Iterator<Item = f64>) -> f64 {
    let mut values: Vec<f64> = values.collect();
    values.sort_by(f64::total_cmp);
    values.get(values.len() / 2).copied().unwrap_or(f64::NAN)
}

/// The length of one side of a round: short beside the time slices of an operating system.
const ROUND_NS: f64 = 2_000_000.0;
const MIN_ROUNDS: usize = 31;
