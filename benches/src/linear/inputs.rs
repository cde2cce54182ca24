//! JSON and compact JWS of a given size.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

/// A shape of JSON members, without the braces around them.
pub(super) type Shape = fn(usize) -> String;

/// Shapes that a parser could be slow with, and whether they are accepted: an object has 1,024 members at most.
pub(super) const SHAPES: [(&str, bool, Shape); 9] = [
    ("Claims::parse, many members (refused)", false, members),
    ("Claims::parse, members with escaped names (refused)", false, escaped_members),
    ("Claims::parse, one object of many members (refused)", false, nested_members),
    ("Claims::parse, objects of a thousand members", true, full_objects),
    ("Claims::parse, one long string", true, string),
    ("Claims::parse, one string of escapes", true, escapes),
    ("Claims::parse, an array of objects", true, objects),
    ("Claims::parse, an array of numbers", true, numbers),
    ("Claims::parse, one long number", true, digits),
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

fn full_objects(bytes: usize) -> String {
    let full = format!("{{{}}}", members(14 * 1000));
    format!(r#""x":[{}]"#, repeated(bytes, |_| full.clone()))
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
