//! Nothing in a signed message can be changed, and no input makes the verifier panic.

use crate::exchange::{self, NOW, TAG, guard, post, sign, verdict, verifier, verifier_for};
use http::{HeaderMap, HeaderValue, Request};
use proptest::prelude::*;
use proptest::sample::{Index, select};
use std::sync::LazyLock;
use wimse_creds::pop::{Audience, NoReplayGuard};
use wimse_httpsig::Verifier;
use wimse_httpsig::message::{Signatures, TargetContext};

/// Every bit of a signed message counts, but for those of fields that nobody covers.
#[test]
fn every_changed_bit_is_refused() {
    for algorithm in [wimse_creds::key::Algorithm::Ed25519, wimse_creds::key::Algorithm::Es256] {
        let credential = exchange::credential_of("billing", exchange::key(algorithm, 2));
        let mut good = post(r#"{"cones":2}"#);
        good.headers_mut().insert("authorization", HeaderValue::from_static("Bearer abc"));
        let signer = wimse_httpsig::Signer::new(&credential);
        let _ = signer.sign(&mut good, br#"{"cones":2}"#, NOW, exchange::nonce(1)).unwrap();
        let (verifier, guard) = (verifier(), guard());
        let target = TargetContext::of_uri(good.uri());
        let mut refused = 0;
        let names: Vec<_> = good.headers().keys().cloned().collect();
        for name in names {
            let value = good.headers()[&name].as_bytes();
            // The label is not signed.
            let start = if name.as_str().starts_with("signature") { "wimse=".len() } else { 0 };
            for place in start * 8..value.len() * 8 {
                let mut changed = value.to_vec();
                changed[place / 8] ^= 1 << (place % 8);
                let Ok(changed) = HeaderValue::from_bytes(&changed) else { continue };
                let mut request = good.clone();
                request.headers_mut().insert(&name, changed);
                if is_same_signature(&request, &good) {
                    continue;
                }
                let verdict = verifier.verify(&request, &target, &guard, NOW);
                assert!(verdict.is_err(), "{algorithm}: bit {place} of {name}");
                refused += 1;
            }
        }
        for place in 0..good.body().len() * 8 {
            let mut request = good.clone();
            request.body_mut()[place / 8] ^= 1 << (place % 8);
            let refused = verifier.verify(&request, &target, &guard, NOW).unwrap_err();
            assert_eq!(refused.code(), "httpsig.digest_mismatch");
        }
        assert!(refused > 5000 && guard.is_empty(), "{refused}");
        assert!(verifier.verify(&good, &target, &guard, NOW).is_ok());
    }
}

/// The last character of Base64 has bits that mean nothing, and which RFC 9651 4.2.7 tells parsers to overlook.
fn is_same_signature(changed: &Request<Vec<u8>>, good: &Request<Vec<u8>>) -> bool {
    let bytes = |request: &Request<Vec<u8>>| {
        let received = Signatures::parse(request.headers()).ok()?.into_tagged(TAG).ok()?;
        Some(received.signature().to_vec())
    };
    changed.headers()["signature"] != good.headers()["signature"] && bytes(changed) == bytes(good)
}

static SIGNED: LazyLock<Request<Vec<u8>>> = LazyLock::new(|| sign(post(r#"{"cones":2}"#)).0);
static VERIFIER: LazyLock<Verifier> = LazyLock::new(verifier);

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, failure_persistence: None, ..ProptestConfig::default() })]

    /// Any piece of a covered field, of the parameters or of the signature, replaced by another.
    #[test]
    fn any_other_message_is_refused(
        name in select(vec!["content-type", "content-digest", "workload-identity-token", "signature-input", "signature"]),
        start in any::<Index>(),
        length in 0usize..8,
        replacement in "[ -~]{0,8}",
    ) {
        let good = &*SIGNED;
        let value = good.headers()[name].to_str().unwrap().to_owned();
        let start = start.index(value.len() + 1);
        let end = (start + length).min(value.len());
        let changed = format!("{}{replacement}{}", &value[..start], &value[end..]);
        let mut request = good.clone();
        request.headers_mut().insert(name, changed.parse().unwrap());
        let is_same = canonical(name, &changed) == canonical(name, &value);
        prop_assert_eq!(verdict(&VERIFIER, &request).is_ok(), is_same, "{} {}", name, changed);
    }

    /// Fields that are not covered may come and go.
    #[test]
    fn other_fields_do_not_matter(
        fields in prop::collection::vec(("x-[a-z]{1,8}", "[ -~]{0,16}"), 0..5),
    ) {
        let mut headers = HeaderMap::new();
        for (name, value) in &fields {
            headers.append(http::HeaderName::try_from(name).unwrap(), value.parse().unwrap());
        }
        let mut request = SIGNED.clone();
        headers.extend(request.headers().clone());
        *request.headers_mut() = headers;
        prop_assert!(verdict(&VERIFIER, &request).is_ok());
    }

    #[test]
    fn nothing_panics(
        method in "[A-Z]{1,8}|CONNECT|OPTIONS",
        target in "[ -~]{0,24}",
        input in "[ -~\t]{0,64}",
        value in "[ -~]{0,64}",
        digest in "[ -~]{0,32}",
        body in prop::collection::vec(any::<u8>(), 0..16),
    ) {
        let mut request = Request::builder().method(method.as_str()).body(body).unwrap();
        for (name, value) in [("signature-input", &input), ("signature", &value), ("content-digest", &digest)] {
            request.headers_mut().insert(name, value.parse().unwrap());
        }
        prop_assert!(VERIFIER.verify(&request, &TargetContext::new(&target), &NoReplayGuard, NOW).is_err());
        let input = format!("a={}", SIGNED.headers()["signature-input"].to_str().unwrap().trim_start_matches("wimse="));
        request.headers_mut().insert("signature-input", input.parse().unwrap());
        prop_assert!(VERIFIER.verify(&request, &TargetContext::new(&target), &NoReplayGuard, NOW).is_err());
    }

    /// Whatever is signed is good where it was sent, and its parts are what the verifier says.
    #[test]
    fn what_is_signed_verifies(
        path in "(/[a-zA-Z0-9._~%/-]{0,12}){1,3}",
        query in prop::option::of("[a-z0-9=&%+]{0,16}"),
        body in prop::collection::vec(any::<u8>(), 0..64),
    ) {
        let query = query.map(|query| format!("?{query}")).unwrap_or_default();
        let uri = format!("https://api.example.com{path}{query}");
        let mut request = Request::put(uri).body(body.clone()).unwrap();
        let credential = exchange::billing();
        let pending = wimse_httpsig::Signer::new(&credential).sign(&mut request, &body, NOW, exchange::nonce(1));
        let pending = pending.unwrap();
        let inbound = verdict(&VERIFIER, &request).unwrap();
        prop_assert_eq!(inbound.nonce(), pending.nonce());
        let elsewhere = verifier_for(Audience::base("https://other.example.com").unwrap());
        prop_assert_eq!(verdict(&elsewhere, &request).unwrap_err(), "httpsig.audience_mismatch");
    }
}

/// What a field says, without the freedom that its syntax leaves: the label, and white space around the value. A token has
/// none, and HTTP takes away what is around it on the wire.
fn canonical(name: &'static str, value: &str) -> String {
    match name {
        "signature-input" | "signature" => {
            let mut headers = HeaderMap::new();
            headers.insert(name, value.parse().unwrap());
            let other = if name == "signature" { "signature-input" } else { "signature" };
            headers.insert(other, SIGNED.headers()[other].clone());
            match Signatures::parse(&headers) {
                Ok(signatures) => {
                    let all = signatures
                        .iter()
                        .map(|one| format!("{} {:?}", one.input().as_str(), one.signature()));
                    all.collect()
                }
                Err(_) => value.to_owned(),
            }
        }
        "workload-identity-token" => value.to_owned(),
        _ => value.trim().to_owned(),
    }
}
