//! Proofs that the replay guard remembers.

use super::{Axis, Series};
use crate::Error;
use crate::operations::Side;
use crate::replay::{Keys, Stream};
use crate::scenario::Scenario;
use std::cell::RefCell;
use std::rc::Rc;
use wimse_creds::pop::ReplayKey;

/// One insertion, in the steady state: as many come as expire.
pub(super) fn axis(scenarios: &[Scenario]) -> Result<Axis, Error> {
    let scenario = scenarios.first().ok_or("no scenario")?;
    let points = NUMBERS.map(|live| Ok((usize::try_from(live)?, insert(scenario, live)?)));
    let points = points.into_iter().collect::<Result<_, Error>>()?;
    let series = vec![Series { name: "insertion".to_owned(), points }];
    Ok(Axis {
        name: "replay",
        title: "Insertion into the replay guard by live entries",
        x: "live entries",
        series,
    })
}

fn insert(scenario: &Scenario, live: u64) -> Result<Side, Error> {
    let mut keys = Keys::new(scenario)?;
    let mut stream = Stream::steady(&mut keys, live)?;
    let queue: Rc<RefCell<Vec<ReplayKey>>> = Rc::default();
    let next = Rc::clone(&queue);
    Ok(Side::prepared(
        move |calls| *queue.borrow_mut() = (0..calls).map(|_| keys.make()).collect(),
        move || next.borrow_mut().pop().is_some_and(|key| stream.admit(&key).is_ok()),
    ))
}

const NUMBERS: [u64; 4] = [1_000, 10_000, 100_000, 1_000_000];
