//! The calls that must be accepted: both ways, both algorithms, with and without a `Txn-Token`.

use super::report::Kind;
use super::trial::{Case, Trial};
use super::workload::{get, post};
use super::world::{ORDERS, WEB, World};
use crate::exit::Failure;

/// Stands for a transaction token. The demo looks at how it is bound to the request, not into it.
pub(crate) const TXN_TOKEN_OF_ALICE: &str = "transaction-of-alice";

pub(crate) async fn play(world: &World, trial: &mut Trial<'_>) -> Result<(), Failure> {
    trial.group(
        Kind::Call,
        "Calls that must be accepted",
        "Both workloads got their WITs from the identity server. Each call carries the WIT and a fresh WPT.",
    );
    let request = get(&world.web, &world.orders_url("/orders/42"))?;
    let case =
        Case::accepted("web-calls-orders", "web calls orders: GET /orders/42, proof with Ed25519", WEB);
    trial.send(case, request).await;

    let request = post(&world.orders, &world.web_url("/notices"), "order 42 is ready", None)?;
    let case =
        Case::accepted("orders-calls-web", "orders calls web: POST /notices, proof with ES256", ORDERS);
    trial.send(case, request).await;

    let request =
        post(&world.web, &world.orders_url("/orders"), "three of item 7", Some(TXN_TOKEN_OF_ALICE))?;
    let tried = "web calls orders for a user: POST /orders with a Txn-Token";
    trial.send(Case::accepted_with_txn_token("txn-token", tried, WEB), request).await;
    Ok(())
}
