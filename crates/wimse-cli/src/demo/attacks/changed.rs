//! A genuine request, changed on its way.

use crate::demo::calls::TXN_TOKEN_OF_ALICE;
use crate::demo::forge;
use crate::demo::identity::HOUR;
use crate::demo::report::Kind;
use crate::demo::trial::{Case, Trial};
use crate::demo::workload::{get, identifier, now, post};
use crate::demo::world::{WEB, World};
use crate::exit::Failure;
use http::header::AUTHORIZATION;
use wimse::creds::{Validity, WORKLOAD_IDENTITY_TOKEN, WitClaims};
use wimse::wpt::TXN_TOKEN;

pub(super) async fn play(world: &World, trial: &mut Trial<'_>) -> Result<(), Failure> {
    trial.group(
        Kind::Attack,
        "A genuine request, changed on the way",
        "The proxy changes one thing and passes the request on. Unchanged, the same request is accepted.",
    );
    credentials(world, trial).await?;
    txn_token(world, trial).await
}

async fn credentials(world: &World, trial: &mut Trial<'_>) -> Result<(), Failure> {
    let call = || get(&world.web, &world.orders_url("/orders/42"));

    let tried = "Change one bit of the WIT: it names another workload";
    let case = Case::refused("wit-bit", tried, "wit.signature");
    trial.change(case, call()?, forge::rename_subject).await?;

    let tried = "Change one bit of the WPT: its number looks new";
    let case = Case::refused("wpt-bit", tried, "wpt.signature");
    trial.change(case, call()?, forge::renumber_proof).await?;

    let wit = world.reports.wit().as_str().to_owned();
    let tried = "Put the valid WIT of another workload into the request";
    let case = Case::refused("swapped-wit", tried, "wpt.signature");
    let swap = move |request: &mut _| forge::replace(request, WORKLOAD_IDENTITY_TOKEN, &wit);
    trial.change(case, call()?, swap).await?;

    // Same workload, same key: only the hash in the proof tells the two WITs apart.
    let claims = WitClaims::new(identifier(WEB)?, world.web.public_key(), Validity::starting(now(), HOUR));
    let wit = world.identity.vouch(claims)?;
    let tried = "Put another valid WIT of web, for the same key, into it";
    let case = Case::refused("swapped-own-wit", tried, "wpt.wth_mismatch");
    let swap = move |request: &mut _| forge::replace(request, WORKLOAD_IDENTITY_TOKEN, wit.as_str());
    trial.change(case, call()?, swap).await?;

    let tried = "Add a second Authorization field";
    let case = Case::refused("second-authorization", tried, "wpt.authorization_repeated");
    trial.change(case, call()?, |request| forge::add(request, AUTHORIZATION, "Bearer let-me-in")).await
}

async fn txn_token(world: &World, trial: &mut Trial<'_>) -> Result<(), Failure> {
    let order = |txn_token| post(&world.web, &world.orders_url("/orders"), "three of item 7", txn_token);
    let for_alice = || order(Some(TXN_TOKEN_OF_ALICE));

    let tried = "Change the Txn-Token: another user is named";
    let case = Case::refused("changed-txn-token", tried, "wpt.tth_mismatch");
    let change = |request: &mut _| forge::replace(request, TXN_TOKEN, "transaction-of-mallory");
    trial.change(case, for_alice()?, change).await?;

    let tried = "Remove the Txn-Token: no user is named any more";
    let case = Case::refused("removed-txn-token", tried, "wpt.tth_without_token");
    let change = |request: &mut http::Request<_>| drop(request.headers_mut().remove(TXN_TOKEN));
    trial.change(case, for_alice()?, change).await?;

    let tried = "Add a Txn-Token to a request that had none";
    let case = Case::refused("added-txn-token", tried, "wpt.tth_missing");
    let change = |request: &mut _| forge::add(request, TXN_TOKEN, TXN_TOKEN_OF_ALICE);
    trial.change(case, order(None)?, change).await
}
