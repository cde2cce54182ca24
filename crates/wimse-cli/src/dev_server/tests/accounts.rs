//! Tokens of Kubernetes service accounts.

use super::*;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Value, json};

const ISSUER: &str = "https://kubernetes.default.svc.cluster.local";
const AUDIENCE: &str = "https://id.example.com";

fn claims() -> Value {
    json!({
        "aud": [AUDIENCE, "https://other.example.com"],
        "exp": START + 600,
        "iat": START,
        "iss": ISSUER,
        "jti": "5c8f9d9c-2d8a-4c0a-9f2c-1c1f1d9c7a50",
        "kubernetes.io": {
            "namespace": "shop",
            "pod": { "name": "billing-7d9", "uid": "6a3f" },
            "serviceaccount": { "name": "billing", "uid": "b1d2" },
        },
        "nbf": START,
        "sub": "system:serviceaccount:shop:billing",
    })
}

fn sign(key: &SigningKey, header: &Value, claims: &Value) -> String {
    let encode = |value: &Value| URL_SAFE_NO_PAD.encode(value.to_string());
    let input = format!("{}.{}", encode(header), encode(claims));
    let signature = key.sign(input.as_bytes()).unwrap();
    format!("{input}.{}", URL_SAFE_NO_PAD.encode(signature))
}

fn header() -> Value {
    json!({ "alg": "ES256", "kid": "cluster-1" })
}

/// The cluster's key, and a server that knows it.
fn stage() -> (SigningKey, Stage) {
    let key = key().with_key_id("cluster-1");
    let stage = Stage::with_cluster(Cluster::of(ISSUER, AUDIENCE, [key.public_key().clone()]));
    (key, stage)
}

#[test]
fn a_service_account_is_let_in_again_and_again() {
    let (cluster, stage) = stage();
    let token = sign(&cluster, &header(), &claims());
    for _ in 0..2 {
        let wit = stage.wit(&bearer(&token), &key()).unwrap();
        assert_eq!(wit.claimed_subject().as_str(), BILLING);
    }
}

/// Each differs from an accepted one in one thing.
#[test]
fn a_claim_that_is_wrong_is_refused() {
    let (cluster, stage) = stage();
    let with = |name: &str, value: Value| {
        let mut claims = claims();
        claims[name] = value;
        stage.wit(&bearer(&sign(&cluster, &header(), &claims)), &key()).map(drop)
    };
    let without = |name: &str| {
        let mut claims = claims();
        claims.as_object_mut().unwrap().remove(name);
        stage.wit(&bearer(&sign(&cluster, &header(), &claims)), &key()).map(drop)
    };
    assert_eq!(with("aud", json!(AUDIENCE)), Ok(()));
    assert_eq!(with("aud", json!("https://other.example.com")), Err("service_account.audience"));
    assert_eq!(with("aud", json!(["https://other.example.com"])), Err("service_account.audience"));
    assert_eq!(with("aud", json!([])), Err("service_account.audience"));
    assert_eq!(with("aud", json!(7)), Err("service_account.claim"));
    assert_eq!(with("aud", json!(format!("{AUDIENCE}/"))), Err("service_account.audience"));
    assert_eq!(with("iss", json!("https://kubernetes.default.svc")), Err("service_account.issuer"));
    assert_eq!(with("exp", json!(START - 29)), Ok(()));
    assert_eq!(with("exp", json!(START - 30)), Err("service_account.expired"));
    assert_eq!(with("nbf", json!(START + 30)), Ok(()));
    assert_eq!(with("nbf", json!(START + 31)), Err("service_account.not_yet_valid"));
    let subject = |name: &str| json!(format!("system:serviceaccount:{name}"));
    assert_eq!(with("sub", subject("shop:orders")), Err("service_account.subject"));
    assert_eq!(with("sub", subject("other:billing")), Err("service_account.subject"));
    for name in ["aud", "iss", "exp", "sub"] {
        assert_eq!(without(name), Err("service_account.claim"), "{name}");
    }
    assert_eq!(without("nbf"), Ok(()));
    assert_eq!(without("kubernetes.io"), Ok(()));
    assert_eq!(with("kubernetes.io", json!({ "namespace": "shop" })), Err("service_account.claim"));
}

#[test]
fn an_account_that_is_not_registered_is_not_entitled() {
    let (cluster, stage) = stage();
    let mut claims = claims();
    claims["sub"] = json!("system:serviceaccount:shop:reports");
    claims["kubernetes.io"]["serviceaccount"]["name"] = json!("reports");
    let refused =
        stage.ask(&bearer(&sign(&cluster, &header(), &claims)), &stage.for_wit(&key())).unwrap_err();
    assert_eq!((refused.code(), refused.status().as_u16()), ("dev_server.unregistered", 403));
}

#[test]
fn a_key_that_is_not_of_the_cluster_signs_nothing() {
    let (cluster, stage) = stage();
    let try_with = |key: &SigningKey, header: Value| {
        stage.wit(&bearer(&sign(key, &header, &claims())), &super::key()).map(drop)
    };
    assert_eq!(try_with(&cluster, header()), Ok(()));
    assert_eq!(try_with(&cluster, json!({ "alg": "ES256" })), Ok(()));
    assert_eq!(try_with(&cluster, json!({ "alg": "ES256", "kid": "cluster-1", "typ": "JWT" })), Ok(()));
    let typed = json!({ "alg": "ES256", "kid": "cluster-1", "typ": "wit+jwt" });
    assert_eq!(try_with(&cluster, typed), Err("service_account.typ"));
    assert_eq!(try_with(&key(), header()), Err("service_account.signature"));
    assert_eq!(try_with(&cluster, json!({ "alg": "ES256", "kid": "cluster-2" })), Err("service_account.key"));
    assert_eq!(try_with(&cluster, json!({ "alg": "EdDSA", "kid": "cluster-1" })), Err("service_account.key"));
    for header in [json!({ "alg": "none" }), json!({ "alg": "HS256", "kid": "cluster-1" }), json!({})] {
        assert_eq!(try_with(&cluster, header), Err("service_account.malformed"));
    }
    assert_eq!(stage.wit(&bearer("a.b.c"), &key()).unwrap_err(), "service_account.malformed");
    assert_eq!(stage.wit(&bearer("a.b"), &key()).unwrap_err(), "service_account.malformed");
}

#[test]
fn without_a_cluster_there_are_no_accounts() {
    let (cluster, _) = stage();
    let token = sign(&cluster, &header(), &claims());
    assert_eq!(Stage::new().wit(&bearer(&token), &key()).unwrap_err(), "service_account.no_cluster");
}
