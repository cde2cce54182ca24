//! The fields that go into a message before it is signed.

use super::SignError;
use crate::content::Content;
use crate::digest::{CONTENT_DIGEST, ContentDigest, DigestAlgorithm};
use crate::message::{ACCEPT_SIGNATURE, Fields};
use crate::profile::coverage::TXN_TOKEN;
use http::header::{AUTHORIZATION, HeaderMap, HeaderName, HeaderValue};
use wimse_creds::{WORKLOAD_IDENTITY_TOKEN, WorkloadIdentityToken};

/// The WIT, and what a message does not have yet of digest and a wish for the response.
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
        let is_wit = |name: &HeaderName| *name == WORKLOAD_IDENTITY_TOKEN;
        let is_other =
            |wit: &HeaderValue| present.get_all(WORKLOAD_IDENTITY_TOKEN).iter().any(|one| one != wit);
        if self.0.iter().any(|(name, value)| is_wit(name) && is_other(value)) {
            return Err(SignError::WitPresent);
        }
        self.0.retain(|(name, _)| is_wit(name) || !present.contains_key(name));
        Ok(self)
    }

    pub(crate) fn have_digest(&self) -> bool {
        self.0.iter().any(|added| added.0 == CONTENT_DIGEST)
    }

    /// The fields of a message as they will be with these.
    pub(crate) fn beside<'a>(&'a self, present: &'a HeaderMap) -> Fields<'a> {
        Fields::beside(present, &self.0)
    }

    /// Adds them, and the fields of the signature.
    pub(crate) fn add_to(mut self, headers: &mut HeaderMap, signature: [(HeaderName, HeaderValue); 2]) {
        // The same WIT may be there.
        self.0.retain(|(name, _)| !headers.contains_key(name));
        headers.reserve(self.0.len() + signature.len());
        for (name, value) in self.0.into_iter().chain(signature) {
            headers.append(name, value);
        }
        // Decision 46
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
