//! How the cost of one operation grows with what an installation has more of: content, fields, domains, keys, proofs.

mod anchors;
mod body;
mod fields;
mod keys;
mod replay;

pub use anchors::domains;

use crate::Error;
use crate::interleave::{DEPTHS, at_depth};
use crate::library::Library;
use crate::operations::Side;
use crate::scenario::{Scenario, Suite, shown};
use std::time::Duration;

/// Something there can be more of.
pub struct Axis {
    /// A short name, for files.
    pub name: &'static str,
    /// What is drawn.
    pub title: &'static str,
    /// What there is more of, with its unit.
    pub x: &'static str,
    /// The lines.
    pub series: Vec<Series>,
}

/// One line.
pub struct Series {
    /// What is measured.
    pub name: String,
    /// How many there are, and the operation.
    pub points: Vec<(usize, Side)>,
}

impl Series {
    fn numbers(&self) -> Vec<usize> {
        self.points.iter().map(|(number, _)| *number).collect()
    }
}

/// An axis that is not made yet: only one should be there at a time.
pub type Make = fn(&[Scenario]) -> Result<Axis, Error>;

/// Every axis.
pub const AXES: [Make; 5] = [body::axis, fields::axis, anchors::axis, keys::axis, replay::axis];

/// The scenarios that the axes are about, by the backend that the crates choose.
///
/// # Errors
///
/// Any of the crates under test.
pub fn scenarios() -> Result<Vec<Scenario>, Error> {
    [Suite::ed25519(Library::Fastest), Suite::es256(Library::Fastest)]
        .into_iter()
        .map(Scenario::new)
        .collect()
}

/// The best time of one call at each point, in nanoseconds: what else a machine does makes it only longer. All points
/// take turns.
///
/// # Errors
///
/// If a call is refused.
pub fn measure(axis: &mut Axis) -> Result<Vec<Vec<(usize, f64)>>, Error> {
    let numbers: Vec<Vec<usize>> = axis.series.iter().map(Series::numbers).collect();
    let mut points: Vec<Timed<'_>> = Vec::new();
    for series in &mut axis.series {
        for (_, side) in &mut series.points {
            let mut timed = Timed { side, calls: 8, best: f64::INFINITY };
            timed.turn(&series.name)?;
            timed.turn(&series.name)?;
            #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
            let calls = (TURN.as_secs_f64() * 1e9 / timed.best.max(1.0)) as usize;
            timed.calls = calls.clamp(1, 4096);
            points.push(timed);
        }
    }
    for turn in 0..TURNS {
        for point in &mut points {
            at_depth(turn % DEPTHS, &mut || point.turn(axis.name))?;
        }
    }
    let mut best = points.into_iter().map(|point| point.best);
    Ok(numbers.into_iter().map(|numbers| numbers.into_iter().zip(&mut best).collect()).collect())
}

struct Timed<'s> {
    side: &'s mut Side,
    calls: usize,
    best: f64,
}

impl Timed<'_> {
    fn turn(&mut self, name: &str) -> Result<(), Error> {
        let (elapsed, done) = self.side.run(self.calls);
        if !done {
            return Err(format!("{name}: a call was refused").into());
        }
        #[allow(clippy::cast_precision_loss)]
        let one = elapsed.as_secs_f64() * 1e9 / self.calls as f64;
        self.best = self.best.min(one);
        Ok(())
    }
}

fn proof(scenario: &Scenario) -> &'static str {
    shown(scenario.suite.proof)
}

/// How often each point is measured, and for how long at least.
const TURNS: usize = 45;
const TURN: Duration = Duration::from_millis(2);
