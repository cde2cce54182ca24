//! Lists of components that have no signature base.

/// A twin, and lists that have no base: id, codes, the list, what differs, comment.
pub(super) type Refusals = (
    &'static str,
    &'static [(&'static str, &'static [&'static str], &'static str, &'static str, &'static str)],
);

pub(super) const REFUSED: &[Refusals] = &[
    (
        "sig-base-method",
        &[
            (
                "sig-base-unknown",
                &["httpsig.component_unknown"],
                "\"@unknown\"",
                "an unknown component",
                "It has no value.",
            ),
            (
                "sig-base-status-of-request",
                &["httpsig.component_wrong_message"],
                "\"@status\"",
                "@status",
                "A request has none.",
            ),
            (
                "sig-base-req-of-request",
                &["httpsig.component_req_on_request"],
                "\"@method\";req",
                "req",
                "A request answers nothing.",
            ),
            (
                "sig-base-params-listed",
                &["httpsig.component_signature_params"],
                "\"@signature-params\"",
                "@signature-params",
                "It is never listed.",
            ),
            (
                "sig-base-twice",
                &["httpsig.component_repeated"],
                "\"@method\" \"@method\"",
                "a component twice",
                "Each is listed once.",
            ),
            (
                "sig-base-method-sf",
                &["httpsig.component_parameter_not_applicable"],
                "\"@method\";sf",
                "a form of fields",
                "A method has no structure.",
            ),
            (
                "sig-base-capital",
                &["httpsig.component_name"],
                "\"Host\"",
                "a capital letter",
                "Names are in lower case.",
            ),
        ],
    ),
    (
        "sig-base-path",
        &[
            (
                "sig-base-absent",
                &["httpsig.component_missing"],
                "\"x-a\"",
                "a field that is not there",
                "Not even an empty value.",
            ),
            (
                "sig-base-tr",
                &["httpsig.component_missing"],
                "\"x-a\";tr",
                "a trailer that is not there",
                "Not even an empty value.",
            ),
            (
                "sig-base-parameter",
                &["httpsig.component_parameter_unknown"],
                "\"@path\";x",
                "an unknown parameter",
                "It might mean anything.",
            ),
        ],
    ),
    (
        "sig-base-query-param",
        &[
            (
                "sig-base-query-param-absent",
                &["httpsig.query_parameter"],
                "\"@query-param\";name=\"x\"",
                "a name that is not there",
                "Not even an empty value.",
            ),
            (
                "sig-base-query-param-nameless",
                &["httpsig.component_parameter_missing"],
                "\"@query-param\"",
                "no name",
                "Which one?",
            ),
            (
                "sig-base-query-param-type",
                &["httpsig.component_parameter_type"],
                "\"@query-param\";name=baz",
                "a token for the name",
                "It is a String.",
            ),
        ],
    ),
    (
        "sig-base-status",
        &[
            (
                "sig-base-method-of-response",
                &["httpsig.component_wrong_message"],
                "\"@method\"",
                "@method of the response",
                "A response has none.",
            ),
            (
                "sig-base-no-request",
                &["httpsig.component_request_unknown"],
                "\"@method\";req",
                "@method of an unknown request",
                "Nobody says which request.",
            ),
            (
                "sig-base-status-req",
                &["httpsig.component_wrong_message", "httpsig.component_request_unknown"],
                "\"@status\";req",
                "@status of a request",
                "A request has none.",
            ),
        ],
    ),
    (
        "sig-base-request-target-asterisk",
        &[
            (
                "sig-base-asterisk-path",
                &["httpsig.target_no_path"],
                "\"@path\"",
                "the path of *",
                "It has none.",
            ),
            (
                "sig-base-asterisk-query",
                &["httpsig.target_no_path"],
                "\"@query\"",
                "the query of *",
                "It has none.",
            ),
        ],
    ),
    (
        "sig-base-request-target-authority",
        &[
            (
                "sig-base-connect-path",
                &["httpsig.target_no_path"],
                "\"@path\"",
                "the path of CONNECT",
                "It has none.",
            ),
            (
                "sig-base-connect-query",
                &["httpsig.target_no_path"],
                "\"@query\"",
                "the query of CONNECT",
                "It has none.",
            ),
        ],
    ),
];
