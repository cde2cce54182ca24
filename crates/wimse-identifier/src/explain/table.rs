//! The rules for identifiers, in the order of the parser.

use super::rule::{Refusal, Rule};

/// Every rule for Workload Identifiers and origins, in the order of the parser. Each code of
/// [`IdentifierError`](crate::IdentifierError) belongs to exactly one.
pub static RULES: &[&Rule] = &[
    &LENGTH,
    &CHARACTERS,
    &SCHEME,
    &AUTHORITY,
    &FRAGMENT,
    &QUERY,
    &USER_INFO,
    &PORT,
    &TRUST_DOMAIN,
    &TRUST_DOMAIN_NAME,
    &TRUST_DOMAIN_LENGTH,
    &TRUST_DOMAIN_CHARACTERS,
    &TRUST_DOMAIN_PERCENT_ENCODING,
    &TRUST_DOMAIN_END,
    &PATH,
    &PATH_END,
    &PATH_SEGMENTS,
    &PATH_PERCENT_ENCODING,
    &PATH_CHARACTERS,
    &ORIGIN,
];

pub(super) static LENGTH: Rule = Rule::new(
    "identifier.length",
    "the identifier has 1 to 2048 bytes",
    "ID-7.1-5",
    "identifier 7.1",
    &[
        Refusal::new("identifier.empty", "give an identifier, such as wimse://example.com/service")
            .under("ID-4.1-1", "identifier 4.1"),
        Refusal::new("identifier.too_long", "shorten the identifier to 2048 bytes, usually its path"),
    ],
);

pub(super) static CHARACTERS: Rule = Rule::new(
    "identifier.characters",
    "every byte is a character of a URI",
    "ID-7.1-1",
    "identifier 7.1",
    &[
        Refusal::new(
            "identifier.not_ascii",
            "remove spaces, control characters and what is not ASCII; look for characters that only look right",
        ),
        Refusal::new(
            "identifier.character",
            "remove the characters that no URI has, such as quotes or \"<\"",
        ),
    ],
);

pub(super) static SCHEME: Rule = Rule::new(
    "identifier.scheme",
    "the scheme is accepted and in lower case",
    "ID-4.1-1",
    "identifier 4.1",
    &[
        Refusal::new("identifier.scheme_missing", "begin the identifier with its scheme, such as wimse://"),
        Refusal::new(
            "identifier.scheme_unsupported",
            "write the scheme in lower case, or add its rules to the policy if it is to be accepted",
        )
        .under("IDP-4.4-1", "identifier-canonical 4.4"),
        Refusal::new(
            "identifier.scheme_invalid",
            "configure a scheme name of lower-case letters that has no rules of its own here",
        )
        .under("ID-4.1-10", "identifier 4.1"),
    ],
);

pub(super) static AUTHORITY: Rule = Rule::new(
    "identifier.authority",
    "there is an authority",
    "ID-4.1-2",
    "identifier 4.1",
    &[Refusal::new("identifier.authority_missing", "write \"//\" and the trust domain after the scheme")],
);

pub(super) static FRAGMENT: Rule = Rule::new(
    "identifier.fragment",
    "there is no fragment",
    "ID-4.1-5",
    "identifier 4.1",
    &[Refusal::new("identifier.fragment", "remove the \"#\" and what follows it")],
);

pub(super) static QUERY: Rule = Rule::new(
    "identifier.query",
    "there is no query",
    "ID-4.1-4",
    "identifier 4.1",
    &[Refusal::new("identifier.query", "remove the \"?\" and what follows it")],
);

pub(super) static USER_INFO: Rule = Rule::new(
    "identifier.userinfo",
    "there is no user information",
    "ID-4.1-6",
    "identifier 4.1",
    &[Refusal::new("identifier.userinfo", "remove the \"@\" and what stands before it in the authority")],
);

pub(super) static PORT: Rule = Rule::new(
    "identifier.port",
    "there is no port",
    "ID-4.1-7",
    "identifier 4.1",
    &[Refusal::new("identifier.port", "remove the port: an identifier is no address")],
);

pub(super) static TRUST_DOMAIN: Rule = Rule::new(
    "identifier.trust_domain",
    "there is a trust domain",
    "ID-4.1-2",
    "identifier 4.1",
    &[Refusal::new("identifier.authority_empty", "write the trust domain between \"//\" and the path")],
);

pub(super) static TRUST_DOMAIN_NAME: Rule = Rule::new(
    "identifier.trust_domain_name",
    "the trust domain is a name, unless IP addresses are allowed",
    "ID-4.3-2",
    "identifier 4.3",
    &[Refusal::new("identifier.ip_address", "name the trust domain by a domain name of its organisation")],
);

pub(super) static TRUST_DOMAIN_LENGTH: Rule = Rule::new(
    "identifier.trust_domain_length",
    "the trust domain is not longer than its scheme allows",
    "ID-4.1-10",
    "identifier 4.1",
    &[Refusal::new("identifier.trust_domain_too_long", "shorten the trust domain: spiffe allows 255 bytes")],
);

pub(super) static TRUST_DOMAIN_CHARACTERS: Rule = Rule::new(
    "identifier.trust_domain_characters",
    "every character of the trust domain is allowed by its scheme",
    "IDP-4.4-2",
    "identifier-canonical 4.4",
    &[Refusal::new(
        "identifier.trust_domain_character",
        "write the trust domain in lower case, with only a-z, 0-9, \".\", \"-\" and \"_\"",
    )],
);

pub(super) static TRUST_DOMAIN_PERCENT_ENCODING: Rule = Rule::new(
    "identifier.trust_domain_percent_encoding",
    "percent-encoding in the trust domain is as its scheme allows",
    "IDP-4.4-3",
    "identifier-canonical 4.4",
    &[Refusal::new(
        "identifier.trust_domain_percent_encoding",
        "write the trust domain without percent-encoding, in the form that its issuer uses",
    )],
);

pub(super) static TRUST_DOMAIN_END: Rule = Rule::new(
    "identifier.trust_domain_end",
    "the trust domain does not end with a dot, unless its scheme allows it",
    "IDP-4.4-3",
    "identifier-canonical 4.4",
    &[Refusal::new("identifier.trust_domain_trailing_dot", "remove the dot at the end of the trust domain")],
);

pub(super) static PATH: Rule = Rule::new(
    "identifier.path",
    "there is a path",
    "ID-4.1-3",
    "identifier 4.1",
    &[Refusal::new("identifier.path_empty", "add the path that names the workload, such as /service")],
);

pub(super) static PATH_END: Rule = Rule::new(
    "identifier.path_end",
    "the path does not end with a slash",
    "IDP-4.4-6",
    "identifier-canonical 4.4",
    &[Refusal::new("identifier.path_trailing_slash", "remove the slash at the end")],
);

pub(super) static PATH_SEGMENTS: Rule = Rule::new(
    "identifier.path_segments",
    "no segment of the path is empty, \".\" or \"..\", unless its scheme allows it",
    "IDP-4.4-6",
    "identifier-canonical 4.4",
    &[
        Refusal::new("identifier.path_empty_segment", "write one slash where there are several"),
        Refusal::new("identifier.path_dot_segment", "write the path without \".\" and \"..\""),
    ],
);

pub(super) static PATH_PERCENT_ENCODING: Rule = Rule::new(
    "identifier.path_percent_encoding",
    "percent-encoding in the path is as its scheme allows",
    "IDP-4.4-6",
    "identifier-canonical 4.4",
    &[Refusal::new(
        "identifier.path_percent_encoding",
        "write the path without percent-encoding, or name the workload by characters that need none",
    )],
);

pub(super) static PATH_CHARACTERS: Rule = Rule::new(
    "identifier.path_characters",
    "every character of the path is allowed by its scheme",
    "IDP-4.4-5",
    "identifier-canonical 4.4",
    &[Refusal::new(
        "identifier.path_character",
        "use only letters, digits, \"-\", \".\" and \"_\" between the slashes",
    )],
);

/// Judged of origins only; here for its code.
static ORIGIN: Rule = Rule::new(
    "identifier.origin",
    "an origin has no path",
    "ID-4.1-3",
    "identifier 4.1",
    &[Refusal::new(
        "identifier.path_not_allowed",
        "give scheme and trust domain alone, without a slash after them",
    )],
);
