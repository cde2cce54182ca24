//! The signature base, of which the sender chooses components and fields, and `Content-Digest`.

use super::signature_fields::joined;
use super::{Case, Input, LARGEST};
use crate::Error;
use http::header::{HeaderMap, HeaderName, HeaderValue};
use std::hint::black_box;
use wimse_httpsig::digest::{CONTENT_DIGEST, ContentDigest};
use wimse_httpsig::message::{Component, Fields, RequestMessage, SignatureInput, TargetContext};

pub(super) fn cases() -> Vec<Case> {
    let mut cases = numbers();
    cases.extend(lengths());
    cases.extend(digests());
    cases
}

/// More and more components, up to their limit. Sizes are numbers of them; where they all look into one field or query,
/// its bytes are not counted, since it stays the same.
fn numbers() -> Vec<Case> {
    vec![
        Case::new("signature base, fields", 1, 64, |number| {
            let names = (0..number).map(|number| HeaderName::try_from(format!("x-{number:02}")));
            let names = names.collect::<Result<Vec<_>, _>>()?;
            let components = names.iter().map(|name| Component::field(name.as_str()));
            let fields = names.iter().map(|name| (name.clone(), HeaderValue::from_static(SOME_VALUE)));
            base(&components.collect::<Result<Vec<_>, _>>()?, "/", fields.collect())
        }),
        Case::new("signature base, members of a field", 4, 64, |number| members(number, 1)),
        Case::new("signature base, parameters of a query", 4, 64, |number| parameters(number, 1)),
        Case::new("signature base, members of a long field (refused)", 8, 64, |number| members(number, 100)),
        Case::new("signature base, parameters of a long query (refused)", 8, 64, |number| {
            parameters(number, 100)
        }),
    ]
}

/// What the message has, without a limit of its own. Sizes are bytes.
fn lengths() -> Vec<Case> {
    vec![
        Case::new("signature base, one long field", SMALLEST, LONGEST, |bytes| {
            let value = HeaderValue::try_from("a".repeat(bytes))?;
            base(&[Component::field("priority")?], "/", one(PRIORITY, value))
        }),
        Case::new("signature base, one long field as bytes", SMALLEST, LONGEST, |bytes| {
            let value = HeaderValue::from_bytes(&vec![0xff; bytes])?;
            base(&[Component::field("priority")?.bs()], "/", one(PRIORITY, value))
        }),
        Case::new("signature base, a field of many lines", SMALLEST, 512 * 1024, |bytes| {
            let lines = (0..bytes / 32).map(|_| (PRIORITY, HeaderValue::from_static(&SOME_VALUE[..32])));
            base(&[Component::field("priority")?], "/", lines.collect())
        }),
        Case::new("signature base, a folded field", SMALLEST, LONGEST, folded),
        Case::new("signature base, a long query", SMALLEST, LONGEST, |bytes| {
            base(&[Component::PATH, Component::QUERY], &format!("/?{}", "a".repeat(bytes)), HeaderMap::new())
        }),
    ]
}

fn digests() -> Vec<Case> {
    let members = |number| joined(number, "", |number| format!(", x{number:06}=:{}=:", "A".repeat(43)));
    vec![
        Case::new("Content-Digest, members", 1, 15, move |number| digest(&members(number), true)),
        Case::new("Content-Digest, one long value", 500, 4000, |bytes| {
            digest(&format!(", x=:{}:", "AAAA".repeat(bytes / 4)), true)
        }),
        Case::new("Content-Digest, too many members (refused)", SMALLEST, LARGEST, move |bytes| {
            digest(&members(bytes / 56), false)
        }),
    ]
}

/// Components that are members of one Dictionary field, which has 64 with values of this many bytes.
fn members(number: usize, value: usize) -> Result<Input, Error> {
    let members = joined(64, ",", |number| format!("m{number:02}={}", "a".repeat(value)));
    let field = Component::field("priority")?;
    let components = (0..number).map(|number| field.clone().key(format!("m{number:02}")));
    of_components(&components.collect::<Vec<_>>(), "/", one(PRIORITY, members.try_into()?), value == 1)
}

/// Components that are parameters of one query, which has 64 with values of this many bytes.
fn parameters(number: usize, value: usize) -> Result<Input, Error> {
    let query = joined(64, "&", |number| format!("p{number:02}={}", "a".repeat(value)));
    let components = (0..number).map(|number| Component::query_param(format!("p{number:02}")));
    of_components(&components.collect::<Vec<_>>(), &format!("/?{query}"), HeaderMap::new(), value == 1)
}

fn base(components: &[Component<'_>], target: &str, headers: HeaderMap) -> Result<Input, Error> {
    let fields: usize = headers.values().map(HeaderValue::len).sum();
    let message = fields + target.len();
    let Input { bytes, parse } = of_components(components, target, headers, true)?;
    Ok(Input { bytes: bytes + message, parse })
}

fn of_components(
    components: &[Component<'_>],
    target: &str,
    headers: HeaderMap,
    accepted: bool,
) -> Result<Input, Error> {
    let input = SignatureInput::builder("s").components(components.iter().cloned()).build()?;
    let bytes = input.as_str().len();
    let target = target.to_owned();
    Ok(Input::new(bytes, move || {
        let message = RequestMessage::new("GET", TargetContext::new(target.as_str()), black_box(&headers));
        input.base(&message).is_ok() == accepted
    }))
}

/// `http` takes no folded lines: only those who read messages themselves can have them.
fn folded(bytes: usize) -> Result<Input, Error> {
    let input = SignatureInput::builder("s").component(Component::field("priority")?).build()?;
    let value = "a\r\n ".repeat(bytes / 4) + "a";
    Ok(Input::new(value.len(), move || {
        let lines: [(&str, &[u8]); 1] = [("Priority", black_box(value.as_bytes()))];
        let message = RequestMessage::new("GET", TargetContext::new("/"), Fields::raw(&lines));
        input.base(&message).is_ok()
    }))
}

fn digest(others: &str, accepted: bool) -> Result<Input, Error> {
    let value = HeaderValue::try_from(format!("sha-256=:{}=:{others}", "A".repeat(43)))?;
    let (bytes, headers) = (value.len(), one(CONTENT_DIGEST, value));
    Ok(Input::new(bytes, move || ContentDigest::parse(black_box(&headers)).is_ok() == accepted))
}

fn one(name: HeaderName, value: HeaderValue) -> HeaderMap {
    [(name, value)].into_iter().collect()
}

const PRIORITY: HeaderName = HeaderName::from_static("priority");
const SOME_VALUE: &str = "a value of a hundred bytes, which is neither short nor long beside the other \
     fields that a request has";
const SMALLEST: usize = 64 * 1024;
/// Beyond this, the allocator asks the system for each piece of memory, and that is what would be measured.
const LONGEST: usize = 4 * 1024 * 1024;
