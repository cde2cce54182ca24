//! An operation, its floor and its peers, measured in turns in one process.
//!
//! Absolute times drift with the machine; all sides of a round drift alike. So the result is the median of the
//! ratios of many short rounds, and which side goes first alternates.

use crate::Error;
use crate::operations::{Operation, Side};
use std::hint::black_box;
use std::time::{Duration, Instant};

/// What came out.
#[derive(Debug, Clone)]
pub struct Measured {
    /// Median time of one call of the operation, in nanoseconds.
    pub ours_ns: f64,
    /// Its floor.
    pub floor: Beside,
    /// Its peers.
    pub peers: Vec<Beside>,
    /// How many rounds.
    pub rounds: usize,
}

/// What is measured beside the operation.
#[derive(Debug, Clone, Copy)]
pub struct Beside {
    /// Median time of one call, in nanoseconds.
    pub ns: f64,
    /// Median, over the rounds, of the time of the operation divided by this time.
    pub ratio: f64,
}

/// Measures for about this long, and for 31 rounds at least.
///
/// # Errors
///
/// If a call is refused: it would be a measurement of something else.
pub fn measure(operation: &mut Operation, budget: Duration) -> Result<Measured, Error> {
    let peers = operation.peers.iter_mut().map(|peer| (&mut peer.side, peer.name.as_str()));
    let others = [(&mut operation.floor, "the floor")].into_iter().chain(peers);
    let sides = [(&mut operation.ours, "ours")].into_iter().chain(others);
    let mut sides = sides.map(|(side, name)| Timed::warm(side, name)).collect::<Result<Vec<_>, _>>()?;

    let start = Instant::now();
    let mut rounds = 0;
    while rounds < MIN_ROUNDS || start.elapsed() < budget {
        for side in &mut sides {
            at_depth(rounds % DEPTHS, &mut || side.round())?;
        }
        sides.reverse();
        rounds += 1;
    }
    if rounds % 2 == 1 {
        sides.reverse();
    }
    let [ours, others @ ..] = &sides[..] else { return Err("nothing to measure".into()) };
    let mut others = others.iter().map(|other| other.beside(ours));
    Ok(Measured {
        ours_ns: median(ours.times.iter().copied()),
        floor: others.next().ok_or("no floor")?,
        peers: others.collect(),
        rounds,
    })
}

/// One side, with the times of a call in each round.
struct Timed<'s> {
    side: &'s mut Side,
    name: String,
    calls: usize,
    times: Vec<f64>,
}

impl<'s> Timed<'s> {
    fn warm(side: &'s mut Side, name: &str) -> Result<Self, Error> {
        let mut timed = Self { side, name: name.to_owned(), calls: 64, times: Vec::new() };
        timed.round()?;
        timed.round()?;
        let one = timed.times.pop().unwrap_or(1.0);
        #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
        let calls = (ROUND_NS / one.max(1.0)) as usize;
        timed.calls = calls.clamp(1, 4096);
        timed.times.clear();
        Ok(timed)
    }

    /// Without what prepares the calls.
    fn round(&mut self) -> Result<(), Error> {
        let (elapsed, done) = self.side.run(self.calls);
        if !done {
            return Err(format!("a call of {} was refused", self.name).into());
        }
        #[allow(clippy::cast_precision_loss)]
        self.times.push(elapsed.as_secs_f64() * 1e9 / self.calls as f64);
        Ok(())
    }

    fn beside(&self, ours: &Self) -> Beside {
        Beside {
            ns: median(self.times.iter().copied()),
            ratio: median(ours.times.iter().zip(&self.times).map(|(ours, other)| ours / other)),
        }
    }
}

/// The one in the middle.
pub fn median(values: impl Iterator<Item = f64>) -> f64 {
    let mut values: Vec<f64> = values.collect();
    values.sort_by(f64::total_cmp);
    values.get(values.len() / 2).copied().unwrap_or(f64::NAN)
}

/// Calls with this much more on the stack. Where its stack lies can make a signature a fifth slower, for as long as a
/// process lives: so it lies elsewhere in each round.
#[inline(never)]
pub(crate) fn at_depth(depth: usize, call: &mut dyn FnMut() -> Result<(), Error>) -> Result<(), Error> {
    let room = black_box([0_u8; 240]);
    let result = if depth == 0 { call() } else { at_depth(depth - 1, call) };
    black_box(room);
    result
}

/// The length of one side of a round: short beside the time slices of an operating system.
const ROUND_NS: f64 = 2_000_000.0;
const MIN_ROUNDS: usize = 31;
/// Some 4 KiB in all, after which addresses look alike to a processor.
pub(crate) const DEPTHS: usize = 15;
