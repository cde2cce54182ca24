//! A signed request, changed on its way.

use crate::demo::caller::IDEMPOTENCY_KEY;
use crate::demo::calls::{REFUND, refund, refund_at, refund_with_both};
use crate::demo::forge::{self, signature};
use crate::demo::report::Kind;
use crate::demo::trial::{Case, Trial};
use crate::demo::workload::prove;
use crate::demo::world::World;
use crate::exit::Failure;
use axum::body::Bytes;
use http::header::AUTHORIZATION;
use http::{Method, Request};
use wimse::creds::WORKLOAD_IDENTITY_TOKEN;
use wimse::httpsig::message::SIGNATURE_INPUT;

pub(super) async fn play(world: &World, trial: &mut Trial<'_>) -> Result<(), Failure> {
    trial.group(
        Kind::Attack,
        "A signed request, changed on the way",
        "Web orders to pay back 12 euros for order 42, and signs that. Unchanged, the same request is accepted.",
    );
    content(world, trial).await?;
    head(world, trial).await?;
    terms(world, trial).await
}

/// The body is covered by its digest, and the digest by the signature.
async fn content(world: &World, trial: &mut Trial<'_>) -> Result<(), Failure> {
    const MORE: &[u8] = b"12000.00";
    let tried = "Change the body: 12 euros become 12000";
    let case = Case::signature_refused("signed-body", tried, "httpsig.digest_mismatch");
    let change = |request: &mut Request<Bytes>| *request.body_mut() = Bytes::from_static(MORE);
    trial.change(case, refund(world)?, change).await?;

    let tried = "The same, with a Content-Digest that fits";
    let case = Case::signature_refused("signed-body-and-digest", tried, "httpsig.signature");
    trial.change(case, refund(world)?, |request| signature::set_body(request, MORE)).await
}

async fn head(world: &World, trial: &mut Trial<'_>) -> Result<(), Failure> {
    let case = Case::signature_refused("signed-method", "Change the method to GET", "httpsig.signature");
    trial.change(case, refund(world)?, |request| *request.method_mut() = Method::GET).await?;

    let tried = "Change the path: pay for order 43";
    let case = Case::signature_refused("signed-path", tried, "httpsig.audience_mismatch");
    let change = |request: &mut _| forge::redirect(request, "/refunds/43?currency=EUR");
    trial.change(case, refund(world)?, change).await?;

    let tried = "Change the query: pay in pounds";
    let case = Case::signature_refused("signed-query", tried, "httpsig.signature");
    let change = |request: &mut _| forge::redirect(request, "/refunds/42?currency=GBP");
    trial.change(case, refund(world)?, change).await?;

    let tried = "Change the Idempotency-Key, which web has had covered";
    let case = Case::signature_refused("signed-field", tried, "httpsig.signature");
    let change = |request: &mut _| forge::replace(request, IDEMPOTENCY_KEY, "refund-2");
    trial.change(case, refund(world)?, change).await?;

    let wit = world.reports.wit().as_str().to_owned();
    let tried = "Put the valid WIT of another workload into the request";
    let case = Case::signature_refused("signed-swapped-wit", tried, "httpsig.signature");
    let swap = move |request: &mut _| forge::replace(request, WORKLOAD_IDENTITY_TOKEN, &wit);
    trial.change(case, refund(world)?, swap).await?;

    let tried = "Add an Authorization field";
    let case = Case::signature_refused("signed-authorization", tried, "httpsig.not_covered");
    let add = |request: &mut _| forge::add(request, AUTHORIZATION, "Bearer let-me-in");
    trial.change(case, refund(world)?, add).await?;

    let proven = prove(&world.web, refund_at(&world.orders_url(REFUND))?)?;
    let tried = "Replace the WPT beside the signature by another of web";
    let case = Case::signature_refused("signed-swapped-wpt", tried, "httpsig.signature");
    let swap = move |request: &mut Request<Bytes>| {
        if let Some(other) = proven.headers().get(AUTHORIZATION) {
            request.headers_mut().insert(AUTHORIZATION, other.clone());
        }
    };
    trial.change(case, refund_with_both(world)?, swap).await
}

/// What the signature says of itself is signed as well.
async fn terms(world: &World, trial: &mut Trial<'_>) -> Result<(), Failure> {
    let edit = |from: &'static str| {
        move |request: &mut Request<Bytes>| {
            let _ = signature::edit(request.headers_mut(), &SIGNATURE_INPUT, from, "");
        }
    };
    let tried = "Take the query off the list of what is covered";
    let case = Case::signature_refused("signed-coverage", tried, "httpsig.not_covered");
    trial.change(case, refund(world)?, edit("\"@query\" ")).await?;

    let tried = "Take out the demand for a signed response";
    let case = Case::signature_refused("signed-demand", tried, "httpsig.signature");
    trial.change(case, refund(world)?, edit(";wimse-sign-response")).await
}
