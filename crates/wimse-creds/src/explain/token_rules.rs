//! What a WIT has to be, before anything that it says is judged.

use super::{JwsRules, Refusal, Rule};

pub(crate) static FIELD: Rule = Rule::new(
    "wit.field",
    "there is exactly one Workload-Identity-Token field",
    "WIT-5.1.1-1",
    "workload-creds 5.1.1",
    &[
        Refusal::new(
            "wit.field_missing",
            "let the caller send its WIT in the field Workload-Identity-Token, and the proxies between keep it",
        ),
        Refusal::new(
            "wit.field_repeated",
            "send the field once; look for a proxy or library that adds one of its own",
        ),
    ],
);

pub(crate) static SIZE: Rule = Rule::new(
    "wit.size",
    "the WIT is not larger than the limit",
    "WIT-5.1.4-1",
    "workload-creds 5.1.4",
    &[Refusal::new(
        "wit.too_large",
        "let the issuer put less into the WIT, or raise the limit of the policy",
    )],
);

pub(crate) static FORM: Rule = Rule::new(
    "wit.form",
    "the WIT is one JWT in compact form",
    "WIT-5.1.4-1",
    "workload-creds 5.1.4",
    &[Refusal::new(
        "wit.malformed",
        "send the WIT as it was issued, and nothing else; check that it was not cut off or put in a list",
    )],
);

pub(crate) static ENCODING: Rule = Rule::new(
    "wit.encoding",
    "each part is canonical base64url without padding",
    "WIT-5.1.4-1",
    "workload-creds 5.1.4",
    &[Refusal::new("wit.base64", "send the WIT as it was issued: it was changed, or is encoded wrongly")],
);

pub(crate) static JSON: Rule = Rule::new(
    "wit.json",
    "header and claims are JSON objects without duplicate members",
    "WIT-5.1.4-1",
    "workload-creds 5.1.4",
    &[
        Refusal::new("wit.json", "let the issuer write header and claims as JSON objects in UTF-8"),
        Refusal::new("wit.duplicate_member", "let the issuer write each member of an object once"),
        Refusal::new("wit.too_many_members", "let the issuer write at most 1024 members into one object"),
        Refusal::new("wit.too_deep", "let the issuer nest objects and arrays no deeper than eight levels"),
    ],
);

pub(crate) static CRITICAL: Rule = Rule::new(
    "wit.crit",
    "the header demands no extension",
    "WIT-5.1.4-7",
    "workload-creds 5.1.4",
    &[Refusal::new("wit.crit", "let the issuer leave \"crit\" and \"b64\" out of the header")],
);

pub(crate) static PARAMETERS: Rule = Rule::new(
    "wit.header_parameters",
    "the header parameters in use are strings",
    "WIT-5.1.4-7",
    "workload-creds 5.1.4",
    &[Refusal::new(
        "wit.header_parameter",
        "let the issuer write \"typ\", \"alg\" and \"kid\" as JSON strings",
    )],
);

pub(crate) static TYPE: Rule = Rule::new(
    "wit.typ",
    "the header says that it is a WIT",
    "WIT-5.1.4-3",
    "workload-creds 5.1.4",
    &[
        Refusal::new("wit.typ_missing", "let the issuer write \"typ\": \"wit+jwt\" into the header"),
        Refusal::new(
            "wit.typ_mismatch",
            "send a WIT: this is a token of another kind, or its issuer names it wrongly",
        ),
    ],
);

pub(crate) static ALGORITHM: Rule = Rule::new(
    "wit.alg",
    "the header names an asymmetric signature algorithm that is supported",
    "WIT-5.1-2",
    "workload-creds 5.1",
    &[
        Refusal::new("wit.alg_missing", "let the issuer name its algorithm in \"alg\""),
        Refusal::new("wit.alg_none", "never accept this token: it is not signed")
            .under("WIT-5.1-3", "workload-creds 5.1"),
        Refusal::new(
            "wit.alg_symmetric",
            "let the issuer sign with an asymmetric key, such as one for ES256",
        ),
        Refusal::new("wit.alg_encryption", "let the issuer sign the WIT; this is the name of an encryption"),
        Refusal::new(
            "wit.alg_unsupported",
            "let the issuer sign with an algorithm that is supported here, such as ES256",
        ),
    ],
);

pub(crate) static SUBJECT: Rule = Rule::new(
    "wit.sub",
    "the subject is a Workload Identifier",
    "WIT-5.1.4-2",
    "workload-creds 5.1.4",
    &[
        Refusal::new("wit.sub_missing", "let the issuer write the Workload Identifier into \"sub\""),
        Refusal::new("wit.sub_malformed", "let the issuer write \"sub\" as one JSON string"),
        Refusal::new(
            "wit.sub_not_an_identifier",
            "let the issuer name the workload by an identifier that the policy accepts, in its canonical spelling",
        ),
    ],
);

pub(crate) static EXPIRY_PRESENT: Rule = Rule::new(
    "wit.exp",
    "there is an expiry",
    "WIT-5.1-7",
    "workload-creds 5.1",
    &[
        Refusal::new("wit.exp_missing", "let the issuer write \"exp\" into the WIT"),
        Refusal::new("wit.exp_malformed", "let the issuer write \"exp\" as a number of seconds since 1970"),
    ],
);

pub(crate) static CLAIMS: Rule = Rule::new(
    "wit.claims",
    "the other claims in use have the right types",
    "WIT-5.1.4-7",
    "workload-creds 5.1.4",
    &[
        Refusal::new("wit.nbf_malformed", "let the issuer write \"nbf\" as a number of seconds since 1970"),
        Refusal::new("wit.iat_malformed", "let the issuer write \"iat\" as a number of seconds since 1970"),
        Refusal::new("wit.iss_malformed", "let the issuer write \"iss\" as a string that is not empty"),
        Refusal::new("wit.jti_malformed", "let the issuer write \"jti\" as a string that is not empty"),
        Refusal::new("wit.claim_malformed", "let the issuer write the claim as its specification says"),
    ],
);

pub(crate) static JWS: JwsRules = JwsRules {
    size: &SIZE,
    form: &FORM,
    encoding: &ENCODING,
    json: &JSON,
    critical: &CRITICAL,
    parameters: &PARAMETERS,
    typ: &TYPE,
    algorithm: &ALGORITHM,
};
