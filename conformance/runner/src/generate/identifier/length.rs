//! Length: 2,048 bytes are accepted in every scheme, more are refused, and the longest cost no more than others.

use super::{generic, parse, refuse};
use crate::vector::Vector;

pub(super) fn vectors() -> Vec<Vector> {
    let mut vectors = limits();
    vectors.extend(long_shapes());
    vectors
}

fn limits() -> Vec<Vector> {
    let requirements = ["ID-4.1-8", "ID-4.1-9", "ID-7.1-4", "ID-7.1-5"];
    let schemes = [
        ("wimse", "wimse", None),
        ("spiffe", "spiffe", None),
        ("generic", "workload", Some(generic())),
        ("baseline", "wimse", Some("baseline".into())),
    ];
    let case = |(name, scheme, policy): (&str, &str, Option<serde_json::Value>)| {
        let start = format!("{scheme}://trust.example.com/");
        let comment = "A length of 2,048 bytes is no reason to refuse.";
        let twin = parse(
            &format!("identifier-length-{name}-2048"),
            &filled(&start, "a", 2048),
            &requirements,
            comment,
        );
        let twin = match policy {
            Some(policy) => twin.config("policy", policy),
            None => twin,
        };
        let (id, longer) = (format!("identifier-length-{name}-2049"), filled(&start, "a", 2049));
        let comment = "One byte more than every implementation has to take is where peers begin to disagree.";
        let twice = (format!("identifier-length-{name}-4096"), filled(&start, "a", 4096));
        let most = (format!("identifier-length-{name}-65536"), filled(&start, "a", 65_536));
        let rows = [
            (&*id, &*longer, "one byte more", comment),
            (&*twice.0, &*twice.1, "twice the length", "What a buffer of the usual size might still take."),
            (
                &*most.0,
                &*most.1,
                "64 KiB",
                "Longer than any log line or header field that it would be put in.",
            ),
        ];
        let refused = refuse(&twin, "identifier.too_long", rows);
        let refused: Vec<_> = refused.map(|vector| vector.requires(&["ID-4.1-9", "ID-7.1-5"])).collect();
        [vec![twin], refused].concat()
    };
    let mut vectors: Vec<_> = schemes.into_iter().flat_map(case).collect();
    let domain = filled("wimse://", "d", 2046) + "/a";
    vectors.push(parse(
        "identifier-length-long-trust-domain",
        &domain,
        &["ID-4.1-8", "ID-7.1-4"],
        "The trust domain of a wimse identifier has no limit of its own.",
    ));
    vectors
}

/// Shapes that are dear for parsers which look twice, copy per segment or recurse.
fn long_shapes() -> Vec<Vector> {
    let start = "wimse://trust.example.com";
    let twin = parse(
        "identifier-length-most-segments",
        &(filled(start, "/a", 2047) + "a"),
        &["ID-7.1-3", "ID-7.1-4"],
        "A thousand segments within the length.",
    );
    let comment =
        "A parser that works per segment, or starts over at each, spends far more on this than on others.";
    let shapes = [
        ("slashes", "identifier.path_trailing_slash", filled(start, "/", 2048), "slashes only"),
        (
            "dot-segments",
            "identifier.path_dot_segment",
            filled(start, "/..", 2046) + "/a",
            "dot segments as far as they go",
        ),
        (
            "percent-signs",
            "identifier.path_percent_encoding",
            filled(&format!("{start}/"), "%", 2048),
            "percent signs only",
        ),
        (
            "query-at-end",
            "identifier.query",
            filled(start, "/a", 2047) + "?",
            "a question mark as the last byte",
        ),
        ("colons", "identifier.port", filled("wimse://", ":", 2046) + "/a", "colons for the trust domain"),
    ];
    let mut vectors = vec![twin.clone()];
    vectors.extend(shapes.map(|(id, code, identifier, differs)| {
        let id = format!("identifier-length-{id}");
        twin.refused(&id, &[code], differs, comment)
            .requires(&["ID-7.1-3"])
            .input_bytes("identifier", identifier)
    }));
    vectors.push(
        twin.refused(
            "identifier-length-thousands-of-segments",
            &["identifier.too_long"],
            "more than 8,000 segments",
            "The length is looked at before anything is made of the content.",
        )
        .requires(&["ID-7.1-3"])
        .input_bytes("identifier", filled(start, "/a", 16_384)),
    );
    vectors
}

/// The start, then as many whole units as fit into the length.
fn filled(start: &str, unit: &str, length: usize) -> String {
    start.to_owned() + &unit.repeat((length - start.len()) / unit.len())
}
