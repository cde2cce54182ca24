//! Trust anchors: what is refused at configuration, and what of a key document is used.
#![allow(clippy::unwrap_used, reason = "outside #[test] functions too, a test fails by a panic")]

mod issued;

use issued::{DOMAIN, domain, issuer_key, key};
use serde_json::{Value, json};
use wimse_creds::key::{Algorithm, AnchorKey};
use wimse_creds::limits::{KEY_DOCUMENT_BYTES, KEYS_PER_DOMAIN};
use wimse_creds::trust::{DomainAnchors, KeyDocument, KeySelectionError, TrustAnchors, TrustError};

fn code<T>(result: Result<T, TrustError>) -> Result<(), &'static str> {
    result.map(drop).map_err(|error| error.code())
}

fn empty() -> DomainAnchors {
    DomainAnchors::new(DOMAIN.parse().unwrap())
}

/// A public JWK by a number.
fn jwk(number: u8) -> Value {
    serde_json::from_str(&key(Algorithm::Es256, number).public_key().to_jwk()).unwrap()
}

fn with(mut jwk: Value, member: &str, value: Value) -> Value {
    jwk[member] = value;
    jwk
}

fn set(keys: impl IntoIterator<Item = Value>) -> Vec<u8> {
    json!({"keys": keys.into_iter().collect::<Vec<_>>()}).to_string().into_bytes()
}

#[test]
fn an_origin_is_configured_once() {
    let anchors = TrustAnchors::none().with(domain(DOMAIN, &key(Algorithm::Es256, 1))).unwrap();
    for other in [1, 2] {
        let again = anchors.clone().with(domain(DOMAIN, &key(Algorithm::Es256, other)));
        assert_eq!(code(again), Err("trust.duplicate_origin"));
    }
    // Another scheme is another origin (ID-4.2).
    assert_eq!(code(anchors.with(domain("spiffe://example.com", &key(Algorithm::Es256, 2)))), Ok(()));
}

/// Row 51: the issuer of one origin must not speak for another.
#[test]
fn a_key_speaks_for_one_origin() {
    let shared = || TrustAnchors::none().with(domain(DOMAIN, &key(Algorithm::Ed25519, 1))).unwrap();
    for other in ["spiffe://example.com", "wimse://other.example"] {
        // The same numbers under another key id, and under the other name of the algorithm.
        for same in [key(Algorithm::Ed25519, 1).with_key_id("x"), key(Algorithm::EdDsa, 1)] {
            assert_eq!(code(shared().with(domain(other, &same))), Err("trust.shared_key"));
            assert_eq!(code(shared().allow_shared_keys().with(domain(other, &same))), Ok(()));
        }
        assert_eq!(code(shared().with(domain(other, &key(Algorithm::Ed25519, 2)))), Ok(()));
    }
    // Once the one is given up, the other may have it.
    let given_up = shared().without(&DOMAIN.parse().unwrap());
    assert!(given_up.domain(&DOMAIN.parse().unwrap()).is_none());
    let other = "wimse://other.example";
    let taken = given_up.with(domain(other, &key(Algorithm::Ed25519, 1))).unwrap();
    assert_eq!(
        code(taken.clone().with(domain(DOMAIN, &key(Algorithm::Ed25519, 1)))),
        Err("trust.shared_key")
    );
    let kept = taken.clone().without(&DOMAIN.parse().unwrap());
    let snapshots = [&taken, &kept].map(|anchors| anchors.domain(&other.parse().unwrap()).unwrap());
    assert!(std::sync::Arc::ptr_eq(snapshots[0], snapshots[1]));
    // Within one domain a key may stand under two ids, as during a renaming.
    let twice =
        domain(DOMAIN, &issuer_key(Algorithm::Es256)).with_key(key(Algorithm::Es256, 1).public_key().clone());
    assert_eq!(code(TrustAnchors::none().with(twice.unwrap())), Ok(()));
}

/// Row 12.
#[test]
fn a_key_id_is_there_once_in_a_domain() {
    let one = || empty().with_key(key(Algorithm::Es256, 1).with_key_id("a").public_key().clone()).unwrap();
    let with_id = |id| key(Algorithm::Es256, 2).with_key_id(id).public_key().clone();
    assert_eq!(code(one().with_key(with_id("a"))), Err("trust.duplicate_kid"));
    assert_eq!(code(one().with_key(with_id("A"))), Ok(()));
    let document = |id: &str| set([with(jwk(2), "kid", json!("b")), with(jwk(3), "kid", json!(id))]);
    assert_eq!(code(one().with_jwk_set(&document("b"))), Err("trust.duplicate_kid"));
    assert_eq!(code(one().with_jwk_set(&document("a"))), Err("trust.duplicate_kid"));
    assert_eq!(code(one().with_jwk_set(&document("c"))), Ok(()));
    // Keys without an id are not alike.
    assert_eq!(code(one().with_jwk_set(&set([jwk(2), jwk(3)]))), Ok(()));
}

#[test]
fn at_most_256_keys() {
    let keys = |count: usize| -> Vec<Value> {
        (0..count).map(|number| with(jwk(7), "kid", json!(number.to_string()))).collect()
    };
    assert_eq!(KEYS_PER_DOMAIN, 256);
    assert_eq!(code(KeyDocument::jwk_set(&set(keys(256)))), Ok(()));
    assert_eq!(code(KeyDocument::jwk_set(&set(keys(257)))), Err("trust.too_many_keys"));
    let full = empty().with_jwk_set(&set(keys(256))).unwrap();
    assert_eq!(full.keys().len(), 256);
    let one_more = key(Algorithm::Es256, 8).public_key().clone();
    assert_eq!(code(full.clone().with_key(one_more)), Err("trust.too_many_keys"));
    assert_eq!(code(full.with_jwk_set(&set([jwk(8)]))), Err("trust.too_many_keys"));
    // Entries that are skipped do not count.
    let others = std::iter::repeat_n(json!({"kty": "AKP"}), 300);
    assert_eq!(code(KeyDocument::jwk_set(&set(keys(256).into_iter().chain(others)))), Ok(()));
}

#[test]
fn a_document_of_1_mib_and_no_more() {
    let document = |length: usize| {
        let mut text = set([jwk(1)]);
        text.resize(length, b' ');
        text
    };
    for read in [KeyDocument::jwk_set, KeyDocument::spiffe_bundle] {
        assert_eq!(code(read(&document(KEY_DOCUMENT_BYTES))), Ok(()));
        assert_eq!(code(read(&document(KEY_DOCUMENT_BYTES + 1))), Err("trust.document_too_large"));
    }
    assert_eq!(KEY_DOCUMENT_BYTES, 1024 * 1024);
}

#[test]
fn only_strict_documents() {
    for (text, expected) in [
        (r#"{"keys":[]}"#, Ok(())),
        (r#"{"keys":[],"other":{"a":[1]}}"#, Ok(())),
        ("", Err("trust.json")),
        ("[]", Err("trust.json")),
        (r#"{"keys":[]}x"#, Err("trust.json")),
        ("{}", Err("trust.keys")),
        (r#"{"keys":{}}"#, Err("trust.keys")),
        (r#"{"keys":null}"#, Err("trust.keys")),
        (r#"{"keys":[7]}"#, Err("trust.keys")),
        (r#"{"keys":[[]]}"#, Err("trust.keys")),
        (r#"{"keys":[null]}"#, Err("trust.keys")),
        (r#"{"keys":[],"keys":[]}"#, Err("trust.duplicate_member")),
        (r#"{"keys":[{"kty":"RSA","kty":"EC"}]}"#, Err("trust.duplicate_member")),
        (r#"{"keys":[],"a":[[[[[[[[]]]]]]]]}"#, Err("trust.too_deep")),
        (r#"{"keys":[],"a":[[[[[[[]]]]]]]}"#, Ok(())),
    ] {
        assert_eq!(code(KeyDocument::jwk_set(text.as_bytes())), expected, "{text}");
        assert_eq!(code(KeyDocument::spiffe_bundle(text.as_bytes())), expected, "{text}");
    }
    assert_eq!(code(KeyDocument::jwk_set(b"{\"keys\":[],\"\xff\":1}")), Err("trust.json"));
}

/// RFC 7517 5: what is of another kind is ignored; what would be used must be valid, or nothing is.
#[test]
fn other_kinds_are_skipped_and_broken_keys_are_not() {
    let skipped = [
        json!({"kty": "XYZ", "n": "AQAB", "e": "AQAB"}),
        json!({"kty": "oct", "k": "AQAB"}),
        json!({"kty": "AKP", "alg": "ML-DSA-44", "pub": ""}),
        json!({"kty": "EC", "crv": "secp256k1"}),
        json!({"kty": "OKP", "crv": "X25519", "x": ""}),
        json!({}),
        with(jwk(1), "use", json!("enc")),
        with(jwk(1), "key_ops", json!(["sign"])),
        with(jwk(1), "alg", json!("ES999")),
        with(jwk(1), "alg", json!("ECDH-ES")),
        with(jwk(1), "alg", json!("HS256")),
    ];
    let reasons = [
        "key.unsupported",
        "key.symmetric",
        "key.unsupported",
        "key.unsupported",
        "key.unsupported",
        "key.member_missing",
        "key.usage",
        "key.usage",
        "key.alg_unsupported",
        "key.alg_encryption",
        "key.alg_symmetric",
    ];
    let document = KeyDocument::jwk_set(&set(skipped.into_iter().chain([jwk(2)]))).unwrap();
    let found: Vec<_> =
        document.skipped().iter().map(|skipped| (skipped.index, skipped.reason.code())).collect();
    assert_eq!(found, reasons.into_iter().enumerate().collect::<Vec<_>>());
    assert_eq!(document.keys().len(), 1);
    assert_eq!(document.keys()[0].thumbprint(), key(Algorithm::Es256, 2).public_key().thumbprint());

    for (broken, expected) in [
        (with(jwk(1), "y", jwk(2)["y"].clone()), "trust.key_not_on_curve"),
        (with(jwk(1), "x", json!("AA")), "trust.key_member"),
        (with(jwk(1), "kid", json!(1)), "trust.key_member"),
        (with(jwk(1), "alg", json!("none")), "trust.key_alg_none"),
        (with(jwk(1), "alg", json!("Ed25519")), "trust.key_alg_mismatch"),
        (with(jwk(1), "d", json!("AA")), "trust.key_private_member"),
        (json!({"kty": "EC"}), "trust.key_member_missing"),
        (json!({"kty": "OKP", "crv": "Ed25519", "x": "A".repeat(43)}), "trust.key_weak"),
    ] {
        let document = KeyDocument::jwk_set(&set([jwk(2), broken]));
        let error = document.unwrap_err();
        assert!(matches!(error, TrustError::Key { index: 1, .. }), "{error:?}");
        assert_eq!(error.code(), expected);
    }
}

/// WIT-SVID 6: only entries with `use` "wit-svid", and each with a `kid`.
#[test]
fn a_spiffe_bundle() {
    let entry =
        |number, purpose: &str, kid: &str| with(with(jwk(number), "use", json!(purpose)), "kid", json!(kid));
    let mut bundle = json!({"spiffe_sequence": 12, "spiffe_refresh_hint": 300,
        "keys": [entry(1, "wit-svid", "1"), entry(2, "x509-svid", "2"), entry(3, "jwt-svid", "3"), jwk(4)]});
    let document = KeyDocument::spiffe_bundle(bundle.to_string().as_bytes()).unwrap();
    assert_eq!(document.keys().iter().map(AnchorKey::key_id).collect::<Vec<_>>(), [Some("1")]);
    assert_eq!(document.skipped().iter().map(|skipped| skipped.index).collect::<Vec<_>>(), [1, 2, 3]);
    assert_eq!((document.sequence(), document.refresh_hint()), (Some(12), Some(300)));
    // The same document as a JWK Set has none of them: "wit-svid" is not "sig".
    let keys = KeyDocument::jwk_set(bundle.to_string().as_bytes()).unwrap();
    assert_eq!(keys.skipped().iter().map(|skipped| skipped.index).collect::<Vec<_>>(), [0, 1, 2]);

    bundle["keys"][1] = with(jwk(2), "use", json!("wit-svid"));
    let refused = KeyDocument::spiffe_bundle(bundle.to_string().as_bytes()).unwrap_err();
    assert_eq!(refused, TrustError::KeyIdMissing { index: 1 });
    assert_eq!(refused.code(), "trust.kid_missing");
}

#[test]
fn issuers_are_absolute_uris() {
    for issuer in ["https://id.example.com", "spiffe://example.com", "urn:example:issuer"] {
        assert_eq!(code(empty().with_issuer(issuer)), Ok(()), "{issuer}");
    }
    for issuer in ["", "id.example.com", "https:", ":x", "1https://x", "https://a b", "https://é"] {
        assert_eq!(code(empty().with_issuer(issuer)), Err("trust.issuer"), "{issuer}");
    }
}

/// Row 12: with `kid` that key and no other; without, only where it is unambiguous.
#[test]
fn selection_only_narrows() {
    let wide = with(jwk_of_ed25519(5), "kid", json!("wide"));
    let anchors = empty().with_jwk_set(&set([with(jwk(1), "kid", json!("a")), wide])).unwrap();
    let select = |kid, algorithm| anchors.select(kid, algorithm).map(|key| key.key_id().map(str::to_owned));
    assert_eq!(select(Some("a"), Algorithm::Es256), Ok(Some("a".to_owned())));
    assert_eq!(select(None, Algorithm::Es256), Ok(Some("a".to_owned())));
    assert_eq!(select(None, Algorithm::EdDsa), Ok(Some("wide".to_owned())));
    assert_eq!(select(Some("wide"), Algorithm::Ed25519), Ok(Some("wide".to_owned())));
    assert_eq!(select(Some("a"), Algorithm::Ed25519), Err(KeySelectionError::AlgorithmMismatch));
    assert_eq!(select(Some("b"), Algorithm::Es256), Err(KeySelectionError::UnknownKeyId));
    assert_eq!(select(Some(""), Algorithm::Es256), Err(KeySelectionError::UnknownKeyId));
    let two = anchors.clone().with_key(key(Algorithm::Es256, 2).public_key().clone()).unwrap();
    assert_eq!(two.select(None, Algorithm::Es256), Err(KeySelectionError::Ambiguous));
    assert_eq!(empty().select(None, Algorithm::Es256), Err(KeySelectionError::NoKey));
    let narrowed = anchors.with_algorithms([Algorithm::Es256]);
    assert_eq!(narrowed.select(Some("wide"), Algorithm::EdDsa), Err(KeySelectionError::AlgorithmNotAllowed));
}

/// An Ed25519 JWK without `alg`.
fn jwk_of_ed25519(number: u8) -> Value {
    let mut jwk: Value =
        serde_json::from_str(&key(Algorithm::Ed25519, number).public_key().to_jwk()).unwrap();
    jwk.as_object_mut().unwrap().remove("alg");
    jwk
}

/// The reasons have codes of their own, with the endings that a WIT error has.
#[test]
fn why_no_key_was_chosen() {
    let anchors = domain(DOMAIN, &issuer_key(Algorithm::Es256));
    let code = |kid, algorithm| anchors.select(kid, algorithm).map(|_| ()).map_err(|error| error.code());
    assert_eq!(code(Some("issuer-1"), Algorithm::Es256), Ok(()));
    assert_eq!(code(Some("issuer-2"), Algorithm::Es256), Err("trust.kid_unknown"));
    assert_eq!(code(Some("issuer-1"), Algorithm::Ed25519), Err("trust.alg_mismatch"));
    assert_eq!(code(None, Algorithm::Ed25519), Err("trust.key_missing"));
    let only = anchors.clone().with_algorithms([Algorithm::Ed25519]);
    assert_eq!(only.select(None, Algorithm::Es256).unwrap_err().code(), "trust.alg_not_allowed");
}
