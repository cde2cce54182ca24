//! Content of messages.

use super::{Axis, Series, proof};
use crate::Error;
use crate::exchange::{self, Exchange};
use crate::operations::Side;
use crate::primitive::sha256;
use crate::scenario::{NOW, Scenario};
use std::hint::black_box;
use std::sync::Arc;
use wimse_creds::pop::{NoReplayGuard, Nonce};
use wimse_httpsig::Signer;
use wimse_httpsig::message::TargetContext;

/// Signing and verifying a POST, and what SHA-256 alone takes.
pub(super) fn axis(scenarios: &[Scenario]) -> Result<Axis, Error> {
    let mut series = Vec::new();
    for scenario in scenarios {
        series.push(of_sizes(format!("verify, {}", proof(scenario)), |bytes| verify(scenario, bytes))?);
        series.push(of_sizes(format!("sign, {}", proof(scenario)), |bytes| sign(scenario, bytes))?);
    }
    series.push(of_sizes("SHA-256 alone".to_owned(), |bytes| {
        let content = exchange::content(bytes);
        Ok(Side::new(move || black_box(sha256(black_box(&content)))[..] != [0; 32]))
    })?);
    Ok(Axis { name: "body", title: "HTTP signature by size of the content", x: "content, bytes", series })
}

fn of_sizes(name: String, make: impl Fn(usize) -> Result<Side, Error>) -> Result<Series, Error> {
    let points = SIZES.iter().map(|bytes| Ok((*bytes, make(*bytes)?)));
    Ok(Series { name, points: points.collect::<Result<_, Error>>()? })
}

fn verify(scenario: &Scenario, bytes: usize) -> Result<Side, Error> {
    let service = exchange::verifier(scenario)?;
    let exchange = Exchange::one(scenario, &exchange::content(bytes))?;
    Ok(Side::new(move || {
        let target = TargetContext::of_uri(exchange.request.uri());
        black_box(service.verify(&exchange.request, &target, &NoReplayGuard, NOW)).is_ok()
    }))
}

fn sign(scenario: &Scenario, bytes: usize) -> Result<Side, Error> {
    let content = exchange::content(bytes);
    let (unsigned, caller) = (exchange::unsigned_request(&content), Arc::clone(&scenario.callers[0]));
    Ok(Side::new(move || {
        let Ok(nonce) = Nonce::random() else { return false };
        let mut request = unsigned.clone();
        black_box(Signer::new(&caller.credential).sign(&mut request, &content, NOW, nonce)).is_ok()
    }))
}

/// 1 KiB to 16 MiB.
const SIZES: [usize; 8] = [1 << 10, 1 << 12, 1 << 14, 1 << 16, 1 << 18, 1 << 20, 1 << 22, 1 << 24];
