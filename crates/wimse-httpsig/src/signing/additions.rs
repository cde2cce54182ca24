//! The fields that go into a message before it is signed.

use super::SignError;
use crate::content::Content;
use crate::digest::{CONTENT_DIGEST, ContentDigest, DigestAlgorithm};
use crate::message::{ACCEPT_SIGNATURE, Fields};
use crate::profile::coverage::TXN_TOKEN;
use http::header::{AUTHORIZATION, HeaderMap, HeaderName, HeaderValue};
use wimse_creds::{WORKLOAD_IDENTITY_TOKEN, WorkloadIdentityToken};

/// WIT, digest, and a wish for the response: what a message does not have yet, and the WIT in any case.
#[derive(Clone)]
pub(crate) struct Additions(Vec<(HeaderName, HeaderValue)>);

impl Additions {
    pub(crate) fn new(
        wit: &WorkloadIdentityToken,
        present: &HeaderMap,
        content: Content<'_>,
        algorithm: DigestAlgorithm,
    ) -> Result<Self, SignError> {
        let mut added = Vec::with_capacity(MOST_ADDED);
        added.push((WORKLOAD_IDENTITY_TOKEN, wit.to_field_value().ok_or(SignError::Field)?));
        let digest = digest(present, content, algorithm)?;
        added.extend(digest.map(|digest| (CONTENT_DIGEST, digest)));
        Ok(Self(added))
    }

    pub(crate) fn accepting(mut self, accept: Option<HeaderValue>) -> Self {
        self.0.extend(accept.map(|accept| (ACCEPT_SIGNATURE, accept)));
        self
    }

    /// Those for a message with these fields. What is there already stays.
    pub(crate) fn for_message(mut self, present: &HeaderMap) -> Result<Self, SignError> {
        let is_wit = |added: &(HeaderName, HeaderValue)| added.0 == WORKLOAD_IDENTITY_TOKEN;
        let wit = self.0.iter().find(|added| is_wit(added)).map(|added| &added.1);
        if present.get_all(WORKLOAD_IDENTITY_TOKEN).iter().any(|other| Some(other) != wit) {
            return Err(SignError::WitPresent);
        }
        self.0.retain(|added| is_wit(added) || !present.contains_key(&added.0));
        Ok(self)
    }

    /// The fields of a message as they will be with these.
    pub(crate) fn beside<'a>(&'a self, present: &'a HeaderMap) -> Fields<'a> {
        Fields::beside(present, &self.0)
    }

    /// Adds them.
    pub(crate) fn add_to(self, headers: &mut HeaderMap) {
        headers.reserve(self.0.len() + OF_SIGNATURE);
        for (name, value) in self.0 {
            headers.insert(name, value);
        }
        // README row 46
        for name in [WORKLOAD_IDENTITY_TOKEN, AUTHORIZATION, TXN_TOKEN] {
            if let Some(value) = headers.get_mut(name) {
                value.set_sensitive(true);
            }
        }
    }
}

/// SIG-3-17. A digest that is there must be that of the content.
fn digest(
    present: &HeaderMap,
    content: Content<'_>,
    algorithm: DigestAlgorithm,
) -> Result<Option<HeaderValue>, SignError> {
    let field = ContentDigest::parse(present).map_err(SignError::Digest)?;
    match field {
        Some(digest) => content.verify(&digest).map_err(SignError::Digest).map(|()| None),
        None if content.is_empty() => Ok(None),
        None => {
            let digest = content.digest(algorithm).ok_or(SignError::DigestNotComputed)?;
            Ok(Some(digest.to_value()))
        }
    }
}

/// WIT, digest and wish.
const MOST_ADDED: usize = 3;
/// The fields of the signature itself.
const OF_SIGNATURE: usize = 2;
