//! The bounded memory of proofs: full, used up by one sender, too short, and clocks that are wrong.

use serde_json::{Value, json};

use super::{
    super::{Cases, tokens::NOW},
    exchange::Exchange,
    replay::{jti, sequence, steps},
};
use crate::vector::Vector;

pub(super) fn vectors() -> Cases {
    let [a, b, c] = ["billing", "orders", "stock"].map(|sender| {
        let subject = format!("wimse://example.com/{sender}");
        Exchange::ed25519().wit_claims(|claims| claims.string("sub", &subject))
    });
    let proofs = |sender: &Exchange| [1, 2, 3].map(|number| sender.claim("jti", &jti(number)));
    let [a1, a2, a3] = proofs(&a);
    let (b2, c3) = (b.claim("jti", &jti(2)), c.claim("jti", &jti(3)));

    let room = accepted(
        "wpt-store-room",
        "Three proofs of three senders in a memory for three.",
        &[(&a1, NOW), (&b2, NOW), (&c3, NOW)],
        json!({"capacity": 3, "share_per_sender": 3}),
        3,
    )?
    .output("identifier", "wimse://example.com/stock");
    let share = accepted(
        "wpt-store-share",
        "Three proofs of one sender, whose share is three.",
        &[(&a1, NOW), (&a2, NOW), (&a3, NOW)],
        json!({"capacity": 64, "share_per_sender": 3}),
        3,
    )?;
    let other = accepted(
        "wpt-store-share-of-another",
        "One sender has used up its share; another is still served.",
        &[(&a1, NOW), (&b2, NOW)],
        json!({"capacity": 64, "share_per_sender": 1}),
        2,
    )?
    .output("identifier", "wimse://example.com/orders");
    let freed = accepted(
        "wpt-store-freed",
        "What has expired makes room: the first second after exp and leeway.",
        &[(&a1, NOW), (&a2.claim_json("exp", NOW + 120), NOW + 90)],
        json!({"capacity": 1, "share_per_sender": 1}),
        2,
    )?;
    let window = accepted(
        "wpt-store-window",
        "A memory of 90 seconds: the life of the proof and the leeway.",
        &[(&a1, NOW)],
        json!({"window": 90}),
        1,
    )?;
    let mut vectors = vec![room.clone(), share.clone(), other.clone(), freed.clone(), window.clone()];
    vectors.push(guarded(
        &room,
        (
            "wpt-store-full",
            "replay.full",
            "a memory for two",
            "Full means refused: forgetting would let replays in.",
        ),
        json!({"capacity": 2, "share_per_sender": 2}),
    ));
    vectors.push(guarded(
        &share,
        (
            "wpt-store-share-used-up",
            "replay.sender_share",
            "a share of two",
            "One sender must not fill the memory for all.",
        ),
        json!({"capacity": 64, "share_per_sender": 2}),
    ));
    vectors.push(guarded(
        &window,
        (
            "wpt-store-window-too-short",
            "replay.window",
            "a memory of 89 seconds",
            "A proof that outlives the memory could be sent again.",
        ),
        json!({"window": 89}),
    ));
    let early = freed.refused(
        "wpt-store-not-freed",
        &["replay.sender_share"],
        "one second earlier",
        "A proof is remembered until the last second in which it is accepted.",
    );
    let too_early = [(&a1, NOW), (&a2.claim_json("exp", NOW + 120), NOW + 89)];
    vectors.push(early.steps(&steps(&too_early)?));
    vectors.push(
        other
            .refused(
                "wpt-store-share-same-sender",
                &["replay.sender_share"],
                "a second proof of the first sender",
                "The share of a sender is used up whatever it sends.",
            )
            .steps(&steps(&[(&a1, NOW), (&a2, NOW)])?),
    );
    vectors.extend(clocks(&a1, &a2)?);
    Ok(vectors)
}

/// What a wrong clock must not open.
fn clocks(first: &Exchange, second: &Exchange) -> Cases {
    let back = accepted(
        "wpt-clock-back",
        "The clock was set back, and the second proof is a new one.",
        &[(first, NOW + 50), (second, NOW)],
        json!({}),
        2,
    )?;
    let again = [(first, NOW + 50), (first, NOW)];
    let replayed = back.refused(
        "wpt-clock-back-replay",
        &["wpt.replayed"],
        "the first proof again",
        "A clock that goes back must not make a proof new.",
    );
    let zero = back.refused(
        "wpt-clock-zero",
        &["wit.lifetime_too_long"],
        "a clock at 0",
        "For a clock that was never set, every credential lives far too long.",
    );
    let ahead = back.refused(
        "wpt-clock-ahead",
        &["wit.expired", "wpt.expired"],
        "a clock of the year 9999",
        "For a clock that is far ahead, every credential and proof has expired.",
    );
    let third = first.claim("jti", &jti(3));
    let jumped = accepted(
        "wpt-clock-jump",
        "The clock jumped ahead for one request, and the next proof is a new one of that time.",
        &[(first, NOW), (&later(second), NOW + 3000), (&later(&third), NOW + 3001)],
        json!({}),
        3,
    )?;
    let reborn = jumped.refused(
        "wpt-clock-jump-replay",
        &["replay.forgotten", "wpt.replayed"],
        "the first proof again, after the clock was set back",
        "What was forgotten while the clock was ahead must not look new when it is set back.",
    );
    let reborn = reborn.steps(&steps(&[(first, NOW), (&later(second), NOW + 3000), (first, NOW + 1)])?);
    Ok(vec![
        jumped,
        reborn,
        back,
        replayed.steps(&steps(&again)?),
        zero.steps(&steps(&[(first, NOW + 50), (second, 0)])?),
        ahead.steps(&steps(&[(first, NOW + 50), (second, 253_402_300_799)])?),
    ])
}

/// The same proof, made 3,000 seconds later.
fn later(exchange: &Exchange) -> Exchange {
    exchange.claim_json("exp", NOW + 3060)
}

fn accepted(
    id: &str,
    comment: &str,
    requests: &[(&Exchange, u64)],
    guard: Value,
    last: u8,
) -> Result<Vector, Box<dyn std::error::Error>> {
    Ok(sequence(id, comment, requests)?.config("guard", guard).output("jti", jti(last)))
}

fn guarded(twin: &Vector, (id, code, differs, comment): (&str, &str, &str, &str), guard: Value) -> Vector {
    twin.refused(id, &[code], differs, comment).config("guard", guard)
}
