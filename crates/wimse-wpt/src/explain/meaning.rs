//! The rules for what a WPT says.

use super::{Refusal, Rule};

pub(super) static AUDIENCE_PRESENT: Rule = Rule::new(
    "wpt.aud",
    "there is one audience",
    "WPT-2-19",
    "wpt 2",
    &[
        Refusal::new("wpt.aud_missing", "let the caller write the target URI into \"aud\""),
        Refusal::new("wpt.aud_malformed", "let the caller write \"aud\" as one string that is not empty"),
    ],
);

pub(super) static EXPIRY_PRESENT: Rule = Rule::new(
    "wpt.exp",
    "there is an expiry",
    "WPT-2-20",
    "wpt 2",
    &[
        Refusal::new("wpt.exp_missing", "let the caller write \"exp\" into the proof"),
        Refusal::new("wpt.exp_malformed", "let the caller write \"exp\" as a number of seconds since 1970"),
    ],
);

pub(super) static NOT_BEFORE_FORM: Rule = Rule::new(
    "wpt.nbf_form",
    "the start of validity, if there is one, is a time",
    "WPT-3.1.2-2",
    "wpt 3.1.2",
    &[Refusal::new(
        "wpt.nbf_malformed",
        "let the caller write \"nbf\" as a number of seconds since 1970, or leave it out",
    )],
);

pub(super) static TOKEN_ID: Rule = Rule::new(
    "wpt.jti",
    "the proof has an id",
    "WPT-2-7",
    "wpt 2",
    &[
        Refusal::new("wpt.jti_missing", "let the caller write a new random \"jti\" into each proof"),
        Refusal::new("wpt.jti_malformed", "let the caller write \"jti\" as a string that is not empty"),
    ],
);

pub(super) static WIT_HASH_PRESENT: Rule = Rule::new(
    "wpt.wth_form",
    "there is a hash of the WIT",
    "WPT-2-22",
    "wpt 2",
    &[
        Refusal::new("wpt.wth_missing", "let the caller write the hash of its WIT into \"wth\""),
        Refusal::new("wpt.wth_malformed", "let the caller write \"wth\" as a string that is not empty"),
    ],
);

pub(super) static HASHES: Rule = Rule::new(
    "wpt.hashes",
    "the hashes of context tokens, if there are any, are strings",
    "WPT-2-24",
    "wpt 2",
    &[
        Refusal::new(
            "wpt.tth_malformed",
            "let the caller write \"tth\" as a string that is not empty, or leave it out",
        ),
        Refusal::new(
            "wpt.oth_malformed",
            "let the caller write \"oth\" as an object of strings, or leave it out",
        )
        .under("WPT-2-26", "wpt 2"),
    ],
);

pub(super) static EXPIRY: Rule = Rule::new(
    "wpt.expiry",
    "the proof has not expired",
    "WPT-2-20",
    "wpt 2",
    &[Refusal::new(
        "wpt.expired",
        "make a new proof for each request, and set the clocks of both sides right",
    )],
);

pub(super) static NOT_BEFORE: Rule = Rule::new(
    "wpt.nbf",
    "the proof is valid already",
    "WPT-3.1.2-2",
    "wpt 3.1.2",
    &[Refusal::new(
        "wpt.not_yet_valid",
        "set the clocks of both sides right, or let the caller leave \"nbf\" out",
    )],
);

pub(super) static AUDIENCE: Rule = Rule::new(
    "wpt.audience",
    "the proof is meant for this recipient and path",
    "WPT-2-19",
    "wpt 2",
    &[Refusal::new(
        "wpt.audience_mismatch",
        "configure the base URI that callers use, and look for a proxy that rewrites paths; else the proof is for another",
    )],
);

pub(super) static SIGNATURE: Rule = Rule::new(
    "wpt.signature",
    "the key of the WIT has signed the proof",
    "WPT-2-17",
    "wpt 2",
    &[Refusal::new(
        "wpt.signature",
        "let the caller sign with the key of the WIT that it sends; else the proof was changed or is another's",
    )],
);

pub(super) static LIFETIME: Rule = Rule::new(
    "wpt.lifetime",
    "the proof does not live longer than allowed",
    "WPT-2-21",
    "wpt 2",
    &[Refusal::new(
        "wpt.lifetime_too_long",
        "let the caller make proofs for minutes or seconds, and set its clock right",
    )],
);

pub(super) static WIT_HASH: Rule = Rule::new(
    "wpt.wth",
    "the proof was made for this WIT",
    "WPT-2-22",
    "wpt 2",
    &[Refusal::new(
        "wpt.wth_mismatch",
        "let the caller make the proof for the very WIT that it sends, after each renewal too",
    )],
);

pub(super) static TXN_TOKEN: Rule = Rule::new(
    "wpt.tth",
    "the proof covers the Txn-Token, if there is one",
    "WPT-2-24",
    "wpt 2",
    &[
        Refusal::new(
            "wpt.tth_missing",
            "make the proof after the Txn-Token is in the request, and not before",
        ),
        Refusal::new(
            "wpt.tth_without_token",
            "send the Txn-Token that the proof covers; look for a proxy that removes it",
        ),
        Refusal::new(
            "wpt.tth_mismatch",
            "make the proof for the Txn-Token that is sent; look for a proxy that replaces it",
        ),
    ],
);

pub(super) static CONTEXT_KNOWN: Rule = Rule::new(
    "wpt.oth_known",
    "every context token that the proof covers is known here",
    "WPT-2-27",
    "wpt 2",
    &[Refusal::new("wpt.oth_unknown", "configure the same context fields on both sides, in lower case")],
);

pub(super) static CONTEXT_PRESENT: Rule = Rule::new(
    "wpt.oth_present",
    "every context token that the proof covers is in the request",
    "WPT-2-26",
    "wpt 2",
    &[Refusal::new(
        "wpt.oth_without_field",
        "send the field that the proof covers; look for a proxy that removes it",
    )],
);

pub(super) static CONTEXT_MATCH: Rule = Rule::new(
    "wpt.oth",
    "every context token is the one that the proof covers",
    "WPT-2-25",
    "wpt 2",
    &[Refusal::new(
        "wpt.oth_mismatch",
        "make the proof for the value that is sent; look for a proxy that changes the field",
    )],
);

pub(super) static CONTEXT_COVERED: Rule = Rule::new(
    "wpt.oth_covered",
    "the proof covers every context token in the request",
    "WPT-2-25",
    "wpt 2",
    &[Refusal::new(
        "wpt.oth_missing",
        "configure the context field at the caller too, and make the proof after it is set",
    )],
);

pub(super) static REPLAY: Rule = Rule::new(
    "wpt.replay",
    "the proof has not been used before",
    "WPT-2-23",
    "wpt 2",
    &[
        Refusal::new(
            "wpt.replayed",
            "make a new proof for each request, retries too; else somebody sends a captured one",
        ),
        Refusal::new("replay.full", "give the replay store more room: it holds as many proofs as it can"),
        Refusal::new(
            "replay.sender_share",
            "let the sender send less often, or raise the share of a sender in the store",
        ),
        Refusal::new(
            "replay.window",
            "give the replay store a window as long as the longest lifetime and the leeway",
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
            "bring the replay store back: no proof is admitted without its answer",
        ),
    ],
);
