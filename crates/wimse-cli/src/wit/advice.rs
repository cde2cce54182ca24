//! What to do when a WIT is not issued.

use crate::refusal::Advice;

pub(super) const ISSUE: &[Advice] = &[
    Advice {
        code: "wit.issue_text",
        rule: None,
        fix: "give 1 to 1,024 bytes of text, and for the \"jti\" nothing that is a Workload Identifier",
    },
    Advice {
        code: "wit.issue_iss",
        rule: Some(("WIT-5.1-5", "workload-creds 5.1")),
        fix: "give an absolute URI, such as --iss https://id.example.com",
    },
    Advice { code: "wit.issue_validity", rule: None, fix: "give a lifetime of at least one second" },
    Advice {
        code: "wit.issue_issuer_key",
        rule: None,
        fix: "give the workload a key of its own: \"wimse key generate\" makes one",
    },
    Advice {
        code: "wit.lifetime_too_long",
        rule: Some(("WIT-9.3.1-1", "workload-creds 9.3.1")),
        fix: "issue for at most 24 hours and renew: --lifetime 1h is usual",
    },
    Advice {
        code: "wit.too_large",
        rule: None,
        fix: "leave out claims: a WIT travels with every request, in one header field",
    },
];

#[cfg(test)]
mod tests {
    #[test]
    fn every_requirement_is_in_the_catalogue() {
        crate::refusal::assert_catalogued(super::ISSUE);
    }
}
