//! The rules for the form of the fields, and of what is covered.

use super::{Refusal, Rule};

pub(super) static FIELDS: Rule = Rule::new(
    "httpsig.fields",
    "the signature fields are well-formed, and within the limits",
    "SIG-3-30",
    "http-signature 3",
    &[
        Refusal::new(
            "httpsig.input_missing",
            "send Signature-Input beside Signature; look for a proxy that removes it",
        )
        .under("SIG-3-41", "http-signature 3"),
        Refusal::new(
            "httpsig.signature_missing",
            "send Signature beside Signature-Input; look for a proxy that removes it",
        )
        .under("SIG-3-41", "http-signature 3"),
        Refusal::new(
            "httpsig.field_too_large",
            "let the sender cover less and name less, or raise the limits of the verifier",
        ),
        Refusal::new("httpsig.field_malformed", "let the sender write the fields as dictionaries (RFC 9651)"),
        Refusal::new(
            "httpsig.too_many_signatures",
            "let the proxies between add fewer signatures, or raise the limits of the verifier",
        ),
        Refusal::new("httpsig.label_repeated", "let every sender use a label that is free")
            .under("SIG-3-33", "http-signature 3"),
        Refusal::new(
            "httpsig.member_type",
            "let the sender write a list of components for each label of Signature-Input, and bytes in Signature",
        )
        .under("SIG-3-16", "http-signature 3"),
        Refusal::new(
            "httpsig.too_many_components",
            "let the sender cover fewer components, or raise the limits of the verifier",
        )
        .under("SIG-3-16", "http-signature 3"),
        Refusal::new(
            "httpsig.too_many_parameters",
            "let the sender write fewer parameters, or raise the limits of the verifier",
        ),
        Refusal::new("httpsig.parameter_repeated", "let the sender write each parameter once"),
        Refusal::new("httpsig.component_repeated", "let the sender list each component once")
            .under("SIG-3-16", "http-signature 3"),
        Refusal::new(
            "httpsig.label_unmatched",
            "send each label in both fields; look for a proxy that changes one of them",
        )
        .under("SIG-3-41", "http-signature 3"),
    ],
);

pub(super) static COMPONENTS: Rule = Rule::new(
    "httpsig.components",
    "every component that is covered can be derived from the message",
    "SIG-3-16",
    "http-signature 3",
    &[
        Refusal::new(
            "httpsig.component_missing",
            "send the field that is covered; look for a proxy that removes it",
        ),
        Refusal::new("httpsig.component_unknown", UNKNOWN),
        Refusal::new("httpsig.component_parameter_unknown", UNKNOWN),
        Refusal::new("httpsig.component_parameter_type", COVER_RIGHT),
        Refusal::new("httpsig.component_parameter_missing", COVER_RIGHT),
        Refusal::new("httpsig.component_parameter_not_applicable", COVER_RIGHT),
        Refusal::new("httpsig.component_parameters_exclusive", COVER_RIGHT),
        Refusal::new("httpsig.component_signature_params", COVER_RIGHT),
        Refusal::new("httpsig.component_name", "let the sender write the names of fields in lower case"),
        Refusal::new(
            "httpsig.component_req_on_request",
            "let the caller leave \"req\" out: it is for responses",
        ),
        Refusal::new("httpsig.component_request_unknown", "give the request that the response answers"),
        Refusal::new("httpsig.component_wrong_message", "let the sender cover what such a message has"),
        Refusal::new("httpsig.method", "send a method that is a token"),
        Refusal::new(
            "httpsig.query_too_large",
            "let the caller cover \"@query\" in place of single parameters",
        ),
        Refusal::new(
            "httpsig.query_parameter",
            "let the caller cover \"@query\" in place of single parameters",
        ),
        Refusal::new(
            "httpsig.query_encoding",
            "let the caller cover \"@query\" in place of single parameters",
        ),
        Refusal::new("httpsig.field_value", "send visible ASCII in covered fields"),
        Refusal::new("httpsig.field_type", "let the sender cover the field without \"sf\" and \"key\""),
        Refusal::new(
            "httpsig.structured_field_too_large",
            "let the sender cover the field without \"sf\" and \"key\"",
        ),
        Refusal::new(
            "httpsig.field_structure",
            "send the field in its structured form, or cover it without \"sf\"",
        ),
        Refusal::new("httpsig.member_missing", "send the member of the field that is covered"),
        Refusal::new("httpsig.target_malformed", "give the target as it was received")
            .under("SIG-3-2", "http-signature 3"),
        Refusal::new("httpsig.target_no_path", "do not sign OPTIONS *: it has no path")
            .under("SIG-3-2", "http-signature 3"),
        Refusal::new("httpsig.target_scheme", "send requests to http and https targets only"),
        Refusal::new("httpsig.target_scheme_unknown", GIVE_TARGET),
        Refusal::new("httpsig.target_authority", "send host and port, without user information"),
        Refusal::new("httpsig.target_authority_unknown", GIVE_TARGET),
        Refusal::new("httpsig.target_conflict", "give scheme and authority as callers see them"),
        Refusal::new(
            "httpsig.target_unknown",
            "give the target as it was received, or let the caller not cover it",
        ),
    ],
);

const UNKNOWN: &str = "let the sender cover only what RFC 9421 defines";
const COVER_RIGHT: &str = "let the sender write the component as RFC 9421 has it";
const GIVE_TARGET: &str =
    "give the verifier scheme and authority of the target, or let the caller not cover them";
