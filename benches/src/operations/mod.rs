//! The operations, each beside its floor.

mod http_signature;
pub mod identifier;
mod key;
mod replay;
mod request;
mod wit;
mod wpt;

use crate::Error;
use crate::scenario::Scenario;
use std::rc::Rc;
use std::time::{Duration, Instant};
use wimse_creds::key::Algorithm;

/// An operation of the crates, and the least that could do the same.
pub struct Operation {
    /// What it belongs to.
    pub group: &'static str,
    /// The largest ratio that is good enough.
    pub target: Option<f64>,
    /// The operation.
    pub ours: Side,
    /// Its floor.
    pub floor: Side,
}

/// An operation that is not made yet. Only one should be there at a time, so that they do not crowd each other's caches.
pub struct Planned {
    /// What it does.
    pub name: String,
    make: Box<dyn FnOnce() -> Result<Operation, Error>>,
}

impl Planned {
    fn new(name: impl Into<String>, make: impl FnOnce() -> Result<Operation, Error> + 'static) -> Self {
        Self { name: name.into(), make: Box::new(make) }
    }

    /// Makes messages and verifiers.
    ///
    /// # Errors
    ///
    /// Any of the crates under test.
    pub fn make(self) -> Result<Operation, Error> {
        (self.make)()
    }
}

/// Every operation, in the order of the report.
///
/// # Errors
///
/// Any of the crates under test, while keys and tokens are made.
pub fn all() -> Result<Vec<Planned>, Error> {
    let ed25519 = Rc::new(Scenario::new(Algorithm::Ed25519)?);
    let es256 = Rc::new(Scenario::new(Algorithm::Es256)?);
    let both = [&ed25519, &es256];
    let mut all = Vec::new();
    all.extend(both.into_iter().flat_map(request::all));
    all.extend(both.into_iter().flat_map(wpt::all));
    all.extend(both.into_iter().flat_map(http_signature::all));
    all.extend(wit::all(&ed25519, &es256));
    all.extend(both.into_iter().flat_map(key::all));
    all.extend([52, 2048].map(identifier::parse));
    all.push(replay::insert(&ed25519));
    Ok(all)
}

/// Something that is called many times.
pub struct Side {
    prepare: Box<dyn FnMut(usize)>,
    call: Box<dyn FnMut() -> bool>,
}

impl Side {
    fn new(call: impl FnMut() -> bool + 'static) -> Self {
        Self { prepare: Box::new(|_| {}), call: Box::new(call) }
    }

    /// `prepare` is told how many calls come next, and is not measured.
    fn prepared(prepare: impl FnMut(usize) + 'static, call: impl FnMut() -> bool + 'static) -> Self {
        Self { prepare: Box::new(prepare), call: Box::new(call) }
    }

    /// The time of this many calls, and whether all did what they should.
    #[must_use]
    pub fn run(&mut self, calls: usize) -> (Duration, bool) {
        (self.prepare)(calls);
        let mut done = true;
        let start = Instant::now();
        for _ in 0..calls {
            done &= (self.call)();
        }
        (start.elapsed(), done)
    }

    /// What a meter shows before and after this many calls.
    pub fn watched<T>(&mut self, calls: usize, meter: impl Fn() -> T) -> (T, T) {
        (self.prepare)(calls);
        let before = meter();
        for _ in 0..calls {
            (self.call)();
        }
        (before, meter())
    }
}

fn algorithm(scenario: &Scenario) -> Algorithm {
    scenario.callers[0].credential.algorithm()
}
