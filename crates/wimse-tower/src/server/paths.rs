//! How a path may be read by what is behind the layer, which decodes, cuts and joins in its own way.

use std::borrow::Cow;

/// Every reading of a path that is no guess, or `None` if there could be others: those are not for a policy to choose from.
///
/// Some servers decode `%40` and others do not; some cut `;v=1` off a segment and others do not. Those that would move a
/// request to another segment or another name are not enumerated: doubled slashes, dot segments, and encodings of what need not
/// be encoded, of separators, of `%` itself and of control characters.
pub(super) fn readings(path: &str) -> Option<Vec<Cow<'_, str>>> {
    if !has_plain_segments(path) {
        return None;
    }
    if !path.contains('%') && !path.contains(';') {
        return Some(vec![path.into()]);
    }
    let (kept, decoded) = (decode(path, Kept::WhatMayStand)?, decode(path, Kept::Nothing)?);
    let cut = [without_parameters(&kept), without_parameters(&decoded)];
    let mut all: Vec<Cow<'_, str>> = vec![kept.into(), decoded.into()];
    all.extend(cut.map(Cow::Owned));
    all.dedup();
    Some(all)
}

/// The one reading of a path, in the form in which those of requests are compared with it.
pub(super) fn only_reading(path: &str) -> Option<String> {
    let mut readings = readings(path)?;
    let first = readings.pop()?;
    readings.iter().all(|other| *other == first).then(|| first.into_owned())
}

/// All names that any reading of a path could have as segments, in their order, decoded as often as it goes. `None` where not even
/// that can be said.
pub(super) fn names(path: &str) -> Option<Vec<String>> {
    let mut text = path.strip_prefix('/')?.to_owned();
    for _ in 0..MAX_ROUNDS {
        if !text.contains('%') {
            let ends = |character: char| character.is_control() || "/\\?#;".contains(character);
            let names = text.split(ends).filter(|name| !matches!(*name, "" | "."));
            return Some(names.map(str::to_owned).collect());
        }
        text = decoded(&text, |_| Some(Undo::Decode))?;
    }
    None
}

/// How often a path is decoded. Nobody does it more than twice.
const MAX_ROUNDS: usize = 4;

/// The segments at the beginning that everybody reads alike, whatever comes after, unless that has a `..`.
pub(super) fn trunk(path: &str) -> impl Iterator<Item = &str> {
    let is_plain = |segment: &&str| {
        !matches!(*segment, "" | "." | "..") && !segment.contains(['%', ';', '\\', '?', '#'])
    };
    path.strip_prefix('/').unwrap_or_default().split('/').take_while(is_plain)
}

fn has_plain_segments(path: &str) -> bool {
    let Some(rest) = path.strip_prefix('/') else { return false };
    // A slash at the very end makes an empty segment that harms nobody.
    let rest = match rest.strip_suffix('/') {
        Some("") => return false,
        Some(rest) => rest,
        None => rest,
    };
    // What stands before the parameters is a name to who cuts them off.
    let is_plain = |segment: &str| !matches!(segment.split(';').next(), None | Some("" | "." | ".."));
    let is_odd = |byte: u8| byte <= b' ' || matches!(byte, b'\\' | b'?' | b'#' | 0x7f);
    !path.bytes().any(is_odd) && (rest.is_empty() || rest.split('/').all(is_plain))
}

/// Which encoded bytes are left as they are.
#[derive(Clone, Copy, PartialEq)]
enum Kept {
    /// Those of reserved characters that could stand there by themselves, such as `@`.
    WhatMayStand,
    Nothing,
}

fn decode(path: &str, kept: Kept) -> Option<String> {
    decoded(path, |byte| match byte {
        // Decoded, they would be another path to somebody; or there was no need to encode them.
        b'%' | b';' | b'/' | b'\\' | b'?' | b'#' | b'-' | b'.' | b'_' | b'~' => None,
        _ if byte.is_ascii_control() || byte.is_ascii_alphanumeric() => None,
        _ if kept == Kept::WhatMayStand && b"!$&'()*+,=:@".contains(&byte) => Some(Undo::Keep),
        _ => Some(Undo::Decode),
    })
}

/// What is done with an encoded byte.
enum Undo {
    Decode,
    /// In upper case.
    Keep,
}

fn decoded(path: &str, undo: impl Fn(u8) -> Option<Undo>) -> Option<String> {
    let mut decoded = Vec::with_capacity(path.len());
    let mut bytes = path.bytes();
    while let Some(byte) = bytes.next() {
        if byte != b'%' {
            decoded.push(byte);
            continue;
        }
        let mut digit = || char::from(bytes.next()?).to_digit(16).and_then(|digit| u8::try_from(digit).ok());
        let byte = digit()? << 4 | digit()?;
        match undo(byte)? {
            Undo::Decode => decoded.push(byte),
            Undo::Keep => decoded.extend_from_slice(format!("%{byte:02X}").as_bytes()),
        }
    }
    // Other encodings of text have more than one form of a character.
    String::from_utf8(decoded).ok()
}

fn without_parameters(path: &str) -> String {
    let names = path.split('/').map(|segment| segment.split(';').next().unwrap_or_default());
    names.collect::<Vec<_>>().join("/")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_with_readings() {
        for (path, expected) in [
            ("/", &["/"][..]),
            ("/a/b", &["/a/b"]),
            ("/a/b/", &["/a/b/"]),
            ("/...", &["/..."]),
            ("/a%20b", &["/a b"]),
            ("/caf%c3%a9", &["/café"]),
            ("/café", &["/café"]),
            ("/a%7Bb", &["/a{b"]),
            ("/a%40b", &["/a%40b", "/a@b", "/a%40b", "/a@b"]),
            ("/a%3ab", &["/a%3Ab", "/a:b", "/a%3Ab", "/a:b"]),
            ("/a;v=1/b;", &["/a;v=1/b;", "/a/b"]),
        ] {
            assert_eq!(readings(path).unwrap(), expected, "{path}");
        }
    }

    #[test]
    fn paths_that_anybody_may_read_otherwise() {
        for path in [
            "",
            "*",
            "a",
            "//",
            "//a",
            "/a//b",
            "/a//",
            "/.",
            "/..",
            "/a/./b",
            "/a/../b",
            "/a/..",
            "/;x",
            "/a/;x/b",
            "/.;x/a",
            "/..;/a",
            "/a/..;x=y",
            "/a\\b",
            "/a%2Fb",
            "/a%2fb",
            "/a%5Cb",
            "/%2e",
            "/%2E%2e/a",
            "/%61",
            "/%5A",
            "/%30",
            "/a%2Db",
            "/a%5fb",
            "/a%7E",
            "/a%25b",
            "/a%2561",
            "/a%3Bb",
            "/a%3Fb",
            "/a%23b",
            "/a%00",
            "/a%0a",
            "/a%1F",
            "/a%7f",
            "/a%",
            "/a%4",
            "/a%zz",
            "/a%+1",
            "/%c0%af",
            "/%ff",
            "/a b",
        ] {
            assert_eq!(readings(path), None, "{path}");
        }
    }

    #[test]
    fn what_a_path_may_name_at_most() {
        for (path, expected, begins) in [
            ("/", &[][..], &[][..]),
            ("/a/b", &["a", "b"], &["a", "b"]),
            ("/a//b/./c", &["a", "b", "c"], &["a"]),
            ("/a/b%2Fc", &["a", "b", "c"], &["a"]),
            ("/a/%252e%252e\\%5Cb", &["a", "..", "b"], &["a"]),
            ("/a;x=y/b%3Fc%00d%23e", &["a", "x=y", "b", "c", "d", "e"], &[]),
            ("/caf%c3%a9/a%20b", &["café", "a b"], &[]),
        ] {
            assert_eq!(names(path).unwrap(), expected, "{path}");
            assert_eq!(trunk(path).collect::<Vec<_>>(), begins, "{path}");
        }
        for path in ["", "a", "*", "/a%", "/a%zz", "/%u0061", "/%ff", "/%c0%af", "/%25252525252561"] {
            assert_eq!(names(path), None, "{path}");
        }
        assert!(names("/%252561").is_some());
    }

    #[test]
    fn paths_with_one_reading() {
        for path in ["/", "/a", "/a/", "/a%20b", "/a@b"] {
            assert!(only_reading(path).is_some(), "{path}");
        }
        for path in ["", "a", "/a%40b", "/a;b", "/a//b", "/%61"] {
            assert_eq!(only_reading(path), None, "{path}");
        }
        assert_eq!(only_reading("/caf%c3%a9"), only_reading("/caf%C3%A9"));
    }
}
