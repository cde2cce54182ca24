//! What a thief tries who reads everything on the wire, and can change it. All of it must be refused.

mod changed;
mod issuer;
mod reused;
mod without_key;

use super::report::Kind;
use super::trial::{Case, Trial};
use super::workload::{get, post};
use super::world::{WEB, World};
use crate::exit::Failure;
use axum::body::Bytes;

pub(crate) async fn play(world: &World, trial: &mut Trial<'_>) -> Result<(), Failure> {
    without_key::play(world, trial).await?;
    reused::play(world, trial).await?;
    changed::play(world, trial).await?;
    issuer::play(world, trial).await?;
    not_permitted(world, trial).await?;
    not_covered(world, trial).await
}

async fn not_permitted(world: &World, trial: &mut Trial<'_>) -> Result<(), Failure> {
    trial.group(
        Kind::Attack,
        "A real workload, but not the right one",
        "Knowing who calls is not the same as letting them in: orders serves web only, by its whole identifier.",
    );
    let request = get(&world.reports, &world.orders_url("/orders/42"))?;
    let case = Case::refused(
        "not-permitted",
        "Call with valid WIT and proof of another workload: reports",
        "authorization.not_permitted",
    );
    trial.send(case, request).await;
    Ok(())
}

async fn not_covered(world: &World, trial: &mut Trial<'_>) -> Result<(), Failure> {
    trial.group(
        Kind::Limit,
        "What a WPT does not protect",
        "By its draft a WPT covers neither method, query nor body. Between the two ends, TLS protects them; across \
         proxies that are not trusted, sign the whole message (HTTP Message Signatures).",
    );
    let request = post(&world.web, &world.orders_url("/orders"), "three of item 7", None)?;
    let tried = "Change the body of an order on the way";
    world.proxy.change_next(|request| *request.body_mut() = Bytes::from_static(b"three hundred of item 7"));
    trial.send(Case::accepted("changed-body", tried, WEB), request).await;
    Ok(())
}
