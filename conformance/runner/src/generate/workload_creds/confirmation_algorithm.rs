//! `alg` of the key in `cnf`: the one algorithm of every proof.

use super::{super::Cases, confirmation::jwk, refuse};
use crate::vector::Vector;

pub(super) fn refused(twin: &Vector) -> Cases {
    type Group<'a> = (&'a [&'a str], &'a [&'a str], &'a [(&'a str, &'a str, &'a str)]);
    let groups: [Group<'_>; 6] = [
        (
            &["WIT-5.1-12", "WIT-5.1-14", "WIT-5.1.4-5"],
            &["wit.cnf_alg_none"],
            &[("none", "none", "A key without an algorithm makes every proof right.")],
        ),
        (
            &["WIT-5.1-12", "WIT-5.1-14"],
            &["wit.cnf_alg_unsupported"],
            &[
                ("none-mixed-case", "noNE", "Slips past a comparison with none."),
                ("none-capital", "None", "Another spelling of no algorithm."),
            ],
        ),
        (
            &["WIT-5.1-12", "WIT-5.1-15"],
            &["wit.cnf_alg_symmetric"],
            &[
                ("hs256", "HS256", "The public numbers of the key would be the secret."),
                ("hs384", "HS384", "An algorithm of symmetric keys."),
                ("hs512", "HS512", "An algorithm of symmetric keys."),
            ],
        ),
        (
            &["WIT-5.1-12", "WIT-5.1-16"],
            &["wit.cnf_alg_encryption"],
            &[
                ("ecdh-es", "ECDH-ES", "An algorithm for encryption, with a key of the right type."),
                (
                    "ecdh-es-a128kw",
                    "ECDH-ES+A128KW",
                    "An algorithm for encryption, with a key of the right type.",
                ),
                ("rsa-oaep", "RSA-OAEP", "An algorithm for encryption."),
                ("a128kw", "A128KW", "An algorithm for encryption, with symmetric keys."),
                ("a256gcm", "A256GCM", "An algorithm for encryption of contents."),
            ],
        ),
        (
            &["WIT-5.1-12"],
            &["wit.cnf_alg_unsupported"],
            &[
                ("unknown", "XX256", "An algorithm that is not registered."),
                ("lower-case", "es256", "Names of algorithms are case-sensitive."),
                ("empty", "", "An empty name."),
            ],
        ),
        (
            &["WIT-5.1-12", "WIT-5.1.4-5"],
            &["wit.cnf_alg_mismatch", "wit.cnf_alg_unsupported"],
            &[
                ("ed25519", "Ed25519", "The algorithm of another type of key."),
                ("es384", "ES384", "The algorithm of another curve."),
                ("rs256", "RS256", "The algorithm of another type of key."),
            ],
        ),
    ];
    let mut vectors = Vec::new();
    for (requirements, codes, rows) in groups {
        for (id, alg, comment) in rows {
            let differs = format!("alg of the key is {alg:?}");
            vectors.push(
                twin.refused(&format!("wit-confirmation-alg-{id}"), codes, &differs, comment)
                    .requires(requirements)
                    .input_bytes("token", jwk(|jwk| jwk.string("alg", alg))?),
            );
        }
    }
    let requirements = ["WIT-5.1-12", "WIT-5.1-14", "WIT-5.1.4-5"];
    vectors.extend(refuse(
        twin,
        &requirements,
        "wit.cnf_alg_missing",
        [(
            "wit-confirmation-alg-missing",
            jwk(|jwk| jwk.without("alg"))?,
            "the key has no alg",
            "Whoever presents the token would choose the algorithm.",
        )],
    ));
    vectors.extend(refuse(
        twin,
        &requirements,
        "wit.cnf_member",
        [
            (
                "wit-confirmation-alg-null",
                jwk(|jwk| jwk.set("alg", "null"))?,
                "alg of the key is null",
                "A member of the wrong type.",
            ),
            (
                "wit-confirmation-alg-array",
                jwk(|jwk| jwk.set("alg", r#"["ES256","none"]"#))?,
                "alg of the key is an array",
                "Several algorithms to choose from.",
            ),
        ],
    ));
    Ok(vectors)
}
