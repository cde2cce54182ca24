//! `sub` is a Workload Identifier in canonical form, before anything is looked up by it.

use super::{
    super::{Cases, tokens::SUBJECT},
    Refused, refuse,
    subject::{raw, subject},
};
use crate::vector::Vector;

pub(super) fn not_identifiers(twin: &Vector) -> Cases {
    let requirements = ["WIT-1.3-1", "WIT-5.1-6", "WIT-5.1.4-2", "IDP-7.1-2", "IDP-7.1-4"];
    let long = format!("{SUBJECT}/{}", "a".repeat(2048 - SUBJECT.len()));
    let rows: Vec<Refused<'_>> = vec![
        ("wit-subject-empty", raw("\"\"")?, "sub is empty", "A token that identifies nobody."),
        (
            "wit-subject-path-only",
            subject("/billing")?,
            "only a path in sub",
            "A path without a trust domain.",
        ),
        (
            "wit-subject-name",
            subject("billing")?,
            "a bare name in sub",
            "A name that means something else elsewhere.",
        ),
        (
            "wit-subject-https",
            subject("https://example.com/billing")?,
            "the scheme is https",
            "A URL of a service is not its identity.",
        ),
        (
            "wit-subject-no-path",
            subject("wimse://example.com")?,
            "no path",
            "A trust domain is not a workload.",
        ),
        (
            "wit-subject-no-trust-domain",
            subject("wimse:///billing")?,
            "no trust domain",
            "A path without a trust domain.",
        ),
        (
            "wit-subject-query",
            subject("wimse://example.com/billing?a=b")?,
            "a query",
            "A part that a comparison may drop.",
        ),
        (
            "wit-subject-fragment",
            subject("wimse://example.com/billing#admin")?,
            "a fragment",
            "A part that a comparison may drop.",
        ),
        (
            "wit-subject-user",
            subject("wimse://example.com@evil.example/billing")?,
            "user information",
            "Looks like one trust domain and is another.",
        ),
        (
            "wit-subject-port",
            subject("wimse://example.com:443/billing")?,
            "a port",
            "A trust domain has no port.",
        ),
        (
            "wit-subject-backslash",
            subject(r"wimse://example.com\@evil.example/billing")?,
            "a backslash",
            "Looks like another trust domain to a browser's parser.",
        ),
        (
            "wit-subject-nul",
            raw(r#""wimse://example.com/billing\u0000.evil""#)?,
            "a NUL after the path",
            "Ends early for a parser in C.",
        ),
        (
            "wit-subject-newline",
            raw(r#""wimse://example.com/billing\n""#)?,
            "a line feed after the path",
            "Forges a line of a log.",
        ),
        (
            "wit-subject-space-before",
            subject(" wimse://example.com/billing")?,
            "a space before it",
            "An identifier that only trimming makes right.",
        ),
        (
            "wit-subject-not-ascii",
            subject("wimse://example.com/b\u{456}lling")?,
            "a Cyrillic letter in the path",
            "Looks the same to a person.",
        ),
        ("wit-subject-too-long", subject(&long)?, "2,049 bytes", "Longer than the limit."),
    ];
    Ok(refuse(twin, &requirements, "wit.sub_not_an_identifier", rows))
}

/// Nothing is known about most of these trust domains, and the answer is still that the identifier is refused.
pub(super) fn before_look_up(twin: &Vector) -> Cases {
    let requirements = ["WIT-1.3-1", "WIT-5.1.4-2", "IDP-7.1-1", "IDP-7.1-3", "IDP-7.1-4"];
    let mut vectors = refuse(
        twin,
        &requirements,
        "wit.sub_not_an_identifier",
        [
            (
                "wit-subject-scheme-case",
                subject("Wimse://example.com/billing")?,
                "a capital letter in the scheme",
                "Repairing the spelling before the look-up gives one workload two names.",
            ),
            (
                "wit-subject-domain-case",
                subject("wimse://EXAMPLE.com/billing")?,
                "capital letters in the trust domain",
                "Repairing the spelling before the look-up gives one workload two names.",
            ),
            (
                "wit-subject-unknown-domain-not-canonical",
                subject("wimse://UNKNOWN.example/billing")?,
                "an unknown trust domain in capital letters",
                "The form is judged before the trust domain is looked up.",
            ),
            (
                "wit-subject-percent-letter",
                subject("wimse://example.com/%62illing")?,
                "a percent-encoded letter",
                "Decodes to the path of another workload.",
            ),
            (
                "wit-subject-percent-solidus",
                subject("wimse://example.com%2Fbilling")?,
                "a percent-encoded solidus after the trust domain",
                "Decodes to an identifier with another trust domain.",
            ),
            (
                "wit-subject-dot-segments",
                subject("wimse://example.com/admin/../billing")?,
                "dot segments",
                "Resolves to the path of another workload.",
            ),
            (
                "wit-subject-empty-segment",
                subject("wimse://example.com//billing")?,
                "an empty segment",
                "Collapses to the path of another workload.",
            ),
            (
                "wit-subject-trailing-slash",
                subject("wimse://example.com/billing/")?,
                "a solidus at the end",
                "Shortens to the path of another workload.",
            ),
        ],
    );
    let unsigned = subject("wimse://EXAMPLE.com/billing")?;
    let unsigned = format!("{}.{}", unsigned.rsplit_once('.').map_or("", |(head, _)| head), "A".repeat(86));
    vectors.extend(refuse(
        twin,
        &requirements,
        "wit.sub_not_an_identifier",
        [(
            "wit-subject-not-canonical-unsigned",
            unsigned,
            "capital letters in the trust domain, and no valid signature",
            "The form is judged before a key is chosen.",
        )],
    ));
    Ok(vectors)
}
