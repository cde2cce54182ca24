//! Every algorithm of the build, from a key to a caller who is known, through each command that takes keys.
#![allow(clippy::unwrap_used, reason = "outside #[test] functions too, a test fails by a panic")]

mod workshop;

use std::io::Write as _;
use std::sync::Once;
use wimse::creds::key::{Algorithm, Backend};
use workshop::{NOW, Workshop};

const RECIPIENT: &str = "[recipient]\naudience-bases = [\"https://api.example.com\"]\n";
const DOMAIN: &str =
    "[[domains]]\norigin = \"wimse://example.com\"\nissuers = [\"https://id.example.com\"]\n";
const REQUEST: &str = "POST /orders HTTP/1.1\r\nHost: api.example.com\r\nContent-Length: 4\r\n\r\nbook";
const ANSWER: &str = "HTTP/1.1 201 Created\r\nContent-Length: 2\r\n\r\nok";

/// Kinds of keys, with their algorithms, the usual one first.
const KINDS: [&[&str]; 5] = [
    &["ES256"],
    &["ES384"],
    &["ES512"],
    &["Ed25519", "EdDSA"],
    &["PS256", "PS384", "PS512", "RS256", "RS384", "RS512"],
];

fn kinds() -> Vec<&'static [&'static str]> {
    let in_build = |algorithms: &&[&str]| algorithms[0].parse::<Algorithm>().is_ok();
    let (kinds, others): (Vec<_>, Vec<_>) = KINDS.into_iter().partition(in_build);
    static SAID: Once = Once::new();
    SAID.call_once(|| {
        for alg in others.concat() {
            let _ = writeln!(std::io::stderr(), "skipped: {alg}");
        }
    });
    assert_eq!(kinds.iter().map(|kind| kind.len()).sum::<usize>(), Algorithm::all().count());
    kinds
}

fn names() -> Vec<&'static str> {
    kinds().concat()
}

/// An issuer without key id and a workload, both with keys for one algorithm.
fn shop(alg: &str) -> Workshop {
    let shop = Workshop::new();
    for name in ["issuer", "workload"] {
        let (private, public) = (format!("{name}.jwk.json"), format!("{name}.pub.jwk.json"));
        shop.make(&["key", "generate", "--alg", alg, "--out", &private, "--public-out", &public]);
    }
    shop.write("issuer.jwks.json", shop.make(&["key", "public", "issuer.jwk.json", "--format", "jwks"]));
    shop.write("issuer.pub.pem", shop.make(&["key", "public", "issuer.jwk.json", "--format", "pem"]));
    trust(&shop, "jwks = [\"issuer.jwks.json\"]");
    shop.write("order.http", REQUEST);
    shop.write("answer.http", ANSWER);
    shop
}

fn trust(shop: &Workshop, keys: &str) {
    shop.write("wimse.toml", format!("{RECIPIENT}{DOMAIN}{keys}\n"));
}

fn issue(shop: &Workshop) -> String {
    let subject = ["wit", "issue", "--sub", "wimse://example.com/billing", "--iss", "https://id.example.com"];
    let keys = ["--key", "workload.pub.jwk.json", "--issuer-key", "issuer.jwk.json", "--now", NOW];
    shop.make(&[&subject[..], &keys[..]].concat())
}

#[test]
fn every_algorithm_goes_all_the_way() {
    for alg in names() {
        let shop = shop(alg);
        shop.write("wit.jwt", issue(&shop));
        shop.make(&["key", "convert", "workload.jwk.json", "--to", "pem", "--out", "workload.pem"]);
        let inspected = shop.document(&["wit", "inspect", "wit.jwt"]);
        assert_eq!((inspected.0, &inspected.1["unverified_key"]["alg"]), (0, &alg.into()), "{}", inspected.1);

        // As an anchor a key without `alg` stays usable with all of its kind, whatever the usual one is.
        for keys in ["keys = [\"issuer.pub.pem\"]", "jwks = [\"issuer.jwks.json\"]"] {
            trust(&shop, keys);
            let verified = shop.document(&["wit", "verify", "wit.jwt", "--now", NOW]);
            assert_eq!((verified.0, &verified.1["key"]["alg"]), (0, &alg.into()), "{keys}: {}", verified.1);
        }

        // PEM tells no algorithm: it is that of the WIT.
        for key in ["workload.pem", "workload.jwk.json"] {
            let own = ["--wit", "wit.jwt", "--key", key, "--now", NOW];
            let create = ["wpt", "create", "--request", "order.http"];
            shop.write("proven.http", shop.make(&[&create[..], &own].concat()));
            let sign = ["httpsig", "sign", "order.http", "--require-signed-response"];
            shop.write("signed.http", shop.make(&[&sign[..], &own].concat()));
            let answer = ["httpsig", "sign", "answer.http", "--for", "signed.http"];
            shop.write("answered.http", shop.make(&[&answer[..], &own].concat()));
            let of_answer = ["httpsig", "verify", "--response", "answered.http", "--request", "signed.http"];
            let expected = ["--expect", "wimse://example.com/billing", "--now", NOW];
            for command in [
                &["wpt", "verify", "proven.http", "--now", NOW][..],
                &["explain", "proven.http", "--now", NOW],
                &["httpsig", "verify", "signed.http", "--now", NOW],
                &["explain", "signed.http", "--now", NOW],
                &[&of_answer[..], &expected].concat(),
            ] {
                shop.make(command);
            }
            // The twin: another path, and another body.
            shop.write("proven.http", shop.read("proven.http").replacen("/orders", "/refunds", 1));
            shop.write("signed.http", shop.read("signed.http").replacen("book", "boat", 1));
            let code = |arguments: &[&str]| {
                let (exit, document) = shop.document(arguments);
                assert_eq!(exit, 1, "{document}");
                document["requests"][0]["refusal"]["code"].as_str().unwrap().to_owned()
            };
            assert_eq!(code(&["wpt", "verify", "proven.http", "--now", NOW]), "wpt.audience_mismatch");
            assert_eq!(code(&["httpsig", "verify", "signed.http", "--now", NOW]), "httpsig.digest_mismatch");
        }
    }
}

/// Everything that a backend of this build can sign alike is signed alike.
#[test]
fn signatures_are_reproducible_but_for_pss() {
    for alg in names() {
        let shop = shop(alg);
        let wit = issue(&shop);
        shop.write("wit.jwt", &wit);
        let own = ["--wit", "wit.jwt", "--key", "workload.jwk.json", "--now", NOW];
        let nonce = ["--nonce", "AAECAwQFBgcICQoLDA0ODw"];
        let proof = [&["wpt", "create", "--request", "order.http"], &own[..], &nonce].concat();
        let signed = [&["httpsig", "sign", "order.http"], &own[..], &nonce].concat();
        let again = [issue(&shop) == wit, shop.make(&proof) == shop.make(&proof)];
        let again = [&again[..], &[shop.make(&signed) == shop.make(&signed)]].concat();
        let algorithm: Algorithm = alg.parse().unwrap();
        let expected = Backend::Pure.supports(algorithm) || alg.starts_with("RS") || alg.starts_with("Ed");
        assert_eq!(again, [expected; 3], "{alg}");
    }
}

#[test]
fn every_key_has_every_form() {
    for kind in kinds() {
        for alg in kind {
            let shop = Workshop::new();
            shop.make(&["key", "generate", "--alg", alg, "--out", "key.jwk.json", "--kid", "one"]);
            let thumbprint = shop.make(&["key", "thumbprint", "key.jwk.json"]);
            shop.make(&["key", "convert", "key.jwk.json", "--to", "der", "--out", "key.der"]);
            let (_, made) =
                shop.document(&["key", "convert", "key.jwk.json", "--to", "pem", "--out", "key.pem"]);
            let lost = if *alg == kind[0] { vec!["kid"] } else { vec!["kid", "alg"] };
            assert_eq!(made["not_kept"], serde_json::json!(lost), "{alg}");
            for (half, out) in [("key.jwk.json", "key.pub.jwk.json"), ("key.pem", "usual.pub.jwk.json")] {
                shop.make(&["key", "public", half, "--out", out]);
            }
            shop.make(&["key", "convert", "key.pub.jwk.json", "--to", "pem", "--out", "key.pub.pem"]);
            shop.make(&["key", "convert", "key.pub.jwk.json", "--to", "der", "--out", "key.pub.der"]);

            for (file, same) in [
                ("key.der", "key.jwk.json"),
                ("key.pem", "key.jwk.json"),
                ("key.pub.der", "key.pub.jwk.json"),
                ("key.pub.pem", "key.pub.jwk.json"),
            ] {
                assert_eq!(shop.make(&["key", "thumbprint", file]), thumbprint, "{alg} {file}");
                let back = ["key", "convert", file, "--to", "jwk", "--alg", alg, "--kid", "one", "--force"];
                shop.make(&[&back[..], &["--out", "back.jwk.json"]].concat());
                assert_eq!(shop.read("back.jwk.json"), shop.read(same), "{alg} {file}");
            }
            let usual = shop.read("usual.pub.jwk.json");
            assert!(usual.starts_with(&format!("{{\"alg\":\"{}\"", kind[0])), "{usual}");
        }
    }
}

/// The refusal names what fits the very key.
#[test]
fn a_wrong_algorithm_is_told_the_right_one() {
    for kind in kinds() {
        let shop = Workshop::new();
        shop.make(&["key", "generate", "--alg", kind[0], "--out", "key.jwk.json"]);
        shop.make(&["key", "convert", "key.jwk.json", "--to", "pem", "--out", "key.pem"]);
        let jwk = shop.read("key.jwk.json");
        for alg in names() {
            let fits = kind.contains(&alg);
            let (exit, document) = shop.document(&["key", "public", "key.pem", "--alg", alg]);
            assert_eq!(exit, i32::from(!fits), "{document}");
            let wrong = jwk.replacen(&format!("\"alg\":\"{}\"", kind[0]), &format!("\"alg\":\"{alg}\""), 1);
            shop.make(&["key", "generate", "--alg", kind[0], "--out", "wrong.jwk.json", "--force"]);
            shop.write("wrong.jwk.json", wrong);
            let (exit, of_jwk) = shop.document(&["key", "public", "wrong.jwk.json"]);
            assert_eq!(exit, i32::from(!fits), "{of_jwk}");
            if fits {
                continue;
            }
            for document in [document, of_jwk] {
                assert_eq!(document["refusal"]["code"], "key.alg_mismatch");
                let fix = document["refusal"]["fix"].as_str().unwrap();
                let words = fix.split([' ', ',', ':']);
                let mut named: Vec<&str> = words.filter(|word| names().contains(word)).collect();
                named.sort_unstable();
                named.dedup();
                let mut expected = kind.to_vec();
                expected.sort_unstable();
                assert_eq!(named, expected, "{fix}");
            }
        }
    }
}

#[test]
fn rsa_keys_have_the_size_that_is_asked_for() {
    let shop = Workshop::new();
    let make = |alg: &str, bits: &[&str]| {
        let arguments = ["key", "generate", "--alg", alg, "--out", "key.jwk.json", "--force"];
        let (exit, document) = shop.document(&[&arguments[..], bits].concat());
        (exit, document["bits"].as_u64(), document["public_key"]["n"].as_str().map(str::len))
    };
    assert_eq!(make("ES256", &[]), (0, None, None));
    assert_eq!(make("ES256", &["--bits", "2048"]).0, 2);
    if names().contains(&"PS256") {
        assert_eq!(make("PS256", &[]), (0, Some(2048), Some(342)));
        assert_eq!(make("RS512", &["--bits", "2048"]), (0, Some(2048), Some(342)));
        assert_eq!(make("PS256", &["--bits", "3072"]), (0, Some(3072), Some(512)));
        for bits in ["1024", "2049", "8192", "-1", "many", ""] {
            assert_eq!(make("PS256", &["--bits", bits]).0, 2, "{bits}");
        }
    }
}

/// Lists of algorithms in the configuration, of issuer and of workload.
#[test]
fn algorithms_that_are_not_listed_are_refused() {
    for alg in names() {
        let shop = shop(alg);
        shop.write("wit.jwt", issue(&shop));
        let judge = |wit: String, domain: String| {
            let keys = "jwks = [\"issuer.jwks.json\"]";
            shop.write("wimse.toml", format!("{RECIPIENT}{wit}\n{DOMAIN}{keys}\n{domain}\n"));
            let (_, document) = shop.document(&["wit", "verify", "wit.jwt", "--now", NOW]);
            document["refusal"]["code"].as_str().map(str::to_owned)
        };
        let other = if alg == "ES256" { "Ed25519" } else { "ES256" };
        let proof = |alg: &str| format!("[wit]\nproof-algorithms = [\"{alg}\"]");
        let issuer = |alg: &str| format!("algorithms = [\"{alg}\"]");
        assert_eq!(judge(proof(alg), issuer(alg)), None, "{alg}");
        assert_eq!(judge(proof(other), issuer(alg)).as_deref(), Some("wit.cnf_alg_not_allowed"), "{alg}");
        assert_eq!(judge(proof(alg), issuer(other)).as_deref(), Some("wit.alg_not_allowed"), "{alg}");
    }
}

#[test]
fn the_version_tells_backends_and_algorithms() {
    let shop = Workshop::new();
    let long = shop.make(&["--version"]);
    let rows: Vec<Vec<&str>> = long.lines().map(|line| line.split_whitespace().collect()).collect();
    let version = ["wimse", env!("CARGO_PKG_VERSION")];
    assert_eq!(rows[0], version);
    let listed = |row: &[&str]| -> Vec<String> {
        row[1..].iter().map(|word| word.trim_end_matches(',').to_owned()).collect()
    };
    let backends: Vec<String> = Backend::available().map(|backend| backend.name().to_owned()).collect();
    let algorithms: Vec<String> = Algorithm::all().map(|algorithm| algorithm.name().to_owned()).collect();
    assert_eq!((rows[1][0], rows[2][0]), ("backends", "algorithms"));
    assert_eq!(listed(&rows[1]), backends);
    assert_eq!(listed(&rows[2]), algorithms);
    assert_eq!(shop.make(&["-V"]).split_whitespace().collect::<Vec<_>>(), version);
}
