//! The rules for the parameters of a signature.

use super::{Refusal, Rule};

pub(super) static KEY_PARAMETERS: Rule = Rule::new(
    "httpsig.key_parameters",
    "the key and its algorithm are those of the WIT, and named nowhere else",
    "SIG-3-30",
    "http-signature 3",
    &[
        Refusal::new("httpsig.keyid_forbidden", "let the sender leave \"keyid\" out: the key is in the WIT")
            .under("SIG-3-28", "http-signature 3"),
        Refusal::new(
            "httpsig.alg_forbidden",
            "let the sender leave \"alg\" out: the algorithm is in the WIT",
        )
        .under("SIG-3-29", "http-signature 3"),
    ],
);

pub(super) static OTHER_PARAMETERS: Rule = Rule::new(
    "httpsig.other_parameters",
    "there is no parameter of the other kind of message",
    "SIG-3-30",
    "http-signature 3",
    &[
        Refusal::new(
            "httpsig.wimse_req_nonce_forbidden",
            "let the caller leave \"wimse-req-nonce\" out: it is for responses",
        ),
        Refusal::new(
            "httpsig.wimse_aud_forbidden",
            "let the server leave \"wimse-aud\" out of responses: it is for requests",
        ),
        Refusal::new(
            "httpsig.wimse_sign_response_forbidden",
            "let the server leave \"wimse-sign-response\" out of responses: it is for requests",
        ),
    ],
);

pub(super) static CREATED_PRESENT: Rule = Rule::new(
    "httpsig.created_form",
    "the time of signing is there",
    "SIG-3-20",
    "http-signature 3",
    &[
        Refusal::new("httpsig.created_missing", "let the sender write \"created\" into the signature"),
        Refusal::new(
            "httpsig.created_malformed",
            "let the sender write \"created\" as a whole number of seconds since 1970",
        ),
    ],
);

pub(super) static EXPIRES_PRESENT: Rule = Rule::new(
    "httpsig.expires_form",
    "the time of expiry is there",
    "SIG-3-21",
    "http-signature 3",
    &[
        Refusal::new("httpsig.expires_missing", "let the sender write \"expires\" into the signature"),
        Refusal::new(
            "httpsig.expires_malformed",
            "let the sender write \"expires\" as a whole number of seconds since 1970",
        ),
    ],
);

pub(super) static NONCE: Rule = Rule::new(
    "httpsig.nonce",
    "there is a nonce, and it is long enough",
    "SIG-3-23",
    "http-signature 3",
    &[
        Refusal::new(
            "httpsig.nonce_missing",
            "let the sender write a new random \"nonce\" into each signature",
        ),
        Refusal::new(
            "httpsig.nonce_malformed",
            "let the sender write \"nonce\" as a string in quotes that is not empty",
        ),
        Refusal::new(
            "httpsig.nonce_too_short",
            "let the sender make nonces of 128 random bits, or ask for fewer characters here",
        )
        .under("SIG8-3-4", "http-signature 3"),
    ],
);

pub(super) static AUDIENCE_PRESENT: Rule = Rule::new(
    "httpsig.wimse_aud_form",
    "the request names its recipient",
    "SIG-3-25",
    "http-signature 3",
    &[
        Refusal::new(
            "httpsig.wimse_aud_missing",
            "let the caller write the target URI, or the agreed audience, into \"wimse-aud\"",
        ),
        Refusal::new(
            "httpsig.wimse_aud_malformed",
            "let the caller write \"wimse-aud\" as a string in quotes that is not empty",
        ),
    ],
);

pub(super) static SIGN_RESPONSE: Rule = Rule::new(
    "httpsig.wimse_sign_response_form",
    "whether a signed response is demanded is said with yes or no, or not at all",
    "SIG-3-26",
    "http-signature 3",
    &[Refusal::new(
        "httpsig.wimse_sign_response_malformed",
        "let the caller write \"wimse-sign-response\" without a value, or leave it out",
    )],
);

pub(super) static REQUEST_NONCE_PRESENT: Rule = Rule::new(
    "httpsig.wimse_req_nonce_form",
    "the response names the nonce of its request",
    "SIG-3-27",
    "http-signature 3",
    &[
        Refusal::new(
            "httpsig.wimse_req_nonce_missing",
            "let the server write the nonce of the request into \"wimse-req-nonce\"",
        ),
        Refusal::new(
            "httpsig.wimse_req_nonce_malformed",
            "let the server write \"wimse-req-nonce\" as a string in quotes that is not empty",
        ),
    ],
);
