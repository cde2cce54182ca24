//! Content and transfer codings, and trailers.

use super::{
    super::Cases,
    cases::{Refused, refuse},
    content::{MISMATCH, RULES, precise, set},
    signed::Signed,
    wire::Wire,
};

pub(super) fn vectors() -> Cases {
    let request = Signed::ed25519();
    let mut vectors = codings(&request)?;
    vectors.extend(chunked(&request)?);
    Ok(precise(vectors))
}

/// Content codings belong to the content, which is what the digest is of.
fn codings(request: &Signed) -> Cases {
    let coded = request.field("Content-Encoding", "gzip").content(GZIP);
    let twin = coded.accepted(
        "sig-content-coded",
        RULES,
        "The digest is that of the content as it is sent, coded.",
    )?;
    let decoded: Vec<Refused> = vec![
        (
            "sig-content-coded-decoded",
            MISMATCH,
            coded.then(|message| set(message, b"hello")),
            "the content was decoded on the way",
            "A proxy that changes the content breaks the signature.",
        ),
        (
            "sig-content-coded-digest-of-decoded",
            MISMATCH,
            coded.field("Content-Digest", OF_HELLO),
            "the digest of the content before coding",
            "The digest is of what is sent.",
        ),
    ];
    Ok([vec![twin.clone()], refuse(&twin, decoded)?].concat())
}

/// Transfer codings do not: the digest is of what is in the chunks.
fn chunked(request: &Signed) -> Cases {
    let chunked = request.field("Transfer-Encoding", "chunked");
    let in_chunks = chunked.then(|message| chunks(message, ""));
    let twin = in_chunks.accepted(
        "sig-content-chunked",
        RULES,
        "The digest is of the content, however it is sent.",
    )?;
    let ignored = chunked
        .then(|message| chunks(message, "Workload-Identity-Token: a.b.c\r\nContent-Type: text/plain\r\n"));
    let ignored = ignored.accepted(
        "sig-content-trailers",
        RULES,
        "Fields in trailers are other fields, and not used.",
    )?;
    let trailer = chunked.without_field("Content-Digest").uncovered("\"content-digest\"");
    let rows: Vec<Refused> = vec![
        (
            "sig-content-digest-in-trailers",
            &["httpsig.digest_missing"],
            trailer.then(|message| {
                chunks(message, "Content-Digest: sha-256=:RBNvo1WzZ4oRRq0W9+hknpT7T8If536DEMBg9hyq/4o=:\r\n");
            }),
            "the digest in the trailers",
            "Trailers are not covered, and come when the content has been used.",
        ),
        (
            "sig-content-signature-in-trailers",
            &["httpsig.unsigned"],
            chunked.then(|message| {
                let [input, signature] = ["Signature-Input", "Signature"].map(|name| message.field(name));
                message.remove("Signature-Input");
                message.remove("Signature");
                chunks(message, &format!("Signature-Input: {input}\r\nSignature: {signature}\r\n"));
            }),
            "the signature in the trailers",
            "A signature that comes when the content has been used.",
        ),
        (
            "sig-content-chunk-changed",
            MISMATCH,
            chunked.then(|message| {
                set(message, b"{}");
                chunks(message, "");
            }),
            "other content in the chunks",
            "The content is what is in the chunks.",
        ),
    ];
    Ok([vec![twin.clone(), ignored], refuse(&twin, rows)?].concat())
}

/// The content as one chunk, and trailers.
fn chunks(message: &mut Wire, trailers: &str) {
    let size = format!("{:x}\r\n", message.content.len());
    let end = format!("\r\n0\r\n{trailers}\r\n");
    message.content = [size.as_bytes(), &message.content, end.as_bytes()].concat();
}

/// SHA-256 of "hello".
const OF_HELLO: &str = "sha-256=:LPJNul+wow4m6DsqxbninhsWHlwfp0JecwQzYpOLmCQ=:";
/// "hello", by gzip.
const GZIP: &[u8] = &[
    0x1f, 0x8b, 0x08, 0x00, 0x00, 0x00, 0x00, 0x00, 0x02, 0xff, 0xcb, 0x48, 0xcd, 0xc9, 0xc9, 0x07, 0x00,
    0x86, 0xa6, 0x10, 0x36, 0x05, 0x00, 0x00, 0x00,
];
