//! Parameters of signatures and components.

use sfv::{BareItemFromInput, Decimal, Integer, Parser, RefBareItem, StringRef, TokenRef};
use std::borrow::Cow;
use std::convert::Infallible;

/// The value of a parameter, by its structured type (RFC 9651 3.3).
///
/// ```
/// use wimse_httpsig::message::ParameterValue;
///
/// assert_eq!(ParameterValue::from("abc"), ParameterValue::String("abc".into()));
/// assert_ne!(ParameterValue::from("abc"), ParameterValue::Token("abc".into()));
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum ParameterValue<'a> {
    /// A Boolean; a parameter without a value is true.
    Boolean(bool),
    /// An Integer of at most 15 digits.
    Integer(i64),
    /// A Decimal, in thousandths.
    Decimal(i64),
    /// A String of printable ASCII.
    String(Cow<'a, str>),
    /// A Token.
    Token(Cow<'a, str>),
    /// A Byte Sequence.
    ByteSequence(Cow<'a, [u8]>),
    /// A Date, in seconds since 1970.
    Date(i64),
    /// A Display String, which may hold any Unicode text.
    DisplayString(Cow<'a, str>),
}

impl<'a> ParameterValue<'a> {
    /// A copy that borrows nothing.
    #[must_use]
    pub fn into_owned(self) -> ParameterValue<'static> {
        match self {
            Self::Boolean(value) => ParameterValue::Boolean(value),
            Self::Integer(value) => ParameterValue::Integer(value),
            Self::Decimal(value) => ParameterValue::Decimal(value),
            Self::String(value) => ParameterValue::String(value.into_owned().into()),
            Self::Token(value) => ParameterValue::Token(value.into_owned().into()),
            Self::ByteSequence(value) => ParameterValue::ByteSequence(value.into_owned().into()),
            Self::Date(value) => ParameterValue::Date(value),
            Self::DisplayString(value) => ParameterValue::DisplayString(value.into_owned().into()),
        }
    }

    /// The form that `sfv` writes, or `None` if the value cannot be of its type.
    pub(crate) fn to_bare_item(&self) -> Option<RefBareItem<'_>> {
        Some(match self {
            Self::Boolean(value) => RefBareItem::Boolean(*value),
            Self::Integer(value) => RefBareItem::Integer(Integer::try_from(*value).ok()?),
            Self::Decimal(value) => {
                RefBareItem::Decimal(Decimal::from_integer_scaled_1000(Integer::try_from(*value).ok()?))
            }
            Self::String(value) => RefBareItem::String(StringRef::from_str(value).ok()?),
            Self::Token(value) => RefBareItem::Token(TokenRef::from_str(value).ok()?),
            Self::ByteSequence(value) => RefBareItem::ByteSequence(value),
            Self::Date(value) => {
                RefBareItem::Date(sfv::Date::from_unix_seconds(Integer::try_from(*value).ok()?))
            }
            Self::DisplayString(value) => RefBareItem::DisplayString(value),
        })
    }

    fn from_bare_item(item: BareItemFromInput<'a>) -> Self {
        match item {
            BareItemFromInput::Boolean(value) => Self::Boolean(value),
            BareItemFromInput::Integer(value) => Self::Integer(value.into()),
            BareItemFromInput::Decimal(value) => Self::Decimal(value.as_integer_scaled_1000().into()),
            BareItemFromInput::String(Cow::Borrowed(value)) => Self::String(value.as_str().into()),
            BareItemFromInput::String(Cow::Owned(value)) => Self::String(String::from(value).into()),
            BareItemFromInput::Token(value) => Self::Token(value.as_str().into()),
            BareItemFromInput::ByteSequence(value) => Self::ByteSequence(value.into()),
            BareItemFromInput::Date(value) => Self::Date(value.unix_seconds().into()),
            BareItemFromInput::DisplayString(value) => Self::DisplayString(value),
        }
    }
}

impl<'a> From<&'a str> for ParameterValue<'a> {
    fn from(value: &'a str) -> Self {
        Self::String(value.into())
    }
}

impl From<String> for ParameterValue<'_> {
    fn from(value: String) -> Self {
        Self::String(value.into())
    }
}

impl From<bool> for ParameterValue<'_> {
    fn from(value: bool) -> Self {
        Self::Boolean(value)
    }
}

impl From<i64> for ParameterValue<'_> {
    fn from(value: i64) -> Self {
        Self::Integer(value)
    }
}

/// The parameters of a signature or of a component, in the order in which they stand; each key once.
#[derive(Debug, Clone, Copy)]
pub struct Parameters<'a> {
    text: &'a str,
    records: &'a [ParameterRecord],
}

/// Where a parameter stands in the serialised text, `;key=value` or `;key`, and what was written there.
#[derive(Debug, Clone, Copy)]
pub(crate) struct ParameterRecord {
    pub(crate) key_start: usize,
    pub(crate) key_end: usize,
    pub(crate) end: usize,
    pub(crate) value: Written,
}

/// What is known of a value that was serialised, so that the usual ones are not parsed again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Written {
    /// Nothing: the key alone is true (RFC 9651 4.1.1.2).
    True,
    Integer(i64),
    /// A String without escapes: it stands between its quotes as it is (RFC 9651 4.1.6).
    PlainString,
    Other,
}

impl ParameterRecord {
    pub(crate) fn key<'t>(&self, text: &'t str) -> &'t str {
        &text[self.key_start..self.key_end]
    }

    fn has_key(&self, text: &str, key: &str) -> bool {
        // Most keys differ in length already.
        self.key_end - self.key_start == key.len() && self.key(text) == key
    }

    fn value<'t>(&self, text: &'t str) -> ParameterValue<'t> {
        match self.value {
            Written::True => ParameterValue::Boolean(true),
            Written::Integer(value) => ParameterValue::Integer(value),
            Written::PlainString => ParameterValue::String(text[self.key_end + 2..self.end - 1].into()),
            // What we serialised ourselves is always readable.
            Written::Other => {
                read_bare_item(&text[self.key_end + 1..self.end]).unwrap_or(ParameterValue::Boolean(true))
            }
        }
    }
}

impl<'a> Parameters<'a> {
    pub(crate) fn new(text: &'a str, records: &'a [ParameterRecord]) -> Self {
        Self { text, records }
    }

    /// Keys and values, in order.
    #[must_use]
    pub fn iter(&self) -> impl ExactSizeIterator<Item = (&'a str, ParameterValue<'a>)> + use<'a> {
        let text = self.text;
        self.records.iter().map(move |record| (record.key(text), record.value(text)))
    }

    /// The value under a key.
    #[must_use]
    pub fn get(&self, key: &str) -> Option<ParameterValue<'a>> {
        let record = self.records.iter().find(|record| record.has_key(self.text, key))?;
        Some(record.value(self.text))
    }

    /// Whether there is a parameter with this key, whatever its value.
    #[must_use]
    pub fn contains(&self, key: &str) -> bool {
        self.records.iter().any(|record| record.has_key(self.text, key))
    }

    /// `key` or `key=value` of each, in order: the serialised form is canonical, so equal values have equal text.
    pub(crate) fn serialized(&self) -> impl Iterator<Item = &'a str> + use<'a> {
        let text = self.text;
        self.records.iter().map(move |record| &text[record.key_start..record.end])
    }

    /// How many there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.records.len()
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.records.is_empty()
    }
}

/// Reads one bare item that is the whole text.
pub(crate) fn read_bare_item(text: &str) -> Option<ParameterValue<'_>> {
    type Read<'t> = Option<ParameterValue<'t>>;
    struct Value<'t>(ParameterValue<'t>);
    impl<'t> sfv::visitor::ParameterVisitor<'t> for Value<'t> {
        type Out = Read<'t>;
        type Error = Infallible;
        fn parameter(&mut self, _: &'t sfv::KeyRef, _: BareItemFromInput<'t>) -> Result<(), Infallible> {
            Ok(())
        }
        fn finish(self) -> Result<Read<'t>, Infallible> {
            Ok(Some(self.0))
        }
    }
    let read = |item| Ok::<_, Infallible>(Value(ParameterValue::from_bare_item(item)));
    Parser::new(text).parse_item_with_visitor(read).ok().flatten()
}

#[cfg(test)]
mod tests {
    use super::super::InputWriter;
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn values_are_read_as_the_parser_reads_them(
            text in "[ -~]{0,24}",
            number in -999_999_999_999_999..=999_999_999_999_999_i64,
            bytes in proptest::collection::vec(any::<u8>(), 0..12),
        ) {
            let values = [
                ParameterValue::String(text.as_str().into()),
                ParameterValue::DisplayString(text.as_str().into()),
                ParameterValue::Integer(number),
                ParameterValue::Decimal(number),
                ParameterValue::Date(number),
                ParameterValue::ByteSequence(bytes.into()),
                ParameterValue::Token(format!("t{number}").into()),
                ParameterValue::Boolean(number % 2 == 0),
            ];
            for value in values {
                let Some(item) = value.to_bare_item() else { continue };
                let text = sfv::ItemSerializer::new().bare_item(item).finish();
                let mut writer = InputWriter::to_send("a").unwrap();
                writer.end_list();
                writer.given_parameter("key", &value).unwrap();
                let input = writer.finish();
                let written = if value == ParameterValue::Boolean(true) { "();key".into() } else { format!("();key={text}") };
                prop_assert_eq!(input.as_str(), written);
                prop_assert_eq!(read_bare_item(&text), input.parameters().get("key"));
                prop_assert_eq!(input.parameters().get("key"), Some(value));
            }
        }
    }
}
