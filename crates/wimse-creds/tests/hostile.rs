//! No input makes a public parser panic: noise up to 64 KiB, valid inputs after mutation, deep and wide JSON.
#![allow(clippy::unwrap_used, reason = "outside #[test] functions too, a test fails by a panic")]

mod issued;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use http::header::{HeaderMap, HeaderValue};
use issued::{NOW, claims, issuer_key, token, verifier, workload_key};
use proptest::prelude::*;
use proptest::sample::{Index, select};
use std::sync::LazyLock;
use wimse_creds::jose::{self, Bound, Claims, CompactJws, JoseHeader};
use wimse_creds::key::{Algorithm, AnchorKey, PublicKey, SigningKey};
use wimse_creds::pop::{Audience, Nonce, ProofTokenAudience, SignatureAudience};
use wimse_creds::trust::{DomainAnchors, KeyDocument};
use wimse_creds::{WORKLOAD_IDENTITY_TOKEN, WitVerifier, WorkloadIdentityToken, wit_field};

const MOST: usize = 64 * 1024;

static ISSUER: LazyLock<SigningKey> = LazyLock::new(|| issuer_key(Algorithm::Es256));
static VERIFIER: LazyLock<WitVerifier> = LazyLock::new(|| verifier(&ISSUER));

/// Gives bytes to every public parser; the results do not matter, that they come back does.
fn feed(bytes: &[u8]) {
    let _ = KeyDocument::jwk_set(bytes);
    let _ = KeyDocument::spiffe_bundle(bytes);
    let _ = JoseHeader::parse(bytes);
    if let Ok(claims) = Claims::parse(bytes) {
        for name in ["exp", "aud", "oth", "sub", "a", ""] {
            let Some(value) = claims.get(name) else { continue };
            let _ = (value.string(), value.strings(), value.string_members());
            let _ = (value.numeric_date(Bound::Start), value.numeric_date(Bound::End));
        }
    }
    for algorithm in Algorithm::all() {
        let _ = SigningKey::from_pkcs8_der(algorithm, bytes);
        let _ = PublicKey::from_spki_der(algorithm, bytes);
    }
    let mut headers = HeaderMap::new();
    if let Ok(value) = HeaderValue::from_bytes(bytes) {
        headers.insert(WORKLOAD_IDENTITY_TOKEN, value);
    }
    let _ = wit_field(&headers);
    let text = String::from_utf8_lossy(bytes);
    feed_text(&text);
    // The same bytes where a token has its parts, so that they get past the base64url.
    let part = URL_SAFE_NO_PAD.encode(&bytes[..bytes.len().min(5000)]);
    let header = URL_SAFE_NO_PAD.encode(r#"{"alg":"ES256","typ":"wit+jwt"}"#);
    for token in
        [format!("{part}.{part}.{part}"), format!("{header}.{part}.AA"), format!("{header}.e30.{part}")]
    {
        feed_text(&token);
    }
}

fn feed_text(text: &str) {
    if let Ok(wit) = WorkloadIdentityToken::parse(text) {
        let _ = wit.claimed_confirmation_key();
    }
    let _ = VERIFIER.verify(text, NOW);
    let _ = jose::verify(text, ISSUER.public_key(), &[Algorithm::Es256]);
    if let Ok(jws) = CompactJws::split(text, usize::MAX) {
        let _ = (jws.header(), jws.payload(), jws.signature(), jws.signing_input());
    }
    let _ = PublicKey::from_jwk(text);
    let _ = AnchorKey::from_jwk(text);
    let _ = SigningKey::from_jwk(text);
    for algorithm in Algorithm::all() {
        let _ = PublicKey::from_jwk_as(algorithm, text);
        let _ = SigningKey::from_jwk_as(algorithm, text);
        let _ = SigningKey::from_pkcs8_pem(algorithm, text);
        let _ = PublicKey::from_spki_pem(algorithm, text);
    }
    let _ = text.parse::<Algorithm>();
    let _ = Nonce::from_text(text);
    let _ = DomainAnchors::new("wimse://example.com".parse().unwrap()).with_issuer(text);
    let _ = Audience::base(text);
    for audience in [Audience::value(text), Audience::base("https://api.example.com")].into_iter().flatten() {
        let path = &text[text.find('/').unwrap_or(text.len())..];
        for path in [None, Some(path), Some("/a")] {
            let _ = ProofTokenAudience::from(audience.clone()).matches(text, path);
            let _ = SignatureAudience::from(audience.clone()).matches(text, path);
        }
    }
}

/// What to mutate: one valid input of every kind.
fn valid_inputs() -> Vec<Vec<u8>> {
    let issuer = issuer_key(Algorithm::Es256);
    let workload = workload_key(Algorithm::Ed25519);
    let wit = claims().sign(&issuer).unwrap();
    let jws = CompactJws::split(wit.as_str(), 16 * 1024).unwrap();
    let jwk = issuer.public_key().to_jwk();
    vec![
        wit.as_str().into(),
        jws.header().unwrap(),
        jws.payload().unwrap(),
        jwk.clone().into(),
        issuer.to_private_jwk().as_bytes().into(),
        workload.to_private_jwk().as_bytes().into(),
        format!(r#"{{"spiffe_sequence":1,"keys":[{jwk},{{"kty":"RSA"}}]}}"#).into(),
        issuer.to_pkcs8_pem().unwrap().as_bytes().into(),
        issuer.to_pkcs8_der().unwrap().to_vec(),
        workload.to_pkcs8_der().unwrap().to_vec(),
        issuer.public_key().to_spki_pem().into(),
        issuer.public_key().to_spki_der(),
        workload.public_key().to_spki_der(),
        b"https://user@[::1]:443/a/b?c#d".to_vec(),
        br#"{"exp":1e9,"aud":["a"],"oth":{"a":"b"},"sub":"\u0061","a":-1.5}"#.to_vec(),
    ]
}

/// Pieces that parsers stumble over.
fn pieces() -> Vec<Vec<u8>> {
    let mut pieces: Vec<Vec<u8>> = [
        "{",
        "}",
        "[",
        "]",
        "\"",
        ",",
        ":",
        ".",
        "..",
        "=",
        "==",
        "-",
        "\\",
        "\0",
        " ",
        "\n",
        "é",
        "\u{feff}",
        "]:",
        "://",
        "@",
        "%",
        "[::1",
        "\\ud800",
        "\\u0000",
        "\"exp\":",
        "\"alg\":\"none\",",
        "\"kty\":\"oct\",",
        "null",
        "1e999",
        "-1e999",
        "1e-999",
        "9223372036854775807",
        "-9223372036854775808",
        "18446744073709551616",
        "0.5",
        "-0",
        "253402300800",
        "-----BEGIN PRIVATE KEY-----\n",
        "-----END",
    ]
    .iter()
    .map(|piece| piece.as_bytes().to_vec())
    .collect();
    pieces.extend([vec![0xff], vec![0x30, 0x80], vec![0x30, 0x84, 0xff, 0xff, 0xff, 0xff], vec![0; 32]]);
    pieces.extend([b"[".repeat(1000), b"{\"a\":".repeat(1000), b"1".repeat(5000), b"\"a\":1,".repeat(1000)]);
    pieces
}

#[derive(Debug, Clone)]
enum Mutation {
    Flip(Index, u8),
    Cut(Index, u16),
    Repeat(Index, u16),
    Insert(Index, Vec<u8>),
}

fn mutation() -> impl Strategy<Value = Mutation> {
    prop_oneof![
        (any::<Index>(), 0u8..8).prop_map(|(at, bit)| Mutation::Flip(at, bit)),
        (any::<Index>(), 1u16..40).prop_map(|(at, length)| Mutation::Cut(at, length)),
        (any::<Index>(), 1u16..200).prop_map(|(at, length)| Mutation::Repeat(at, length)),
        (any::<Index>(), select(pieces())).prop_map(|(at, piece)| Mutation::Insert(at, piece)),
    ]
}

fn mutate(input: &mut Vec<u8>, mutation: &Mutation) {
    let (Mutation::Flip(at, _) | Mutation::Cut(at, _) | Mutation::Repeat(at, _) | Mutation::Insert(at, _)) =
        mutation;
    let at = at.index(input.len() + 1);
    match mutation {
        Mutation::Flip(_, bit) => {
            if let Some(byte) = input.get_mut(at) {
                *byte ^= 1 << bit;
            }
        }
        Mutation::Cut(_, length) => drop(input.drain(at..(at + usize::from(*length)).min(input.len()))),
        Mutation::Repeat(_, length) => {
            let piece = input[at..(at + usize::from(*length)).min(input.len())].to_vec();
            input.splice(at..at, piece);
        }
        Mutation::Insert(_, piece) => drop(input.splice(at..at, piece.iter().copied())),
    }
}

/// Noise from an alphabet. One word of seed, since a strategy per byte would take all the time.
fn noise(mut seed: u64, length: usize, alphabet: &[u8]) -> Vec<u8> {
    seed |= 1;
    (0..length)
        .map(|_| {
            seed ^= seed << 13;
            seed ^= seed >> 7;
            seed ^= seed << 17;
            let [_, _, _, byte, ..] = seed.to_le_bytes();
            alphabet[usize::from(byte) % alphabet.len()]
        })
        .collect()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn noise_never_panics(
        seed in any::<u64>(),
        length in prop_oneof![0usize..200, 0usize..=MOST, Just(MOST)],
        alphabet in select(vec![
            (0..=255).collect::<Vec<u8>>(),
            (0x20..0x7f).collect(),
            b"AZaz09-_.".to_vec(),
            b"{}[]\",:0123456789.eE+-atrufls\\ \n".to_vec(),
            b"/:@[]?#.%a1".to_vec(),
        ]),
    ) {
        feed(&noise(seed, length, &alphabet));
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 1500, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn mutated_inputs_never_panic(
        input in select(valid_inputs()),
        mutations in proptest::collection::vec(mutation(), 1..6),
    ) {
        let mut input = input;
        for mutation in &mutations {
            mutate(&mut input, mutation);
        }
        input.truncate(MOST);
        feed(&input);
        // As the claims of a token that a trusted issuer signed.
        let claims = String::from_utf8_lossy(&input);
        let header = r#"{"alg":"ES256","kid":"issuer-1","typ":"wit+jwt"}"#;
        feed_text(&token(header, &claims, &ISSUER));
    }
}

#[test]
fn deep_wide_and_long_json_never_panics() {
    let deep =
        |open: &str, close: &str, depth: usize| format!("{}{}", open.repeat(depth), close.repeat(depth));
    let members = |count: usize| (0..count).map(|n| format!("\"m{n}\":{n}")).collect::<Vec<_>>().join(",");
    for text in [
        deep("[", "]", MOST / 2),
        deep("{\"a\":", "}", MOST / 6),
        format!("{{\"a\":{}}}", deep("[", "]", MOST / 2 - 5)),
        format!("{{\"keys\":[{}]}}", deep("[", "]", 20_000)),
        format!("{{\"keys\":[{}]}}", vec!["{}"; MOST / 3 - 5].join(",")),
        "[".repeat(MOST),
        "{\"a\":".repeat(MOST / 5),
        format!("{{{}}}", members(4000)),
        format!("{{\"o\":{{{}}}}}", members(4000)),
        format!("{{{0},{0}}}", members(2000)),
        format!("{{\"exp\":{}}}", "9".repeat(MOST - 8)),
        format!("{{\"exp\":0.{}}}", "9".repeat(MOST - 10)),
        format!("{{\"exp\":1e{}}}", "9".repeat(MOST - 10)),
        format!("{{\"a\":\"{}\"}}", "\\u0061".repeat(MOST / 6 - 2)),
        format!("{{\"a\":\"{}\"}}", "\\ud800".repeat(MOST / 6 - 2)),
        format!("{{\"{}\":1}}", "a".repeat(MOST - 8)),
        ".".repeat(MOST),
        format!("{0}.{0}.{0}", "A".repeat(MOST / 3 - 1)),
        format!("https://{}", "[".repeat(MOST - 8)),
        format!("https://{}", ":".repeat(MOST - 8)),
        format!("-----BEGIN PRIVATE KEY-----\n{}\n-----END PRIVATE KEY-----\n", "A".repeat(MOST - 80)),
    ] {
        assert!(text.len() <= MOST, "{}", text.len());
        feed(text.as_bytes());
    }
}
