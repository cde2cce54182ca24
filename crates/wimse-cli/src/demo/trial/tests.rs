//! An attack that is none, or comes out in another way than it should, shows as wrong.

use super::*;
use crate::demo::calls::refund;
use crate::demo::forge::signature;
use crate::demo::log::Proof;
use crate::demo::world::{ORDERS, WEB};

/// Plays, and tells which rows came out right.
async fn right(play: impl AsyncFnOnce(&World, &mut Trial<'_>) -> Result<(), Failure>) -> Vec<bool> {
    let world = World::start().await.unwrap();
    let mut trial = Trial::new(&world);
    trial.group(Kind::Attack, "Group", "Explanation.");
    play(&world, &mut trial).await.unwrap();
    let right = trial.groups.iter().flat_map(|group| &group.rows).map(|row| row.ok).collect();
    world.stop().await;
    right
}

#[tokio::test]
async fn a_thief_who_changes_nothing_is_seen() {
    let accepted = || Case::accepted("id", "tried", WEB).by(Proof::Signature).answered_by(ORDERS);
    let right = right(async |world, trial| {
        trial.change_once(accepted(), refund(world)?, |_| {}).await;
        let relabel = |request: &mut Request<Bytes>| {
            let _ = signature::relabel(request.headers_mut(), "other");
        };
        trial.change_once(accepted(), refund(world)?, relabel).await;

        trial.change_answer(accepted(), refund(world)?, |_, _| {}).await;
        let relabel = |_: &_, answer: &mut Response<Bytes>| {
            let _ = signature::relabel(answer.headers_mut(), "other");
        };
        trial.change_answer(accepted(), refund(world)?, relabel).await;
        Ok(())
    });
    assert_eq!(right.await, [false, true, false, true]);
}

#[tokio::test]
async fn the_reason_has_to_be_the_expected_one() {
    let right = right(async |world, trial| {
        for code in ["httpsig.signature", "httpsig.digest_mismatch"] {
            let case = Case::signature_refused("id", "tried", code);
            let change = |request: &mut Request<Bytes>| *request.body_mut() = Bytes::from_static(b"99.00");
            trial.change(case, refund(world)?, change).await?;
        }
        for code in ["httpsig.signature", "httpsig.digest_mismatch"] {
            let case = Case::response_refused("id", "tried", code);
            let change = |_: &_, answer: &mut Response<Bytes>| *answer.body_mut() = Bytes::new();
            trial.change_answer(case, refund(world)?, change).await;
        }
        Ok(())
    });
    assert_eq!(right.await, [false, true, false, true]);
}

/// Who answered has to be known, and by what the caller was.
#[tokio::test]
async fn more_than_the_greeting_is_judged() {
    let right = right(async |world, trial| {
        let case = Case::accepted("id", "tried", WEB).by(Proof::Signature);
        for case in [case.clone(), case.clone().answered_by(WEB), case.clone().by(Proof::Both)] {
            trial.send(case.clone(), refund(world)?).await;
        }
        trial.send(case.answered_by(ORDERS), refund(world)?).await;
        Ok(())
    });
    assert_eq!(right.await, [false, false, false, true]);
}
