//! Tokens of Kubernetes service accounts, signed with RS256 as clusters do, by OpenSSL.

use crate::issuer::{Running, dev_server};
use crate::openssl::{openssl, rsa_jwk};
use crate::workshop::Workshop;
use crate::{request, shop};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Value, json};
use std::fs;
use std::path::{Path, PathBuf};
use std::time::SystemTime;
use wimse::creds::key::Algorithm;

const ISSUER: &str = "https://kubernetes.default.svc.cluster.local";
const AUDIENCE: &str = "https://id.example.com";
const KEY_ID: &str = "T0VVDfHn8aV4bZ0g5Hc2c8p7lT9c1nN0vK5pC0x9mZo";
const REGISTRY: &str = r#"trust-domain = "wimse://example.com"
[kubernetes]
issuer = "https://kubernetes.default.svc.cluster.local"
audience = "https://id.example.com"
jwks = "cluster.jwks.json"
[[workloads]]
id = "wimse://example.com/billing"
service-accounts = ["system:serviceaccount:shop:billing"]
"#;

/// A cluster with an RSA key in `cluster.pem`, and its keys as `kubectl get --raw /openid/v1/jwks` prints them.
struct Cluster {
    shop: Workshop,
    openssl: PathBuf,
}

impl Cluster {
    /// `None` where there is no OpenSSL, or no RSA in this build.
    fn new() -> Option<Self> {
        "RS256".parse::<Algorithm>().ok()?;
        let cluster = Self { shop: shop(), openssl: openssl()? };
        cluster.generate("cluster.pem", 2048);
        cluster.shop.write("dev-server.toml", REGISTRY);
        cluster.publish(&cluster.jwk("cluster.pem"));
        Some(cluster)
    }

    fn generate(&self, file: &str, bits: u32) {
        let bits = format!("rsa_keygen_bits:{bits}");
        let options = ["genpkey", "-algorithm", "RSA", "-pkeyopt", &bits, "-out", file];
        self.shop.run(&self.openssl, &options);
    }

    fn jwk(&self, file: &str) -> Value {
        let mut jwk = rsa_jwk(&self.shop, &self.openssl, file, "RS256");
        jwk["use"] = json!("sig");
        jwk["kid"] = json!(KEY_ID);
        jwk
    }

    fn publish(&self, jwk: &Value) {
        self.shop.write("cluster.jwks.json", json!({ "keys": [jwk] }).to_string());
    }

    /// A token with a signature by OpenSSL, which gets these options.
    fn token(&self, header: &Value, claims: &Value, options: &[&str]) -> String {
        let signed = signing_input(header, claims);
        self.shop.write("signed", &signed);
        self.shop.run(&self.openssl, &[&["dgst"], options, &["-out", "signature", "signed"]].concat());
        let signature = fs::read(self.shop.path("signature")).unwrap();
        format!("{signed}.{}", URL_SAFE_NO_PAD.encode(signature))
    }

    fn good(&self, claims: &Value) -> String {
        self.token(&header(), claims, &RS256)
    }

    /// Asks by a token: `Ok` with whom the WIT is for, or the code in the log of the server.
    fn ask(&self, server: &Running, token: &str) -> Result<String, String> {
        self.shop.write("account.token", token);
        let _ = fs::remove_dir_all(self.shop.path("new"));
        let ended = request(&self.shop, server, "--token-file account.token --out new --json");
        let document: Value = serde_json::from_str(&ended.stdout).unwrap();
        if ended.code == 0 {
            return Ok(document["identifier"].as_str().unwrap().to_owned());
        }
        // Whoever is refused learns the status, and nothing of the reason.
        let message = document["refusal"]["message"].as_str().unwrap();
        assert!(message.contains("401"), "{document}");
        let line = server.wait_for("refused with 401: ").unwrap();
        Err(line.split("refused with 401: ").nth(1).unwrap().split(": ").next().unwrap().to_owned())
    }
}

const RS256: [&str; 3] = ["-sha256", "-sign", "cluster.pem"];

fn now() -> u64 {
    SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap().as_secs()
}

fn header() -> Value {
    json!({ "alg": "RS256", "kid": KEY_ID })
}

/// As a projected volume of a pod has them.
fn claims() -> Value {
    let now = now();
    json!({
        "aud": [AUDIENCE],
        "exp": now + 3607,
        "iat": now,
        "iss": ISSUER,
        "jti": "0e0c1f1e-6f4c-4ab9-9b6f-0a4d7c1b2f3e",
        "kubernetes.io": {
            "namespace": "shop",
            "node": { "name": "node-1", "uid": "8c3f6b1e-7d51-4f0e-9c59-5f1f0c1f7d3a" },
            "pod": { "name": "billing-7d9c", "uid": "6a3f3b0a-1c55-4e2b-8f1a-2f4b6d1e7c90" },
            "serviceaccount": { "name": "billing", "uid": "b1d2a7f4-5d0c-4b53-9a39-6a1f6f0f2f11" },
            "warnafter": now + 3607,
        },
        "nbf": now,
        "sub": "system:serviceaccount:shop:billing",
    })
}

fn with(name: &str, value: Value) -> Value {
    let mut claims = claims();
    claims[name] = value;
    claims
}

fn signing_input(header: &Value, claims: &Value) -> String {
    [header, claims].map(|part| URL_SAFE_NO_PAD.encode(part.to_string())).join(".")
}

#[test]
fn a_token_of_a_cluster_is_let_in_while_it_is_valid() {
    let Some(cluster) = Cluster::new() else { return };
    let server = dev_server(&cluster.shop, &[]);
    let token = cluster.good(&claims());
    for _ in 0..2 {
        assert_eq!(cluster.ask(&server, &token), Ok("wimse://example.com/billing".to_owned()));
    }
    let ended = server.end();
    assert!(ended.stderr.contains("known by its service account"), "{}", ended.stderr);
    assert!(!ended.stderr.contains("eyJ"), "{}", ended.stderr);
}

/// Each differs from what is accepted in one thing.
#[test]
fn claims_of_a_cluster_are_judged() {
    let Some(cluster) = Cluster::new() else { return };
    let server = dev_server(&cluster.shop, &[]);
    let past = json!(now() - 60);
    for (name, value, code) in [
        ("aud", json!([AUDIENCE, "https://other.example.com"]), None),
        ("aud", json!(["https://kubernetes.default.svc.cluster.local"]), Some("audience")),
        ("aud", json!("https://id.example.com.evil.example"), Some("audience")),
        ("iss", json!("https://oidc.other.example.com/id/1"), Some("issuer")),
        ("exp", past, Some("expired")),
        ("nbf", json!(now() + 600), Some("not_yet_valid")),
        ("sub", json!("system:serviceaccount:shop:orders"), Some("subject")),
        ("iat", json!(now() - 60), None),
    ] {
        let asked = cluster.ask(&server, &cluster.good(&with(name, value.clone())));
        let expected = match code {
            None => Ok("wimse://example.com/billing".to_owned()),
            Some(code) => Err(format!("service_account.{code}")),
        };
        assert_eq!(asked, expected, "{name} {value}");
    }
}

/// Whoever has not the key of the cluster signs nothing, whatever the header says.
#[test]
fn signatures_of_a_cluster_are_judged() {
    let Some(cluster) = Cluster::new() else { return };
    let server = dev_server(&cluster.shop, &[]);
    let header_with = |name: &str, value: Value| {
        let mut header = header();
        header[name] = value;
        header
    };
    let tried = |header: &Value, options: &[&str]| {
        cluster.ask(&server, &cluster.token(header, &claims(), options)).map(drop)
    };
    let refused = |code: &str| Err(format!("service_account.{code}"));
    assert_eq!(tried(&header(), &RS256), Ok(()));
    assert_eq!(tried(&header_with("typ", json!("JWT")), &RS256), Ok(()));
    assert_eq!(tried(&header_with("typ", json!("wit+jwt")), &RS256), refused("typ"));
    assert_eq!(tried(&header_with("kid", json!("another")), &RS256), refused("key"));
    assert_eq!(tried(&header_with("crit", json!(["kid"])), &RS256), refused("malformed"));

    // Another key of the same size, and another key that the token brings along.
    cluster.generate("other.pem", 2048);
    let other = ["-sha256", "-sign", "other.pem"];
    assert_eq!(tried(&header(), &other), refused("signature"));
    assert_eq!(tried(&header_with("jwk", cluster.jwk("other.pem")), &other), refused("signature"));

    // The key has one algorithm, and the header cannot choose another one.
    let sha384 = ["-sha384", "-sign", "cluster.pem"];
    let pss = ["-sha256", "-sign", "cluster.pem", "-sigopt", "rsa_padding_mode:pss"];
    assert_eq!(tried(&header_with("alg", json!("RS384")), &sha384), refused("key"));
    assert_eq!(tried(&header_with("alg", json!("PS256")), &pss), refused("key"));
    assert_eq!(tried(&header(), &pss), refused("signature"));

    // The public key as a secret, and no signature at all.
    cluster.shop.run(&cluster.openssl, &["pkey", "-in", "cluster.pem", "-pubout", "-out", "cluster.pub.pem"]);
    let secret: String =
        cluster.shop.read("cluster.pub.pem").bytes().map(|byte| format!("{byte:02x}")).collect();
    let secret = format!("hexkey:{secret}");
    let hmac = ["-sha256", "-mac", "HMAC", "-macopt", &secret, "-binary"];
    assert_eq!(tried(&header_with("alg", json!("HS256")), &hmac), refused("malformed"));
    let none = format!("{}.", signing_input(&header_with("alg", json!("none")), &claims()));
    assert_eq!(cluster.ask(&server, &none).map(drop), refused("malformed"));

    // One changed claim under the signature of another token.
    let good = cluster.good(&claims());
    let (_, signature) = good.rsplit_once('.').unwrap();
    let changed = signing_input(&header(), &with("jti", json!("another")));
    assert_eq!(cluster.ask(&server, &format!("{changed}.{signature}")).map(drop), refused("signature"));
    assert_eq!(cluster.ask(&server, &good).map(drop), Ok(()));
}

/// Keys that nobody should trust do not even let the server start.
#[test]
fn keys_of_a_cluster_are_judged_at_the_start() {
    let Some(cluster) = Cluster::new() else { return };
    let start = |jwk: &Value| {
        cluster.publish(jwk);
        let ended = cluster.shop.wimse(&["dev-server", "--listen", "127.0.0.1:0"]);
        (ended.code, ended.stderr)
    };
    cluster.generate("short.pem", 1024);
    let mut symmetric = json!({ "kty": "oct", "k": "c2VjcmV0LXNlY3JldC1zZWNyZXQtc2VjcmV0LXNlY3JldA" });
    symmetric["alg"] = json!("HS256");
    for wrong in [cluster.jwk("short.pem"), symmetric] {
        let (code, stderr) = start(&wrong);
        assert_eq!(code, 2, "{wrong}: {stderr}");
        assert!(stderr.contains("cluster.jwks.json is no JWK Set of a cluster"), "{stderr}");
    }
    cluster.publish(&cluster.jwk("cluster.pem"));
    let server = dev_server(&cluster.shop, &[]);
    assert!(cluster.ask(&server, &cluster.good(&claims())).is_ok());
}

/// Where a build has no RSA, the keys of a cluster are refused and said to be so.
#[test]
fn a_build_without_rsa_says_so() {
    if "RS256".parse::<Algorithm>().is_ok() {
        return;
    }
    let Some(openssl) = openssl() else { return };
    let shop = shop();
    shop.write("dev-server.toml", REGISTRY);
    shop.run(
        &openssl,
        &["genpkey", "-algorithm", "RSA", "-pkeyopt", "rsa_keygen_bits:2048", "-out", "a.pem"],
    );
    let jwk = rsa_jwk(&shop, Path::new("openssl"), "a.pem", "RS256");
    shop.write("cluster.jwks.json", json!({ "keys": [jwk] }).to_string());
    let ended = shop.wimse(&["dev-server", "--listen", "127.0.0.1:0"]);
    assert!(ended.code == 2 && ended.stderr.contains("none of its keys is usable"), "{}", ended.stderr);
}
