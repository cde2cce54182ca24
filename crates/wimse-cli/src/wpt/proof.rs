//! A proof that was made, in the forms in which it is printed.

use crate::http_file::RequestFile;
use http::Request;
use http::header::{AUTHORIZATION, HeaderValue};
use serde::Serialize;
use serde_json::Value;
use wimse::creds::WORKLOAD_IDENTITY_TOKEN;
use wimse::creds::jose::CompactJws;

/// The proof, and the two fields where it is for an HTTP request.
pub(super) struct Proof {
    pub(super) token: String,
    fields: Option<[(&'static str, HeaderValue); 2]>,
}

/// The document of `--json`.
#[derive(Serialize)]
pub(super) struct Document<'a> {
    proof: &'a str,
    claims: Option<Value>,
    /// The header fields to send, in order; null for other protocols.
    fields: Option<Vec<Field<'a>>>,
}

#[derive(Serialize)]
struct Field<'a> {
    name: &'static str,
    value: &'a str,
}

impl Proof {
    /// For another protocol.
    pub(super) fn alone(token: String) -> Self {
        Self { token, fields: None }
    }

    /// From a request that it was attached to.
    pub(super) fn attached<B>(request: &Request<B>) -> Option<Self> {
        let wit = request.headers().get(WORKLOAD_IDENTITY_TOKEN)?;
        let authorization = request.headers().get(AUTHORIZATION)?;
        let token = authorization.to_str().ok()?.strip_prefix("WPT ")?.to_owned();
        let fields = [("Workload-Identity-Token", wit.clone()), ("Authorization", authorization.clone())];
        Some(Self { token, fields: Some(fields) })
    }

    /// The two fields, a line each.
    pub(super) fn header_lines(&self) -> String {
        let line =
            |(name, value): &(&str, HeaderValue)| format!("{name}: {}\n", value.to_str().unwrap_or_default());
        self.fields.iter().flatten().map(line).collect()
    }

    /// The request of a file with the two fields.
    pub(super) fn written_into(&self, file: &RequestFile) -> Vec<u8> {
        let fields: Vec<_> = self.fields.iter().flatten().map(|(name, value)| (*name, value)).collect();
        file.message.write_with(&fields)
    }

    pub(super) fn document(&self) -> Document<'_> {
        let payload = CompactJws::split(&self.token, usize::MAX).and_then(|jws| jws.payload());
        Document {
            proof: &self.token,
            claims: payload.ok().and_then(|payload| serde_json::from_slice(&payload).ok()),
            fields: self.fields.as_ref().map(|fields| {
                let fields = fields.iter();
                fields
                    .map(|(name, value)| Field { name, value: value.to_str().unwrap_or_default() })
                    .collect()
            }),
        }
    }
}
