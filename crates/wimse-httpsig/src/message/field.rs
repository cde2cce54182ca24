//! Component values of fields (RFC 9421 2.1).

use super::context::Sections;
use super::derived::is_token_byte;
use super::error::ComponentError;
use super::fields::{trim, unfold, usual_name};
use super::{Component, Message, structured};
use sfv::ListSerializer;
use std::borrow::Cow;

pub(crate) fn write_value(
    component: &Component<'_>,
    message: Message<'_>,
    out: &mut String,
) -> Result<(), ComponentError> {
    let name = &*component.name;
    if usual_name(name).is_none() && !is_name(name) {
        return Err(ComponentError::Name);
    }
    if component.query_name.is_some() {
        return Err(ComponentError::ParameterNotApplicable);
    }
    if component.bs && (component.sf || component.key.is_some()) {
        return Err(ComponentError::ParametersExclusive);
    }
    let sections = sections_of(component, message)?;
    // RFC 9421 2.1.4: headers and trailers are never combined.
    let fields = if component.tr { sections.trailers } else { sections.headers };
    let mut lines = fields.lines(name).peekable();
    if lines.peek().is_none() {
        return Err(ComponentError::FieldMissing);
    }
    if let Some(key) = &component.key {
        let dictionary = structured::joined(lines)?;
        structured::write_member(&dictionary, sections.field_types.of(name), key, out)
    } else if component.sf {
        let value = structured::joined(lines)?;
        structured::write_strict(&value, sections.field_types.of(name), out)
    } else if component.bs {
        write_wrapped(lines, out)
    } else {
        write_combined(lines, out)
    }
}

/// How much of the message is parsed for the value.
pub(crate) fn searched_bytes(component: &Component<'_>, message: Message<'_>) -> usize {
    if component.key.is_none() && !component.sf {
        return 0;
    }
    let Ok(sections) = sections_of(component, message) else { return 0 };
    let fields = if component.tr { sections.trailers } else { sections.headers };
    fields.lines(&component.name).map(<[u8]>::len).sum()
}

/// Whether it is a field name in lower case, as component names are (RFC 9421 2.1).
pub(crate) fn is_name(name: &str) -> bool {
    let is_usual = |byte: u8| byte.is_ascii_lowercase() || byte == b'-';
    let is_other = |byte: u8| is_token_byte(byte) && !byte.is_ascii_uppercase();
    !name.is_empty() && name.bytes().all(|byte| is_usual(byte) || is_other(byte))
}

fn sections_of<'m>(
    component: &Component<'_>,
    message: Message<'m>,
) -> Result<&'m Sections<'m>, ComponentError> {
    match (message, component.req) {
        (Message::Request(_), true) => Err(ComponentError::ReqOnRequest),
        (Message::Request(request), false) => Ok(request.sections()),
        (Message::Response(response), false) => Ok(response.sections()),
        (Message::Response(response), true) => {
            Ok(response.request().ok_or(ComponentError::RequestUnknown)?.sections())
        }
    }
}

/// RFC 9421 2.1: the lines in order, with a comma and a space between them.
fn write_combined<'l>(lines: impl Iterator<Item = &'l [u8]>, out: &mut String) -> Result<(), ComponentError> {
    for (index, line) in lines.enumerate() {
        if index > 0 {
            out.push_str(", ");
        }
        // The usual line has nothing to unfold, so that it is looked through once.
        match text(trim(line)) {
            Ok(line) => out.push_str(line),
            Err(_) => out.push_str(text(&unfolded(line)?)?),
        }
    }
    Ok(())
}

/// RFC 9421 2.1.3: each line as a Byte Sequence, which may hold any byte.
fn write_wrapped<'l>(lines: impl Iterator<Item = &'l [u8]>, out: &mut String) -> Result<(), ComponentError> {
    let mut list = ListSerializer::with_buffer(out);
    for line in lines {
        let _ = list.bare_item(&*unfolded(line)?);
    }
    let _ = list.finish();
    Ok(())
}

pub(crate) fn unfolded(line: &[u8]) -> Result<Cow<'_, [u8]>, ComponentError> {
    unfold(line).map_err(|_| ComponentError::FieldValue)
}

/// Field content without `obs-text` (RFC 9421 2.5): printable ASCII, spaces and tabs.
pub(crate) fn text(line: &[u8]) -> Result<&str, ComponentError> {
    // Without a branch for each byte: tokens are long, and good ones the usual case.
    let is_text =
        line.iter().fold(true, |good, byte| good & (matches!(byte, b' '..=b'~') | (*byte == b'\t')));
    match std::str::from_utf8(line) {
        Ok(line) if is_text => Ok(line),
        _ => Err(ComponentError::FieldValue),
    }
}
