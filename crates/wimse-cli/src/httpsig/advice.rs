//! What to do when nothing is signed, or when there is nothing to sign.

use crate::refusal::Advice;

pub(super) const SIGN: &[Advice] = &[
    Advice {
        code: "httpsig.insecure_channel",
        rule: Some(("SIG-5.1-2", "http-signature 5.1")),
        fix: "use https, or say --channel-is-secure where something else secures the channel, such as loopback",
    },
    Advice {
        code: "httpsig.audience_unknown",
        rule: Some(("SIG-3.2-1", "http-signature 3.2")),
        fix: "give the audience agreed on with --aud: this target has no scheme, host and path to name the recipient by",
    },
    Advice {
        code: "httpsig.audience_empty",
        rule: Some(("SIG-3.2-1", "http-signature 3.2")),
        fix: "name the recipient with --aud, or leave it out for the target URI",
    },
    Advice {
        code: "httpsig.lifetime",
        rule: Some(("SIG-3-22", "http-signature 3")),
        fix: "60s is usual, 300s the most",
    },
    Advice {
        code: "httpsig.nonce_too_short",
        rule: Some(("SIG8-3-4", "http-signature 3")),
        fix: "leave --nonce out for a random one, or give 22 characters: 128 bits in base64url",
    },
    Advice {
        code: "httpsig.wit_present",
        rule: None,
        fix: "take the Workload-Identity-Token field out of the file: the WIT that is signed with is added",
    },
    Advice { code: "httpsig.field_repeated", rule: None, fix: "leave one line of this field in the file" },
    Advice {
        code: "httpsig.digest_mismatch",
        rule: None,
        fix: "take the Content-Digest field out of the file: the right one is added",
    },
    Advice {
        code: "httpsig.already_signed",
        rule: Some(("SIG-3-32", "http-signature 3")),
        fix: "take the signature with the tag wimse-workload-to-workload out of the file; others may stay",
    },
    Advice {
        code: "httpsig.parameter",
        rule: Some(("SIG-3.2-1", "http-signature 3.2")),
        fix: "write --aud in printable ASCII, as a URI is",
    },
    Advice {
        code: "httpsig.label_in_use",
        rule: None,
        fix: "give another --label, or leave it out: the first that is free is taken",
    },
    Advice {
        code: "httpsig.label",
        rule: None,
        fix: "write the --label in lower-case letters, digits, \"_\", \"-\", \".\" and \"*\"",
    },
    Advice {
        code: "httpsig.component_missing",
        rule: None,
        fix: "add the field to the file, or leave its --cover out; of a request a response covers what the signature \
              of that request covers",
    },
    Advice {
        code: "httpsig.component_wrong_message",
        rule: None,
        fix: "leave this --cover out; a response covers what is of its request with \";req\"",
    },
    Advice {
        code: "httpsig.component_req_on_request",
        rule: None,
        fix: "leave \";req\" out: it is for responses, which cover a part of their request",
    },
    Advice {
        code: "httpsig.target_unknown",
        rule: Some(("SIG-3-40", "http-signature 3")),
        fix: "leave this --cover out: @path and @query, which take its place, are always covered",
    },
    Advice {
        code: "httpsig.target_no_path",
        rule: None,
        fix: "sign a request with a path: that of \"OPTIONS *\" has none, and no signature can cover it",
    },
    Advice {
        code: "httpsig.target_authority_unknown",
        rule: None,
        fix: "add a Host field to the file, or write the whole URI in its request line",
    },
    Advice {
        code: "credential.key_mismatch",
        rule: Some(("WIT-5.1-13", "workload-creds 5.1")),
        fix: "give the private key of this very WIT, with its \"alg\"; \"wimse wit inspect\" and \
              \"wimse key thumbprint\" show which it is",
    },
    Advice {
        code: "credential.expired",
        rule: Some(("WIT-9.5-3", "workload-creds 9.5")),
        fix: "get a new WIT from the issuer, or set the clock right",
    },
];

/// Where there is no signature base.
pub(super) const BASE: &[Advice] = &[
    Advice {
        code: "httpsig.absent",
        rule: None,
        fix: "sign the message, or say of what the base is to be: --components '\"@method\" \"@path\"'",
    },
    Advice {
        code: "httpsig.tag_not_found",
        rule: None,
        fix: "name the --tag of a signature that the message has, or choose by --label",
    },
    Advice {
        code: "httpsig.component_request_unknown",
        rule: None,
        fix: "name the request that the response answers: --for REQUEST",
    },
    Advice {
        code: "httpsig.component_missing",
        rule: None,
        fix: "look for what has taken the field out of the message, or do not cover it",
    },
    Advice {
        code: "httpsig.target_authority_unknown",
        rule: None,
        fix: "add a Host field to the file, or write the whole URI in its request line",
    },
];

#[cfg(test)]
mod tests {
    #[test]
    fn every_requirement_is_in_the_catalogue() {
        crate::refusal::assert_catalogued(super::SIGN);
        crate::refusal::assert_catalogued(super::BASE);
    }
}
