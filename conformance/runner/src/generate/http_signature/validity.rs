//! When a signature is good: from `created` to `expires`, which is soon, with 30 seconds for clocks that differ.

use super::{
    super::{Cases, tokens::NOW},
    cases::{Codes, Refused, both, by_code, reconfigured, refuse},
    signed::Signed,
};
use crate::vector::Vector;

pub(super) fn vectors() -> Cases {
    both(|request| {
        let mut vectors = of("sig-validity", request)?;
        vectors.extend(of("sig-response-validity", &request.response())?);
        Ok(by_code(vectors, |code| match code {
            "httpsig.lifetime_too_long" => &["SIG-3-22", "SIG-5.1-4"],
            "httpsig.expired" => &["SIG-3-21", "SIG-5.1-5"],
            "httpsig.not_yet_valid" => &["SIG-3-20", "SIG-5.1-5"],
            _ => &["SIG-3-20", "SIG-3-21", "SIG-3-22"],
        }))
    })
}

fn of(id: &str, signed: &Signed) -> Cases {
    let twin = signed.accepted(id, RULES, "Created now, for a minute.")?;
    let at = |end: &str, created, expires, comment| {
        signed.valid(created, expires).accepted(&format!("{id}-{end}"), RULES, comment)
    };
    let mut vectors = vec![
        twin.clone(),
        at("longest", NOW, NOW + 330, "330 seconds: five minutes and half a minute for clocks that differ.")?,
        at(
            "future",
            NOW + 30,
            NOW + 60,
            "Created in 30 seconds: the last second that a clock may be ahead.",
        )?,
        at(
            "past",
            NOW - 90,
            NOW - 30,
            "Expired 30 seconds ago: the last second that a clock may be behind.",
        )?,
        at("instant", NOW, NOW, "Created and expired in one second: not before its beginning.")?,
    ];
    vectors.extend(refuse(&twin, times(id, signed))?);
    vectors.extend(other_limits(&twin));
    vectors.extend(other_clock(&twin));
    Ok(vectors)
}

fn times(id: &str, signed: &Signed) -> Vec<Refused<String>> {
    let row = |end: &str, codes: Codes, created, expires, differs, comment| {
        (format!("{id}-{end}"), codes, signed.valid(created, expires), differs, comment)
    };
    vec![
        row(
            "too-long",
            TOO_LONG,
            NOW,
            NOW + 331,
            "331 seconds of validity",
            "What is captured could be sent again for longer than it is remembered.",
        ),
        row(
            "day",
            TOO_LONG,
            NOW,
            NOW + 86_400,
            "a day of validity",
            "A signature is for one exchange, not for a day.",
        ),
        row(
            "long-since",
            TOO_LONG,
            NOW - 3600,
            NOW + 60,
            "created an hour ago",
            "The lifetime counts, not what is left of it.",
        ),
        row(
            "not-yet",
            &["httpsig.not_yet_valid"],
            NOW + 31,
            NOW + 60,
            "created in 31 seconds",
            "A signature made in advance.",
        ),
        row(
            "expired",
            EXPIRED,
            NOW - 91,
            NOW - 31,
            "expired 31 seconds ago",
            "A captured message is sent later.",
        ),
        row(
            "backwards",
            &["httpsig.expires_before_created"],
            NOW + 10,
            NOW,
            "expires before it is created",
            "A lifetime below nothing must not pass as a short one.",
        ),
    ]
}

/// A recipient that wants it tighter.
fn other_limits(twin: &Vector) -> Vec<Vector> {
    vec![reconfigured(
        twin,
        (
            &format!("{}-limit", twin.id),
            TOO_LONG,
            "a recipient that accepts 30 seconds",
            "How short is short is for the recipient to say.",
        ),
        ("signature_max_lifetime", 30.into()),
    )]
}

/// The same message at another time.
fn other_clock(twin: &Vector) -> Vec<Vector> {
    let later = |end: &str, now, codes: &[&str], differs, comment| {
        let id = format!("{}-{end}", twin.id);
        reconfigured(twin, (&id, codes, differs, comment), ("now", u64::into(now)))
    };
    vec![
        later("later", NOW + 91, EXPIRED, "31 seconds after it expired", "A captured message is sent later."),
        later(
            "earlier",
            NOW - 31,
            &["httpsig.not_yet_valid"],
            "31 seconds before it",
            "A clock that is far behind.",
        ),
    ]
}

const TOO_LONG: &[&str] = &["httpsig.lifetime_too_long"];
const EXPIRED: &[&str] = &["httpsig.expired"];
const RULES: &[&str] = &["SIG-3-20", "SIG-3-21", "SIG-3-22", "SIG-5.1-4", "SIG-5.1-5"];
