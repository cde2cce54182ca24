//! Putting a signature input together, whether it is read or made: order, limits, and nothing twice.

use super::component::{Component, ComponentRecord, CoveredComponent};
use super::error::{FieldError, MakeError};
use super::params::{ParameterRecord, Parameters, Written};
use super::{Excerpt, Limits, ParameterValue, SignatureInput};
use sfv::{ItemSerializer, KeyRef, RefBareItem, StringRef};
use std::borrow::Borrow;
use std::cmp::Ordering;

/// Writes the serialised form and remembers where its parts are.
pub(crate) struct InputWriter {
    input: SignatureInput,
    limits: Limits,
    /// Whether a String may have an escape.
    may_escape: bool,
    /// The places of the components that were ended, in the order of [`compare`]: one that is there twice is found
    /// without comparing each with each.
    ended: Vec<usize>,
    /// The parameter records of the components that were ended, those of each component ordered by key.
    by_key: Vec<ParameterRecord>,
}

impl InputWriter {
    /// `bytes` is the length of the line that it is read from, and `may_escape` whether there is a backslash in it.
    pub(crate) fn new(label: &str, bytes: usize, may_escape: bool, limits: &Limits) -> Self {
        // A line may hold many labels: it is not reserved for each of them.
        let mut text = String::with_capacity(bytes.min(MOST_RESERVED).max(label.len()) + 8);
        text.push_str(label);
        text.push_str("=(");
        let (components, parameters) = (Vec::with_capacity(8), Vec::with_capacity(8));
        let input =
            SignatureInput { text, label_end: label.len(), components, parameters, first_parameter: 0 };
        Self { input, limits: *limits, may_escape, ended: Vec::with_capacity(8), by_key: Vec::new() }
    }

    /// For a signature that is made here, within the default limits.
    pub(crate) fn to_send(label: &str) -> Result<Self, MakeError> {
        let key = KeyRef::from_str(label).map_err(|_| MakeError::Label(Excerpt::new(label)))?;
        Ok(Self::new(key.as_str(), USUAL, true, &Limits::default()))
    }

    /// Begins a component.
    pub(crate) fn component(&mut self, name: &StringRef) -> Result<(), FieldError> {
        let input = &mut self.input;
        if input.components.len() == self.limits.components {
            return Err(FieldError::TooManyComponents { limit: self.limits.components });
        }
        if !input.components.is_empty() {
            input.text.push(' ');
        }
        let start = input.text.len();
        let name = write_value(RefBareItem::String(name), self.may_escape, &mut input.text);
        let (end, parameter) = (input.text.len(), input.parameters.len());
        input.components.push(ComponentRecord {
            start,
            name_end: end,
            end,
            name,
            first_parameter: parameter,
            end_parameter: parameter,
        });
        Ok(())
    }

    /// Adds a parameter to the component that was begun.
    pub(crate) fn component_parameter(
        &mut self,
        key: &KeyRef,
        value: RefBareItem<'_>,
    ) -> Result<(), FieldError> {
        let first = self.input.components.last().map_or(0, |component| component.first_parameter);
        self.push_parameter(first, self.limits.component_parameters, key, value)
    }

    /// Ends the component that was begun.
    pub(crate) fn end_component(&mut self) -> Result<(), FieldError> {
        let input = &mut self.input;
        let (end, end_parameter) = (input.text.len(), input.parameters.len());
        let place = input.components.len().saturating_sub(1);
        let Some(last) = input.components.last_mut() else { return Ok(()) };
        (last.end, last.end_parameter) = (end, end_parameter);

        let own = last.first_parameter..end_parameter;
        if !own.is_empty() {
            self.by_key.extend_from_slice(&input.parameters[own.clone()]);
            self.by_key[own].sort_unstable_by_key(|record| record.key(&input.text));
        }

        let ended = |place: usize| CoveredComponent::new(&input.text, &input.components[place], &self.by_key);
        let last = ended(place);
        match self.ended.binary_search_by(|earlier| compare(&ended(*earlier), &last)) {
            Ok(_) => {
                let identifier = &input.text[input.components[place].start..end];
                Err(FieldError::ComponentRepeated(Excerpt::new(identifier)))
            }
            Err(order) => {
                self.ended.insert(order, place);
                Ok(())
            }
        }
    }

    /// Writes a component that is understood.
    pub(crate) fn understood(&mut self, component: &Component<'_>) -> Result<(), MakeError> {
        self.given(component.name(), component.parameters())
    }

    /// Writes a component with whatever parameters.
    pub(crate) fn given<'k, 'v, V: Borrow<ParameterValue<'v>>>(
        &mut self,
        name: &str,
        parameters: impl Iterator<Item = (&'k str, V)>,
    ) -> Result<(), MakeError> {
        let refused = || MakeError::Component(Excerpt::new(name));
        let serialized_name = StringRef::from_str(name).map_err(|_| refused())?;
        self.component(serialized_name).map_err(MakeError::Field)?;
        for (key, value) in parameters {
            let key = KeyRef::from_str(key).map_err(|_| refused())?;
            let value = value.borrow().to_bare_item().ok_or_else(refused)?;
            self.component_parameter(key, value).map_err(MakeError::Field)?;
        }
        self.end_component().map_err(MakeError::Field)
    }

    /// Whether a component has been written.
    pub(crate) fn covers(&self, component: &Component<'_>) -> bool {
        self.input.covers(component)
    }

    /// Ends the list of components.
    pub(crate) fn end_list(&mut self) {
        self.input.text.push(')');
        self.input.first_parameter = self.input.parameters.len();
    }

    /// Adds a parameter of the signature.
    pub(crate) fn parameter(&mut self, key: &KeyRef, value: RefBareItem<'_>) -> Result<(), FieldError> {
        self.push_parameter(self.input.first_parameter, self.limits.parameters, key, value)
    }

    /// Adds a parameter of the signature, which may be impossible.
    pub(crate) fn given_parameter(&mut self, key: &str, value: &ParameterValue<'_>) -> Result<(), MakeError> {
        let refused = || MakeError::Parameter(Excerpt::new(key));
        let name = KeyRef::from_str(key).map_err(|_| refused())?;
        let value = value.to_bare_item().ok_or_else(refused)?;
        self.parameter(name, value).map_err(MakeError::Field)
    }

    pub(crate) fn finish(self) -> SignatureInput {
        self.input
    }

    fn push_parameter(
        &mut self,
        first: usize,
        limit: usize,
        key: &KeyRef,
        value: RefBareItem<'_>,
    ) -> Result<(), FieldError> {
        let input = &mut self.input;
        let earlier = &input.parameters[first..];
        if earlier.len() >= limit {
            return Err(FieldError::TooManyParameters { limit });
        }
        if Parameters::new(&input.text, earlier).contains(key.as_str()) {
            return Err(FieldError::ParameterRepeated(Excerpt::new(key.as_str())));
        }
        input.text.push(';');
        let key_start = input.text.len();
        input.text.push_str(key.as_str());
        let key_end = input.text.len();
        let value = match value {
            RefBareItem::Boolean(true) => Written::True,
            value => {
                input.text.push('=');
                write_value(value, self.may_escape, &mut input.text)
            }
        };
        let end = input.text.len();
        input.parameters.push(ParameterRecord { key_start, key_end, end, value });
        Ok(())
    }
}

/// Bytes that are reserved for one signature: most are shorter, and longer ones grow.
const MOST_RESERVED: usize = 1024;
/// Bytes of a usual signature of the profile.
const USUAL: usize = 400;

/// An order of components in which those are equal that RFC 9421 2 calls equal: the same name, and the same parameters in
/// any order. Both have theirs ordered by key.
fn compare(one: &CoveredComponent<'_>, other: &CoveredComponent<'_>) -> Ordering {
    // Most names differ in length already.
    let lengths = one.name_bytes().cmp(&other.name_bytes());
    let names = lengths.then_with(|| one.quoted_name().cmp(other.quoted_name()));
    names.then_with(|| one.parameters().serialized().cmp(other.parameters().serialized()))
}

/// As `sfv` writes it; Strings without escapes and Integers, which nearly all are, in one piece.
fn write_value(value: RefBareItem<'_>, may_escape: bool, text: &mut String) -> Written {
    match value {
        RefBareItem::String(string) if !may_escape || is_unescaped(string.as_str()) => {
            text.push('"');
            text.push_str(string.as_str());
            text.push('"');
            Written::PlainString
        }
        RefBareItem::Integer(number) => {
            write_integer(number.into(), text);
            Written::Integer(number.into())
        }
        value => {
            let _ = ItemSerializer::with_buffer(text).bare_item(value);
            Written::Other
        }
    }
}

/// RFC 9651 4.1.4.
fn write_integer(number: i64, text: &mut String) {
    let (mut digits, mut start, mut rest) = ([b'0'; 20], 20, number.unsigned_abs());
    while rest > 0 || start == 20 {
        start -= 1;
        digits[start] = b'0' + (rest % 10) as u8;
        rest /= 10;
    }
    if number < 0 {
        text.push('-');
    }
    text.push_str(std::str::from_utf8(&digits[start..]).unwrap_or_default());
}

/// Whether a String is serialised as it is (RFC 9651 4.1.6).
fn is_unescaped(text: &str) -> bool {
    !text.bytes().any(|byte| matches!(byte, b'"' | b'\\'))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn written(components: &[(String, Vec<(String, i64)>)]) -> Result<SignatureInput, MakeError> {
        let limits = Limits { components: usize::MAX, component_parameters: usize::MAX, ..Limits::default() };
        let mut writer = InputWriter::new("a", 0, true, &limits);
        for (name, parameters) in components {
            let parameters =
                parameters.iter().map(|(key, value)| (key.as_str(), ParameterValue::from(*value)));
            writer.given(name, parameters)?;
        }
        writer.end_list();
        Ok(writer.finish())
    }

    proptest! {
        #[test]
        fn values_are_written_as_sfv_writes_them(
            string in "[ -~]{0,24}",
            number in prop_oneof![-9..=9_i64, -999_999_999_999_999..=999_999_999_999_999_i64],
        ) {
            let values = [ParameterValue::from(string.as_str()), ParameterValue::from(number)];
            for value in values.iter().filter_map(ParameterValue::to_bare_item) {
                let (mut ours, mut theirs) = (String::new(), String::new());
                write_value(value, true, &mut ours);
                let _ = ItemSerializer::with_buffer(&mut theirs).bare_item(value);
                prop_assert_eq!(&ours, &theirs);
                if !ours.contains('\\') {
                    theirs.clear();
                    write_value(value, false, &mut theirs);
                    prop_assert_eq!(ours, theirs);
                }
            }
        }

        /// RFC 9421 2: names and sets of parameters make the difference, the order of parameters does not.
        #[test]
        fn a_component_is_there_once(
            components in proptest::collection::vec(
                ("[ab]{1,2}", proptest::collection::vec(("[a-c]", 0..2_i64), 0..4)),
                0..12,
            ),
        ) {
            let sets: Vec<_> = components
                .iter()
                .map(|(name, parameters)| (name, parameters.iter().cloned().collect::<std::collections::BTreeMap<_, _>>()))
                .collect();
            let keys_are_single = components.iter().zip(&sets).all(|(one, set)| one.1.len() == set.1.len());
            let is_single = (1..sets.len()).all(|place| !sets[..place].contains(&sets[place]));
            let written = written(&components);
            match written {
                Ok(input) => {
                    prop_assert!(keys_are_single && is_single);
                    prop_assert_eq!(input.components().len(), components.len());
                }
                Err(MakeError::Field(FieldError::ComponentRepeated(_))) => prop_assert!(!is_single),
                Err(error) => {
                    prop_assert!(!keys_are_single);
                    prop_assert_eq!(error.code(), "httpsig.parameter_repeated");
                }
            }
        }
    }
}
