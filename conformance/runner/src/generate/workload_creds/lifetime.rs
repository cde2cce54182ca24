//! `exp`, `nbf` and `iat`: from when until when, and for how long at most.

use serde_json::json;

use super::{
    super::{
        Cases,
        tokens::{HOUR, NOW},
    },
    Token, accept, claims, plain, refuse,
};
use crate::vector::Vector;

/// Seconds of the default longest lifetime.
const DAY: u64 = 86_400;

pub(super) fn vectors() -> Cases {
    let requirements = ["WIT-5.1-1", "WIT-5.1-7", "WIT-5.1.4-7", "WIT-9.3.1-1", "WIT-9.3.1-2"];
    let twin = plain("wit-lifetime", &requirements, "The usual token.")?;
    let mut vectors = vec![twin.clone()];
    vectors.extend(boundaries()?);
    vectors.extend(dates(&twin)?);
    vectors.extend(expired(&twin)?);
    vectors.extend(too_long(&twin)?);
    Ok(vectors)
}

fn expires(seconds: u64) -> Token {
    claims(|claims| claims.set("exp", seconds))
}

fn boundaries() -> Cases {
    let case = |id: &str, token: Token, requirements: &[&str], comment: &str| {
        Ok::<_, Box<dyn std::error::Error>>(accept(&format!("wit-{id}"), &token?, requirements, comment))
    };
    let at = |id: &str, now: u64, comment: &str| {
        Ok::<_, Box<dyn std::error::Error>>(
            case(id, expires(NOW), &["WIT-5.1.4-7"], comment)?.config("now", now),
        )
    };
    let long = ["WIT-9.3.1-1", "WIT-9.3.1-2"];
    let within = [
        at("expired-within-leeway", NOW + 29, "The last second in which clocks may differ by so much.")?,
        at("expired-without-leeway", NOW - 1, "The last second of validity.")?.config("leeway", 0),
        at("expired-within-longest-leeway", NOW + 299, "No policy grants more than five minutes.")?
            .config("leeway", 3600),
    ];
    let past = [("after-leeway", NOW + 30), ("at-exp", NOW), ("after-longest-leeway", NOW + 300)];
    let after = within.iter().zip(past).map(|(twin, (id, now))| {
        let comment = "A token that was good a second ago.";
        twin.refused(&format!("wit-expired-{id}"), &["wit.expired"], "now is a second later", comment)
            .config("now", now)
    });
    let mut vectors = within.to_vec();
    vectors.extend(after);
    let without_iat = case(
        "lifetime-longest-without-iat",
        claims(|c| c.without("iat").set("exp", NOW + DAY + 30)),
        &long,
        "Without iat the lifetime is measured from now, by two clocks.",
    )?;
    vectors.extend(refuse(
        &without_iat,
        &long,
        "wit.lifetime_too_long",
        [(
            "wit-lifetime-without-iat",
            claims(|c| c.without("iat").set("exp", NOW + DAY + 31))?,
            "exp is a second later",
            "Leaving iat out does not lift the limit.",
        )],
    ));
    vectors.extend([
        case(
            "exp-fraction",
            claims(|c| c.set("exp", "1800003600.5")),
            &["WIT-5.1-7"],
            "A date may have a fraction.",
        )?
        .output("expires", NOW + HOUR),
        case(
            "exp-exponent",
            claims(|c| c.set("exp", "1.8000036e9")),
            &["WIT-5.1-7"],
            "A date is any JSON number.",
        )?
        .output("expires", NOW + HOUR),
        case(
            "iat-future",
            claims(|c| c.set("iat", NOW + 600)),
            &["WIT-5.1.4-7"],
            "When it was issued limits nothing.",
        )?
        .output("issued_at", NOW + 600),
        case(
            "iat-absent",
            claims(|c| c.without("iat")),
            &["WIT-5.1.4-7"],
            "A token need not say when it was issued.",
        )?
        .output("issued_at", json!(null)),
        case("nbf-past", claims(|c| c.set("nbf", NOW)), &["WIT-5.1.4-7"], "Valid from now on.")?,
        case(
            "nbf-within-leeway",
            claims(|c| c.set("nbf", NOW + 30)),
            &["WIT-5.1.4-7"],
            "The clock of the issuer is ahead.",
        )?,
        case("lifetime-longest", expires(NOW + DAY), &long, "The longest lifetime of the default policy.")?,
        without_iat,
        case("lifetime-longer-by-policy", expires(NOW + 7 * DAY), &long, "A policy may allow more.")?
            .config("max_lifetime", 7 * DAY),
    ]);
    Ok(vectors)
}

fn dates(twin: &Vector) -> Cases {
    let requirements = ["WIT-5.1-1", "WIT-5.1-7", "WIT-9.3.1-1"];
    let mut vectors = refuse(
        twin,
        &requirements,
        "wit.exp_missing",
        [("wit-exp-missing", claims(|c| c.without("exp"))?, "no exp", "A token that is valid for ever.")],
    );
    let exp = |text: &str| claims(|claims| claims.set("exp", text));
    vectors.extend(refuse(
        twin,
        &["WIT-5.1-7", "WIT-5.1.4-7", "WIT-9.3.1-1"],
        "wit.exp_malformed",
        [
            ("wit-exp-null", exp("null")?, "exp is null", "A token that is valid for ever."),
            ("wit-exp-string", exp("\"1800003600\"")?, "exp is a string", "A claim of the wrong type."),
            (
                "wit-exp-date",
                exp("\"2027-01-15T09:00:00Z\"")?,
                "exp is a date as text",
                "A claim of the wrong type.",
            ),
            ("wit-exp-array", exp("[1800003600]")?, "exp is an array", "A claim of the wrong type."),
            ("wit-exp-true", exp("true")?, "exp is true", "A claim of the wrong type."),
            ("wit-exp-huge", exp("1e308")?, "exp is 1e308", "Overflows when it becomes an integer."),
            (
                "wit-exp-beyond-64-bits",
                exp("18446744075509555216")?,
                "exp is 2^64 later",
                "Wraps around to the time of the twin.",
            ),
            ("wit-exp-year-10000", exp("253402300800")?, "exp is in the year 10000", "No clock shows that."),
        ],
    ));
    vectors.extend(refuse(
        twin,
        &["WIT-5.1.4-7"],
        "wit.nbf_malformed",
        [
            (
                "wit-nbf-string",
                claims(|c| c.string("nbf", "1800000000"))?,
                "nbf is a string",
                "A limit that is not understood.",
            ),
            (
                "wit-nbf-null",
                claims(|c| c.set("nbf", "null"))?,
                "nbf is null",
                "A limit that is not understood.",
            ),
        ],
    ));
    vectors.extend(refuse(
        twin,
        &["WIT-5.1.4-7", "WIT-9.3.1-1"],
        "wit.iat_malformed",
        [
            (
                "wit-iat-string",
                claims(|c| c.string("iat", "1800000000"))?,
                "iat is a string",
                "A lifetime that cannot be measured.",
            ),
            (
                "wit-iat-huge",
                claims(|c| c.set("iat", "1e400"))?,
                "iat is 1e400",
                "A lifetime that cannot be measured.",
            ),
        ],
    ));
    Ok(vectors)
}

fn expired(twin: &Vector) -> Cases {
    let requirements = ["WIT-5.1.4-7", "WIT-9.3.1-1"];
    let mut vectors = refuse(
        twin,
        &requirements,
        "wit.expired",
        [
            ("wit-exp-zero", expires(0)?, "exp is 0", "A token that has expired in 1970."),
            (
                "wit-exp-negative",
                claims(|c| c.set("exp", "-1"))?,
                "exp is -1",
                "Read without a sign, a token that is valid for ever.",
            ),
            (
                "wit-expired-at-leeway",
                expires(NOW - 30)?,
                "exp is 30 seconds ago",
                "The first second that no leeway covers.",
            ),
        ],
    );
    let later = |id: &str, seconds: u64, differs: &str, comment: &str| {
        twin.refused(id, &["wit.expired"], differs, comment)
            .requires(&requirements)
            .config("now", NOW + HOUR + seconds)
    };
    vectors.extend([
        later("wit-expired-half-a-minute", 30, "now is 30 seconds after exp", "A token that was good once."),
        later("wit-expired-a-day", DAY, "now is a day after exp", "A token that was good once."),
    ]);
    vectors.extend(refuse(
        twin,
        &["WIT-5.1.4-7"],
        "wit.not_yet_valid",
        [
            (
                "wit-nbf-future",
                claims(|c| c.set("nbf", NOW + 31))?,
                "nbf is 31 seconds ahead",
                "A token for later.",
            ),
            (
                "wit-nbf-fraction",
                claims(|c| c.set("nbf", "1800000030.5"))?,
                "nbf is 30.5 seconds ahead",
                "A token for later.",
            ),
        ],
    ));
    Ok(vectors)
}

fn too_long(twin: &Vector) -> Cases {
    let requirements = ["WIT-9.3.1-1", "WIT-9.3.1-2"];
    let mut vectors = refuse(
        twin,
        &requirements,
        "wit.lifetime_too_long",
        [
            (
                "wit-lifetime-a-day-and-a-second",
                expires(NOW + DAY + 1)?,
                "exp is a day and a second after iat",
                "Longer than the policy allows.",
            ),
            (
                "wit-lifetime-a-year",
                expires(NOW + 365 * DAY)?,
                "exp is a year ahead",
                "A credential that nobody can take back.",
            ),
            (
                "wit-lifetime-future-iat",
                claims(|c| c.set("iat", NOW + 7 * DAY).set("exp", NOW + 7 * DAY + HOUR))?,
                "iat is a week ahead, and exp an hour after it",
                "A future iat makes a long lifetime look short.",
            ),
            (
                "wit-lifetime-old-iat",
                claims(|c| c.set("iat", NOW - DAY))?,
                "iat is a day ago",
                "Near its end, a long lifetime looks short.",
            ),
        ],
    );
    vectors.push(
        twin.refused(
            "wit-lifetime-by-policy",
            &["wit.lifetime_too_long"],
            "the policy allows a second less than an hour",
            "Longer than the policy allows.",
        )
        .requires(&requirements)
        .config("max_lifetime", HOUR - 1),
    );
    Ok(vectors)
}
