//! JSON and compact JWS of a given size.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

/// A shape of JSON members, without the braces around them.
pub(super) type Shape = fn(usize) -> String;

/// Shapes that a parser could be slow with, each with what it does to the depth.
pub(super) const SHAPES: [(&str, Shape); 8] = [
    ("many members", members),
    ("members with escaped names", escaped_members),
    ("one long string", string),
    ("one string of escapes", escapes),
    ("one object of many members", nested_members),
    ("an array of objects", objects),
    ("an array of numbers", numbers),
    ("one long number", digits),
];

pub(super) fn members(bytes: usize) -> String {
    repeated(bytes, |number| format!(r#""m{number:08}":0"#))
}

fn escaped_members(bytes: usize) -> String {
    repeated(bytes, |number| format!(r#""\u006d{number:08}":0"#))
}

pub(super) fn string(bytes: usize) -> String {
    format!(r#""x":"{}""#, "a".repeat(bytes))
}

fn escapes(bytes: usize) -> String {
    format!(r#""x":"{}""#, r"\u0061".repeat(bytes / 6))
}

fn nested_members(bytes: usize) -> String {
    format!(r#""x":{{{}}}"#, members(bytes))
}

fn objects(bytes: usize) -> String {
    format!(r#""x":[{}]"#, repeated(bytes, |number| format!(r#"{{"a":{number},"b":{{"c":[1]}}}}"#)))
}

fn numbers(bytes: usize) -> String {
    format!(r#""x":[{}]"#, repeated(bytes, |number| format!("{number}.5e-3")))
}

fn digits(bytes: usize) -> String {
    format!(r#""x":[0.{}]"#, "7".repeat(bytes))
}

/// Arrays in each other, deeper than is accepted.
pub(super) fn deep(bytes: usize) -> String {
    format!(r#""x":{}{}"#, "[".repeat(bytes / 2), "]".repeat(bytes / 2))
}

fn repeated(bytes: usize, member: impl Fn(usize) -> String) -> String {
    let mut text = member(0);
    for number in 1.. {
        if text.len() >= bytes {
            break;
        }
        text.push(',');
        text.push_str(&member(number));
    }
    text
}

/// A compact JWS without its signature.
pub(super) fn signing_input(header: &str, payload: &str) -> String {
    format!("{}.{}", URL_SAFE_NO_PAD.encode(header), URL_SAFE_NO_PAD.encode(payload))
}

/// The size of a payload whose base64url has this many characters.
pub(super) fn decoded(bytes: usize) -> usize {
    bytes / 4 * 3
}
