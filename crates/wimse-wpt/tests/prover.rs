//! The sender: what is attached, when nothing is, and keys that live elsewhere.
#![allow(clippy::unwrap_used, reason = "outside #[test] functions too, a test fails by a panic")]

mod signed;

use http::{HeaderName, Request};
use signed::{NOW, TARGET, at, credential, credential_of, issuer, key, nonce, request, signed, verifier};
use std::time::Duration;
use wimse_creds::WorkloadIdentityToken;
use wimse_creds::jose::{Claims, CompactJws};
use wimse_creds::key::{Algorithm, SigningKey};
use wimse_creds::pop::{NoReplayGuard, WitCredential};
use wimse_wpt::{ProofContext, ProofOptions, ProveError, Prover, RemoteProver, authorization};

fn options() -> ProofOptions {
    ProofOptions::default()
}

/// The headers, order and sensitivity included.
fn state(request: &Request<()>) -> Vec<(String, Vec<u8>, bool)> {
    let fields = request.headers().iter();
    fields.map(|(name, value)| (name.to_string(), value.as_bytes().to_vec(), value.is_sensitive())).collect()
}

/// WPT-3.1.5-1.
#[test]
fn both_fields_are_sensitive() {
    let request = signed();
    for name in ["authorization", "workload-identity-token"] {
        assert!(request.headers()[name].is_sensitive(), "{name}");
        assert_eq!(request.headers().get_all(name).iter().count(), 1);
    }
    assert_eq!(state(&request).len(), 2);
    let text = request.headers()["authorization"].to_str().unwrap();
    assert!(text.starts_with("WPT eyJ"), "{text}");
}

type Change = fn(&mut Request<()>);

#[test]
fn an_error_leaves_the_request_as_it_was() {
    let cases: [(&str, ProofOptions, Change, u64); 12] = [
        ("wpt.authorization_present", options(), |request| insert(request, "authorization", "Basic YTpi"), 0),
        ("wpt.authorization_present", options(), |request| insert(request, "authorization", ""), 0),
        ("wpt.wit_present", options(), |request| insert(request, "workload-identity-token", "a.b.c"), 0),
        ("wpt.insecure_channel", options(), |request| target(request, "http://api.example.com/orders"), 0),
        ("wpt.target_unknown", options(), |request| target(request, "/orders"), 0),
        (
            "wpt.target_unknown",
            options(),
            |request| target(request, "https://user@api.example.com/orders"),
            0,
        ),
        ("wpt.audience_empty", options().audience(""), |_| {}, 0),
        ("wpt.lifetime", options().lifetime(Duration::ZERO), |_| {}, 0),
        ("wpt.lifetime", options().lifetime(Duration::from_secs(301)), |_| {}, 0),
        ("wpt.context_repeated", options(), |request| twice(request, "txn-token"), 0),
        (
            "wpt.context_repeated",
            options().context_fields([HeaderName::from_static("x-user")]),
            |request| twice(request, "x-user"),
            0,
        ),
        ("credential.expired", options(), |_| {}, 3600),
    ];
    let credential = credential();
    let remote_wit = WorkloadIdentityToken::parse(credential.wit().as_str()).unwrap();
    for (code, options, change, after) in cases {
        let mut request = request();
        insert(&mut request, "x-other", "kept");
        change(&mut request);
        let before = state(&request);
        let prover = Prover::with_options(&credential, options.clone());
        let error = prover.attach(&mut request, at(after), nonce(1)).unwrap_err();
        assert_eq!(error.code(), code);
        assert_eq!(state(&request), before, "{code}");
        let remote = RemoteProver::new(&remote_wit, options).unwrap();
        assert_eq!(remote.prepare(&request, at(after), nonce(1)).unwrap_err().code(), code);
    }
    // The twin, in the last second of the WIT.
    let mut request = request();
    insert(&mut request, "x-other", "kept");
    insert(&mut request, "proxy-authorization", "Basic YTpi");
    assert_eq!(Prover::new(&credential).attach(&mut request, at(3599), nonce(1)), Ok(()));
    assert_eq!(state(&request).len(), 4);
}

fn insert(request: &mut Request<()>, name: &'static str, value: &'static str) {
    request.headers_mut().insert(name, value.parse().unwrap());
}

fn twice(request: &mut Request<()>, name: &'static str) {
    for value in ["a", "b"] {
        request.headers_mut().append(name, value.parse().unwrap());
    }
}

fn target(request: &mut Request<()>, uri: &str) {
    *request.uri_mut() = uri.parse().unwrap();
}

#[test]
fn what_a_proof_says() {
    let lifetime = options().lifetime(Duration::from_millis(90_999));
    let extra = lifetime.claim("example.com/purpose", "test").unwrap().private_claim("tier", 3).unwrap();
    let request = signed::signed_by(&credential(), extra, request());
    let jws = CompactJws::split(authorization(request.headers()).unwrap(), 8192).unwrap();
    assert_eq!(jws.header().unwrap(), br#"{"alg":"Ed25519","typ":"wpt+jwt"}"#);
    let payload = jws.payload().unwrap();
    let claims = Claims::parse(&payload).unwrap();
    let text = |name: &str| claims.get(name).unwrap().string().unwrap().into_owned();
    assert_eq!(text("aud"), "https://api.example.com/orders");
    assert_eq!(text("jti"), nonce(1).as_str());
    assert_eq!(text("example.com/purpose"), "test");
    let end = claims.get("exp").unwrap().numeric_date(wimse_creds::jose::Bound::End).unwrap();
    assert_eq!(end, at(90));
    assert!(["iss", "sub", "iat", "nbf", "tth", "oth", "cnf"].iter().all(|name| claims.get(name).is_none()));
    assert!(verifier().check(&request, NOW).is_ok());

    for name in ["iss", "sub", "aud", "exp", "nbf", "iat", "jti", "wth", "tth", "oth"] {
        assert_eq!(options().private_claim(name, 1).unwrap_err().code(), "claim.reserved", "{name}");
    }
    assert_eq!(options().claim("tier", 1).unwrap_err().code(), "claim.private");
}

#[test]
fn a_plain_target_needs_a_word() {
    let mut request = Request::get("http://localhost:8080/a").body(()).unwrap();
    let credential = credential();
    assert_eq!(
        Prover::new(&credential).attach(&mut request, NOW, nonce(1)),
        Err(ProveError::InsecureChannel)
    );
    // An audience by agreement does not make the channel secure.
    let agreed = Prover::with_options(&credential, options().audience("urn:a"));
    assert_eq!(agreed.attach(&mut request, NOW, nonce(1)), Err(ProveError::InsecureChannel));
    let told = Prover::with_options(&credential, options().channel_is_secure());
    assert_eq!(told.attach(&mut request, NOW, nonce(1)), Ok(()));
}

/// A proof for the default port must not come out of a port that nobody can connect to.
#[test]
fn a_port_out_of_range_is_no_target() {
    for port in ["65536", "99999", "4294967739"] {
        let Ok(mut request) = Request::get(format!("https://api.example.com:{port}/a")).body(()) else {
            continue;
        };
        let attached = Prover::new(&credential()).attach(&mut request, NOW, nonce(1));
        assert_eq!(attached, Err(ProveError::TargetUnknown), "{port}");
    }
    let mut request = Request::get("https://api.example.com:65535/a").body(()).unwrap();
    assert_eq!(Prover::new(&credential()).attach(&mut request, NOW, nonce(1)), Ok(()));
}

#[test]
fn a_key_that_lives_elsewhere() {
    for algorithm in Algorithm::all() {
        let elsewhere = SigningKey::generate(algorithm).unwrap();
        let at_hand = SigningKey::from_jwk(&elsewhere.to_private_jwk()).unwrap();
        let credential = credential_of("billing", at_hand);
        let wit = credential.wit();
        let prover = RemoteProver::new(wit, options()).unwrap();
        let prepare = || prover.prepare(&request(), NOW, nonce(1)).unwrap();
        let signature = elsewhere.sign(prepare().signing_input()).unwrap();

        let mut request = request();
        for wrong in [
            SigningKey::generate(algorithm).unwrap().sign(prepare().signing_input()).unwrap(),
            elsewhere.sign(b"another message").unwrap(),
            Vec::new(),
            signature[..signature.len() - 1].to_vec(),
            [&signature[..], &[0]].concat(),
            vec![0; 64],
        ] {
            assert_eq!(prepare().finish(&wrong).unwrap_err().code(), "wpt.finish_signature");
            let refused = prover.attach(&mut request, prepare(), &wrong).unwrap_err();
            assert_eq!(refused.code(), "wpt.finish_signature");
            assert!(request.headers().is_empty());
        }
        let prepared = prepare();
        let shown = format!("{prepared:?} {prover:?}");
        assert!(!shown.contains("eyJ"), "{shown}");
        prover.attach(&mut request, prepared, &signature).unwrap();
        assert!(request.headers().values().all(http::HeaderValue::is_sensitive));
        assert!(verifier().verify(&request, &NoReplayGuard, NOW).is_ok());
        // The same bytes as with the key at hand, where the same message gives the same signature.
        if elsewhere.sign(b"message") == elsewhere.sign(b"message") {
            let here = signed::signed_by(&credential, options(), signed::request());
            assert_eq!(request.headers(), here.headers());
        }
    }
}

/// Fields may appear while the signature is fetched.
#[test]
fn a_request_that_changed_before_the_signature_came() {
    let credential = credential();
    let elsewhere = key(Algorithm::Ed25519, 2);
    let prover = RemoteProver::new(credential.wit(), options()).unwrap();
    let prepared = prover.prepare(&request(), NOW, nonce(1)).unwrap();
    let signature = elsewhere.sign(prepared.signing_input()).unwrap();
    for (name, code) in
        [("authorization", "wpt.authorization_present"), ("workload-identity-token", "wpt.wit_present")]
    {
        let mut request = request();
        insert(&mut request, name, "a.b.c");
        let before = state(&request);
        let attached = prover.attach(&mut request, prepared.clone(), &signature);
        assert_eq!(attached.map_err(|error| error.code()), Err(code));
        assert_eq!(state(&request), before);
    }
    assert_eq!(prover.attach(&mut request(), prepared, &signature), Ok(()));
}

#[test]
fn a_prepared_proof_is_for_one_request() {
    let credential = credential();
    let prover = RemoteProver::new(credential.wit(), options()).unwrap();
    let prepared = prover.prepare(&request(), NOW, nonce(1)).unwrap();
    let signature = key(Algorithm::Ed25519, 2).sign(prepared.signing_input()).unwrap();
    let attach = |mut request: Request<()>| {
        prover.attach(&mut request, prepared.clone(), &signature).map_err(|error| error.code())
    };
    let to = |uri: &str| Request::post(uri).body(()).unwrap();
    assert_eq!(attach(request()), Ok(()));
    assert_eq!(attach(to("http://api.example.com/orders")), Err("wpt.insecure_channel"));
    assert_eq!(attach(to("https://api.example.com/refunds")), Err("wpt.other_request"));
    let mut with_token = request();
    insert(&mut with_token, "txn-token", "a.b.c");
    assert_eq!(attach(with_token), Err("wpt.other_request"));

    let other = credential_of("other", key(Algorithm::Ed25519, 2));
    let other = RemoteProver::new(other.wit(), options()).unwrap();
    let attached = other.attach(&mut request(), prepared.clone(), &signature);
    assert_eq!(attached.map_err(|error| error.code()), Err("wpt.other_request"));
}

#[test]
fn a_wit_without_a_usable_key_proves_nothing() {
    use base64::Engine as _;
    let encode = |text: &str| base64::engine::general_purpose::URL_SAFE_NO_PAD.encode(text);
    let input = format!(
        "{}.{}",
        encode(r#"{"alg":"ES256","typ":"wit+jwt"}"#),
        encode(r#"{"sub":"wimse://example.com/a","exp":1745512510}"#)
    );
    let signature =
        base64::engine::general_purpose::URL_SAFE_NO_PAD.encode(issuer().sign(input.as_bytes()).unwrap());
    let wit = WorkloadIdentityToken::parse(&format!("{input}.{signature}")).unwrap();
    assert_eq!(RemoteProver::new(&wit, options()).unwrap_err().code(), "wit.cnf_missing");
    let refused = WitCredential::new(wit, key(Algorithm::Es256, 2)).unwrap_err();
    assert_eq!(refused.code(), "wit.cnf_missing");
}

#[test]
fn a_message_that_is_not_a_request() {
    let credential = credential();
    let context =
        ProofContext { audience: TARGET, txn_token: Some(b" txn "), context: vec![("X-User", b"alice")] };
    let proof = Prover::new(&credential).prove(&context, NOW, nonce(1)).unwrap();
    let payload = CompactJws::split(&proof, 8192).unwrap().payload().unwrap();
    let claims = Claims::parse(&payload).unwrap();
    let other = claims.get("oth").unwrap().string_members().unwrap();
    assert_eq!(other.len(), 1);
    // WPT-2-11: names in lower case.
    assert_eq!(other[0].0, "x-user");
    let empty = ProofContext::default();
    assert_eq!(Prover::new(&credential).prove(&empty, NOW, nonce(1)), Err(ProveError::Audience));
    let repeated =
        ProofContext { audience: "urn:a", txn_token: None, context: vec![("A", b"1"), ("a", b"1")] };
    let refused = Prover::new(&credential).prove(&repeated, NOW, nonce(1)).unwrap_err();
    assert_eq!(refused.code(), "wpt.context_repeated");
}
