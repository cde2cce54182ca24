//! Length is that of the canonical form, which is the input itself: nothing becomes short enough by repair.

use super::identifier::parse;
use crate::vector::Vector;

pub(super) fn vectors() -> Vec<Vector> {
    let start = "wimse://trust.example.com/";
    let longest = start.to_owned() + &"a".repeat(2048 - start.len());
    let twin = parse(
        "canonical-length-2048",
        &longest,
        &["IDP-4.1-5"],
        "A canonical identifier of exactly 2,048 bytes.",
    );
    let refused = [
        (
            "canonical-length-2049",
            &["identifier.too_long"][..],
            format!("{longest}a"),
            "one byte more",
            "The limit is inclusive; one byte more is over it.",
        ),
        (
            "canonical-length-after-decoding",
            &["identifier.too_long", "identifier.path_percent_encoding"],
            longest.replacen("/a", "/%61", 1),
            "a percent-encoded letter",
            "It has 2,048 bytes only after decoding.",
        ),
        (
            "canonical-length-after-resolving",
            &["identifier.too_long", "identifier.path_dot_segment"],
            longest.replacen("com/", "com/./", 1),
            "a dot segment",
            "It has 2,048 bytes only after the dot segment is resolved.",
        ),
        (
            "canonical-length-in-characters",
            &["identifier.too_long", "identifier.not_ascii"],
            format!("{start}\u{e4}") + &"a".repeat(2047 - start.len()),
            "one letter of two bytes",
            "It has 2,048 characters, but one byte more.",
        ),
    ]
    .map(|(id, codes, identifier, differs, comment)| {
        twin.refused(id, codes, differs, comment).input_bytes("identifier", identifier)
    });
    [vec![twin], refused.to_vec()].concat()
}
