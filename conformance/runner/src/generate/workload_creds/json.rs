//! Header and claims are JSON objects that mean one thing.

use super::{
    super::{
        Cases,
        tokens::{
            ISSUER_ES256, Members, WORKLOAD_ES256, base64url, confirmation, sign, sign_parts, wit_claims,
            wit_header,
        },
    },
    Refused, Token, accept, claims, header, plain, refuse,
};
use crate::vector::Vector;

pub(super) fn vectors() -> Cases {
    let requirements = ["WIT-5.1.4-1", "WIT-5.1.4-7"];
    let twin = plain("wit-json", &requirements, "The usual token.")?;
    let mut vectors = vec![twin.clone()];
    vectors.extend(accepted()?);
    vectors.extend(duplicates(&twin)?);
    vectors.extend(malformed(&twin)?);
    vectors.extend(depth()?);
    vectors.extend(members()?);
    Ok(vectors)
}

/// The usual token with other texts.
fn texts(header: impl FnOnce(String) -> String, claims: impl FnOnce(String) -> String) -> Token {
    sign(ISSUER_ES256, &header(wit_header().text()), &claims(wit_claims(WORKLOAD_ES256).text()))
}

fn accepted() -> Cases {
    let spaced = |text: String| text.replace(",\"", " ,\r\n\t\"").replace("\":", "\" : ");
    let requirements = ["WIT-5.1.4-1"];
    Ok(vec![
        accept(
            "wit-json-white-space",
            &texts(spaced, spaced)?,
            &requirements,
            "White space between the tokens of JSON has no meaning.",
        ),
        accept(
            "wit-json-white-space-around",
            &texts(|h| format!(" {h}\n"), |c| format!("\t{c} "))?,
            &requirements,
            "White space around a JSON text has no meaning.",
        ),
        accept(
            "wit-json-escaped-name",
            &claims(|c| c.without("sub").set(r"\u0073ub", "\"wimse://example.com/billing\""))?,
            &requirements,
            "A JSON escape is another spelling of the same name.",
        ),
        accept(
            "wit-json-same-name-elsewhere",
            &claims(|c| c.set("example.com/x", r#"{"sub":"wimse://example.com/admin","exp":0}"#))?,
            &["WIT-5.1.2-4", "WIT-5.1.4-6"],
            "A name inside another claim is another name.",
        ),
    ])
}

fn duplicates(twin: &Vector) -> Cases {
    let cnf = |text: String| claims(|claims| claims.set("cnf", text));
    let jwk = |change: fn(Members) -> Members| cnf(confirmation(&change(WORKLOAD_ES256.public())));
    let key = WORKLOAD_ES256.public().text();
    let rows: Vec<Refused<'_>> = vec![
        (
            "wit-twice-alg",
            header(|h| h.add("alg", "\"none\""))?,
            "alg is there twice",
            "One parser takes the first and another the last.",
        ),
        (
            "wit-twice-alg-escaped",
            header(|h| h.add(r"\u0061lg", "\"none\""))?,
            "alg is there twice, once with an escape",
            "Two spellings of one name.",
        ),
        (
            "wit-twice-typ",
            header(|h| h.add("typ", "\"wit+jwt\""))?,
            "typ is there twice, and the same",
            "Also where it makes no difference.",
        ),
        (
            "wit-twice-kid",
            header(|h| h.add("kid", "\"issuer-ed25519\""))?,
            "kid is there twice",
            "One parser takes the first and another the last.",
        ),
        (
            "wit-twice-unknown-parameter",
            header(|h| h.add("x", "1").add("x", "2"))?,
            "an unknown parameter is there twice",
            "An object that means two things.",
        ),
        (
            "wit-twice-exp",
            claims(|c| c.add("exp", "1900000000"))?,
            "exp is there twice",
            "One parser takes the first and another the last.",
        ),
        (
            "wit-twice-cnf",
            claims(|c| c.add("cnf", confirmation(&super::super::tokens::OTHER_WORKLOAD_ES256.public())))?,
            "cnf is there twice",
            "Two keys for one workload.",
        ),
        (
            "wit-twice-jwk",
            cnf(format!(r#"{{"jwk":{key},"jwk":{key}}}"#))?,
            "jwk is there twice",
            "Two keys for one workload.",
        ),
        (
            "wit-twice-key-alg",
            jwk(|jwk| jwk.add("alg", "\"none\""))?,
            "alg of the key is there twice",
            "One parser takes the first and another the last.",
        ),
        (
            "wit-twice-key-x-escaped",
            jwk(|jwk| jwk.add(r"\u0078", "\"AAAA\""))?,
            "x of the key is there twice, once with an escape",
            "Two keys for one workload.",
        ),
        (
            "wit-twice-extra",
            claims(|c| c.add("example.com/x", "1").add("example.com/x", "2"))?,
            "an extra claim is there twice",
            "An object that means two things.",
        ),
        (
            "wit-twice-in-extra",
            claims(|c| c.set("example.com/x", r#"[{"a":{"b":1,"b":2}}]"#))?,
            "a name is there twice deep inside an extra claim",
            "An object that means two things.",
        ),
    ];
    Ok(refuse(twin, &["WIT-5.1.4-1", "WIT-5.1.4-7"], "wit.duplicate_member", rows))
}

fn malformed(twin: &Vector) -> Cases {
    let payload = |change: fn(String) -> String| texts(|header| header, change);
    let raw = |bytes: &[u8]| sign_parts(ISSUER_ES256, &base64url(wit_header().text()), &base64url(bytes));
    let usual = wit_claims(WORKLOAD_ES256).text();
    let not_utf8 = [&usual.as_bytes()[..usual.len() - 2], b"\xff\"}"].concat();
    let rows: Vec<Refused<'_>> = vec![
        (
            "wit-json-header-not",
            texts(|_| "alg=ES256".to_owned(), |c| c)?,
            "the header is not JSON",
            "A header that cannot be read.",
        ),
        (
            "wit-json-header-array",
            texts(|h| format!("[{h}]"), |c| c)?,
            "the header is an array",
            "A header of the wrong type.",
        ),
        (
            "wit-json-claims-not",
            raw(b"sub=wimse://example.com/billing")?,
            "the claims are not JSON",
            "Claims that cannot be read.",
        ),
        (
            "wit-json-claims-array",
            payload(|c| format!("[{c}]"))?,
            "the claims are an array",
            "Several claims sets to choose from.",
        ),
        (
            "wit-json-claims-string",
            payload(|c| serde_json::Value::from(c).to_string())?,
            "the claims are a string",
            "Claims of the wrong type.",
        ),
        (
            "wit-json-claims-null",
            payload(|_| "null".to_owned())?,
            "the claims are null",
            "Claims of the wrong type.",
        ),
        (
            "wit-json-claims-after",
            payload(|c| format!("{c}{{}}"))?,
            "a second object after the claims",
            "One parser stops at the first.",
        ),
        (
            "wit-json-claims-cut-off",
            payload(|c| c[..c.len() - 1].to_owned())?,
            "the last brace is missing",
            "Claims that were cut off.",
        ),
        (
            "wit-json-comma",
            payload(|c| c.replace("\"}", "\",}"))?,
            "a comma after the last member",
            "Not JSON, and accepted by some.",
        ),
        (
            "wit-json-comment",
            payload(|c| format!("/**/{c}"))?,
            "a comment before the claims",
            "Not JSON, and accepted by some.",
        ),
        (
            "wit-json-single-quotes",
            payload(|c| c.replace("\"sub\"", "'sub'"))?,
            "a name in single quotation marks",
            "Not JSON, and accepted by some.",
        ),
        (
            "wit-json-nan",
            payload(|c| c.replace("1800000000", "NaN"))?,
            "iat is NaN",
            "Not JSON, and accepted by some.",
        ),
        (
            "wit-json-leading-zero",
            payload(|c| c.replace("1800003600", "01800003600"))?,
            "a zero before exp",
            "An octal number for some.",
        ),
        (
            "wit-json-control-character",
            payload(|c| c.replace("wit-1", "wit\u{1}"))?,
            "a control character in a string",
            "Not JSON, and accepted by some.",
        ),
        (
            "wit-json-byte-order-mark",
            payload(|c| format!("\u{feff}{c}"))?,
            "a byte order mark before the claims",
            "Not JSON, and accepted by some.",
        ),
        (
            "wit-json-nul-after",
            payload(|c| format!("{c}\0"))?,
            "a NUL after the claims",
            "Ends early for a parser in C.",
        ),
        (
            "wit-json-not-utf8",
            raw(&not_utf8)?,
            "a byte of the claims is not UTF-8",
            "Replaced by some with another character.",
        ),
        (
            "wit-json-utf16",
            raw(&usual.encode_utf16().flat_map(u16::to_be_bytes).collect::<Vec<_>>())?,
            "the claims in UTF-16",
            "An encoding that a parser might guess.",
        ),
    ];
    Ok(refuse(twin, &["WIT-5.1.4-1", "WIT-5.1.4-7"], "wit.json", rows))
}

/// Members in one object, and values that nobody reads.
fn members() -> Cases {
    let many = |count: usize| {
        let members: Vec<String> = (0..count).map(|n| format!("\"m{n}\":0")).collect();
        claims(|claims| claims.set("example.com/x", format!("{{{}}}", members.join(","))))
    };
    let ignored = ["WIT-5.1.2-4", "WIT-5.1.4-6"];
    let twin = accept("wit-members", &many(1024)?, &ignored, "1,024 members are within the limit.");
    let unread = |id: &str, value: &str| {
        let token = claims(|claims| claims.set("example.com/x", value))?;
        Ok::<_, Box<dyn std::error::Error>>(accept(
            id,
            &token,
            &ignored,
            "A value that nobody reads is ignored.",
        ))
    };
    let mut vectors = vec![
        twin.clone(),
        unread("wit-claim-number-out-of-range", "1e999")?,
        unread("wit-claim-number-out-of-range-nested", "[1e999]")?,
    ];
    let comment = "Work for a token that nobody needs.";
    vectors.extend(refuse(
        &twin,
        &ignored[1..],
        "wit.too_many_members",
        [("wit-members-exceeded", many(1025)?, "a member more", comment)],
    ));
    Ok(vectors)
}

fn depth() -> Cases {
    let requirements = ["WIT-5.1.4-1", "WIT-5.1.4-7"];
    let nested = |levels: usize| {
        let value = format!("{}0{}", "[".repeat(levels - 1), "]".repeat(levels - 1));
        (
            claims(|claims| claims.set("example.com/x", &value)),
            header(|header| header.set("example.com/x", &value)),
        )
    };
    let (in_claims, in_header) = nested(8);
    let claims =
        accept("wit-depth-claims", &in_claims?, &["WIT-5.1.2-4"], "Eight levels are within the limit.");
    let header = accept("wit-depth-header", &in_header?, &requirements, "Eight levels are within the limit.");
    let (in_claims, in_header) = nested(9);
    let (deep, _) = nested(5000);
    let comment = "Work, or stack, before anything is known about the sender.";
    let mut vectors = vec![claims.clone(), header.clone()];
    vectors.extend(refuse(
        &claims,
        &requirements,
        "wit.too_deep",
        [
            ("wit-depth-claims-exceeded", in_claims?, "a level more", comment),
            ("wit-depth-claims-far-exceeded", deep?, "5,000 levels", comment),
        ],
    ));
    vectors.extend(refuse(
        &header,
        &requirements,
        "wit.too_deep",
        [("wit-depth-header-exceeded", in_header?, "a level more", comment)],
    ));
    Ok(vectors)
}
