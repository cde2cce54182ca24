//! Putting a signature input together, whether it is read or made: order, limits, and nothing twice.

use super::component::{ComponentRecord, CoveredComponent};
use super::error::FieldError;
use super::params::{ParameterRecord, Parameters};
use super::{Excerpt, Limits, SignatureInput};
use sfv::{ItemSerializer, KeyRef, RefBareItem, StringRef};

/// Writes the serialised form and remembers where its parts are.
pub(crate) struct InputWriter {
    input: SignatureInput,
    limits: Limits,
}

impl InputWriter {
    pub(crate) fn new(label: &str, capacity: usize, limits: &Limits) -> Self {
        let mut text = String::with_capacity(capacity);
        text.push_str(label);
        text.push_str("=(");
        let (components, parameters) = (Vec::with_capacity(8), Vec::with_capacity(8));
        let input =
            SignatureInput { text, label_end: label.len(), components, parameters, first_parameter: 0 };
        Self { input, limits: *limits }
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
        let _ = ItemSerializer::with_buffer(&mut input.text).bare_item(name);
        let (end, parameter) = (input.text.len(), input.parameters.len());
        input.components.push(ComponentRecord {
            start,
            name_end: end,
            end,
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
        let Some((last, earlier)) = input.components.split_last_mut() else { return Ok(()) };
        (last.end, last.end_parameter) = (end, end_parameter);
        let last = CoveredComponent::new(&input.text, last, &input.parameters);
        let mut earlier =
            earlier.iter().map(|record| CoveredComponent::new(&input.text, record, &input.parameters));
        if earlier.any(|component| component.is_same(&last)) {
            return Err(FieldError::ComponentRepeated(Excerpt::new(last.as_str())));
        }
        Ok(())
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
        // As `sfv` writes it: true is the key alone (RFC 9651 4.1.1.2).
        input.text.push(';');
        let key_start = input.text.len();
        input.text.push_str(key.as_str());
        let key_end = input.text.len();
        if value != RefBareItem::Boolean(true) {
            input.text.push('=');
            let _ = ItemSerializer::with_buffer(&mut input.text).bare_item(value);
        }
        let end = input.text.len();
        input.parameters.push(ParameterRecord { key_start, key_end, end });
        Ok(())
    }
}
