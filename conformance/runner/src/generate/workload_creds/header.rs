//! `typ` and the other header parameters.

use super::{
    super::{Cases, tokens::Members},
    Change, Refused, accept, algorithm, header, plain, refuse,
};
use crate::vector::Vector;

pub(super) fn vectors() -> Cases {
    let requirements =
        ["WIT-5.1-1", "WIT-5.1-2", "WIT-5.1-3", "WIT-5.1-4", "WIT-5.1-17", "WIT-5.1.4-3", "WIT-5.1.4-7"];
    let twin = plain("wit-header", &requirements, "The usual token.")?;
    let mut vectors = vec![twin.clone()];
    vectors.extend(accepted()?);
    vectors.extend(algorithm::refused(&twin)?);
    vectors.extend(media_type(&twin)?);
    vectors.extend(others(&twin)?);
    Ok(vectors)
}

fn accepted() -> Cases {
    type Row<'a> = (&'a str, Change, &'a str);
    let media_types: [Row<'_>; 4] = [
        ("typ-application", |h| h.string("typ", "application/wit+jwt"), "The whole media type."),
        (
            "typ-upper-case",
            |h| h.string("typ", "WIT+JWT"),
            "Media types are compared without regard to case.",
        ),
        (
            "typ-application-mixed-case",
            |h| h.string("typ", "Application/Wit+Jwt"),
            "The whole media type, without regard to case.",
        ),
        (
            "typ-escaped",
            |h| h.set("typ", r#""wit\u002bjwt""#),
            "A JSON escape is another spelling of the same string.",
        ),
    ];
    let ignored: [Row<'_>; 4] = [
        ("unknown-parameter", |h| h.set("example.com/x", r#"{"a":[1]}"#), "An unknown parameter is ignored."),
        ("cty", |h| h.string("cty", "JWT"), "A parameter that is of no use here is ignored."),
        (
            "key-parameters",
            |h| {
                h.string("jku", "https://id.example.com/jwks")
                    .string("x5u", "https://id.example.com/chain")
                    .set("x5c", "[]")
                    .string("x5t", "AAAA")
            },
            "Places of keys in the header are ignored.",
        ),
        (
            "order",
            |_| Members::of([("typ", "\"wit+jwt\""), ("kid", "\"issuer-es256\""), ("alg", "\"ES256\"")]),
            "The order of members has no meaning.",
        ),
    ];
    let case = |(id, change, comment): Row<'_>, requirements: &[&str]| {
        Ok(accept(&format!("wit-header-{id}"), &header(change)?, requirements, comment))
    };
    let media_types = media_types.into_iter().map(|row| case(row, &["WIT-5.1-4", "WIT-5.1.4-3"]));
    let ignored = ignored.into_iter().map(|row| case(row, &["WIT-5.1.4-7"]));
    media_types.chain(ignored).collect()
}

/// A table of headers: id, change, what differs, the attack or the mistake.
pub(super) fn rows<'a, const N: usize>(
    rows: [(&'a str, Change, &'a str, &'a str); N],
) -> Result<Vec<Refused<'a>>, Box<dyn std::error::Error>> {
    rows.into_iter()
        .map(|(id, change, differs, comment)| Ok((id, header(change)?, differs, comment)))
        .collect()
}

fn media_type(twin: &Vector) -> Cases {
    let requirements = ["WIT-5.1-4", "WIT-5.1.4-3"];
    let mut vectors = refuse(
        twin,
        &["WIT-5.1-1", "WIT-5.1-4", "WIT-5.1.4-3"],
        "wit.typ_missing",
        rows([(
            "wit-typ-missing",
            |h| h.without("typ"),
            "no typ",
            "A token of another kind from the same issuer.",
        )])?,
    );
    vectors.extend(refuse(
        twin,
        &requirements,
        "wit.typ_mismatch",
        rows([
            (
                "wit-typ-jwt",
                |h| h.string("typ", "JWT"),
                "typ is JWT",
                "An access or identity token from the same issuer.",
            ),
            (
                "wit-typ-wpt",
                |h| h.string("typ", "wpt+jwt"),
                "typ is wpt+jwt",
                "A proof in place of a credential.",
            ),
            (
                "wit-typ-application-jwt",
                |h| h.string("typ", "application/jwt"),
                "typ is application/jwt",
                "Another media type.",
            ),
            (
                "wit-typ-parameter",
                |h| h.string("typ", "wit+jwt; v=1"),
                "typ has a parameter",
                "The media type has no parameters.",
            ),
            (
                "wit-typ-other-tree",
                |h| h.string("typ", "text/wit+jwt"),
                "typ is text/wit+jwt",
                "Another type with the same subtype.",
            ),
            (
                "wit-typ-suffix",
                |h| h.string("typ", "x-wit+jwt"),
                "typ ends in wit+jwt",
                "A media type that only ends like it.",
            ),
            (
                "wit-typ-space",
                |h| h.string("typ", "wit+jwt "),
                "a space after typ",
                "A media type that only trimming makes right.",
            ),
            ("wit-typ-empty", |h| h.string("typ", ""), "typ is empty", "An empty type."),
        ])?,
    ));
    vectors.extend(refuse(
        twin,
        &requirements,
        "wit.header_parameter",
        rows([
            ("wit-typ-null", |h| h.set("typ", "null"), "typ is null", "A parameter of the wrong type."),
            (
                "wit-typ-array",
                |h| h.set("typ", r#"["wit+jwt","JWT"]"#),
                "typ is an array",
                "A token of two types.",
            ),
        ])?,
    ));
    Ok(vectors)
}

fn others(twin: &Vector) -> Cases {
    let requirements = ["WIT-5.1.4-7"];
    let mut vectors = refuse(
        twin,
        &requirements,
        "wit.crit",
        rows([
            (
                "wit-crit-unknown",
                |h| h.set("crit", r#"["example.com/x"]"#).set("example.com/x", "true"),
                "crit names an extension",
                "An extension that must be understood and is not.",
            ),
            (
                "wit-b64",
                |h| h.set("b64", "false"),
                "b64 without crit",
                "A payload that one reader decodes and another does not is two payloads.",
            ),
            (
                "wit-crit-b64",
                |h| h.set("b64", "false").set("crit", r#"["b64"]"#),
                "crit names b64",
                "An unencoded payload, forbidden in a JWT.",
            ),
            ("wit-crit-empty", |h| h.set("crit", "[]"), "crit is empty", "RFC 7515 forbids an empty list."),
            (
                "wit-crit-registered",
                |h| h.set("crit", r#"["typ"]"#),
                "crit names typ",
                "RFC 7515 forbids the names that it defines.",
            ),
            ("wit-crit-null", |h| h.set("crit", "null"), "crit is null", "A parameter of the wrong type."),
        ])?,
    );
    vectors.extend(refuse(
        twin,
        &["WIT-5.1.4-7", "WIT-5.1.4-8"],
        "wit.header_parameter",
        rows([
            ("wit-kid-number", |h| h.set("kid", "5"), "kid is a number", "A parameter of the wrong type."),
            (
                "wit-kid-null",
                |h| h.set("kid", "null"),
                "kid is null",
                "A parameter of the wrong type, not an absent one.",
            ),
            (
                "wit-kid-array",
                |h| h.set("kid", r#"["issuer-es256"]"#),
                "kid is an array",
                "Several keys to choose from.",
            ),
        ])?,
    ));
    Ok(vectors)
}
