//! The fields that go into a message before it is signed.

use super::SignError;
use crate::content::Content;
use crate::digest::{CONTENT_DIGEST, ContentDigest, DigestAlgorithm};
use crate::message::ACCEPT_SIGNATURE;
use crate::profile::coverage::TXN_TOKEN;
use http::header::{AUTHORIZATION, HeaderMap, HeaderValue};
use wimse_creds::{WORKLOAD_IDENTITY_TOKEN, WorkloadIdentityToken};

/// WIT, digest, and a wish for the response.
#[derive(Clone)]
pub(crate) struct Additions {
    wit: HeaderValue,
    digest: Option<HeaderValue>,
    accept: Option<HeaderValue>,
}

impl Additions {
    pub(crate) fn new(
        wit: &WorkloadIdentityToken,
        present: &HeaderMap,
        content: Content<'_>,
        algorithm: DigestAlgorithm,
    ) -> Result<Self, SignError> {
        let wit = HeaderValue::from_str(wit.as_str()).map_err(|_| SignError::Field)?;
        let digest = digest(present, content, algorithm)?;
        Ok(Self { wit, digest, accept: None })
    }

    pub(crate) fn accepting(self, accept: Option<HeaderValue>) -> Self {
        Self { accept, ..self }
    }

    /// The fields with these added. What is there already stays.
    pub(crate) fn to(&self, present: &HeaderMap) -> Result<HeaderMap, SignError> {
        let mut headers = present.clone();
        headers.reserve(MOST_ADDED);
        if headers.get_all(WORKLOAD_IDENTITY_TOKEN).iter().any(|wit| *wit != self.wit) {
            return Err(SignError::WitPresent);
        }
        headers.insert(WORKLOAD_IDENTITY_TOKEN, self.wit.clone());
        for (name, value) in [(CONTENT_DIGEST, &self.digest), (ACCEPT_SIGNATURE, &self.accept)] {
            if let Some(value) = value
                && !headers.contains_key(&name)
            {
                headers.insert(name, value.clone());
            }
        }
        // README row 46
        for name in [WORKLOAD_IDENTITY_TOKEN, AUTHORIZATION, TXN_TOKEN] {
            if let Some(value) = headers.get_mut(name) {
                value.set_sensitive(true);
            }
        }
        Ok(headers)
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

/// Fields that are added: WIT, digest, wish, and both of the signature.
const MOST_ADDED: usize = 5;
