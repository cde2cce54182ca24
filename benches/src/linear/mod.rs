//! Work beside the size of its input: doubling the input at most doubles the work.

mod claims;
mod inputs;
mod keys;
mod proof;
mod signature_base;
mod signature_fields;
mod wit;

use crate::Error;
use std::time::{Duration, Instant};

/// A parser and a shape of input that could be expensive for it.
pub struct Case {
    /// What is parsed, and the shape.
    pub name: &'static str,
    /// Sizes to try, in bytes (roughly) or numbers of things; each is the double of the one before.
    pub sizes: Vec<usize>,
    make: Box<dyn Fn(usize) -> Result<Input, Error>>,
}

/// One input of a case.
pub struct Input {
    /// Its length.
    pub bytes: usize,
    parse: Box<dyn FnMut() -> bool>,
}

impl Input {
    fn new(bytes: usize, parse: impl FnMut() -> bool + 'static) -> Self {
        Self { bytes, parse: Box::new(parse) }
    }

    /// Parses once; whether the result was the expected one (for some shapes a refusal).
    pub fn parse(&mut self) -> bool {
        (self.parse)()
    }
}

impl Case {
    fn new(
        name: &'static str,
        smallest: usize,
        largest: usize,
        make: impl Fn(usize) -> Result<Input, Error> + 'static,
    ) -> Self {
        let sizes = std::iter::successors(Some(smallest), |size| Some(size * 2));
        Self { name, sizes: sizes.take_while(|size| *size <= largest).collect(), make: Box::new(make) }
    }

    /// Makes the input of a size.
    ///
    /// # Errors
    ///
    /// If the crates under test make none.
    pub fn input(&self, size: usize) -> Result<Input, Error> {
        (self.make)(size)
    }
}

/// Every case.
///
/// # Errors
///
/// Any of the crates under test, while keys and tokens are made.
pub fn all() -> Result<Vec<Case>, Error> {
    let mut all = claims::cases();
    all.extend(wit::cases());
    all.extend(proof::cases()?);
    all.extend(keys::cases()?);
    all.extend(signature_fields::cases());
    all.extend(signature_base::cases());
    Ok(all)
}

/// The time of one input.
#[derive(Debug, Clone, Copy)]
pub struct Point {
    /// The length of the input.
    pub bytes: usize,
    /// The best time in nanoseconds.
    pub ns: f64,
}

/// The best time of each size. All sizes take turns, so that a machine that slows down slows all of them.
///
/// # Errors
///
/// If a result was not the expected one.
pub fn measure(case: &Case) -> Result<Vec<Point>, Error> {
    let inputs: Result<Vec<Input>, Error> = case.sizes.iter().map(|size| case.input(*size)).collect();
    let mut inputs = inputs?;
    let mut points: Vec<Point> =
        inputs.iter().map(|input| Point { bytes: input.bytes, ns: f64::INFINITY }).collect();
    let (start, mut turns) = (Instant::now(), 0);
    while turns < 3 || (start.elapsed() < PATIENCE && turns < 200) {
        for (input, point) in inputs.iter_mut().zip(&mut points) {
            point.ns = point.ns.min(time(input)?);
        }
        turns += 1;
    }
    Ok(points)
}

/// Small inputs several times, since clocks are coarse.
fn time(input: &mut Input) -> Result<f64, Error> {
    let calls = if input.bytes < 64 * 1024 { 16 } else { 1 };
    let clock = Instant::now();
    for _ in 0..calls {
        if !input.parse() {
            return Err("an unexpected result".into());
        }
    }
    Ok(clock.elapsed().as_secs_f64() * 1e9 / f64::from(calls))
}

/// By how much the time grows when the input doubles: 2 is linear.
#[must_use]
pub fn growth(smaller: Point, larger: Point) -> f64 {
    #[allow(clippy::cast_precision_loss)]
    let doublings = (larger.bytes as f64 / smaller.bytes as f64).log2();
    (larger.ns / smaller.ns).powf(1.0 / doublings)
}

/// By how much the time grows per doubling from the first point to the last.
#[must_use]
pub fn overall_growth(points: &[Point]) -> f64 {
    match points {
        [first, .., last] => growth(*first, *last),
        _ => f64::NAN,
    }
}

const PATIENCE: Duration = Duration::from_millis(600);

/// The largest token that is tried: 16 MiB, a thousand times the default limit.
const LARGEST: usize = 16 * 1024 * 1024;
