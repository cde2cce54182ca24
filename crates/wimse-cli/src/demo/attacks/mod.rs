//! What a thief tries who reads everything on the wire, and can change it. All of it must be refused.

mod changed;
mod issuer;
mod reused;
mod signature;
mod signed_request;
mod signed_response;
mod without_key;

use super::calls::{REFUND, refund_at};
use super::report::Kind;
use super::trial::{Case, NOT_PERMITTED, Trial};
use super::workload::get;
use super::world::{ORDERS, World};
use crate::exit::Failure;

pub(crate) async fn play(world: &World, trial: &mut Trial<'_>) -> Result<(), Failure> {
    without_key::play(world, trial).await?;
    reused::play(world, trial).await?;
    changed::play(world, trial).await?;
    issuer::play(world, trial).await?;
    signed_request::play(world, trial).await?;
    signature::play(world, trial).await?;
    signed_response::play(world, trial).await?;
    not_permitted(world, trial).await
}

async fn not_permitted(world: &World, trial: &mut Trial<'_>) -> Result<(), Failure> {
    trial.group(
        Kind::Attack,
        "A real workload, but not the right one",
        "Knowing who calls is not the same as letting them in: orders serves web only, by its whole identifier.",
    );
    let request = get(&world.reports, &world.orders_url("/orders/42"))?;
    let tried = "Call with valid WIT and WPT of another workload: reports";
    trial.send(Case::refused("not-permitted", tried, NOT_PERMITTED), request).await;

    let request = world.reports_signs.sign(refund_at(&world.orders_url(REFUND))?)?;
    let tried = "The same with a signature; the refusal is signed too";
    let case = Case::refused("not-permitted-signed", tried, NOT_PERMITTED).answered_by(ORDERS);
    trial.send(case, request).await;
    Ok(())
}
