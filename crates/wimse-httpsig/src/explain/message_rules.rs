//! The rules for coverage, time, signature and content.

use super::{Refusal, Rule};

pub(super) static TAG: Rule = Rule::new(
    "httpsig.tag",
    "exactly one signature has the tag of the profile",
    "SIG-3-33",
    "http-signature 3",
    &[
        Refusal::new(
            "httpsig.unsigned",
            "let the sender sign with the tag \"wimse-workload-to-workload\", and the proxies between keep the fields",
        )
        .under("SIG-3-41", "http-signature 3"),
        Refusal::new("httpsig.tag_malformed", "let the sender write \"tag\" as a string in quotes")
            .under("SIG-3-24", "http-signature 3"),
        Refusal::new(
            "httpsig.tag_ambiguous",
            "let only the sender sign with this tag; a proxy that signs uses another one",
        )
        .under("SIG-3-32", "http-signature 3"),
    ],
);

pub(super) static DEMAND: Rule = Rule::new(
    "httpsig.demand",
    "the response is signed, if that was demanded",
    "SIG-3.5-4",
    "http-signature 3.5",
    &[Refusal::new(
        "httpsig.response_unsigned",
        "let the server sign its responses; look for a proxy that answers in its place. Do not send the request again without the demand",
    )],
);

pub(super) static SINGLE: Rule = Rule::new(
    "httpsig.single_fields",
    "no field that must be single is there more than once",
    "SIG-3-16",
    "http-signature 3",
    &[Refusal::new(
        "httpsig.field_repeated",
        "send Content-Type, Authorization and Txn-Token once; look for a proxy that adds one",
    )],
);

pub(super) static EXCLUDED: Rule = Rule::new(
    "httpsig.excluded",
    "nothing is covered that the request cannot have",
    "SIG8-3-2",
    "http-signature 3",
    &[Refusal::new(
        "httpsig.component_forbidden",
        "let the sender cover \"@authority\" of CONNECT, and neither \"@path\" nor \"@query\"",
    )],
);

pub(super) static COVERAGE: Rule = Rule::new(
    "httpsig.coverage",
    "everything is covered that must be, in its plain form",
    "SIG-3-16",
    "http-signature 3",
    &[Refusal::new(
        "httpsig.not_covered",
        "let the sender cover it, without parameters; look for a proxy that adds the field after signing",
    )],
);

pub(super) static REQUEST_COVERAGE: Rule = Rule::new(
    "httpsig.request_coverage",
    "of the request everything is covered that the policy demands",
    "SIG-3.5-8",
    "http-signature 3.5",
    &[Refusal::new(
        "httpsig.request_not_covered",
        "let the server cover WIT and Content-Digest of the request too, or do not demand it here",
    )],
);

pub(super) static REQUEST_NONCE: Rule = Rule::new(
    "httpsig.request_nonce",
    "the response is for this request",
    "SIG-3.5-8",
    "http-signature 3.5",
    &[Refusal::new(
        "httpsig.req_nonce_mismatch",
        "let the server repeat the nonce of the request; look for a cache between, or somebody swaps responses",
    )],
);

pub(super) static AUDIENCE: Rule = Rule::new(
    "httpsig.audience",
    "the signature is meant for this recipient and path",
    "SIG8-3.2-1",
    "http-signature 3.2",
    &[Refusal::new(
        "httpsig.audience_mismatch",
        "configure the base URI exactly as callers write it, and look for a proxy that rewrites paths; else it is for another",
    )],
);

pub(super) static ORDER: Rule = Rule::new(
    "httpsig.order",
    "the signature does not expire before it is created",
    "SIG-3-22",
    "http-signature 3",
    &[Refusal::new(
        "httpsig.expires_before_created",
        "let the sender write an expiry after the time of signing",
    )],
);

pub(super) static LIFETIME: Rule = Rule::new(
    "httpsig.lifetime",
    "the signature does not live longer than allowed",
    "SIG-3-22",
    "http-signature 3",
    &[Refusal::new("httpsig.lifetime_too_long", "let the sender sign for minutes or seconds")],
);

pub(super) static CREATED: Rule = Rule::new(
    "httpsig.created",
    "the signature is not from the future",
    "SIG-5.1-5",
    "http-signature 5.1",
    &[Refusal::new("httpsig.not_yet_valid", "set the clocks of both sides right")],
);

pub(super) static EXPIRY: Rule = Rule::new(
    "httpsig.expiry",
    "the signature has not expired",
    "SIG-5.1-5",
    "http-signature 5.1",
    &[Refusal::new("httpsig.expired", "sign each message anew, and set the clocks of both sides right")],
);

pub(super) static PEER: Rule = Rule::new(
    "httpsig.peer",
    "the response is signed by the workload that is expected",
    "WIT-9.2-1",
    "workload-creds 9.2",
    &[Refusal::new(
        "httpsig.peer_unexpected",
        "expect the identifier of the service that was called; else another workload answers in its place",
    )],
);

pub(super) static SIGNATURE: Rule = Rule::new(
    "httpsig.signature",
    "the key of the WIT has signed the message, and nothing that is covered was changed",
    "SIG-3.1-3",
    "http-signature 3.1",
    &[Refusal::new(
        "httpsig.signature",
        "look for a proxy that changes method, path, query or a covered field; else the sender has signed with another key",
    )],
);

pub(super) static DIGEST: Rule = Rule::new(
    "httpsig.digest",
    "the Content-Digest, if there is one, can be checked",
    "SIG-3-18",
    "http-signature 3",
    &[
        Refusal::new("httpsig.digest_too_large", "let the sender write fewer digests"),
        Refusal::new("httpsig.digest_malformed", "let the sender write Content-Digest as RFC 9530 has it"),
        Refusal::new("httpsig.digest_too_many_members", "let the sender write fewer digests"),
        Refusal::new("httpsig.digest_repeated", "let the sender write each digest once"),
        Refusal::new(
            "httpsig.digest_insecure",
            "let the sender write sha-256 or sha-512, and no broken digest",
        ),
        Refusal::new("httpsig.digest_unsupported", "let the sender write sha-256 or sha-512"),
    ],
);

pub(super) static CONTENT: Rule = Rule::new(
    "httpsig.content",
    "the content is that of the Content-Digest",
    "SIG-3-19",
    "http-signature 3",
    &[
        Refusal::new(
            "httpsig.digest_mismatch",
            "look for a proxy that changes or compresses content; else it was changed, or the sender signed another",
        ),
        Refusal::new(
            "httpsig.digest_missing",
            "let the sender write a Content-Digest where there is content",
        )
        .under("SIG-3-17", "http-signature 3"),
    ],
);

pub(super) static REPLAY: Rule = Rule::new(
    "httpsig.replay",
    "the nonce has not been seen before",
    "SIG-3-37",
    "http-signature 3",
    &[
        Refusal::new(
            "httpsig.replayed",
            "sign each message anew with a new nonce, retries too; else somebody sends a captured one",
        ),
        Refusal::new("replay.full", "give the replay store more room: it holds as many proofs as it can"),
        Refusal::new(
            "replay.sender_share",
            "let the sender send less often, or raise the share of a sender in the store",
        ),
        Refusal::new(
            "replay.window",
            "give the replay store a window longer than the longest lifetime and twice the leeway",
        ),
        Refusal::new(
            "replay.forgotten",
            "set the clock of this host right: it was ahead, and the store has gone on",
        ),
        Refusal::new(
            "replay.fenced",
            "let the caller try again a little later: the replay store is new, or has lost its memory",
        ),
        Refusal::new(
            "replay.clock",
            "set the clocks of this host and of the replay store right: they are too far apart",
        ),
        Refusal::new(
            "replay.unavailable",
            "bring the replay store back: nothing is admitted without its answer",
        ),
    ],
);

pub(super) static RESPONSE_SIGNING: Rule = Rule::new(
    "httpsig.response_signing",
    "a signed response, if one is demanded, can be had",
    "SIG8-3.6-3",
    "http-signature 3.6",
    &[Refusal::new(
        "httpsig.signed_response_unsupported",
        "let this server sign its responses, or the caller not demand it",
    )],
);
