//! What is no URI at all, and what only looks different in a lenient parser.

use super::{generic, parse, refuse};
use crate::vector::Vector;

pub(super) fn vectors() -> Vec<Vector> {
    let mut vectors = characters();
    vectors.extend(percent_encoding());
    vectors.extend(reserved());
    vectors
}

fn characters() -> Vec<Vector> {
    let twin = parse(
        "identifier-syntax-plain",
        "wimse://trust.example.com/service/payment",
        &["ID-7.1-1"],
        "Characters that a URI may have.",
    );
    let mut vectors = vec![twin.clone()];
    vectors.extend(refuse(&twin, "identifier.not_ascii", NOT_ASCII));
    vectors.extend(refuse(&twin, "identifier.character", NEVER_IN_A_URI));
    vectors.push(
        twin.refused(
            "identifier-syntax-not-utf8",
            &["identifier.not_ascii"],
            "a lone byte 0xFF at the end",
            "Bytes that are no text are replaced or dropped by lenient decoders.",
        )
        .input_bytes("identifier", b"wimse://trust.example.com/service/payment\xff"),
    );
    vectors.push(
        twin.refused(
            "identifier-syntax-overlong-slash",
            &["identifier.not_ascii"],
            "a slash in overlong UTF-8 (0xC0 0xAF)",
            "A lenient decoder makes a segment boundary out of it after the check.",
        )
        .input_bytes("identifier", b"wimse://trust.example.com/service\xc0\xafpayment"),
    );
    vectors
}

/// By the text of the draft alone: any valid percent-encoding, compared as it is written.
fn percent_encoding() -> Vec<Vector> {
    let twin = parse(
        "identifier-percent-valid",
        "wimse://trust.example.com/service/%70ayment%20%c3%a9",
        &["ID-7.1-1"],
        "Valid percent-encoding is within the published text.",
    )
    .config("policy", "baseline");
    let malformed = [
        (
            "identifier-percent-not-hex",
            "wimse://trust.example.com/service/%zzayment%20%c3%a9",
            "letters that are no hex digits",
            "Parsers disagree about a percent sign without two hex digits.",
        ),
        (
            "identifier-percent-cut",
            "wimse://trust.example.com/service/%70ayment%20%c3%a",
            "one hex digit at the end",
            "A decoder that reads two digits leaves the buffer.",
        ),
        (
            "identifier-percent-alone",
            "wimse://trust.example.com/service/%70ayment%20%c3%",
            "a percent sign at the end",
            "A decoder that reads two digits leaves the buffer.",
        ),
        (
            "identifier-percent-doubled",
            "wimse://trust.example.com/service/%%70ayment%20%c3%a9",
            "a percent sign before the percent sign",
            "Decoding twice makes something else of it.",
        ),
    ];
    let mut vectors = vec![twin.clone()];
    vectors.extend(refuse(&twin, "identifier.path_percent_encoding", malformed));
    vectors.extend(refuse(
        &twin,
        "identifier.trust_domain_percent_encoding",
        [(
            "identifier-percent-not-hex-in-domain",
            "wimse://trust%zz.example.com/service/%70ayment%20%c3%a9",
            "a malformed triplet in the trust domain",
            "Parsers disagree about which domain this is.",
        )],
    ));
    vectors
}

fn reserved() -> Vec<Vector> {
    let twin = parse(
        "identifier-reserved-in-path",
        "workload://trust.example.com/a:b@c/d;e=f,g/$&'()*+!/h%2Fi",
        &["ID-7.1-1"],
        "All characters of an RFC 3986 path segment, in a scheme without stricter rules.",
    )
    .config("policy", generic());
    let refused = refuse(
        &twin,
        "identifier.path_character",
        [(
            "identifier-bracket-in-path",
            "workload://trust.example.com/a:b@c/d;e=f,g/$&'()*+!/[h%2Fi]",
            "brackets around the last segment",
            "Brackets belong to IP literals of the authority only.",
        )],
    );
    let refused: Vec<_> = refused.collect();
    [vec![twin], refused].concat()
}

const NOT_ASCII: [super::Refused<'static>; 14] = [
    (
        "identifier-syntax-space",
        "wimse://trust.example.com/service payment",
        "a space for a slash",
        "A space splits the name in logs and header fields.",
    ),
    (
        "identifier-syntax-leading-space",
        " wimse://trust.example.com/service/payment",
        "a space before the scheme",
        "Code that trims makes two texts into one identity.",
    ),
    (
        "identifier-syntax-trailing-newline",
        "wimse://trust.example.com/service/payment\n",
        "a line feed at the end",
        "A line read with its end, which code that trims takes for the name itself.",
    ),
    (
        "identifier-syntax-crlf",
        "wimse://trust.example.com/service\r\nX-Admin:/payment",
        "a line break and a field name",
        "Header and log injection through a name.",
    ),
    (
        "identifier-syntax-tab",
        "wimse://trust.example.com/service\t/payment",
        "a tab",
        "Browsers' URL parsers remove tabs silently.",
    ),
    (
        "identifier-syntax-nul",
        "wimse://trust.example.com/service/payment\0/guest",
        "a zero byte and more after it",
        "A string that ends at the zero byte names another workload.",
    ),
    (
        "identifier-syntax-nul-in-domain",
        "wimse://trust.example.com\0.attacker.example/service/payment",
        "a zero byte in the trust domain",
        "A string that ends at the zero byte names another domain.",
    ),
    (
        "identifier-syntax-delete",
        "wimse://trust.example.com/service/payment\u{7f}",
        "a DEL character at the end",
        "An invisible character makes a second name that looks like the first.",
    ),
    (
        "identifier-syntax-accent",
        "wimse://trust.example.com/service/p\u{e1}yment",
        "the letter a with an acute accent",
        "An IRI is no URI; two normal forms of the letter would be two names.",
    ),
    (
        "identifier-syntax-cyrillic",
        "wimse://trust.ex\u{430}mple.com/service/payment",
        "a Cyrillic letter that looks like a",
        "A domain that nobody can tell from the trusted one by reading.",
    ),
    (
        "identifier-syntax-fullwidth-letter",
        "wimse://trust.\u{ff45}xample.com/service/payment",
        "a fullwidth letter in the trust domain",
        "Compatibility normalization turns it into the trusted domain.",
    ),
    (
        "identifier-syntax-fullwidth-slash",
        "wimse://trust.example.com\u{ff0f}service/payment",
        "a fullwidth slash for the first slash of the path",
        "Compatibility normalization moves the end of the trust domain.",
    ),
    (
        "identifier-syntax-ideographic-dot",
        "wimse://trust\u{3002}example.com/service/payment",
        "an ideographic full stop for a dot",
        "IDNA mapping turns it into the trusted domain.",
    ),
    (
        "identifier-syntax-zero-width",
        "wimse://trust.example.com/service/pay\u{200b}ment",
        "a zero-width space",
        "An invisible character makes a second name that looks like the first.",
    ),
];

const NEVER_IN_A_URI: [super::Refused<'static>; 5] = [
    (
        "identifier-syntax-backslash",
        "wimse://trust.example.com\\@attacker.example/service/payment",
        "a backslash and another domain",
        "Browsers' URL parsers read a backslash as a slash and so another domain.",
    ),
    (
        "identifier-syntax-backslash-in-path",
        "wimse://trust.example.com/service\\payment",
        "a backslash for a slash",
        "Code that knows file paths splits here.",
    ),
    (
        "identifier-syntax-angle-brackets",
        "<wimse://trust.example.com/service/payment>",
        "angle brackets around it",
        "The delimiters of a URI in text are not part of it.",
    ),
    (
        "identifier-syntax-quote",
        "wimse://trust.example.com/service/pay\"ment",
        "a quotation mark",
        "A name that ends the quoted string around it.",
    ),
    (
        "identifier-syntax-braces",
        "wimse://trust.example.com/service/{payment}",
        "braces around the last segment",
        "A template that was not filled in is no name.",
    ),
];
