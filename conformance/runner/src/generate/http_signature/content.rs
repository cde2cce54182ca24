//! `Content-Digest`: content has one, it is that of the content as received, and it is verified before anything is used.

use std::error::Error;

use super::{
    super::Cases,
    cases::{Codes, Refused, both, by_code, refuse},
    signed::Signed,
    wire::Wire,
};
use crate::vector::Vector;

pub(super) fn vectors() -> Cases {
    all().map(precise)
}

/// The cases with the requirements that their codes stand for.
pub(super) fn precise(vectors: Vec<Vector>) -> Vec<Vector> {
    by_code(vectors, |code| match code {
        "httpsig.digest_missing" => &["SIG-3-17", "SIG-3-18"],
        "httpsig.not_covered" => &["SIG-3-16"],
        "httpsig.field_repeated" => &["SIG-3-16"],
        "httpsig.unsigned" => &["SIG-3-39", "SIG-3-41"],
        _ => &["SIG-3-18", "SIG-3-19", "SIG-3-39"],
    })
}

fn all() -> Cases {
    let mut vectors = both(|request| {
        let mut vectors = digests("sig-content", request)?;
        vectors.extend(digests("sig-response-content", &request.response())?);
        Ok(vectors)
    })?;
    let request = Signed::ed25519();
    vectors.extend(fields("sig-digest", &request)?);
    vectors.extend(single(&request)?);
    Ok(vectors)
}

fn digests(id: &str, signed: &Signed) -> Cases {
    let accepted =
        |end: &str, signed: &Signed, comment| signed.accepted(&format!("{id}{end}"), RULES, comment);
    let twin = accepted("", signed, "Content and its digest.")?;
    let empty = signed.bodiless();
    let bare = accepted("-none", &empty, "No content, and no digest.")?;
    let digest = "\"content-digest\"";
    let with_digest = |value: &str| signed.field("Content-Digest", value);
    let row = |end: &str, codes: Codes, signed: Signed, differs, comment| {
        (format!("{id}-{end}"), codes, signed, differs, comment)
    };
    let rows: Vec<Refused<String>> = vec![
        row("changed", MISMATCH, signed.then(|message| set(message, b"{}")), "other content", ON_THE_WAY),
        row(
            "longer",
            MISMATCH,
            signed.then(|message| message.content.push(b' ')),
            "one byte more",
            ON_THE_WAY,
        ),
        row(
            "shorter",
            MISMATCH,
            signed.then(|message| message.content.truncate(10)),
            "content was cut off",
            ON_THE_WAY,
        ),
        row("gone", MISMATCH, signed.then(|message| set(message, b"")), "no content", ON_THE_WAY),
        row(
            "no-digest",
            &["httpsig.digest_missing"],
            signed.without_field("Content-Digest").uncovered(digest),
            "no digest",
            "Content that no signature covers.",
        ),
        row(
            "of-nothing",
            MISMATCH,
            with_digest(OF_NOTHING),
            "the digest of no content",
            "A digest that somebody always sends.",
        ),
        row(
            "not-covered",
            &["httpsig.not_covered"],
            signed.uncovered(digest),
            "a digest that is not covered",
            "Content and digest could be exchanged together.",
        ),
    ];
    let added = (
        format!("{id}-added"),
        &["httpsig.digest_missing"][..],
        empty.then(|message| set(message, b"{}")),
        "content was added",
        "Content that no signature covers.",
    );
    let accepted = vec![
        twin.clone(),
        bare.clone(),
        accepted(
            "-empty",
            &empty.field("Content-Digest", "{digest}").covering(digest),
            "The digest of no content is verified if it is there.",
        )?,
        accepted("-sha-512", &with_digest("{digest512}"), "The other algorithm.")?,
    ];
    Ok([accepted, refuse(&twin, rows)?, refuse(&bare, [added])?].concat())
}

/// What a `Content-Digest` field may say.
fn fields(id: &str, request: &Signed) -> Cases {
    let with = |value: &str| request.field("Content-Digest", value);
    let accepted =
        |end: &str, signed: &Signed, comment| signed.accepted(&format!("{id}{end}"), RULES, comment);
    let twin = accepted("", &with("{digest}, {digest512}"), "Two digests.")?;
    let lines = with("{digest}").line("Content-Digest", "{digest512}");
    let row = |end: &str, codes: Codes, value: &str, differs, comment| {
        (format!("{id}-{end}"), codes, with(value), differs, comment)
    };
    let unsupported: &[&str] = &["httpsig.digest_unsupported"];
    let malformed: &[&str] = &["httpsig.digest_malformed"];
    let rows: Vec<Refused<String>> = vec![
        row(
            "second-wrong",
            MISMATCH,
            &format!("{{digest}}, {WRONG_512}"),
            "one of two is wrong",
            "Every one must be right.",
        ),
        row(
            "first-wrong",
            MISMATCH,
            &format!("{OF_NOTHING}, {{digest512}}"),
            "one of two is wrong",
            "Every one must be right.",
        ),
        row(
            "unknown-only",
            unsupported,
            "sha-999=:AAAA:",
            "an unknown algorithm only",
            "Nothing can be verified.",
        ),
        row(
            "md5",
            INSECURE,
            "md5=:k5uuel2mbpwAVbtUiwNyIQ==:",
            "md5 only",
            "Content with the same digest can be made.",
        ),
        row(
            "md5-beside",
            INSECURE,
            "{digest}, md5=:k5uuel2mbpwAVbtUiwNyIQ==:",
            "md5 beside it",
            "It is not to be used.",
        ),
        row(
            "sha-1",
            INSECURE,
            "{digest}, sha=:IixRcJLK2W+bTa+2jn285Q5oMH0=:",
            "sha beside it",
            "It is not to be used.",
        ),
        row("token", malformed, "sha-256=abc", "a token", "A digest is a Byte Sequence."),
        row("string", malformed, "sha-256=\"abc\"", "a string", "A digest is a Byte Sequence."),
        row("short", malformed, "sha-256=:AAAA:", "three bytes", "A digest has a length."),
        row("no-field-syntax", malformed, "sha-256", "no value at all", "A digest is a Byte Sequence."),
        row("empty-field", malformed, "", "an empty field", "Nothing can be verified."),
    ];
    Ok([
        vec![
            twin.clone(),
            accepted(
                "-unknown",
                &with("sha-999=:AAAA:, {digest}"),
                "What is not known is ignored beside what is.",
            )?,
            accepted("-lines", &lines, "In two field lines, which are one field.")?,
        ],
        refuse(&twin, rows)?,
    ]
    .concat())
}

/// Fields of which a message has one.
fn single(request: &Signed) -> Cases {
    let mut vectors: Vec<Vector> = Vec::new();
    for (name, value, component) in [
        ("Content-Type", "application/json", "\"content-type\""),
        ("Authorization", "Bearer user.token.value", "\"authorization\""),
        ("Txn-Token", "txn.token.value", "\"txn-token\""),
    ] {
        let id = format!("sig-single-{}", name.to_ascii_lowercase());
        let once = request.field(name, value).uncovered(component).covering(component);
        let twin = once.accepted(&id, &["SIG-3-16"], "One line, and it is covered.")?;
        let twice = (
            format!("{id}-twice"),
            &["httpsig.field_repeated"][..],
            once.line(name, value),
            "two lines",
            "Readers disagree on which line counts.",
        );
        vectors.push(twin.clone());
        vectors.extend(refuse(&twin, [twice])?);
    }
    let response = request.response();
    let twin = response.accepted("sig-response-single", &["SIG-3-16"], "One Content-Type line.")?;
    let twice = (
        "sig-response-single-twice",
        &["httpsig.field_repeated"][..],
        response.line("Content-Type", "text/plain"),
        "two lines",
        "Readers disagree on which line counts.",
    );
    vectors.push(twin.clone());
    vectors.extend(refuse(&twin, [twice])?);
    Ok::<_, Box<dyn Error>>(vectors)
}

pub(super) fn set(message: &mut Wire, content: &[u8]) {
    message.content = content.to_vec();
}

const ON_THE_WAY: &str = "Somebody on the way changes the content.";
/// SHA-256 of no bytes.
const OF_NOTHING: &str = "sha-256=:47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=:";
/// SHA-512 of no bytes.
const WRONG_512: &str =
    "sha-512=:z4PhNX7vuL3xVChQ1m2AB9Yg5AULVxXcg/SpIdNs6c5H0NE8XYXysP+DGNKHfuwvY7kxvUdBeoGlODJ6+SfaPg==:";
pub(super) const MISMATCH: &[&str] = &["httpsig.digest_mismatch"];
const INSECURE: &[&str] = &["httpsig.digest_insecure"];
pub(super) const RULES: &[&str] = &["SIG-3-17", "SIG-3-18", "SIG-3-19", "SIG-3-39"];
