//! What a thief can do all the same, or a proxy that means well: accepted, and worth knowing.

use super::caller::IDEMPOTENCY_KEY;
use super::calls::{REFUND, refund, refund_at};
use super::forge::{self, signature};
use super::log::Proof;
use super::report::Kind;
use super::trial::{Case, Trial};
use super::workload::post;
use super::world::{ORDERS, WEB, World};
use crate::exit::Failure;
use axum::body::Bytes;
use http::header::{CACHE_CONTROL, HeaderValue};
use wimse::creds::key::{Algorithm, SigningKey};

pub(crate) async fn play(world: &World, trial: &mut Trial<'_>) -> Result<(), Failure> {
    of_proofs(world, trial).await?;
    trial.group(
        Kind::Limit,
        "What a signature does not protect, and what it bears",
        "Have every field covered that you act on, and demand signed responses. Labels mean nothing, and a proxy may \
         sign too: ours is found by its tag.",
    );
    of_requests(world, trial).await?;
    of_responses(world, trial).await
}

async fn of_proofs(world: &World, trial: &mut Trial<'_>) -> Result<(), Failure> {
    trial.group(
        Kind::Limit,
        "What a WPT does not protect",
        "By its draft a WPT covers neither method, query nor body. Between the two ends, TLS protects them; across \
         proxies that are not trusted, sign the whole message, as above.",
    );
    let request = post(&world.web, &world.orders_url("/orders"), "three of item 7", None)?;
    let case = Case::accepted("changed-body", "Change the body of an order on the way", WEB);
    let change = |request: &mut http::Request<_>| {
        *request.body_mut() = Bytes::from_static(b"three hundred of item 7");
    };
    trial.change_once(case, request, change).await;
    Ok(())
}

async fn of_requests(world: &World, trial: &mut Trial<'_>) -> Result<(), Failure> {
    let key = thief()?;
    let accepted = |id, tried| Case::accepted(id, tried, WEB).by(Proof::Signature).answered_by(ORDERS);

    let uncovered = world.web_signs.sign_plainly(refund_at(&world.orders_url(REFUND))?)?;
    let case = accepted("signed-uncovered-field", "Change an Idempotency-Key that web has not had covered");
    trial.change_once(case, uncovered, |request| forge::replace(request, IDEMPOTENCY_KEY, "refund-2")).await;

    let case = accepted("signed-relabelled", "Give the signature of web another label");
    let relabel = |request: &mut http::Request<_>| {
        signature::all_or_nothing(request.headers_mut(), |headers| signature::relabel(headers, "proxy"));
    };
    trial.change_once(case, refund(world)?, relabel).await;

    let tried = "Add a signature beside it, under the label that it had";
    let case = accepted("signed-beside", tried);
    let add = move |request: &mut _| {
        signature::all_or_nothing(request, |request| {
            signature::relabel(http::Request::headers_mut(request), "web")?;
            signature::add_signature(request, &key, "wimse", "proxy")
        });
    };
    trial.change_once(case, refund(world)?, add).await;
    Ok(())
}

async fn of_responses(world: &World, trial: &mut Trial<'_>) -> Result<(), Failure> {
    let key = thief()?;
    let accepted = |id, tried| Case::accepted(id, tried, WEB).by(Proof::Signature).answered_by(ORDERS);

    let case =
        accepted("response-uncovered-field", "Change Cache-Control of the response: it is not covered");
    let change = |_: &_, answer: &mut http::Response<_>| {
        answer.headers_mut().insert(CACHE_CONTROL, HeaderValue::from_static("max-age=3600"));
    };
    trial.change_answer(case, refund(world)?, change).await;

    let tried = "Relabel the signature of the response, and add another";
    let case = accepted("response-beside", tried);
    let add = move |_: &_, answer: &mut _| {
        signature::all_or_nothing(answer, |answer| {
            signature::relabel(http::Response::headers_mut(answer), "orders")?;
            signature::add_signature_to_response(answer, &key, "wimse", "proxy")
        });
    };
    trial.change_answer(case, refund(world)?, add).await;

    let undemanded = world.web_signs.sign_plainly(refund_at(&world.orders_url(REFUND))?)?;
    let tried = "Take the signature off a response; web demanded none";
    let case = Case::accepted("response-stripped-undemanded", tried, WEB).by(Proof::Signature);
    let strip = |_: &_, answer: &mut http::Response<_>| signature::strip(answer.headers_mut());
    trial.change_answer(case, undemanded, strip).await;
    Ok(())
}

fn thief() -> Result<SigningKey, Failure> {
    SigningKey::generate(Algorithm::Ed25519).map_err(Failure::step("the thief has no key"))
}
