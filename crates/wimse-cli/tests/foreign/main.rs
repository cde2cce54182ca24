//! Round trips with independent implementations: OpenSSL makes the keys, `jose` (Node) and `joserfc` (Python) sign and
//! verify tokens. In the other files: keys alone, and hostile ones.
#![allow(clippy::unwrap_used, reason = "outside #[test] functions too, a test fails by a panic")]

mod hostile_keys;
mod kind;
#[path = "../workshop/openssl.rs"]
mod openssl;
mod openssl_keys;
mod peer;
#[path = "../workshop/mod.rs"]
mod workshop;
mod world;

use kind::{Kind, kinds};
use openssl::openssl;
use peer::Peer;
use serde_json::json;
use workshop::NOW;
use world::{REQUEST, World, public, sha256, with, without};

#[test]
fn what_the_command_makes_verifies_elsewhere() {
    let Some(openssl) = openssl() else { return };
    for kind in kinds() {
        let world = World::new(&openssl, kind);
        let shop = &world.shop;
        let issue = [
            ["wit", "issue", "--sub", "wimse://example.com/billing"],
            ["--iss", "https://id.example.com", "--key", "workload.jwk.json"],
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
            assert_eq!(claims["cnf"]["jwk"], public(&world.workload), "{}", peer.name);
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
    for kind in kinds() {
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
    for kind in kinds() {
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
    for kind in kinds() {
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

/// Another name for keys of the same kind is not the name of the key: it is compared, never obeyed. For RSA it is
/// another padding.
#[test]
fn an_algorithm_that_is_swapped_is_refused() {
    let Some(openssl) = openssl() else { return };
    for kind in kinds() {
        let Kind { other_name: Some(other), .. } = kind else { continue };
        let world = World::new(&openssl, kind);
        for peer in &mut Peer::all() {
            let wit = peer.sign(&world.wit_header(), &world.wit_claims(), &world.issuer).unwrap();
            let proof = peer.sign(&world.wpt_header(), &world.wpt_claims(&wit), &world.workload).unwrap();
            assert_eq!(world.judge(&wit, &proof), None, "{} {}", peer.name, kind.alg);

            let header = with(&world.wpt_header(), "alg", *other);
            let workload = with(&world.workload, "alg", *other);
            let swapped = peer.sign(&header, &world.wpt_claims(&wit), &workload).unwrap();
            let code = world.judge(&wit, &swapped);
            assert_eq!(code.as_deref(), Some("wpt.alg_mismatch"), "{} {}", peer.name, kind.alg);

            let header = with(&world.wit_header(), "alg", *other);
            let wit = peer.sign(&header, &world.wit_claims(), &with(&world.issuer, "alg", *other)).unwrap();
            let proof = peer.sign(&world.wpt_header(), &world.wpt_claims(&wit), &world.workload).unwrap();
            let code = world.judge(&wit, &proof);
            assert_eq!(code.as_deref(), Some("wit.alg_mismatch"), "{} {}", peer.name, kind.alg);
        }
    }
}
