//! A genuine proof, at another time or place than it was made for.

use crate::demo::forge;
use crate::demo::report::Kind;
use crate::demo::trial::{Case, Trial};
use crate::demo::workload::{get, now, prove_at, request};
use crate::demo::world::World;
use crate::exit::Failure;
use axum::body::Bytes;
use http::header::{HOST, HeaderName};
use http::{Method, Request};
use std::time::Duration;
use wimse::creds::UnixTime;
use wimse::wpt::ProofOptions;

pub(super) async fn play(world: &World, trial: &mut Trial<'_>) -> Result<(), Failure> {
    trial.group(
        Kind::Attack,
        "A genuine proof, used again or elsewhere",
        "A proof is good for one request, to one address, for about a minute. Elsewhere it is worth nothing.",
    );
    let url = world.orders_url("/orders/42");

    let tried = "Send a recorded request a second time";
    trial.replay(Case::refused("replay", tried, "wpt.replayed"), get(&world.web, &url)?).await?;

    let tried = "Send a request for order 42 to order 43";
    let case = Case::refused("other-path", tried, "wpt.audience_mismatch");
    trial.change(case, get(&world.web, &url)?, |request| forge::redirect(request, "/orders/43")).await?;

    let elsewhere = world.trap_url("/orders/42");
    let authority = world.orders_authority();
    let tried = "Pass on a request that web made for the thief's service";
    let case = Case::refused("other-service", tried, "wpt.audience_mismatch");
    let change = move |request: &mut Request<Bytes>| forge::replace(request, HOST, &authority);
    trial.relay(case, get(&world.web, &elsewhere)?, change).await;

    // The proxy leaves Host as it is: it names the thief's service, as the proof does.
    let tried = "The same, with a forged Host field that fits the proof";
    let case = Case::refused("forged-host", tried, "wpt.audience_mismatch");
    let change = |request: &mut Request<Bytes>| {
        if let Some(host) = request.headers().get(HOST).cloned() {
            request.headers_mut().insert(HeaderName::from_static("x-forwarded-host"), host);
        }
    };
    trial.relay(case, get(&world.web, &elsewhere)?, change).await;

    let tried = "Send a request that was held back for ten minutes";
    let held_back = made_at(world, now().minus(Duration::from_secs(600)))?;
    trial.send(Case::refused("expired-proof", tried, "wpt.expired"), held_back).await;

    let tried = "Send a request prepared for half an hour from now";
    let prepared = made_at(world, now().plus(Duration::from_secs(1800)))?;
    trial.send(Case::refused("future-proof", tried, "wpt.lifetime_too_long"), prepared).await;
    Ok(())
}

fn made_at(world: &World, time: UnixTime) -> Result<Request<Bytes>, Failure> {
    let request = request(Method::GET, &world.orders_url("/orders/42"), Bytes::new())?;
    prove_at(time, ProofOptions::default(), &world.web, request)
}
