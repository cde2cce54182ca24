//! `Signature-Input` and `Signature`: dictionaries of one label each, and what they are not.

use super::{
    super::Cases,
    cases::{Codes, Refused, by_code, refuse},
    signed::Signed,
};

pub(super) fn vectors() -> Cases {
    let request = Signed::ed25519();
    let with =
        |input: &str, signature: &str| request.field("Signature-Input", input).field("Signature", signature);
    let accepted = |id, signed: &Signed, comment| signed.accepted(id, RULES, comment);
    let twin = accepted("sig-fields", &request, "One signature.")?;
    let others = |count: usize| {
        let number = (0..count).map(|number| format!("x{number}=(\"@method\");tag=\"x\""));
        let bytes = (0..count).map(|number| format!("x{number}=:AAAA:"));
        with(
            &number.chain(["sig1={input}".to_owned()]).collect::<Vec<_>>().join(", "),
            &bytes.chain(["sig1=:{signature}:".to_owned()]).collect::<Vec<_>>().join(", "),
        )
    };
    let spaced = with("  sig1={input}\t", "sig1=:{signature}:  ");
    let mut vectors = vec![
        twin.clone(),
        accepted("sig-fields-eight", &others(7), "Eight signatures.")?,
        accepted("sig-fields-spaces", &spaced, "White space around the values.")?,
    ];
    vectors.extend(refuse(&twin, dictionaries(&with))?);
    vectors.extend(refuse(&twin, members(&with))?);
    let many: Codes = &["httpsig.too_many_signatures", "httpsig.field_too_large"];
    let rows: [Refused; 2] = [
        (
            "sig-fields-nine",
            many,
            others(8),
            "nine signatures",
            "Work for the recipient at no cost for the sender.",
        ),
        (
            "sig-fields-300",
            many,
            others(300),
            "300 signatures",
            "Work for the recipient at no cost for the sender.",
        ),
    ];
    vectors.extend(refuse(&twin, rows)?);
    let large = request.string("x", &"x".repeat(9000));
    let large = [(
        "sig-fields-large",
        TOO_LARGE,
        large,
        "9,000 bytes of one parameter",
        "Work for the recipient at no cost for the sender.",
    )];
    vectors.extend(refuse(&twin, large)?);
    Ok(by_code(vectors, |code| match code {
        "httpsig.label_unmatched" => &["SIG-3-33", "SIG-3-41"],
        "httpsig.label_repeated" => &["SIG-3-33"],
        "httpsig.member_type" => &["SIG-3-16", "SIG-3-30"],
        _ => &["SIG-3-30"],
    }))
}

/// Not dictionaries.
fn dictionaries(with: &impl Fn(&str, &str) -> Signed) -> Vec<Refused> {
    let malformed: Codes = &["httpsig.field_malformed"];
    let twice: Codes = &["httpsig.label_repeated"];
    let row = |id, codes: Codes, input: &str, signature: &str, differs, comment| {
        (id, codes, with(input, signature), differs, comment)
    };
    let ours = "sig1=:{signature}:";
    vec![
        row(
            "sig-fields-empty",
            malformed,
            "",
            ours,
            "an empty Signature-Input",
            "Nothing can be read of it.",
        ),
        row("sig-fields-text", malformed, "((", ours, "no dictionary", "Nothing can be read of it."),
        row(
            "sig-fields-comma",
            malformed,
            "sig1={input},",
            ours,
            "a comma at its end",
            "Something was cut off.",
        ),
        row(
            "sig-fields-capital",
            malformed,
            "Sig1={input}",
            "Sig1=:{signature}:",
            "a capital letter",
            "Labels are in lower case.",
        ),
        row(
            "sig-fields-open",
            malformed,
            "sig1=(\"@method\"",
            ours,
            "a list that is not closed",
            "Something was cut off.",
        ),
        row(
            "sig-fields-base64",
            malformed,
            "sig1={input}",
            "sig1=:@@@@:",
            "bytes that are not base64",
            "Nothing can be read of it.",
        ),
        row(
            "sig-fields-label-twice",
            twice,
            "sig1=(\"@method\"), sig1={input}",
            ours,
            "a label twice",
            "Readers disagree on which of them counts.",
        ),
        row(
            "sig-fields-label-twice-signature",
            twice,
            "sig1={input}",
            "sig1=:AAAA:, sig1=:{signature}:",
            "a label twice in Signature",
            "Readers disagree on which of them counts.",
        ),
    ]
}

/// Members of other types, and labels in one of the fields only.
fn members(with: &impl Fn(&str, &str) -> Signed) -> Vec<Refused> {
    let other: Codes = &["httpsig.member_type"];
    let unmatched: Codes = &["httpsig.label_unmatched"];
    let row = |id, codes: Codes, input: &str, signature: &str, differs, comment| {
        (id, codes, with(input, signature), differs, comment)
    };
    let ours = "sig1=:{signature}:";
    vec![
        row(
            "sig-fields-item",
            other,
            "sig1=\"@method\"",
            ours,
            "an item instead of a list",
            "Components are a list.",
        ),
        row("sig-fields-flag", other, "sig1", ours, "a label without a value", "Components are a list."),
        row(
            "sig-fields-token",
            other,
            "sig1={input}",
            "sig1=abcd",
            "a token as the signature",
            "A signature is bytes.",
        ),
        row(
            "sig-fields-string",
            other,
            "sig1={input}",
            "sig1=\"{signature}\"",
            "a string as the signature",
            "A signature is bytes.",
        ),
        row(
            "sig-fields-list",
            other,
            "sig1={input}",
            "sig1=(:{signature}:)",
            "a list as the signature",
            "A signature is bytes.",
        ),
        row(
            "sig-fields-other-label",
            unmatched,
            "sig1={input}",
            "sig2=:{signature}:",
            "another label",
            "What belongs together has one label.",
        ),
        row(
            "sig-fields-label-case",
            &["httpsig.field_malformed", "httpsig.label_unmatched"],
            "sig1={input}",
            "SIG1=:{signature}:",
            "a label in capital letters",
            "Labels have no capital letters.",
        ),
    ]
}

const TOO_LARGE: Codes = &["httpsig.field_too_large"];
const RULES: &[&str] = &["SIG-3-30", "SIG-3-33"];
