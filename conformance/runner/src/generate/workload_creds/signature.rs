//! The signature of the issuer, over exactly these bytes, in exactly one form.

use super::{
    super::{
        Cases,
        tokens::{
            ISSUER_ED25519, ISSUER_ES256, KeyPair, Members, WORKLOAD_ES256, base64url, wit_claims, wit_header,
        },
    },
    Refused, accept, header_signed, plain, refuse,
};
use crate::vector::Vector;

pub(super) fn vectors() -> Cases {
    let requirements = ["WIT-5.1-17", "WIT-5.1.4-4", "WIT-5.1.4-7"];
    let twin = plain("wit-signature", &requirements, "The usual token.")?;
    let parts = Parts::of(ISSUER_ES256, &wit_header())?;
    let high = parts.with(&[&parts.signature[..32], &negated(&parts.signature[32..])].concat());
    let mut vectors = vec![
        twin.clone(),
        accept(
            "wit-signature-high-s",
            &high,
            &["WIT-5.1.4-4"],
            "ES256 has no rule about the half in which S lies.",
        ),
    ];
    vectors.extend(ecdsa(&twin, &parts)?);
    vectors.extend(other_parts(&twin, &parts));
    vectors.extend(edwards()?);
    Ok(vectors)
}

/// A signed token in parts.
#[derive(Clone)]
struct Parts {
    header: String,
    claims: String,
    signature: Vec<u8>,
}

impl Parts {
    fn of(key: KeyPair, header: &Members) -> Result<Self, Box<dyn std::error::Error>> {
        let header = base64url(header.text());
        let claims = base64url(wit_claims(WORKLOAD_ES256).text());
        let signature = key.signature(format!("{header}.{claims}").as_bytes())?;
        Ok(Self { header, claims, signature })
    }

    /// The token with another signature.
    fn with(&self, signature: &[u8]) -> String {
        format!("{}.{}.{}", self.header, self.claims, base64url(signature))
    }
}

fn ecdsa(twin: &Vector, parts: &Parts) -> Cases {
    let signature = &parts.signature;
    let mut flipped = signature.clone();
    flipped[63] ^= 1;
    let swapped = [&signature[32..], &signature[..32]].concat();
    let by_edwards = ISSUER_ED25519.signature(format!("{}.{}", parts.header, parts.claims).as_bytes())?;
    let payload_only = ISSUER_ES256.signature(parts.claims.as_bytes())?;
    let rows: Vec<Refused<'_>> = vec![
        (
            "wit-signature-bit",
            parts.with(&flipped),
            "the last bit of the signature",
            "A signature that is nearly right.",
        ),
        (
            "wit-signature-der",
            parts.with(&der(signature)),
            "the signature in DER",
            "The form of X.509 and TLS: JWS has R and S of 32 bytes each.",
        ),
        (
            "wit-signature-zero",
            parts.with(&[0; 64]),
            "R and S are zero",
            "Passes where the range of R and S is not checked.",
        ),
        (
            "wit-signature-r-zero",
            parts.with(&[&[0; 32], &signature[32..]].concat()),
            "R is zero",
            "Passes where the range of R and S is not checked.",
        ),
        (
            "wit-signature-s-order",
            parts.with(&[&signature[..32], &ORDER[..]].concat()),
            "S is the order of the group",
            "Passes where the range of R and S is not checked.",
        ),
        (
            "wit-signature-swapped",
            parts.with(&swapped),
            "S before R",
            "The parts of the signature in the wrong order.",
        ),
        (
            "wit-signature-short",
            parts.with(&signature[..63]),
            "a byte of the signature is missing",
            "A signature that was cut off.",
        ),
        (
            "wit-signature-long",
            parts.with(&[&signature[..], &[0]].concat()),
            "a zero byte after the signature",
            "A second form of one signature.",
        ),
        (
            "wit-signature-one-byte",
            parts.with(&[0]),
            "a signature of one byte",
            "A signature that was cut off.",
        ),
        (
            "wit-signature-other-algorithm",
            parts.with(&by_edwards),
            "signed with the Ed25519 key of the issuer",
            "The right issuer with the wrong key.",
        ),
        (
            "wit-signature-payload-only",
            parts.with(&payload_only),
            "the signature is over the claims only",
            "A header that can be exchanged.",
        ),
    ];
    Ok(refuse(twin, &["WIT-5.1.4-4", "WIT-5.1.4-7"], "wit.signature", rows))
}

fn other_parts(twin: &Vector, parts: &Parts) -> Vec<Vector> {
    let header =
        Parts { header: base64url(wit_header().string("example.com/x", "a").text()), ..parts.clone() };
    let claims = |members: Members| Parts { claims: base64url(members.text()), ..parts.clone() };
    let usual = || wit_claims(WORKLOAD_ES256);
    let rows = [
        (
            "wit-signature-header-changed",
            header,
            "a parameter more in the header",
            "A header that was changed after signing.",
        ),
        (
            "wit-signature-subject-changed",
            claims(usual().string("sub", "wimse://example.com/admin")),
            "another sub",
            "Claims that were changed after signing.",
        ),
        (
            "wit-signature-expiry-changed",
            claims(usual().set("exp", 1_800_007_200)),
            "an exp an hour later",
            "A lifetime that was extended after signing.",
        ),
        (
            "wit-signature-key-changed",
            claims(usual().set(
                "cnf",
                super::super::tokens::confirmation(&super::super::tokens::OTHER_WORKLOAD_ES256.public()),
            )),
            "another key in cnf",
            "The key of a thief in a stolen token.",
        ),
    ];
    let rows = rows.map(|(id, other, differs, comment)| (id, other.with(&parts.signature), differs, comment));
    refuse(twin, &["WIT-5.1.4-4"], "wit.signature", rows)
}

fn edwards() -> Cases {
    let header = wit_header().string("alg", "Ed25519").string("kid", "issuer-ed25519");
    let parts = Parts::of(ISSUER_ED25519, &header)?;
    let signature = &parts.signature;
    let requirements = ["WIT-5.1.4-4", "WIT-5.1.4-7"];
    let twin = accept(
        "wit-signature-ed25519",
        &parts.with(signature),
        &requirements,
        "A token that is signed with Ed25519.",
    )
    .needs("Ed25519");
    let malleable = [&signature[..32], &plus_order(&signature[32..])].concat();
    let small_order = [&[1][..], &[0; 31], &signature[32..]].concat();
    let rows = [
        (
            "wit-signature-ed25519-malleable",
            parts.with(&malleable),
            "the order of the group is added to S",
            "A second form of one signature.",
        ),
        (
            "wit-signature-ed25519-small-order",
            parts.with(&small_order),
            "R is the neutral element",
            "A point that RFC 8032 does not rule out in words.",
        ),
        ("wit-signature-ed25519-zero", parts.with(&[0; 64]), "R and S are zero", "Verifies under weak keys."),
        (
            "wit-signature-ed25519-short",
            parts.with(&signature[..63]),
            "a byte of the signature is missing",
            "A signature that was cut off.",
        ),
    ];
    let mut vectors = vec![twin.clone()];
    vectors.extend(refuse(&twin, &requirements, "wit.signature", rows));
    let es256 = header_signed(ISSUER_ES256, |h| h.string("alg", "Ed25519").string("kid", "issuer-ed25519"))?;
    vectors.extend(refuse(
        &twin,
        &requirements,
        "wit.signature",
        [(
            "wit-signature-ed25519-by-es256",
            es256,
            "signed with the ES256 key of the issuer",
            "The right issuer with the wrong key.",
        )],
    ));
    Ok(vectors)
}

/// The order of P-256, big-endian.
const ORDER: [u8; 32] = [
    0xff, 0xff, 0xff, 0xff, 0, 0, 0, 0, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xbc, 0xe6, 0xfa,
    0xad, 0xa7, 0x17, 0x9e, 0x84, 0xf3, 0xb9, 0xca, 0xc2, 0xfc, 0x63, 0x25, 0x51,
];

/// The order less S: the other of the two S that verify.
fn negated(s: &[u8]) -> Vec<u8> {
    let mut borrow = 0;
    let mut digits: Vec<u8> = ORDER
        .iter()
        .zip(s)
        .rev()
        .map(|(order, s)| {
            let (digit, first) = order.overflowing_sub(*s);
            let (digit, second) = digit.overflowing_sub(borrow);
            borrow = u8::from(first || second);
            digit
        })
        .collect();
    digits.reverse();
    digits
}

/// The order of the base point of Ed25519, little-endian.
const EDWARDS_ORDER: [u8; 32] = [
    0xed, 0xd3, 0xf5, 0x5c, 0x1a, 0x63, 0x12, 0x58, 0xd6, 0x9c, 0xf7, 0xa2, 0xde, 0xf9, 0xde, 0x14, 0, 0, 0,
    0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0x10,
];

/// S plus the order: equal to S for whoever does not check the range.
fn plus_order(s: &[u8]) -> Vec<u8> {
    let mut carry = 0;
    EDWARDS_ORDER
        .iter()
        .zip(s)
        .map(|(order, s)| {
            let (digit, first) = order.overflowing_add(*s);
            let (digit, second) = digit.overflowing_add(carry);
            carry = u8::from(first || second);
            digit
        })
        .collect()
}

/// R and S as a DER sequence of two integers (RFC 3279 2.2.3).
fn der(signature: &[u8]) -> Vec<u8> {
    let mut contents = Vec::new();
    for half in signature.chunks(32) {
        let digits: Vec<u8> = half.iter().copied().skip_while(|digit| *digit == 0).collect();
        let sign = digits.first().is_none_or(|digit| digit & 0x80 != 0);
        let length = digits.len() + usize::from(sign);
        contents.extend([2, u8::try_from(length).unwrap_or_default()]);
        contents.extend(sign.then_some(0));
        contents.extend(digits);
    }
    [&[0x30, u8::try_from(contents.len()).unwrap_or_default()], &contents[..]].concat()
}
