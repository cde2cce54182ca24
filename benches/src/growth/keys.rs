//! Keys of one domain.

use super::{Axis, Series, proof};
use crate::Error;
use crate::operations::Side;
use crate::scenario::{NOW, Scenario, Turn};
use std::hint::black_box;
use std::sync::Arc;
use wimse_creds::trust::{DomainAnchors, TrustAnchors};

/// A WIT that is not in the cache, by the last of the keys.
pub(super) fn axis(scenarios: &[Scenario]) -> Result<Axis, Error> {
    let mut series = Vec::new();
    for scenario in scenarios {
        let points = NUMBERS.map(|number| Ok((number, verify(scenario, number)?)));
        let points = points.into_iter().collect::<Result<_, Error>>()?;
        series.push(Series { name: proof(scenario).to_owned(), points });
    }
    Ok(Axis {
        name: "keys",
        title: "WIT, cold, by number of keys of its domain",
        x: "keys of the domain",
        series,
    })
}

fn verify(scenario: &Scenario, number: usize) -> Result<Side, Error> {
    let library = scenario.suite.library;
    let own = scenario.domain()?;
    let mut domain = DomainAnchors::new(own.origin().clone()).with_issuer("https://id.example.com")?;
    for index in 1..number {
        let key = library.generate(scenario.suite.issuer)?.with_key_id(format!("2026-{index:03}"));
        domain = domain.with_key(key.public_key().clone())?;
    }
    let domain = library.anchors(domain.with_key(scenario.issuer.public_key().clone())?)?;
    let wits = scenario.wits_of(Arc::new(TrustAnchors::none().with(domain)?), 0);
    let callers: Vec<_> = scenario.callers.iter().map(Arc::clone).collect();
    let turn = Turn::default();
    Ok(Side::new(move || {
        let wit = callers[turn.next()].credential.wit().as_str();
        black_box(wits.verify(wit, NOW)).is_ok()
    }))
}

/// Up to the limit.
const NUMBERS: [usize; 5] = [1, 4, 16, 64, 256];
