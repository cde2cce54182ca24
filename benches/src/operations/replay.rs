//! One insertion into a replay guard that is full of living proofs.

use super::{Operation, Planned, Side};
use crate::Error;
use crate::replay::{Keys, LIVE, Stream};
use crate::scenario::Scenario;
use std::cell::RefCell;
use std::collections::{HashMap, VecDeque};
use std::rc::Rc;
use wimse_creds::pop::ReplayKey;

/// The one operation.
pub(super) fn insert(scenario: &Rc<Scenario>) -> Planned {
    let scenario = Rc::clone(scenario);
    Planned::new("replay insert, 1,000,000 live (yardstick: HashMap)", "", move || insert_one(&scenario))
}

/// Admits a proof while a million others live, in the steady state: as many come as expire. There is no cryptography
/// in it: the yardstick is a map of the standard library with a million 128-bit keys, one more and one less.
fn insert_one(scenario: &Scenario) -> Result<Operation, Error> {
    let mut keys = Keys::new(scenario)?;
    let mut stream = Stream::steady(&mut keys, LIVE)?;
    let queue: Rc<RefCell<Vec<ReplayKey>>> = Rc::default();
    let next = Rc::clone(&queue);

    let mut map: HashMap<u128, ()> = (0..u128::from(LIVE)).map(|key| (key, ())).collect();
    let mut order: VecDeque<u128> = (0..u128::from(LIVE)).collect();
    let mut number = u128::from(LIVE);
    let ours = Side::prepared(
        move |calls| *queue.borrow_mut() = (0..calls).map(|_| keys.make()).collect(),
        move || next.borrow_mut().pop().is_some_and(|key| stream.admit(&key).is_ok()),
    );
    let floor = Side::new(move || {
        let old = order.pop_front().is_some_and(|oldest| map.remove(&oldest).is_some());
        order.push_back(number);
        let new = map.insert(number, ()).is_none();
        number += 1;
        old && new
    });
    Ok(Operation::new("replay", ours, floor))
}
