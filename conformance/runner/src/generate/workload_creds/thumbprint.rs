//! RFC 7638 thumbprints: the name of a key in caches of proofs and in logs.

use super::super::{
    Cases,
    tokens::{ISSUER_ED25519, ISSUER_ES256, KeyPair, Members, WORKLOAD_ED25519, WORKLOAD_ES256},
};
use crate::vector::Vector;

/// Computed by other means than the crates under test.
const THUMBPRINTS: [(KeyPair, &str); 4] = [
    (WORKLOAD_ES256, super::WORKLOAD_ES256_THUMBPRINT),
    (WORKLOAD_ED25519, "F7lgkyb02LYxmPBOObWp2q5CbnzLaBJ-K8BCC8w_DFg"),
    (ISSUER_ES256, "6JSRsO2X_520CPKYMOJNn45c20nX5t5KgY8HCPGI4Rk"),
    (ISSUER_ED25519, "0IPamN8LYiSqPMR1auBqv5AsxIUab_Ov-LfsqUJMdHc"),
];

pub(super) fn vectors() -> Cases {
    let case = |id: &str, jwk: &Members, thumbprint: &str, comment: &str| {
        Vector::accepted(id, "jwk.thumbprint", comment)
            .requires(&["WIT-5.1-9"])
            .input_bytes("jwk", jwk.text())
            .output("thumbprint", thumbprint)
    };
    let names = ["workload-es256", "workload-ed25519", "issuer-es256", "issuer-ed25519"];
    let mut vectors: Vec<_> = THUMBPRINTS
        .into_iter()
        .zip(names)
        .map(|((key, thumbprint), name)| {
            let vector =
                case(&format!("thumbprint-{name}"), &key.public(), thumbprint, "RFC 7638 with SHA-256.");
            if name.ends_with("ed25519") { vector.needs("Ed25519") } else { vector }
        })
        .collect();
    let (es256, thumbprint) = THUMBPRINTS[0];
    let twin = vectors[0].clone();
    let other =
        es256.public().string("alg", "ES256").string("kid", "a").string("use", "sig").set("x5c", "[]");
    vectors.push(case(
        "thumbprint-other-members",
        &other,
        thumbprint,
        "Only the members that make the key count.",
    ));
    vectors.push(case(
        "thumbprint-no-alg",
        &es256.public().without("alg"),
        thumbprint,
        "The algorithm is no part of it.",
    ));
    let private = twin
        .refused(
            "thumbprint-private",
            &["key.private_member"],
            "d is there",
            "A private key where a public one belongs.",
        )
        .input_bytes("jwk", es256.private_jwk());
    vectors.push(private);
    Ok(vectors)
}
