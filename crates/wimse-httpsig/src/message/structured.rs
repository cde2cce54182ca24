//! `sf` and `key`: fields in strict structured form (RFC 9421 2.1.1, 2.1.2).

use super::error::ComponentError;
use super::field;
use sfv::visitor::{DictionaryVisitor, EntryVisitor};
use sfv::{
    Dictionary, FieldType as _, Item, ItemSerializer, KeyRef, List, ListEntry, ListSerializer, Parser,
};
use std::borrow::Cow;
use std::collections::BTreeMap;
use std::convert::Infallible;

/// The structured type of a field (RFC 9651 3).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum FieldType {
    /// A Dictionary: members under keys.
    Dictionary,
    /// A List.
    List,
    /// One Item.
    Item,
}

/// Which fields are structured, and of which type. `sf` and `key` on any other field are refused: signer and verifier
/// must both know the type.
///
/// ```
/// use wimse_httpsig::message::{FieldType, FieldTypes};
///
/// let types = FieldTypes::known().clone().with("example-dict", FieldType::Dictionary);
/// assert_eq!(types.of("example-dict"), Some(FieldType::Dictionary));
/// assert_eq!(types.of("content-digest"), Some(FieldType::Dictionary));
/// assert_eq!(types.of("cookie"), None);
/// ```
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct FieldTypes(BTreeMap<Cow<'static, str>, FieldType>);

impl FieldTypes {
    /// Those of the IANA field name registry that this crate knows: see the table in the source.
    #[must_use]
    pub fn known() -> &'static Self {
        static KNOWN: FieldTypes = FieldTypes(BTreeMap::new());
        &KNOWN
    }

    /// Adds a field by its name in lower case. It counts before a known one of that name.
    #[must_use]
    pub fn with(mut self, name: impl Into<Cow<'static, str>>, field_type: FieldType) -> Self {
        self.0.insert(name.into(), field_type);
        self
    }

    /// The type of a field, by its name in lower case.
    #[must_use]
    pub fn of(&self, name: &str) -> Option<FieldType> {
        let known = || REGISTERED.iter().find(|row| row.0 == name).map(|row| row.1);
        self.0.get(name).copied().or_else(known)
    }
}

/// From the column "Structured Type" of the IANA registry of field names.
const REGISTERED: &[(&str, FieldType)] = &[
    ("accept-ch", FieldType::List),
    ("accept-signature", FieldType::Dictionary),
    ("cache-status", FieldType::List),
    ("cdn-cache-control", FieldType::Dictionary),
    ("client-cert", FieldType::Item),
    ("client-cert-chain", FieldType::List),
    ("content-digest", FieldType::Dictionary),
    ("deprecation", FieldType::Item),
    ("incremental", FieldType::Item),
    ("origin-agent-cluster", FieldType::Item),
    ("priority", FieldType::Dictionary),
    ("proxy-status", FieldType::List),
    ("repr-digest", FieldType::Dictionary),
    ("signature", FieldType::Dictionary),
    ("signature-input", FieldType::Dictionary),
    ("want-content-digest", FieldType::Dictionary),
    ("want-repr-digest", FieldType::Dictionary),
];

/// Bytes of a field that is parsed for one component: 8 KiB, so that many components of one long field stay cheap.
const MAX_BYTES: usize = 8 * 1024;

/// All lines of a field as one (RFC 9651 4.2).
pub(crate) fn joined<'l>(lines: impl Iterator<Item = &'l [u8]>) -> Result<String, ComponentError> {
    let mut all = String::new();
    for (index, line) in lines.enumerate() {
        let line = field::unfolded(line)?;
        if all.len() + line.len() > MAX_BYTES {
            return Err(ComponentError::FieldTooLarge { limit: MAX_BYTES });
        }
        if index > 0 {
            all.push_str(", ");
        }
        all.push_str(field::text(&line)?);
    }
    Ok(all)
}

/// The whole field. An empty Dictionary or List has no serialisation (RFC 9651 4.1) and is refused.
pub(crate) fn write_strict(
    value: &str,
    field_type: Option<FieldType>,
    out: &mut String,
) -> Result<(), ComponentError> {
    let parser = Parser::new(value);
    let strict = match field_type.ok_or(ComponentError::FieldType)? {
        FieldType::Dictionary => parser.parse::<Dictionary>().ok().and_then(|value| value.serialize()),
        FieldType::List => parser.parse::<List>().ok().and_then(|value| value.serialize()),
        FieldType::Item => parser.parse::<Item>().ok().map(|value| value.serialize()),
    };
    out.push_str(&strict.ok_or(ComponentError::FieldStructure)?);
    Ok(())
}

/// One member of a Dictionary, without its key.
pub(crate) fn write_member(
    value: &str,
    field_type: Option<FieldType>,
    key: &str,
    out: &mut String,
) -> Result<(), ComponentError> {
    if field_type != Some(FieldType::Dictionary) {
        return Err(ComponentError::FieldType);
    }
    let key = KeyRef::from_str(key).map_err(|_| ComponentError::MemberMissing)?;
    let only = Only { key, found: Dictionary::new() };
    let dictionary = Parser::new(value).parse_dictionary_with_visitor(only);
    let dictionary = dictionary.map_err(|_| ComponentError::FieldStructure)?;
    match dictionary.get(key).ok_or(ComponentError::MemberMissing)? {
        ListEntry::Item(item) => {
            let _ = ItemSerializer::with_buffer(out).bare_item(&item.bare_item).parameters(&item.params);
        }
        entry @ ListEntry::InnerList(_) => ListSerializer::with_buffer(out).members([entry]),
    }
    Ok(())
}

/// Keeps one member of a Dictionary. The others are parsed, and not stored: many components may look into one field.
struct Only<'k> {
    key: &'k KeyRef,
    found: Dictionary,
}

impl<'de> DictionaryVisitor<'de> for Only<'_> {
    type Out = Dictionary;
    type Error = Infallible;

    fn entry(&mut self, key: &'de KeyRef) -> Result<impl EntryVisitor<'de>, Infallible> {
        if key == self.key { DictionaryVisitor::entry(&mut self.found, key).map(Some) } else { Ok(None) }
    }

    fn finish(self) -> Result<Dictionary, Infallible> {
        Ok(self.found)
    }
}
