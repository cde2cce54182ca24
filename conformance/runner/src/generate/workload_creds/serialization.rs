//! Exactly one spelling of exactly one JWS in compact serialization, and not too long.

use super::{
    super::{
        Cases,
        tokens::{ISSUER_ES256, WORKLOAD_ES256, base64url, sign, sign_parts, wit_claims, wit_header},
    },
    Refused, accept, claims, plain, refuse,
};
use crate::vector::Vector;

pub(super) fn vectors() -> Cases {
    let requirements = ["WIT-5.1-1", "WIT-5.1.4-1", "WIT-5.1.4-7"];
    let twin = plain("wit-serialization", &requirements, "The usual token.")?;
    let token = claims(|claims| claims)?;
    let (signing_input, signature) = token.rsplit_once('.').unwrap_or_default();
    let (header, payload) = signing_input.split_once('.').unwrap_or_default();
    let mut vectors = vec![twin.clone()];
    vectors.extend(parts(&twin, header, payload, signature));
    vectors.extend(alphabet(&twin, header, payload, signature)?);
    vectors.extend(size()?);
    Ok(vectors)
}

fn parts(twin: &Vector, header: &str, payload: &str, signature: &str) -> Vec<Vector> {
    let flattened = format!(r#"{{"payload":"{payload}","protected":"{header}","signature":"{signature}"}}"#);
    let general = format!(
        r#"{{"payload":"{payload}","signatures":[{{"protected":"{header}","signature":"{signature}"}}]}}"#
    );
    let rows: [Refused<'_>; 13] = [
        ("wit-parts-empty", String::new(), "an empty token", "A credential that says nothing."),
        ("wit-parts-one", payload.to_owned(), "only the claims", "Claims that nobody has signed."),
        ("wit-parts-two", format!("{header}.{payload}"), "no signature", "Claims that nobody has signed."),
        (
            "wit-parts-empty-signature",
            format!("{header}.{payload}."),
            "an empty signature",
            "Claims that nobody has signed.",
        ),
        (
            "wit-parts-detached",
            format!("{header}..{signature}"),
            "an empty payload",
            "A detached payload, which would come from elsewhere.",
        ),
        (
            "wit-parts-empty-header",
            format!(".{payload}.{signature}"),
            "an empty header",
            "An algorithm that is left to be guessed.",
        ),
        (
            "wit-parts-four",
            format!("{header}.{payload}.{signature}.{signature}"),
            "a fourth part",
            "Something after the signature that nobody has signed.",
        ),
        (
            "wit-parts-five",
            format!("{header}.{payload}.{signature}.{payload}.{signature}"),
            "five parts",
            "An encrypted token (JWE).",
        ),
        (
            "wit-parts-dot-after",
            format!("{header}.{payload}.{signature}."),
            "a dot after the token",
            "A fourth part that is empty.",
        ),
        ("wit-parts-dots", "..".to_owned(), "only dots", "Three parts with nothing in them."),
        (
            "wit-parts-flattened",
            flattened,
            "the flattened JSON serialization",
            "Another serialization, with room for unsigned headers.",
        ),
        (
            "wit-parts-general",
            general,
            "the general JSON serialization",
            "Another serialization, with room for several signatures.",
        ),
        (
            "wit-parts-two-tokens",
            format!("{header}.{payload}.{signature},{header}.{payload}.{signature}"),
            "two tokens",
            "A list of tokens is no token.",
        ),
    ];
    refuse(twin, &["WIT-5.1-1", "WIT-5.1.4-1"], "wit.malformed", rows)
}

/// Signed over the changed text: a decoder that forgives would accept each of them.
fn alphabet(twin: &Vector, header: &str, payload: &str, signature: &str) -> Cases {
    let signed = |header: &str, payload: &str| sign_parts(ISSUER_ES256, header, payload);
    let folded = format!("{}\n {}", &payload[..76], &payload[76..]);
    let rows: Vec<Refused<'_>> = vec![
        (
            "wit-base64-header-padded",
            signed(&padded(header), payload)?,
            "the header is padded",
            "A second spelling of one token.",
        ),
        (
            "wit-base64-payload-padded",
            signed(header, &padded(payload))?,
            "the payload is padded",
            "A second spelling of one token.",
        ),
        (
            "wit-base64-signature-padded",
            format!("{header}.{payload}.{signature}=="),
            "the signature is padded",
            "A second spelling of one token, made by anybody.",
        ),
        (
            "wit-base64-header-bits",
            signed(&next(header), payload)?,
            "bits after the last byte of the header",
            "A second spelling of one token.",
        ),
        (
            "wit-base64-payload-bits",
            signed(header, &next(payload))?,
            "bits after the last byte of the payload",
            "A second spelling of one token.",
        ),
        (
            "wit-base64-signature-bits",
            format!("{header}.{payload}.{}", next(signature)),
            "bits after the last byte of the signature",
            "A second spelling of one token, made by anybody: it passes a cache or a deny-list by.",
        ),
        (
            "wit-base64-length",
            signed(header, &format!("{payload}AAA"))?,
            "a payload of an impossible length",
            "A character that is no byte: a decoder that forgives drops it.",
        ),
        (
            "wit-base64-folded",
            signed(header, &folded)?,
            "a line feed and a space inside the payload",
            "A token that was folded for print.",
        ),
        (
            "wit-base64-space-before",
            format!(" {header}.{payload}.{signature}"),
            "a space before the token",
            "A second spelling of one token.",
        ),
        (
            "wit-base64-newline-after",
            format!("{header}.{payload}.{signature}\n"),
            "a line feed after the token",
            "A second spelling of one token: a file read whole.",
        ),
        (
            "wit-base64-nul-after",
            format!("{header}.{payload}.{signature}\0"),
            "a NUL after the token",
            "Ends early for a parser in C.",
        ),
        (
            "wit-base64-percent",
            format!("{header}.{payload}.{signature}%3D%3D"),
            "percent-encoded padding after the token",
            "A token that went through a URL.",
        ),
        (
            "wit-base64-letter",
            format!(
                "{header}.{payload}.{}",
                signature.replacen(|c: char| c.is_ascii_alphabetic(), "\u{430}", 1)
            ),
            "a Cyrillic letter in the signature",
            "Looks the same to a person.",
        ),
    ];
    let mut vectors = refuse(twin, &["WIT-5.1-1", "WIT-5.1.4-1", "WIT-5.1.4-7"], "wit.base64", rows);
    vectors.extend(standard_alphabet()?);
    Ok(vectors)
}

/// A payload whose text has both characters in which the alphabets differ.
fn standard_alphabet() -> Cases {
    let header = base64url(wit_header().text());
    let claims = wit_claims(WORKLOAD_ES256).string("example.com/x", "??>>~~\u{ff}\u{fe}??>>");
    let payload = base64url(claims.text());
    let requirements = ["WIT-5.1.4-1"];
    let twin = accept(
        "wit-base64-alphabet",
        &sign_parts(ISSUER_ES256, &header, &payload)?,
        &requirements,
        "The alphabet for URLs.",
    );
    let plain = payload.replace('-', "+").replace('_', "/");
    let other = sign_parts(ISSUER_ES256, &header, &plain)?;
    let mut vectors = vec![twin.clone()];
    vectors.extend(refuse(
        &twin,
        &requirements,
        "wit.base64",
        [(
            "wit-base64-standard-alphabet",
            other,
            "the alphabet of plain base64",
            "A second spelling of one token.",
        )],
    ));
    Ok(vectors)
}

fn size() -> Cases {
    let requirements = ["WIT-5.1.4-1", "WIT-5.1.4-7"];
    let twin = accept("wit-size-longest", &of_length(16_384)?, &requirements, "16 KiB are within the limit.");
    let small = accept("wit-size-by-policy", &of_length(1000)?, &requirements, "A policy may allow less.")
        .config("max_bytes", 1000);
    let mut vectors = vec![twin.clone(), small.clone()];
    vectors.extend(refuse(
        &twin,
        &requirements,
        "wit.too_large",
        [(
            "wit-size-too-long",
            of_length(16_385)?,
            "a byte more",
            "Work before anything is known about the sender.",
        )],
    ));
    vectors.extend(refuse(
        &small,
        &requirements,
        "wit.too_large",
        [("wit-size-too-long-by-policy", of_length(1001)?, "a byte more", "Longer than the policy allows.")],
    ));
    Ok(vectors)
}

/// A valid token of exactly this many bytes, with a long claim in it.
fn of_length(bytes: usize) -> super::Token {
    let filled = |kid: usize, claim: usize| {
        let header = wit_header().string("example.com/a", &"a".repeat(kid));
        let claims = wit_claims(WORKLOAD_ES256).string("example.com/b", &"b".repeat(claim));
        sign(ISSUER_ES256, &header.text(), &claims.text())
    };
    let shortest = filled(0, 0)?.len();
    let room = bytes.saturating_sub(shortest) * 3 / 4;
    for header in 0..3 {
        for claim in room.saturating_sub(6)..=room {
            let token = filled(header, claim)?;
            if token.len() == bytes {
                return Ok(token);
            }
        }
    }
    Err("no token of that length".into())
}

fn padded(part: &str) -> String {
    format!("{part}{}", "=".repeat((4 - part.len() % 4) % 4))
}

/// The same text with the lowest bit of its last character set, which is no bit of a byte.
fn next(part: &str) -> String {
    const ALPHABET: &str = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    let (head, last) = part.split_at(part.len().saturating_sub(1));
    let place = ALPHABET.find(last).unwrap_or_default();
    format!("{head}{}", &ALPHABET[place + 1..place + 2])
}
