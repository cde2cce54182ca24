//! Keys that nobody should have, from OpenSSL, and signatures with another padding than that of the name: each is
//! refused by its code, beside a twin that is accepted.

use crate::kind::{Kind, has, kinds};
use crate::openssl::{openssl, rsa_jwk};
use crate::peer::Peer;
use crate::world::{World, public, with};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Value, json};
use std::fs;
use std::path::Path;

const WEAK: [(&str, &[&str]); 2] = [
    ("1,024 bits", &["-algorithm", "RSA", "-pkeyopt", "rsa_keygen_bits:1024"]),
    (
        "exponent 3",
        &["-algorithm", "RSA", "-pkeyopt", "rsa_keygen_bits:2048", "-pkeyopt", "rsa_keygen_pubexp:3"],
    ),
];

fn of(alg: &str) -> Option<&'static Kind> {
    has(alg).then(|| kinds().find(|kind| kind.alg == alg).unwrap())
}

/// In a file, as an anchor, and bound by a WIT of somebody else.
#[test]
fn weak_rsa_keys_are_refused_everywhere() {
    let (Some(openssl), Some(kind)) = (openssl(), of("PS256")) else { return };
    let world = World::new(&openssl, kind);
    let shop = &world.shop;
    let good = ("the twin", &["-algorithm", "RSA", "-pkeyopt", "rsa_keygen_bits:2048"][..]);
    for (name, options) in WEAK.into_iter().chain([good]) {
        let code = (name != good.0).then_some("key.weak");
        shop.run(&openssl, &[&["genpkey"], options, &["-out", "tried.pem"]].concat());
        shop.run(&openssl, &["pkey", "-in", "tried.pem", "-pubout", "-out", "tried.pub.pem"]);
        let jwk = rsa_jwk(shop, &openssl, "tried.pem", "PS256");
        shop.write("tried.pub.jwk.json", jwk.to_string());
        for file in ["tried.pem", "tried.pub.pem", "tried.pub.jwk.json"] {
            let (exit, document) = shop.document(&["key", "thumbprint", file]);
            assert_eq!(document["refusal"]["code"].as_str(), code, "{name} {file}");
            assert_eq!(exit, i32::from(code.is_some()));
            if file == "tried.pem" {
                continue;
            }
            let domain = "[[domains]]\norigin = \"wimse://example.com\"\n";
            shop.write("tried.toml", format!("{domain}keys = [\"{file}\"]\n"));
            let (_, document) = shop.document(&["config", "check", "tried.toml"]);
            assert_eq!(document["problems"][0]["code"].as_str(), code, "{name} {file}: {document}");
        }
        for peer in &mut Peer::all() {
            let claims = with(&world.wit_claims(), "cnf", json!({ "jwk": jwk }));
            shop.write("tried.jwt", peer.sign(&world.wit_header(), &claims, &world.issuer).unwrap());
            let (_, document) = shop.document(&["wit", "verify", "tried.jwt", "--now", crate::NOW]);
            let expected = code.map(|_| "wit.cnf_weak");
            assert_eq!(document["refusal"]["code"].as_str(), expected, "{name} {}", peer.name);
        }
    }
}

/// One thing of the key in a WIT is changed; everything else is as in what is accepted.
#[test]
fn keys_with_one_wrong_member_are_refused() {
    let Some(openssl) = openssl() else { return };
    for kind in kinds() {
        let world = World::new(&openssl, kind);
        let good = public(&world.workload);
        let hostile = match kind.alg {
            "PS256" | "RS256" => rsa_changes(&good),
            "ES384" => curve_changes(&world, &openssl, &good),
            _ => continue,
        };
        for peer in &mut Peer::all() {
            let mut judge = |jwk: &Value| {
                let claims = with(&world.wit_claims(), "cnf", json!({ "jwk": jwk }));
                let wit = peer.sign(&world.wit_header(), &claims, &world.issuer).unwrap();
                let proof = peer.sign(&world.wpt_header(), &world.wpt_claims(&wit), &world.workload).unwrap();
                (world.judge(&wit, &proof), peer.name)
            };
            assert_eq!(judge(&good).0, None, "{}", kind.alg);
            for (code, jwk) in &hostile {
                let (refused, name) = judge(jwk);
                assert_eq!(refused.as_deref(), Some(*code), "{name} {jwk}");
            }
        }
    }
}

fn rsa_changes(good: &Value) -> Vec<(&'static str, Value)> {
    let n = URL_SAFE_NO_PAD.decode(good["n"].as_str().unwrap()).unwrap();
    let encoded = |bytes: &[u8]| URL_SAFE_NO_PAD.encode(bytes);
    let mut even = n.clone();
    *even.last_mut().unwrap() &= 0xfe;
    vec![
        ("wit.cnf_member", with(good, "n", encoded(&[&[0], &n[..]].concat()))),
        ("wit.cnf_member", with(good, "e", encoded(&[0, 1, 0, 1]))),
        ("wit.cnf_member", with(good, "n", good["n"].as_str().unwrap().to_owned() + "=")),
        ("wit.cnf_weak", with(good, "n", encoded(&even))),
        ("wit.cnf_weak", with(good, "e", encoded(&[3]))),
        ("wit.cnf_weak", with(good, "n", encoded(&n[..n.len() / 2]))),
        ("wit.cnf_alg_mismatch", with(good, "alg", "ES256")),
    ]
}

/// Keys of other curves, under the names of this one and under their own.
fn curve_changes(world: &World, openssl: &Path, good: &Value) -> Vec<(&'static str, Value)> {
    let shop = &world.shop;
    let point = |curve: &str, bytes: usize| {
        let curve = format!("ec_paramgen_curve:{curve}");
        shop.run(openssl, &["genpkey", "-algorithm", "EC", "-pkeyopt", &curve, "-out", "other.pem"]);
        shop.run(openssl, &["pkey", "-in", "other.pem", "-pubout", "-outform", "DER", "-out", "other.der"]);
        let der = fs::read(shop.path("other.der")).unwrap();
        let (x, y) = der[der.len() - 2 * bytes..].split_at(bytes);
        [x, y].map(|number| URL_SAFE_NO_PAD.encode(number))
    };
    let at = |crv: &str, [x, y]: [String; 2]| with(&with(&with(good, "crv", crv), "x", x), "y", y);
    vec![
        // 48 bytes for a coordinate, as P-384 has.
        ("wit.cnf_not_on_curve", at("P-384", point("brainpoolP384r1", 48))),
        ("wit.cnf_member", at("P-384", point("P-256", 32))),
        ("wit.cnf_alg_mismatch", at("P-256", point("P-256", 32))),
        ("wit.cnf_unsupported", at("secp256k1", point("secp256k1", 32))),
        ("wit.cnf_alg_mismatch", with(good, "alg", "ES256")),
    ]
}

/// The name says PSS, and OpenSSL signs with another padding or another length of the salt.
#[test]
fn rsa_signatures_with_another_padding_are_refused() {
    let (Some(openssl), Some(kind)) = (openssl(), of("PS256")) else { return };
    let world = World::new(&openssl, kind);
    let shop = &world.shop;
    let encoded = |part: Value| URL_SAFE_NO_PAD.encode(part.to_string());
    let signed = [encoded(world.wit_header()), encoded(world.wit_claims())].join(".");
    shop.write("signed", &signed);
    let pss = |salt: &'static str| vec!["-sigopt", "rsa_padding_mode:pss", "-sigopt", salt];
    for (code, options) in [
        (None, pss("rsa_pss_saltlen:digest")),
        (None, pss("rsa_pss_saltlen:32")),
        (Some("wit.signature"), pss("rsa_pss_saltlen:0")),
        (Some("wit.signature"), pss("rsa_pss_saltlen:20")),
        (Some("wit.signature"), pss("rsa_pss_saltlen:max")),
        (Some("wit.signature"), vec!["-sigopt", "rsa_padding_mode:pkcs1"]),
        (
            Some("wit.signature"),
            [pss("rsa_pss_saltlen:digest"), vec!["-sigopt", "rsa_mgf1_md:sha1"]].concat(),
        ),
    ] {
        let sign = ["dgst", "-sha256", "-sign", "issuer.pem", "-out", "signature"];
        shop.run(&openssl, &[&sign[..], &options, &["signed"]].concat());
        let signature = URL_SAFE_NO_PAD.encode(fs::read(shop.path("signature")).unwrap());
        shop.write("tried.jwt", format!("{signed}.{signature}"));
        let (_, document) = shop.document(&["wit", "verify", "tried.jwt", "--now", crate::NOW]);
        assert_eq!(document["refusal"]["code"].as_str(), code, "{options:?}");
    }
}
