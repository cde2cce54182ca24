//! `Signature-Input` and `Signature`, up to their limits and far beyond.

use super::{Case, Input, LARGEST};
use crate::Error;
use http::header::{HeaderMap, HeaderValue};
use std::hint::black_box;
use wimse_httpsig::message::{Fields, Limits, SIGNATURE, SIGNATURE_INPUT, Signatures};

pub(super) fn cases() -> Vec<Case> {
    let mut cases = numbers();
    cases.extend(values());
    cases.extend(beyond());
    cases
}

/// More and more of something, up to its limit. Sizes are numbers of it.
fn numbers() -> Vec<Case> {
    let components = |name, component: fn(usize) -> String| {
        accepted(name, 1, 64, move |number| format!("s0=({})", joined(number, " ", component)))
    };
    vec![
        accepted("Signature-Input, labels", 1, 8, labels),
        components("Signature-Input, components", |number| format!(r#""x-{number:02}""#)),
        components("Signature-Input, components with long names", |number| {
            format!(r#""{}{number:02}""#, "x".repeat(110))
        }),
        components("Signature-Input, members of one field", |number| format!(r#""x";key="{number:02}""#)),
        components("Signature-Input, components of 8 parameters", |number| {
            format!(r#""x";a;b;c;d;e;f;g;key="{number:02}""#)
        }),
        accepted("Signature-Input, parameters", 1, 32, |number| {
            format!("s0=();{}", joined(number, ";", |number| format!("p{number:02}={number}")))
        }),
    ]
}

/// One value that grows to 8 or 16 KiB. Sizes are its bytes.
fn values() -> Vec<Case> {
    let value = |name, value: fn(usize) -> String| {
        accepted(name, 1000, 8000, move |bytes| format!("s0=();p={}", value(bytes)))
    };
    let signature = |name, value: fn(usize) -> String| {
        Case::new(name, 1000, 16_000, move |bytes| {
            parse("s0=()", &format!("s0={}", value(bytes)), Limits::default(), true)
        })
    };
    vec![
        value("Signature-Input, one long String", string),
        value("Signature-Input, one String of escapes", |bytes| format!("\"{}\"", r"\\".repeat(bytes / 2))),
        value("Signature-Input, one long Token", |bytes| "a".repeat(bytes)),
        value("Signature-Input, one long Byte Sequence", byte_sequence),
        value("Signature-Input, one Display String of escapes", |bytes| {
            format!("%\"{}\"", "%c3%a9".repeat(bytes / 6))
        }),
        accepted("Signature-Input, spaces in a list", 1000, 8000, |bytes| {
            format!("s0=({})", " ".repeat(bytes))
        }),
        signature("Signature, one long value", byte_sequence),
        signature("Signature, one value with parameters", |bytes| {
            format!("{};{}", byte_sequence(64), parameters(bytes))
        }),
    ]
}

/// Far more than the limits, with the limits of bytes and without them. Sizes are bytes of the field.
fn beyond() -> Vec<Case> {
    let usual = Limits::default();
    let raised = Limits { input_bytes: 2 * LARGEST, signature_bytes: 2 * LARGEST, ..usual };
    let input = |name, limits, accepted, shape: fn(usize) -> String| {
        Case::new(name, SMALLEST, LARGEST, move |bytes| parse(&shape(bytes), "s0=:AAAA:", limits, accepted))
    };
    let many_labels = |bytes: usize| labels(bytes / labels(1).len());
    let many_components =
        |bytes| format!("s0=({})", joined(bytes / 11, " ", |number| format!(r#""x{number:07}""#)));
    let many_parameters = |bytes| format!("s0=();{}", parameters(bytes));
    vec![
        input("Signature-Input, too many labels (refused)", usual, false, many_labels),
        input("Signature-Input, too many components (refused)", usual, false, many_components),
        input("Signature-Input, too many parameters (refused)", usual, false, many_parameters),
        Case::new("Signature-Input, too many lines (refused)", SMALLEST, LARGEST, many_lines),
        input("any length, too many labels (refused)", raised, false, many_labels),
        input("any length, too many components (refused)", raised, false, many_components),
        input("any length, too many parameters (refused)", raised, false, many_parameters),
        input("any length, a component of many parameters (refused)", raised, false, |bytes| {
            format!(r#"s0=("x";{})"#, parameters(bytes))
        }),
        input("any length, one long String", raised, true, |bytes| format!("s0=();p={}", string(bytes))),
        Case::new("any length, labels of Signature alone (refused)", SMALLEST, LARGEST, move |bytes| {
            let others = joined(bytes / 19, ", ", |number| format!("t{number:07}=:AAAA:"));
            parse("s0=()", &format!("s0=:AAAA:, {others}"), raised, false)
        }),
    ]
}

/// A field that is accepted, within the limits.
fn accepted(
    name: &'static str,
    smallest: usize,
    largest: usize,
    shape: impl Fn(usize) -> String + 'static,
) -> Case {
    Case::new(name, smallest, largest, move |size| {
        let input = shape(size);
        let labels = input.matches("=(").count();
        let values = joined(labels, ", ", |number| format!("s{number}=:AAAA:"));
        parse(&input, &values, Limits::default(), true)
    })
}

fn parse(input: &str, values: &str, limits: Limits, accepted: bool) -> Result<Input, Error> {
    let mut headers = HeaderMap::new();
    headers.insert(SIGNATURE_INPUT, HeaderValue::from_str(input)?);
    headers.insert(SIGNATURE, HeaderValue::from_str(values)?);
    Ok(Input::new(input.len() + values.len(), move || {
        Signatures::parse_within(black_box(&headers), &limits).is_ok() == accepted
    }))
}

/// As many lines as it takes, of one label each.
#[allow(clippy::unnecessary_wraps)]
fn many_lines(bytes: usize) -> Result<Input, Error> {
    let input =
        (0..bytes / 32).map(|number| ("Signature-Input", format!("s{number:07}=(\"@method\");tag=\"x\"")));
    let value = (0..1).map(|_| ("Signature", "s0000000=:AAAA:".to_owned()));
    let lines: Vec<_> = input.chain(value).collect();
    let bytes = lines.iter().map(|line| line.1.len()).sum();
    Ok(Input::new(bytes, move || {
        let lines: Vec<(&str, &[u8])> = lines.iter().map(|line| (line.0, line.1.as_bytes())).collect();
        Signatures::parse(Fields::raw(black_box(&lines))).is_err()
    }))
}

/// Signatures as those of the profile.
fn labels(number: usize) -> String {
    joined(number, ", ", |number| {
        format!(
            r#"s{number}=("@method" "@path" "@query" "workload-identity-token");created=1790000000;tag="t";nonce="{number:022}""#
        )
    })
}

fn parameters(bytes: usize) -> String {
    joined(bytes / 9, ";", |number| format!("p{number:07}"))
}

fn string(bytes: usize) -> String {
    format!("\"{}\"", "a".repeat(bytes))
}

fn byte_sequence(bytes: usize) -> String {
    format!(":{}:", "AAAA".repeat(bytes / 4))
}

pub(super) fn joined(number: usize, separator: &str, member: impl Fn(usize) -> String) -> String {
    (0..number).map(member).collect::<Vec<_>>().join(separator)
}

const SMALLEST: usize = 64 * 1024;
