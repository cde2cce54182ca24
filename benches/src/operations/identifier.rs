//! Identifiers.

use super::{Operation, Planned, Side};
use crate::Error;
use crate::peers::wimsey;
use std::hint::black_box;
use std::sync::Arc;
use wimse_identifier::WorkloadIdentifier;

/// One operation, for identifiers of this many bytes.
pub(super) fn parse(bytes: usize) -> Planned {
    let name = format!("identifier parse, {bytes} bytes (yardstick: scan and copy)");
    Planned::new(name, "", move || parse_one(bytes))
}

/// Parses an identifier of this many bytes. There is no cryptography in it: the yardstick is one pass over the
/// bytes and one allocation for the copy.
fn parse_one(bytes: usize) -> Result<Operation, Error> {
    let text = identifier(bytes);
    WorkloadIdentifier::parse(&text)?;
    let (copied, of_peer) = (text.clone(), text.clone());
    let ours = Side::new(move || black_box(WorkloadIdentifier::parse(black_box(&text))).is_ok());
    let floor = Side::new(move || {
        let text: &str = black_box(&copied);
        let graphic = text.bytes().all(|byte| byte.is_ascii_graphic());
        black_box(Arc::<str>::from(text));
        graphic
    });
    Ok(Operation::new("identifier", ours, floor).peer(wimsey::parse_identifier(of_peer)))
}

/// An identifier with segments of eight bytes.
#[must_use]
pub fn identifier(bytes: usize) -> String {
    let mut text = String::from("wimse://trust.example.com");
    while text.len() + 9 < bytes {
        text.push_str("/service");
    }
    text.push('/');
    while text.len() < bytes {
        text.push('a');
    }
    text
}
