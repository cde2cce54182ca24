//! The WPT as a JWS: compact form, strict base64url and JSON, `crit`.

use super::{
    super::Cases,
    exchange::{Exchange, Refused, refuse},
};

pub(super) fn vectors() -> Cases {
    let proof = Exchange::ed25519();
    let accepted = |id, exchange: Exchange, comment| exchange.accepted(id, FORM, comment);
    let plain = accepted("wpt-token", proof.clone(), "A proof with an Ed25519 key.")?;
    let mut vectors = vec![
        plain.clone(),
        accepted("wpt-token-es256", Exchange::es256(), "A proof with a P-256 key.")?,
        accepted("wpt-token-eddsa", Exchange::eddsa(), "A proof with the older name of Ed25519.")?,
        accepted(
            "wpt-header-unknown-parameter",
            proof.header(|header| header.string("x-unknown", "ignored")),
            "A header parameter that is not understood, and not critical, is ignored.",
        )?,
        accepted(
            "wpt-header-kid",
            proof.header(|header| header.string("kid", "some-other-key")),
            "The key is that of the WIT: a kid chooses nothing.",
        )?,
    ];
    vectors.extend(refuse(&plain, form(&proof))?);
    vectors.extend(refuse(&plain, json(&proof))?);
    Ok(vectors)
}

/// Three parts of strict base64url.
fn form(proof: &Exchange) -> Vec<Refused> {
    let field =
        |id, code, value, differs, comment| (id, code, proof.field("Authorization", value), differs, comment);
    vec![
        field(
            "wpt-token-two-parts",
            "wpt.malformed",
            "WPT {h}.{p}",
            "no signature part",
            "A token without a signature.",
        ),
        field(
            "wpt-token-empty-signature",
            "wpt.malformed",
            "WPT {h}.{p}.",
            "an empty signature",
            "An unsecured JWS has an empty signature.",
        ),
        field("wpt-token-four-parts", "wpt.malformed", "WPT {proof}.{s}", "a fourth part", "Four parts."),
        field(
            "wpt-token-encrypted",
            "wpt.malformed",
            "WPT {h}..{p}.{s}.AA",
            "the five parts of a JWE",
            "An encrypted token is not a signed one.",
        ),
        field("wpt-token-text", "wpt.malformed", "WPT proof", "a word", "Not a token at all."),
        field(
            "wpt-token-padded",
            "wpt.base64",
            "WPT {proof}==",
            "padding after the signature",
            "Base64url of a JWS has no padding: another spelling would be a second token.",
        ),
        field(
            "wpt-token-standard-alphabet",
            "wpt.base64",
            "WPT {h}.{p}.{s}+/",
            "two letters of the other alphabet",
            "Base64url has \"-\" and \"_\" where base64 has \"+\" and \"/\".",
        ),
        (
            "wpt-token-trailing-bits",
            "wpt.base64",
            proof.claims(|claims| claims.set("pad", TO_A_THIRD)).respell(trailing_bits),
            "trailing bits that are not zero",
            "A second spelling of the same bytes.",
        ),
        (
            "wpt-token-too-large",
            "wpt.too_large",
            proof.claims(|claims| claims.string("filler", &"x".repeat(8 * 1024))),
            "a claim of 8 KiB",
            "A token beyond the limit costs work before anything is known of its sender.",
        ),
    ]
}

/// Strict JSON objects.
fn json(proof: &Exchange) -> Vec<Refused> {
    let twice = |name, value: &str| proof.claims(|claims| claims.add(name, value));
    vec![
        (
            "wpt-claims-array",
            "wpt.json",
            proof.payload("[1]"),
            "an array for the claims",
            "Claims are an object.",
        ),
        ("wpt-claims-text", "wpt.json", proof.payload("aud"), "no JSON", "Claims are a JSON object."),
        (
            "wpt-claims-not-utf8",
            "wpt.json",
            proof.payload(b"{\"aud\":\"\xff\"}"),
            "a byte that is not UTF-8",
            "Claims are UTF-8.",
        ),
        (
            "wpt-claims-aud-twice",
            "wpt.duplicate_member",
            twice("aud", "\"https://other.example/orders\""),
            "a second aud",
            "Two parties may see two audiences.",
        ),
        (
            "wpt-claims-exp-twice",
            "wpt.duplicate_member",
            twice("exp", "1"),
            "a second exp",
            "Two parties may see two expiries.",
        ),
        (
            "wpt-claims-aud-twice-escaped",
            "wpt.duplicate_member",
            twice("\\u0061ud", "\"https://other.example/orders\""),
            "a second aud, spelt with an escape",
            "The same name in two spellings is still the same name.",
        ),
        (
            "wpt-claims-nested-twice",
            "wpt.duplicate_member",
            twice("example.com/x", "{\"a\":1,\"a\":2}"),
            "a member twice inside of an ignored claim",
            "An object of two meanings is refused wherever it is.",
        ),
        (
            "wpt-claims-deep",
            "wpt.too_deep",
            twice("example.com/x", "[[[[[[[[[]]]]]]]]]"),
            "arrays nested nine deep",
            "Deep nesting exhausts a careless parser.",
        ),
        (
            "wpt-header-alg-twice",
            "wpt.duplicate_member",
            proof.header(|header| header.add("alg", "\"ES256\"")),
            "a second alg",
            "Two parties may see two algorithms.",
        ),
        (
            "wpt-header-typ-twice",
            "wpt.duplicate_member",
            proof.header(|header| header.add("typ", "\"dpop+jwt\"")),
            "a second typ",
            "Two parties may see two types.",
        ),
        (
            "wpt-header-crit",
            "wpt.crit",
            proof.header(|header| header.set("crit", "[\"exp\"]").set("exp", "1")),
            "a critical extension",
            "What the sender declares critical and nobody understands is refused.",
        ),
        (
            "wpt-header-crit-empty",
            "wpt.crit",
            proof.header(|header| header.set("crit", "[]")),
            "an empty crit",
            "An empty crit is malformed.",
        ),
        (
            "wpt-header-b64",
            "wpt.crit",
            proof.header(|header| header.set("b64", "false").set("crit", "[\"b64\"]")),
            "an unencoded payload",
            "A JWT has an encoded payload.",
        ),
    ]
}

/// Fills the claims so that their last group of base64url has bits to spare.
const TO_A_THIRD: &str = "0";

/// The last letter of the payload with a bit set that stands for nothing.
fn trailing_bits(mut payload: String) -> String {
    let last = payload.pop().unwrap_or_default();
    payload.push(char::from_u32(u32::from(last) + 1).unwrap_or_default());
    payload
}

const FORM: &[&str] = &["WPT-2-15"];
