//! Properties of keys and tokens: what is signed cannot be changed, what is issued verifies, and only where it should.
#![allow(clippy::unwrap_used, reason = "outside #[test] functions too, a test fails by a panic")]

mod issued;

use issued::{NOW, claims, domain, issuer_key, key, verifier};
use proptest::prelude::*;
use proptest::sample::select;
use serde_json::{Value, json};
use std::time::Duration;
use wimse_creds::key::{Algorithm, PublicKey, SigningKey};
use wimse_creds::trust::TrustAnchors;
use wimse_creds::{Validity, WitClaims, WitPolicy, WitVerifier};

/// OpenSSL looks at the primes of an RSA key whenever it reads one: by itself it is given a fifth.
const CASES: u32 = if cfg!(any(feature = "pure", feature = "aws-lc")) { 500 } else { 100 };

const ISSUERS: [Algorithm; 2] = [Algorithm::Ed25519, Algorithm::Es256];

/// Every bit of a token counts, with and without the unchanged token in the cache.
#[test]
fn every_changed_bit_is_refused() {
    for algorithm in ISSUERS {
        let issuer = issuer_key(algorithm);
        let wit = claims().sign(&issuer).unwrap().as_str().to_owned();
        let verifier = verifier(&issuer);
        let mut refused = 0;
        for place in 0..wit.len() * 8 {
            let mut changed = wit.clone().into_bytes();
            changed[place / 8] ^= 1 << (place % 8);
            // The highest bit makes it another encoding than UTF-8, which no caller can pass on.
            let Ok(changed) = String::from_utf8(changed) else { continue };
            let found = verifier.verify(&changed, NOW);
            assert!(found.is_err(), "{algorithm}: bit {place} of {wit}");
            refused += 1;
            if place == wit.len() * 4 {
                assert!(verifier.verify(&wit, NOW).is_ok());
            }
        }
        assert_eq!(refused, wit.len() * 7);
        assert!(verifier.verify(&wit, NOW).is_ok());
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: CASES, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_other_text_is_refused(
        algorithm in select(&ISSUERS[..]),
        start in 0.0..1.0,
        length in 0usize..8,
        replacement in "[A-Za-z0-9_.=-]{0,8}",
    ) {
        let issuer = issuer_key(algorithm);
        let wit = claims().sign(&issuer).unwrap().as_str().to_owned();
        #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, clippy::cast_precision_loss)]
        let start = (start * wit.len() as f64) as usize;
        let end = (start + length).min(wit.len());
        let changed = format!("{}{replacement}{}", &wit[..start], &wit[end..]);
        let verifier = verifier(&issuer);
        prop_assert_eq!(verifier.verify(&changed, NOW).is_ok(), changed == wit);
    }

    #[test]
    fn keys_out_and_in_again(algorithm in any_algorithm(), secret in any::<[u8; 32]>(), id in proptest::option::of(".{0,20}")) {
        let jwk = issued::key_of(algorithm, secret);
        prop_assume!(jwk.is_some());
        let key = jwk.unwrap();
        let key = if let Some(id) = &id { key.with_key_id(id.clone()) } else { key };
        let public = PublicKey::from_jwk(&key.public_key().to_jwk()).unwrap();
        prop_assert_eq!(public.to_jwk(), key.public_key().to_jwk());
        prop_assert_eq!(public.key_id(), id.as_deref());
        let private = SigningKey::from_jwk(&key.to_private_jwk()).unwrap();
        prop_assert_eq!(private.to_private_jwk(), key.to_private_jwk());
        prop_assert_eq!(public, private.public_key().clone());
        // JSON of another writer, in another order and with white space.
        let value: Value = serde_json::from_str(&key.public_key().to_jwk()).unwrap();
        let pretty = serde_json::to_string_pretty(&value).unwrap();
        prop_assert_eq!(PublicKey::from_jwk(&pretty).unwrap().to_jwk(), key.public_key().to_jwk());
    }

    #[test]
    fn what_is_issued_verifies_and_says_the_same(wit in any_wit(), workload in any_algorithm(), issuer in any_algorithm()) {
        let issuer = issuer_key(issuer);
        let workload = key(workload, 2);
        let origin = format!("{}://{}", wit.scheme, wit.host);
        let subject = format!("{origin}{}", wit.path);
        let validity = Validity::starting(NOW, Duration::from_secs(wit.lifetime));
        let mut claims = WitClaims::new(subject.parse().unwrap(), workload.public_key(), validity);
        if let Some(name) = &wit.issuer {
            claims = claims.issuer(name.clone());
        }
        if let Some(id) = &wit.token_id {
            claims = claims.token_id(id.clone());
        }
        if !wit.issued_at {
            claims = claims.without_issued_at();
        }
        if wit.not_before {
            claims = claims.with_not_before();
        }
        for (name, value) in &wit.extra {
            claims = claims.claim(name.clone(), value).unwrap();
        }
        let token = claims.sign(&issuer).unwrap();
        let anchors = TrustAnchors::none().with(domain(&origin, &issuer)).unwrap();
        let verifier = WitVerifier::new(anchors, WitPolicy::default());
        for now in [NOW, validity.end().minus(Duration::from_secs(1))] {
            let verified = verifier.verify(token.as_str(), now).unwrap();
            prop_assert_eq!(verified.subject().as_str(), subject.as_str());
            prop_assert_eq!(verified.confirmation_key(), workload.public_key());
            prop_assert_eq!(verified.expires(), validity.end());
            prop_assert_eq!(verified.issued_at(), wit.issued_at.then_some(NOW));
            prop_assert_eq!(verified.issuer(), wit.issuer.as_deref());
            prop_assert_eq!(verified.token_id(), wit.token_id.as_deref());
            for (name, value) in &wit.extra {
                prop_assert_eq!(&verified.claim::<Value>(name).unwrap().unwrap(), value);
            }
            let mut names = verified.extra_claims();
            names.sort();
            prop_assert!(names.iter().eq(wit.extra.keys()));
        }
    }

    /// WIT-3-1, ID-4.2: by scheme and trust domain.
    #[test]
    fn a_token_of_one_domain_never_verifies_with_the_anchors_of_another(
        origins in two_origins(), path in any_path(), algorithm in any_algorithm()
    ) {
        let [a, b] = [&origins[0], &origins[1]];
        let own = issuer_key(algorithm);
        let other = key(algorithm, 3).with_key_id("issuer-1");
        let validity = Validity::starting(NOW, Duration::from_secs(60));
        let subject = format!("{a}{path}").parse().unwrap();
        let token = WitClaims::new(subject, key(Algorithm::Es256, 2).public_key(), validity).sign(&own).unwrap();
        let verify = |anchors: TrustAnchors| {
            let verifier = WitVerifier::new(anchors, WitPolicy::default());
            verifier.verify(token.as_str(), NOW).map(drop).map_err(|error| error.code())
        };
        let none = TrustAnchors::none;
        // The key that signed speaks for b: the token names a.
        prop_assert_eq!(verify(none().with(domain(b, &own)).unwrap()), Err("wit.trust_domain_unknown"));
        let both = none().with(domain(b, &own)).unwrap().with(domain(a, &other)).unwrap();
        prop_assert_eq!(verify(both), Err("wit.signature"));
        let right = none().with(domain(a, &own)).unwrap().with(domain(b, &other)).unwrap();
        prop_assert_eq!(verify(right), Ok(()));
    }
}

/// A key by its secret; `None` for one of the few scalars out of range.
#[derive(Debug, Clone)]
struct AnyWit {
    scheme: &'static str,
    host: String,
    path: String,
    lifetime: u64,
    issuer: Option<String>,
    token_id: Option<String>,
    issued_at: bool,
    not_before: bool,
    extra: std::collections::BTreeMap<String, Value>,
}

fn any_wit() -> impl Strategy<Value = AnyWit> {
    let head = (select(vec!["wimse", "spiffe"]), any_host(), any_path(), 1u64..=86_400);
    let texts = (proptest::option::of("[a-z]{1,9}:[!-~]{1,40}"), proptest::option::of(".{1,40}"));
    let extra = proptest::collection::btree_map("example\\.com/.{0,12}", any_json(), 0..4);
    (head, texts, any::<(bool, bool)>(), extra).prop_map(
        |((scheme, host, path, lifetime), (issuer, token_id), (issued_at, not_before), extra)| AnyWit {
            scheme,
            host,
            path,
            lifetime,
            issuer,
            token_id,
            issued_at,
            not_before,
            extra,
        },
    )
}

/// No fractions: reading them back exactly is a feature of the JSON library that may be off.
fn any_json() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<u64>().prop_map(Value::from),
        ".{0,20}".prop_map(Value::from),
    ];
    leaf.prop_recursive(4, 24, 4, |inner| {
        prop_oneof![
            proptest::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            proptest::collection::btree_map(".{0,5}", inner, 0..4).prop_map(|members| json!(members)),
        ]
    })
}

fn any_algorithm() -> impl Strategy<Value = Algorithm> {
    select(Algorithm::all().collect::<Vec<_>>())
}

fn any_host() -> impl Strategy<Value = String> {
    "[a-z]([a-z0-9-]{0,8}[a-z0-9])?(\\.[a-z]([a-z0-9-]{0,8}[a-z0-9])?){0,2}"
}

fn two_origins() -> impl Strategy<Value = Vec<&'static str>> {
    let origins = ["wimse://a.example", "wimse://b.example", "wimse://a", "spiffe://a.example", "spiffe://a"];
    proptest::sample::subsequence(origins.to_vec(), 2).prop_shuffle()
}

fn any_path() -> impl Strategy<Value = String> {
    "(/[a-z0-9_-]{1,12}){1,4}"
}
