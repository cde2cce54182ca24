//! A JWS with one given key: the layer under the tokens.

use serde_json::{Value, json};

use super::{
    super::{
        Cases,
        rsa::{self, ISSUER_PS256, ISSUER_RS256, PS256, PS256_KEY_RS256, RS256, RS256_KEY_PS256},
        tokens::{
            ISSUER_ED25519, ISSUER_ES256, ISSUER_ES384, KeyPair, Members, NEXT_ISSUER_ES256,
            OTHER_ISSUER_ES384, WORKLOAD_ES256, base64url, sign, wit_claims,
        },
    },
    Refused, refuse,
};
use crate::vector::{Bytes, Vector};

const PAYLOAD: &str = r#"{"a":1}"#;

pub(super) fn vectors() -> Cases {
    let twin = verify("jws-es256", ISSUER_ES256, "ES256", "A signature with ES256.")?;
    let edwards =
        verify("jws-ed25519", ISSUER_ED25519, "Ed25519", "A signature with Ed25519.")?.needs("Ed25519");
    let mut older = ISSUER_ED25519.public_jwk();
    older["alg"] = json!("EdDSA");
    let older = verify("jws-eddsa", ISSUER_ED25519, "EdDSA", "A signature with EdDSA, the older name.")?
        .needs("EdDSA")
        .config("key", older);
    let mut vectors = vec![twin.clone(), edwards.clone(), older.clone()];
    vectors.extend(algorithms(&twin, &edwards, &older)?);
    vectors.extend(signatures(&twin, &edwards)?);
    vectors.extend(headers(&twin)?);
    vectors.extend(issuers()?);
    Ok(vectors)
}

fn head(algorithm: &str) -> Members {
    Members::of([]).string("alg", algorithm)
}

fn verify(
    id: &str,
    key: KeyPair,
    algorithm: &str,
    comment: &str,
) -> Result<Vector, Box<dyn std::error::Error>> {
    let jws = sign(key, &head(algorithm).text(), PAYLOAD)?;
    Ok(given(id, key.public_jwk(), &jws, &["ES256", "Ed25519", "EdDSA"], comment)
        .output("payload", Bytes::from(PAYLOAD.as_bytes())))
}

fn given(id: &str, key: Value, jws: &str, algorithms: &[&str], comment: &str) -> Vector {
    Vector::accepted(id, "jws.verify", comment)
        .requires(&["WIT-5.1-2", "WIT-5.1-3", "WIT-5.1-17", "WIT-5.1.4-1", "WIT-5.1.4-4"])
        .input_bytes("jws", jws)
        .config("key", key)
        .config("algorithms", algorithms)
}

/// A key by itself: without the name that an issuer has for it, and for this algorithm.
fn nameless(key: KeyPair, algorithm: &str) -> Value {
    serde_json::from_str(&key.public().without("kid").string("alg", algorithm).text()).unwrap_or_default()
}

/// The other algorithms of issuers; what is signed is the usual token.
fn issuers() -> Cases {
    let claims = wit_claims(WORKLOAD_ES256);
    let by_es384 =
        |algorithm: &str| sign(ISSUER_ES384, &rsa::header(algorithm, "issuer-es384").text(), &claims.text());
    let rs256 = rsa::token(&rsa::header("RS256", "issuer-rs256"), RS256);
    let ps256 = rsa::token(&rsa::header("PS256", "issuer-ps256"), PS256);
    let rs256_by_ps256 = rsa::token(&rsa::header("PS256", "issuer-rs256"), RS256_KEY_PS256);
    let ps256_by_rs256 = rsa::token(&rsa::header("RS256", "issuer-ps256"), PS256_KEY_RS256);
    let changed = base64url(claims.clone().string("sub", "wimse://example.com/admin").text());
    let rows = [
        ("RS256", ISSUER_RS256, ISSUER_PS256, rs256, "alg is PS256, and so is the signature", rs256_by_ps256),
        ("PS256", ISSUER_PS256, ISSUER_RS256, ps256, "alg is RS256, and so is the signature", ps256_by_rs256),
        ("ES384", ISSUER_ES384, OTHER_ISSUER_ES384, by_es384("ES384")?, "alg is ES256", by_es384("ES256")?),
    ];
    let mut vectors = Vec::new();
    for (algorithm, key, other_key, jws, swap, swapped) in rows {
        let name = algorithm.to_lowercase();
        let id = |end: &str| format!("jws-{name}{end}");
        // Those that the key could be used with: whoever has one of them has the other.
        let allowed = if algorithm == "ES384" { ["ES256", "ES384"] } else { ["PS256", "RS256"] };
        let comment = format!("A signature with {algorithm}.");
        let twin = given(&id(""), nameless(key, algorithm), &jws, &allowed, &comment)
            .output("payload", Bytes::from(claims.text().as_bytes()));
        let parts: Vec<_> = jws.split('.').collect();
        let [header, _, signature] = parts[..] else { continue };
        let refused = |end: &str, code: &str, differs: &str, comment: &str| {
            twin.refused(&id(end), &[code], differs, comment).requires(&["WIT-5.1.4-4"])
        };
        let other = "signed with another key";
        vectors.extend([
            refused("-other-key", "jws.signature", other, "Somebody else has signed it.")
                .config("key", nameless(other_key, algorithm)),
            refused(
                "-other-signature",
                "jws.signature",
                "the signature of another payload",
                "A signature that is right for something else.",
            )
            .input_bytes("jws", format!("{header}.{changed}.{signature}")),
            refused(
                "-key-other-alg",
                "jws.alg_mismatch",
                swap,
                "The key decides on the algorithm, not the token.",
            )
            .requires(&["WIT-5.1-2", "WIT-5.1.4-8"])
            .input_bytes("jws", swapped),
        ]);
        vectors.push(twin);
    }
    Ok(vectors)
}

/// Refused inputs: as [`refuse`], for the name that this operation has for a token.
fn refused<'a>(
    twin: &Vector,
    requirements: &'a [&'a str],
    code: &'a str,
    rows: impl IntoIterator<Item = Refused<'a>>,
) -> impl Iterator<Item = Vector> {
    refuse(twin, requirements, code, rows).into_iter().map(|mut vector| {
        let jws = vector.input.remove("token").unwrap_or(Value::Null);
        vector.input("jws", jws)
    })
}

fn algorithms(twin: &Vector, edwards: &Vector, older: &Vector) -> Cases {
    let by = |key: KeyPair, algorithm: &str| sign(key, &head(algorithm).text(), PAYLOAD);
    let requirements = ["WIT-5.1-2", "WIT-5.1.4-8"];
    let mut vectors: Vec<_> = refused(
        twin,
        &requirements,
        "jws.alg_mismatch",
        [(
            "jws-es256-key-other-alg",
            by(ISSUER_ES256, "Ed25519")?,
            "alg is Ed25519",
            "The key decides on the algorithm, not the token.",
        )],
    )
    .collect();
    vectors.extend(refused(
        edwards,
        &requirements,
        "jws.alg_mismatch",
        [
            (
                "jws-ed25519-key-eddsa",
                by(ISSUER_ED25519, "EdDSA")?,
                "alg is EdDSA",
                "Two names are two algorithms.",
            ),
            (
                "jws-ed25519-key-es256",
                by(ISSUER_ED25519, "ES256")?,
                "alg is ES256",
                "The key decides on the algorithm, not the token.",
            ),
        ],
    ));
    vectors.extend(refused(
        older,
        &requirements,
        "jws.alg_mismatch",
        [(
            "jws-eddsa-key-ed25519",
            by(ISSUER_ED25519, "Ed25519")?,
            "alg is Ed25519",
            "Two names are two algorithms.",
        )],
    ));
    vectors.push(
        twin.refused(
            "jws-not-allowed",
            &["jws.alg_mismatch"],
            "ES256 is not allowed",
            "An algorithm that the caller does not accept.",
        )
        .requires(&requirements)
        .config("algorithms", vec!["Ed25519", "EdDSA"]),
    );
    for (id, alg, code) in [
        ("jws-none", "none", "jws.alg_none"),
        ("jws-hs256", "HS256", "jws.alg_symmetric"),
        ("jws-ecdh-es", "ECDH-ES", "jws.alg_encryption"),
        ("jws-unknown", "ES256K-R", "jws.alg_unsupported"),
    ] {
        let differs = format!("alg is {alg}");
        vectors.extend(
            refused(
                twin,
                &["WIT-5.1-2", "WIT-5.1-3"],
                code,
                [(
                    id,
                    by(ISSUER_ES256, alg)?,
                    differs.as_str(),
                    "Not an algorithm of asymmetric signatures.",
                )],
            )
            .collect::<Vec<_>>(),
        );
    }
    Ok(vectors)
}

fn signatures(twin: &Vector, edwards: &Vector) -> Cases {
    let requirements = ["WIT-5.1.4-4"];
    let jws = sign(ISSUER_ES256, &head("ES256").text(), PAYLOAD)?;
    let other_payload = sign(ISSUER_ES256, &head("ES256").text(), r#"{"a":2}"#)?;
    let mixed = format!(
        "{}.{}",
        jws.rsplit_once('.').map_or("", |(signed, _)| signed),
        other_payload.rsplit_once('.').map_or("", |(_, signature)| signature)
    );
    let mut vectors: Vec<_> = refused(
        twin,
        &requirements,
        "jws.signature",
        [
            (
                "jws-other-key",
                sign(NEXT_ISSUER_ES256, &head("ES256").text(), PAYLOAD)?,
                "signed with another key",
                "Somebody else has signed it.",
            ),
            (
                "jws-other-signature",
                mixed,
                "the signature of another payload",
                "A signature that is right for something else.",
            ),
        ],
    )
    .collect();
    vectors.extend(refused(
        edwards,
        &requirements,
        "jws.signature",
        [(
            "jws-ed25519-by-es256",
            sign(ISSUER_ES256, &head("Ed25519").text(), PAYLOAD)?,
            "signed with another key",
            "Somebody else has signed it.",
        )],
    ));
    Ok(vectors)
}

fn headers(twin: &Vector) -> Cases {
    let requirements = ["WIT-5.1.4-1", "WIT-5.1.4-7"];
    let with = |change: fn(Members) -> Members| sign(ISSUER_ES256, &change(head("ES256")).text(), PAYLOAD);
    let mut vectors: Vec<_> = refused(
        twin,
        &requirements,
        "jws.crit",
        [(
            "jws-crit",
            with(|h| h.set("b64", "false").set("crit", r#"["b64"]"#))?,
            "crit names b64",
            "An extension that must be understood and is not.",
        )],
    )
    .collect();
    vectors.extend(refused(
        twin,
        &requirements,
        "jws.duplicate_member",
        [(
            "jws-twice-alg",
            with(|h| h.add("alg", "\"ES256\""))?,
            "alg is there twice",
            "One parser takes the first and another the last.",
        )],
    ));
    vectors.extend(refused(
        twin,
        &requirements,
        "jws.alg_missing",
        [("jws-alg-missing", with(|h| h.without("alg"))?, "no alg", "The algorithm is left to be guessed.")],
    ));
    vectors.extend(refused(
        twin,
        &requirements,
        "jws.malformed",
        [(
            "jws-two-parts",
            "eyJhbGciOiJFUzI1NiJ9.eyJhIjoxfQ".to_owned(),
            "no signature",
            "Something that nobody has signed.",
        )],
    ));
    Ok(vectors)
}
