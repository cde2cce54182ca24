//! A signature is good once: its nonce, whoever sends it.

use std::error::Error;

use serde_json::json;

use super::{
    super::{
        Cases,
        tokens::{NOW, OTHER_WORKLOAD_ED25519, base64url, confirmation},
    },
    cases::{both, by_code},
    selection::flipped,
    signed::{NONCE, Signed},
};
use crate::vector::Vector;

pub(super) fn vectors() -> Cases {
    let mut vectors = both(|request| {
        let mut vectors = of("sig-replay", request)?;
        vectors.extend(of("sig-response-replay", &request.response())?);
        Ok(vectors)
    })?;
    let request = Signed::ed25519();
    vectors.extend(ecdsa()?);
    vectors.extend(senders(&request)?);
    vectors.extend(remembered("sig-replay", &request)?);
    vectors.extend(apart(&request)?);
    Ok(by_code(vectors, |code| match code {
        "httpsig.replayed" => &["SIG-3-37", "SIG-5.1-6", "SIG-6.4-1"],
        _ => &["SIG-3-36"],
    }))
}

/// The same nonce again.
fn of(id: &str, first: &Signed) -> Cases {
    let second = first.string("nonce", NEXT);
    let twin =
        sequence(&format!("{id}-none"), "Each has a nonce of its own.", &[(first, NOW), (&second, NOW + 1)])?;
    let twin = twin.output("nonce", NEXT);
    let rows: [(&str, Signed, &str, &str); 5] = [
        ("", first.clone(), "the same message again", "A captured message is sent again."),
        (
            "-other-label",
            first.field("Signature-Input", "again={input}").field("Signature", "again=:{signature}:"),
            "the same message under another label",
            "Remembering the bytes of the fields is not remembering the nonce.",
        ),
        (
            "-other-fields",
            first.line("Via", "1.1 proxy.example"),
            "the same message with another field",
            "Remembering the message is not remembering the nonce.",
        ),
        (
            "-later",
            first.valid(NOW + 1, NOW + 61),
            "the same nonce in a later signature",
            "The name of a signature is its nonce alone.",
        ),
        (
            "-more-covered",
            first.field("Date", "Fri, 15 Jan 2027 08:00:00 GMT").covering("\"date\""),
            "the same nonce over more components",
            "The name of a signature is its nonce alone.",
        ),
    ];
    let mut vectors = vec![twin.clone()];
    for (end, again, differs, comment) in rows {
        let steps = steps(&[(first, NOW), (&again, NOW + 1)])?;
        vectors.push(twin.refused(&format!("{id}{end}"), REPLAYED, differs, comment).steps(&steps));
    }
    for (end, again, time, comment) in [
        (
            "-in-leeway",
            first.clone(),
            NOW + 89,
            "A nonce is remembered for as long as its signature is accepted.",
        ),
        (
            "-longest",
            first.valid(NOW + 29, NOW + 359),
            NOW + 388,
            "The longest signature by a clock that is ahead.",
        ),
        ("-clock-back", first.clone(), NOW - 29, "A clock that goes back must not make a nonce new."),
    ] {
        let next = again.string("nonce", NEXT);
        let twin = sequence(&format!("{id}{end}-none"), "Another nonce.", &[(&again, NOW), (&next, time)])?;
        let repeated = steps(&[(&again, NOW), (&again, time)])?;
        vectors.push(twin.clone().output("nonce", NEXT));
        let refused = twin.refused(&format!("{id}{end}"), REPLAYED, "the same message again", comment);
        vectors.push(refused.of(end).steps(&repeated));
    }
    vectors.extend(poisoned(id, first)?);
    Ok(vectors)
}

/// What is refused is not remembered, else anybody could use up the nonces of others.
fn poisoned(id: &str, first: &Signed) -> Cases {
    let rows = [
        (
            "forged",
            "httpsig.signature",
            first.signature(flipped),
            "A forged message with the same nonce does not use it up.",
        ),
        (
            "other-content",
            "httpsig.digest_mismatch",
            first.then(|message| message.content.push(b' ')),
            "The message with other content, refused, does not use the nonce up.",
        ),
        (
            "long-since",
            "httpsig.expired",
            first.valid(NOW - 500, NOW - 400),
            "One that has expired does not use the nonce up.",
        ),
    ];
    let rows = rows.into_iter().map(|(end, code, refused, comment)| {
        let [refused, good] = [step(&refused, NOW)?, step(first, NOW)?];
        let refused = refused.refused("", &[code], "", "");
        Ok(Vector::sequence(&format!("{id}-{end}-before"), comment, &[refused, good]))
    });
    rows.collect()
}

/// README: the text does not limit the rule to one sender.
fn senders(first: &Signed) -> Cases {
    let other = |signed: &Signed| {
        signed
            .wit_claims(|claims| {
                let claims = claims.string("sub", "wimse://example.com/shipping").string("jti", "wit-3");
                claims.set("cnf", confirmation(&OTHER_WORKLOAD_ED25519.public()))
            })
            .signed_by(OTHER_WORKLOAD_ED25519)
    };
    let renewed = |signed: &Signed| signed.wit_claims(|claims| claims.string("jti", "wit-4"));
    let own = first.string("nonce", NEXT);
    let twin = sequence("sig-replay-senders", "Two senders.", &[(first, NOW), (&other(&own), NOW)])?;
    let twin = twin.output("identifier", "wimse://example.com/shipping").output("nonce", NEXT);
    let row = |id, again: &Signed, differs, comment| {
        Ok::<_, Box<dyn Error>>(
            twin.refused(id, REPLAYED, differs, comment).steps(&steps(&[(first, NOW), (again, NOW)])?),
        )
    };
    let case = first.string("nonce", &NONCE.to_ascii_lowercase());
    let case = sequence("sig-replay-case", "A nonce has case.", &[(first, NOW), (&case, NOW)])?;
    let rows = vec![
        row(
            "sig-replay-other-sender",
            &other(first),
            "the same nonce by another sender",
            "A nonce that somebody has seen is copied into a request of their own.",
        )?,
        row(
            "sig-replay-renewed-wit",
            &renewed(first),
            "the same nonce with a renewed WIT",
            "A renewed WIT does not renew nonces.",
        )?,
    ];
    Ok([vec![twin.clone(), case.output("nonce", NONCE.to_ascii_lowercase())], rows].concat())
}

/// What the recipient remembers is bounded, and what does not fit is refused.
fn remembered(id: &str, first: &Signed) -> Cases {
    let number = |number: u8| first.string("nonce", &base64url([number; 16]));
    let requests: Vec<_> = (0..4).map(number).collect();
    let requests: Vec<_> = requests.iter().map(|request| (request, NOW)).collect();
    let twin = sequence(&format!("{id}-share"), "A sender within its share.", &requests)?;
    let twin = twin.config("guard", json!({"share_per_sender": 4})).output("nonce", base64url([3; 16]));
    let full = twin.refused(
        &format!("{id}-share-used-up"),
        &["replay.sender_share", "replay.full"],
        "a share of three",
        "One sender must not fill the memory for all.",
    );
    Ok(vec![twin, full.config("guard", json!({"share_per_sender": 3}))])
}

/// Requests and responses are remembered apart: a workload is client and server.
fn apart(request: &Signed) -> Cases {
    let response = request.response().string("nonce", NONCE);
    let vector = sequence(
        "sig-replay-apart",
        "A response with the nonce of a request that was received.",
        &[(request, NOW), (&response, NOW)],
    )?;
    Ok(vec![vector.output("nonce", NONCE)])
}

/// An ECDSA signature has a second form that verifies as well.
fn ecdsa() -> Cases {
    let first = Signed::es256();
    let second = first.string("nonce", NEXT);
    let twin = sequence("sig-replay-second-form-none", "Two signatures.", &[(&first, NOW), (&second, NOW)])?;
    let twin = twin.output("nonce", NEXT);
    let again = steps(&[(&first, NOW), (&first.signature(negate_s), NOW)])?;
    let refused = twin.refused(
        "sig-replay-second-form",
        REPLAYED,
        "the same signature with n - s for s",
        "Whoever remembers the bytes of a signature accepts its second form.",
    );
    Ok(vec![twin, refused.steps(&again)])
}

/// An accepted sequence of messages, each at its time; the outputs are those of the last.
fn sequence(id: &str, comment: &str, messages: &[(&Signed, u64)]) -> Result<Vector, Box<dyn Error>> {
    Ok(Vector::sequence(id, comment, &steps(messages)?))
}

/// One step for each message.
fn steps(messages: &[(&Signed, u64)]) -> Cases {
    messages.iter().map(|(signed, now)| step(signed, *now)).collect()
}

fn step(signed: &Signed, now: u64) -> Result<Vector, Box<dyn Error>> {
    Ok(signed.accepted("", RULES, "")?.config("now", now))
}

/// The other signature of the same message by the same key: r and n - s.
fn negate_s(mut signature: Vec<u8>) -> Vec<u8> {
    let mut borrow = 0;
    for (byte, of_order) in signature.iter_mut().skip(32).zip(ORDER).rev() {
        let difference = i16::from(of_order) - i16::from(*byte) - borrow;
        borrow = i16::from(difference < 0);
        *byte = difference.rem_euclid(256).try_into().unwrap_or_default();
    }
    signature
}

/// The order of the group of P-256 (FIPS 186-5, SEC 2).
const ORDER: [u8; 32] = [
    0xff, 0xff, 0xff, 0xff, 0, 0, 0, 0, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xbc, 0xe6, 0xfa,
    0xad, 0xa7, 0x17, 0x9e, 0x84, 0xf3, 0xb9, 0xca, 0xc2, 0xfc, 0x63, 0x25, 0x51,
];
/// 16 bytes, 16 to 31.
const NEXT: &str = "EBESExQVFhcYGRobHB0eHw";
const REPLAYED: &[&str] = &["httpsig.replayed"];
const RULES: &[&str] = &["SIG-3-36", "SIG-3-37", "SIG-5.1-6", "SIG-6.4-1"];
