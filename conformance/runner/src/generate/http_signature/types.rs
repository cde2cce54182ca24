//! The types of the parameters: Integers, Strings and a Boolean, and nothing that looks like them.

use super::{
    super::{Cases, tokens::NOW},
    cases::{Codes, Refused, both, refuse},
    signed::{NONCE, Signed},
};

pub(super) fn vectors() -> Cases {
    let request = Signed::ed25519();
    let response = request.demanding().response();
    let mut vectors = Vec::new();
    for (name, requirements, code) in TIMES {
        let id = format!("sig-type-{name}");
        let twin = request.accepted(&id, requirements, "Seconds since 1970, as an Integer.")?;
        vectors.push(twin.clone());
        vectors.extend(refuse(&twin, times(&id, &request, name, code))?);
    }
    for (name, requirements, codes) in STRINGS {
        let signed = if name == "wimse-req-nonce" { &response } else { &request };
        let id = format!("sig-type-{name}");
        let twin = signed.accepted(&id, requirements, "A String.")?;
        vectors.push(twin.clone());
        vectors.extend(refuse(&twin, strings(&id, signed, name, codes))?);
    }
    vectors.extend(of_tag(&request)?);
    vectors.extend(both(of_sign_response)?);
    vectors.extend(other(&request)?);
    Ok(vectors)
}

type Type = (&'static str, &'static [&'static str], &'static [&'static str]);

const TIMES: [Type; 2] = [
    ("created", &["SIG-3-20", "SIG-3-30"], &["httpsig.created_malformed"]),
    ("expires", &["SIG-3-21", "SIG-3-30"], &["httpsig.expires_malformed"]),
];
const STRINGS: [Type; 3] = [
    ("nonce", &["SIG-3-23", "SIG-3-30"], &["httpsig.nonce_malformed"]),
    ("wimse-aud", &["SIG-3-25", "SIG-3.2-1"], &["httpsig.wimse_aud_malformed"]),
    ("wimse-req-nonce", &["SIG-3-27", "SIG-3.4-1", "SIG-3.5-8"], &["httpsig.wimse_req_nonce_malformed"]),
];

fn times(id: &str, request: &Signed, name: &str, codes: &'static [&'static str]) -> Vec<Refused<String>> {
    let second = if name == "created" { NOW } else { NOW + 60 };
    let row = |end: &str, text: &str, differs, comment| {
        (format!("{id}-{end}"), codes, request.parameter(name, text), differs, comment)
    };
    let out_of_range = |end: &str, text: &str, differs, comment| {
        (format!("{id}-{end}"), OUT_OF_RANGE, request.parameter(name, text), differs, comment)
    };
    vec![
        row("string", &format!("=\"{second}\""), "a String", "Digits in quotes are no Integer."),
        row("decimal", &format!("={second}.0"), "a Decimal", "A time has no fraction."),
        row("token", "=now", "a Token", "A word is no time."),
        row("date", &format!("=@{second}"), "a Date", "The parameter is older than this type."),
        row("bare", "", "no value", "A name without a value is the Boolean true."),
        out_of_range("negative", "=-1", "a negative number", "Before 1970 nobody signed."),
        out_of_range("far", "=999999999999999", "the largest Integer", "A time that no calendar has."),
    ]
}

fn strings(id: &str, signed: &Signed, name: &str, codes: &'static [&'static str]) -> Vec<Refused<String>> {
    let row = |end: &str, text: &str, differs, comment| {
        (format!("{id}-{end}"), codes, signed.parameter(name, text), differs, comment)
    };
    let token =
        if name == "wimse-aud" { "=https://api.example.com/orders" } else { "=AAECAwQFBgcICQoLDA0ODw" };
    vec![
        row("token", token, "a Token", "The same letters without quotes are of another type."),
        row("bytes", "=:AAECAwQFBgcICQoLDA0ODw==:", "a Byte Sequence", "The bytes are of another type."),
        row("integer", "=1", "an Integer", "A number is of another type."),
        row("bare", "", "no value", "A name without a value is the Boolean true."),
        row("empty", "=\"\"", "an empty String", "Nothing in quotes says nothing."),
    ]
}

/// A tag that is not ours is that of another signature.
fn of_tag(request: &Signed) -> Cases {
    let twin = request.accepted("sig-type-tag", &["SIG-3-24", "SIG-3-41"], "The tag of the profile.")?;
    let row = |id, codes: Codes, text, differs, comment| {
        (id, codes, request.parameter("tag", text), differs, comment)
    };
    let unsigned: &[&str] = &["httpsig.unsigned"];
    let typed: &[&str] = &["httpsig.tag_malformed", "httpsig.unsigned"];
    let rows: [Refused; 7] = [
        row("sig-type-tag-token", typed, "=wimse-workload-to-workload", "a Token", "It is a String."),
        row("sig-type-tag-bytes", typed, "=:d2ltc2U=:", "a Byte Sequence", "It is a String."),
        row(
            "sig-type-tag-other",
            unsigned,
            "=\"web-bot-auth\"",
            "another tag",
            "A signature of another profile.",
        ),
        row(
            "sig-type-tag-capital",
            unsigned,
            "=\"WIMSE-workload-to-workload\"",
            "capital letters",
            "A tag has case.",
        ),
        row(
            "sig-type-tag-space",
            unsigned,
            "=\"wimse-workload-to-workload \"",
            "a space at its end",
            "Strings are compared whole.",
        ),
        row(
            "sig-type-tag-longer",
            unsigned,
            "=\"wimse-workload-to-workload-2\"",
            "a longer tag",
            "A tag is not known by its beginning.",
        ),
        row("sig-type-tag-empty", unsigned, "=\"\"", "an empty tag", "No tag at all."),
    ];
    Ok([vec![twin.clone()], refuse(&twin, rows)?].concat())
}

fn of_sign_response(request: &Signed) -> Cases {
    let rules: &[&str] = &["SIG-3-26", "SIG-3.3-1"];
    let demanded = |id, request: &Signed, required: bool, comment| {
        let vector = request.accepted(id, rules, comment)?;
        Ok::<_, Box<dyn std::error::Error>>(vector.output("response_required", required))
    };
    let demanding = request.demanding();
    let twin = demanded("sig-type-sign-response", &demanding, true, "A name without a value is true.")?;
    let spelt = demanding.respell(|input| input.replace(";wimse-sign-response", ";wimse-sign-response=?1"));
    let not = request.parameter("wimse-sign-response", "=?0");
    let row = |id, text, differs, comment| {
        let malformed: &[&str] = &["httpsig.wimse_sign_response_malformed"];
        (id, malformed, request.parameter("wimse-sign-response", text), differs, comment)
    };
    let rows: [Refused; 5] = [
        row("sig-type-sign-response-token", "=true", "a Token", "The word is not the Boolean."),
        row("sig-type-sign-response-string", "=\"true\"", "a String", "The word is not the Boolean."),
        row("sig-type-sign-response-integer", "=1", "an Integer", "A number is not the Boolean."),
        row("sig-type-sign-response-zero", "=0", "the Integer 0", "A number is not the Boolean."),
        row("sig-type-sign-response-empty", "=\"\"", "an empty String", "Nothing is not the Boolean."),
    ];
    let accepted = vec![
        twin.clone(),
        demanded(
            "sig-type-sign-response-spelt",
            &spelt,
            true,
            "True may be spelt out; it is signed without.",
        )?,
        demanded("sig-type-sign-response-false", &not, false, "False demands nothing.")?,
        demanded("sig-type-sign-response-absent", request, false, "Without it, nothing is demanded.")?,
    ];
    Ok([accepted, refuse(&twin, rows)?].concat())
}

/// Parameters that are not known, and parameters twice.
fn other(request: &Signed) -> Cases {
    let known = request.parameter("x-trace", "=\"1\"").parameter("x-flag", "");
    let rules: &[&str] = &["SIG-3-30"];
    let twin = known.accepted("sig-type-unknown", rules, "Other parameters are signed and ignored.")?;
    let many = (0..40).fold(known.clone(), |request, number| request.parameter(&format!("p{number}"), "=1"));
    let twice: &[&str] = &["httpsig.parameter_repeated", "httpsig.expired", "httpsig.audience_mismatch"];
    let malformed: &[&str] = &["httpsig.field_malformed"];
    let rows: [Refused; 6] = [
        (
            "sig-type-created-twice",
            twice,
            known.valid(NOW - 500, NOW - 400).another_parameter("created", &format!("={NOW}")),
            "a parameter twice",
            "Readers disagree on which of them counts.",
        ),
        (
            "sig-type-audience-twice",
            twice,
            known
                .string("wimse-aud", "https://api.example.com/orders")
                .another_parameter("wimse-aud", "=\"https://other.example/orders\""),
            "a parameter twice",
            "Readers disagree on which of them counts.",
        ),
        (
            "sig-type-many",
            &["httpsig.too_many_parameters"],
            many,
            "40 parameters more",
            "Work for the recipient.",
        ),
        (
            "sig-type-integer-too-long",
            malformed,
            known.parameter("created", "=1800000000000000"),
            "16 digits",
            "An Integer has 15 digits at most.",
        ),
        (
            "sig-type-not-ascii",
            malformed,
            known.parameter("nonce", "=\"\u{e9}t\u{e9}\""),
            "letters beyond ASCII in a String",
            "A String holds ASCII.",
        ),
        (
            "sig-type-capital-key",
            malformed,
            known.parameter("X", "=1"),
            "a parameter with a capital letter",
            "Keys are in lower case.",
        ),
    ];
    let plain = request.parameter("nonce", &format!("=\"{NONCE}\""));
    let order = plain.without_parameter("created").parameter("created", &format!("={NOW}"));
    let order = order.accepted("sig-type-order", rules, "The order of parameters is free, and signed.")?;
    Ok([vec![twin.clone(), order], refuse(&twin, rows)?].concat())
}

/// As a type of its own, or by the rules for times.
const OUT_OF_RANGE: &[&str] = &[
    "httpsig.created_malformed",
    "httpsig.expires_malformed",
    "httpsig.expires_before_created",
    "httpsig.lifetime_too_long",
    "httpsig.not_yet_valid",
    "httpsig.expired",
];
