//! A signature taken off, replaced or used again.

use crate::demo::calls::{REFUND, refund, refund_at, refund_with_both};
use crate::demo::forge::{self, signature};
use crate::demo::report::Kind;
use crate::demo::trial::{Case, Trial};
use crate::demo::workload::now;
use crate::demo::world::World;
use crate::exit::Failure;
use axum::body::Bytes;
use http::Request;
use http::header::HOST;
use std::sync::Arc;
use std::time::Duration;
use wimse::creds::key::SigningKey;
use wimse::httpsig::profile::TAG;

pub(super) async fn play(world: &World, trial: &mut Trial<'_>) -> Result<(), Failure> {
    trial.group(
        Kind::Attack,
        "A signature taken off, replaced or used again",
        "Where a signature is demanded there is no way round it: a WIT alone, or with a WPT, is not enough.",
    );
    replaced(world, trial).await?;
    reused(world, trial).await
}

async fn replaced(world: &World, trial: &mut Trial<'_>) -> Result<(), Failure> {
    let tried = "Take the signature off, and leave WIT and WPT";
    let case = Case::signature_refused("signed-stripped", tried, "httpsig.unsigned");
    let strip = |request: &mut Request<Bytes>| signature::strip(request.headers_mut());
    trial.change(case, refund_with_both(world)?, strip).await?;

    let thief = SigningKey::generate(world.web.algorithm()).map_err(Failure::step("the thief has no key"))?;
    let thief = Arc::new(thief);
    let key = Arc::clone(&thief);
    let tried = "Change body and digest, and sign with the thief's key";
    let case = Case::signature_refused("signed-own-key", tried, "httpsig.signature");
    let change = move |request: &mut _| {
        signature::all_or_nothing(request, |request| {
            signature::set_body(request, b"12000.00");
            signature::sign_with_own_key(request, &key)
        });
    };
    trial.change(case, refund(world)?, change).await?;

    let tried = "Add a second signature with the tag of ours";
    let case = Case::signature_refused("signed-second-tag", tried, "httpsig.tag_ambiguous");
    let add = move |request: &mut _| {
        signature::all_or_nothing(request, |request| signature::add_signature(request, &thief, "proxy", TAG));
    };
    trial.change(case, refund(world)?, add).await
}

async fn reused(world: &World, trial: &mut Trial<'_>) -> Result<(), Failure> {
    let tried = "Send a recorded request a second time";
    let case = Case::signature_refused("signed-replay", tried, "httpsig.replayed");
    trial.replay(case, refund(world)?).await?;

    let elsewhere = refund_at(&world.trap_url(REFUND))?;
    let authority = world.orders_authority();
    let tried = "Pass on a request that web signed for the thief";
    let case = Case::signature_refused("signed-other-service", tried, "httpsig.audience_mismatch");
    let change = move |request: &mut Request<Bytes>| forge::replace(request, HOST, &authority);
    trial.relay(case, world.web_signs.sign(elsewhere)?, change).await;

    let tried = "Send a request that was held back for ten minutes";
    let case = Case::signature_refused("signed-expired", tried, "httpsig.expired");
    let ten_minutes_ago = now().minus(Duration::from_secs(600));
    let held_back = refund_at(&world.orders_url(REFUND))?;
    trial.send(case, world.web_signs.sign_at(ten_minutes_ago, held_back)?).await;
    Ok(())
}
