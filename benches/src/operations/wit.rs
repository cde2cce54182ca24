//! The Workload Identity Token alone.

use super::{Operation, Planned, Side, algorithm};
use crate::Error;
use crate::primitive::Secret;
use crate::scenario::{NOW, Scenario, Turn, claims};
use std::collections::HashMap;
use std::hint::black_box;
use std::rc::Rc;
use std::sync::Arc;
use wimse_creds::key::{Algorithm, SigningKey};
use wimse_creds::{WitPolicy, limits};

/// Every operation.
pub(super) fn all(ed25519: &Rc<Scenario>, es256: &Rc<Scenario>) -> Vec<Planned> {
    let issued = [Algorithm::Es256, Algorithm::Ed25519]
        .map(|issuer| Planned::new(format!("WIT issue, {issuer}"), move || issue(issuer)));
    let verified = [ed25519, es256].map(|scenario| {
        let (name, scenario) = (algorithm(scenario), Rc::clone(scenario));
        Planned::new(format!("WIT verify, cold, ES256, cnf {name}"), move || Ok(verify(&scenario)))
    });
    let scenario = Rc::clone(ed25519);
    let cached =
        Planned::new("WIT verify, cached (yardstick: HashMap look-up)", move || verify_cached(&scenario));
    issued.into_iter().chain(verified).chain([cached]).collect()
}

/// Issues a WIT for an Ed25519 key. The floor: one signature. (The operation reads its own token back.)
fn issue(issuer: Algorithm) -> Result<Operation, Error> {
    let issuer = SigningKey::generate(issuer)?.with_key_id("2026-11");
    let secret = Secret::of(&issuer)?;
    let claims = claims(0, &SigningKey::generate(Algorithm::Ed25519)?)?;
    let wit = claims.sign(&issuer)?;
    let signing_input = wit.as_str().rsplit_once('.').ok_or("not a JWS")?.0.to_owned();
    Ok(Operation {
        group: "wit",
        target: None,
        ours: Side::new(move || black_box(claims.sign(&issuer)).is_ok()),
        floor: Side::new(move || {
            black_box(secret.sign(signing_input.as_bytes()));
            true
        }),
    })
}

/// Verifies a WIT anew. The floor: one signature by a kept key, and the import of the key in `cnf`.
fn verify(scenario: &Rc<Scenario>) -> Operation {
    let wits = scenario.wits(0, WitPolicy::default());
    let (ours, floor) = (Rc::clone(scenario), Rc::clone(scenario));
    let (our_turn, floor_turn) = (Turn::default(), Turn::default());
    Operation {
        group: "wit",
        target: None,
        ours: Side::new(move || {
            let caller = &ours.callers[our_turn.next()];
            black_box(wits.verify(caller.credential.wit().as_str(), NOW)).is_ok()
        }),
        floor: Side::new(move || {
            let caller = &floor.callers[floor_turn.next()];
            let wit = &caller.wit_signed;
            floor.issuer_public.verify(&wit.input, &wit.signature)
                && black_box(caller.point.import()).is_some()
        }),
    }
}

/// Verifies a WIT from the cache. There is no cryptography in it: the yardstick is a look-up by the same text in a
/// map of the standard library.
fn verify_cached(scenario: &Rc<Scenario>) -> Result<Operation, Error> {
    let wits = scenario.wits(limits::CACHED_TOKENS, WitPolicy::default());
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
    Ok(Operation {
        group: "wit",
        target: None,
        ours: Side::new(move || {
            let caller = &ours.callers[our_turn.next()];
            black_box(wits.verify(caller.credential.wit().as_str(), NOW)).is_ok()
        }),
        floor: Side::new(move || {
            let caller = &floor.callers[floor_turn.next()];
            black_box(known.get(caller.credential.wit().as_str()).cloned()).is_some()
        }),
    })
}
