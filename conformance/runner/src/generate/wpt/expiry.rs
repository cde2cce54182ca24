//! `exp` and `nbf`: when a proof is valid, and for how long.

use serde_json::json;

use super::{
    super::{Cases, tokens::NOW},
    exchange::{Exchange, Refused, by_code, reconfigured, refuse},
};

pub(super) fn vectors() -> Cases {
    let mut vectors = Vec::new();
    for (suffix, proof) in [("", Exchange::ed25519()), ("-es256", Exchange::es256())] {
        let plain = proof.accepted(&format!("wpt-exp{suffix}"), RULES, "A proof that lives for a minute.")?;
        let boundary = proof.claim_json("exp", NOW - 29).accepted(
            &format!("wpt-exp-within-leeway{suffix}"),
            RULES,
            "The last second of the leeway of 30 seconds.",
        )?;
        let late = boundary.refused(
            &format!("wpt-exp-after-leeway{suffix}"),
            &["wpt.expired"],
            "one second later",
            "The first second after the leeway.",
        );
        vectors.extend([plain.clone(), boundary, late.config("now", NOW + 1)]);
        vectors.extend(refuse(&plain, passed(&proof))?);
        vectors.extend(refuse(&plain, malformed(&proof))?);
    }
    let proof = Exchange::ed25519();
    vectors.extend(configured(&proof)?);
    vectors.extend(too_far(&proof)?);
    vectors.extend(not_before(&proof)?);
    Ok(by_code(vectors, |code| match code {
        "wpt.expired" => &["WPT-2-20", "WPT-3.1.2-2", "WIT-9.3.2-2"],
        "wpt.exp_missing" | "wpt.exp_malformed" => &["WPT-2-6", "WPT-2-20", "WPT-3.1.2-1", "WIT-9.3.2-1"],
        TOO_LONG => &["WPT-2-6", "WPT-2-21", "WPT-3.1.2-1", "WIT-9.3.2-1"],
        _ => &["WPT-3.1.2-2", "WIT-9.3.2-2"],
    }))
}

fn passed(proof: &Exchange) -> Vec<Refused> {
    let exp = |id, exp, differs, comment| (id, "wpt.expired", proof.claim_json("exp", exp), differs, comment);
    vec![
        exp("wpt-exp-passed", "1799996400", "an exp an hour ago", "A proof from a log of an hour ago."),
        exp("wpt-exp-zero", "0", "an exp of 0", "Zero is 1970, not \"never\"."),
        exp("wpt-exp-negative", "-1", "a negative exp", "A number before 1970 is in the past."),
        exp(
            "wpt-exp-fraction-passed",
            "1799999969.9",
            "a tenth of a second before",
            "A fraction is not a second more.",
        ),
    ]
}

fn malformed(proof: &Exchange) -> Vec<Refused> {
    let exp =
        |id, exp, differs, comment| (id, "wpt.exp_malformed", proof.claim_json("exp", exp), differs, comment);
    vec![
        (
            "wpt-exp-missing",
            "wpt.exp_missing",
            proof.claims(|claims| claims.without("exp")),
            "no exp",
            "A proof without an end is valid for ever.",
        ),
        exp("wpt-exp-string", r#""1800000060""#, "a string", "A date of the wrong JSON type."),
        exp("wpt-exp-null", "null", "null", "No date at all."),
        exp("wpt-exp-true", "true", "a Boolean", "A date of the wrong JSON type."),
        exp("wpt-exp-array", "[1800000060]", "an array", "A date of the wrong JSON type."),
        exp("wpt-exp-iso", r#""2027-01-15T08:01:00Z""#, "a date in text", "A date of the wrong JSON type."),
        exp("wpt-exp-overflow", "18446744073709551616", "2 to the 64th", "A number that overflows."),
        exp("wpt-exp-infinite", "1e308", "a number near infinity", "A number that overflows."),
        exp("wpt-exp-year-10000", "253402300800", "the year 10000", "Beyond all dates."),
    ]
}

fn configured(proof: &Exchange) -> Cases {
    let accepted = |id, exp, seconds: u64, comment| {
        let vector = proof.claim_json("exp", exp).accepted(id, RULES, comment)?;
        Ok::<_, Box<dyn std::error::Error>>(vector.config("wpt_leeway", seconds))
    };
    let none = accepted("wpt-exp-no-leeway", "1800000001", 0, "The last second, without leeway.")?;
    let wide = accepted("wpt-exp-wide-leeway", "1799999701", 300, "The last second of the widest leeway.")?;
    let fraction = accepted("wpt-exp-fraction", "1800000001.5", 0, "A number may have a fraction.")?;
    let exponent = accepted("wpt-exp-exponent", "1.800000001E9", 0, "A number may have an exponent.")?;
    let at = none.refused(
        "wpt-exp-at-exp",
        &["wpt.expired"],
        "the second of exp itself",
        "On exp, a proof is not valid any more (RFC 7519 4.1.4).",
    );
    let wider = reconfigured(
        &wide,
        ("wpt-exp-narrow-leeway", "wpt.expired", "a leeway of 30 seconds", "Beyond the leeway configured."),
        ("wpt_leeway", json!(30)),
    );
    let fraction_late = fraction.refused(
        "wpt-exp-fraction-late",
        &["wpt.expired"],
        "two seconds later",
        "A fraction is not a second more.",
    );
    let later = |vector: crate::vector::Vector| vector.config("now", NOW + 1);
    Ok(vec![none, wide, fraction, exponent, later(at), wider, fraction_late.config("now", NOW + 2)])
}

/// The limit is measured from the present, never from the `iat` that the sender chooses.
fn too_far(proof: &Exchange) -> Cases {
    let rules = &["WPT-2-6", "WPT-2-21", "WPT-3.1.2-1", "WPT-3.1.2-2", "WIT-9.3.2-1", "WIT-9.3.2-2"];
    let longest = proof.claim_json("exp", NOW + 330).accepted(
        "wpt-exp-longest",
        rules,
        "Five minutes and the leeway: the longest that is accepted by default.",
    )?;
    let hour = proof.claim_json("exp", NOW + 600).accepted(
        "wpt-exp-longest-configured",
        rules,
        "Ten minutes where that is configured.",
    )?;
    let hour = hour.config("wpt_max_lifetime", 600).config("guard", json!({"window": 630}));
    let exp = |id, exp, differs, comment| (id, TOO_LONG, proof.claim_json("exp", exp), differs, comment);
    let mut vectors = vec![longest.clone(), hour.clone()];
    vectors.extend(refuse(
        &longest,
        [
            exp(
                "wpt-exp-too-far",
                "1800000331",
                "one second more",
                "A proof is for minutes, not for longer.",
            ),
            exp("wpt-exp-next-day", "1800086400", "a day", "A proof that lives for a day is a bearer token."),
            exp("wpt-exp-year-9999", "253402300799", "the year 9999", "The latest of all dates."),
            (
                "wpt-exp-future-iat",
                TOO_LONG,
                proof.claims(|claims| claims.set("exp", NOW + 86_400).set("iat", NOW + 86_340)),
                "a day, with an iat a minute before it",
                "A future iat must not hide that exp is far away.",
            ),
        ],
    )?);
    vectors.push(reconfigured(
        &hour,
        ("wpt-exp-too-far-configured", TOO_LONG, "a limit of 599 seconds", "Beyond the limit configured."),
        ("wpt_max_lifetime", json!(599)),
    ));
    Ok(vectors)
}

/// The draft has no `nbf`; where a sender sets it, it is honoured.
fn not_before(proof: &Exchange) -> Cases {
    let rules = &["WPT-3.1.2-2", "WIT-9.3.2-2"];
    let accepted = proof.claim_json("nbf", NOW + 30);
    let accepted = accepted.accepted("wpt-nbf-within-leeway", rules, "An nbf that the leeway reaches.")?;
    let nbf = |id, code, nbf, differs, comment| (id, code, proof.claim_json("nbf", nbf), differs, comment);
    let mut vectors = vec![accepted.clone()];
    vectors.extend(refuse(
        &accepted,
        [
            nbf("wpt-nbf-future", "wpt.not_yet_valid", "1800000031", "one second more", "Not valid yet."),
            nbf("wpt-nbf-string", "wpt.nbf_malformed", r#""1800000030""#, "a string", "The wrong JSON type."),
            nbf("wpt-nbf-null", "wpt.nbf_malformed", "null", "null", "No date at all."),
        ],
    )?);
    Ok(vectors)
}

const TOO_LONG: &str = "wpt.lifetime_too_long";
const RULES: &[&str] = &["WPT-2-6", "WPT-2-20", "WPT-3.1.2-1", "WPT-3.1.2-2", "WIT-9.3.2-1", "WIT-9.3.2-2"];
