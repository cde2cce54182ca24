//! The parameters of a signature: which must be there, and which must not.

use super::{
    super::Cases,
    cases::{Refused, both, refuse},
    signed::Signed,
};

pub(super) fn vectors() -> Cases {
    both(|request| {
        let mut vectors = of("sig-parameters", request, OF_REQUESTS)?;
        vectors.extend(of("sig-response-parameters", &request.demanding().response(), OF_RESPONSES)?);
        Ok(vectors)
    })
}

/// Name of the parameter, the requirements that ask for it, the code when it is not there, why it matters.
type Mandatory = (&'static str, &'static [&'static str], &'static [&'static str], &'static str);
/// End of the id, name, text, the requirements that forbid it, the code, why it matters.
type Forbidden = (
    &'static str,
    &'static str,
    &'static str,
    &'static [&'static str],
    &'static [&'static str],
    &'static str,
);

fn of(id: &str, signed: &Signed, (mandatory, forbidden): (&[Mandatory], &[Forbidden])) -> Cases {
    let rules = if signed.request.is_some() { RULES_OF_RESPONSES } else { RULES_OF_REQUESTS };
    let twin = signed.accepted(id, rules, "The mandatory parameters, and no other.")?;
    let mut vectors = vec![twin.clone()];
    for (name, requirements, codes, comment) in mandatory {
        let twin = twin.clone().requires(requirements);
        let row: Refused<String> = (
            format!("{id}-no-{name}"),
            codes,
            signed.without_parameter(name),
            "a mandatory parameter is missing",
            comment,
        );
        vectors.extend(refuse(&twin, [row])?.into_iter().map(|vector| vector.of(name)));
    }
    for (end, name, text, requirements, codes, comment) in forbidden {
        let twin = twin.clone().requires(requirements);
        let row: Refused<String> = (
            format!("{id}-{end}"),
            codes,
            signed.parameter(name, text),
            "a parameter that is not used",
            comment,
        );
        vectors.extend(refuse(&twin, [row])?.into_iter().map(|vector| vector.of(end)));
    }
    Ok(vectors)
}

const NO_CREATED: Mandatory = (
    "created",
    &["SIG-3-20", "SIG-3-30"],
    &["httpsig.created_missing"],
    "Nobody can tell how long a signature without a beginning lives.",
);
const NO_EXPIRES: Mandatory = (
    "expires",
    &["SIG-3-21", "SIG-3-30"],
    &["httpsig.expires_missing"],
    "A signature without an end is good for ever.",
);
const NO_NONCE: Mandatory = (
    "nonce",
    &["SIG-3-23", "SIG-3-30"],
    &["httpsig.nonce_missing"],
    "A signature without a name can be sent again.",
);

const OF_REQUESTS: (&[Mandatory], &[Forbidden]) = (
    &[
        NO_CREATED,
        NO_EXPIRES,
        NO_NONCE,
        (
            "tag",
            &["SIG-3-24", "SIG-3-41"],
            &["httpsig.unsigned"],
            "A signature without the tag is not of this profile: the request is unsigned.",
        ),
        (
            "wimse-aud",
            &["SIG-3-25", "SIG-3-30", "SIG-3.2-1", "SIG-3.2-2"],
            &["httpsig.wimse_aud_missing"],
            "A signature for nobody is a signature for everybody.",
        ),
    ],
    &[
        KEYID,
        KEYID_EMPTY,
        KEYID_FLAG,
        ALG,
        ALG_OTHER,
        ALG_FLAG,
        KEYID_TOKEN,
        ALG_TOKEN,
        (
            "wimse-req-nonce",
            "wimse-req-nonce",
            "=\"AAECAwQFBgcICQoLDA0ODw\"",
            &["SIG-3-30"],
            &["httpsig.wimse_req_nonce_forbidden"],
            "A request answers nothing.",
        ),
    ],
);

const OF_RESPONSES: (&[Mandatory], &[Forbidden]) = (
    &[
        NO_CREATED,
        NO_EXPIRES,
        NO_NONCE,
        (
            "tag",
            &["SIG-3-24", "SIG-3.5-4"],
            &["httpsig.response_unsigned", "httpsig.unsigned"],
            "A signature without the tag is not of this profile, and a signed response was demanded.",
        ),
        (
            "wimse-req-nonce",
            &["SIG-3-27", "SIG-3.4-1", "SIG-3.5-8"],
            &["httpsig.wimse_req_nonce_missing"],
            "A response that answers any request can be played to any client.",
        ),
    ],
    &[
        KEYID,
        KEYID_EMPTY,
        KEYID_FLAG,
        ALG,
        ALG_OTHER,
        ALG_FLAG,
        KEYID_TOKEN,
        ALG_TOKEN,
        (
            "wimse-aud",
            "wimse-aud",
            "=\"https://api.example.com/orders\"",
            &["SIG-3-30"],
            &["httpsig.wimse_aud_forbidden"],
            "An audience is for requests only.",
        ),
        (
            "wimse-sign-response",
            "wimse-sign-response",
            "",
            &["SIG-3-30"],
            &["httpsig.wimse_sign_response_forbidden"],
            "A response demands nothing.",
        ),
    ],
);

const KEYID: Forbidden = (
    "keyid",
    "keyid",
    "=\"workload-key\"",
    &["SIG-3-28", "SIG-3-30"],
    &["httpsig.keyid_forbidden"],
    "The key is that of the WIT; a second name of it would have to be compared, or be believed.",
);
const KEYID_EMPTY: Forbidden = (
    "keyid-empty",
    "keyid",
    "=\"\"",
    &["SIG-3-28", "SIG-3-30"],
    &["httpsig.keyid_forbidden"],
    "It is the parameter that is not used, whatever its value.",
);
const KEYID_TOKEN: Forbidden = (
    "keyid-token",
    "keyid",
    "=workload-key",
    &["SIG-3-28", "SIG-3-30"],
    &["httpsig.keyid_forbidden"],
    "It is the parameter that is not used, whatever its type.",
);
const ALG: Forbidden = (
    "alg",
    "alg",
    "=\"ed25519\"",
    &["SIG-3-29", "SIG-3-30", "SIG-3.1-2"],
    &["httpsig.alg_forbidden"],
    "The algorithm is that of the WIT; a sender must not choose another.",
);
const ALG_OTHER: Forbidden = (
    "alg-other",
    "alg",
    "=\"ecdsa-p256-sha256\"",
    &["SIG-3-29", "SIG-3-30", "SIG-3.1-2"],
    &["httpsig.alg_forbidden"],
    "The algorithm is that of the WIT; a sender must not choose another.",
);
const ALG_TOKEN: Forbidden = (
    "alg-token",
    "alg",
    "=ed25519",
    &["SIG-3-29", "SIG-3-30", "SIG-3.1-2"],
    &["httpsig.alg_forbidden"],
    "It is the parameter that is not used, whatever its type.",
);

const KEYID_FLAG: Forbidden = (
    "keyid-flag",
    "keyid",
    "",
    &["SIG-3-28", "SIG-3-30"],
    &["httpsig.keyid_forbidden"],
    "A parameter of another type is there all the same.",
);
const ALG_FLAG: Forbidden = (
    "alg-flag",
    "alg",
    "",
    &["SIG-3-29", "SIG-3-30", "SIG-3.1-2"],
    &["httpsig.alg_forbidden"],
    "A parameter of another type is there all the same.",
);

const RULES_OF_REQUESTS: &[&str] = &[
    "SIG-3-20",
    "SIG-3-21",
    "SIG-3-23",
    "SIG-3-24",
    "SIG-3-25",
    "SIG-3-28",
    "SIG-3-29",
    "SIG-3-30",
    "SIG-3.1-2",
];
const RULES_OF_RESPONSES: &[&str] = &[
    "SIG-3-20",
    "SIG-3-21",
    "SIG-3-23",
    "SIG-3-24",
    "SIG-3-27",
    "SIG-3-28",
    "SIG-3-29",
    "SIG-3-30",
    "SIG-3.4-1",
];
