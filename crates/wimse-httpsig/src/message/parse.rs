//! Reading `Signature-Input`, `Accept-Signature` and `Signature` (RFC 9421 4, 5.1).

use super::error::FieldError;
use super::fields::{Field, unfold};
use super::writer::InputWriter;
use super::{Excerpt, Limits, ReceivedSignature};
use sfv::visitor::{
    DictionaryVisitor, EntryVisitor, Ignored, InnerListVisitor, ItemVisitor, ParameterVisitor,
};
use sfv::{BareItemFromInput, KeyRef, Parser, RefBareItem};
use std::fmt;

/// Reads all lines of a field of signature inputs, the signatures still to come; syntax and limits only: components and parameters may be unknown.
pub(crate) fn inputs(
    field: &Field<'_, '_>,
    name: &'static str,
    limits: &Limits,
) -> Result<Vec<ReceivedSignature>, FieldError> {
    // One is the usual number.
    let mut state =
        Inputs { done: Vec::with_capacity(1), current: None, line: 0, may_escape: true, limits, error: None };
    each_line(field, name, limits.input_bytes, |line| {
        state.may_escape = line.contains(&b'\\');
        state.line = line.len();
        let read = Parser::new(line).parse_dictionary_with_visitor(Visit(&mut state));
        read.map_err(|_| state.error.take().unwrap_or(FieldError::Malformed(name)))
    })?;
    Ok(state.done)
}

/// Takes the value of a signature, with its label.
pub(crate) type Take<'t> = dyn FnMut(&str, Vec<u8>) -> Result<(), FieldError> + 't;

/// Reads all lines of `Signature` and gives each value to `take`, with its label.
pub(crate) fn signatures(
    field: &Field<'_, '_>,
    limits: &Limits,
    take: &mut Take<'_>,
) -> Result<(), FieldError> {
    let name = "Signature";
    let mut state = Values { take, error: None };
    each_line(field, name, limits.signature_bytes, |line| {
        let read = Parser::new(line).parse_dictionary_with_visitor(VisitValues(&mut state));
        read.map_err(|_| state.error.take().unwrap_or(FieldError::Malformed(name)))
    })
}

/// Every line on its own: a comma between two lines never joins halves of a member. All lengths are checked first.
fn each_line(
    field: &Field<'_, '_>,
    name: &'static str,
    limit: usize,
    mut read: impl FnMut(&[u8]) -> Result<(), FieldError>,
) -> Result<(), FieldError> {
    if field.bytes() > limit {
        return Err(FieldError::TooLarge { field: name, limit });
    }
    for line in field.lines() {
        let line = unfold(line).map_err(|_| FieldError::Malformed(name))?;
        if line.is_empty() {
            return Err(FieldError::Malformed(name));
        }
        read(&line)?;
    }
    Ok(())
}

/// Ends the parsing; the cause is kept in the state, since the parser keeps only its text.
#[derive(Debug)]
struct Stop;

impl fmt::Display for Stop {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("refused")
    }
}

impl std::error::Error for Stop {}

struct Inputs<'l> {
    done: Vec<ReceivedSignature>,
    current: Option<InputWriter>,
    /// Its length, and whether there is a backslash in it.
    line: usize,
    may_escape: bool,
    limits: &'l Limits,
    error: Option<FieldError>,
}

impl Inputs<'_> {
    fn refuse(&mut self, error: FieldError) -> Stop {
        self.error = Some(error);
        Stop
    }

    fn write(&mut self, write: impl FnOnce(&mut InputWriter) -> Result<(), FieldError>) -> Result<(), Stop> {
        let written = self.current.as_mut().map_or(Ok(()), write);
        written.map_err(|error| self.refuse(error))
    }
}

/// A Dictionary of signature inputs.
struct Visit<'s, 'l>(&'s mut Inputs<'l>);

impl<'de> DictionaryVisitor<'de> for Visit<'_, '_> {
    type Out = ();
    type Error = Stop;

    fn entry(&mut self, key: &'de KeyRef) -> Result<impl EntryVisitor<'de>, Stop> {
        let state = &mut *self.0;
        if state.done.len() == state.limits.signatures {
            let limit = state.limits.signatures;
            return Err(state.refuse(FieldError::TooManySignatures { limit }));
        }
        let label = key.as_str();
        if state.done.iter().any(|one| one.input().label() == label) {
            return Err(state.refuse(FieldError::LabelRepeated(Excerpt::new(label))));
        }
        state.current = Some(InputWriter::new(label, state.line, state.may_escape, state.limits));
        Ok(Entry { state, label })
    }

    fn finish(self) -> Result<(), Stop> {
        Ok(())
    }
}

struct Entry<'s, 'l, 'de> {
    state: &'s mut Inputs<'l>,
    label: &'de str,
}

impl Entry<'_, '_, '_> {
    fn wrong_type(self) -> Stop {
        self.state.refuse(FieldError::MemberType(Excerpt::new(self.label)))
    }
}

impl<'de> EntryVisitor<'de> for Entry<'_, '_, 'de> {
    type Error = Stop;

    fn item(self) -> Result<impl ItemVisitor<'de>, Stop> {
        Err::<Ignored, _>(self.wrong_type())
    }

    fn inner_list(self) -> Result<impl InnerListVisitor<'de>, Stop> {
        Ok(self)
    }
}

impl<'de> InnerListVisitor<'de> for Entry<'_, '_, 'de> {
    type Error = Stop;

    fn item(&mut self) -> Result<impl ItemVisitor<'de>, Stop> {
        Ok(Entry { state: self.state, label: self.label })
    }

    fn finish(self) -> Result<impl ParameterVisitor<'de>, Stop> {
        self.state.write(|writer| {
            writer.end_list();
            Ok(())
        })?;
        Ok(OfSignature(self.state))
    }
}

/// A component of the list.
impl<'de> ItemVisitor<'de> for Entry<'_, '_, 'de> {
    type Out = ();
    type Error = Stop;

    fn bare_item(self, item: BareItemFromInput<'de>) -> Result<impl ParameterVisitor<'de, Out = ()>, Stop> {
        let BareItemFromInput::String(name) = item else { return Err(self.wrong_type()) };
        self.state.write(|writer| writer.component(&name))?;
        Ok(OfComponent(self.state))
    }
}

struct OfComponent<'s, 'l>(&'s mut Inputs<'l>);

impl<'de> ParameterVisitor<'de> for OfComponent<'_, '_> {
    type Out = ();
    type Error = Stop;

    fn parameter(&mut self, key: &'de KeyRef, value: BareItemFromInput<'de>) -> Result<(), Stop> {
        self.0.write(|writer| writer.component_parameter(key, RefBareItem::from(&value)))
    }

    fn finish(self) -> Result<(), Stop> {
        self.0.write(InputWriter::end_component)
    }
}

struct OfSignature<'s, 'l>(&'s mut Inputs<'l>);

impl<'de> ParameterVisitor<'de> for OfSignature<'_, '_> {
    type Out = ();
    type Error = Stop;

    fn parameter(&mut self, key: &'de KeyRef, value: BareItemFromInput<'de>) -> Result<(), Stop> {
        self.0.write(|writer| writer.parameter(key, RefBareItem::from(&value)))
    }

    fn finish(self) -> Result<(), Stop> {
        let done = self.0.current.take().map(InputWriter::finish);
        self.0.done.extend(done.map(ReceivedSignature::unsigned));
        Ok(())
    }
}

struct Values<'t> {
    take: &'t mut Take<'t>,
    error: Option<FieldError>,
}

/// A Dictionary of Byte Sequences. Parameters of its members are not defined and ignored.
struct VisitValues<'s, 't>(&'s mut Values<'t>);

impl<'de> DictionaryVisitor<'de> for VisitValues<'_, '_> {
    type Out = ();
    type Error = Stop;

    fn entry(&mut self, key: &'de KeyRef) -> Result<impl EntryVisitor<'de>, Stop> {
        Ok(Value { state: &mut *self.0, label: key.as_str() })
    }

    fn finish(self) -> Result<(), Stop> {
        Ok(())
    }
}

struct Value<'s, 't, 'de> {
    state: &'s mut Values<'t>,
    label: &'de str,
}

impl Value<'_, '_, '_> {
    fn refuse(self, error: FieldError) -> Stop {
        self.state.error = Some(error);
        Stop
    }
}

impl<'de> EntryVisitor<'de> for Value<'_, '_, 'de> {
    type Error = Stop;

    fn item(self) -> Result<impl ItemVisitor<'de>, Stop> {
        Ok(self)
    }

    fn inner_list(self) -> Result<impl InnerListVisitor<'de>, Stop> {
        let label = Excerpt::new(self.label);
        Err::<Ignored, _>(self.refuse(FieldError::MemberType(label)))
    }
}

impl<'de> ItemVisitor<'de> for Value<'_, '_, 'de> {
    type Out = ();
    type Error = Stop;

    fn bare_item(self, item: BareItemFromInput<'de>) -> Result<impl ParameterVisitor<'de, Out = ()>, Stop> {
        let taken = match item {
            BareItemFromInput::ByteSequence(value) => (self.state.take)(self.label, value),
            _ => Err(FieldError::MemberType(Excerpt::new(self.label))),
        };
        taken.map_err(|error| self.refuse(error))?;
        Ok(Ignored)
    }
}
