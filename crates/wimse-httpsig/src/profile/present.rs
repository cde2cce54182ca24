//! Which of the fields that the profile covers a message has.

use super::coverage::TXN_TOKEN;
use crate::HttpSignatureError;
use crate::digest::CONTENT_DIGEST;
use crate::message::Fields;
use http::header::{AUTHORIZATION, CONTENT_TYPE, HeaderName};
use wimse_creds::WORKLOAD_IDENTITY_TOKEN;

/// The fields that the signature of a request covers where they are there, but for the WIT (SIG-3-4 to SIG-3-7).
static REQUEST_FIELDS: [HeaderName; 4] = [CONTENT_TYPE, CONTENT_DIGEST, AUTHORIZATION, TXN_TOKEN];
/// The fields that the signature of a response covers where they are there, but for the WIT (SIG-3-13, SIG-3-14).
static RESPONSE_FIELDS: [HeaderName; 2] = [CONTENT_TYPE, CONTENT_DIGEST];

/// How many lines a message has of each of these fields, looked up once: none, one, or two for more.
pub(crate) struct Present {
    names: &'static [HeaderName],
    lines: [usize; REQUEST_FIELDS.len()],
}

impl Present {
    pub(crate) fn in_request(headers: Fields<'_>) -> Self {
        Self::count(&REQUEST_FIELDS, headers)
    }

    pub(crate) fn in_response(headers: Fields<'_>) -> Self {
        Self::count(&RESPONSE_FIELDS, headers)
    }

    /// One line of each.
    pub(crate) fn all_of_request() -> Self {
        Self { names: &REQUEST_FIELDS, lines: [1; REQUEST_FIELDS.len()] }
    }

    /// One line of each.
    pub(crate) fn all_of_response() -> Self {
        Self { names: &RESPONSE_FIELDS, ..Self::all_of_request() }
    }

    fn count(names: &'static [HeaderName], headers: Fields<'_>) -> Self {
        let mut lines = [0; REQUEST_FIELDS.len()];
        for (lines, name) in lines.iter_mut().zip(names) {
            *lines = headers.field(name).lines().take(2).count();
        }
        Self { names, lines }
    }

    /// With a `Content-Digest`, if one is added to it.
    pub(crate) fn with_digest(mut self, is_added: bool) -> Self {
        for (lines, _) in self.lines.iter_mut().zip(self.names).filter(|(_, name)| **name == CONTENT_DIGEST) {
            *lines += usize::from(is_added);
        }
        self
    }

    /// Those that are there, in the order in which we cover them.
    pub(crate) fn names(&self) -> impl Iterator<Item = &'static str> + use<> {
        let Self { names, lines } = *self;
        names.iter().zip(lines).filter(|(_, lines)| *lines > 0).map(|(name, _)| name.as_str())
    }

    /// Decision 19, for those that a message has at most once; the WIT is looked at where it is read.
    pub(crate) fn single(&self) -> Result<(), HttpSignatureError> {
        self.repeated().map_or(Ok(()), |name| Err(HttpSignatureError::FieldRepeated(name)))
    }

    /// The same for a message that is to be signed, where nobody reads the WIT.
    pub(crate) fn repeated_with_wit(&self, headers: Fields<'_>) -> Option<&'static str> {
        let has_two = || headers.field(&WORKLOAD_IDENTITY_TOKEN).lines().nth(1).is_some();
        self.repeated().or_else(|| has_two().then_some("workload-identity-token"))
    }

    /// A `Content-Digest` may stand in several lines, each of which is read.
    fn repeated(&self) -> Option<&'static str> {
        let mut counted = self.names.iter().zip(self.lines);
        let found = counted.find(|(name, lines)| *lines > 1 && **name != CONTENT_DIGEST);
        found.map(|(name, _)| name.as_str())
    }
}
