//! The `Workload-Identity-Token` header field: one line, one token.

use serde_json::Value;

use super::super::{
    Cases,
    keys::{Keys, by_both},
    tokens::{NOW, SUBJECT, anchors, sign, wit_claims},
};
use crate::vector::{Bytes, Vector};

pub(super) fn vectors() -> Cases {
    by_both(cases)
}

fn cases(keys: &Keys) -> Cases {
    let token = keys.wit(|claims| claims)?;
    let line = format!("Workload-Identity-Token: {token}");
    let accept = |id: &str, lines: &[&[u8]], comment: &str| {
        Vector::accepted(id, "wit.field", comment)
            .requires(&["WIT-5.1.1-1"])
            .input("lines", values(lines))
            .config("now", NOW)
            .config("anchors", anchors())
            .output("subject", SUBJECT)
    };
    let one = |id: &str, line: &str, comment: &str| accept(id, &[line.as_bytes()], comment);
    let twin = one("wit-field", &line, "One field line with one token.");
    let mut vectors = vec![
        twin.clone(),
        one(
            "wit-field-lower-case",
            &format!("workload-identity-token: {token}"),
            "Field names have no case.",
        ),
        one(
            "wit-field-upper-case",
            &format!("WORKLOAD-IDENTITY-TOKEN: {token}"),
            "Field names have no case.",
        ),
        one(
            "wit-field-no-space",
            &format!("Workload-Identity-Token:{token}"),
            "White space around the value is optional.",
        ),
        one(
            "wit-field-white-space",
            &format!("Workload-Identity-Token: \t {token}\t "),
            "White space around the value is not part of it.",
        ),
        accept(
            "wit-field-beside-others",
            &[b"Host: api.example.com", line.as_bytes(), b"Authorization: Bearer abc"],
            "Other fields have no say in it.",
        ),
    ];
    let refused = |id: &str, code: &str, lines: &[&[u8]], differs: &str, comment: &str| {
        twin.refused(&format!("wit-field-{id}"), &[code], differs, comment).input("lines", values(lines))
    };
    let value = |id: &str, code: &str, value: &[u8], differs: &str, comment: &str| {
        refused(id, code, &[&[b"Workload-Identity-Token: ", value].concat()], differs, comment)
    };
    let other = keys.wit(|claims| claims.string("sub", "wimse://example.com/admin"))?;
    let line = line.as_bytes();
    let second = format!("workload-identity-token: {other}");
    let claims = wit_claims(keys.workload).text();
    let forged = sign(keys.other_workload, &keys.wit_header().text(), &claims)?;
    let cut = token.rsplit_once('.').map_or("", |(signed, _)| signed);
    let changed = other.rsplit_once('.').map_or("", |(_, signature)| signature);
    vectors.extend([
        value(
            "forged",
            "wit.signature",
            forged.as_bytes(),
            "the token is signed with another key",
            "Whoever can send a field can write a token.",
        )
        .requires(&["WIT-5.1.4-4"]),
        value(
            "other-signature",
            "wit.signature",
            format!("{cut}.{changed}").as_bytes(),
            "the signature of another token",
            "A signature that is right for something else.",
        )
        .requires(&["WIT-5.1.4-4"]),
        refused(
            "missing",
            "wit.field_missing",
            &[b"Host: api.example.com"],
            "no such field",
            "A request without a credential.",
        ),
        refused(
            "similar-name",
            "wit.field_missing",
            &[format!("Workload_Identity_Token: {token}").as_bytes()],
            "low lines in the name of the field",
            "Some gateways make one name of the two.",
        ),
        refused(
            "authorization",
            "wit.field_missing",
            &[format!("Authorization: Bearer {token}").as_bytes()],
            "the token is in Authorization",
            "A WIT is not a bearer token.",
        ),
        refused(
            "twice",
            "wit.field_repeated",
            &[line, second.as_bytes()],
            "a second line with another token",
            "One component takes the first and another the last.",
        ),
        refused(
            "twice-same",
            "wit.field_repeated",
            &[line, line],
            "the line is there twice",
            "Whoever adds a line may also have changed one.",
        ),
        refused(
            "twice-empty",
            "wit.field_repeated",
            &[line, b"Workload-Identity-Token:"],
            "a second, empty line",
            "One component takes the first and another the last.",
        ),
        value(
            "list",
            "wit.malformed",
            format!("{token}, {other}").as_bytes(),
            "a list of two tokens",
            "What a gateway makes of two lines.",
        ),
        value(
            "list-of-same",
            "wit.malformed",
            format!("{token},{token}").as_bytes(),
            "a list of the same token twice",
            "What a gateway makes of two lines.",
        ),
        value(
            "comma-after",
            "wit.base64",
            format!("{token},").as_bytes(),
            "a comma after the token",
            "A list of one.",
        ),
        value("empty", "wit.malformed", b"", "an empty value", "A credential that says nothing."),
        value(
            "quoted",
            "wit.base64",
            format!("\"{token}\"").as_bytes(),
            "quotation marks around the token",
            "A string of structured fields is no token.",
        ),
        value(
            "parameter",
            "wit.base64",
            format!("{token};v=1").as_bytes(),
            "a parameter after the token",
            "The field is not a structured field.",
        ),
        value(
            "scheme",
            "wit.base64",
            format!("Bearer {token}").as_bytes(),
            "an authentication scheme before the token",
            "A WIT is not a bearer token.",
        ),
        value(
            "lower-case-value",
            "wit.base64",
            token.to_lowercase().as_bytes(),
            "the value in lower case",
            "Values have case: a gateway has changed it.",
        ),
        value(
            "space-inside",
            "wit.base64",
            token.replacen('.', ". ", 1).as_bytes(),
            "a space inside the token",
            "A line that was folded.",
        ),
        value(
            "not-ascii",
            "wit.malformed",
            &[token.as_bytes(), b"\xff"].concat(),
            "a byte 0xff after the token",
            "Not visible ASCII.",
        ),
        value(
            "non-breaking-space",
            "wit.malformed",
            &["\u{a0}".as_bytes(), token.as_bytes()].concat(),
            "a no-break space before the token",
            "White space for some and not for HTTP.",
        ),
        value(
            "nul",
            "http.field_line",
            &[token.as_bytes(), b"\0"].concat(),
            "a NUL after the token",
            "Ends early for a parser in C.",
        ),
        value(
            "line-feed",
            "http.field_line",
            &[token.as_bytes(), b"\n"].concat(),
            "a line feed after the token",
            "A line more than the component in front has seen.",
        ),
        refused(
            "space-before-colon",
            "http.field_line",
            &[format!("Workload-Identity-Token : {token}").as_bytes()],
            "a space before the colon",
            "RFC 9112 5.1: components disagree on the name of such a line.",
        ),
    ]);
    Ok(vectors)
}

fn values(lines: &[&[u8]]) -> Vec<Value> {
    lines.iter().map(|line| Bytes::from(*line).into()).collect()
}
