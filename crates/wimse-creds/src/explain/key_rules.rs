//! The key that a WIT binds.

use super::{Refusal, Rule};

pub(crate) static CONFIRMATION: Rule = Rule::new(
    "wit.cnf",
    "the WIT binds a key",
    "WIT-5.1.4-5",
    "workload-creds 5.1.4",
    &[
        Refusal::new("wit.cnf_missing", "let the issuer write the public key of the workload into \"cnf\""),
        Refusal::new(
            "wit.cnf_jwk_missing",
            "let the issuer write \"cnf\" as an object with a \"jwk\" object",
        ),
    ],
);

pub(crate) static CONFIRMATION_KEY: Rule = Rule::new(
    "wit.cnf_key",
    "the key is well-formed and on its curve",
    "WIT-5.1.4-5",
    "workload-creds 5.1.4",
    &[
        Refusal::new(
            "wit.cnf_json",
            "let the issuer write \"cnf.jwk\" as a JSON object without duplicate members",
        ),
        Refusal::new("wit.cnf_encoding", "let the issuer write the key as a JWK"),
        Refusal::new(
            "wit.cnf_member_missing",
            "let the issuer write all members of the JWK: kty, with crv, x, and y where it is EC, or with n and e for RSA",
        ),
        Refusal::new(
            "wit.cnf_member",
            "let the issuer write the members of the JWK as strings in base64url: coordinates in full length, n and e \
             without leading zeros",
        ),
        Refusal::new(
            "wit.cnf_unsupported",
            "give the workload a key that is supported here: EC P-256 or OKP Ed25519 always are, RSA has 8,192 bits at most",
        ),
        Refusal::new("wit.cnf_not_on_curve", "give the workload a new key: this is no point of its curve"),
        Refusal::new(
            "wit.cnf_weak",
            "give the workload a new key: others may sign for this one. RSA needs 2,048 bits, and the exponent 65,537",
        ),
        Refusal::new("wit.cnf_secret", "give the workload a new key"),
        Refusal::new("wit.cnf_pair_mismatch", "give the workload a new key"),
        Refusal::new("wit.cnf_random", "let the operating system of this host give random bytes"),
        Refusal::new(
            "wit.cnf_no_backend",
            "build this program with a crypto backend that has the algorithm, such as the feature \"aws-lc\"",
        ),
    ],
);

pub(crate) static CONFIRMATION_PUBLIC: Rule = Rule::new(
    "wit.cnf_public",
    "the key has nothing private in it",
    "WIT-9.5-1",
    "workload-creds 9.5",
    &[
        Refusal::new(
            "wit.cnf_private_member",
            "give the workload a new key and publish its public part only: this private key is known now",
        ),
        Refusal::new(
            "wit.cnf_symmetric",
            "give the workload an asymmetric key: this secret is known now, and must not be used any more",
        ),
    ],
);

pub(crate) static CONFIRMATION_USAGE: Rule = Rule::new(
    "wit.cnf_usage",
    "the key is meant for signatures",
    "WIT-5.1.4-5",
    "workload-creds 5.1.4",
    &[Refusal::new(
        "wit.cnf_usage",
        "let the issuer write \"use\": \"sig\" and \"key_ops\": [\"verify\"], or leave both out",
    )],
);

pub(crate) static CONFIRMATION_ALGORITHM: Rule = Rule::new(
    "wit.cnf_alg",
    "the key names its asymmetric signature algorithm",
    "WIT-5.1-12",
    "workload-creds 5.1",
    &[
        Refusal::new("wit.cnf_alg_missing", "let the issuer write \"alg\" into \"cnf.jwk\""),
        Refusal::new(
            "wit.cnf_alg_none",
            "let the issuer name the algorithm that the workload proves its key with",
        )
        .under("WIT-5.1-14", "workload-creds 5.1"),
        Refusal::new("wit.cnf_alg_symmetric", "give the workload an asymmetric key, such as one for Ed25519")
            .under("WIT-5.1-15", "workload-creds 5.1"),
        Refusal::new(
            "wit.cnf_alg_encryption",
            "let the issuer name a signature algorithm, not an encryption",
        )
        .under("WIT-5.1-16", "workload-creds 5.1"),
        Refusal::new(
            "wit.cnf_alg_unsupported",
            "give the workload a key for a supported algorithm, such as ES256 or Ed25519",
        ),
        Refusal::new(
            "wit.cnf_alg_mismatch",
            "let the issuer write \"alg\", \"kty\" and \"crv\" that belong together",
        ),
    ],
);

pub(crate) static CONFIRMATION_ALLOWED: Rule = Rule::new(
    "wit.cnf_alg_allowed",
    "the algorithm of the key is allowed here",
    "WIT-5.1-12",
    "workload-creds 5.1",
    &[
        Refusal::new(
            "wit.profile_cnf_alg",
            "give the workload a key for an algorithm of WIT-SVID, such as ES256",
        )
        .under("WIT-5.1.4-7", "workload-creds 5.1.4"),
        Refusal::new(
            "wit.cnf_alg_not_allowed",
            "give the workload a key for an algorithm that is allowed here, or allow this one in the policy",
        ),
    ],
);
