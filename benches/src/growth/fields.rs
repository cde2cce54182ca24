//! Fields of requests, beside those that WIMSE adds.

use super::{Axis, Series, proof};
use crate::Error;
use crate::exchange;
use crate::operations::Side;
use crate::scenario::{NOW, SERVICE, Scenario};
use http::header::{HeaderName, HeaderValue};
use http::{Request, Uri};
use std::hint::black_box;
use std::sync::Arc;
use wimse_creds::limits;
use wimse_creds::pop::{Audience, NoReplayGuard, Nonce};
use wimse_httpsig::message::{Component, TargetContext};
use wimse_httpsig::{RequestOptions, Signer};

/// Verifying a GET with such fields: covered by the signature, not covered, and with a WPT.
pub(super) fn axis(scenarios: &[Scenario]) -> Result<Axis, Error> {
    let mut series = Vec::new();
    for scenario in scenarios {
        let name = |what: &str| format!("{what}, {}", proof(scenario));
        // A signature covers at most 64 components.
        series
            .push(of_numbers(name("HTTP signature, covered"), &NUMBERS[..6], |n| signed(scenario, n, true))?);
        series.push(of_numbers(name("HTTP signature"), &NUMBERS, |n| signed(scenario, n, false))?);
        series.push(of_numbers(name("WPT"), &NUMBERS, |n| with_wpt(scenario, n))?);
    }
    let title = "Request, WIT in the cache, by number of other header fields";
    Ok(Axis { name: "fields", title, x: "other header fields", series })
}

fn of_numbers(
    name: String,
    numbers: &[usize],
    make: impl Fn(usize) -> Result<Side, Error>,
) -> Result<Series, Error> {
    let points = numbers.iter().map(|number| Ok((*number, make(*number)?)));
    Ok(Series { name, points: points.collect::<Result<_, Error>>()? })
}

fn signed(scenario: &Scenario, number: usize, covered: bool) -> Result<Side, Error> {
    let mut request = exchange::unsigned_request(&[]);
    let mut options = RequestOptions::default();
    for name in add_fields(&mut request, number)? {
        if covered {
            options = options.covering([Component::field(name.as_str().to_owned())?]);
        }
    }
    let signer = Signer::with_options(&scenario.callers[0].credential, options);
    let _ = signer.sign(&mut request, &[], NOW, Nonce::random()?)?;
    *request.uri_mut() = Uri::from_static("/orders/17?page=2");
    let request = request.map(|()| exchange::content(0));
    let service = exchange::verifier(scenario)?;
    Ok(Side::new(move || {
        let target = TargetContext::of_uri(request.uri());
        black_box(service.verify(&request, &target, &NoReplayGuard, NOW)).is_ok()
    }))
}

fn with_wpt(scenario: &Scenario, number: usize) -> Result<Side, Error> {
    let mut request = scenario.callers[0].request.clone();
    add_fields(&mut request, number)?;
    let wits = Arc::new(scenario.wits(limits::CACHED_TOKENS));
    let service = wimse_wpt::Verifier::new(wits, Audience::base(SERVICE)?);
    Ok(Side::new(move || black_box(service.verify(&request, &NoReplayGuard, NOW)).is_ok()))
}

fn add_fields(request: &mut Request<()>, number: usize) -> Result<Vec<HeaderName>, Error> {
    let mut names = Vec::new();
    for index in 0..number {
        let name: HeaderName = format!("x-field-{index}").parse()?;
        request.headers_mut().insert(name.clone(), HeaderValue::from_static(VALUE));
        names.push(name);
    }
    Ok(names)
}

const NUMBERS: [usize; 7] = [1, 2, 5, 10, 20, 50, 100];
const VALUE: &str = "0123456789abcdef0123456789abcdef";
