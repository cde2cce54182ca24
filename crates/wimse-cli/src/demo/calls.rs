//! The calls that must be accepted: with a WPT or signed, both ways, with both algorithms.

use super::caller::{IDEMPOTENCY_KEY, Outgoing};
use super::log::Proof;
use super::report::Kind;
use super::trial::{Case, Trial};
use super::workload::{get, post, prove, request};
use super::world::{ORDERS, WEB, World};
use crate::exit::Failure;
use axum::body::Bytes;
use http::header::{CONTENT_TYPE, HeaderValue};
use http::{Method, Request};

/// Stands for a transaction token. The demo looks at how it is bound to the request, not into it.
pub(crate) const TXN_TOKEN_OF_ALICE: &str = "transaction-of-alice";

pub(crate) async fn play(world: &World, trial: &mut Trial<'_>) -> Result<(), Failure> {
    proven(world, trial).await?;
    signed(world, trial).await
}

async fn proven(world: &World, trial: &mut Trial<'_>) -> Result<(), Failure> {
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
    let tried = "web calls orders for a user: POST /orders with Txn-Token";
    trial.send(Case::accepted("txn-token", tried, WEB).covering_txn_token(), request).await;
    Ok(())
}

async fn signed(world: &World, trial: &mut Trial<'_>) -> Result<(), Failure> {
    trial.group(
        Kind::Call,
        "Signed calls that must be accepted",
        "What moves money must be signed, its body too. So is each response: the caller checks that it comes from the \
         workload that it called, for this very request.",
    );
    let tried = "web calls orders: POST /refunds/42, signed with Ed25519";
    let case = Case::accepted("web-signs", tried, WEB).by(Proof::Signature).answered_by(ORDERS);
    trial.send(case, refund(world)?).await;

    let request = request(Method::GET, &world.web_url("/receipts/42"), Bytes::new())?;
    let tried = "orders calls web: GET /receipts/42, signed with ES256";
    let case = Case::accepted("orders-signs", tried, ORDERS).by(Proof::Signature).answered_by(WEB);
    trial.send(case, world.orders_signs.sign(request)?).await;

    let tried = "web calls orders with both: the signature covers a WPT";
    let case = Case::accepted("both-proofs", tried, WEB).by(Proof::Both).answered_by(ORDERS);
    trial.send(case, refund_with_both(world)?).await;
    Ok(())
}

/// Web orders to pay back 12 euros, and has all of it covered.
pub(crate) fn refund(world: &World) -> Result<Outgoing<'_>, Failure> {
    world.web_signs.sign(refund_at(&world.orders_url(REFUND))?)
}

/// The same with a WPT, which the signature covers.
pub(crate) fn refund_with_both(world: &World) -> Result<Outgoing<'_>, Failure> {
    world.web_signs.sign(prove(&world.web, refund_at(&world.orders_url(REFUND))?)?)
}

/// Path and query of a refund.
pub(crate) const REFUND: &str = "/refunds/42?currency=EUR";

/// A refund, not yet signed.
pub(crate) fn refund_at(url: &str) -> Result<Request<Bytes>, Failure> {
    let mut request = request(Method::POST, url, "12.00")?;
    request.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("text/plain"));
    request.headers_mut().insert(IDEMPOTENCY_KEY, HeaderValue::from_static("refund-1"));
    Ok(request)
}
