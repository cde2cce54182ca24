//! Domains that are trusted.

use super::{Axis, Series, proof};
use crate::Error;
use crate::library::Library;
use crate::operations::Side;
use crate::scenario::{EverNew, NOW, SERVICE, Scenario, Turn};
use std::hint::black_box;
use std::sync::Arc;
use wimse_creds::key::Algorithm;
use wimse_creds::limits;
use wimse_creds::pop::Audience;
use wimse_creds::trust::{DomainAnchors, TrustAnchors};

/// A whole request with a WPT, cold and warm.
pub(super) fn axis(scenarios: &[Scenario]) -> Result<Axis, Error> {
    let mut series = Vec::new();
    for scenario in scenarios {
        for (name, cached) in [("cold", 0), ("warm", limits::CACHED_TOKENS)] {
            let points = NUMBERS.map(|number| Ok((number, request(scenario, number, cached)?)));
            let points = points.into_iter().collect::<Result<_, Error>>()?;
            series.push(Series { name: format!("{name}, {}", proof(scenario)), points });
        }
    }
    Ok(Axis {
        name: "anchors",
        title: "Whole request by number of trusted domains",
        x: "trusted domains",
        series,
    })
}

fn request(scenario: &Scenario, number: usize, cached: usize) -> Result<Side, Error> {
    let anchors = domains(number - 1, scenario.suite.library)?.with(scenario.domain()?)?;
    let wits = Arc::new(scenario.wits_of(Arc::new(anchors), cached));
    let service = wimse_wpt::Verifier::new(Arc::clone(&wits), Audience::base(SERVICE)?);
    for caller in &scenario.callers {
        // Into the cache, if there is one.
        wits.verify(caller.credential.wit().as_str(), NOW)?;
    }
    let callers: Vec<_> = scenario.callers.iter().map(Arc::clone).collect();
    let (turn, guard) = (Turn::default(), EverNew::default());
    Ok(Side::new(move || {
        let caller = &callers[turn.next()];
        black_box(service.verify(&caller.request, &guard, NOW)).is_ok()
    }))
}

/// Anchors of this many domains, each with a key and an issuer.
///
/// # Errors
///
/// None that is known.
pub fn domains(number: usize, library: Library) -> Result<TrustAnchors, Error> {
    let mut anchors = TrustAnchors::none();
    for index in 0..number {
        let key = library.generate(Algorithm::Ed25519)?.with_key_id("2026-11");
        let domain = DomainAnchors::new(format!("wimse://domain-{index}.example.com").parse()?);
        let domain = domain.with_key(key.public_key().clone())?;
        let domain = domain.with_issuer(format!("https://id.domain-{index}.example.com"))?;
        anchors = anchors.with(library.anchors(domain)?)?;
    }
    Ok(anchors)
}

const NUMBERS: [usize; 5] = [1, 10, 100, 1_000, 10_000];
