//! What a deployment narrows: the WIT-SVID profile, the deprecated name `EdDSA`, the algorithms of proofs.

use serde_json::json;

use super::{
    super::{
        Cases,
        tokens::{
            ISSUER_ED25519, ISSUER_ES256, KeyPair, Members, WORKLOAD_ED25519, WORKLOAD_ES256, confirmation,
            sign, wit_claims, wit_header,
        },
    },
    Refused, Token, accept, plain, refuse,
};
use crate::vector::Vector;

pub(super) fn vectors() -> Cases {
    let mut vectors = wit_svid()?;
    vectors.extend(eddsa_name()?);
    vectors.extend(proof_algorithms()?);
    Ok(vectors)
}

const SVID: &str = "spiffe://example.com/billing";

/// A token of the profile with changes of header and claims.
fn svid(
    key: KeyPair,
    header: impl FnOnce(Members) -> Members,
    claims: impl FnOnce(Members) -> Members,
) -> Token {
    let claims = claims(wit_claims(WORKLOAD_ES256).string("sub", SVID));
    sign(key, &header(wit_header()).text(), &claims.text())
}

fn wit_svid() -> Cases {
    let requirements = ["WIT-5.1-18", "WIT-5.1.4-7", "WIT-5.1.4-8"];
    let mut keys = [ISSUER_ES256.public_jwk(), ISSUER_ED25519.public_jwk()];
    for key in &mut keys {
        key["use"] = json!("wit-svid");
    }
    let bundle = json!({"spiffe_sequence": 1, "spiffe_refresh_hint": 300, "keys": keys});
    let anchors = json!([
        {"origin": "spiffe://example.com", "spiffe_bundle": bundle},
        {"origin": "wimse://example.com", "jwk_set": {"keys": [super::super::tokens::OTHER_ISSUER_ES256.public_jwk()]}},
    ]);
    let twin = accept(
        "wit-svid",
        &svid(ISSUER_ES256, |h| h, |c| c)?,
        &requirements,
        "A WIT-SVID, with the keys of a SPIFFE bundle.",
    )
    .config("profile", "wit-svid")
    .config("anchors", anchors)
    .output("subject", SVID);
    let mut vectors = vec![twin.clone()];
    let forbidden: [(&str, &str, Token, &str, &str); 7] = [
        (
            "typ",
            "wit.profile_typ",
            svid(ISSUER_ES256, |h| h.string("typ", "application/wit+jwt"), |c| c),
            "typ is application/wit+jwt",
            "The profile has one spelling.",
        ),
        (
            "typ-case",
            "wit.profile_typ",
            svid(ISSUER_ES256, |h| h.string("typ", "WIT+JWT"), |c| c),
            "typ in capital letters",
            "The profile has one spelling.",
        ),
        (
            "alg",
            "wit.profile_alg",
            svid(ISSUER_ED25519, |h| h.string("alg", "Ed25519").string("kid", "issuer-ed25519"), |c| c),
            "signed with Ed25519",
            "The profile has RS*, ES* and PS* only.",
        ),
        (
            "kid",
            "wit.profile_kid",
            svid(ISSUER_ES256, |h| h.without("kid"), |c| c),
            "no kid",
            "The profile demands a kid.",
        ),
        (
            "subject",
            "wit.profile_sub",
            svid(
                super::super::tokens::OTHER_ISSUER_ES256,
                |h| h.string("kid", "other-es256"),
                |c| c.string("sub", super::SUBJECT),
            ),
            "a wimse subject of a trusted domain",
            "The subject of a WIT-SVID is a SPIFFE ID.",
        ),
        (
            "key",
            "wit.profile_cnf_alg",
            svid(ISSUER_ES256, |h| h, |c| c.set("cnf", confirmation(&WORKLOAD_ED25519.public()))),
            "an Ed25519 key in cnf",
            "The profile has RS*, ES* and PS* only.",
        ),
        (
            "audience",
            "wit.aud_present",
            svid(ISSUER_ES256, |h| h, |c| c.string("aud", "spiffe://example.com/api")),
            "an aud",
            "The profile forbids aud.",
        ),
    ];
    for (id, code, token, differs, comment) in forbidden {
        vectors.push(
            twin.refused(&format!("wit-svid-{id}"), &[code], differs, comment).input_bytes("token", token?),
        );
    }
    Ok(vectors)
}

/// RFC 9864 deprecates the name.
fn eddsa_name() -> Cases {
    let with = |name: &str| {
        let cnf = confirmation(&WORKLOAD_ED25519.public().string("alg", name));
        sign(ISSUER_ES256, &wit_header().text(), &wit_claims(WORKLOAD_ES256).set("cnf", cnf).text())
    };
    let twin = accept(
        "wit-eddsa-refused",
        &with("Ed25519")?,
        &["WIT-5.1-12"],
        "A policy that refuses the deprecated name accepts the key.",
    )
    .needs("Ed25519")
    .config("refuse_eddsa_name", true)
    .output("algorithm", "Ed25519");
    let mut vectors = vec![twin.clone()];
    vectors.extend(refuse(
        &twin,
        &["WIT-5.1-12"],
        "wit.cnf_alg_not_allowed",
        [(
            "wit-eddsa-confirmation",
            with("EdDSA")?,
            "alg of the key is EdDSA",
            "A name that the policy refuses.",
        )],
    ));
    vectors.extend(refuse(
        &twin,
        &["WIT-5.1-2", "WIT-5.1.4-8"],
        "wit.alg_not_allowed",
        [(
            "wit-eddsa-header",
            sign(
                ISSUER_ED25519,
                &wit_header().string("alg", "EdDSA").string("kid", "issuer-ed25519").text(),
                &wit_claims(WORKLOAD_ED25519).text(),
            )?,
            "alg of the token is EdDSA",
            "A name that the policy refuses.",
        )],
    ));
    Ok(vectors)
}

fn proof_algorithms() -> Result<Vec<Vector>, Box<dyn std::error::Error>> {
    let twin = plain(
        "wit-proof-algorithms",
        &["WIT-5.1-12", "WIT-5.1.4-5"],
        "A policy that accepts proofs with this algorithm.",
    )?
    .config("proof_algorithms", vec!["ES256"]);
    let with = |jwk: Members| {
        sign(
            ISSUER_ES256,
            &wit_header().text(),
            &wit_claims(WORKLOAD_ES256).set("cnf", confirmation(&jwk)).text(),
        )
    };
    let rows: Vec<Refused<'_>> = vec![
        (
            "wit-proof-algorithm-ed25519",
            with(WORKLOAD_ED25519.public())?,
            "an Ed25519 key in cnf",
            "An algorithm that the policy does not accept.",
        ),
        (
            "wit-proof-algorithm-eddsa",
            with(WORKLOAD_ED25519.public().string("alg", "EdDSA"))?,
            "an EdDSA key in cnf",
            "An algorithm that the policy does not accept.",
        ),
    ];
    let mut vectors = vec![twin.clone()];
    vectors.extend(refuse(&twin, &["WIT-5.1-12", "WIT-5.1.4-5"], "wit.cnf_alg_not_allowed", rows));
    vectors.push(
        twin.refused(
            "wit-proof-algorithms-none",
            &["wit.cnf_alg_not_allowed"],
            "the policy accepts no algorithm",
            "An empty list is no absent one.",
        )
        .config("proof_algorithms", Vec::<String>::new()),
    );
    Ok(vectors)
}
