//! Keys: what is a usable public key, for a workload and for an issuer.

use serde_json::json;

use super::super::{
    Cases,
    rsa::ISSUER_RS256,
    tokens::{ISSUER_ED25519, ISSUER_ES256, Members, WORKLOAD_ED25519, WORKLOAD_ES256},
};
use crate::vector::{Expectation, Vector};

pub(super) fn vectors() -> Cases {
    let mut vectors = confirmation();
    vectors.extend(anchor());
    Ok(vectors)
}

fn parse(id: &str, purpose: &str, jwk: &Members, comment: &str) -> Vector {
    Vector::accepted(id, "jwk.parse", comment)
        .requires(&["WIT-5.1-9", "WIT-5.1-12", "WIT-5.1-17"])
        .input_bytes("jwk", jwk.text())
        .config("purpose", purpose)
}

/// A refused key: id, requirements, codes, the key, what differs, the attack or the mistake.
type Refused<'a> = (&'a str, &'a [&'a str], &'a str, String, &'a str, &'a str);

fn refuse<'a>(twin: &Vector, rows: impl IntoIterator<Item = Refused<'a>>) -> Vec<Vector> {
    let refused = |(id, requirements, code, jwk, differs, comment): Refused<'_>| {
        twin.refused(id, &[code], differs, comment).requires(requirements).input_bytes("jwk", jwk)
    };
    rows.into_iter().map(refused).collect()
}

fn confirmation() -> Vec<Vector> {
    let public = WORKLOAD_ES256.public();
    let twin = parse("jwk-confirmation", "confirmation", &public, "The key of a workload.")
        .output("algorithms", json!(["ES256"]))
        .output("kid", json!(null))
        .output("thumbprint", super::WORKLOAD_ES256_THUMBPRINT);
    let edwards = parse(
        "jwk-confirmation-ed25519",
        "confirmation",
        &WORKLOAD_ED25519.public(),
        "An Ed25519 key has the one algorithm that it names.",
    )
    .needs("Ed25519")
    .output("algorithms", json!(["Ed25519"]));
    let rsa = r#"{"alg":"ES256","e":"AQAB","kty":"RSA","n":"sXchDaQebHnPiGvyDOAT4saGEUetSyo9MKLOoWFsueri23bOdgWp4Dy1WlUzewbgBHod5pcM9H95GQRV3JDXboIRROSBigeC5yjU1hGzHHyXss8UDprecbAYxknTcQkhslANGRUZmdTOQ5qTRsLAt6BTYuyvVRdhS8exSZEy_c4gs_7svlJJQ4H9_NxsiIoLwAEk7-Q3UXERGYw_75IDrGA84-lA_-Ct4eTlXHBIY2EaV7t7LjJaynVJCpkv4LKjTTAumiGUIuQhrNhZLuF_RJLqHpM2kgWFLU7-VTdL1VbC2tejvcI2BlMkEpk1BzBZI0KQB0GaDWFLN-aEAw3vRw"}"#;
    let change = |change: fn(Members) -> Members| change(WORKLOAD_ES256.public()).text();
    let shape = ["WIT-5.1-9"];
    let mut vectors = vec![
        twin.clone(),
        edwards,
        parse(
            "jwk-confirmation-members",
            "confirmation",
            &public.string("kid", "June 5").string("use", "sig").set("key_ops", r#"["verify"]"#),
            "Members that allow verification.",
        )
        .output("kid", "June 5"),
    ];
    vectors.extend(refuse(
        &twin,
        [
            (
                "jwk-alg-missing",
                &["WIT-5.1-12"][..],
                "key.alg_missing",
                change(|k| k.without("alg")),
                "no alg",
                "Whoever presents the token would choose the algorithm.",
            ),
            (
                "jwk-alg-none",
                &["WIT-5.1-12", "WIT-5.1-14"],
                "key.alg_none",
                change(|k| k.string("alg", "none")),
                "alg is none",
                "A key without an algorithm makes every proof right.",
            ),
            (
                "jwk-alg-hs256",
                &["WIT-5.1-12", "WIT-5.1-15"],
                "key.alg_symmetric",
                change(|k| k.string("alg", "HS256")),
                "alg is HS256",
                "The public numbers of the key would be the secret.",
            ),
            (
                "jwk-alg-ecdh-es",
                &["WIT-5.1-12", "WIT-5.1-16"],
                "key.alg_encryption",
                change(|k| k.string("alg", "ECDH-ES")),
                "alg is ECDH-ES",
                "An algorithm for encryption.",
            ),
            (
                "jwk-alg-number",
                &["WIT-5.1-12"],
                "key.member",
                change(|k| k.set("alg", "7")),
                "alg is a number",
                "A member of the wrong type.",
            ),
            (
                "jwk-alg-ed25519",
                &["WIT-5.1-12"],
                "key.alg_mismatch",
                change(|k| k.string("alg", "Ed25519")),
                "alg is Ed25519",
                "The algorithm of another type of key.",
            ),
            (
                "jwk-private",
                &["WIT-9.5-1"],
                "key.private_member",
                WORKLOAD_ES256.private_jwk().to_owned(),
                "d is there",
                "A private key where a public one belongs.",
            ),
            (
                "jwk-private-null",
                &["WIT-9.5-1"],
                "key.private_member",
                change(|k| k.set("d", "null")),
                "d is null",
                "A private key with a part removed.",
            ),
            (
                "jwk-symmetric",
                &["WIT-5.1-9", "WIT-5.1-15"],
                "key.symmetric",
                r#"{"alg":"HS256","k":"AAAA","kty":"oct"}"#.to_owned(),
                "a symmetric key",
                "Everyone who sees it can make proofs.",
            ),
            (
                "jwk-curve-unknown",
                &shape,
                "key.unsupported",
                change(|k| k.string("crv", "P-257")),
                "crv is P-257",
                "A curve that does not exist.",
            ),
            (
                "jwk-rsa-es256",
                &shape,
                "key.unsupported",
                rsa.to_owned(),
                "an RSA key with alg ES256",
                "The algorithm of another type of key.",
            ),
            (
                "jwk-kty-case",
                &shape,
                "key.unsupported",
                change(|k| k.string("kty", "ec")),
                "kty is ec",
                "Types are case-sensitive.",
            ),
            (
                "jwk-twice-x",
                &shape,
                "key.json",
                change(|k| k.add("x", "\"AAAA\"")),
                "x is there twice",
                "One parser takes the first and another the last.",
            ),
            (
                "jwk-array",
                &shape,
                "key.json",
                format!("[{}]", WORKLOAD_ES256.public().text()),
                "an array of one key",
                "Several keys to choose from.",
            ),
            (
                "jwk-set",
                &shape,
                "key.member_missing",
                format!(r#"{{"keys":[{}]}}"#, WORKLOAD_ES256.public().text()),
                "a set of one key",
                "Several keys to choose from.",
            ),
        ],
    ));
    for vector in vectors.iter_mut().filter(|vector| vector.id == "jwk-rsa-es256") {
        // With RSA in the build, it is the algorithm that does not fit.
        vector.expect =
            Expectation::Reject { codes: vec!["key.unsupported".to_owned(), "key.alg_mismatch".to_owned()] };
    }
    vectors
}

fn anchor() -> Vec<Vector> {
    let requirements = ["WIT-3-4", "WIT-5.1-2", "WIT-5.1.4-8"];
    let public = ISSUER_ES256.public();
    let of = |id: &str, jwk: &Members, algorithms: &[&str], comment: &str| {
        parse(id, "anchor", jwk, comment).requires(&requirements).output("algorithms", json!(algorithms))
    };
    let twin = of("jwk-anchor", &public, &["ES256"], "The key of an issuer.").output("kid", "issuer-es256");
    let edwards = ISSUER_ED25519.public();
    let mut vectors = vec![
        twin.clone(),
        of(
            "jwk-anchor-no-alg",
            &public.without("alg"),
            &["ES256"],
            "Without alg, the algorithms of its curve.",
        ),
        of("jwk-anchor-ed25519", &edwards, &["Ed25519"], "With alg, that one.").needs("Ed25519"),
        of(
            "jwk-anchor-ed25519-no-alg",
            &edwards.without("alg"),
            &["Ed25519", "EdDSA"],
            "Without alg, both names of its curve.",
        )
        .needs("Ed25519"),
    ];
    let change = |change: fn(Members) -> Members| change(ISSUER_ES256.public()).text();
    vectors.extend(refuse(
        &twin,
        [
            (
                "jwk-anchor-private",
                &["WIT-9.5-1"][..],
                "key.private_member",
                ISSUER_ES256.private_jwk().to_owned(),
                "d is there",
                "The private key of an issuer at every verifier.",
            ),
            (
                "jwk-anchor-enc",
                &["WIT-5.1.4-8"],
                "key.usage",
                change(|k| k.string("use", "enc")),
                "use is enc",
                "A key for encryption.",
            ),
            (
                "jwk-anchor-sign-only",
                &["WIT-5.1.4-8"],
                "key.usage",
                change(|k| k.set("key_ops", r#"["sign"]"#)),
                "key_ops is sign",
                "A public key that claims to sign.",
            ),
            (
                "jwk-anchor-wit-svid",
                &["WIT-5.1.4-8"],
                "key.usage",
                change(|k| k.string("use", "wit-svid")),
                "use is wit-svid",
                "An entry of a SPIFFE bundle, read as a plain key.",
            ),
            (
                "jwk-anchor-hs256",
                &["WIT-5.1-2"],
                "key.alg_symmetric",
                change(|k| k.string("alg", "HS256")),
                "alg is HS256",
                "The public numbers of the key would be the secret.",
            ),
            (
                "jwk-anchor-off-curve",
                &["WIT-5.1.4-8"],
                "key.not_on_curve",
                change(|k| k.string("y", "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA")),
                "y is zero",
                "A point that is not on the curve.",
            ),
            (
                "jwk-anchor-kid-number",
                &["WIT-5.1.4-8"],
                "key.member",
                change(|k| k.set("kid", "5")),
                "kid is a number",
                "A member of the wrong type.",
            ),
        ],
    ));
    vectors.extend(rsa_anchor());
    vectors
}

/// RFC 7518 3.3 and 3.5: 2,048 bits or more.
fn rsa_anchor() -> [Vector; 2] {
    let twin = parse("jwk-anchor-rsa", "anchor", &ISSUER_RS256.public(), "An RSA key of 2,048 bits.")
        .requires(&["WIT-5.1-2", "WIT-5.1.4-8"])
        .output("algorithms", json!(["RS256"]));
    let short = twin
        .refused("jwk-anchor-rsa-1024", &["key.weak"], "1,024 bits", "A key that can be factored.")
        .requires(&["WIT-5.1.4-7", "WIT-5.1.4-8"])
        .input_bytes("jwk", ISSUER_RS256.public().string("n", MODULUS_1024).text());
    [twin, short]
}

/// A modulus of 1,024 bits, made once; nobody has its factors.
const MODULUS_1024: &str = "snd_fzFBKiadWVDUk7kyqlgkkEyWKzK9qrDipfoJ6LQ6T5-GOTds8h1MHNSSxjvqMCXnDqK_Y4dKZ4XUkPzcyIqt2InhccJhwqn5NiH0QgfjpwQUJGGPXSDAE5WxfopN7sS5BJMYPDQQD2PjHcOf4zTO7ucXgpmPQmIkMS9-i9c";
