//! The Workload Proof Token alone.

use super::{Operation, Planned, Side, algorithm, request};
use crate::Error;
use crate::primitive::sha256;
use crate::scenario::{NOW, Scenario, Turn};
use http::Request;
use std::hint::black_box;
use std::rc::Rc;
use wimse_creds::limits;
use wimse_creds::pop::Nonce;
use wimse_wpt::{Message, Prover};

/// Every operation, for proofs of one algorithm.
pub(super) fn all(scenario: &Rc<Scenario>) -> [Planned; 2] {
    let (algorithm, own, other) = (algorithm(scenario), Rc::clone(scenario), Rc::clone(scenario));
    [
        Planned::new(format!("WPT attach, {algorithm}"), move || Ok(create(&own))),
        Planned::new(format!("WPT verify, WIT cached, {algorithm}"), move || verify(&other)),
    ]
}

/// Attaches WIT and WPT to a request. The floor: one signature and the hash of the WIT.
fn create(scenario: &Rc<Scenario>) -> Operation {
    let (ours, floor) = (Rc::clone(scenario), Rc::clone(scenario));
    let (our_turn, floor_turn) = (Turn::default(), Turn::default());
    let mut request = Request::new(());
    *request.uri_mut() = http::Uri::from_static("https://orders.example.com/orders/17?page=2");
    Operation {
        group: "wpt",
        target: None,
        ours: Side::new(move || {
            let caller = &ours.callers[our_turn.next()];
            let Ok(nonce) = Nonce::random() else { return false };
            let attached = Prover::new(&caller.credential).attach(&mut request, NOW, nonce).is_ok();
            request.headers_mut().clear();
            attached
        }),
        floor: Side::new(move || {
            let caller = &floor.callers[floor_turn.next()];
            black_box(sha256(caller.credential.wit().as_str().as_bytes()));
            black_box(caller.secret.sign(&caller.proof_signed.input));
            true
        }),
    }
}

/// Verifies a WPT whose WIT is in the cache, without fields and replay.
fn verify(scenario: &Rc<Scenario>) -> Result<Operation, Error> {
    let service = scenario.service(limits::CACHED_TOKENS)?;
    let ours = Rc::clone(scenario);
    let turn = Turn::default();
    Ok(Operation {
        group: "wpt",
        target: None,
        ours: Side::new(move || {
            let caller = &ours.callers[turn.next()];
            let message = Message {
                wit: caller.credential.wit().as_str(),
                proof: &caller.proof,
                path: Some("/orders/17"),
                txn_token: None,
                context: Vec::new(),
            };
            black_box(service.check_message(&message, NOW)).is_ok()
        }),
        floor: request::warm_floor(scenario),
    })
}
