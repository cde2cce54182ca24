//! Properties of signed requests: nothing in them can be changed, they are good where they were sent, and no input
//! makes the verifier panic.
#![allow(clippy::unwrap_used, reason = "outside #[test] functions too, a test fails by a panic")]

mod signed;

use http::header::{AUTHORIZATION, HeaderMap, HeaderValue};
use http::{Request, Uri};
use proptest::prelude::*;
use proptest::sample::{Index, select};
use signed::{NOW, credential, credential_of, key, nonce, request, signed_by, verifier, verifier_for};
use std::sync::LazyLock;
use wimse_creds::WORKLOAD_IDENTITY_TOKEN;
use wimse_creds::key::Algorithm;
use wimse_creds::pop::{Audience, MemoryReplayGuard, WitCredential};
use wimse_wpt::{Message, ProofOptions, Prover, Verifier, authorization};

/// Every bit of both tokens counts; the letters of the scheme and the space after it are no part of a token.
#[test]
fn every_changed_bit_is_refused() {
    for algorithm in [Algorithm::Ed25519, Algorithm::Es256] {
        let good =
            signed_by(&credential_of("billing", key(algorithm, 2)), ProofOptions::default(), request());
        let (verifier, guard) = (verifier(), MemoryReplayGuard::new(1000));
        let mut refused = 0;
        for (name, start) in [(AUTHORIZATION, "WPT ".len()), (WORKLOAD_IDENTITY_TOKEN, 0)] {
            let value = good.headers()[&name].as_bytes();
            for place in start * 8..value.len() * 8 {
                let mut changed = value.to_vec();
                changed[place / 8] ^= 1 << (place % 8);
                // What is no field value (control characters) is refused before it gets here.
                let Ok(changed) = HeaderValue::from_bytes(&changed) else { continue };
                let mut request = good.clone();
                request.headers_mut().insert(&name, changed);
                let verdict = verifier.verify(&request, &guard, NOW);
                assert!(verdict.is_err(), "{algorithm}: bit {place} of {name}");
                refused += 1;
            }
        }
        assert!(refused > 5000 && guard.is_empty(), "{refused}");
        assert!(verifier.verify(&good, &guard, NOW).is_ok());
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_other_token_is_refused(
        field in select(vec![AUTHORIZATION, WORKLOAD_IDENTITY_TOKEN]),
        start in any::<Index>(),
        length in 0usize..8,
        replacement in "[A-Za-z0-9_.=-]{0,8}",
    ) {
        let good = signed::signed();
        let value = good.headers()[&field].to_str().unwrap().to_owned();
        let start = if field == AUTHORIZATION { 4 + start.index(value.len() - 3) } else { start.index(value.len() + 1) };
        let end = (start + length).min(value.len());
        let changed = format!("{}{replacement}{}", &value[..start], &value[end..]);
        let mut request = good;
        request.headers_mut().insert(&field, changed.parse().unwrap());
        prop_assert_eq!(VERIFIER.check(&request, NOW).is_ok(), changed == value);
    }

    /// WPT-2-4, WPT-2-19: accepted at its own base and path, however the head of the request is written, and at no other.
    #[test]
    fn a_proof_is_good_where_it_was_sent(target in any_target(), other_path in any_path(), other_host in any_host()) {
        let uri: Result<Uri, _> = target.to_string().parse();
        prop_assume!(uri.is_ok());
        let mut request = Request::post(uri.unwrap()).body(()).unwrap();
        Prover::new(&CREDENTIAL).attach(&mut request, NOW, nonce(1)).unwrap();
        let verify = |base: &str, request: &Request<()>| {
            let verifier = verifier_for(Audience::base(base).unwrap());
            verifier.check(request, NOW).map(drop).map_err(|error| error.code())
        };
        let base = target.base();
        prop_assert_eq!(verify(&base, &request), Ok(()), "{}", target);
        prop_assert_eq!(verify(&base.to_uppercase().replace("HTTPS", "hTTps"), &request), Ok(()));

        // The same request as a server receives it.
        let mut received = request.clone();
        *received.uri_mut() = target.origin_form().parse().unwrap();
        prop_assert_eq!(verify(&base, &received), Ok(()));

        let no = Err("wpt.audience_mismatch");
        let port = target.port.filter(|port| *port != 443);
        let another_port = port.map_or(8443, |port| if port == 8443 { 8444 } else { 8443 });
        prop_assert_eq!(verify(&format!("https://{}:{another_port}", target.host), &received), no);
        prop_assert_eq!(verify(&base.replace("https://", "http://"), &received), no);
        if !other_host.eq_ignore_ascii_case(&target.host) {
            prop_assert_eq!(verify(&Target { host: other_host, ..target.clone() }.base(), &received), no);
        }
        let mut elsewhere = received.clone();
        for path in [other_path, format!("{}/", target.path_or_root()), format!("/{}", target.path_or_root())] {
            if path != target.path_or_root() {
                *elsewhere.uri_mut() = path.parse().unwrap();
                prop_assert_eq!(verify(&base, &elsewhere), no, "{} {}", target, path);
            }
        }
    }
}

static CREDENTIAL: LazyLock<WitCredential> = LazyLock::new(credential);
static VERIFIER: LazyLock<Verifier> = LazyLock::new(verifier);

#[derive(Debug, Clone)]
struct Target {
    host: String,
    port: Option<u16>,
    path: String,
    query: Option<String>,
}

impl Target {
    fn base(&self) -> String {
        let port = self.port.map(|port| format!(":{port}")).unwrap_or_default();
        format!("https://{}{port}", self.host)
    }

    fn path_or_root(&self) -> &str {
        if self.path.is_empty() { "/" } else { &self.path }
    }

    fn origin_form(&self) -> String {
        let query = self.query.as_ref().map(|query| format!("?{query}")).unwrap_or_default();
        format!("{}{query}", self.path_or_root())
    }
}

impl std::fmt::Display for Target {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let query = self.query.as_ref().map(|query| format!("?{query}")).unwrap_or_default();
        write!(f, "{}{}{query}", self.base(), self.path)
    }
}

fn any_target() -> impl Strategy<Value = Target> {
    let port = prop_oneof![Just(None), Just(Some(443)), Just(Some(80)), (1u16..).prop_map(Some)];
    let path = prop_oneof![Just(String::new()), any_path()];
    let query = proptest::option::of("[a-zA-Z0-9=&/?:@._~%+-]{0,20}");
    (any_host(), port, path, query).prop_map(|(host, port, path, query)| Target { host, port, path, query })
}

fn any_host() -> impl Strategy<Value = String> {
    prop_oneof![
        "[a-zA-Z0-9]([a-zA-Z0-9-]{0,10}[a-zA-Z0-9])?(\\.[a-zA-Z0-9]{1,8}){0,3}",
        "[0-9]{1,3}\\.[0-9]{1,3}\\.[0-9]{1,3}\\.[0-9]{1,3}",
        Just("[::1]".to_owned()),
        "\\[[0-9A-Fa-f]{1,4}:[0-9a-f]{1,4}::[0-9a-f]{1,4}\\]",
    ]
}

/// Every character of a path (RFC 3986 3.3), empty and dot segments too.
fn any_path() -> impl Strategy<Value = String> {
    "(/([a-zA-Z0-9._~!$&'()*+,;=:@-]|%[0-9A-Fa-f]{2}){0,6}){1,5}"
}

const MOST: usize = 64 * 1024;

proptest! {
    #![proptest_config(ProptestConfig { cases: 120, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn noise_never_panics(
        seed in any::<u64>(),
        length in prop_oneof![0usize..200, 0usize..=MOST, Just(MOST)],
        alphabet in select(vec![
            (0..=255).collect::<Vec<u8>>(),
            (0x20..0x7f).collect(),
            b"AZaz09-_.=".to_vec(),
            b"{}[]\",:0123456789.eE+-atrufls\\ ".to_vec(),
        ]),
    ) {
        feed(&noise(seed, length, &alphabet));
    }

    #[test]
    fn changed_proofs_never_panic(
        cuts in proptest::collection::vec((any::<Index>(), 0usize..20, select(pieces())), 1..5),
    ) {
        let good = signed::signed();
        let mut claims = br#"{"aud":["https://api.example.com/orders"],"exp":1745508970,"jti":"1","wth":"a","nbf":1,"oth":{"a":"b"}}"#.to_vec();
        let mut value = good.headers()["authorization"].as_bytes().to_vec();
        for (at, length, piece) in cuts {
            for text in [&mut claims, &mut value] {
                let start = at.index(text.len() + 1);
                let end = (start + length).min(text.len());
                text.splice(start..end, piece.iter().copied());
            }
        }
        feed(&value);
        feed(&claims);
    }
}

fn pieces() -> Vec<Vec<u8>> {
    let pieces = [
        "",
        " ",
        "{",
        "}",
        "[",
        "]",
        "\"",
        ",",
        ":",
        ".",
        "=",
        "\\u0000",
        "\\ud800",
        "null",
        "1e999",
        "-1",
        "-9223372036854775808",
        "9223372036854775807",
        "WPT ",
        "wpt",
        "\t",
        "é",
    ];
    let mut pieces: Vec<Vec<u8>> = pieces.iter().map(|piece| piece.as_bytes().to_vec()).collect();
    pieces.extend([b"[".repeat(500), b"{\"a\":".repeat(500), b"9".repeat(5000), b"a.".repeat(2000)]);
    pieces
}

/// Bytes as an `Authorization` field, as a WIT field, as tokens of a message, and as claims of a WPT.
fn feed(bytes: &[u8]) {
    use base64::Engine as _;
    use base64::engine::general_purpose::URL_SAFE_NO_PAD;
    let wit = CREDENTIAL.wit().as_str();
    for value in [bytes.to_vec(), [b"WPT ", bytes].concat()] {
        let Ok(value) = HeaderValue::from_bytes(&value) else { continue };
        let mut headers = HeaderMap::new();
        headers.insert(AUTHORIZATION, value.clone());
        let _ = authorization(&headers);
        let mut request = signed::signed();
        request.headers_mut().insert(AUTHORIZATION, value.clone());
        let _ = VERIFIER.check(&request, NOW);
        request.headers_mut().insert(WORKLOAD_IDENTITY_TOKEN, value.clone());
        request.headers_mut().insert("txn-token", value);
        let _ = VERIFIER.check(&request, NOW);
    }
    let text = String::from_utf8_lossy(bytes);
    let part = URL_SAFE_NO_PAD.encode(bytes);
    let header = URL_SAFE_NO_PAD.encode(r#"{"alg":"Ed25519","typ":"wpt+jwt"}"#);
    let input = format!("{header}.{part}");
    let signature = URL_SAFE_NO_PAD.encode(key(Algorithm::Ed25519, 2).sign(input.as_bytes()).unwrap());
    for proof in [
        &*text,
        &format!("{part}.{part}.{part}"),
        &format!("{input}.{signature}"),
        &format!("{input}.{part}"),
    ] {
        for (wit, path) in [(wit, Some("/orders")), (&*text, None), (&*text, Some(&*text))] {
            let context = vec![("a", bytes), (&*text, bytes)];
            let message = Message { wit, proof, path, txn_token: Some(bytes), context };
            let _ = VERIFIER.check_message(&message, NOW);
        }
    }
}

/// One word of seed, since a strategy per byte would take all the time.
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
