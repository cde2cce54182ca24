//! The operations, each beside its floor.

mod http_signature;
pub mod identifier;
mod key;
pub mod message;
mod mtls;
mod replay;
mod request;
mod wit;
mod wpt;

use crate::Error;
use crate::library::Library;
use crate::peers::{self, Peer};
use crate::scenario::{Scenario, Suite, shown};
use std::rc::Rc;
use std::time::{Duration, Instant};

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
    /// Others that do the same work.
    pub peers: Vec<Peer>,
}

impl Operation {
    fn new(group: &'static str, ours: Side, floor: Side) -> Self {
        Self { group, target: None, ours, floor, peers: Vec::new() }
    }

    fn target(self, target: f64) -> Self {
        Self { target: Some(target), ..self }
    }

    fn peer(mut self, peer: Peer) -> Self {
        self.peers.push(peer);
        self
    }
}

/// An operation that is not made yet. Only one should be there at a time, so that they do not crowd each other's caches.
pub struct Planned {
    /// What it does.
    pub work: String,
    /// With which keys; empty where there are none.
    pub keys: String,
    make: Box<dyn FnOnce() -> Result<Operation, Error>>,
}

impl Planned {
    fn new(
        work: impl Into<String>,
        keys: impl Into<String>,
        make: impl FnOnce() -> Result<Operation, Error> + 'static,
    ) -> Self {
        Self { work: work.into(), keys: keys.into(), make: Box::new(make) }
    }

    /// Work and keys.
    #[must_use]
    pub fn name(&self) -> String {
        if self.keys.is_empty() { self.work.clone() } else { format!("{}, {}", self.work, self.keys) }
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

/// Every operation with cryptography, in the order of the report, done by one library.
///
/// # Errors
///
/// Any of the crates under test, while keys and tokens are made.
pub fn all(library: Library) -> Result<Vec<Planned>, Error> {
    peers::jsonwebtoken::choose(library);
    let mixed = Rc::new(Scenario::new(Suite::mixed(library))?);
    let es256 = Rc::new(Scenario::new(Suite::es256(library))?);
    let ed25519 = Rc::new(Scenario::new(Suite::ed25519(library))?);
    let each = [&mixed, &es256, &ed25519];
    // Where the WIT is in the cache, it does not matter what signed it.
    let each_proof = [&ed25519, &es256];
    let mut all = Vec::new();
    all.extend(each.into_iter().flat_map(request::all));
    all.extend(each_proof.into_iter().flat_map(wpt::all));
    all.extend(each_proof.into_iter().flat_map(http_signature::all));
    all.extend(each_proof.into_iter().flat_map(message::all));
    all.extend(each_proof.into_iter().map(wit::issue));
    all.extend(each.into_iter().map(wit::verify));
    if library == Library::Fastest {
        // A key that is read is for the backend that the crates choose.
        all.extend(each_proof.into_iter().flat_map(key::all));
    }
    Ok(all)
}

/// Every operation without cryptography, and those of certificates, whose cryptography is that of the TLS provider: the
/// same for all libraries.
///
/// # Errors
///
/// Any of the crates under test, while keys and tokens are made.
pub fn plain() -> Result<Vec<Planned>, Error> {
    let scenario = Rc::new(Scenario::new(Suite::mixed(Library::Fastest))?);
    let mut plain = vec![wit::verify_cached(&scenario)];
    plain.extend([52, 2048].map(identifier::parse));
    plain.push(replay::insert(&scenario));
    plain.extend(mtls::all());
    Ok(plain)
}

/// Something that is called many times.
pub struct Side {
    prepare: Box<dyn FnMut(usize)>,
    call: Box<dyn FnMut() -> bool>,
}

impl Side {
    pub(crate) fn new(call: impl FnMut() -> bool + 'static) -> Self {
        Self { prepare: Box::new(|_| {}), call: Box::new(call) }
    }

    /// `prepare` is told how many calls come next, and is not measured.
    pub(crate) fn prepared(
        prepare: impl FnMut(usize) + 'static,
        call: impl FnMut() -> bool + 'static,
    ) -> Self {
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

/// The name of the algorithm of proofs.
fn proof(scenario: &Scenario) -> &'static str {
    shown(scenario.suite.proof)
}
