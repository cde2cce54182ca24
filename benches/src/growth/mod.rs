//! How the cost of one operation grows with what an installation has more of: content, fields, domains, keys, proofs.

mod anchors;
mod body;
mod fields;
mod keys;
mod replay;

pub use anchors::domains;

use crate::Error;
use crate::interleave::median;
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

/// The median time of one call at each point, in nanoseconds. All points take turns, so that a machine that slows
/// down slows all of them.
///
/// # Errors
///
/// If a call is refused.
pub fn measure(axis: &mut Axis) -> Result<Vec<Vec<(usize, f64)>>, Error> {
    let numbers: Vec<Vec<usize>> = axis.series.iter().map(Series::numbers).collect();
    let mut points: Vec<Timed<'_>> = Vec::new();
    for series in &mut axis.series {
        for (_, side) in &mut series.points {
            let mut timed = Timed { side, calls: 8, times: Vec::new() };
            timed.turn(&series.name)?;
            timed.turn(&series.name)?;
            let one = timed.times.pop().unwrap_or(1.0);
            #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
            let calls = (TURN.as_secs_f64() * 1e9 / one.max(1.0)) as usize;
            timed.calls = calls.clamp(1, 4096);
            timed.times.clear();
            points.push(timed);
        }
    }
    for _ in 0..TURNS {
        for point in &mut points {
            point.turn(axis.name)?;
        }
    }
    let mut medians = points.into_iter().map(|point| median(point.times.into_iter()));
    Ok(numbers.into_iter().map(|numbers| numbers.into_iter().zip(&mut medians).collect()).collect())
}

struct Timed<'s> {
    side: &'s mut Side,
    calls: usize,
    times: Vec<f64>,
}

impl Timed<'_> {
    fn turn(&mut self, name: &str) -> Result<(), Error> {
        let (elapsed, done) = self.side.run(self.calls);
        if !done {
            return Err(format!("{name}: a call was refused").into());
        }
        #[allow(clippy::cast_precision_loss)]
        self.times.push(elapsed.as_secs_f64() * 1e9 / self.calls as f64);
        Ok(())
    }
}

fn proof(scenario: &Scenario) -> &'static str {
    shown(scenario.suite.proof)
}

/// How often each point is measured, and for how long at least.
const TURNS: usize = 41;
const TURN: Duration = Duration::from_millis(2);
