//! The Workload Identity Token alone.

use super::{Operation, Planned, Side};
use crate::Error;
use crate::peers::{josekit, jsonwebtoken, wimsey};
use crate::primitive::Secret;
use crate::scenario::{NOW, Scenario, Turn, claims, shown};
use std::collections::HashMap;
use std::hint::black_box;
use std::rc::Rc;
use std::sync::Arc;
use wimse_creds::limits;

/// Issues a WIT for a caller. The floor: one signature. (The operation reads its own token back.)
pub(super) fn issue(scenario: &Rc<Scenario>) -> Planned {
    let (keys, scenario) = (shown(scenario.suite.issuer), Rc::clone(scenario));
    Planned::new("WIT issue", keys, move || {
        let secret = Secret::of(&scenario.issuer)?;
        let caller = &scenario.callers[0];
        let claims = claims(0, caller.credential.public_key())?;
        let signing_input = caller.wit_signed.input.clone();
        let floor = Side::new(move || {
            secret.sign(&signing_input);
            true
        });
        let ours = Rc::clone(&scenario);
        let ours = Side::new(move || black_box(claims.sign(&ours.issuer)).is_ok());
        Ok(Operation::new("wit", ours, floor)
            .peer(wimsey::issue_wit(&scenario)?)
            .peer(jsonwebtoken::issue_wit(&scenario)?)
            .peer(josekit::issue_wit(&scenario)?))
    })
}

/// Verifies a WIT anew. The floor: one signature by a kept key, and the import of the key in `cnf`.
pub(super) fn verify(scenario: &Rc<Scenario>) -> Planned {
    let keys = format!("{}, cnf {}", shown(scenario.suite.issuer), shown(scenario.suite.proof));
    let scenario = Rc::clone(scenario);
    Planned::new("WIT verify, cold", keys, move || {
        let wits = scenario.wits(0);
        let (ours, floor) = (Rc::clone(&scenario), Rc::clone(&scenario));
        let (our_turn, floor_turn) = (Turn::default(), Turn::default());
        let ours = Side::new(move || {
            let caller = &ours.callers[our_turn.next()];
            black_box(wits.verify(caller.credential.wit().as_str(), NOW)).is_ok()
        });
        let floor = Side::new(move || {
            let caller = &floor.callers[floor_turn.next()];
            let wit = &caller.wit_signed;
            floor.issuer_public.verify(&wit.input, &wit.signature)
                && black_box(caller.point.import()).is_some()
        });
        Ok(Operation::new("wit", ours, floor)
            .peer(wimsey::verify_wit(&scenario)?)
            .peer(jsonwebtoken::verify_wit(&scenario)?)
            .peer(josekit::verify_wit(&scenario)?))
    })
}

/// Verifies a WIT from the cache. There is no cryptography in it: the yardstick is a look-up by the same text in a
/// map of the standard library.
pub(super) fn verify_cached(scenario: &Rc<Scenario>) -> Planned {
    let scenario = Rc::clone(scenario);
    Planned::new("WIT verify, cached (yardstick: HashMap look-up)", "", move || verify_one_cached(&scenario))
}

fn verify_one_cached(scenario: &Rc<Scenario>) -> Result<Operation, Error> {
    let wits = scenario.wits(limits::CACHED_TOKENS);
    for caller in &scenario.callers {
        wits.verify(caller.credential.wit().as_str(), NOW)?;
    }
    let known: HashMap<Arc<str>, Arc<()>> = scenario
        .callers
        .iter()
        .map(|caller| (caller.credential.wit().as_str().into(), Arc::default()))
        .collect();
    let (ours, floor) = (Rc::clone(scenario), Rc::clone(scenario));
    let (our_turn, floor_turn) = (Turn::default(), Turn::default());
    let ours = Side::new(move || {
        let caller = &ours.callers[our_turn.next()];
        black_box(wits.verify(caller.credential.wit().as_str(), NOW)).is_ok()
    });
    let floor = Side::new(move || {
        let caller = &floor.callers[floor_turn.next()];
        black_box(known.get(caller.credential.wit().as_str()).cloned()).is_some()
    });
    Ok(Operation::new("wit", ours, floor))
}
