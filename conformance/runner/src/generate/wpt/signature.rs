//! The signature: by the key of the WIT, and with its algorithm only.

use std::error::Error;

use super::{
    super::{
        Cases,
        tokens::{
            ISSUER_ES256, Members, OTHER_WORKLOAD_ED25519, OTHER_WORKLOAD_ES256, WORKLOAD_ED25519,
            WORKLOAD_ES256, confirmation,
        },
    },
    exchange::{Exchange, Refused, by_code, refuse},
};

pub(super) fn vectors() -> Cases {
    let (ed25519, es256, eddsa) = (Exchange::ed25519(), Exchange::es256(), Exchange::eddsa());
    let accepted = |id, exchange: &Exchange, comment| exchange.accepted(id, RULES, comment);
    let twins = [
        accepted("wpt-signature-ed25519", &ed25519, "Signed with the Ed25519 key of the WIT.")?,
        accepted("wpt-signature-es256", &es256, "Signed with the P-256 key of the WIT, R and S joined.")?,
        accepted("wpt-signature-eddsa", &eddsa, "The key of the WIT says EdDSA, and so does the proof.")?,
    ];
    let also = accepted(
        "wpt-signature-es256-other-s",
        &es256.signature(negate_s),
        "For each ECDSA signature there is a second one, with n - s; JWS knows no preferred one.",
    )?;
    let mut vectors = twins.to_vec();
    vectors.push(also);
    vectors.extend(refuse(&twins[0], for_ed25519(&ed25519))?);
    vectors.extend(refuse(&twins[0], [unsigned_change(&ed25519)?])?);
    vectors.extend(refuse(&twins[1], for_es256(&es256))?);
    // Who has ES384 knows the name, and that it is not the key's.
    let es384 = refuse(&twins[1], [larger_curve(&es256)])?;
    vectors.extend(es384.into_iter().map(|vector| vector.or_code("wpt.alg_mismatch")));
    vectors.extend(refuse(&twins[2], for_eddsa(&eddsa))?);
    Ok(by_code(vectors, |code| match code {
        "wpt.signature" => &["WPT-2-17", "WIT-5.1-10"],
        _ => &["WPT-2-2", "WPT-2-16", "WIT-5.1-13"],
    }))
}

fn for_ed25519(proof: &Exchange) -> Vec<Refused> {
    let signature = |id, exchange, differs, comment| (id, "wpt.signature", exchange, differs, comment);
    let attacker = OTHER_WORKLOAD_ED25519.public().text();
    vec![
        signature(
            "wpt-signature-other-key",
            proof.signed_by(OTHER_WORKLOAD_ED25519),
            "a signature by another key",
            "Whoever has seen a WIT signs a proof of their own for it.",
        ),
        signature(
            "wpt-signature-other-key-in-header",
            proof.signed_by(OTHER_WORKLOAD_ED25519).header(|header| header.set("jwk", attacker)),
            "another key, named in the header",
            "A key from the header of the token is a key from the attacker.",
        ),
        signature(
            "wpt-signature-other-curve",
            proof.signed_by(WORKLOAD_ES256),
            "a signature by a P-256 key",
            "A key of another kind.",
        ),
        signature(
            "wpt-signature-issuer-key",
            proof.signed_by(ISSUER_ES256),
            "a signature by the issuer of the WIT",
            "The issuer vouches for the WIT; the proof is by the workload.",
        ),
        signature(
            "wpt-signature-bit",
            proof.signature(flip_bit),
            "one bit of the signature",
            "A damaged signature.",
        ),
        signature(
            "wpt-signature-zero",
            proof.signature(|_| vec![0; 64]),
            "a signature of zeros",
            "The signature of small-order keys and careless verifiers.",
        ),
        signature(
            "wpt-signature-short",
            proof.signature(|mut signature| {
                signature.pop();
                signature
            }),
            "one byte less",
            "A truncated signature.",
        ),
        signature(
            "wpt-signature-long",
            proof.signature(|mut signature| {
                signature.push(0);
                signature
            }),
            "one byte more",
            "Bytes after the signature make a second token of the same proof.",
        ),
        (
            "wpt-alg-eddsa-for-ed25519",
            "wpt.alg_mismatch",
            proof.header(|header| header.string("alg", "EdDSA")),
            "the older name of the same algorithm",
            "The names are compared as strings, although both mean this key.",
        ),
        (
            "wpt-alg-es256-for-ed25519",
            "wpt.alg_mismatch",
            proof.header(|header| header.string("alg", "ES256")),
            "the algorithm of another key",
            "The header does not choose the algorithm.",
        ),
        (
            "wpt-alg-es256-and-its-key",
            "wpt.alg_mismatch",
            proof.header(|header| header.string("alg", "ES256")).signed_by(WORKLOAD_ES256),
            "algorithm and signature of another key",
            "A valid ES256 signature by a key that the WIT does not name.",
        ),
    ]
}

/// A new `jti`, so that the proof would not be a replay.
fn unsigned_change(proof: &Exchange) -> Result<Refused, Box<dyn Error>> {
    let changed = proof.claim("jti", "EBESExQVFhcYGRobHB0eHw").proof()?;
    let payload = changed.split('.').nth(1).unwrap_or_default();
    Ok((
        "wpt-signature-other-claims",
        "wpt.signature",
        proof.field("Authorization", &format!("WPT {{h}}.{payload}.{{s}}")),
        "another jti under the old signature",
        "A captured proof is changed so that it is no replay.",
    ))
}

fn for_es256(proof: &Exchange) -> Vec<Refused> {
    let signature = |id, exchange, differs, comment| (id, "wpt.signature", exchange, differs, comment);
    vec![
        signature(
            "wpt-signature-es256-other-key",
            proof.signed_by(OTHER_WORKLOAD_ES256),
            "a signature by another key",
            "Whoever has seen a WIT signs a proof of their own for it.",
        ),
        signature(
            "wpt-signature-es256-bit",
            proof.signature(flip_bit),
            "one bit of the signature",
            "A damaged signature.",
        ),
        signature(
            "wpt-signature-es256-zero",
            proof.signature(|_| vec![0; 64]),
            "r and s zero",
            "A verifier that does not check the range of r and s accepts this for every message.",
        ),
        signature(
            "wpt-signature-es256-der",
            proof.signature(|signature| der(&signature)),
            "the signature in DER",
            "JWS joins R and S; a DER signature is another spelling.",
        ),
        signature(
            "wpt-signature-es256-swapped",
            proof.signature(|signature| [&signature[32..], &signature[..32]].concat()),
            "s before r",
            "Halves in the wrong order.",
        ),
        signature(
            "wpt-signature-es256-s-plus-n",
            proof.signature(|mut signature| {
                signature.splice(32..32, [0]);
                signature
            }),
            "a zero byte before s",
            "A longer spelling of the same numbers.",
        ),
        (
            "wpt-alg-ed25519-for-es256",
            "wpt.alg_mismatch",
            proof.header(|header| header.string("alg", "Ed25519")),
            "the algorithm of another key",
            "The header does not choose the algorithm.",
        ),
    ]
}

fn larger_curve(proof: &Exchange) -> Refused {
    (
        "wpt-alg-es384-for-es256",
        "wpt.alg_unsupported",
        proof.header(|header| header.string("alg", "ES384")),
        "the algorithm of a larger curve",
        "ES384 needs a P-384 key, whether or not it is supported.",
    )
}

fn for_eddsa(proof: &Exchange) -> Vec<Refused> {
    let ed25519 = |jwk: Members| confirmation(&jwk);
    vec![
        (
            "wpt-alg-ed25519-for-eddsa",
            "wpt.alg_mismatch",
            proof.header(|header| header.string("alg", "Ed25519")),
            "the newer name of the same algorithm",
            "The names are compared as strings, although both mean this key.",
        ),
        (
            "wpt-alg-eddsa-for-ed25519-wit",
            "wpt.alg_mismatch",
            proof.wit_claims(|claims| claims.set("cnf", ed25519(WORKLOAD_ED25519.public()))),
            "a WIT whose key has the newer name",
            "The same key under two names is not the same algorithm.",
        ),
        (
            "wpt-signature-eddsa-other-key",
            "wpt.signature",
            proof.signed_by(OTHER_WORKLOAD_ED25519),
            "a signature by another key",
            "Whoever has seen a WIT signs a proof of their own for it.",
        ),
    ]
}

fn flip_bit(mut signature: Vec<u8>) -> Vec<u8> {
    signature[40] ^= 1;
    signature
}

/// R and S as a DER sequence of two integers.
fn der(signature: &[u8]) -> Vec<u8> {
    let integers = signature.chunks(32).flat_map(|number| {
        let sign = if number[0] >= 0x80 { &[0][..] } else { &[] };
        let length = u8::try_from(32 + sign.len()).unwrap_or_default();
        [&[2, length], sign, number].concat()
    });
    let integers: Vec<u8> = integers.collect();
    [&[0x30, u8::try_from(integers.len()).unwrap_or_default()], &integers[..]].concat()
}

/// The other signature of the same message by the same key: r and n - s.
pub(super) fn negate_s(mut signature: Vec<u8>) -> Vec<u8> {
    let mut borrow = 0;
    for (byte, of_order) in signature[32..].iter_mut().zip(ORDER).rev() {
        let difference = i16::from(of_order) - i16::from(*byte) - borrow;
        borrow = i16::from(difference < 0);
        *byte = difference.rem_euclid(256).try_into().unwrap_or_default();
    }
    signature
}

/// The order of the group of P-256 (FIPS 186-5, SEC 2).
const ORDER: [u8; 32] = [
    0xff, 0xff, 0xff, 0xff, 0, 0, 0, 0, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xbc, 0xe6, 0xfa,
    0xad, 0xa7, 0x17, 0x9e, 0x84, 0xf3, 0xb9, 0xca, 0xc2, 0xfc, 0x63, 0x25, 0x51,
];

const RULES: &[&str] = &["WPT-2-2", "WPT-2-16", "WPT-2-17", "WIT-5.1-10", "WIT-5.1-13"];
