//! JSON objects without duplicate members, at any level.
//!
//! `serde_json` keeps the last of two members of one name, and other parsers the first; a signature over such an
//! object means two things. RFC 7515 4 and RFC 7519 4 allow refusing them, and it is refused here.

use super::JoseError;
use serde::Deserialize;
use serde::de::{DeserializeSeed, Deserializer, MapAccess, SeqAccess, Visitor};
use serde_json::value::RawValue;
use std::borrow::Cow;
use std::cell::Cell;
use std::collections::HashSet;
use std::fmt;

/// How many objects and arrays may lie in each other.
pub(crate) const MAX_DEPTH: usize = 8;

/// A JSON object as its members: names decoded, values still as text, in the order received.
#[derive(Debug)]
pub(crate) struct Object<'a> {
    members: Vec<(Cow<'a, str>, &'a RawValue)>,
}

impl<'a> Object<'a> {
    /// Reads an object, and checks everything inside it for duplicates and depth.
    ///
    /// Linear in the length of the text.
    pub(crate) fn parse(text: &'a str) -> Result<Self, JoseError> {
        let object: Self = serde_json::from_str(text).map_err(|_| JoseError::Json)?;
        if !object.names_are_unique() {
            return Err(JoseError::DuplicateMember);
        }
        for (_, value) in &object.members {
            // Scalars have nothing inside.
            if value.get().starts_with(['{', '[']) {
                check_nested(value.get())?;
            }
        }
        Ok(object)
    }

    /// Reads an object from bytes, which must be UTF-8.
    pub(crate) fn from_bytes(bytes: &'a [u8]) -> Result<Self, JoseError> {
        Self::parse(std::str::from_utf8(bytes).map_err(|_| JoseError::Json)?)
    }

    /// The value of a member, as JSON text.
    pub(crate) fn get(&self, name: &str) -> Option<&'a RawValue> {
        self.members.iter().find(|(member, _)| member == name).map(|(_, value)| *value)
    }

    /// The members in the order received, with their names.
    pub(crate) fn into_members(self) -> impl Iterator<Item = (Cow<'a, str>, &'a RawValue)> {
        self.members.into_iter()
    }

    /// Compares pairs while they are few and hashes them beyond, so that the work stays linear.
    fn names_are_unique(&self) -> bool {
        let members = &self.members;
        if members.len() <= FEW {
            return (1..members.len())
                .all(|last| members[..last].iter().all(|(name, _)| *name != members[last].0));
        }
        let mut names = HashSet::with_capacity(members.len());
        members.iter().all(|(name, _)| names.insert(&**name))
    }

    /// The members in the order received.
    pub(crate) fn iter(&self) -> impl Iterator<Item = (&str, &'a RawValue)> {
        self.members.iter().map(|(name, value)| (&**name, *value))
    }
}

/// The value, if it is a JSON string.
pub(crate) fn string(value: &RawValue) -> Option<Cow<'_, str>> {
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
                    members.push((name.0, value));
                }
                Ok(Object { members })
            }
        }
        deserializer.deserialize_map(Members)
    }
}

fn check_nested(text: &str) -> Result<(), JoseError> {
    let fault = Cell::new(None);
    let mut deserializer = serde_json::Deserializer::from_str(text);
    let nested = Nested { room: MAX_DEPTH - 1, fault: &fault };
    nested.deserialize(&mut deserializer).map_err(|_| fault.take().unwrap_or(JoseError::Json))
}

/// Walks a value. The recursion is bounded by `room`, whatever the input.
#[derive(Clone, Copy)]
struct Nested<'f> {
    room: usize,
    fault: &'f Cell<Option<JoseError>>,
}

impl Nested<'_> {
    fn inside<E: serde::de::Error>(self) -> Result<Self, E> {
        match self.room.checked_sub(1) {
            Some(room) => Ok(Self { room, ..self }),
            None => Err(self.refuse(JoseError::TooDeep)),
        }
    }

    fn refuse<E: serde::de::Error>(self, error: JoseError) -> E {
        self.fault.set(Some(error));
        E::custom("refused")
    }
}

impl<'de> DeserializeSeed<'de> for Nested<'_> {
    type Value = ();
    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Nested<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("JSON")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        let inside = self.inside()?;
        let mut names = Names::default();
        while let Some(name) = map.next_key::<Text<'de>>()? {
            if !names.insert(name.0) {
                return Err(self.refuse(JoseError::DuplicateMember));
            }
            map.next_value_seed(inside)?;
        }
        Ok(())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<(), A::Error> {
        let inside = self.inside()?;
        while seq.next_element_seed(inside)?.is_some() {}
        Ok(())
    }

    fn visit_bool<E>(self, _: bool) -> Result<(), E> {
        Ok(())
    }
    fn visit_i64<E>(self, _: i64) -> Result<(), E> {
        Ok(())
    }
    fn visit_u64<E>(self, _: u64) -> Result<(), E> {
        Ok(())
    }
    fn visit_f64<E>(self, _: f64) -> Result<(), E> {
        Ok(())
    }
    fn visit_str<E>(self, _: &str) -> Result<(), E> {
        Ok(())
    }
    fn visit_unit<E>(self) -> Result<(), E> {
        Ok(())
    }
}

/// The names seen in one nested object: a short list, and a set once it grows.
#[derive(Default)]
struct Names<'a> {
    few: Vec<Cow<'a, str>>,
    many: HashSet<Cow<'a, str>>,
}

impl<'a> Names<'a> {
    /// Whether the name is new.
    fn insert(&mut self, name: Cow<'a, str>) -> bool {
        if self.many.is_empty() && self.few.len() < FEW {
            let new = !self.few.contains(&name);
            self.few.push(name);
            return new;
        }
        if self.many.is_empty() {
            self.many.extend(self.few.drain(..));
        }
        self.many.insert(name)
    }
}

/// Up to this many names are compared pair by pair.
const FEW: usize = 16;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn duplicates_are_refused_at_every_level() {
        for (text, expected) in [
            (r#"{"a":1,"b":2}"#, None),
            (r#"{"a":1,"a":2}"#, Some(JoseError::DuplicateMember)),
            (r#"{"a":1,"\u0061":2}"#, Some(JoseError::DuplicateMember)),
            (r#"{"o":{"a":1,"b":2}}"#, None),
            (r#"{"o":{"a":1,"a":2}}"#, Some(JoseError::DuplicateMember)),
            (r#"{"o":[0,{"a":[{"b":1,"b":1}]}]}"#, Some(JoseError::DuplicateMember)),
            (r#"{"a":{"x":1},"b":{"x":1}}"#, None),
            ("[1]", Some(JoseError::Json)),
            (r#"{"a":1}x"#, Some(JoseError::Json)),
            (r#"{"a":1,}"#, Some(JoseError::Json)),
            ("", Some(JoseError::Json)),
            ("null", Some(JoseError::Json)),
        ] {
            assert_eq!(Object::parse(text).err(), expected, "{text}");
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
    fn eight_levels_and_no_more() {
        let nested = |depth: usize| format!("{{\"a\":{}0{}}}", "[".repeat(depth - 1), "]".repeat(depth - 1));
        assert!(Object::parse(&nested(MAX_DEPTH)).is_ok());
        assert_eq!(Object::parse(&nested(MAX_DEPTH + 1)).err(), Some(JoseError::TooDeep));
        assert_eq!(Object::parse(&nested(100_000)).err(), Some(JoseError::TooDeep));
    }
}
