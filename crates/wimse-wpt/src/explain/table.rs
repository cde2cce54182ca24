//! All rules, and those for what a WPT has to be.

use super::meaning::{
    AUDIENCE, AUDIENCE_PRESENT, CONTEXT_COVERED, CONTEXT_KNOWN, CONTEXT_MATCH, CONTEXT_PRESENT, EXPIRY,
    EXPIRY_PRESENT, HASHES, LIFETIME, NOT_BEFORE, NOT_BEFORE_FORM, REPLAY, SIGNATURE, TOKEN_ID, TXN_TOKEN,
    WIT_HASH, WIT_HASH_PRESENT,
};
use super::{Refusal, Rule};
use wimse_creds::explain::JwsRules;

/// Every rule for a request with a WPT, those for its WIT left out, in the order of verification. Each code of
/// [`WptError`](crate::WptError) that is not that of a [`WitError`](wimse_creds::WitError) belongs to exactly one.
pub static RULES: &[&Rule] = &[
    &AUTHORIZATION,
    &SCHEME,
    &CREDENTIALS,
    &CONTEXT_FIELDS,
    &SIZE,
    &FORM,
    &ENCODING,
    &JSON,
    &CRITICAL,
    &PARAMETERS,
    &TYPE,
    &ALGORITHM,
    &ALGORITHM_MATCH,
    &AUDIENCE_PRESENT,
    &EXPIRY_PRESENT,
    &NOT_BEFORE_FORM,
    &TOKEN_ID,
    &WIT_HASH_PRESENT,
    &HASHES,
    &EXPIRY,
    &NOT_BEFORE,
    &AUDIENCE,
    &SIGNATURE,
    &LIFETIME,
    &WIT_HASH,
    &TXN_TOKEN,
    &CONTEXT_KNOWN,
    &CONTEXT_PRESENT,
    &CONTEXT_MATCH,
    &CONTEXT_COVERED,
    &REPLAY,
];

pub(super) static AUTHORIZATION: Rule = Rule::new(
    "wpt.authorization",
    "there is exactly one Authorization field",
    "WPT-2-14",
    "wpt 2",
    &[
        Refusal::new(
            "wpt.authorization_missing",
            "let the caller send a proof in the Authorization field, and the proxies between keep it: a WIT alone is none",
        ),
        Refusal::new(
            "wpt.authorization_repeated",
            "send the field once: other tokens have no place beside a WPT, or travel in fields of their own",
        ),
    ],
);

pub(super) static SCHEME: Rule = Rule::new(
    "wpt.scheme",
    "the authentication scheme is WPT",
    "WPT-2-14",
    "wpt 2",
    &[Refusal::new(
        "wpt.other_scheme",
        "send \"Authorization: WPT\" and the proof; a bearer token is no proof",
    )],
);

pub(super) static CREDENTIALS: Rule = Rule::new(
    "wpt.credentials",
    "the credentials are one token",
    "WPT-2-15",
    "wpt 2",
    &[Refusal::new(
        "wpt.credentials",
        "send one proof after \"WPT\", without parameters, commas or line breaks",
    )],
);

pub(super) static CONTEXT_FIELDS: Rule = Rule::new(
    "wpt.context_fields",
    "no context field is there more than once",
    "WPT-2-12",
    "wpt 2",
    &[Refusal::new("wpt.context_repeated", "send the Txn-Token and each context field once")],
);

static SIZE: Rule = Rule::new(
    "wpt.size",
    "the WPT is not larger than the limit",
    "WPT-2-15",
    "wpt 2",
    &[Refusal::new("wpt.too_large", "put less into the proof, or raise the limit of the verifier")],
);

static FORM: Rule = Rule::new(
    "wpt.form",
    "the WPT is one JWT in compact form",
    "WPT-2-15",
    "wpt 2",
    &[Refusal::new("wpt.malformed", "send the proof as it was made; check that it was not cut off")],
);

static ENCODING: Rule = Rule::new(
    "wpt.encoding",
    "each part is canonical base64url without padding",
    "WPT-2-15",
    "wpt 2",
    &[Refusal::new("wpt.base64", "send the proof as it was made: it was changed, or is encoded wrongly")],
);

static JSON: Rule = Rule::new(
    "wpt.json",
    "header and claims are JSON objects without duplicate members",
    "WPT-2-15",
    "wpt 2",
    &[
        Refusal::new("wpt.json", "let the caller write header and claims as JSON objects in UTF-8"),
        Refusal::new("wpt.duplicate_member", "let the caller write each member of an object once"),
        Refusal::new("wpt.too_many_members", "let the caller write at most 1024 members into one object"),
        Refusal::new("wpt.too_deep", "let the caller nest objects and arrays no deeper than eight levels"),
    ],
);

static CRITICAL: Rule = Rule::new(
    "wpt.crit",
    "the header demands no extension",
    "WPT-2-15",
    "wpt 2",
    &[Refusal::new("wpt.crit", "let the caller leave \"crit\" and \"b64\" out of the header")],
);

static PARAMETERS: Rule = Rule::new(
    "wpt.header_parameters",
    "the header parameters in use are strings",
    "WPT-2-18",
    "wpt 2",
    &[Refusal::new(
        "wpt.header_parameter",
        "let the caller write \"typ\", \"alg\" and \"kid\" as JSON strings",
    )],
);

static TYPE: Rule = Rule::new(
    "wpt.typ",
    "the header says that it is a WPT",
    "WPT-2-18",
    "wpt 2",
    &[
        Refusal::new("wpt.typ_missing", "let the caller write \"typ\": \"wpt+jwt\" into the header"),
        Refusal::new(
            "wpt.typ_mismatch",
            "send a WPT: this is a token of another kind, or its maker names it wrongly",
        ),
    ],
);

static ALGORITHM: Rule = Rule::new(
    "wpt.alg",
    "the header names an asymmetric signature algorithm that is supported",
    "WPT-2-16",
    "wpt 2",
    &[
        Refusal::new("wpt.alg_missing", "let the caller write the algorithm of its key into \"alg\""),
        Refusal::new("wpt.alg_none", "never accept this proof: it is not signed"),
        Refusal::new("wpt.alg_symmetric", "let the caller sign with the key of its WIT, which is asymmetric"),
        Refusal::new(
            "wpt.alg_encryption",
            "let the caller sign the proof; this is the name of an encryption",
        ),
        Refusal::new("wpt.alg_unsupported", "let the caller write \"alg\" exactly as in the cnf of its WIT"),
    ],
);

pub(super) static ALGORITHM_MATCH: Rule = Rule::new(
    "wpt.alg_match",
    "the algorithm is that of the key of the WIT",
    "WPT-2-16",
    "wpt 2",
    &[Refusal::new(
        "wpt.alg_mismatch",
        "let the caller sign with the key of its WIT, and write \"alg\" exactly as there: EdDSA is not Ed25519",
    )],
);

pub(super) static JWS: JwsRules = JwsRules {
    size: &SIZE,
    form: &FORM,
    encoding: &ENCODING,
    json: &JSON,
    critical: &CRITICAL,
    parameters: &PARAMETERS,
    typ: &TYPE,
    algorithm: &ALGORITHM,
};
