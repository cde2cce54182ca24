//! The operations, each beside its floor.

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
    /// What it does.
    pub name: String,
    /// The largest ratio that is good enough.
    pub target: Option<f64>,
    /// The operation.
    pub ours: Side,
    /// Its floor.
    pub floor: Side,
}

/// Makes one operation; only one should be there at a time, so that they do not crowd each other's caches.
pub type Make = Box<dyn FnOnce() -> Result<Operation, Error>>;

/// Every operation, in the order of the report.
///
/// # Errors
///
/// Any of the crates under test, while keys and tokens are made.
pub fn all() -> Result<Vec<Make>, Error> {
    let ed25519 = Rc::new(Scenario::new(Algorithm::Ed25519)?);
    let es256 = Rc::new(Scenario::new(Algorithm::Es256)?);
    let both = || [Rc::clone(&ed25519), Rc::clone(&es256)];
    let mut all: Vec<Make> = Vec::new();
    for scenario in both() {
        let other = Rc::clone(&scenario);
        all.push(Box::new(move || request::cold(&scenario)));
        all.push(Box::new(move || request::warm(&other)));
    }
    for scenario in both() {
        let other = Rc::clone(&scenario);
        all.push(Box::new(move || Ok(wpt::create(&scenario))));
        all.push(Box::new(move || wpt::verify(&other)));
    }
    for issuer in [Algorithm::Es256, Algorithm::Ed25519] {
        all.push(Box::new(move || wit::issue(issuer)));
    }
    for scenario in both() {
        all.push(Box::new(move || Ok(wit::verify(&scenario))));
    }
    let scenario = Rc::clone(&ed25519);
    all.push(Box::new(move || wit::verify_cached(&scenario)));
    for scenario in both() {
        let other = Rc::clone(&scenario);
        all.push(Box::new(move || Ok(key::parse_jwk(&scenario))));
        all.push(Box::new(move || Ok(key::thumbprint(&other))));
    }
    for bytes in [52, 2048] {
        all.push(Box::new(move || identifier::parse(bytes)));
    }
    all.push(Box::new(move || replay::insert(&ed25519)));
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
