//! The Workload Proof Token alone.

use super::{Operation, Planned, Side, proof, request};
use crate::Error;
use crate::peers::wimsey;
use crate::primitive::sha256;
use crate::scenario::{NOW, Scenario, Turn};
use http::Request;
use std::hint::black_box;
use std::rc::Rc;
use wimse_creds::limits;
use wimse_creds::pop::Nonce;
use wimse_wpt::{Message, Prover};

/// The largest ratio of a new proof to its floor.
const ATTACH_TARGET: f64 = 1.15;

/// Every operation, for proofs of one algorithm.
pub(super) fn all(scenario: &Rc<Scenario>) -> [Planned; 2] {
    let (keys, own, other) = (proof(scenario), Rc::clone(scenario), Rc::clone(scenario));
    [
        Planned::new("WPT attach", keys, move || create(&own)),
        Planned::new("WPT verify, WIT cached", keys, move || verify(&other)),
    ]
}

/// Attaches WIT and WPT to a request. The floor: one signature and the hash of the WIT.
fn create(scenario: &Rc<Scenario>) -> Result<Operation, Error> {
    let (ours, floor) = (Rc::clone(scenario), Rc::clone(scenario));
    let (our_turn, floor_turn) = (Turn::default(), Turn::default());
    let mut request = Request::new(());
    *request.uri_mut() = http::Uri::from_static("https://orders.example.com/orders/17?page=2");
    let ours = Side::new(move || {
        let caller = &ours.callers[our_turn.next()];
        let Ok(nonce) = Nonce::random() else { return false };
        let attached = Prover::new(&caller.credential).attach(&mut request, NOW, nonce).is_ok();
        request.headers_mut().clear();
        attached
    });
    let floor = Side::new(move || {
        let caller = &floor.callers[floor_turn.next()];
        black_box(sha256(caller.credential.wit().as_str().as_bytes()));
        caller.secret.sign(&caller.proof_signed.input);
        true
    });
    Ok(Operation::new("wpt", ours, floor).target(ATTACH_TARGET).peer(wimsey::issue_wpt(scenario)?))
}

/// Verifies a WPT whose WIT is in the cache, without fields and replay.
fn verify(scenario: &Rc<Scenario>) -> Result<Operation, Error> {
    let service = scenario.service(limits::CACHED_TOKENS)?;
    let ours = Rc::clone(scenario);
    let turn = Turn::default();
    let ours = Side::new(move || {
        let caller = &ours.callers[turn.next()];
        let message = Message {
            wit: caller.credential.wit().as_str(),
            proof: &caller.proof,
            path: Some("/orders/17"),
            txn_token: None,
            context: Vec::new(),
        };
        black_box(service.check_message(&message, NOW)).is_ok()
    });
    Ok(Operation::new("wpt", ours, request::warm_floor(scenario)).peer(wimsey::verify_wpt(scenario)?))
}
