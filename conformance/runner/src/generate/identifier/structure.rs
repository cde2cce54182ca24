//! Scheme, authority and path: what an identifier has to have.

use super::{generic, parse, refuse};
use crate::vector::Vector;

pub(super) fn vectors() -> Vec<Vector> {
    let mut vectors = absolute();
    vectors.extend(authority());
    vectors.extend(path());
    vectors
}

fn absolute() -> Vec<Vector> {
    let twin = parse(
        "identifier-absolute",
        "wimse://trust.example.com/a",
        &["ID-4.1-1"],
        "An absolute URI: a scheme, and no fragment.",
    );
    let relative = [
        (
            "identifier-relative-without-scheme",
            "trust.example.com/a",
            "no scheme and no slashes",
            "A name that a lenient reader completes with a scheme of its own.",
        ),
        (
            "identifier-relative-network-path",
            "//trust.example.com/a",
            "no scheme",
            "A network-path reference takes its scheme from wherever it is read.",
        ),
        (
            "identifier-relative-absolute-path",
            "/a",
            "the path alone",
            "A path reference takes its trust domain from wherever it is read.",
        ),
        (
            "identifier-relative-path",
            "a",
            "one segment alone",
            "A relative reference means something else in every place.",
        ),
        (
            "identifier-scheme-empty",
            "://trust.example.com/a",
            "an empty scheme",
            "An empty scheme matches a policy that compares with an unset value.",
        ),
        (
            "identifier-scheme-digit-first",
            "1wimse://trust.example.com/a",
            "a digit before the scheme",
            "A scheme begins with a letter; this text is no URI.",
        ),
        (
            "identifier-fragment-alone",
            "#a",
            "a fragment alone",
            "A same-document reference identifies nothing.",
        ),
    ];
    let mut vectors = vec![twin.clone()];
    vectors.extend(refuse(&twin, "identifier.scheme_missing", relative));
    vectors.extend(refuse(
        &twin,
        "identifier.empty",
        [(
            "identifier-empty",
            "",
            "the empty text",
            "A missing value that arrives as the empty text must not become an identity.",
        )],
    ));
    vectors
}

fn authority() -> Vec<Vector> {
    let twin = parse(
        "identifier-authority",
        "wimse://trust.example.com/service",
        &["ID-4.1-2"],
        "A non-empty authority names the trust domain.",
    );
    let spiffe = parse(
        "identifier-authority-spiffe",
        "spiffe://trust.example.com/service",
        &["ID-4.1-2"],
        "A non-empty authority names the trust domain, in the spiffe scheme too.",
    );
    let missing = [
        (
            "identifier-authority-missing",
            "wimse:/service",
            "no authority",
            "Without a trust domain nobody is responsible for the name.",
        ),
        (
            "identifier-authority-rootless",
            "wimse:service",
            "no authority and a rootless path",
            "An opaque URI has no trust domain.",
        ),
        (
            "identifier-authority-scheme-only",
            "wimse:",
            "nothing after the scheme",
            "A bare scheme names nobody.",
        ),
    ];
    let empty = [
        (
            "identifier-authority-empty",
            "wimse:///service",
            "an empty authority",
            "An empty trust domain matches a policy that compares with an unset value.",
        ),
        (
            "identifier-authority-nothing",
            "wimse://",
            "an empty authority and no path",
            "Both the domain and the name are left out.",
        ),
    ];
    let mut vectors = vec![twin.clone(), spiffe.clone()];
    vectors.extend(refuse(&twin, "identifier.authority_missing", missing));
    vectors.extend(refuse(&twin, "identifier.authority_empty", empty));
    vectors.extend(refuse(
        &spiffe,
        "identifier.authority_empty",
        [(
            "identifier-authority-spiffe-empty",
            "spiffe:///service",
            "an empty authority",
            "An empty trust domain in the spiffe scheme.",
        )],
    ));
    vectors
}

fn path() -> Vec<Vector> {
    let schemes = [
        ("wimse", "wimse", None),
        ("spiffe", "spiffe", None),
        ("generic", "workload", Some(generic())),
        ("baseline", "wimse", Some("baseline".into())),
    ];
    let case = |(name, scheme, policy): (&str, &str, Option<serde_json::Value>)| {
        let origin = format!("{scheme}://trust.example.com");
        let twin = parse(
            &format!("identifier-path-{name}"),
            &format!("{origin}/a"),
            &["ID-4.1-3"],
            "The shortest path that names something.",
        );
        let twin = match policy {
            Some(policy) => twin.config("policy", policy),
            None => twin,
        };
        let absent = format!("identifier-path-{name}-absent");
        let slash = format!("identifier-path-{name}-slash");
        let root = format!("{origin}/");
        let rows = [
            (&*absent, &*origin, "no path", "An origin is presented as the identity of a workload."),
            (&*slash, &*root, "a path of one slash", "The root of a domain stands for all of its workloads."),
        ];
        let refused: Vec<_> = refuse(&twin, "identifier.path_empty", rows).collect();
        [vec![twin], refused].concat()
    };
    schemes.into_iter().flat_map(case).collect()
}
