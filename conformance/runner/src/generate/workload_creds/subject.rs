//! `sub`: exactly one Workload Identifier.

use serde_json::json;

use super::{
    super::{
        Cases,
        tokens::{ISSUER_ES256, SUBJECT, domain},
    },
    Token, accept, claims, plain, refuse, subject_form,
};
use crate::vector::Vector;

pub(super) fn vectors() -> Cases {
    let requirements = [
        "WIT-1.3-1",
        "WIT-4-1",
        "WIT-4-2",
        "WIT-5.1-1",
        "WIT-5.1-6",
        "WIT-5.1.4-2",
        "WIT-9.1-1",
        "IDP-7.1-1",
        "IDP-7.1-2",
        "IDP-7.1-3",
        "IDP-7.1-4",
    ];
    let twin = plain("wit-subject", &requirements, "The usual token.")?;
    let mut vectors = vec![twin.clone()];
    vectors.extend(accepted()?);
    vectors.extend(shape(&twin)?);
    vectors.extend(several(&twin)?);
    vectors.extend(subject_form::not_identifiers(&twin)?);
    vectors.extend(subject_form::before_look_up(&twin)?);
    Ok(vectors)
}

fn accepted() -> Cases {
    let longest = format!("{SUBJECT}/{}", "a".repeat(2048 - SUBJECT.len() - 1));
    Ok(vec![
        accept(
            "wit-subject-escaped-solidus",
            &claims(|c| c.set("sub", r#""wimse:\/\/example.com\/billing""#))?,
            &["WIT-5.1.4-2", "IDP-7.1-3", "IDP-7.1-4"],
            "A JSON escape is another spelling of the same string: what is handed on is the identifier.",
        ),
        accept(
            "wit-subject-escaped-letter",
            &claims(|c| c.set("sub", r#""wimse://ex\u0061mple.com/billing""#))?,
            &["WIT-5.1.4-2", "IDP-7.1-3", "IDP-7.1-4"],
            "A JSON escape is another spelling of the same string: what is handed on is the identifier.",
        ),
        accept(
            "wit-subject-longest",
            &claims(|c| c.string("sub", &longest))?,
            &["WIT-1.3-1"],
            "2,048 bytes are within what every implementation accepts.",
        )
        .output("subject", longest),
        accept(
            "wit-subject-spiffe",
            &subject("spiffe://example.com/billing")?,
            &["WIT-5.1-18", "WIT-5.1.4-2", "WIT-9.1-1"],
            "In a SPIFFE environment the scheme is spiffe.",
        )
        .config("anchors", json!([domain("spiffe://example.com", &[ISSUER_ES256.public_jwk()])]))
        .output("subject", "spiffe://example.com/billing")
        .output("origin", "spiffe://example.com"),
        accept(
            "wit-subject-baseline",
            &subject("wimse://example.com/a%20b")?,
            &["WIT-1.3-1"],
            "By the baseline policy, without the proposal of a canonical form, the path is compared as it is.",
        )
        .config("identifiers", "baseline")
        .output("subject", "wimse://example.com/a%20b"),
    ])
}

pub(super) fn subject(identifier: &str) -> Token {
    claims(|claims| claims.string("sub", identifier))
}

pub(super) fn raw(value: &str) -> Token {
    claims(|claims| claims.set("sub", value))
}

fn shape(twin: &Vector) -> Cases {
    let requirements = ["WIT-5.1-1", "WIT-5.1-6", "WIT-5.1.4-2"];
    let mut vectors = refuse(
        twin,
        &requirements,
        "wit.sub_missing",
        [("wit-subject-missing", claims(|c| c.without("sub"))?, "no sub", "A token that identifies nobody.")],
    );
    vectors.extend(refuse(
        twin,
        &requirements,
        "wit.sub_malformed",
        [
            ("wit-subject-null", raw("null")?, "sub is null", "A token that identifies nobody."),
            ("wit-subject-number", raw("7")?, "sub is a number", "A claim of the wrong type."),
            (
                "wit-subject-object",
                raw(r#"{"id":"wimse://example.com/billing"}"#)?,
                "sub is an object",
                "A claim of the wrong type.",
            ),
        ],
    ));
    Ok(vectors)
}

/// WIT-4-1, WIT-4-2: one identifier.
fn several(twin: &Vector) -> Cases {
    let requirements = ["WIT-4-1", "WIT-4-2", "WIT-5.1.4-2"];
    let mut vectors = refuse(
        twin,
        &requirements,
        "wit.sub_malformed",
        [
            (
                "wit-subject-array-of-one",
                raw(r#"["wimse://example.com/billing"]"#)?,
                "sub is an array of one identifier",
                "A list has room for more.",
            ),
            (
                "wit-subject-array-of-two",
                raw(r#"["wimse://example.com/billing","wimse://example.com/admin"]"#)?,
                "sub is an array of two identifiers",
                "Two identities to choose from.",
            ),
        ],
    );
    vectors.extend(refuse(
        twin,
        &requirements,
        "wit.sub_not_an_identifier",
        [
            (
                "wit-subject-two-by-space",
                subject("wimse://example.com/billing wimse://example.com/admin")?,
                "two identifiers in sub, with a space between them",
                "A service and an instance identifier in one credential.",
            ),
            (
                "wit-subject-two-by-comma",
                subject("wimse://example.com/billing,wimse://example.com/admin")?,
                "two identifiers in sub, with a comma between them",
                "A service and an instance identifier in one credential.",
            ),
        ],
    ));
    vectors.extend(refuse(
        twin,
        &requirements,
        "wit.duplicate_member",
        [
            (
                "wit-subject-twice",
                claims(|c| c.add("sub", r#""wimse://example.com/admin""#))?,
                "sub is there twice",
                "One parser takes the first and another the last.",
            ),
            (
                "wit-subject-twice-escaped",
                claims(|c| c.add(r"\u0073ub", r#""wimse://example.com/admin""#))?,
                "sub is there twice, once with an escape",
                "Two spellings of one name pass a comparison of bytes.",
            ),
        ],
    ));
    Ok(vectors)
}
