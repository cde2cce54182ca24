//! Who vouches for a WIT, and whether it is good now.

use super::{Refusal, Rule};

pub(crate) static PROFILE: Rule = Rule::new(
    "wit.profile",
    "header and subject are as the WIT-SVID profile wants them",
    "WIT-5.1.4-7",
    "workload-creds 5.1.4",
    &[
        Refusal::new("wit.profile_typ", "let the issuer spell \"typ\" exactly wit+jwt"),
        Refusal::new("wit.profile_alg", "let the issuer sign with an algorithm of WIT-SVID, such as ES256"),
        Refusal::new("wit.profile_kid", "let the issuer name its key in \"kid\""),
        Refusal::new("wit.profile_sub", "let the issuer name the workload by a SPIFFE ID"),
    ],
);

pub(crate) static EXPIRY: Rule = Rule::new(
    "wit.expiry",
    "the WIT has not expired",
    "WIT-5.1.4-7",
    "workload-creds 5.1.4",
    &[Refusal::new("wit.expired", "ask the issuer for a new WIT, or set the clock of this host right")],
);

pub(crate) static TRUST_DOMAIN: Rule = Rule::new(
    "wit.trust_domain",
    "the trust domain of the subject is trusted here",
    "ID-7.3-1",
    "identifier 7.3",
    &[Refusal::new(
        "wit.trust_domain_unknown",
        "configure the keys of this trust domain, under the same scheme, if it is meant to be trusted",
    )],
);

pub(crate) static ISSUER: Rule = Rule::new(
    "wit.iss",
    "the issuer is accepted for the trust domain",
    "WIT-9.1-2",
    "workload-creds 9.1",
    &[
        Refusal::new(
            "wit.iss_not_allowed",
            "get the WIT from an issuer of the trust domain, or add this one to its issuers; both are compared as strings",
        ),
        Refusal::new("wit.iss_missing", "let the issuer write \"iss\", or do not require it in the policy"),
    ],
);

pub(crate) static ALGORITHM_ALLOWED: Rule = Rule::new(
    "wit.alg_allowed",
    "the algorithm is allowed for the trust domain",
    "WIT-5.1.4-8",
    "workload-creds 5.1.4",
    &[Refusal::new(
        "wit.alg_not_allowed",
        "let the issuer sign with an algorithm that is allowed here, or allow this one for the trust domain",
    )],
);

pub(crate) static KEY: Rule = Rule::new(
    "wit.key",
    "one key of the trust domain fits the header",
    "WIT-5.1.4-8",
    "workload-creds 5.1.4",
    &[
        Refusal::new(
            "wit.kid_unknown",
            "load the present keys of the issuer: it has changed them, or the \"kid\" is wrong",
        ),
        Refusal::new(
            "wit.alg_mismatch",
            "let the issuer name in \"alg\" the algorithm of the key that \"kid\" names",
        ),
        Refusal::new("wit.key_missing", "load a key of the issuer for this algorithm"),
        Refusal::new(
            "wit.key_ambiguous",
            "let the issuer name its key in \"kid\": several are configured that fit",
        ),
    ],
);

pub(crate) static SIGNATURE: Rule = Rule::new(
    "wit.signature",
    "the issuer has signed the WIT",
    "WIT-5.1.4-4",
    "workload-creds 5.1.4",
    &[Refusal::new(
        "wit.signature",
        "do not trust this WIT: it was changed or forged, or the key configured under this \"kid\" is another one",
    )],
);

pub(crate) static NOT_BEFORE: Rule = Rule::new(
    "wit.nbf",
    "the WIT is valid already",
    "WIT-5.1.4-7",
    "workload-creds 5.1.4",
    &[Refusal::new(
        "wit.not_yet_valid",
        "wait until the WIT is valid, or set the clocks of issuer and recipient right",
    )],
);

pub(crate) static LIFETIME: Rule = Rule::new(
    "wit.lifetime",
    "the lifetime is not longer than the policy allows",
    "WIT-9.3.1-1",
    "workload-creds 9.3.1",
    &[Refusal::new(
        "wit.lifetime_too_long",
        "let the issuer give shorter lifetimes, set its clock right, or allow longer ones in the policy",
    )],
);

pub(crate) static AUDIENCE: Rule = Rule::new(
    "wit.aud",
    "the WIT is not meant for one recipient, unless the policy ignores it",
    "WIT-5.1.4-7",
    "workload-creds 5.1.4",
    &[Refusal::new(
        "wit.aud_present",
        "let the issuer leave \"aud\" out: a WIT has no audience, its proof has one",
    )],
);

pub(crate) static TOKEN_ID: Rule = Rule::new(
    "wit.jti",
    "the WIT has an id",
    "WIT-9.3.1-4",
    "workload-creds 9.3.1",
    &[Refusal::new(
        "wit.jti_missing",
        "let the issuer write \"jti\": the deny-list or the policy here needs it",
    )],
);

pub(crate) static DENY_LIST: Rule = Rule::new(
    "wit.deny_list",
    "the WIT is not on the deny-list",
    "WIT-9.3.1-4",
    "workload-creds 9.3.1",
    &[Refusal::new(
        "wit.denied",
        "ask who keeps the deny-list why the WIT is on it; a new WIT needs a new \"jti\"",
    )],
);

/// Judged by [`PeerPolicy`](crate::pop::PeerPolicy), after a proof; here for its code.
pub(super) static PERMITTED: Rule = Rule::new(
    "peer.permitted",
    "the peer is permitted",
    "WIT-9.2-1",
    "workload-creds 9.2",
    &[Refusal::new(
        "authorization.not_permitted",
        "permit the identifier of the peer, if it is meant to call",
    )],
);
