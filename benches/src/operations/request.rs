//! A whole request: WIT, WPT and replay.

use super::{Operation, Planned, Side, algorithm};
use crate::Error;
use crate::primitive::sha256;
use crate::scenario::{EverNew, NOW, Scenario, Turn};
use std::hint::black_box;
use std::rc::Rc;
use wimse_creds::limits;

/// The largest ratio of a whole request to its floor.
const TARGET: f64 = 1.10;

/// Every operation, for proofs of one algorithm.
pub(super) fn all(scenario: &Rc<Scenario>) -> [Planned; 2] {
    let (algorithm, own, other) = (algorithm(scenario), Rc::clone(scenario), Rc::clone(scenario));
    [
        Planned::new(format!("whole request, cold, {algorithm}"), move || cold(&own)),
        Planned::new(format!("whole request, warm, {algorithm}"), move || warm(&other)),
    ]
}

/// The WIT is not known: two signatures, the import of a key, and the hash that binds the proof to the WIT.
fn cold(scenario: &Rc<Scenario>) -> Result<Operation, Error> {
    let floor = Rc::clone(scenario);
    let turn = Turn::default();
    Ok(Operation {
        group: "request",
        target: Some(TARGET),
        ours: verify(scenario, 0)?,
        floor: Side::new(move || {
            let caller = &floor.callers[turn.next()];
            let wit = &caller.wit_signed;
            let vouched = floor.issuer_public.verify(&wit.input, &wit.signature);
            let Some(key) = caller.point.import() else { return false };
            black_box(sha256(caller.credential.wit().as_str().as_bytes()));
            vouched && key.verify(&caller.proof_signed.input, &caller.proof_signed.signature)
        }),
    })
}

/// The WIT is in the cache: one signature and one hash.
fn warm(scenario: &Rc<Scenario>) -> Result<Operation, Error> {
    Ok(Operation {
        group: "request",
        target: Some(TARGET),
        ours: verify(scenario, limits::CACHED_TOKENS)?,
        floor: warm_floor(scenario),
    })
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
