//! A whole request: WIT, WPT and replay.

use super::{Operation, Planned, Side, proof};
use crate::Error;
use crate::peers::wimsey;
use crate::primitive::sha256;
use crate::scenario::{EverNew, NOW, Scenario, Turn, shown};
use std::hint::black_box;
use std::rc::Rc;
use wimse_creds::limits;

/// The largest ratio of a whole request to its floor.
const TARGET: f64 = 1.05;

/// Every operation, for keys of one kind.
pub(super) fn all(scenario: &Rc<Scenario>) -> [Planned; 2] {
    let (keys, own, other) = (keys(scenario), Rc::clone(scenario), Rc::clone(scenario));
    [
        Planned::new("whole request, cold", keys.clone(), move || cold(&own)),
        Planned::new("whole request, warm", keys, move || warm(&other)),
    ]
}

/// The WIT is not known: two signatures, the import of a key, and the hash that binds the proof to the WIT.
fn cold(scenario: &Rc<Scenario>) -> Result<Operation, Error> {
    let floor = Rc::clone(scenario);
    let turn = Turn::default();
    let floor = Side::new(move || {
        let caller = &floor.callers[turn.next()];
        let wit = &caller.wit_signed;
        let vouched = floor.issuer_public.verify(&wit.input, &wit.signature);
        let Some(key) = caller.point.import() else { return false };
        black_box(sha256(caller.credential.wit().as_str().as_bytes()));
        vouched && key.verify(&caller.proof_signed.input, &caller.proof_signed.signature)
    });
    let operation = Operation::new("request", verify(scenario, 0)?, floor);
    Ok(operation.target(TARGET).peer(wimsey::request(scenario)?))
}

/// The WIT is in the cache: one signature and one hash. The peer has no cache and verifies both tokens.
fn warm(scenario: &Rc<Scenario>) -> Result<Operation, Error> {
    let operation = Operation::new("request", verify(scenario, limits::CACHED_TOKENS)?, warm_floor(scenario));
    Ok(operation.target(TARGET).peer(wimsey::request(scenario)?))
}

/// What keys a request has: those of the proof, and those of the WIT where they are of another algorithm.
fn keys(scenario: &Scenario) -> String {
    let (wit, proof) = (shown(scenario.suite.issuer), proof(scenario));
    if wit == proof { proof.to_owned() } else { format!("{proof}, WIT by {wit}") }
}

pub(super) fn warm_floor(scenario: &Rc<Scenario>) -> Side {
    let scenario = Rc::clone(scenario);
    let turn = Turn::default();
    Side::new(move || {
        let caller = &scenario.callers[turn.next()];
        black_box(sha256(caller.credential.wit().as_str().as_bytes()));
        caller.public.verify(&caller.proof_signed.input, &caller.proof_signed.signature)
    })
}

fn verify(scenario: &Rc<Scenario>, cached: usize) -> Result<Side, Error> {
    let service = scenario.service(cached)?;
    let scenario = Rc::clone(scenario);
    let (turn, guard) = (Turn::default(), EverNew::default());
    Ok(Side::new(move || {
        let caller = &scenario.callers[turn.next()];
        black_box(service.verify(&caller.request, &guard, NOW)).is_ok()
    }))
}
