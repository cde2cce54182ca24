//! JWK import and thumbprint.

use super::{Operation, Planned, Side, proof};
use crate::peers::wimsey;
use crate::primitive::sha256;
use crate::scenario::{Scenario, Turn};
use std::hint::black_box;
use std::rc::Rc;
use wimse_creds::key::PublicKey;

/// Every operation, for keys of one algorithm.
pub(super) fn all(scenario: &Rc<Scenario>) -> [Planned; 2] {
    let (keys, own, other) = (proof(scenario), Rc::clone(scenario), Rc::clone(scenario));
    [
        Planned::new("JWK parse", keys, move || Ok(parse_jwk(&own))),
        Planned::new("JWK parse and thumbprint", keys, move || Ok(thumbprint(&other))),
    ]
}

/// Reads a public JWK. The floor: the import of its point.
fn parse_jwk(scenario: &Rc<Scenario>) -> Operation {
    let (jwks, floor) = (jwks(scenario), Rc::clone(scenario));
    let (our_turn, floor_turn) = (Turn::default(), Turn::default());
    let peer = wimsey::parse_jwk(jwks.clone());
    let ours = Side::new(move || black_box(PublicKey::from_jwk(&jwks[our_turn.next()])).is_ok());
    let floor = Side::new(move || black_box(floor.callers[floor_turn.next()].point.import()).is_some());
    Operation::new("key", ours, floor).peer(peer)
}

/// Reads a public JWK and computes its thumbprint, which a key keeps. The floor: import and one hash of the
/// members.
fn thumbprint(scenario: &Rc<Scenario>) -> Operation {
    let (jwks, members) = (jwks(scenario), jwks(scenario));
    let floor = Rc::clone(scenario);
    let (our_turn, floor_turn) = (Turn::default(), Turn::default());
    let ours = Side::new(move || {
        let key = PublicKey::from_jwk(&jwks[our_turn.next()]);
        black_box(key.map(|key| key.thumbprint())).is_ok()
    });
    let floor = Side::new(move || {
        let index = floor_turn.next();
        black_box(sha256(members[index].as_bytes()));
        black_box(floor.callers[index].point.import()).is_some()
    });
    Operation::new("key", ours, floor)
}

fn jwks(scenario: &Scenario) -> Vec<String> {
    scenario.callers.iter().map(|caller| caller.credential.public_key().to_jwk()).collect()
}
