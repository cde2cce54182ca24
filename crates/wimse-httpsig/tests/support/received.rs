//! Messages of vector files, as raw parts.

use serde_json::Value;
use wimse_httpsig::message::{FieldTypes, Fields, Message, RequestMessage, ResponseMessage, TargetContext};

/// Name and value of a field line.
pub(crate) type Line = (String, Vec<u8>);

/// A message as a vector file has it.
pub(crate) struct Received {
    pub(crate) fields: Vec<Line>,
    trailers: Vec<Line>,
    start: Start,
}

enum Start {
    Request { method: String, target: TargetContext<'static> },
    Response { status: u16 },
}

impl Received {
    /// A message without method and status is one of which only the fields matter.
    pub(crate) fn read(message: &Value, scheme: &str) -> Self {
        let fields = lines(&message["fields"]);
        let start = match message["status"].as_u64() {
            Some(status) => Start::Response { status: u16::try_from(status).unwrap() },
            None => {
                let raw_target = message["target"].as_str().unwrap_or("/").to_owned();
                let mut target = TargetContext::new(raw_target).scheme(scheme.to_owned());
                if let Some((_, host)) = fields.iter().find(|line| line.0.eq_ignore_ascii_case("host")) {
                    target = target.authority(String::from_utf8_lossy(host).trim().to_owned());
                }
                Start::Request { method: message["method"].as_str().unwrap_or("GET").to_owned(), target }
            }
        };
        Self { fields, trailers: lines(&message["trailers"]), start }
    }

    /// Calls with the message.
    pub(crate) fn with_message<T>(&self, types: &FieldTypes, call: impl FnOnce(Message<'_>) -> T) -> T {
        let (fields, trailers) = (pairs(&self.fields), pairs(&self.trailers));
        let (fields, trailers) = (Fields::raw(&fields), Fields::raw(&trailers));
        match &self.start {
            Start::Request { method, target } => {
                let message = RequestMessage::new(method, target.clone(), fields);
                call(Message::from(&message.with_trailers(trailers).with_field_types(types)))
            }
            Start::Response { status } => {
                let message = ResponseMessage::new(http::StatusCode::from_u16(*status).unwrap(), fields);
                call(Message::from(&message.with_trailers(trailers).with_field_types(types)))
            }
        }
    }
}

/// Lines as [`Fields::raw`] takes them.
pub(crate) fn pairs(lines: &[Line]) -> Vec<(&str, &[u8])> {
    lines.iter().map(|(name, value)| (name.as_str(), value.as_slice())).collect()
}

fn lines(list: &Value) -> Vec<Line> {
    let line =
        |line: &Value| (line[0].as_str().unwrap().to_owned(), line[1].as_str().unwrap().as_bytes().to_vec());
    list.as_array().map(|list| list.iter().map(line).collect()).unwrap_or_default()
}
