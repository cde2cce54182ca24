//! `Content-Digest` by itself (RFC 9530).

use serde_json::Value;

use super::super::Cases;
use crate::vector::{Bytes, Vector};

pub(super) fn vectors() -> Cases {
    let hello = digest("digest-sha-256", HELLO, &[HELLO_256], &["sha-256"], "A digest and its content.");
    let mut vectors = vec![
        hello.clone().source("RFC 9530, Sample Digest Values"),
        digest("digest-sha-512", HELLO, &[HELLO_512], &["sha-512"], "The other algorithm.")
            .source("RFC 9530, Sample Digest Values"),
        digest("digest-empty", b"", &[NOTHING_256], &["sha-256"], "The digest of nothing."),
        digest("digest-binary", &[0, 1, 254, 255], &[BINARY_256], &["sha-256"], "Any bytes."),
        digest(
            "digest-unknown-beside",
            HELLO,
            &["x=:AAAA:", HELLO_256],
            &["sha-256"],
            "What is not known is ignored.",
        ),
        digest(
            "digest-parameters",
            HELLO,
            &[&format!("{HELLO_256};x=1")],
            &["sha-256"],
            "Parameters mean nothing.",
        ),
    ];
    let two = digest(
        "digest-two",
        HELLO,
        &[HELLO_256, HELLO_512],
        &["sha-256", "sha-512"],
        "Two lines are one field.",
    );
    vectors.push(two.clone());
    let lines = |twin: &Vector, id: &str, code: &str, values: &[&str], differs: &str, comment: &str| {
        twin.refused(id, &[code], differs, comment).input("lines", of(values))
    };
    vectors.extend([
        hello
            .refused(
                "digest-other-content",
                &["httpsig.digest_mismatch"],
                "one byte is another",
                "Content was changed.",
            )
            .input_bytes("content", b"{\"hello\": \"World\"}"),
        hello
            .refused(
                "digest-no-content",
                &["httpsig.digest_mismatch"],
                "no content",
                "Content was taken away.",
            )
            .input_bytes("content", b""),
        hello
            .refused(
                "digest-more-content",
                &["httpsig.digest_mismatch"],
                "a line end more",
                "Content was added.",
            )
            .input_bytes("content", b"{\"hello\": \"world\"}\n"),
        lines(&hello, "digest-absent", "httpsig.digest_missing", &[], "no field", "Nothing to verify."),
        lines(
            &hello,
            "digest-unsupported",
            "httpsig.digest_unsupported",
            &["x=:AAAA:"],
            "an unknown algorithm",
            "Nothing can be verified.",
        ),
        lines(
            &hello,
            "digest-crc32c",
            "httpsig.digest_insecure",
            &["crc32c=:Q3lHIA==:"],
            "crc32c",
            "It is for accidents, not for attacks.",
        ),
        lines(
            &hello,
            "digest-adler",
            "httpsig.digest_insecure",
            &[HELLO_256, "adler=:OZkGFw==:"],
            "adler beside it",
            "It is not to be used.",
        ),
        lines(
            &hello,
            "digest-unixsum",
            "httpsig.digest_insecure",
            &["unixsum=:GQU=:", HELLO_256],
            "unixsum beside it",
            "It is not to be used.",
        ),
        lines(
            &hello,
            "digest-unixcksum",
            "httpsig.digest_insecure",
            &["unixcksum=:7zsHAA==:"],
            "unixcksum",
            "It is not to be used.",
        ),
        lines(
            &hello,
            "digest-md5",
            "httpsig.digest_insecure",
            &["md5=:Sd/dVLAcvNLSq16eXua5uQ==:"],
            "md5",
            "It is not to be used.",
        ),
        lines(
            &hello,
            "digest-sha",
            "httpsig.digest_insecure",
            &["sha=:07CavjDP4u3/TungoUHJO/Wzr4c=:"],
            "sha",
            "It is not to be used.",
        ),
        lines(
            &hello,
            "digest-hexadecimal",
            "httpsig.digest_malformed",
            &["sha-256=5f8f04f6a3a892aaabbddb6cf273894493773960d4a325b105fee46eef4304f1"],
            "hexadecimal digits",
            "A digest is a Byte Sequence.",
        ),
        lines(
            &hello,
            "digest-short",
            "httpsig.digest_malformed",
            &["sha-256=:X48E9qOokqqrvdts8nOJRA==:"],
            "16 bytes",
            "A digest has a length.",
        ),
        lines(
            &hello,
            "digest-list",
            "httpsig.digest_malformed",
            &["sha-256=(:AAAA:)"],
            "a list",
            "A digest is a Byte Sequence.",
        ),
        lines(
            &hello,
            "digest-old-form",
            "httpsig.digest_malformed",
            &["SHA-256=X48E9qOokqqrvdts8nOJRJN3OWDUoyWxBf7kbu9DBPE="],
            "the form of an older field",
            "Keys are in lower case, and values are Byte Sequences.",
        ),
        lines(
            &hello,
            "digest-not-ascii",
            "httpsig.digest_malformed",
            &["sha-256=:\u{e9}:"],
            "a letter beyond ASCII",
            "Fields of this kind are ASCII.",
        ),
        lines(
            &two,
            "digest-one-of-two",
            "httpsig.digest_mismatch",
            &[HELLO_256, NOTHING_512],
            "one of two is wrong",
            "Every one must be right.",
        ),
        lines(
            &two,
            "digest-twice",
            "httpsig.digest_repeated",
            &[HELLO_256, HELLO_256],
            "one algorithm twice",
            "Readers disagree on which of them counts.",
        ),
    ]);
    Ok(vectors)
}

fn digest(id: &str, content: &[u8], lines: &[&str], algorithms: &[&str], comment: &str) -> Vector {
    Vector::accepted(id, "digest.verify", comment)
        .requires(&["SIG-3-18", "SIG-3-19"])
        .input_bytes("content", content)
        .input("lines", of(lines))
        .output("algorithms", algorithms.to_vec())
}

fn of(lines: &[&str]) -> Value {
    lines.iter().map(|line| Value::from(Bytes::from(line.as_bytes()))).collect()
}

const HELLO: &[u8] = b"{\"hello\": \"world\"}";
const HELLO_256: &str = "sha-256=:X48E9qOokqqrvdts8nOJRJN3OWDUoyWxBf7kbu9DBPE=:";
const HELLO_512: &str =
    "sha-512=:WZDPaVn/7XgHaAy8pmojAkGWoRx2UFChF41A2svX+TaPm+AbwAgBWnrIiYllu7BNNyealdVLvRwEmTHWXvJwew==:";
const NOTHING_256: &str = "sha-256=:47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=:";
const NOTHING_512: &str =
    "sha-512=:z4PhNX7vuL3xVChQ1m2AB9Yg5AULVxXcg/SpIdNs6c5H0NE8XYXysP+DGNKHfuwvY7kxvUdBeoGlODJ6+SfaPg==:";
const BINARY_256: &str = "sha-256=:xduuImYa9tsYofZ224Kn733kbSfDomOocvAEeLDZn8Q=:";
