//! JSON objects without duplicate members, at any level.
//!
//! `serde_json` keeps the last of two members of one name, and other parsers the first; a signature over such an
//! object means two things. RFC 7515 4 and RFC 7519 4 allow refusing them, and it is refused here.

use super::JoseError;
use serde::Deserialize;
use serde::de::{Deserializer, MapAccess, Visitor};
use serde_json::value::RawValue;
use std::borrow::Cow;
use std::collections::HashSet;
use std::fmt;

/// How many objects and arrays may lie in each other.
pub(crate) const MAX_DEPTH: usize = 8;

/// How many members one object may have. It bounds the search for duplicates, whatever limit the text has.
pub(crate) const MAX_MEMBERS: usize = 1024;

/// A JSON object as its members: names decoded, values still as text, in the order received.
///
/// Values are checked for their syntax only: what nobody asks for is ignored, such as a number out of range.
#[derive(Debug)]
pub(crate) struct Object<'a> {
    members: Vec<(Cow<'a, str>, &'a RawValue)>,
}

impl<'a> Object<'a> {
    /// Reads an object, and checks everything inside it for duplicates and depth.
    ///
    /// Linear in the length of the text: each level is looked at once, and there are eight at most.
    pub(crate) fn parse(text: &'a str) -> Result<Self, JoseError> {
        Self::parse_at(text, MAX_DEPTH)
    }

    /// Reads an object from bytes, which must be UTF-8.
    pub(crate) fn from_bytes(bytes: &'a [u8]) -> Result<Self, JoseError> {
        Self::parse(std::str::from_utf8(bytes).map_err(|_| JoseError::Json)?)
    }

    /// The value of a member, as JSON text.
    pub(crate) fn get(&self, name: &str) -> Option<&'a RawValue> {
        self.members.iter().find(|(member, _)| member == name).map(|(_, value)| *value)
    }

    /// The members in the order received.
    pub(crate) fn iter(&self) -> impl Iterator<Item = (&str, &'a RawValue)> {
        self.members.iter().map(|(name, value)| (&**name, *value))
    }

    /// The members in the order received, with their names.
    pub(crate) fn into_members(self) -> impl Iterator<Item = (Cow<'a, str>, &'a RawValue)> {
        self.members.into_iter()
    }

    fn parse_at(text: &'a str, room: usize) -> Result<Self, JoseError> {
        let mut deserializer = serde_json::Deserializer::from_str(text);
        let object = Self::deserialize(&mut deserializer).map_err(|_| JoseError::Json)?;
        deserializer.end().map_err(|_| JoseError::Json)?;
        if object.members.len() > MAX_MEMBERS {
            return Err(JoseError::TooManyMembers);
        }
        if !object.names_are_unique() {
            return Err(JoseError::DuplicateMember);
        }
        for (_, value) in &object.members {
            check(value, room - 1)?;
        }
        Ok(object)
    }

    /// Compares pairs while they are few and hashes them beyond, so that the work stays linear.
    fn names_are_unique(&self) -> bool {
        let members = &self.members;
        if members.len() <= 16 {
            return (1..members.len())
                .all(|last| members[..last].iter().all(|(name, _)| *name != members[last].0));
        }
        let mut names = HashSet::with_capacity(members.len());
        members.iter().all(|(name, _)| names.insert(&**name))
    }
}

/// Checks a value inside an object or array; the recursion is bounded by `room`, whatever the input.
fn check(value: &RawValue, room: usize) -> Result<(), JoseError> {
    let text = value.get();
    let is_array = text.starts_with('[');
    if !is_array && !text.starts_with('{') {
        return Ok(());
    }
    if room == 0 {
        return Err(JoseError::TooDeep);
    }
    if is_array {
        let elements: Vec<&RawValue> = serde_json::from_str(text).map_err(|_| JoseError::Json)?;
        return elements.into_iter().try_for_each(|element| check(element, room - 1));
    }
    Object::parse_at(text, room).map(|_| ())
}

/// The value, if it is a JSON string.
pub(crate) fn string(value: &RawValue) -> Option<Cow<'_, str>> {
    let text = value.get();
    // A value that has been read as JSON: without escapes, a string is what stands between its quotes.
    if !text.contains('\\') {
        return Some(Cow::Borrowed(text.strip_prefix('"')?.strip_suffix('"')?));
    }
    serde_json::from_str::<Text<'_>>(value.get()).ok().map(|text| text.0)
}

/// A string that is borrowed where it has no escapes.
#[derive(Deserialize)]
struct Text<'a>(#[serde(borrow)] Cow<'a, str>);

impl<'de: 'a, 'a> Deserialize<'de> for Object<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Members;
        impl<'de> Visitor<'de> for Members {
            type Value = Object<'de>;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }
            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Object<'de>, A::Error> {
                let mut members = Vec::with_capacity(8);
                while let Some((name, value)) = map.next_entry::<Text<'de>, &'de RawValue>()? {
                    // One more than allowed is enough to refuse it by.
                    if members.len() <= MAX_MEMBERS {
                        members.push((name.0, value));
                    }
                }
                Ok(Object { members })
            }
        }
        deserializer.deserialize_map(Members)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn duplicates_are_refused_at_every_level() {
        for (text, expected) in [
            (r#"{"a":1,"b":2}"#, None),
            (r#" {"a" : 1 , "b":2 } "#, None),
            (r#"{"a":1,"a":2}"#, Some(JoseError::DuplicateMember)),
            (r#"{"a":1,"\u0061":2}"#, Some(JoseError::DuplicateMember)),
            (r#"{"o":{"a":1,"b":2}}"#, None),
            (r#"{"o": {"a":1,"a":2}}"#, Some(JoseError::DuplicateMember)),
            (r#"{"o":[0,{"a":[{"b":1,"b":1}]}]}"#, Some(JoseError::DuplicateMember)),
            (r#"{"a":{"x":1},"b":{"x":1}}"#, None),
            ("[1]", Some(JoseError::Json)),
            (r#"{"a":1}x"#, Some(JoseError::Json)),
            (r#"{"a":1,}"#, Some(JoseError::Json)),
            (r#"{1:1}"#, Some(JoseError::Json)),
            (r#"{"a":[1,]}"#, Some(JoseError::Json)),
            ("", Some(JoseError::Json)),
            ("null", Some(JoseError::Json)),
        ] {
            assert_eq!(Object::parse(text).err(), expected, "{text}");
        }
    }

    #[test]
    fn strings_are_decoded() {
        for (json, expected) in [
            (r#""a b""#, Some("a b")),
            (r#""""#, Some("")),
            (r#""\u0061""#, Some("a")),
            (r#""\"\\""#, Some("\"\\")),
            (r#""\ud800""#, None),
            ("7", None),
            ("null", None),
            (r#"["a"]"#, None),
            (r#"{"a":"b"}"#, None),
        ] {
            let value: &RawValue = serde_json::from_str(json).unwrap();
            assert_eq!(string(value).as_deref(), expected, "{json}");
        }
        assert!(serde_json::from_str::<&RawValue>("\"a\u{1}\"").is_err(), "control characters are no JSON");
    }

    #[test]
    fn a_value_that_nobody_reads_is_ignored_at_every_level() {
        for value in ["1e999", r#""\ud800""#, "-0", "123456789012345678901234567890"] {
            for text in [
                format!(r#"{{"x":{value}}}"#),
                format!(r#"{{"x":[{value}]}}"#),
                format!(r#"{{"x":{{"y":{value}}}}}"#),
            ] {
                assert!(Object::parse(&text).is_ok(), "{text}");
            }
        }
    }

    #[test]
    fn many_members_are_still_compared() {
        let members: Vec<String> = (0..200).map(|n| format!("\"m{n}\":0")).collect();
        assert!(Object::parse(&format!("{{{}}}", members.join(","))).is_ok());
        for repeated in [0, 15, 16, 17, 199] {
            let text = format!("{{{},\"m{repeated}\":0}}", members.join(","));
            assert_eq!(Object::parse(&text).err(), Some(JoseError::DuplicateMember), "{repeated}");
        }
    }

    #[test]
    fn a_thousand_members_and_no_more() {
        let object = |count: usize| {
            let members: Vec<String> = (0..count).map(|n| format!("\"m{n}\":0")).collect();
            format!("{{{}}}", members.join(","))
        };
        for (count, expected) in [(MAX_MEMBERS, None), (MAX_MEMBERS + 1, Some(JoseError::TooManyMembers))] {
            assert_eq!(Object::parse(&object(count)).err(), expected, "{count}");
            assert_eq!(
                Object::parse(&format!("{{\"o\":{}}}", object(count))).err(),
                expected,
                "{count}, nested"
            );
        }
    }

    #[test]
    fn eight_levels_and_no_more() {
        let arrays = |depth: usize| format!("{{\"a\":{}0{}}}", "[".repeat(depth - 1), "]".repeat(depth - 1));
        let objects = |depth: usize| format!("{}0{}", "{\"a\":".repeat(depth), "}".repeat(depth));
        for nested in [arrays, objects] {
            assert!(Object::parse(&nested(MAX_DEPTH)).is_ok());
            assert_eq!(Object::parse(&nested(MAX_DEPTH + 1)).err(), Some(JoseError::TooDeep));
            assert_eq!(Object::parse(&nested(100_000)).err(), Some(JoseError::TooDeep));
        }
    }
}
