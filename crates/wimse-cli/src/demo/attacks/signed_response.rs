//! A signed response, changed on its way.

use crate::demo::calls::refund;
use crate::demo::client;
use crate::demo::forge::signature;
use crate::demo::log::{Proof, Verdict};
use crate::demo::report::Kind;
use crate::demo::trial::{Case, NOT_PERMITTED, Trial};
use crate::demo::workload::request;
use crate::demo::world::{WEB, World};
use crate::exit::Failure;
use axum::body::Bytes;
use http::header::{CONTENT_TYPE, HeaderValue};
use http::{Method, Request, Response, StatusCode};
use std::sync::Arc;
use wimse::creds::pop::Audience;

pub(super) async fn play(world: &World, trial: &mut Trial<'_>) -> Result<(), Failure> {
    trial.group(
        Kind::Attack,
        "A signed response, changed on the way",
        "Orders has done what web asked for, and says so. Here it is web that refuses, and \"HTTP\" is what reached it. \
         Unchanged, the same response is accepted.",
    );
    changed(world, trial).await?;
    exchanged(world, trial).await
}

async fn changed(world: &World, trial: &mut Trial<'_>) -> Result<(), Failure> {
    type Answer = Response<Bytes>;

    let case = Case::response_refused("response-body", "Change the body", "httpsig.digest_mismatch");
    let change = |_: &_, answer: &mut Answer| *answer.body_mut() = Bytes::from_static(b"hello wimse://thief");
    trial.change_answer(case, refund(world)?, change).await;

    let tried = "Change the status: web is to believe that it failed";
    let case = Case::response_refused("response-status", tried, "httpsig.signature").status(500);
    let change = |_: &_, answer: &mut Answer| *answer.status_mut() = StatusCode::INTERNAL_SERVER_ERROR;
    trial.change_answer(case, refund(world)?, change).await;

    let tried = "Change Content-Type, which is always covered";
    let case = Case::response_refused("response-content-type", tried, "httpsig.signature");
    let change = |_: &_, answer: &mut Answer| {
        answer.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("text/html"));
    };
    trial.change_answer(case, refund(world)?, change).await;

    let tried = "Take the signature off";
    let case = Case::response_refused("response-stripped", tried, "httpsig.response_unsigned");
    let strip = |_: &_, answer: &mut Answer| signature::strip(answer.headers_mut());
    trial.change_answer(case, refund(world)?, strip).await;
    Ok(())
}

/// Every signature in these is good. The response is another's.
async fn exchanged(world: &World, trial: &mut Trial<'_>) -> Result<(), Failure> {
    let earlier = client::send(refund(world)?.request).await;
    let earlier = earlier.map_err(Failure::step("a genuine request was not answered"))?;
    world.log.take();
    let tried = "Answer with the response to an earlier request of web";
    let case = Case::response_refused("response-earlier", tried, "httpsig.req_nonce_mismatch");
    trial.change_answer(case, refund(world)?, |_, answer| *answer = earlier).await;

    let tried = "Swap two responses: web gets the one for reports";
    let case = Case::response_refused("response-swapped", tried, "httpsig.req_nonce_mismatch").status(403);
    let accepted = Verdict::Accepted { caller: WEB.to_owned(), by: Proof::Signature, txn_token: false };
    let case = case.logged([accepted, Verdict::Refused(NOT_PERMITTED)]);
    let of_web = world.web_signs.sign(status_of_refund(world)?)?;
    let of_reports = world.reports_signs.sign(status_of_refund(world)?)?;
    trial.swap(case, of_web, of_reports).await;

    let (reports, wits) = (Arc::clone(&world.reports), Arc::clone(&world.reports_wits));
    let audience =
        Audience::base(&world.orders_url("")).map_err(Failure::step("the audience is not valid"))?;
    let tried = "Have another real workload answer: reports signs";
    let case = Case::response_refused("response-other-workload", tried, "httpsig.peer_unexpected");
    let answer_as_reports = move |request: &Request<_>, answer: &mut _| {
        signature::all_or_nothing(answer, |answer| {
            signature::answer_as(request, answer, &reports, wits, audience)
        });
    };
    trial.change_answer(case, refund(world)?, answer_as_reports).await;

    let reports = Arc::clone(&world.reports);
    let tried = "Have reports ask with web's nonce; pass its response on";
    let case = Case::response_refused("response-copied-nonce", tried, "httpsig.signature").status(403);
    let case = case.logged([Verdict::Refused(NOT_PERMITTED)]);
    let ask_as_reports = move |request: &mut _| {
        signature::all_or_nothing(request, |request| signature::ask_as(request, &reports));
    };
    trial.change_once(case, refund(world)?, ask_as_reports).await;
    Ok(())
}

fn status_of_refund(world: &World) -> Result<Request<Bytes>, Failure> {
    request(Method::GET, &world.orders_url("/refunds/42"), Bytes::new())
}
