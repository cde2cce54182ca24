//! Round trips with independent implementations: OpenSSL makes the keys, `jose` (Node) and `joserfc` (Python) sign and
//! verify tokens.
#![allow(clippy::unwrap_used, reason = "outside #[test] functions too, a test fails by a panic")]

mod peer;
#[path = "../workshop/mod.rs"]
mod workshop;

use peer::{Peer, openssl};
use serde_json::{Value, json};
use std::path::Path;
use workshop::{NOW, Workshop};

const CONFIG: &str = r#"
[recipient]
audience-bases = ["https://api.example.com"]

[[domains]]
origin = "wimse://example.com"
jwks = ["issuer.jwks.json"]
issuers = ["https://id.example.com"]
"#;

const REQUEST: &str = "POST /orders HTTP/1.1\r\nHost: api.example.com\r\n\r\n";

/// What is told apart about the two kinds of keys.
struct Kind {
    alg: &'static str,
    openssl: &'static [&'static str],
}

const KINDS: [Kind; 2] = [
    Kind { alg: "Ed25519", openssl: &["-algorithm", "ED25519"] },
    Kind { alg: "ES256", openssl: &["-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-256"] },
];

/// An issuer and a workload whose keys come from OpenSSL, and a recipient that trusts the issuer.
struct World {
    shop: Workshop,
    alg: &'static str,
    issuer: Value,
    workload: Value,
}

impl World {
    fn new(openssl: &Path, kind: &Kind) -> Self {
        let shop = Workshop::new();
        for name in ["issuer", "workload"] {
            let pem = format!("{name}.pem");
            shop.run(openssl, &[&["genpkey"], kind.openssl, &["-out", &pem]].concat());
            let jwk = format!("{name}.jwk.json");
            shop.make(&["key", "convert", &pem, "--to", "jwk", "--out", &jwk, "--kid", name]);
        }
        let jwks = shop.make(&["key", "public", "issuer.jwk.json", "--format", "jwks"]);
        shop.write("issuer.jwks.json", jwks);
        shop.write("wimse.toml", CONFIG);
        let private = |name: &str| serde_json::from_str(&shop.read(name)).unwrap();
        let (issuer, workload) = (private("issuer.jwk.json"), private("workload.jwk.json"));
        Self { alg: kind.alg, issuer, workload, shop }
    }

    /// The claims of a WIT that is accepted.
    fn wit_claims(&self) -> Value {
        json!({
            "iss": "https://id.example.com",
            "sub": "wimse://example.com/billing",
            "exp": 1_800_003_600,
            "cnf": { "jwk": public(&self.workload) },
        })
    }

    fn wit_header(&self) -> Value {
        json!({ "alg": self.alg, "typ": "wit+jwt", "kid": "issuer" })
    }

    /// The claims of a WPT that is accepted with this WIT.
    fn wpt_claims(&self, wit: &str) -> Value {
        json!({
            "aud": "https://api.example.com/orders",
            "exp": 1_800_000_060,
            "jti": "0123456789abcdef",
            "wth": sha256(wit),
        })
    }

    fn wpt_header(&self) -> Value {
        json!({ "alg": self.alg, "typ": "wpt+jwt" })
    }

    /// Sends both to the recipient: the code of the refusal, or nothing.
    fn judge(&self, wit: &str, proof: &str) -> Option<String> {
        let (head, _) = REQUEST.split_once("\r\n\r\n").unwrap();
        let request =
            format!("{head}\r\nWorkload-Identity-Token: {wit}\r\nAuthorization: WPT {proof}\r\n\r\n");
        self.shop.write("request.http", request);
        let (exit, document) = self.shop.document(&["explain", "request.http", "--now", NOW]);
        let verified = self.shop.document(&["wpt", "verify", "request.http", "--now", NOW]);
        assert_eq!(exit, verified.0, "{document} {}", verified.1);
        let code = document["requests"][0]["refusal"]["code"].as_str().map(str::to_owned);
        assert_eq!(exit, i32::from(code.is_some()), "{document}");
        assert_eq!(verified.1["requests"][0]["refusal"]["code"].as_str(), code.as_deref());
        code
    }
}

fn public(jwk: &Value) -> Value {
    let mut jwk = jwk.clone();
    jwk.as_object_mut().unwrap().remove("d");
    jwk
}

fn sha256(text: &str) -> String {
    use base64::Engine as _;
    use sha2::Digest as _;
    base64::engine::general_purpose::URL_SAFE_NO_PAD.encode(sha2::Sha256::digest(text))
}

fn with(value: &Value, name: &str, member: impl Into<Value>) -> Value {
    let mut value = value.clone();
    value[name] = member.into();
    value
}

fn without(value: &Value, name: &str) -> Value {
    let mut value = value.clone();
    value.as_object_mut().unwrap().remove(name);
    value
}

#[test]
fn what_the_command_makes_verifies_elsewhere() {
    let Some(openssl) = openssl() else { return };
    for kind in &KINDS {
        let world = World::new(&openssl, kind);
        let shop = &world.shop;
        let issue = [
            ["wit", "issue", "--sub", "wimse://example.com/billing"],
            ["--iss", "https://id.example.com", "--key", "workload.pem"],
            ["--issuer-key", "issuer.jwk.json", "--now", NOW],
        ];
        let wit = shop.make(&issue.concat()).trim().to_owned();
        shop.write("wit.jwt", &wit);
        shop.write("plain.http", REQUEST);
        let attach = [
            "wpt",
            "create",
            "--wit",
            "wit.jwt",
            "--key",
            "workload.pem",
            "--request",
            "plain.http",
            "--now",
            NOW,
        ];
        let request = shop.make(&attach);
        let proof =
            request.lines().find_map(|line| line.strip_prefix("Authorization: WPT ")).unwrap().to_owned();

        assert_eq!(world.judge(&wit, &proof), None);
        for peer in &mut Peer::all() {
            let claims = peer.verify(&wit, &public(&world.issuer), world.alg, "wit+jwt").unwrap();
            assert_eq!(claims["sub"], "wimse://example.com/billing", "{}", peer.name);
            assert_eq!(claims["cnf"]["jwk"]["x"], world.workload["x"], "{}", peer.name);
            let claims = peer.verify(&proof, &claims["cnf"]["jwk"], world.alg, "wpt+jwt").unwrap();
            assert_eq!(claims["aud"], "https://api.example.com/orders", "{}", peer.name);
            assert_eq!(claims["wth"], sha256(&wit), "{}", peer.name);
            // The twin: the key of somebody else.
            let refused = peer.verify(&proof, &public(&world.issuer), world.alg, "wpt+jwt");
            assert!(refused.is_err(), "{}", peer.name);
        }
    }
}

#[test]
fn what_others_make_verifies_here() {
    let Some(openssl) = openssl() else { return };
    for kind in &KINDS {
        let world = World::new(&openssl, kind);
        for peer in &mut Peer::all() {
            let wit = peer.sign(&world.wit_header(), &world.wit_claims(), &world.issuer).unwrap();
            let proof = peer.sign(&world.wpt_header(), &world.wpt_claims(&wit), &world.workload).unwrap();
            assert_eq!(world.judge(&wit, &proof), None, "{}", peer.name);
        }
    }
}

/// Each differs in one thing from what is accepted above.
#[test]
fn hostile_wits_of_others_are_refused() {
    let Some(openssl) = openssl() else { return };
    for kind in &KINDS {
        let world = World::new(&openssl, kind);
        let (header, claims) = (world.wit_header(), world.wit_claims());
        let other_alg = if kind.alg == "ES256" { "Ed25519" } else { "ES256" };
        let private = json!({ "jwk": world.workload });
        let renamed =
            with(&claims, "cnf", json!({ "jwk": with(&public(&world.workload), "alg", other_alg) }));
        let hostile = [
            ("wit.typ_missing", without(&header, "typ"), claims.clone()),
            ("wit.typ_mismatch", with(&header, "typ", "JWT"), claims.clone()),
            ("wit.crit", with(&with(&header, "crit", json!(["x"])), "x", true), claims.clone()),
            ("wit.kid_unknown", with(&header, "kid", "other"), claims.clone()),
            ("wit.aud_present", header.clone(), with(&claims, "aud", "https://api.example.com")),
            ("wit.cnf_private_member", header.clone(), with(&claims, "cnf", private)),
            ("wit.cnf_alg_mismatch", header.clone(), renamed),
            ("wit.cnf_missing", header.clone(), without(&claims, "cnf")),
            ("wit.iss_not_allowed", header.clone(), with(&claims, "iss", "https://evil.example")),
            (
                "wit.trust_domain_unknown",
                header.clone(),
                with(&claims, "sub", "wimse://evil.example/billing"),
            ),
            ("wit.expired", header.clone(), with(&claims, "exp", 1_799_999_000)),
        ];
        for peer in &mut Peer::all() {
            for (code, header, claims) in &hostile {
                let wit = peer.sign(header, claims, &world.issuer).unwrap();
                let proof = peer.sign(&world.wpt_header(), &world.wpt_claims(&wit), &world.workload).unwrap();
                assert_eq!(world.judge(&wit, &proof).as_deref(), Some(*code), "{} {}", peer.name, kind.alg);
            }
            let wit = peer.sign(&header, &claims, &world.workload).unwrap();
            let proof = peer.sign(&world.wpt_header(), &world.wpt_claims(&wit), &world.workload).unwrap();
            assert_eq!(world.judge(&wit, &proof).as_deref(), Some("wit.signature"), "{}", peer.name);
        }
    }
}

#[test]
fn hostile_proofs_of_others_are_refused() {
    let Some(openssl) = openssl() else { return };
    for kind in &KINDS {
        let world = World::new(&openssl, kind);
        let header = world.wpt_header();
        for peer in &mut Peer::all() {
            let wit = peer.sign(&world.wit_header(), &world.wit_claims(), &world.issuer).unwrap();
            let claims = world.wpt_claims(&wit);
            let two = json!(["https://api.example.com/orders", "https://other.example/orders"]);
            let hostile = [
                ("wpt.typ_missing", without(&header, "typ"), claims.clone()),
                ("wpt.typ_mismatch", with(&header, "typ", "wit+jwt"), claims.clone()),
                ("wpt.crit", with(&with(&header, "crit", json!(["x"])), "x", true), claims.clone()),
                ("wpt.aud_malformed", header.clone(), with(&claims, "aud", two)),
                (
                    "wpt.audience_mismatch",
                    header.clone(),
                    with(&claims, "aud", "https://api.example.com/refunds"),
                ),
                ("wpt.wth_mismatch", header.clone(), with(&claims, "wth", sha256("another WIT"))),
                ("wpt.expired", header.clone(), with(&claims, "exp", 1_799_999_000)),
                ("wpt.lifetime_too_long", header.clone(), with(&claims, "exp", 1_800_003_600)),
            ];
            for (code, header, claims) in &hostile {
                let proof = peer.sign(header, claims, &world.workload).unwrap();
                assert_eq!(world.judge(&wit, &proof).as_deref(), Some(*code), "{} {}", peer.name, kind.alg);
            }
            let proof = peer.sign(&header, &claims, &world.issuer).unwrap();
            assert_eq!(world.judge(&wit, &proof).as_deref(), Some("wpt.signature"), "{}", peer.name);
        }
    }
}

/// The same signature under another name of the algorithm: the name is compared with that of the key.
#[test]
fn an_algorithm_that_is_swapped_is_refused() {
    let Some(openssl) = openssl() else { return };
    let world = World::new(&openssl, &KINDS[0]);
    for peer in &mut Peer::all() {
        let header = with(&world.wpt_header(), "alg", "EdDSA");
        let wit = peer.sign(&world.wit_header(), &world.wit_claims(), &world.issuer).unwrap();
        let workload = with(&world.workload, "alg", "EdDSA");
        let proof = peer.sign(&header, &world.wpt_claims(&wit), &workload).unwrap();
        assert_eq!(world.judge(&wit, &proof).as_deref(), Some("wpt.alg_mismatch"), "{}", peer.name);

        let header = with(&world.wit_header(), "alg", "EdDSA");
        let issuer = with(&world.issuer, "alg", "EdDSA");
        let wit = peer.sign(&header, &world.wit_claims(), &issuer).unwrap();
        let proof = peer.sign(&world.wpt_header(), &world.wpt_claims(&wit), &world.workload).unwrap();
        assert_eq!(world.judge(&wit, &proof).as_deref(), Some("wit.alg_mismatch"), "{}", peer.name);
    }
}
