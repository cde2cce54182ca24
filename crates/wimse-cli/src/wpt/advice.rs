//! What to do when no proof is made.

use crate::refusal::Advice;

pub(super) const CREATE: &[Advice] = &[
    Advice {
        code: "wpt.authorization_present",
        rule: Some(("WPT-2.2-1", "wpt 2.2")),
        fix: "take the Authorization field out of the request: the proof stands there",
    },
    Advice {
        code: "wpt.wit_present",
        rule: None,
        fix: "take the Workload-Identity-Token field out of the request: it is added, together with the proof",
    },
    Advice {
        code: "wpt.insecure_channel",
        rule: Some(("WPT-3.1.1-1", "wpt 3.1.1")),
        fix: "use https, or say --channel-is-secure where something else secures the channel, such as loopback",
    },
    Advice {
        code: "wpt.target_unknown",
        rule: Some(("WPT-2-4", "wpt 2")),
        fix: "give an absolute http or https URI without user information, or the value agreed on with --aud",
    },
    Advice {
        code: "wpt.audience_empty",
        rule: Some(("WPT-2-4", "wpt 2")),
        fix: "name the recipient with --aud",
    },
    Advice { code: "wpt.lifetime", rule: Some(("WPT-2-6", "wpt 2")), fix: "60s is usual, 300s the most" },
    Advice {
        code: "wpt.context_repeated",
        rule: Some(("WPT-2-12", "wpt 2")),
        fix: "send the field once: a repeated one cannot be covered",
    },
    Advice {
        code: "wpt.prove_too_large",
        rule: None,
        fix: "leave out claims: a proof travels with every request, in one header field",
    },
    Advice {
        code: "credential.key_mismatch",
        rule: Some(("WIT-5.1-13", "workload-creds 5.1")),
        fix: "give the private key of this very WIT, with its \"alg\"; \"wimse wit inspect\" and \
              \"wimse key thumbprint\" show which it is",
    },
    Advice {
        code: "credential.expired",
        rule: Some(("WPT-3.2-3", "wpt 3.2")),
        fix: "get a new WIT from the issuer, or set the clock right",
    },
];

#[cfg(test)]
mod tests {
    #[test]
    fn every_requirement_is_in_the_catalogue() {
        crate::refusal::assert_catalogued(super::CREATE);
    }
}
